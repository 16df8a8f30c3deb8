"""Members of a network, and the people who were invited for them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, npgettext_lazy

from networks.addresses import MAX_LINES
from networks.filters import MemberFilter
from networks.models import Network, NetworkMember
from networks.network_forms import CompanyForm, InviteListForm
from networks.rules import may_edit_network
from networks.services.inviting import InvitedList, invite_addresses
from networks.services.leaving import consequences_of_leaving
from networks.services.members import add_company_by_number, take_member_action
from networks.transitions import MEMBER_TRANSITIONS
from networks.views.helpers import explain
from networks.views.invitations import unanswered_of
from skillnet.formats import enterprise_number
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused
from skillnet.lists import ListColumn, ListSpec, list_response
from skillnet.ui import Link

MEMBER_LIST = ListSpec(
    columns=[
        ListColumn(gettext_lazy("Bedrijf"), lambda m: m.organisation.name, sort="organisation__name"),
        ListColumn(
            gettext_lazy("Ondernemingsnummer"),
            lambda m: enterprise_number(m.organisation.enterprise_number or ""),
            sort="organisation__enterprise_number",
        ),
        ListColumn(
            gettext_lazy("Gemeente"), lambda m: m.organisation.municipality, sort="organisation__municipality"
        ),
        ListColumn(gettext_lazy("Lid sinds"), lambda m: m.joined_on, kind="date", sort="joined_on"),
        ListColumn(gettext_lazy("Open kloven"), lambda m: m.open_gaps, kind="number", sort="open_gaps"),
        ListColumn(
            gettext_lazy("Toestand"),
            lambda m: m.get_state_display(),
            kind="state",
            sort="state",
            state=lambda m: m.state,
        ),
    ],
    noun=npgettext_lazy("count", "bedrijf", "bedrijven"),
    filename="leden",
    filterset=MemberFilter,
    order=("organisation__name",),
)


def network_members(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = actor_of(request)
    network = _led_or_seen(actor, public_id)
    return _page(request, actor, network, CompanyForm(), _invite_form(actor, network))


def member_add(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask a company into the network by its enterprise number."""
    actor = actor_of(request)
    network = _led(actor, public_id)
    if request.method != "POST":
        return redirect("networks:network_members", public_id=public_id)
    form = CompanyForm(request.POST)
    if form.is_valid():
        try:
            member = add_company_by_number(network=network, actor=actor, **form.cleaned_data)
        except (ValidationError, TransitionRefused) as error:
            explain(form, error if isinstance(error, ValidationError) else ValidationError(str(error)))
        else:
            messages.success(
                request,
                _("%(name)s: %(state)s.")
                % {"name": member.organisation.name, "state": member.get_state_display()},
            )
            return redirect("networks:network_members", public_id=public_id)
    return _page(request, actor, network, form, _invite_form(actor, network))


def member_action(request: HttpRequest, public_id: str, member_id: str) -> HttpResponse:
    """Join, decline or leave; accept, refuse or remove."""
    actor = actor_of(request)
    members = NetworkMember.objects.visible_to(actor).filter(network__public_id=public_id)
    member = get_object_or_404(members.select_related("network", "organisation"), public_id=member_id)
    action = request.POST.get("action", "")
    if action not in MEMBER_TRANSITIONS.transitions:
        raise Http404
    try:
        member = take_member_action(
            member=member, action=action, actor=actor, reason=request.POST.get("reason", "")
        )
        messages.success(
            request,
            _("%(name)s: %(state)s.")
            % {"name": member.organisation.name, "state": member.get_state_display()},
        )
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    if may_edit_network(actor, member.network):
        return redirect("networks:network_members", public_id=public_id)
    if Network.objects.visible_to(actor).filter(pk=member.network_id).exists():
        return redirect("networks:network_detail", public_id=public_id)
    return redirect("networks:networks")


def network_invite(request: HttpRequest, public_id: str) -> HttpResponse:
    """Invite a pasted list of people; what could not be read is said line by line."""
    actor = actor_of(request)
    network = _led(actor, public_id)
    if request.method != "POST":
        return redirect("networks:network_members", public_id=public_id)
    form = InviteListForm(request.POST, network=network, actor=actor)
    if not form.is_valid():
        return _page(request, actor, network, CompanyForm(), form)
    result = invite_addresses(
        network=network,
        text=form.cleaned_data["addresses"],
        role=Role(form.cleaned_data["role"]),
        actor=actor,
        organisation=form.cleaned_data["organisation"],
    )
    if result.sent:
        messages.success(
            request,
            ngettext("%d uitnodiging verstuurd.", "%d uitnodigingen verstuurd.", result.sent) % result.sent,
        )
    if result.rest:
        said = _("Hoogstens %d mensen tegelijk. De rest staat nog in het vak: verstuur die nu.")
        messages.warning(request, said % MAX_LINES)
    # What was refused stands in the box again, to be corrected there.
    again = {**form.cleaned_data, "addresses": result.again(form.cleaned_data["addresses"])}
    next_form = InviteListForm(network=network, actor=actor, initial=again)
    return _page(request, actor, network, CompanyForm(), next_form, result)


def _led(actor: Actor, public_id: str) -> Network:
    """A network that the actor manages; another one is not found."""
    return get_object_or_404(Network.objects.visible_to(actor).managed_by(actor), public_id=public_id)


def _led_or_seen(actor: Actor, public_id: str) -> Network:
    """Managers, the steering group and the coordinator read the list."""
    return get_object_or_404(Network.objects.visible_to(actor), public_id=public_id)


def _invite_form(actor: Actor, network: Network) -> InviteListForm:
    return InviteListForm(network=network, actor=actor)


def _say_consequences(network: Network) -> Callable[[Sequence[Any]], None]:
    """Gives each member of a page what follows when it is taken out; empty for who cannot be."""

    def prepare(members: Sequence[Any]) -> None:
        found = consequences_of_leaving(network=network, members=members)
        for member in members:
            member.consequences = found.get(member.pk, [])

    return prepare


def _page(
    request: HttpRequest,
    actor: Actor,
    network: Network,
    company_form: CompanyForm,
    invite_form: InviteListForm,
    result: InvitedList | None = None,
) -> HttpResponse:
    members = NetworkMember.objects.visible_to(actor).filter(network=network)
    state = NetworkMember.State
    may_lead = may_edit_network(actor, network)
    asking = members.filter(state=state.REQUESTED).select_related("organisation")
    return list_response(  # type: ignore[return-value]
        request,
        template="networks/members.html",
        queryset=members.with_gap_counts().select_related("organisation"),
        spec=replace(MEMBER_LIST, prepare=_say_consequences(network)) if may_lead else MEMBER_LIST,
        context={
            "page_title": _("Leden van %s") % network.name,
            "breadcrumbs": [
                Link(_("Netwerken"), reverse("networks:networks")),
                Link(network.name, reverse("networks:network_detail", args=[network.public_id])),
                Link(_("Leden")),
            ],
            "network": network,
            "may_lead": may_lead,
            "requests": list(asking) if may_lead else [],
            "unanswered": unanswered_of(actor, network).count() if may_lead else 0,
            "company_form": company_form,
            "invite_form": invite_form,
            "result": result,
        },
    )
