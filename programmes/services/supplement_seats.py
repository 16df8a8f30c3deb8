"""The seats that a supplement asks, and what they cost. What was decided keeps its price: only what is added
costs what it costs today. Euro excluding VAT; nothing is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from catalogue.models import Edition, Offer
from networks.models import Organisation
from programmes.aid.shares import split_amount
from programmes.models import Programme, ProgrammeEdition
from programmes.services.plan_costs import JOBSEEKERS, PlanFacts, Seats, edition_costs
from programmes.services.seat_costs import seat_costs
from programmes.services.versions import version_of

ZERO = Decimal("0.00")
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Change:
    """What is asked, in keys: learners in all by (bought edition, company), another edition in the place of one
    that is not given, and companies that ask more for the seats that they have."""

    seats: Mapping[tuple[int, int], int] = field(default_factory=dict)
    instead: Mapping[int, int] = field(default_factory=dict)
    aid_for: frozenset[int] = frozenset()

    def as_record(self) -> dict[str, Any]:
        """As a supplement keeps it."""
        return {
            "seats": [[edition, company, n] for (edition, company), n in sorted(self.seats.items())],
            "instead": [[gone, other] for gone, other in sorted(self.instead.items())],
            "aid_for": sorted(self.aid_for),
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Change":
        return cls(
            seats={(edition, company): n for edition, company, n in record.get("seats", [])},
            instead=dict(record.get("instead", [])),
            aid_for=frozenset(record.get("aid_for", [])),
        )


@dataclass(frozen=True, slots=True)
class SeatChange:
    """The seats of one company in one edition, before and after; `edition` is the one that it will be."""

    bought: ProgrammeEdition
    edition: Edition
    organisation: Organisation
    before: int
    learners: int
    cost_before: Decimal
    cost: Decimal

    @property
    def more(self) -> int:
        return self.learners - self.before

    @property
    def is_touched(self) -> bool:
        """Whether something begins here that was not decided: more seats, or another edition."""
        return self.more > 0 or self.edition.pk != self.bought.edition_id

    @property
    def begins_on(self) -> date | None:
        day: date | None = self.edition.starts_on
        return day


def plan_token(programme: Programme) -> str:
    """The token of what a supplement changes: seats and their cost, and who takes part."""
    seats = sorted((s.edition.pk, s.organisation_id, s.learners, str(s.cost)) for s in seat_costs(programme))
    people = programme.participations.order_by("pk").values_list(
        "pk", "state", "disadvantaged", "hourly_cost"
    )
    return version_of([*seats, ("companies",), *people])


def seat_changes(*, programme: Programme, change: Change, facts: PlanFacts) -> list[SeatChange]:
    """Every company in every bought edition, as it is and as it is asked. Raises ValidationError for what no
    supplement can ask, PlanError for an edition without a price."""
    bought = {
        row.edition_id: row
        for row in programme.programme_editions.select_related("edition__offer__provider__organisation")
    }
    _check_editions(bought, change)
    now = {(s.edition.pk, s.organisation_id): (s.learners, s.cost or ZERO) for s in seat_costs(programme)}
    editions = {e.pk: e for e in _editions(change.instead.values())}
    organisations = Organisation.objects.in_bulk({pk for _edition, pk in [*now, *change.seats]})
    found = []
    for pk, row in sorted(bought.items()):
        edition = editions.get(change.instead.get(pk, 0), row.edition)
        keys = sorted(key for key in {*now, *change.seats} if key[0] == pk)
        counts = {key[1]: change.seats.get(key, now.get(key, (0, ZERO))[0]) for key in keys}
        _check_counts(counts, {key[1]: now.get(key, (0, ZERO))[0] for key in keys})
        old = {company: now.get((pk, company), (0, ZERO)) for company in counts}
        costs = _costs(row, edition, counts, old, facts, organisations)
        found += [
            SeatChange(row, edition, organisations[c], old[c][0], n, old[c][1], costs[c])
            for c, n in counts.items()
            if n or old[c][0]
        ]
    return found


def _editions(keys: Any) -> list[Edition]:
    return list(Edition.objects.filter(pk__in=list(keys)).select_related("offer__provider__organisation"))


def _check_editions(bought: Mapping[int, ProgrammeEdition], change: Change) -> None:
    asked = {edition for edition, _company in change.seats} | set(change.instead)
    if asked - set(bought) or set(change.instead.values()) & set(bought):
        raise ValidationError(_("Kies alleen edities die in dit programma staan."))


def _check_counts(wanted: Mapping[int, int], now: Mapping[int, int]) -> None:
    if any(wanted[company] < count for company, count in now.items()):
        raise ValidationError(
            _("Minder plaatsen vraagt geen uitbreiding: het bedrijf verlaagt zijn aantal bij zijn deelname.")
        )


def _costs(
    row: ProgrammeEdition,
    edition: Edition,
    counts: Mapping[int, int],
    old: Mapping[int, tuple[int, Decimal]],
    facts: PlanFacts,
    organisations: Mapping[int, Organisation],
) -> dict[int, Decimal]:
    """{company: euro} in one edition."""
    was = {company: cost for company, (_n, cost) in old.items()}
    seats = [Seats(edition, organisations[c], n) for c, n in counts.items() if n]
    if edition.pk != row.edition_id:
        return was | _in_another(row, edition, seats, facts)
    if all(counts[company] == n for company, (n, _cost) in old.items()):
        return was
    price, basis = edition.effective_price
    today = edition_costs(seats, replace(facts, jobseekers={edition.pk: row.jobseeker_seats}))[edition.pk]
    if basis != Offer.PriceBasis.EDITION:
        more = {c: counts[c] - n for c, (n, _cost) in old.items()}
        return {c: was[c] + (Decimal(str(price)) * more[c]).quantize(CENT) for c in counts}
    # One price for all: what was decided is divided anew, by the key that divides it today.
    keys = {str(company): int(today.get(company, ZERO) * 100) for company in counts}
    if not any(keys.values()):
        return was
    return {int(c): part for c, part in split_amount(sum(was.values(), ZERO), keys).items()}


def _in_another(
    row: ProgrammeEdition, edition: Edition, seats: Sequence[Seats], facts: PlanFacts
) -> dict[int, Decimal]:
    here = replace(facts, jobseekers={edition.pk: row.jobseeker_seats})
    costs = dict(edition_costs(seats, here).get(edition.pk, {}))
    apart = costs.pop(JOBSEEKERS, ZERO)
    planned = row.programme.cost_lines.filter(edition=row.edition_id, group="jobseekers", is_manual=False)
    if apart > sum((line.amount for line in planned), ZERO):
        raise ValidationError(
            _(
                "In deze editie zitten werkzoekenden: hun plaatsen betaalt de afgeschermde lijn, en die stijgt niet "
                "door een uitbreiding. Kies voor hen een andere editie."
            )
        )
    return costs


__all__ = ["Change", "SeatChange", "plan_token", "seat_changes"]
