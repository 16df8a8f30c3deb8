"""The aid of a decided programme when its learners change: less at once, more only by a new decision."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from programmes.aid.assessment import assess
from programmes.aid.case import parse_case
from programmes.aid.delivery import Use, delivered_case
from programmes.aid.rates import Rates
from programmes.models import (
    CompanySeats,
    CostLine,
    Enrolment,
    FundingLine,
    Participation,
    Programme,
    SupplementLine,
)
from programmes.services.budgets import reserve_budget
from programmes.services.law import COMPANY_SHARE, database_rates
from programmes.services.seat_costs import SeatCost, dropped_costs, planned_invoices, seat_costs
from skillnet.kernel.actor import Actor
from skillnet.kernel.models import Decision
from skillnet.kernel.transitions import TransitionRefused, decisions_on, record_decision

ZERO = Decimal("0.00")
GRANT = "network_grant"
ACTION = "recalculate"
# A later decision that granted more: what was recalculated before it stands on the first one.
SUPPLEMENTED = "supplement"
P = Programme.State
# From the decision until the settlement, which counts what really happened.
DECIDED = (P.APPROVED, P.RUNNING, P.DELIVERED)
ENDED = (P.DELIVERED,)


@dataclass(frozen=True, slots=True)
class Recalculation:
    """What the learners of one company mean for its aid, euro.

    `decided` is what was granted, `possible` what the rules give for the seats in use, `before` and `after`
    what the plan holds. More than was decided needs a new decision, so `after` never exceeds it. `cost` is what
    it costs without editions that were cancelled: with those their price goes, not only the grant.
    """

    participation: Participation
    decided: Decimal
    possible: Decimal
    before: Decimal
    after: Decimal
    cost: Decimal

    @property
    def needs_decision(self) -> bool:
        return self.possible > self.decided

    @property
    def has_changed(self) -> bool:
        return self.before != self.after or self.cost != self.participation.cost


def recalculate(*, programme: Programme, actor: Actor, cause: str) -> list[Recalculation]:
    """Calculate the aid of each company again, with the law and the figures of the decision.

    Lower grants are written at once, and come back as far as the decision and the budget reach; the promise
    of the company stands. Each change is a Decision. The caller holds the programme's row. Nothing happens
    before the decision and after the settlement.
    """
    if programme.state not in DECIDED:
        return []
    found = outlook(programme)
    with transaction.atomic():
        for item in found:
            if item.has_changed:
                _write(programme, item, actor, cause)
            elif item.needs_decision and not _said(item):
                _record(item, actor, cause)
        if any(item.has_changed for item in found):
            _write_cost_lines(programme)
    return found


def outlook(programme: Programme) -> list[Recalculation]:
    """What a recalculation would find for each company; nothing is written."""
    came_later = SupplementLine.objects.filter(
        participation=OuterRef("pk"), is_new=True, supplement__state="granted"
    )
    rows = list(
        programme.participations.filter(state=Participation.State.COMMITTED)
        .select_related("organisation")
        .annotate(came_later=Exists(came_later))
        .order_by("pk")
    )
    ended = programme.state in ENDED and programme.enrolments.live().exists()
    seats = seat_costs(programme)
    gone = dropped_costs(seats)
    uses = _uses(programme, rows, seats, ended=ended)
    flags, decided, law = _flags(programme), decided_grants(rows), database_rates()
    found = []
    for row in rows:
        mine = uses.get(row.organisation_id, [])
        possible = _possible(_as_it_is(row, programme), mine, flags.get(row.pk, (0, 0)), ended, law)
        cost = _cost(row, gone.get(row.organisation_id, ZERO))
        after = min(possible, decided[row.pk], cost)
        found.append(Recalculation(row, decided[row.pk], possible, row.grant, after, cost))
    return found


def _cost(row: Participation, dropped: Decimal) -> Decimal:
    """What was planned to be invoiced, less the editions that are not given and what a cheaper one saves; as it
    stands where no case was kept."""
    if not row.assessment.get("case"):
        return Decimal(row.cost)
    return max(ZERO, sum(planned_invoices(row).values(), ZERO) - dropped)


def _as_it_is(row: Participation, programme: Programme) -> Participation:
    """The participation with the days of its case as they are by now: an edition that was moved before the
    application takes the incentive effect away, and with that the aid (article 6 GBER). Who came in by a
    supplement applied before its own first lesson, not that of the others."""
    record = row.assessment.get("case")
    if record and programme.starts_on:
        came_later = getattr(row, "came_later", False)
        start = _own_start(row) if came_later else programme.starts_on
        days = {"start_date": (start or programme.starts_on).isoformat()}
        if row.applied_at:
            days["application_date"] = timezone.localdate(row.applied_at).isoformat()
        row.assessment = row.assessment | {"case": dict(record) | days}
    return row


def _own_start(row: Participation) -> date | None:
    """The first lesson of the company's own seats that are still given."""
    seats = CompanySeats.objects.filter(
        programme_edition__programme=row.programme_id, organisation=row.organisation_id
    ).exclude(programme_edition__edition__state="cancelled")
    first: date | None = seats.aggregate(first=Min("programme_edition__edition__starts_on"))["first"]
    return first


