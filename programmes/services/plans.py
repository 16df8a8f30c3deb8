"""The cost plan and the funding plan of a programme: to the cent, each line under its article."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_DOWN, Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.models import Edition
from networks.models import Organisation
from programmes.aid.assessment import Assessment, assess
from programmes.aid.case import Case, case_record
from programmes.aid.rates import Rates
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
from programmes.services.course_lines import course_titles, line_words
from programmes.services.funding_facts import aid_of_same_costs
from programmes.services.law import COMPANY_SHARE, JOBSEEKER_SEATS, database_rates
from programmes.services.plan_costs import (
    JOBSEEKERS,
    NO_FACTS,
    CompanyCosts,
    PlanError,
    PlanFacts,
    Seats,
    company_costs,
    edition_costs,
    facts_of,
    jobseeker_costs,
    jobseekers_in,
)
from programmes.services.vote_calls import ask_steering_group
from programmes.services.votes import drop_votes, plan_voted_on

GRANT = "network_grant"
CENT = Decimal("0.01")
PLANNED = ("learners", "cost", "grant", "starts_on", "jobseeker_learners", "jobseeker_cost")
ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class CompanyPlan:
    """What one company costs, gets and pays, and the assessment that says why."""

    organisation: Organisation
    learners: int
    cost: Decimal
    grant: Decimal
    assessment: Assessment
    case: Case
    wages: Decimal = ZERO

    @property
    def own_share(self) -> Decimal:
        return self.cost - self.grant


def write_plan(
    *,
    programme: Programme,
    seats: Sequence[Seats],
    today: date | None = None,
    caps: Mapping[int, Decimal] | None = None,
    facts: PlanFacts | None = None,
) -> list[CompanyPlan]:
    """Write seats, participations, cost lines and funding lines of a programme anew, so that they add up.

    Call it inside the transaction that changes the programme. A commitment stands as long as its learners
    stay the same and the company does not pay more; votes of the steering group on a plan that changes do not.
    `caps` (euro by organisation) holds grants at what was approved: more needs a new decision. `facts` replaces
    what is stored beside the seats; a person's own cost lines stay in any case. Raises PlanError when an edition
    has no price.
    """
    day = today or timezone.localdate()
    rates = database_rates()
    known = facts or facts_of(programme)
    costs = edition_costs(seats, known)
    applied = _application_days(programme)
    plans = company_plans(
        seats=seats, costs=costs, rates=rates, day=day, applied=applied, caps=caps or {}, facts=known
    )
    apart = jobseeker_costs(costs, known)
    with transaction.atomic():
        voted, is_first = plan_voted_on(programme), programme.cost is None
        _write_seats(programme, seats, jobseekers_in(seats, known), costs)
        _write_costs(programme, seats, costs, plans)
        _write_participations(programme, plans)
        _write_funding(programme, plans, rates, day, sum(apart.values(), ZERO))
        programme.jobseeker_learners = sum(jobseekers_in(seats, known).values())
        programme.jobseeker_cost = sum(apart.values(), ZERO)
        programme.learners = sum(plan.learners for plan in plans)
        programme.cost = sum((plan.cost for plan in plans), ZERO)
        programme.grant = sum((plan.grant for plan in plans), ZERO)
        programme.starts_on = min((s.edition.starts_on for s in seats if s.edition.starts_on), default=None)
        programme.save(update_fields=[*PLANNED, "updated_at"])
        if voted is not None and voted != plan_voted_on(programme):
            drop_votes(programme)
        if is_first:
            ask_steering_group(programme=programme, why="draft")
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


def company_plans(
    *,
    seats: Sequence[Seats],
    costs: Mapping[int, Mapping[int, Decimal]],
    rates: Rates,
    day: date,
    applied: Mapping[int, date] | None = None,
    caps: Mapping[int, Decimal] | None = None,
    facts: PlanFacts = NO_FACTS,
) -> list[CompanyPlan]:
    """One plan for each company: the call's share of its cost, never above what the aid rules allow.

    Notification looks at the aid to the whole project (article 4(1)(n) GBER), so each company is assessed
    once alone and then beside what the others would get.
    """
    companies = sorted({s.organisation for s in seats}, key=lambda o: (o.name, o.pk))
    found = company_costs(seats=seats, costs=costs, facts=facts)
    drafts = [
        _company_case(o, seats, found[o.pk], rates, day, (applied or {}).get(o.pk, day), facts)
        for o in companies
    ]
    alone = [_possible(assess(case, rates), case) for _, _, case in drafts]
    together = sum(alone, ZERO)
    plans = []
    for (organisation, learners, case), own in zip(drafts, alone, strict=True):
        whole = replace(case, project_aid=together - own)
        assessment = assess(whole, rates)
        granted = assessment.outcome.granted
        grant = min(granted, (caps or {}).get(organisation.pk, granted))
        costs_of = found[organisation.pk]
        plans.append(
            CompanyPlan(organisation, learners, costs_of.cash, grant, assessment, whole, costs_of.wages)
        )
    return plans


def _company_case(
    organisation: Organisation,
    seats: Sequence[Seats],
    costs: CompanyCosts,
    rates: Rates,
    day: date,
    applied: date,
    facts: PlanFacts,
) -> tuple[Organisation, int, Case]:
    """The call pays its share of what is invoiced; wages only lift the maximum (article 31(3)(d))."""
    mine = [s for s in seats if s.organisation.pk == organisation.pk]
    start = min((s.edition.starts_on for s in seats if s.edition.starts_on), default=date.max)
    learners = sum(s.learners for s in mine)
    marked = min(facts.disadvantaged.get(organisation.pk, 0), learners)
    share = rates.value(GRANT, day) / 100
    lines = costs.cases(learners, marked)
    company_cost = CompanyCost(
        organisation=organisation,
        learners=learners,
        hours=_hours(mine),
        costs=lines,
        mandatory=organisation.pk in facts.mandatory or any(s.edition.offer.mandatory for s in mine),
        requested=(costs.cash * share).quantize(CENT, rounding=ROUND_DOWN),
        disadvantaged=marked,
        programme=facts.programme,
        other_aid=aid_of_same_costs(facts.other.get(organisation.pk, ()), {c.category for c in lines}),
    )
    dates = AidDates(application=applied, start=start, decision=day)
    return organisation, learners, case_of(cost=company_cost, dates=dates)


def _possible(assessment: Assessment, case: Case) -> Decimal:
    """What the company would get if nothing had to be notified first."""
    outcome = assessment.outcome
    return min(case.requested, outcome.headroom) if outcome.notify else outcome.granted


def _hours(seats: Sequence[Seats]) -> Decimal | None:
    known = [s.edition.offer.hours for s in seats if s.edition.offer.hours]
    return max(known) if known else None


def _write_costs(
    programme: Programme,
    seats: Sequence[Seats],
    costs: Mapping[int, Mapping[int, Decimal]],
    plans: Sequence[CompanyPlan],
) -> None:
    """Lines that follow from prices and wages are made again; a person's own lines stay."""
    programme.cost_lines.filter(is_manual=False).delete()
    editions = {s.edition.pk: s.edition for s in seats}
    titles = course_titles(editions.values())
    lines = []
    for pk, edition in sorted(editions.items()):
        companies = sum((a for key, a in costs[pk].items() if key != JOBSEEKERS), ZERO)
        lines.append(_line(programme, edition, line_words(titles[pk]), companies))
        if costs[pk].get(JOBSEEKERS):
            words = line_words(titles[pk], jobseekers=True)
            apart = _line(programme, edition, words, costs[pk][JOBSEEKERS])
            apart.group = CostLine.Group.JOBSEEKERS
            lines.append(apart)
    for plan in plans:
        if plan.wages:
            words = _("Loonkost tijdens de lessen: %(name)s") % {"name": plan.organisation.name[:200]}
            wages = _line(programme, None, words, plan.wages)
            wages.category, wages.organisation = CostLine.Category.TRAINEE, plan.organisation
            lines.append(wages)
    CostLine.objects.bulk_create(lines)


