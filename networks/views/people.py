"""People of the own organisation, invitations, and keys for its software."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, npgettext_lazy

from networks.models import AccessRequest, Membership, Organisation
from networks.organisation_forms import InvitePersonForm, TokenForm
from networks.own import own_organisation
from networks.querysets import tokens_of
from networks.rules import invitable_roles, may_end_membership
from networks.services.people import end_membership, invite_person
from networks.services.tokens import create_token, revoke_token
from networks.views.helpers import explain
from networks.views.invitations import back_to, own_invitations
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.roles import Role
from skillnet.list_filters import simple_filterset
from skillnet.lists import ListColumn, ListSpec, list_response
from skillnet.ui import Link

PEOPLE_LIST = ListSpec(
    columns=[
        ListColumn(gettext_lazy("Naam"), lambda m: str(m.user), sort="user__name"),
        ListColumn(gettext_lazy("E-mailadres"), lambda m: m.user.email, sort="user__email"),
        ListColumn(
            gettext_lazy("Rol"),
            lambda m: m.get_role_display(),
            sort="role",
            note=lambda m: m.network.name if m.network else "",
        ),
        ListColumn(gettext_lazy("Netwerk"), lambda m: m.network.name if m.network else "", export_only=True),
        ListColumn(gettext_lazy("Sinds"), lambda m: localdate(m.created_at), kind="date", sort="created_at"),
    ],
    noun=npgettext_lazy("count", "rol", "rollen"),
    filename="mensen",
    filterset=simple_filterset("user__name", "user__email", role=(gettext_lazy("Rol"), Role.choices)),
    order=("user__name", "user__email", "role"),
)

# Who answers for an organisation when somebody asks to work for it.
ASKED = (Role.COMPANY_CONTACT, Role.PROVIDER)


def people(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    return _people_page(request, actor, InvitePersonForm(actor=actor))


def invite(request: HttpRequest) -> HttpResponse:
    """Invite a colleague for one of the roles that one may give."""
    actor = actor_of(request)
    organisation = own_organisation(actor)
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
    return back_to(request)


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


def _people_page(request: HttpRequest, actor: Actor, form: InvitePersonForm) -> HttpResponse:
    organisation = own_organisation(actor)
    memberships = (
        Membership.objects.visible_to(actor)
        .current()
        .filter(organisation=organisation)
        .select_related("user", "organisation", "network")
    )
    return list_response(  # type: ignore[return-value]
        request,
        template="networks/people.html",
        queryset=memberships,
        spec=replace(PEOPLE_LIST, prepare=partial(_mark_endable, actor)),
        context={
            "page_title": _("Mensen van %s") % organisation.name,
            "organisation": organisation,
            "waiting": own_invitations(actor).count(),
            "invite_form": form,
            "may_invite": bool(invitable_roles(actor)),
            "access_requests": _access_requests(actor, organisation),
        },
    )


def _mark_endable(actor: Actor, rows: Sequence[Membership]) -> None:
    for row in rows:
        row.may_end = may_end_membership(actor, row)  # type: ignore[attr-defined]


def _access_requests(actor: Actor, organisation: Organisation) -> list[AccessRequest]:
    """Who asks to work for the own organisation; administrators also answer for companies without people."""
    rows = AccessRequest.objects.visible_to(actor).open().select_related("user", "organisation", "network")
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
