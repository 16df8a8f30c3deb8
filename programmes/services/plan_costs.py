"""What a programme costs, by category of article 31(3), participant group and company. Euro; nothing is written.

The price of an edition and shared lines are split by learners, by hours or by an agreed key. Wages count for
the aid maximum and are never invoiced. What jobseekers cost is counted apart and never a company's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from catalogue.models import Edition, Offer
from matching.models import PoolGap
from networks.models import Organisation
from programmes.aid.case import Cost
from programmes.aid.shares import split_amount
from programmes.models import CostLine, Participation, Programme
from programmes.services.funding_facts import Funding, declared_funding

ZERO = Decimal("0.00")
CENT = Decimal("0.01")
JOBSEEKERS = 0  # stands for the jobseekers where shares are split among companies by their keys
Group = CostLine.Group


@dataclass(frozen=True, slots=True)
class Seats:
    """So many learners of a company in an edition."""

    edition: Edition
    organisation: Organisation
    learners: int


class PlanError(ValueError):
    """The plan cannot be made; the sentence says what is missing."""


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """What people said beside the seats: jobseekers' seats by edition, cost lines of their own, the key by
    which shared costs are split, and per company its disadvantaged learners and hourly cost in euro.

    `mandatory` are the companies for which the training is mandatory by their own gap (article 31(2) GBER);
    `programme` is the one that is planned: what it granted itself is no earlier aid to it. `other` is money of
    other instruments for the same costs, by organisation.
    """

    jobseekers: Mapping[int, int] = field(default_factory=dict)
    lines: Sequence[CostLine] = ()
    share_key: str = Programme.ShareKey.LEARNERS
    weights: Mapping[int, Decimal] = field(default_factory=dict)
    disadvantaged: Mapping[int, int] = field(default_factory=dict)
    hourly: Mapping[int, Decimal] = field(default_factory=dict)
    mandatory: frozenset[int] = frozenset()
    programme: int | None = None
    other: Funding = field(default_factory=dict)


NO_FACTS = PlanFacts()


@dataclass(frozen=True, slots=True)
class CompanyCosts:
    """One company's costs: what is invoiced (`cash`), wages during the lessons, and all of it by group."""

    cash: Decimal
    wages: Decimal
    parts: tuple[tuple[str, str, Decimal], ...]

    def cases(self, learners: int, disadvantaged: int) -> tuple[Cost, ...]:
        """The costs as an assessment reads them: the disadvantaged are its first participants."""
        marked = min(disadvantaged, learners)
        positions = {
            Group.DISADVANTAGED: tuple(range(marked)),
            Group.ORDINARY: tuple(range(marked, learners)),
        }
        return tuple(
            Cost(category, amount, positions.get(Group(group), ())) for category, group, amount in self.parts
        )


def facts_of(programme: Programme) -> PlanFacts:
    """What people said of a programme, as it is stored."""
    people = list(programme.participations.exclude(state=Participation.State.WITHDRAWN))
    bought = programme.programme_editions.filter(jobseeker_seats__gt=0)
    return PlanFacts(
        jobseekers=dict(bought.values_list("edition_id", "jobseeker_seats")),
        lines=list(programme.cost_lines.filter(is_manual=True).order_by("pk")),
        share_key=programme.share_key,
        weights={p.organisation_id: p.share_weight for p in people if p.share_weight is not None},
        disadvantaged={p.organisation_id: p.disadvantaged for p in people if p.disadvantaged},
        hourly={p.organisation_id: p.hourly_cost for p in people if p.hourly_cost is not None},
        mandatory=mandatory_in(programme),
        programme=programme.pk,
        other=declared_funding(programme),
    )


def mandatory_in(programme: Programme) -> frozenset[int]:
    """Companies of whose gaps in the programme's pools one is training that a rule obliges them to give."""
    rows = PoolGap.objects.filter(pool__programme_pools__programme=programme, gap__mandatory=True)
    return frozenset(rows.values_list("gap__organisation_id", flat=True))