def _possible(
    row: Participation, uses: list[Use], flags: tuple[int, int], ended: bool, law: Rates
) -> Decimal:
    """What the rules give for the seats in use; what the plan holds where no case was kept."""
    record, planned = row.assessment.get("case"), Decimal(row.grant)
    if not record or not uses:
        return planned
    case = parse_case(record)
    declared = sum(p.disadvantaged for p in case.participants)
    known, people = flags
    # Until everybody has a name, what the company declared stands; more than that is known at once.
    full = ended or people >= sum(use.seats for use in uses)
    wanted = delivered_case(case, uses, known if full else max(known, declared))
    route = row.route if row.route in ("training_aid", "de_minimis") else case.route
    return assess(replace(wanted, route=route), law).outcome.granted


def decided_grants(rows: Sequence[Participation]) -> dict[int, Decimal]:
    """{participation: euro} that was decided: what the plan held before a recalculation lowered it, or what the
    last supplement made of it."""
    found = {row.pk: row.grant for row in rows}
    said: set[int] = set()
    for decision in _on_grants(found):
        if decision.subject_id not in said or decision.action == SUPPLEMENTED:
            found[decision.subject_id] = Decimal(decision.evidence["decided"])
        said.add(decision.subject_id)
    return found


def last_recalculations(rows: Sequence[Participation]) -> dict[int, Mapping[str, Any]]:
    """{participation: evidence} of the last recalculation since the last decision on its aid, of those that had
    one; amounts are text, euro."""
    found: dict[int, Mapping[str, Any]] = {}
    for decision in _on_grants([row.pk for row in rows]):
        if decision.action == SUPPLEMENTED:
            found.pop(decision.subject_id, None)
        else:
            found[decision.subject_id] = decision.evidence
    return found


def _on_grants(keys: Iterable[int]) -> QuerySet[Decision]:
    return Decision.objects.filter(
        subject_type=ContentType.objects.get_for_model(Participation),
        subject_id__in=list(keys),
        action__in=[ACTION, SUPPLEMENTED],
    ).order_by("id")


def decided_grant(row: Participation) -> Decimal:
    """The same for one company, euro."""
    return decided_grants([row])[row.pk]


def _uses(
    programme: Programme, rows: list[Participation], seats: list[SeatCost], *, ended: bool
) -> Mapping[int, list[Use]]:
    """Seats of each company by edition, and how many are in use or may still be filled."""
    counts = _enrolment_counts(programme)
    found: dict[int, list[Use]] = {}
    by_company = {row.organisation_id: row.pk for row in rows}
    for seat in seats:
        if seat.organisation_id not in by_company:
            continue
        absent, present = counts.get((seat.edition.pk, by_company[seat.organisation_id]), (0, 0))
        used = present if ended else seat.learners - absent
        if not seat.is_live:
            used = 0
        price = Decimal(1) if seat.decided is None else seat.decided / seat.learners
        now = None if seat.cost is None else seat.cost / seat.learners
        found.setdefault(seat.organisation_id, []).append(Use(seat.learners, max(0, used), price, now))
    return found


