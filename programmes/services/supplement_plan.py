"""The plan that a supplement asks, assessed by the law of today: per company before and after, and what is in
its way. Nothing is written. Euro excluding VAT.

Companies for which nothing changes keep what was decided. Whose cost only falls is assessed by the law of the
first decision, for nothing is granted to it anew.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_DOWN, Decimal

from django.utils import timezone

from networks.models import Organisation
from programmes.aid.assessment import Assessment, assess
from programmes.aid.case import Case, parse_case
from programmes.aid.rates import Rates
from programmes.aid.supplement import incentive_effect, new_total, requested_in_all
from programmes.aid.texts import Reason
from programmes.models import Participation, Programme
from programmes.services.aid_cases import AidDates, CompanyCost, case_of
from programmes.services.funding_facts import aid_of_same_costs
from programmes.services.law import database_rates
from programmes.services.plan_costs import CompanyCosts, PlanFacts, Seats, company_costs, facts_of
from programmes.services.recalculate import decided_grants, known_flags
from programmes.services.seat_costs import planned_invoices
from programmes.services.supplement_seats import Change, SeatChange, seat_changes

GRANT = "network_grant"
TRAINING_AID, DE_MINIMIS = "training_aid", "de_minimis"
ZERO = Decimal("0.00")
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class LinePlan:
    """One company whose plan changes. `begins_on`: from that day on what is added can no longer be signed or
    granted; None where nothing is added. `incentive`: what article 6 says of it; `is_barred` by it."""

    organisation: Organisation
    participation: Participation | None
    learners_before: int
    learners_after: int
    cost_before: Decimal
    cost_after: Decimal
    grant_before: Decimal
    grant_after: Decimal
    wages: Decimal
    disadvantaged: int
    assessment: Assessment | None
    case: Case | None
    is_raised: bool
    begins_on: date | None = None
    incentive: tuple[Reason, ...] = ()
    is_barred: bool = False

    @property
    def is_new(self) -> bool:
        return self.participation is None

    @property
    def own_before(self) -> Decimal:
        return self.cost_before - self.grant_before

    @property
    def own_after(self) -> Decimal:
        return self.cost_after - self.grant_after

    @property
    def extra(self) -> Decimal:
        return self.grant_after - self.grant_before

    @property
    def needs_word(self) -> bool:
        """A company promised so many learners for so much: more of either, or more aid, is another promise."""
        return (
            self.learners_after > self.learners_before
            or self.own_after > self.own_before
            or self.grant_after > self.grant_before
        )

    @property
    def route(self) -> str:
        if self.assessment is not None:
            return self.assessment.outcome.route
        return self.participation.route if self.participation else ""

    @property
    def crosses_publication(self) -> bool:
        """Whether the award passes the threshold of article 9 by this (its new total counts)."""
        was = bool(self.participation and self.participation.assessment.get("publish"))
        return self.assessment is not None and self.assessment.outcome.publish and not was


@dataclass(frozen=True, slots=True)
class SupplementPlan:
    """The whole of what is asked; cost and grant of the programme as decided and as they would be."""

    lines: Sequence[LinePlan]
    seats: Sequence[SeatChange]
    cost_before: Decimal
    cost_after: Decimal
    grant_before: Decimal
    grant_after: Decimal
    day: date

    @property
    def extra(self) -> Decimal:
        return self.grant_after - self.grant_before

    @property
    def begins_on(self) -> date | None:
        """The first lesson of what is added."""
        return min((line.begins_on for line in self.lines if line.begins_on), default=None)

    @property
    def newcomers(self) -> list[Organisation]:
        return [line.organisation for line in self.lines if line.is_new]


def plan_supplement(
    *,
    programme: Programme,
    change: Change,
    day: date | None = None,
    applied: Mapping[int, date] | None = None,
) -> SupplementPlan:
    """Assess the plan that `change` asks. `applied`: {company: day} of who signed for it already; today for the
    others. Raises ValidationError for what cannot be asked, PlanError where a price is missing."""
    today = day or timezone.localdate()
    people = {p.organisation_id: p for p in _people(programme)}
    facts = _facts(programme, change, people)
    seats = seat_changes(programme=programme, change=change, facts=facts)
    sat = [Seats(s.edition, s.organisation, s.learners) for s in seats if s.learners]
    costs = company_costs(seats=sat, costs=_by_edition(seats), facts=facts)
    was = _costs_now(seats, facts)
    decided = decided_grants(list(people.values()))
    reader = _Reader(
        programme, change, facts, seats, costs, was, today, applied or {}, database_rates(), decided
    )
    concerned = [pk for pk in costs if reader.has_changed(people.get(pk), pk)]
    drafts = {pk: reader.case(people.get(pk), pk) for pk in concerned}
    alone = {pk: reader.total(people.get(pk), pk, draft) for pk, draft in drafts.items()}
    kept = sum((decided[p.pk] for pk, p in people.items() if pk not in concerned), ZERO)
    together = kept + sum(alone.values(), ZERO)
    lines = [reader.line(people.get(pk), pk, drafts[pk], together - alone[pk]) for pk in concerned]
    rest = [p for pk, p in people.items() if pk not in concerned]
    return SupplementPlan(
        sorted(lines, key=lambda line: (line.organisation.name, line.organisation.pk)),
        seats,
        cost_before=sum((_decided_cost(p) for p in people.values()), ZERO),
        cost_after=sum((_decided_cost(p) for p in rest), ZERO) + sum((x.cost_after for x in lines), ZERO),
        grant_before=sum(decided.values(), ZERO),
        grant_after=kept + sum((line.grant_after for line in lines), ZERO),
        day=today,
    )


def _people(programme: Programme) -> Iterable[Participation]:
    return programme.participations.live().select_related("organisation").order_by("pk")


def _facts(programme: Programme, change: Change, people: Mapping[int, Participation]) -> PlanFacts:
    """What people said; who asks more for the same seats is counted with the learners who are known by now."""
    facts = facts_of(programme)
    if not change.aid_for:
        return facts
    known = known_flags(programme)
    more = {pk: known.get(people[pk].pk, 0) for pk in change.aid_for if pk in people}
    counted = {pk: max(count, facts.disadvantaged.get(pk, 0)) for pk, count in more.items()}
    return replace(facts, disadvantaged={**facts.disadvantaged, **counted})


def _by_edition(seats: Sequence[SeatChange]) -> dict[int, dict[int, Decimal]]:
    found: dict[int, dict[int, Decimal]] = {}
    for seat in seats:
        if seat.learners:
            found.setdefault(seat.edition.pk, {})[seat.organisation.pk] = seat.cost
    return found


def _costs_now(seats: Sequence[SeatChange], facts: PlanFacts) -> Mapping[int, CompanyCosts]:
    """What each company costs as the plan stands, by the same rules."""
    sat = [Seats(s.bought.edition, s.organisation, s.before) for s in seats if s.before]
    costs: dict[int, dict[int, Decimal]] = {}
    for seat in seats:
        if seat.before:
            costs.setdefault(seat.bought.edition_id, {})[seat.organisation.pk] = seat.cost_before
    return company_costs(seats=sat, costs=costs, facts=facts)


def _decided_cost(row: Participation) -> Decimal:
    """What the decision expected to be invoiced, euro."""
    return sum(planned_invoices(row).values(), ZERO)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Everything that the line of one company needs."""

    programme: Programme
    change: Change
    facts: PlanFacts
    seats: Sequence[SeatChange]
    costs: Mapping[int, CompanyCosts]
    was: Mapping[int, CompanyCosts]
    today: date
    applied: Mapping[int, date]
    rates: Rates
    decided: Mapping[int, Decimal]

    def mine(self, pk: int) -> list[SeatChange]:
        return [seat for seat in self.seats if seat.organisation.pk == pk]

    def learners(self, pk: int) -> int:
        return sum(seat.learners for seat in self.mine(pk))

    def before(self, row: Participation | None) -> tuple[int, Decimal, Decimal]:
        """Learners, cost and grant as decided."""
        if row is None:
            return 0, ZERO, ZERO
        return row.learners, _decided_cost(row), self.decided[row.pk]

    def has_changed(self, row: Participation | None, pk: int) -> bool:
        same = row is not None and self.more(pk) == 0 and self.dearer(pk) == 0
        return not same or pk in self.change.aid_for

    def is_raised(self, row: Participation | None, pk: int) -> bool:
        more = self.more(pk) > 0 or self.dearer(pk) > 0
        return row is None or more or pk in self.change.aid_for

    def more(self, pk: int) -> int:
        return sum(seat.more for seat in self.mine(pk))

    def dearer(self, pk: int) -> Decimal:
        """Euro more than the plan as it stands; less where a cost is shared by more."""
        known = self.was.get(pk)
        return self.costs[pk].cash - (known.cash if known else ZERO)

    def case(self, row: Participation | None, pk: int) -> Case | None:
        record = row.assessment.get("case") if row else None
        old = parse_case(record) if record else None
        if row is not None and not self.is_raised(row, pk):
            return self._lowered(row, old, pk)
        _learners, was, decided = self.before(row)
        costs, learners = self.costs[pk], self.learners(pk)
        share = self.rates.value(GRANT, self.today) / 100
        asked = old.requested if old else decided
        requested = requested_in_all(asked=asked, was=was, cost=costs.cash, share=share)
        if pk in self.change.aid_for:
            whole = (costs.cash * share).quantize(CENT, rounding=ROUND_DOWN)
            requested = max(requested, whole)
        marked = min(self.facts.disadvantaged.get(pk, 0), learners)
        lines = costs.cases(learners, marked)
        mine = self.mine(pk)
        hours = [s.edition.offer.hours for s in mine if s.learners and s.edition.offer.hours]
        company = CompanyCost(
            organisation=mine[0].organisation,
            learners=learners,
            hours=max(hours, default=None),
            costs=lines,
            mandatory=pk in self.facts.mandatory or any(s.edition.offer.mandatory for s in mine),
            requested=requested,
            disadvantaged=marked,
            programme=self.programme.pk,
            other_aid=aid_of_same_costs(self.facts.other.get(pk, ()), {c.category for c in lines}),
        )
        route = row.route if row and row.route in (TRAINING_AID, DE_MINIMIS) else "best"
        return case_of(cost=company, dates=self._dates(row, pk), route=route)

    def _dates(self, row: Participation | None, pk: int) -> AidDates:
        """The first application stands for what was decided; who is new applies for its own lessons."""
        own = [s.begins_on for s in self.mine(pk) if s.learners and s.begins_on]
        start = min(own, default=date.max)
        applied = self.applied.get(pk, self.today)
        if row is not None and row.applied_at is not None:
            start = min(start, self.programme.starts_on or start)
            applied = timezone.localdate(row.applied_at)
        return AidDates(application=applied, start=start, decision=self.today)

    def _lowered(self, row: Participation, old: Case | None, pk: int) -> Case | None:
        if old is None:
            return None
        costs, learners = self.costs[pk], self.learners(pk)
        was = _decided_cost(row)
        asked = requested_in_all(asked=old.requested, was=was, cost=costs.cash, share=ZERO)
        route = row.route if row.route in (TRAINING_AID, DE_MINIMIS) else old.route
        lines = costs.cases(learners, row.disadvantaged)
        return replace(old, costs=lines, requested=asked, route=route)

    def total(self, row: Participation | None, pk: int, case: Case | None) -> Decimal:
        """What the company would get if nothing had to be notified first."""
        _learners, _cost, decided = self.before(row)
        if case is None:
            return min(decided, self.costs[pk].cash)
        outcome = assess(case, self.rates).outcome
        possible = min(case.requested, outcome.headroom) if outcome.notify else outcome.granted
        if not self.is_raised(row, pk):
            return min(decided, possible, self.costs[pk].cash)
        return new_total(decided=decided, possible=possible, cost=self.costs[pk].cash)

    def line(self, row: Participation | None, pk: int, case: Case | None, others: Decimal) -> LinePlan:
        learners, cost, decided = self.before(row)
        whole = replace(case, project_aid=others) if case is not None else None
        found = assess(whole, self.rates) if whole is not None else None
        is_raised, after = self.is_raised(row, pk), self.costs[pk].cash
        possible = found.outcome.granted if found else decided
        total = new_total if is_raised else _no_more
        begins_on, incentive, is_barred = self._begin(pk, found) if is_raised else (None, (), False)
        return LinePlan(
            organisation=self.mine(pk)[0].organisation,
            participation=row,
            learners_before=learners,
            learners_after=self.learners(pk),
            cost_before=cost,
            cost_after=after,
            grant_before=decided,
            grant_after=total(decided=decided, possible=possible, cost=after),
            wages=self.costs[pk].wages,
            disadvantaged=min(self.facts.disadvantaged.get(pk, 0), self.learners(pk)),
            assessment=found,
            case=whole,
            is_raised=is_raised,
            begins_on=begins_on,
            incentive=incentive,
            is_barred=is_barred,
        )

    def _begin(self, pk: int, found: Assessment | None) -> tuple[date | None, tuple[Reason, ...], bool]:
        """When what is added begins. De minimis aid asks no incentive effect: it may still be given while the
        lessons go on."""
        touched = [s for s in self.mine(pk) if s.is_touched or pk in self.change.aid_for]
        if not touched:  # dearer without a seat more: the whole is a new promise
            touched = self.mine(pk)
        starts = [s.begins_on for s in touched if s.begins_on]
        start = min(starts, default=None)
        if start is None:
            return None, (), False
        route = found.outcome.route if found else ""
        if route == DE_MINIMIS:
            last = [s.edition.ends_on for s in touched if s.edition.ends_on]
            begun = start <= self.today
            return (max(last) + date.resolution if begun and last else start), (), False
        applied = self.applied.get(pk, self.today)
        late, why = incentive_effect(application=applied, start=start, rates=self.rates, day=self.today)
        return start, (why,), late


def _no_more(*, decided: Decimal, possible: Decimal, cost: Decimal) -> Decimal:
    return min(decided, possible, cost)


__all__ = ["LinePlan", "SupplementPlan", "plan_supplement"]
