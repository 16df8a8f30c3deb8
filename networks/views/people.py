"""People of the own organisation, invitations, and keys for its software."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from networks.models import AccessRequest, Invitation, Membership, Organisation
from networks.organisation_forms import InvitePersonForm, TokenForm
from networks.querysets import tokens_of
from networks.rules import invitable_roles, may_end_membership, may_manage_invitation
from networks.services.people import (
    end_membership,
    invite_person,
    remind_invitation,
    withdraw_invitation,
)
from networks.services.tokens import create_token, revoke_token
from networks.views.helpers import explain
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.roles import Role
from skillnet.ui import Link

# Who answers for an organisation when somebody asks to work for it.
ASKED = (Role.COMPANY_CONTACT, Role.PROVIDER)


def people(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    return _people_page(request, actor, InvitePersonForm(actor=actor))


def invite(request: HttpRequest) -> HttpResponse:
    """Invite a colleague for one of the roles that one may give."""
    actor = actor_of(request)
    organisation = _own(actor)
    form = InvitePersonForm(request.POST, actor=actor)
    if not form.is_valid():
        return _people_page(request, actor, form)
    try:
        invitation = invite_person(
            email=form.cleaned_data["email"],
            organisation=organisation,
            role=Role(form.cleaned_data["role"]),
            actor=actor,
        )
    except ValidationError as error:
        explain(form, error)
        return _people_page(request, actor, form)
    messages.success(request, _("De uitnodiging is onderweg naar %s.") % invitation.email)
    return redirect("networks:people")


def invitation_action(request: HttpRequest, public_id: str) -> HttpResponse:
    """Send an open invitation again, or withdraw it."""
    actor = actor_of(request)
    waiting = Invitation.objects.visible_to(actor).unanswered().select_related("organisation", "network")
    invitation = get_object_or_404(waiting, public_id=public_id)
    if not may_manage_invitation(actor, invitation):
        raise Http404
    action = request.POST.get("action", "")
    if action == "remind":
        try:
            remind_invitation(invitation=invitation, actor=actor)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(
                request,
                _("Opnieuw verstuurd naar %s; de vorige koppeling werkt niet meer.") % invitation.email,
            )
    elif action == "withdraw":
        withdraw_invitation(invitation_id=invitation.pk)
        messages.success(request, _("De uitnodiging van %s is ingetrokken.") % invitation.email)
    else:
        raise Http404
    return _back(request)


def membership_end(request: HttpRequest, membership_id: str) -> HttpResponse:
    actor = actor_of(request)
    memberships = Membership.objects.visible_to(actor).current().select_related("user", "organisation")
    membership = get_object_or_404(memberships, public_id=membership_id)
    if not may_end_membership(actor, membership):
        raise Http404
    try:
        end_membership(membership_id=membership.pk, actor=actor)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(
            request,
            _("%(name)s is geen %(role)s meer.")
            % {"name": membership.user, "role": str(membership.get_role_display()).lower()},
        )
    return _back(request)


def tokens(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    return _token_page(request, actor, TokenForm(actor=actor))


def token_new(request: HttpRequest) -> HttpResponse:
    """Make a key and show it, this once."""
    actor = actor_of(request)
    form = TokenForm(request.POST, actor=actor)
    if not form.is_valid():
        return _token_page(request, actor, form)
    try:
        token, key = create_token(
            actor=actor,
            name=form.cleaned_data["name"],
            role=Role(form.cleaned_data["role"]),
            scopes=form.cleaned_data["scopes"],
        )
    except ValidationError as error:
        explain(form, error)
        return _token_page(request, actor, form)
    response = render(
        request,
        "networks/token_made.html",
        {
            "page_title": _("Uw nieuwe sleutel"),
            "breadcrumbs": [Link(_("Toegangssleutels"), reverse("networks:tokens")), Link(token.name)],
            "token": token,
            "key": key,
        },
    )
    response["Cache-Control"] = "no-store"
    return response


def token_revoke(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = actor_of(request)
    token = get_object_or_404(tokens_of(actor), public_id=public_id)
    revoke_token(token_id=token.pk, actor=actor)
    messages.success(request, _("De sleutel “%s” werkt niet meer.") % token.name)
    return redirect("networks:tokens")


def _own(actor: Actor) -> Organisation:
    return get_object_or_404(Organisation.objects.visible_to(actor), pk=actor.organisation_id)


def _people_page(request: HttpRequest, actor: Actor, form: InvitePersonForm) -> HttpResponse:
    organisation = _own(actor)
    memberships = (
        Membership.objects.visible_to(actor)
        .current()
        .filter(organisation=organisation)
        .select_related("user", "network")
        .order_by("user__name", "user__email", "role")
    )
    waiting = Invitation.objects.visible_to(actor).unanswered().filter(organisation=organisation)
    return render(
        request,
        "networks/people.html",
        {
            "page_title": _("Mensen van %s") % organisation.name,
            "organisation": organisation,
            "memberships": [(m, may_end_membership(actor, m)) for m in memberships],
            "invitations": [(i, may_manage_invitation(actor, i)) for i in waiting.select_related("network")],
            "form": form,
            "may_invite": bool(invitable_roles(actor)),
            "access_requests": _access_requests(actor, organisation),
        },
    )


def _access_requests(actor: Actor, organisation: Organisation) -> list[AccessRequest]:
    """Who asks to work for the own organisation; administrators also answer for companies without people."""
    rows = AccessRequest.objects.visible_to(actor).open().select_related("user", "organisation")
    if actor.has(Role.ADMINISTRATOR):
        return list(rows[:50])
    return list(rows.filter(organisation=organisation)) if actor.has(*ASKED) else []


def _token_page(request: HttpRequest, actor: Actor, form: TokenForm) -> HttpResponse:
    return render(
        request,
        "networks/tokens.html",
        {
            "page_title": _("Toegangssleutels"),
            "tokens": tokens_of(actor).select_related("created_by"),
            "form": form,
        },
    )


def _back(request: HttpRequest) -> HttpResponse:
    """To the page with the button; only within this site."""
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return HttpResponseRedirect(target)
    return redirect("networks:people")
