"""The cost plan and the funding plan of a programme: to the cent, each line under its article."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_DOWN, Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.models import Edition, Offer
from networks.models import Organisation
from programmes.aid.assessment import Assessment, assess
from programmes.aid.case import Case, case_record
from programmes.aid.rates import Rates
from programmes.aid.shares import split_amount
from programmes.models import (
    CompanySeats,
    CostLine,
    FundingLine,
    Instrument,
    Participation,
    Programme,
    ProgrammeEdition,
)
from programmes.services.aid_cases import AidDates, CompanyCost, case_of
from programmes.services.law import COMPANY_SHARE, database_rates

GRANT = "network_grant"
CENT = Decimal("0.01")
ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Seats:
    """So many learners of a company in an edition."""

    edition: Edition
    organisation: Organisation
    learners: int


@dataclass(frozen=True, slots=True)
class CompanyPlan:
    """What one company costs, gets and pays, and the assessment that says why."""

    organisation: Organisation
    learners: int
    cost: Decimal
    grant: Decimal
    assessment: Assessment
    case: Case

    @property
    def own_share(self) -> Decimal:
        return self.cost - self.grant


class PlanError(ValueError):
    """The plan cannot be made; the sentence says what is missing."""


def write_plan(
    *,
    programme: Programme,
    seats: Sequence[Seats],
    today: date | None = None,
    caps: Mapping[int, Decimal] | None = None,
) -> list[CompanyPlan]:
    """Write seats, participations, cost lines and funding lines of a programme anew, so that they add up.

    Call it inside the transaction that changes the programme. A commitment stands as long as its learners
    stay the same and the company does not pay more. `caps` (euro by organisation) holds grants at what was
    approved: more needs a new decision. Raises PlanError when an edition has no price.
    """
    day = today or timezone.localdate()
    rates = database_rates()
    costs = edition_costs(seats)
    applied = _application_days(programme)
    plans = company_plans(seats=seats, costs=costs, rates=rates, day=day, applied=applied, caps=caps or {})
    with transaction.atomic():
        _write_seats(programme, seats)
        _write_costs(programme, seats, costs)
        _write_participations(programme, plans)
        _write_funding(programme, plans, rates, day)
        programme.learners = sum(plan.learners for plan in plans)
        programme.cost = sum((plan.cost for plan in plans), ZERO)
        programme.grant = sum((plan.grant for plan in plans), ZERO)
        programme.starts_on = min((s.edition.starts_on for s in seats if s.edition.starts_on), default=None)
        programme.save(update_fields=["learners", "cost", "grant", "starts_on", "updated_at"])
    return plans


def seats_of_programme(programme: Programme) -> list[Seats]:
    """Who sits where, as the last plan wrote it."""
    rows = (
        CompanySeats.objects.filter(programme_edition__programme=programme)
        .select_related("programme_edition__edition__offer__provider__organisation", "organisation")
        .order_by("programme_edition__edition_id", "organisation__name", "organisation_id")
    )
    return [Seats(row.programme_edition.edition, row.organisation, row.learners) for row in rows]


def _application_days(programme: Programme) -> dict[int, date]:
    """The day on which each company applied for aid: what article 6 asks to lie before the start."""
    applied = programme.participations.exclude(applied_at=None).values_list("organisation_id", "applied_at")
    return {pk: timezone.localdate(at) for pk, at in applied if at}


def edition_costs(seats: Sequence[Seats]) -> dict[int, dict[int, Decimal]]:
    """{edition: {company: euro}}: a price per participant times learners; one per edition is split."""
    by_edition: dict[int, list[Seats]] = {}
    for seat in seats:
        by_edition.setdefault(seat.edition.pk, []).append(seat)
    return {pk: _costs_of(rows[0].edition, rows) for pk, rows in by_edition.items()}


def _costs_of(edition: Edition, rows: Sequence[Seats]) -> dict[int, Decimal]:
    price, basis = edition.effective_price
    if not isinstance(price, Decimal):
        raise PlanError(
            _("De editie van “%(offer)s” heeft geen prijs. Vul ze in.") % {"offer": edition.offer.title}
        )
    learners: dict[int, int] = {}
    for row in rows:
        learners[row.organisation.pk] = learners.get(row.organisation.pk, 0) + row.learners
    if basis != Offer.PriceBasis.EDITION:
        return {pk: price * count for pk, count in learners.items()}
    parts = split_amount(price, {str(pk): count for pk, count in sorted(learners.items())})
    return {int(pk): amount for pk, amount in parts.items()}


def company_plans(
    *,
    seats: Sequence[Seats],
    costs: Mapping[int, Mapping[int, Decimal]],
    rates: Rates,
    day: date,
    applied: Mapping[int, date] | None = None,
    caps: Mapping[int, Decimal] | None = None,
) -> list[CompanyPlan]:
    """One plan for each company: the call's share of its cost, never above what the aid rules allow.

    Notification looks at the aid to the whole project (article 4(1)(n) GBER), so each company is assessed
    once alone and then beside what the others would get.
    """
    companies = sorted({s.organisation for s in seats}, key=lambda o: (o.name, o.pk))
    drafts = [_company_case(o, seats, costs, rates, day, (applied or {}).get(o.pk, day)) for o in companies]
    alone = [_possible(assess(case, rates), case) for _, _, _, case in drafts]
    together = sum(alone, ZERO)
    plans = []
    for (organisation, learners, cost, case), own in zip(drafts, alone, strict=True):
        whole = replace(case, project_aid=together - own)
        assessment = assess(whole, rates)
        granted = assessment.outcome.granted
        grant = min(granted, (caps or {}).get(organisation.pk, granted))
        plans.append(CompanyPlan(organisation, learners, cost, grant, assessment, whole))
    return plans


def _company_case(
    organisation: Organisation,
    seats: Sequence[Seats],
    costs: Mapping[int, Mapping[int, Decimal]],
    rates: Rates,
    day: date,
    applied: date,
) -> tuple[Organisation, int, Decimal, Case]:
    mine = [s for s in seats if s.organisation.pk == organisation.pk]
    start = min((s.edition.starts_on for s in seats if s.edition.starts_on), default=date.max)
    cost = sum((costs[s.edition.pk][organisation.pk] for s in _one_an_edition(mine)), ZERO)
    learners = sum(s.learners for s in mine)
    share = rates.value(GRANT, day) / 100
    company_cost = CompanyCost(
        organisation=organisation,
        learners=learners,
        hours=_hours(mine),
        costs=(("trainer", cost),),
        mandatory=any(s.edition.offer.mandatory for s in mine),
        requested=(cost * share).quantize(CENT, rounding=ROUND_DOWN),
    )
    dates = AidDates(application=applied, start=start, decision=day)
    return organisation, learners, cost, case_of(cost=company_cost, dates=dates)


def _possible(assessment: Assessment, case: Case) -> Decimal:
    """What the company would get if nothing had to be notified first."""
    outcome = assessment.outcome
    return min(case.requested, outcome.headroom) if outcome.notify else outcome.granted


def _one_an_edition(seats: Sequence[Seats]) -> list[Seats]:
    return list({s.edition.pk: s for s in seats}.values())


def _hours(seats: Sequence[Seats]) -> Decimal | None:
    known = [s.edition.offer.hours for s in seats if s.edition.offer.hours]
    return max(known) if known else None


def _write_costs(
    programme: Programme, seats: Sequence[Seats], costs: Mapping[int, Mapping[int, Decimal]]
) -> None:
    programme.cost_lines.all().delete()
    editions = {s.edition.pk: s.edition for s in seats}
    CostLine.objects.bulk_create(
        CostLine(
            programme=programme,
            edition=edition,
            category=CostLine.Category.TRAINER,
            description=_("Opleiding: %(title)s") % {"title": edition.offer.title[:250]},
            amount=sum(costs[pk].values(), ZERO),
        )
        for pk, edition in sorted(editions.items())
    )


def _write_seats(programme: Programme, seats: Sequence[Seats]) -> None:
    programme.programme_editions.all().delete()
    totals: dict[tuple[int, int], int] = {}
    for seat in seats:
        key = (seat.edition.pk, seat.organisation.pk)
        totals[key] = totals.get(key, 0) + seat.learners
    bought = {
        pk: ProgrammeEdition(
            programme=programme, edition_id=pk, seats=sum(n for (e, _o), n in totals.items() if e == pk)
        )
        for pk in sorted({edition for edition, _organisation in totals})
    }
    ProgrammeEdition.objects.bulk_create(bought.values())
    CompanySeats.objects.bulk_create(
        CompanySeats(programme_edition=bought[edition], organisation_id=organisation, learners=learners)
        for (edition, organisation), learners in sorted(totals.items())
    )


def _write_participations(programme: Programme, plans: Sequence[CompanyPlan]) -> None:
    known = {p.organisation_id: p for p in programme.participations.select_for_update(of=("self",))}
    for plan in plans:
        row = known.pop(plan.organisation.pk, None) or Participation(
            programme=programme, organisation=plan.organisation
        )
        if _needs_a_new_word(row, plan):
            row.state = Participation.State.PROPOSED
        row.learners, row.cost, row.grant = plan.learners, plan.cost, plan.grant
        row.own_share = plan.own_share
        row.route = plan.assessment.outcome.route
        row.assessment = plan.assessment.as_record() | {"case": case_record(plan.case)}
        row.save()
    for row in known.values():
        _leave(row)


def _needs_a_new_word(row: Participation, plan: CompanyPlan) -> bool:
    """A company promised so many learners for so much: anything else is another promise."""
    if row.state == Participation.State.WITHDRAWN:
        return True
    changed = row.learners != plan.learners or plan.own_share > row.own_share
    return row.state == Participation.State.COMMITTED and changed


def _leave(row: Participation) -> None:
    """A company that is no longer in the plan: what it relied on stays, its money does not."""
    if row.state == Participation.State.PROPOSED and row.applied_at is None:
        row.delete()
        return
    row.state = Participation.State.WITHDRAWN
    row.learners, row.cost, row.grant, row.own_share = 0, ZERO, ZERO, ZERO
    row.save()


def _write_funding(programme: Programme, plans: Sequence[CompanyPlan], rates: Rates, day: date) -> None:
    programme.funding_lines.all().delete()
    instruments = {i.code: i for i in Instrument.objects.filter(code__in=[GRANT, COMPANY_SHARE])}
    rate = rates.at(GRANT, day)
    lines = []
    for plan in plans:
        if plan.grant:
            lines.append(
                FundingLine(
                    programme=programme,
                    instrument=instruments[GRANT],
                    organisation=plan.organisation,
                    amount=plan.grant,
                    legal_basis=_grant_basis(plan, rate.legal_basis),
                    rate_key=rate.key,
                    rate=rate.value,
                )
            )
        lines.append(
            FundingLine(
                programme=programme,
                instrument=instruments[COMPANY_SHARE],
                organisation=plan.organisation,
                amount=plan.own_share,
                legal_basis=rate.legal_basis,
            )
        )
    FundingLine.objects.bulk_create(lines)


def _grant_basis(plan: CompanyPlan, call_basis: str) -> str:
    """The article under which the aid stands, and the call that pays it."""
    articles = [
        r.legal_basis for r in plan.assessment.outcome.reasons if r.rule.endswith(("maximum", "intensity"))
    ]
    return "; ".join(dict.fromkeys([*articles, call_basis]))[:300]
