"""Companies in a network: added, asked for, accepted, gone; and the people who are invited for them."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from networks.addresses import Invitee, read_addresses
from networks.models import Network, NetworkMember, Organisation
from networks.services.parties import find_company
from networks.services.people import invite_person
from networks.services.telling import address_of, contacts_of, managers_of, tell
from networks.transitions import MEMBER_TRANSITIONS
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import record_decision, run_transition

State = NetworkMember.State


def add_company(*, network: Network, organisation: Organisation, actor: Actor) -> NetworkMember:
    """Ask a company into the network; one that asked itself is in at once. Asking again changes nothing."""
    with transaction.atomic():
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
    """A company asks to join; one that was invited is in at once."""
    with transaction.atomic():
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
        key = f"{action}:{changed.updated_at.isoformat()}"
        if action in ("join", "decline", "leave"):
            _tell_managers(changed, "member_answered", key)
        else:
            _tell_company(changed, "member_decided", key, reason=reason.strip())
    return changed


@dataclass(slots=True)
class InvitedList:
    """What became of a pasted list: how many were invited, and what was wrong in which line."""

    sent: int = 0
    problems: list[str] = field(default_factory=list)


def invite_addresses(
    *, network: Network, text: str, role: Role, actor: Actor, organisation: Organisation | None = None
) -> InvitedList:
    """Invite everybody on a pasted list; each stands on its own, so one bad line stops no other.

    A line with an enterprise number also asks that company into the network; one without is for
    `organisation`. `role` is company contact, or steering member of this network.
    """
    addresses = read_addresses(text)
    result = InvitedList(
        problems=[_("Regel %(n)d niet gelezen: %(text)s") % {"n": n, "text": t} for n, t in addresses.unread]
    )
    for invitee in addresses.invitees:
        try:
            with transaction.atomic():
                _invite(network, invitee, role, actor, organisation)
            result.sent += 1
        except ValidationError as error:
            result.problems.append(f"{invitee.email}: {' '.join(error.messages)}")
    return result


def _invite(
    network: Network, invitee: Invitee, role: Role, actor: Actor, organisation: Organisation | None
) -> None:
    if invitee.number:
        organisation = find_company(number=invitee.number, name=invitee.company)
        add_company(network=network, organisation=organisation, actor=actor)
    if organisation is None:
        raise ValidationError(_("Kies het bedrijf, of zet zijn ondernemingsnummer achter het adres."))
    invite_person(
        email=invitee.email,
        organisation=organisation,
        role=role,
        actor=actor,
        network=network if role == Role.STEERING_MEMBER else None,
    )


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
    tell(
        managers_of(member.network),
        key=f"member:{member.pk}:{key}",
        template=template,
        address=address_of(member.network),
        network=member.network.name,
        company=member.organisation.name,
        state=member.state,
    )
