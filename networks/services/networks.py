"""Drawing up a network and taking it through its decisions."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from networks.models import Gap, Network, NetworkMember, Organisation
from networks.network_transitions import NETWORK_TRANSITIONS
from networks.services.members import take_gaps_along
from networks.services.parties import find_company
from networks.services.people import grant_role
from networks.services.telling import (
    address_of,
    contacts_of,
    coordinators_of,
    managers_of,
    steering_group_of,
    tell,
)
from skillnet.accounts.models import User
from skillnet.kernel.actor import Actor
from skillnet.kernel.changes import announce_change
from skillnet.kernel.importing import changes_of
from skillnet.kernel.names import normalise_organisation_name
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import record_decision, run_transition


def create_network(
    *, actor: Actor, promoter: Organisation, values: Mapping[str, Any], manager: User | None = None
) -> Network:
    """A draft of `promoter`; the person becomes its manager, a company that promotes it its first member.

    `manager` is that person where none is present: for a key, whoever made it.

    In `values`, `contracting_number` and `contracting_name` name the contracting organisation; without them
    it is the promoter. Raises ValidationError, also for a name that is taken.
    """
    with transaction.atomic():
        network = Network(promoter=promoter, contracting_organisation=promoter)
        changes_of(network, _with_contractor(values, promoter))
        _save(network)
        if promoter.kind == Organisation.Kind.COMPANY:
            NetworkMember.objects.create(
                network=network,
                organisation=promoter,
                state=NetworkMember.State.ACTIVE,
                joined_on=timezone.localdate(),
            )
        if (person := manager or actor.user) is not None:
            grant_role(user=person, organisation=promoter, role=Role.NETWORK_MANAGER, network=network)
        record_decision(subject=network, action="create", from_state="", to_state=network.state, actor=actor)
    return network


def change_network(*, network: Network, values: Mapping[str, Any]) -> Network:
    """Change what stands in `values`. The name, the call and the parties are fixed once it is submitted."""
    with transaction.atomic():
        network = Network.objects.select_for_update(of=("self",)).get(pk=network.pk)
        changed = changes_of(network, _with_contractor(values, network.promoter))
        fixed = {"name", "call", "promoter", "contracting_organisation"} & set(changed)
        if fixed and network.state != Network.State.DRAFT:
            raise ValidationError(_("Naam, oproep en partijen liggen vast zodra het netwerk is ingediend."))
        if changed:
            _save(network)
    return network


TOLD_TO_MEMBERS = frozenset({"suspend", "resume", "wind_down", "close"})


def take_network_action(*, network: Network, action: str, actor: Actor, reason: str = "") -> Network:
    """Submit, withdraw, approve, return, reject, suspend, resume or close; the other side is told."""
    with transaction.atomic():
        changed: Network = run_transition(
            table=NETWORK_TRANSITIONS,
            pk=network.pk,
            action=action,
            actor=actor,
            reason=reason,
            evidence=_evidence(network),
        )
        if action == "submit":
            people, template = coordinators_of(changed), "network_submitted"
        else:
            people, template = managers_of(changed), "network_decided"
        tell(
            [person for person in people if person != actor.user],
            key=f"network:{changed.pk}:{action}:{changed.updated_at.isoformat()}",
            template=template,
            address=address_of(changed),
            network=changed.name,
            state=changed.state,
            action=action,
            reason=reason.strip(),
        )
        if action in TOLD_TO_MEMBERS:
            _move_gaps(changed, action, actor)
            _tell_members(changed, action, actor)
    return changed


def _move_gaps(network: Network, action: str, actor: Actor) -> None:
    """What is proposed goes when the network lies still and comes back when it goes on; once it is closed, its
    companies have their gaps to themselves: nobody asks providers for what nobody can buy."""
    gaps = Gap.objects.filter(network=network)
    if action == "close":
        take_gaps_along(gaps, actor=actor)
    else:
        open_ones = list(gaps.open().values_list("pk", flat=True))
        announce_change("gap", open_ones, actor=actor, reason=action)


def _tell_members(network: Network, action: str, actor: Actor) -> None:
    """What a network lying still, ending or going on means for its companies and its steering group."""
    led = {person.pk for person in managers_of(network)} | {actor.user.pk if actor.user else None}
    companies = network.members.active().values_list("organisation", flat=True)
    people = {*contacts_of(*companies), *steering_group_of(network)}
    tell(
        [person for person in people if person.pk not in led],
        key=f"network:{network.pk}:members:{action}:{network.updated_at.isoformat()}",
        template="network_standing",
        address=address_of(network),
        network=network.name,
        state=network.state,
    )


def _with_contractor(values: Mapping[str, Any], promoter: Organisation | None) -> dict[str, Any]:
    result = dict(values)
    name = result.pop("contracting_name", "")
    if "contracting_number" in result:
        number = result.pop("contracting_number")
        result["contracting_organisation"] = find_company(number=number, name=name) if number else promoter
    return result


def _evidence(network: Network) -> dict[str, Any]:
    """The companies as they were when the decision fell."""
    members = network.members.active()
    return {
        "members": sorted(members.values_list("organisation__name", flat=True)),
        "independent": members.count_independent(),
    }


def _save(network: Network) -> None:
    taken = Network.objects.filter(normalised_name=normalise_organisation_name(network.name))
    if taken.exclude(pk=network.pk).exists():
        raise ValidationError({"name": _("Er bestaat al een netwerk met deze naam.")})
    network.full_clean(
        exclude=["public_id", "normalised_name", "call", "promoter", "contracting_organisation"]
    )
    network.save()
