"""The case of one company in one programme, gathered from the rows, for the pure aid rules."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from networks.models import AnnualAccounts, Organisation, OwnershipLink
from programmes.aid.assessment import Assessment, assess
from programmes.aid.case import Case, Cost, EarlierAid, Link, OtherAid, Participant, Year
from programmes.aid.case import Organisation as AidOrganisation
from programmes.aid.rates import Rates
from programmes.models import AidStatement, DeMinimisAid

DEFAULT_HOURS = Decimal("1")


@dataclass(frozen=True, slots=True)
class CompanyCost:
    """What a company's learners cost in a programme: euro per category of article 31(3), and their hours.

    The first `disadvantaged` of its learners are so; costs may name positions among them. What `programme`
    itself granted is this aid, not earlier aid; `other_aid` is other money for the same costs.
    """

    organisation: Organisation
    learners: int
    hours: Decimal | None
    costs: tuple[Cost, ...]
    mandatory: bool
    requested: Decimal
    disadvantaged: int = 0
    programme: int | None = None
    other_aid: tuple[OtherAid, ...] = ()


@dataclass(frozen=True, slots=True)
class AidDates:
    """The three days that decide: application, start of the works, decision."""

    application: date
    start: date
    decision: date


def assess_company(
    *,
    cost: CompanyCost,
    dates: AidDates,
    rates: Rates,
    project_aid: Decimal = Decimal("0.00"),
    route: str = "best",
) -> Assessment:
    """Assess the aid for one company: its group, its figures, its earlier aid, these costs."""
    return assess(case_of(cost=cost, dates=dates, project_aid=project_aid, route=route), rates)


def case_of(
    *,
    cost: CompanyCost,
    dates: AidDates,
    project_aid: Decimal = Decimal("0.00"),
    route: str = "best",
) -> Case:
    """The whole case of one company; kept beside the assessment so that it can be replayed."""
    group = group_of(cost.organisation)
    ids = {organisation.pk for organisation in group}
    return Case(
        application_date=dates.application,
        start_date=dates.start,
        decision_date=dates.decision,
        company=str(cost.organisation.pk),
        requested=cost.requested,
        route=route,
        mandatory_training=cost.mandatory,
        organisations=aid_organisations(group),
        links=aid_links(ids, dates.decision, cost.organisation.pk),
        participants=tuple(
            Participant(hours=cost.hours or DEFAULT_HOURS, disadvantaged=place < cost.disadvantaged)
            for place in range(cost.learners)
        ),
        costs=cost.costs,
        earlier_aid=tuple(_earlier_aid(ids, cost.programme)),
        other_aid_same_costs=cost.other_aid,
        project_aid=project_aid,
    )


def group_of(organisation: Organisation) -> list[Organisation]:
    """The organisation and everything that is linked to it, however far: the rules decide what counts."""
    found = {organisation.pk}
    border = {organisation.pk}
    while border:
        near = OwnershipLink.objects.filter(Q(owner__in=border) | Q(owned__in=border))
        links = near.counting_for(organisation.pk).values_list("owner", "owned")
        border = {pk for pair in links for pk in pair} - found
        found |= border
    return list(Organisation.objects.filter(pk__in=found).order_by("pk"))


def aid_organisations(group: Iterable[Organisation]) -> tuple[AidOrganisation, ...]:
    """The enterprises with their accounts and what they declared, as the pure rules read them."""
    group = list(group)
    accounts: dict[int, list[Year]] = {}
    for row in AnnualAccounts.objects.filter(organisation__in=group).order_by("year"):
        accounts.setdefault(row.organisation_id, []).append(
            Year(row.year, row.headcount, row.turnover, row.balance_sheet)
        )
    said = {row.organisation_id: row for row in AidStatement.objects.filter(organisation__in=group)}
    return tuple(
        AidOrganisation(
            id=str(o.pk),
            years=tuple(accounts.get(o.pk, ())),
            in_difficulty=o.pk in said and said[o.pk].in_difficulty,
            recovery_order=o.pk in said and said[o.pk].recovery_order,
            stated=o.pk in said,
            nace=o.nace_code,
        )
        for o in group
    )


def aid_links(ids: set[int], day: date, of: int) -> tuple[Link, ...]:
    """Ownership among these organisations that holds on `day`, confirmed or said by `of`, whose aid it is."""
    rows = (
        OwnershipLink.objects.filter(owner__in=ids, owned__in=ids)
        .counting_for(of)
        .filter(Q(since=None) | Q(since__lte=day), Q(until=None) | Q(until__gt=day))
    )
    return tuple(
        Link(
            owner=str(row.owner_id),
            owned=str(row.owned_id),
            percent=row.percent,
            owner_kind=row.owner_kind,
            majority_votes=row.majority_votes,
            board=row.board,
            contract=row.contract,
            owner_budget=row.owner_budget,
            owner_inhabitants=None if row.owner_inhabitants is None else Decimal(row.owner_inhabitants),
        )
        for row in rows.order_by("pk")
    )


def _earlier_aid(ids: set[int], apart_from: int | None) -> Iterable[EarlierAid]:
    """What still counts of each entry: paid less or taken back since, it counts for less.

    Apart from what this very programme gave these companies: planning it anew replaces that.
    """
    rows = DeMinimisAid.objects.filter(organisation__in=ids).prefetch_related("corrections")
    if apart_from is not None:
        rows = rows.exclude(participation__programme=apart_from)
    return (
        EarlierAid(str(r.organisation_id), r.granted_on, r.counted, r.basis)
        for r in rows.order_by("granted_on", "pk")
        if r.counted > 0
    )