def edition_costs(seats: Sequence[Seats], facts: PlanFacts = NO_FACTS) -> dict[int, dict[int, Decimal]]:
    """{edition: {company: euro}}, jobseekers under the key JOBSEEKERS; raises PlanError without a price."""
    by_edition: dict[int, list[Seats]] = {}
    for seat in seats:
        by_edition.setdefault(seat.edition.pk, []).append(seat)
    return {
        pk: _costs_of(rows[0].edition, rows, facts.jobseekers.get(pk, 0), facts)
        for pk, rows in by_edition.items()
    }


def _costs_of(
    edition: Edition, rows: Sequence[Seats], jobseekers: int, facts: PlanFacts
) -> dict[int, Decimal]:
    if edition.state == Edition.State.CANCELLED:
        return {row.organisation.pk: ZERO for row in rows}  # nobody pays for lessons that are not given
    price, basis = edition.effective_price
    if not isinstance(price, Decimal):
        raise PlanError(
            _("De editie van “%(offer)s” heeft geen prijs. Vul ze in.") % {"offer": edition.offer.title}
        )
    learners: dict[int, int] = {}
    for row in rows:
        learners[row.organisation.pk] = learners.get(row.organisation.pk, 0) + row.learners
    everyone = learners | ({JOBSEEKERS: jobseekers} if jobseekers else {})
    if basis != Offer.PriceBasis.EDITION:
        return {pk: price * count for pk, count in everyone.items()}
    parts = _split(price, {pk: Decimal(count) for pk, count in everyone.items()})
    if facts.share_key != Programme.ShareKey.AGREED:
        return parts
    # Who sits there for free never pays by an agreement that others made.
    apart = parts.pop(JOBSEEKERS, ZERO)
    return _split(price - apart, _agreed(learners, facts)) | ({JOBSEEKERS: apart} if jobseekers else {})


def company_costs(
    *, seats: Sequence[Seats], costs: Mapping[int, Mapping[int, Decimal]], facts: PlanFacts
) -> dict[int, CompanyCosts]:
    """The costs of each company by key; raises PlanError where a shared cost has nobody to share it."""
    companies = sorted({s.organisation.pk for s in seats})
    parts: dict[int, list[tuple[str, str, Decimal]]] = {pk: [] for pk in companies}
    for by_company in costs.values():
        for pk, amount in by_company.items():
            if pk != JOBSEEKERS:
                parts[pk].append((CostLine.Category.TRAINER, Group.ALL, amount))
    for line in facts.lines:
        if line.group != Group.JOBSEEKERS:
            for pk, amount in shared_line(line, seats, facts).items():
                parts[pk].append((line.category, line.group, amount))
    wages = {pk: _wages(pk, seats, facts) for pk in companies}
    return {pk: _company(parts[pk], wages[pk]) for pk in companies}


def _company(parts: Iterable[tuple[str, str, Decimal]], wages: Decimal) -> CompanyCosts:
    totals: dict[tuple[str, str], Decimal] = {}
    for category, group, amount in parts:
        totals[category, group] = totals.get((category, group), ZERO) + amount
    cash = sum(totals.values(), ZERO)
    if wages:
        key = (CostLine.Category.TRAINEE, Group.ALL)
        totals[key] = totals.get(key, ZERO) + wages
    rows = tuple((str(category), str(group), amount) for (category, group), amount in totals.items())
    return CompanyCosts(cash, wages, rows or ((CostLine.Category.TRAINER, Group.ALL, ZERO),))


