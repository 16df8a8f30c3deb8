"""What a network can ask beside a decision: its seats, who waits, who may come in, editions instead. Reads only."""

from dataclasses import dataclass
from typing import Any

from catalogue.models import Edition
from networks.models import Organisation
from programmes.models import Participation, Programme, WaitingPlace
from programmes.services.other_edition import editions_to_come
from programmes.services.recalculate import DECIDED, last_recalculations
from programmes.services.seat_costs import seat_costs


@dataclass(frozen=True, slots=True)
class Choices:
    """`seats`: (edition, company, learners, waiting); `aid`: companies for which the rules give more by now."""

    seats: list[tuple[Edition, Organisation, int, int]]
    newcomers: list[Organisation]
    instead: dict[Edition, list[Edition]]
    aid: list[Organisation]


def supplement_choices(programme: Programme) -> Choices:
    """What its form offers; what stands in the way is said once something was filled in."""
    people = {p.organisation_id: p for p in programme.participations.live().select_related("organisation")}
    waits = _waiting(programme)
    seats = [
        (s.edition, people[s.organisation_id].organisation, s.learners, waits.get(key, 0))
        for s in seat_costs(programme)
        if (key := (s.edition.pk, s.organisation_id)) and s.organisation_id in people
    ]
    seats.sort(key=lambda row: (row[0].starts_on is None, row[0].starts_on, row[0].pk, row[1].name))
    members = Organisation.objects.filter(
        network_members__network=programme.network_id, network_members__state="active"
    )
    return Choices(
        seats,
        newcomers=list(members.exclude(pk__in=people).distinct().order_by("name", "pk")[:200]),
        instead=_instead(programme, [edition for edition, *_rest in seats]),
        aid=[people[pk].organisation for pk in sorted(asks_more(list(people.values())))],
    )


def asks_more(rows: list[Participation]) -> set[int]:
    """Companies for which the last recalculation found more than was decided."""
    keys = {row.pk: row.organisation_id for row in rows}
    return {keys[pk] for pk, evidence in last_recalculations(rows).items() if evidence["needs_decision"]}


def _waiting(programme: Programme) -> dict[tuple[int, int], int]:
    rows = WaitingPlace.objects.filter(
        participation__programme=programme, state=WaitingPlace.State.WAITING
    ).values_list("edition_id", "participation__organisation_id", "learners")
    return {(edition, company): learners for edition, company, learners in rows}


def _instead(programme: Programme, editions: list[Any]) -> dict[Edition, list[Edition]]:
    gone = {e.pk for e in editions if e.state == Edition.State.CANCELLED}
    if not gone or programme.state not in DECIDED:
        return {}
    bought = programme.programme_editions.filter(edition__in=gone).select_related(
        "edition__offer__provider__organisation", "programme"
    )
    return {row.edition: editions_to_come(row) for row in bought}


__all__ = ["Choices", "asks_more", "supplement_choices"]
