"""Companies in a network: added, asked for, accepted, gone."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from networks.models import Gap, Invitation, Membership, Network, NetworkMember, Organisation
from networks.network_state import why_no_member, why_nothing_new
from networks.querysets import GapQuerySet
from networks.services.parties import find_company
from networks.services.telling import address_of, contacts_of, managers_of, tell
from networks.services.tokens import revoke_keys_without_role
from networks.transitions import MEMBER_TRANSITIONS
from skillnet.kernel.actor import Actor
from skillnet.kernel.changes import announce_change
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import record_decision, run_transition

State = NetworkMember.State
TAKEN_ALONG = (Gap.State.DRAFT, Gap.State.TO_CONFIRM, Gap.State.OPEN)


def add_company(*, network: Network, organisation: Organisation, actor: Actor) -> NetworkMember:
    """Ask a company into the network; one that asked itself is in at once. Asking again changes nothing.

    Raises ValidationError when the network takes no members, or this is no enterprise.
    """
    with transaction.atomic():
        _check_may_come_in(network, organisation)
        member, created = NetworkMember.objects.select_for_update(of=("self",)).get_or_create(
            network=network, organisation=organisation, defaults={"state": State.INVITED}
        )
        before = "" if created else member.state
        if before == State.REQUESTED:
            return take_member_action(member=member, action="accept", actor=actor)
        if before in (State.LEFT, State.REFUSED):
            member.state, member.left_on = State.INVITED, None
            member.save(update_fields=["state", "left_on", "updated_at"])
        if before not in (State.INVITED, State.ACTIVE):
            record_decision(
                subject=member, action="invite", from_state=before, to_state=State.INVITED, actor=actor
            )
            _tell_company(member, "member_invited", f"invite:{member.updated_at.isoformat()}")
    return member


def add_company_by_number(*, network: Network, number: str, name: str, actor: Actor) -> NetworkMember:
    """Ask the company with this enterprise number into the network; raises ValidationError."""
    with transaction.atomic():
        organisation = find_company(number=number, name=name)
        return add_company(network=network, organisation=organisation, actor=actor)


def request_membership(*, network: Network, organisation_id: int, actor: Actor) -> NetworkMember:
    """A company asks to join; one that was invited is in at once. Raises ValidationError."""
    with transaction.atomic():
        _check_may_come_in(network, Organisation.objects.get(pk=organisation_id))
        member, created = NetworkMember.objects.select_for_update(of=("self",)).get_or_create(
            network=network, organisation_id=organisation_id, defaults={"state": State.REQUESTED}
        )
        before = "" if created else member.state
        if before == State.INVITED:
            return take_member_action(member=member, action="join", actor=actor)
        if before == State.REFUSED:
            raise ValidationError(_("Het netwerk weigerde uw vraag. Neem contact op met de netwerkmanager."))
        if before == State.LEFT:
            member.state, member.left_on = State.REQUESTED, None
            member.save(update_fields=["state", "left_on", "updated_at"])
        if before in ("", State.LEFT):
            record_decision(
                subject=member, action="request", from_state=before, to_state=State.REQUESTED, actor=actor
            )
            _tell_managers(member, "member_requested", f"request:{member.updated_at.isoformat()}")
    return member


def take_member_action(
    *, member: NetworkMember, action: str, actor: Actor, reason: str = ""
) -> NetworkMember:
    """Join, decline, leave; accept, refuse, remove. The other side is told."""
    with transaction.atomic():
        changed: NetworkMember = run_transition(
            table=MEMBER_TRANSITIONS, pk=member.pk, action=action, actor=actor, reason=reason
        )
        if changed.state == State.LEFT:
            let_go(network_id=changed.network_id, organisation_id=changed.organisation_id, actor=actor)
        key = f"{action}:{changed.updated_at.isoformat()}"
        if action in ("join", "decline", "leave"):
            _tell_managers(changed, "member_answered", key)
        else:
            _tell_company(changed, "member_decided", key, reason=reason.strip())
    return changed


def let_go(*, network_id: int, organisation_id: int, actor: Actor) -> None:
    """A company that left takes its gaps along and gives its seats in the steering group back.

    Its gaps stay its own, in no network, so that nobody of the network reads or changes them any more; what
    was closed or put away stays part of the network's history. Call it inside a transaction.
    """
    now = timezone.now()
    seats = {"network": network_id, "organisation": organisation_id, "role": Role.STEERING_MEMBER}
    for seat in Membership.objects.current().select_for_update(of=("self",)).filter(**seats):
        seat.ended_at = now
        seat.save(update_fields=["ended_at", "updated_at"])
        record_decision(subject=seat, action="end", from_state="active", to_state="ended", actor=actor)
        revoke_keys_without_role(
            user_id=seat.user_id, organisation_id=organisation_id, role=seat.role, actor=actor
        )
    Invitation.objects.unanswered().filter(**seats).update(withdrawn_at=now)
    take_gaps_along(Gap.objects.filter(network=network_id, organisation=organisation_id), actor=actor)


def take_gaps_along(gaps: GapQuerySet, *, actor: Actor) -> None:
    """What is not closed or put away of these gaps leaves its network. Call it inside a transaction."""
    taken = gaps.select_for_update(of=("self",)).filter(state__in=TAKEN_ALONG)
    ids = list(taken.values_list("pk", flat=True))
    Gap.objects.filter(pk__in=ids).update(network=None, updated_at=timezone.now())
    announce_change("gap", ids, actor=actor, reason="left")


def _check_may_come_in(network: Network, organisation: Organisation) -> None:
    refusal = why_nothing_new(Network.objects.get(pk=network.pk)) or why_no_member(organisation)
    if refusal:
        raise ValidationError(refusal)


def _tell_company(member: NetworkMember, template: str, key: str, **context: str) -> None:
    tell(
        contacts_of(member.organisation_id),
        key=f"member:{member.pk}:{key}",
        template=template,
        address=address_of(member.network),
        network=member.network.name,
        state=member.state,
        **context,
    )


def _tell_managers(member: NetworkMember, template: str, key: str) -> None:
    """What a company says; a request leads to where it is answered."""
    asks = reverse("networks:network_members", args=[member.network.public_id]) + "?state=requested"
    tell(
        managers_of(member.network),
        key=f"member:{member.pk}:{key}",
        template=template,
        address=asks if member.state == State.REQUESTED else address_of(member.network),
        network=member.network.name,
        company=member.organisation.name,
        state=member.state,
    )