def shared_line(line: CostLine, seats: Sequence[Seats], facts: PlanFacts) -> dict[int, Decimal]:
    """{company: euro}: the eligible part of a line over the companies that it concerns. Raises PlanError."""
    companies = {s.organisation.pk for s in seats}
    if line.organisation_id is not None:
        return {line.organisation_id: line.eligible} if line.organisation_id in companies else {}
    keys = _keys(line.group, seats, facts)
    if not any(keys.values()):
        raise PlanError(
            _("De kost “%(line)s” is voor een groep waarin niemand zit. Pas ze aan of haal ze weg.")
            % {"line": line.description}
        )
    return _split(line.eligible, keys)


def _keys(group: str, seats: Sequence[Seats], facts: PlanFacts) -> dict[int, Decimal]:
    if group == Group.ALL and facts.share_key == Programme.ShareKey.AGREED:
        return _agreed({s.organisation.pk: 1 for s in seats}, facts)
    keys: dict[int, Decimal] = {}
    for seat in seats:
        hours = seat.edition.offer.hours if facts.share_key == Programme.ShareKey.HOURS else None
        pk = seat.organisation.pk
        keys[pk] = keys.get(pk, Decimal(0)) + seat.learners * (hours or Decimal(1))
    if group == Group.ALL:
        return keys
    return {pk: key * _group_share(pk, group, seats, facts) for pk, key in keys.items()}


def _group_share(pk: int, group: str, seats: Sequence[Seats], facts: PlanFacts) -> Decimal:
    learners = sum(s.learners for s in seats if s.organisation.pk == pk)
    marked = min(facts.disadvantaged.get(pk, 0), learners)
    wanted = marked if group == Group.DISADVANTAGED else learners - marked
    return Decimal(wanted) / Decimal(learners) if learners else Decimal(0)


def _agreed(companies: Iterable[int], facts: PlanFacts) -> dict[int, Decimal]:
    keys = {pk: facts.weights.get(pk, Decimal(0)) for pk in companies}
    if not any(keys.values()):
        raise PlanError(_("Vul de afgesproken sleutel in: minstens één bedrijf draagt een deel."))
    return keys


def _split(amount: Decimal, keys: Mapping[int, Decimal]) -> dict[int, Decimal]:
    if not any(keys.values()):
        return dict.fromkeys(keys, ZERO)
    parts = split_amount(amount.quantize(CENT), {str(pk): key for pk, key in sorted(keys.items())})
    return {int(pk): part for pk, part in parts.items()}


def _wages(pk: int, seats: Sequence[Seats], facts: PlanFacts) -> Decimal:
    """Hours of lessons times learners times what an hour costs the company; nothing where it did not say."""
    hourly = facts.hourly.get(pk)
    if not hourly:
        return ZERO
    hours = sum(
        ((s.edition.offer.hours or Decimal(0)) * s.learners for s in seats if s.organisation.pk == pk),
        Decimal(0),
    )
    return (hours * hourly).quantize(CENT)


def jobseeker_costs(
    costs: Mapping[int, Mapping[int, Decimal]], facts: PlanFacts
) -> dict[int | None, Decimal]:
    """{edition: euro} for the jobseekers; under None what a person wrote down for them."""
    found: dict[int | None, Decimal] = {
        pk: by_company[JOBSEEKERS] for pk, by_company in costs.items() if by_company.get(JOBSEEKERS)
    }
    apart = sum((line.eligible for line in facts.lines if line.group == Group.JOBSEEKERS), ZERO)
    return found | ({None: apart} if apart else {})


def jobseekers_in(seats: Sequence[Seats], facts: PlanFacts) -> dict[int, int]:
    """Jobseekers' seats by edition, of editions that a company sits in as well."""
    bought = {s.edition.pk for s in seats}
    return {pk: count for pk, count in facts.jobseekers.items() if pk in bought and count}


__all__ = [
    "JOBSEEKERS",
    "NO_FACTS",
    "CompanyCosts",
    "PlanError",
    "PlanFacts",
    "Seats",
    "company_costs",
    "edition_costs",
    "facts_of",
    "jobseeker_costs",
    "jobseekers_in",
    "shared_line",
]
