"""Size of an enterprise by Annex I: linked and partner enterprises added up, year by year, two-year rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from programmes.aid.activity import activity_reasons
from programmes.aid.case import Link, Organisation, Year
from programmes.aid.public_hands import EXEMPT, public_hands
from programmes.aid.rates import Rates
from programmes.aid.texts import Reason, reason
from programmes.aid.undertaking import Groups, control_groups, persons


class Size(StrEnum):
    """The size that the law asks about; `unknown` gets the rates of a large enterprise."""

    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"
    UNKNOWN = "unknown"


SME_CLASSES = (Size.MICRO, Size.SMALL, Size.MEDIUM)
MEASURES = ("headcount", "turnover", "balance_sheet")


@dataclass(frozen=True, slots=True)
class Partner:
    """A partner enterprise with its linked ones, counted for `percent` of their figures."""

    members: tuple[str, ...]
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Counted:
    """Whose figures are added up: linked enterprises wholly (the company among them), partners in part."""

    linked: tuple[str, ...]
    partners: tuple[Partner, ...]
    exempt: tuple[str, ...]
    undescribed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """The figures of one year with linked and partner enterprises; headcount in annual work units, euro."""

    year: int
    headcount: Decimal
    turnover: Decimal
    balance_sheet: Decimal


@dataclass(frozen=True, slots=True)
class SizeResult:
    """The size, whose figures made it, those figures by year, and the reasoning."""

    size: Size
    counted: Counted
    years: tuple[Aggregate, ...]
    reasons: tuple[Reason, ...]


class _MissingFiguresError(Exception):
    def __init__(self, organisation: str, year: int | None) -> None:
        super().__init__(organisation, year)
        self.organisation = organisation
        self.year = year


def determine_size(
    company: str, organisations: Iterable[Organisation], links: Sequence[Link], rates: Rates, day: date
) -> SizeResult:
    """The size of `company` on `day`, with the links of that day for every year of accounts."""
    described = {organisation.id: organisation for organisation in organisations}
    found = _by_figures(company, described, links, rates, day)
    return replace(found, reasons=(*found.reasons, *activity_reasons(described.get(company), rates, day)))


def _by_figures(
    company: str, described: Mapping[str, Organisation], links: Sequence[Link], rates: Rates, day: date
) -> SizeResult:
    public = public_hands(company, links, rates, day)
    links = public.links
    counted = count_enterprises(company, links, described, rates, day)
    reasons = [*_reasons_for_counted(company, counted, links, rates, day), *public.reasons]
    row = rates.at("sme_public_from", day)
    if public.percent >= row.value:
        public_reason = reason("size.public", row, company=company, percent=public.percent)
        return SizeResult(Size.LARGE, counted, (), (*reasons, public_reason))
    try:
        years = aggregate_years(company, counted, described)
    except _MissingFiguresError as missing:
        rule = "size.missing" if missing.year is None else "size.missing_year"
        figures = rates.at("sme_figures", day)
        why = reason(rule, figures, organisation=missing.organisation, year=missing.year or "")
        return SizeResult(Size.UNKNOWN, counted, (), (*reasons, why))
    size = size_over_years(years, rates, day)
    return SizeResult(size, counted, years, (*reasons, *_reasons_for_size(size, years, rates, day)))


def count_enterprises(
    company: str, links: Sequence[Link], described: Mapping[str, Organisation], rates: Rates, day: date
) -> Counted:
    """Whose figures count: linked ones through any chain, direct partners with their linked ones."""
    with_persons = bool(rates.value("sme_person_links", day))
    people = persons(links)

    def counts(link: Link) -> bool:
        return not link.is_public and (with_persons or link.owner_kind != "person")

    groups = control_groups(links, rates.value("sme_linked_above", day), counts)
    groups.root(company)
    linked = tuple(name for name in groups.members(company) if name == company or name not in people)
    holdings = _holdings(groups, company, links)
    threshold = rates.value("sme_partner_from", day)
    partners: dict[str, Decimal] = {}
    exempt: set[str] = set()
    for (partner, _held), links_between in holdings.items():
        percent = sum((link.percent for link in links_between), Decimal(0))
        if percent < threshold:
            continue
        if all(link.owner_kind in EXEMPT for link in links_between):
            exempt.update(link.owner for link in links_between)
            continue
        partners[partner] = max(percent, partners.get(partner, Decimal(0)))
    undescribed: list[str] = []
    found: list[Partner] = []
    for partner, percent in sorted(partners.items()):
        members = tuple(name for name in groups.members(partner) if name not in people)
        if any(name in described for name in members):
            found.append(Partner(members, percent))
        else:
            undescribed.extend(members)
    return Counted(linked, tuple(found), tuple(sorted(exempt)), tuple(undescribed))


def _holdings(groups: Groups, company: str, links: Sequence[Link]) -> dict[tuple[str, str], list[Link]]:
    """Holdings between the company's group and another, by that other group and the enterprise held.

    Natural persons are no enterprises and so no partners; public bodies have a rule of their own.
    """
    own = groups.root(company)
    found: dict[tuple[str, str], list[Link]] = {}
    for link in links:
        if link.owner_kind in {"public", "person"}:
            continue
        owner, owned = groups.root(link.owner), groups.root(link.owned)
        if owner != owned and own in {owner, owned}:
            other = owned if owner == own else owner
            found.setdefault((other, link.owned), []).append(link)
    return found


def aggregate_years(
    company: str, counted: Counted, described: Mapping[str, Organisation]
) -> tuple[Aggregate, ...]:
    """Every year of the company's accounts, added up with today's links; raises when a figure is missing."""
    own = described.get(company)
    if own is None or not own.years:
        raise _MissingFiguresError(company, None)
    first, last = own.years[0].year, own.years[-1].year
    weights = [(name, Decimal(1)) for name in counted.linked]
    weights += [(name, partner.percent / 100) for partner in counted.partners for name in partner.members]
    return tuple(_aggregate(year, weights, described) for year in range(first, last + 1))


def _aggregate(
    year: int, weights: Sequence[tuple[str, Decimal]], described: Mapping[str, Organisation]
) -> Aggregate:
    sums = dict.fromkeys(MEASURES, Decimal(0))
    for name, weight in weights:
        figures = _figures(described.get(name), year)
        for measure in MEASURES:
            figure = getattr(figures, measure, None)
            if figure is None:
                raise _MissingFiguresError(name, year)
            sums[measure] += figure * weight
    return Aggregate(year, **sums)


def _figures(organisation: Organisation | None, year: int) -> Year | None:
    years = organisation.years if organisation else ()
    return next((figures for figures in years if figures.year == year), None)


def size_over_years(years: Sequence[Aggregate], rates: Rates, day: date) -> Size:
    """The first year sets the status; each ceiling flips only after two consecutive years beyond it."""
    needed = int(rates.value("sme_two_years", day))
    for size in SME_CLASSES:
        within = {
            measure: _settled([_within(figures, size, measure, rates, day) for figures in years], needed)
            for measure in MEASURES
        }
        if within["headcount"] and (within["turnover"] or within["balance_sheet"]):
            return size
    return Size.LARGE


def _within(figures: Aggregate, size: Size, measure: str, rates: Rates, day: date) -> bool:
    ceiling = rates.value(f"sme_{size}_{measure}", day)
    figure: Decimal = getattr(figures, measure)
    return figure < ceiling if measure == "headcount" else figure <= ceiling


def _settled(sides: Sequence[bool], needed: int) -> bool:
    status, run = sides[0], 0
    for side in sides[1:]:
        run = run + 1 if side != status else 0
        if run >= needed:
            status, run = side, 0
    return status


def _reasons_for_counted(
    company: str, counted: Counted, links: Sequence[Link], rates: Rates, day: date
) -> list[Reason]:
    reasons = []
    if len(counted.linked) > 1:
        others = ", ".join(name for name in counted.linked if name != company)
        reasons.append(reason("size.linked", rates.at("sme_linked_above", day), organisations=others))
    if persons(links) and _tied_by_person(company, counted, links, rates, day):
        reasons.append(reason("size.person_link", rates.at("sme_person_links", day), company=company))
    partner_row = rates.at("sme_partner_from", day)
    for partner in counted.partners:
        names = ", ".join(partner.members)
        reasons.append(reason("size.partner", partner_row, organisations=names, percent=partner.percent))
    if counted.undescribed:
        names = ", ".join(counted.undescribed)
        reasons.append(reason("size.undescribed", partner_row, certain=False, organisations=names))
    authorities = {link.owner for link in links if link.is_public}  # these have a reason of their own
    exempt = [name for name in counted.exempt if name not in authorities]
    if exempt:
        row = rates.at("sme_exempt_investor_up_to", day)
        reasons.append(reason("size.exempt", row, organisations=", ".join(exempt)))
    return reasons


def _tied_by_person(company: str, counted: Counted, links: Sequence[Link], rates: Rates, day: date) -> bool:
    without = control_groups(
        links,
        rates.value("sme_linked_above", day),
        lambda link: not link.is_public and link.owner_kind != "person",
    )
    without.root(company)
    return len(without.members(company)) < len(counted.linked)


def _reasons_for_size(size: Size, years: Sequence[Aggregate], rates: Rates, day: date) -> list[Reason]:
    latest = years[-1]
    alone = size_over_years(years[-1:], rates, day)
    row = rates.at(f"sme_{Size.MEDIUM if size is Size.LARGE else size}_headcount", day)
    reasons = [
        reason(
            "size.result",
            row,
            size=f"size.{size}",
            year=latest.year,
            headcount=latest.headcount,
            turnover=latest.turnover,
            balance_sheet=latest.balance_sheet,
        )
    ]
    if alone is not size:
        two_years = rates.at("sme_two_years", day)
        reasons.append(
            reason("size.two_years", two_years, year=latest.year, alone=f"size.{alone}", size=f"size.{size}")
        )
    return reasons
