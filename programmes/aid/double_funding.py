"""Double funding per participant, edition and cost: what blocks, what is capped, what policy should see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from itertools import combinations
from pathlib import Path

import yaml

from programmes.aid.money import plain, total
from programmes.aid.register import load_instruments
from programmes.aid.texts import Reason

FILE = Path(__file__).parent / "double_funding.yaml"
TWICE_NETWORKS_BASIS = "art. 8 Reg. (EU) 651/2014; netwerkoproep"
ABOVE_COST_BASIS = "art. 8(3) Reg. (EU) 651/2014"
OTHER_DOMAIN_BASIS = "Naar een gerichte Vlaamse talentstrategie, 2025"
WORK = "work"


class Severity(StrEnum):
    """How bad: it may not be, it has a ceiling in law, or it is lawful and has to be seen."""

    BLOCKS = "blocks"
    LEGAL_CAP = "legal_cap"
    POLICY_FLAG = "policy_flag"


ORDER = {Severity.BLOCKS: 0, Severity.LEGAL_CAP: 1, Severity.POLICY_FLAG: 2}


@dataclass(frozen=True, slots=True)
class Funding:
    """Money of one instrument for one participant in one edition, on one cost category.

    Categories are those of the cost plan: `trainer` (the fee), `operating`, `advice`, `trainee` (the wage).
    """

    participant: str
    edition: str
    category: str
    instrument: str
    amount: Decimal
    network: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One case of double funding; `same_cost` is False where the two pay different costs."""

    severity: Severity
    participant: str
    edition: str
    categories: tuple[str, ...]
    instruments: tuple[str, ...]
    same_cost: bool
    reason: Reason


@dataclass(frozen=True, slots=True)
class Combination:
    """One row of the matrix."""

    rule: str
    first: str
    second: str
    same_cost: bool
    severity: Severity
    legal_basis: str
    certain: bool

    def fits(self, one: str | None, other: str | None) -> bool:
        """Whether two different roles are this combination, in either order."""
        return (one == self.first and self._second(other)) or (other == self.first and self._second(one))

    def _second(self, role: str | None) -> bool:
        return role == self.second or (self.second == "any" and role != self.first)


@lru_cache(maxsize=1)
def load_matrix() -> tuple[Combination, ...]:
    """The rows of the matrix as they stand in the file."""
    document = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return tuple(
        Combination(
            rule=row["rule"],
            first=row["first"],
            second=row["second"],
            same_cost=row["same_cost"] is True,
            severity=Severity(row["severity"]),
            legal_basis=row["legal_basis"],
            certain=row["certain"] is True,
        )
        for row in document["combinations"]
    )


def find_double_funding(
    fundings: Iterable[Funding],
    *,
    costs: Mapping[tuple[str, str, str], Decimal] | None = None,
    domains: Mapping[str, str] | None = None,
) -> list[Finding]:
    """Everything that is paid twice, the worst first.

    `costs` gives the cost (euro) by participant, edition and category; where one is given, more money than
    cost blocks. `domains` gives the policy domain that answers for an edition: instruments of Work paying
    for another domain are flagged. Raises KeyError for an instrument that the register does not know.
    """
    by_seat: dict[tuple[str, str], list[Funding]] = {}
    for funding in fundings:
        by_seat.setdefault((funding.participant, funding.edition), []).append(funding)
    found: list[Finding] = []
    for seat in sorted(by_seat):
        found += _by_matrix(by_seat[seat])
        found += _by_two_networks(by_seat[seat])
        found += _above_cost(by_seat[seat], costs or {})
        found += _other_domain(by_seat[seat], (domains or {}).get(seat[1]))
    return sorted(found, key=lambda finding: ORDER[finding.severity])


def _by_matrix(fundings: Sequence[Funding]) -> Iterator[Finding]:
    register = load_instruments()
    seen: set[tuple[str, str, str, tuple[str, ...]]] = set()
    for one, other in combinations(fundings, 2):
        roles = register[one.instrument].matrix, register[other.instrument].matrix
        for row in load_matrix():
            if not row.fits(*roles) or (row.same_cost and one.category != other.category):
                continue
            categories = tuple(sorted({one.category, other.category}))
            first, second = sorted((one.instrument, other.instrument))
            if (row.rule, first, second, categories) in seen:
                continue
            seen.add((row.rule, first, second, categories))
            reason = Reason(row.rule, {}, row.legal_basis, None, None, row.certain)
            yield Finding(
                severity=row.severity,
                participant=one.participant,
                edition=one.edition,
                categories=categories,
                instruments=(first, second),
                same_cost=one.category == other.category,
                reason=reason,
            )


def _by_two_networks(fundings: Sequence[Funding]) -> Iterator[Finding]:
    paid = [funding for funding in fundings if funding.network]
    if len({funding.network for funding in paid}) > 1:
        yield _finding(Severity.BLOCKS, paid, "funding.twice_networks", TWICE_NETWORKS_BASIS)


def _above_cost(
    fundings: Sequence[Funding], costs: Mapping[tuple[str, str, str], Decimal]
) -> Iterator[Finding]:
    for category in sorted({funding.category for funding in fundings}):
        paid = [funding for funding in fundings if funding.category == category]
        cost = costs.get((paid[0].participant, paid[0].edition, category))
        together = total(funding.amount for funding in paid)
        if cost is not None and together > cost:
            params = {"total": plain(together), "cost": plain(cost)}
            yield _finding(Severity.BLOCKS, paid, "funding.above_cost", ABOVE_COST_BASIS, params)


def _other_domain(fundings: Sequence[Funding], domain: str | None) -> Iterator[Finding]:
    register = load_instruments()
    paid = [funding for funding in fundings if register[funding.instrument].domain == WORK]
    if domain not in {None, WORK} and paid:
        yield _finding(Severity.POLICY_FLAG, paid, "funding.other_domain", OTHER_DOMAIN_BASIS)


def _finding(
    severity: Severity,
    fundings: Sequence[Funding],
    rule: str,
    legal_basis: str,
    params: Mapping[str, str] | None = None,
) -> Finding:
    return Finding(
        severity=severity,
        participant=fundings[0].participant,
        edition=fundings[0].edition,
        categories=tuple(sorted({funding.category for funding in fundings})),
        instruments=tuple(sorted({funding.instrument for funding in fundings})),
        same_cost=len({funding.category for funding in fundings}) == 1,
        reason=Reason(rule, params or {}, legal_basis, None, None),
    )
