"""Networks: the list, one network, its application and its decisions."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, npgettext_lazy

from networks.filters import NetworkFilter
from networks.models import (
    Membership,
    NeedsAnalysis,
    Network,
    NetworkApplication,
    NetworkMember,
    NetworkPlan,
)
from networks.network_forms import NetworkBudgetForm, NetworkForm
from networks.network_transitions import NETWORK_TRANSITIONS, lacks_application
from networks.own import own_organisation
from networks.rules import coordinates, manages, may_edit_network, may_read_members, steers
from networks.services.members import request_membership
from networks.services.networks import change_network, create_network, take_network_action
from networks.transitions import MEMBER_TRANSITIONS
from networks.views.helpers import events_of, explain, panel_actions
from networks.views.network_life import consequences_of, lacks_of, life_of
from skillnet.kernel import regions
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import Transition, TransitionRefused
from skillnet.lists import ListColumn, ListSpec, list_response
from skillnet.ui import Action, Fact, Link


def _address(network: Network) -> str:
    return reverse("networks:network_detail", args=[network.public_id])


NETWORK_LIST = ListSpec(
    columns=[
        ListColumn(gettext_lazy("Netwerk"), lambda n: n.name, sort="name", url=_address),
        ListColumn(gettext_lazy("Sector"), lambda n: n.sector, sort="sector"),
        ListColumn(
            gettext_lazy("Regio"), lambda n: regions.display_name(n.region) if n.region else "", sort="region"
        ),
        ListColumn(gettext_lazy("Oproep"), lambda n: n.call.title if n.call else "", sort="call__title"),
        ListColumn(gettext_lazy("Leden"), lambda n: n.active_members, kind="number", sort="active_members"),
        ListColumn(gettext_lazy("Open kloven"), lambda n: n.open_gaps, kind="number", sort="open_gaps"),
        ListColumn(
            gettext_lazy("Toestand"),
            lambda n: n.get_state_display(),
            kind="state",
            sort="state",
            state=lambda n: n.state,
        ),
        ListColumn(gettext_lazy("Doel"), lambda n: n.purpose, export_only=True),
    ],
    noun=npgettext_lazy("count", "netwerk", "netwerken"),
    filename="netwerken",
    filterset=NetworkFilter,
    order=("name",),
)


def network_list(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    may_add = actor.has(Role.COMPANY_CONTACT, Role.NETWORK_MANAGER)
    return list_response(  # type: ignore[return-value]
        request,
        template="networks/network_list.html",
        queryset=Network.objects.visible_to(actor).with_counts(actor).select_related("call"),
        spec=NETWORK_LIST,
        context={
            "page_title": _("Netwerken"),
            "actions": [Action(_("Netwerk oprichten"), reverse("networks:network_new"))] if may_add else [],
            "may_add": may_add,
            "joinable": Network.objects.joinable_by(actor)[:50],
        },
    )


def network_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = actor_of(request)
    network = _visible(actor, public_id)
    knows_members = may_read_members(actor, network)
    steps = NETWORK_TRANSITIONS.available(network, actor)
    runs_it = manages(actor, network.pk) or coordinates(actor, network)
    return render(
        request,
        "networks/network_detail.html",
        {
            "page_title": network.name,
            "breadcrumbs": [Link(_("Netwerken"), reverse("networks:networks")), Link(network.name)],
            "network": network,
            "facts": _facts(actor, network),
            "properties": _properties(network),
            "knows_members": knows_members,
            "members": _members(actor, network) if knows_members else [],
            "people": _people(network) if knows_members else [],
            "analyses": NeedsAnalysis.objects.visible_to(actor).filter(network=network)[:5],
            "actions": _actions(actor, network),
            "applications": NetworkApplication.objects.visible_to(actor)
            .filter(network=network)
            .select_related("call"),
            "plans": NetworkPlan.objects.visible_to(actor).filter(network=network),
            "may_plan": manages(actor, network.pk),
            "life": life_of(network),
            "consequences": consequences_of(steps),
            "steps": panel_actions(steps),
            "reason_required": all(step.needs_reason for step in steps.values()),
            "lacks": lacks_of(network, may_submit="submit" in steps) if "submit" in steps or runs_it else [],
            "own_member": own if (own := _own_member(actor, network)) else None,
            "own_steps": _own_steps(actor, own) if own else {},
            "events": events_of(network, NETWORK_TRANSITIONS, {"create": _("Opgericht")}),
        },
    )


def network_new(request: HttpRequest) -> HttpResponse:
    """Draw up a network: the own organisation promotes it."""
    actor = actor_of(request)
    promoter = own_organisation(actor)
    form = NetworkForm(request.POST or None, actor=actor)
    if request.method == "POST" and form.is_valid():
        try:
            network = create_network(actor=actor, promoter=promoter, values=form.cleaned_data)
        except ValidationError as error:
            explain(form, error, number="contracting_number")
        else:
            messages.success(request, _("Bewaard als ontwerp. Voeg nu de bedrijven toe die meedoen."))
            return redirect("networks:network_members", public_id=network.public_id)
    return _form_page(request, form, _("Netwerk oprichten"), reverse("networks:networks"), promoter.name)


def network_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """The manager changes the application, the coordinator the budget."""
    actor = actor_of(request)
    network = _visible(actor, public_id)
    if may_edit_network(actor, network):
        form: Any = NetworkForm(request.POST or None, instance=network, actor=actor)
    elif coordinates(actor, network):
        form = NetworkBudgetForm(request.POST or None, instance=network)
    else:
        raise Http404
    if request.method == "POST" and form.is_valid():
        try:
            change_network(network=network, values=form.cleaned_data)
        except ValidationError as error:
            explain(form, error, number="contracting_number")
        else:
            messages.success(request, _("Bewaard."))
            return redirect("networks:network_detail", public_id=public_id)
    return _form_page(request, form, _("Netwerk aanpassen"), _address(network), network.name)


def network_action(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = actor_of(request)
    network = _visible(actor, public_id)
    action = request.POST.get("action", "")
    if action not in NETWORK_TRANSITIONS.transitions:
        raise Http404
    try:
        network = take_network_action(
            network=network, action=action, actor=actor, reason=request.POST.get("reason", "")
        )
    except TransitionRefused as refusal:
        for reason in refusal.reasons:
            messages.error(request, reason)
    else:
        messages.success(request, _("Het netwerk staat nu op “%s”.") % network.get_state_display())
    if Network.objects.visible_to(actor).filter(pk=network.pk).exists():
        return redirect("networks:network_detail", public_id=public_id)
    return redirect("networks:networks")


def network_join(request: HttpRequest, public_id: str) -> HttpResponse:
    """The own company asks to become a member."""
    actor = actor_of(request)
    open_to = Network.objects.joinable_by(actor) | Network.objects.visible_to(actor)
    network = get_object_or_404(open_to.distinct(), public_id=public_id)
    if actor.organisation_id is None:
        raise Http404
    try:
        member = request_membership(network=network, organisation_id=actor.organisation_id, actor=actor)
    except (ValidationError, TransitionRefused) as refusal:
        messages.error(request, " ".join(getattr(refusal, "messages", [str(refusal)])))
        return redirect("networks:networks")
    if member.state == NetworkMember.State.ACTIVE:
        messages.success(request, _("Uw bedrijf is lid van %s.") % network.name)
    else:
        messages.success(request, _("Gevraagd. De netwerkmanager krijgt uw vraag en antwoordt u hier."))
    return redirect("networks:network_detail", public_id=public_id)


def _visible(actor: Actor, public_id: str) -> Network:
    networks = Network.objects.visible_to(actor).select_related(
        "call", "promoter", "contracting_organisation"
    )
    return get_object_or_404(networks, public_id=public_id)


def _form_page(request: HttpRequest, form: Any, title: str, cancel_url: str, subline: str) -> HttpResponse:
    context = {"page_title": title, "form": form, "cancel_url": cancel_url, "subline": subline}
    return render(request, "networks/form.html", context)


def _sees_gaps(actor: Actor, network: Network) -> bool:
    return manages(actor, network.pk) or steers(actor, network.pk) or coordinates(actor, network)


def _facts(actor: Actor, network: Network) -> list[Fact]:
    pairs = list(network.members.active().values_list("organisation", "organisation__undertaking"))
    members_url = reverse("networks:network_members", args=[network.public_id])
    inside = _sees_gaps(actor, network)
    facts = [
        Fact(_("Leden"), len(pairs), url=members_url if inside else ""),
        Fact(
            _("Onafhankelijke bedrijven"),
            len({group or own for own, group in pairs}),
            hint=_("verbonden tellen als één"),
        ),
    ]
    if inside:
        totals = network.gaps.open().totals()
        gaps_url = f"{reverse('networks:gaps')}?state=open&network={network.pk}"
        pools_url = f"{reverse('matching:pools')}?network={network.pk}"
        facts += [
            Fact(_("Open kloven"), totals["gaps"], url=gaps_url),
            Fact(_("Deelnemers"), totals["learners"] or 0, url=gaps_url),
            Fact(_("Bundels"), network.pools.live().count(), url=pools_url),
        ]
    return facts


def _properties(network: Network) -> list[Fact]:
    call_url = reverse("networks:call_detail", args=[network.call.public_id]) if network.call else ""
    return [
        Fact(_("Oproep"), network.call.title if network.call else "", url=call_url),
        Fact(_("Promotor"), network.promoter.name if network.promoter else ""),
        Fact(
            _("Contracterende organisatie"),
            network.contracting_organisation.name if network.contracting_organisation else "",
        ),
        Fact(_("Sector"), network.sector),
        Fact(_("Regio"), regions.display_name(network.region) if network.region else ""),
        Fact(_("Jaarbudget"), None if network.budget is None else euro_text(network.budget)),
    ]


def euro_text(amount: Any) -> str:
    from django.utils.translation import get_language

    from skillnet import formats

    return formats.euro(amount, get_language() or "nl")


def _members(actor: Actor, network: Network) -> list[NetworkMember]:
    visible = NetworkMember.objects.visible_to(actor).filter(network=network, state__in=["active", "invited"])
    return list(visible.select_related("organisation")[:100])


def _people(network: Network) -> list[Membership]:
    """Managers first, then the steering group."""
    held = network.memberships.current().select_related("user", "organisation")
    return sorted(held, key=lambda m: (m.role != Role.NETWORK_MANAGER, str(m.user)))


def _own_member(actor: Actor, network: Network) -> NetworkMember | None:
    if not actor.has(Role.COMPANY_CONTACT):
        return None
    mine = NetworkMember.objects.visible_to(actor).filter(network=network, organisation=actor.organisation_id)
    return mine.select_related("network").first()


def _own_steps(actor: Actor, member: NetworkMember) -> dict[str, Transition]:
    """What the company itself may do; what its manager may do with a member stands on the page of members."""
    found = MEMBER_TRANSITIONS.available(member, actor)
    return {name: step for name, step in found.items() if name in ("join", "decline", "leave")}


def _actions(actor: Actor, network: Network) -> list[Action]:
    key = [network.public_id]
    actions = []
    if manages(actor, network.pk):
        actions.append(Action(_("Leden beheren"), reverse("networks:network_members", args=key), tone="main"))
        if network.call is not None and lacks_application(network):
            url = reverse("networks:application_start", args=[network.call.public_id])
            actions.append(Action(_("Aanvraag schrijven"), f"{url}?network={network.pk}"))
    if manages(actor, network.pk) or steers(actor, network.pk):
        actions.append(Action(_("Opleidingsbehoeften"), reverse("networks:needs", args=key)))
    if manages(actor, network.pk):
        actions.append(Action(_("Aanpassen"), reverse("networks:network_edit", args=key)))
    elif coordinates(actor, network):
        actions.append(Action(_("Budget aanpassen"), reverse("networks:network_edit", args=key)))
    return actions
