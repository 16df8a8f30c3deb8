"""The cost plan and the funding plan of a programme: to the cent, each line under its article."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.models import Edition, Offer
from networks.models import Organisation
from programmes.aid.assessment import Assessment
from programmes.aid.rates import Rates
from programmes.aid.shares import split_amount
from programmes.models import CostLine, FundingLine, Instrument, Participation, Programme
from programmes.services.aid_cases import AidDates, CompanyCost, assess_company
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

    @property
    def own_share(self) -> Decimal:
        return self.cost - self.grant


class PlanError(ValueError):
    """The plan cannot be made; the sentence says what is missing."""


def write_plan(
    *, programme: Programme, seats: Sequence[Seats], today: date | None = None
) -> list[CompanyPlan]:
    """Write participations, cost lines and funding lines of a programme anew, so that they add up.

    Call it inside the transaction that changes the programme. Commitments of companies keep their state when
    their learners stay the same. Raises PlanError when an edition has no price.
    """
    day = today or timezone.localdate()
    rates = database_rates()
    costs = edition_costs(seats)
    plans = company_plans(seats=seats, costs=costs, rates=rates, day=day)
    with transaction.atomic():
        _write_costs(programme, seats, costs)
        _write_participations(programme, plans)
        _write_funding(programme, plans, rates, day)
        programme.learners = sum(plan.learners for plan in plans)
        programme.cost = sum((plan.cost for plan in plans), ZERO)
        programme.grant = sum((plan.grant for plan in plans), ZERO)
        programme.starts_on = min((s.edition.starts_on for s in seats if s.edition.starts_on), default=None)
        programme.save(update_fields=["learners", "cost", "grant", "starts_on", "updated_at"])
    return plans


def edition_costs(seats: Sequence[Seats]) -> dict[int, dict[int, Decimal]]:
    """{edition: {company: euro}}: a price per participant by learners; a price per edition is split by them."""
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
    *, seats: Sequence[Seats], costs: Mapping[int, Mapping[int, Decimal]], rates: Rates, day: date
) -> list[CompanyPlan]:
    """One plan for each company: the call's share of its cost, never above what the aid rules allow."""
    share = rates.value(GRANT, day) / 100
    start = min((s.edition.starts_on for s in seats if s.edition.starts_on), default=date.max)
    dates = AidDates(application=day, start=start, decision=day)
    plans = []
    for organisation in sorted({s.organisation for s in seats}, key=lambda o: (o.name, o.pk)):
        mine = [s for s in seats if s.organisation.pk == organisation.pk]
        cost = sum((costs[s.edition.pk][organisation.pk] for s in _one_an_edition(mine)), ZERO)
        wanted = (cost * share).quantize(CENT, rounding=ROUND_DOWN)
        learners = sum(s.learners for s in mine)
        case = CompanyCost(
            organisation=organisation,
            learners=learners,
            hours=_hours(mine),
            costs=(("trainer", cost),),
            mandatory=any(s.edition.offer.mandatory for s in mine),
            requested=wanted,
        )
        assessment = assess_company(cost=case, dates=dates, rates=rates)
        plans.append(CompanyPlan(organisation, learners, cost, assessment.outcome.granted, assessment))
    return plans


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


def _write_participations(programme: Programme, plans: Sequence[CompanyPlan]) -> None:
    known = {p.organisation_id: p for p in programme.participations.select_for_update(of=("self",))}
    for plan in plans:
        row = known.pop(plan.organisation.pk, None) or Participation(
            programme=programme, organisation=plan.organisation
        )
        if row.pk and row.learners != plan.learners and row.state == Participation.State.COMMITTED:
            row.state = Participation.State.PROPOSED
        row.learners, row.cost, row.grant = plan.learners, plan.cost, plan.grant
        row.own_share = plan.own_share
        row.route = plan.assessment.outcome.route
        row.assessment = plan.assessment.as_record()
        row.save()
    for row in known.values():
        row.delete()


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
