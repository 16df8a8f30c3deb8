"""A pasted list of people, invited line by line, each with what became of it and what to do about it."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from networks.addresses import Invitee, has_address, read_addresses
from networks.models import Invitation, Membership, Network, Organisation
from networks.services.members import add_company
from networks.services.parties import find_company
from networks.services.people import asks_the_company, has_joined, invite_person
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role

INVITED, ALREADY_IN, WAITING, REPEATED, REFUSED = "invited", "already_in", "waiting", "repeated", "refused"


@dataclass(frozen=True, slots=True)
class InvitedLine:
    """What became of one line; `remedy` says what to do when nothing was sent."""

    line: int
    text: str
    outcome: str
    organisation: str = ""
    remedy: str = ""


@dataclass(slots=True)
class InvitedList:
    """What became of a pasted list, in the order of its lines."""

    lines: list[InvitedLine] = field(default_factory=list)
    rest: str = ""
    """What was not read any more: too many at once."""

    def again(self, text: str) -> str:
        """What of the pasted `text` still has to be sent: the refused lines to correct, and the rest."""
        refused = {line.line for line in self.lines if line.outcome == REFUSED}
        kept = [line for number, line in enumerate(text.splitlines(), start=1) if number in refused]
        return "\n".join([*kept, self.rest]).strip()

    @property
    def sent(self) -> int:
        return sum(line.outcome == INVITED for line in self.lines)

    @property
    def problems(self) -> list[str]:
        """The refused lines as sentences."""
        return [f"{line.text}: {line.remedy}" for line in self.lines if line.outcome == REFUSED]


def invite_addresses(
    *, network: Network, text: str, role: Role, actor: Actor, organisation: Organisation | None = None
) -> InvitedList:
    """Invite everybody on a pasted list; each stands on its own, so one bad line stops no other.

    A line with an enterprise number also asks that company into the network; one without is for
    `organisation`. `role` is company contact, or steering member of this network. Who is in already, or has
    an open invitation, is not mailed again.
    """
    addresses = read_addresses(text)
    lines = [InvitedLine(n, shown, REFUSED, remedy=_remedy(shown)) for n, shown in addresses.unread]
    lines += [
        InvitedLine(n, email, REPEATED, remedy=_("Staat al hoger in de lijst."))
        for n, email in addresses.repeats
    ]
    for invitee in addresses.invitees:
        try:
            with transaction.atomic():
                lines.append(_invite(network, invitee, role, actor, organisation))
        except ValidationError as error:
            said = " ".join(error.messages)
            lines.append(InvitedLine(invitee.line, invitee.email, REFUSED, remedy=said))
    return InvitedList(sorted(lines, key=lambda line: line.line), addresses.rest)


def _remedy(text: str) -> str:
    if has_address(text):
        return _("Het ondernemingsnummer klopt niet: kijk de tien cijfers na, of laat het weg.")
    return _("Er staat geen e-mailadres in. Schrijf het zoals naam@bedrijf.be.")


def _invite(
    network: Network, invitee: Invitee, role: Role, actor: Actor, organisation: Organisation | None
) -> InvitedLine:
    if invitee.number:
        organisation = find_company(number=invitee.number, name=invitee.company)
        add_company(network=network, organisation=organisation, actor=actor)
    if organisation is None:
        raise ValidationError(_("Kies het bedrijf, of zet zijn ondernemingsnummer achter het adres."))
    of_network = network if role == Role.STEERING_MEMBER else None
    mine = {"organisation": organisation, "role": role, "network": of_network}
    name, joined = organisation.name, has_joined(network=network, organisation=organisation)
    has_people = _("Het bedrijf heeft hier al mensen: zij moeten nog akkoord gaan.")
    there = Membership.objects.current().filter(user__email__iexact=invitee.email, **mine).exists()
    waiting = Invitation.objects.unanswered().filter(email=invitee.email, **mine)
    if there and joined:
        return InvitedLine(invitee.line, invitee.email, ALREADY_IN, name, _("Heeft deze rol al."))
    if there or (not joined and waiting.filter(is_vouched=True).exists()):
        # Who works for a company is not told to whoever only asked it in; its people read that it was asked.
        return InvitedLine(invitee.line, invitee.email, INVITED, name, has_people)
    if waiting.exists():
        said = _("Heeft al een open uitnodiging. Herinner in de lijst hieronder.")
        if waiting.filter(is_vouched=True).exists():
            said = _("Heeft al een open uitnodiging van het eigen bedrijf.")
        return InvitedLine(invitee.line, invitee.email, WAITING, name, said)
    invite_person(
        email=invitee.email,
        organisation=organisation,
        role=role,
        actor=actor,
        network=of_network,
        for_network=network,
    )
    asked = asks_the_company(organisation_id=organisation.pk, role=role, actor=actor)
    said = has_people if asked else ""
    if of_network is not None and not joined:
        said = _("De zetel gaat open zodra het bedrijf lid is.")
    return InvitedLine(invitee.line, invitee.email, INVITED, name, said)