def _line(programme: Programme, edition: Edition | None, words: str, amount: Decimal) -> CostLine:
    return CostLine(
        programme=programme,
        edition=edition,
        category=CostLine.Category.TRAINER,
        description=words,
        amount=amount,
    )


def _write_seats(
    programme: Programme,
    seats: Sequence[Seats],
    jobseekers: Mapping[int, int],
    costs: Mapping[int, Mapping[int, Decimal]],
) -> None:
    programme.programme_editions.all().delete()
    totals: dict[tuple[int, int], int] = {}
    for seat in seats:
        key = (seat.edition.pk, seat.organisation.pk)
        totals[key] = totals.get(key, 0) + seat.learners
    bought = {
        pk: ProgrammeEdition(
            programme=programme,
            edition_id=pk,
            seats=sum(n for (e, _o), n in totals.items() if e == pk),
            jobseeker_seats=jobseekers.get(pk, 0),
        )
        for pk in sorted({edition for edition, _organisation in totals})
    }
    ProgrammeEdition.objects.bulk_create(bought.values())
    CompanySeats.objects.bulk_create(
        CompanySeats(
            programme_edition=bought[edition],
            organisation_id=organisation,
            learners=learners,
            cost=costs[edition][organisation],
        )
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
        row.own_share, row.wage_cost = plan.own_share, plan.wages
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
    row.learners, row.cost, row.grant, row.own_share, row.wage_cost = 0, ZERO, ZERO, ZERO, ZERO
    row.save()


def _write_funding(
    programme: Programme, plans: Sequence[CompanyPlan], rates: Rates, day: date, apart: Decimal
) -> None:
    programme.funding_lines.all().delete()
    codes = [GRANT, COMPANY_SHARE, JOBSEEKER_SEATS]
    instruments = {i.code: i for i in Instrument.objects.filter(code__in=codes)}
    rate = rates.at(GRANT, day)
    lines = []
    if apart:
        full = rates.at("network_grant_jobseekers", day)
        lines.append(
            FundingLine(
                programme=programme,
                instrument=instruments[JOBSEEKER_SEATS],
                amount=apart,
                legal_basis=full.legal_basis,
                rate_key=full.key,
                rate=full.value,
            )
        )
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


__all__ = [
    "CompanyPlan",
    "PlanError",
    "PlanFacts",
    "Seats",
    "company_plans",
    "edition_costs",
    "facts_of",
    "seats_of_programme",
    "write_plan",
]
