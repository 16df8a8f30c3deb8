"""Who was invited and has not answered: of the own organisation, and of a network and its companies."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, npgettext_lazy

from networks.filters import InvitationFilter
from networks.models import Invitation, Network
from networks.querysets import InvitationQuerySet
from networks.rules import invitable_roles, may_manage_invitation
from networks.services.people import remind_invitation, withdraw_invitation
from skillnet.kernel.actor import Actor, actor_of
from skillnet.lists import ListColumn, ListSpec, list_response
from skillnet.templatetags.ui import date_short
from skillnet.ui import Link

INVITATION_LIST = ListSpec(
    columns=[
        ListColumn(gettext_lazy("E-mailadres"), lambda i: i.email, sort="email"),
        ListColumn(gettext_lazy("Organisatie"), lambda i: i.organisation.name, sort="organisation__name"),
        ListColumn(gettext_lazy("Rol"), lambda i: i.get_role_display(), sort="role"),
        ListColumn(gettext_lazy("Netwerk"), lambda i: i.network.name if i.network else "", export_only=True),
        ListColumn(
            gettext_lazy("Uitgenodigd op"), lambda i: localdate(i.created_at), kind="date", sort="created_at"
        ),
        ListColumn(
            gettext_lazy("Herinnerd op"),
            lambda i: date_short(localdate(i.reminded_at)) if i.reminded_at else _("nog niet"),
            sort="reminded_at",
        ),
        ListColumn(
            gettext_lazy("Geldt tot"), lambda i: localdate(i.expires_at), kind="date", sort="expires_at"
        ),
    ],
    noun=npgettext_lazy("count", "uitnodiging", "uitnodigingen"),
    filename="uitnodigingen",
    filterset=InvitationFilter,
    order=("-created_at", "-pk"),
)


def invitations(request: HttpRequest) -> HttpResponse:
    """Open invitations of the own organisation."""
    actor = actor_of(request)
    people = reverse("networks:people")
    return _list(
        request,
        own_invitations(actor),
        title=_("Openstaande uitnodigingen"),
        breadcrumbs=[Link(_("Mensen"), people), Link(_("Openstaande uitnodigingen"))],
        invite_at=people if invitable_roles(actor) else "",
    )


def network_unanswered(request: HttpRequest, public_id: str) -> HttpResponse:
    """Open invitations for a network and for its companies."""
    actor = actor_of(request)
    network = get_object_or_404(Network.objects.visible_to(actor).managed_by(actor), public_id=public_id)
    members = reverse("networks:network_members", args=[network.public_id])
    return _list(
        request,
        unanswered_of(actor, network),
        title=_("Nog niet geantwoord"),
        breadcrumbs=[
            Link(_("Netwerken"), reverse("networks:networks")),
            Link(network.name, reverse("networks:network_detail", args=[network.public_id])),
            Link(_("Leden"), members),
            Link(_("Nog niet geantwoord")),
        ],
        invite_at=members,
    )


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
    return back_to(request)


def own_invitations(actor: Actor) -> InvitationQuerySet:
    """Open invitations of the own organisation."""
    waiting = Invitation.objects.visible_to(actor).unanswered()
    return waiting.filter(organisation=actor.organisation_id)


def unanswered_of(actor: Actor, network: Network) -> InvitationQuerySet:
    """Who was invited for this network or one of its companies and has not answered."""
    companies = network.members.filter(state__in=["active", "invited"]).values("organisation")
    waiting = Invitation.objects.visible_to(actor).unanswered()
    return waiting.filter(network=network) | waiting.filter(network=None, organisation__in=companies)


def back_to(request: HttpRequest) -> HttpResponse:
    """To the page with the button; only within this site."""
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return HttpResponseRedirect(target)
    return redirect("networks:people")


def _list(
    request: HttpRequest, rows: InvitationQuerySet, *, title: str, breadcrumbs: list[Link], invite_at: str
) -> HttpResponse:
    """`invite_at` is the page where the actor may invite; empty for who may not."""
    actor = actor_of(request)
    return list_response(  # type: ignore[return-value]
        request,
        template="networks/invitations.html",
        queryset=rows.select_related("organisation", "network"),
        spec=replace(INVITATION_LIST, prepare=partial(_mark_manageable, actor)),
        context={"page_title": title, "breadcrumbs": breadcrumbs, "invite_at": invite_at},
    )


def _mark_manageable(actor: Actor, rows: Sequence[Invitation]) -> None:
    """Asked once for each organisation, network and role: all of the same kind have the same answer."""
    known: dict[tuple[int, int | None, str], bool] = {}
    for row in rows:
        key = (row.organisation_id, row.network_id, row.role)
        if key not in known:
            known[key] = may_manage_invitation(actor, row)
        row.may_manage = known[key]  # type: ignore[attr-defined]
