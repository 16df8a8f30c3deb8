"""What leaving does, said before a company is taken out of a network."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from networks.models import Membership, Network, NetworkMember
from networks.rules import MIN_COMPANIES
from skillnet.kernel.roles import Role

State = NetworkMember.State
REMOVABLE = (State.ACTIVE, State.INVITED)


def consequences_of_leaving(*, network: Network, members: Sequence[Any]) -> dict[int, list[str]]:
    """Of each member that can be taken out, what follows, as sentences; two queries for all of them.

    `members` are read `with_gap_counts()`.
    """
    ids = [member.organisation_id for member in members if member.state in REMOVABLE]
    seats = Membership.objects.current().filter(
        network=network, organisation__in=ids, role=Role.STEERING_MEMBER
    )
    steering = Counter(seats.values_list("organisation", flat=True))
    active = list(network.members.active().select_related("organisation"))
    keys = {member.organisation_id: member.organisation.undertaking_key for member in active}
    found = {}
    for member in members:
        if member.state == State.INVITED:
            found[member.pk] = [_("De uitnodiging vervalt.")]
        elif member.state == State.ACTIVE:
            own = member.organisation_id
            left = {key for organisation, key in keys.items() if organisation != own}
            found[member.pk] = _sentences(member.open_gaps, steering[own], len(left), len(set(keys.values())))
    return found


def _sentences(gaps: int, seats: int, left: int, before: int) -> list[str]:
    found = []
    if gaps:
        sentence = ngettext(
            "%(n)d open kloof gaat mee met het bedrijf en verlaat de bundels.",
            "%(n)d open kloven gaan mee met het bedrijf en verlaten de bundels.",
            gaps,
        )
        found.append(sentence % {"n": gaps})
    if seats:
        sentence = ngettext(
            "%(n)d zetel in de stuurgroep vervalt.", "%(n)d zetels in de stuurgroep vervallen.", seats
        )
        found.append(sentence % {"n": seats})
    if left < MIN_COMPANIES <= before:
        sentence = ngettext(
            "Er blijft %(n)d onafhankelijk bedrijf over; een netwerk telt er minstens drie.",
            "Er blijven %(n)d onafhankelijke bedrijven over; een netwerk telt er minstens drie.",
            left,
        )
        found.append(sentence % {"n": left})
    return [*found, _("Het bedrijf leest uw motivering. Bevestigde programma’s lopen voort.")]