def _enrolment_counts(programme: Programme) -> Mapping[tuple[int, int], tuple[int, int]]:
    """{(edition, participation): (who did not come, who was there)}"""
    counted = (
        Enrolment.objects.filter(programme=programme, participation__isnull=False)
        .order_by()
        .values("edition_id", "participation_id")
        .annotate(
            absent=Count("pk", filter=Q(state=Enrolment.State.NO_SHOW)),
            present=Count("pk", filter=Q(state__in=["attended", "certified"])),
        )
    )
    return {(c["edition_id"], c["participation_id"]): (c["absent"], c["present"]) for c in counted}


def known_flags(programme: Programme) -> dict[int, int]:
    """{participation: learners with a seat who count as disadvantaged}, as far as it is known by now."""
    return {pk: flagged for pk, (flagged, _people) in _flags(programme).items()}


def _flags(programme: Programme) -> Mapping[int, tuple[int, int]]:
    """{participation: (disadvantaged learners, learners with a seat)}"""
    seated = (
        Enrolment.objects.filter(programme=programme, participation__isnull=False)
        .seated()
        .exclude(state=Enrolment.State.NO_SHOW)
        .order_by()
        .values("participation_id")
        .annotate(flagged=Count("pk", filter=Q(disadvantaged=True)), people=Count("pk"))
    )
    return {c["participation_id"]: (c["flagged"], c["people"]) for c in seated}


def _write(programme: Programme, item: Recalculation, actor: Actor, cause: str) -> None:
    row = item.participation
    delta, cost = item.after - item.before, item.cost - row.cost
    try:
        with transaction.atomic():
            Participation.objects.filter(pk=row.pk).update(
                grant=F("grant") + delta, cost=item.cost, own_share=F("own_share") + cost - delta
            )
            Programme.objects.filter(pk=programme.pk).update(grant=F("grant") + delta, cost=F("cost") + cost)
            _move_funding(programme, row, delta, cost)
            if delta > 0:
                reserve_budget(programme)
    except TransitionRefused:
        return  # somebody else has the money by now: coming back needs a new decision
    _record(item, actor, cause)
    row.refresh_from_db()


def _move_funding(programme: Programme, row: Participation, delta: Decimal, cost: Decimal) -> None:
    lines = FundingLine.objects.filter(programme=programme, organisation=row.organisation)
    lines.filter(instrument__code=GRANT).update(amount=F("amount") + delta)
    lines.filter(instrument__code=COMPANY_SHARE).update(amount=F("amount") + cost - delta)


def _write_cost_lines(programme: Programme) -> None:
    """The price of an edition that is not given is no cost; that of one that goes on after all is again."""
    totals: dict[int, Decimal] = {}
    for seat in seat_costs(programme):
        amount = seat.cost if seat.is_live and seat.cost is not None else ZERO
        totals[seat.edition.pk] = totals.get(seat.edition.pk, ZERO) + amount
    lines = programme.cost_lines.filter(is_manual=False, group=CostLine.Group.ALL)
    for line in lines.filter(edition__in=totals):
        if line.edition_id is not None and line.amount != totals[line.edition_id]:
            line.amount = totals[line.edition_id]
            line.save(update_fields=["amount"])


def _record(item: Recalculation, actor: Actor, cause: str) -> None:
    row = item.participation
    record_decision(
        subject=row,
        action=ACTION,
        from_state=row.state,
        to_state=row.state,
        actor=actor,
        evidence={
            "cause": cause,
            "decided": str(item.decided),
            "possible": str(item.possible),
            "before": str(item.before),
            "after": str(item.after),
            "cost": str(item.cost),
            "needs_decision": item.needs_decision,
        },
    )


def _said(item: Recalculation) -> bool:
    """Whether the last recalculation found the same already."""
    last: Decision | None = decisions_on(item.participation).filter(action=ACTION).order_by("-id").first()
    return last is not None and Decimal(last.evidence["possible"]) == item.possible
