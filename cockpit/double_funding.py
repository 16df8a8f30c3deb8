"""Double funding as the cockpit counts it: cases of the aid rules, and the money at stake.

A case is one company in one edition of one programme. Pure: rows come from `cockpit.double_funding_reads`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from programmes.aid.double_funding import Finding, Funding, Severity, find_double_funding
from programmes.aid.register import load_instruments
from programmes.aid.texts import Reason

FEE = "trainer"
SUPPLY_AND_NETWORK = "cockpit.supply_network"
POLICY_BASIS = "Naar een gerichte Vlaamse talentstrategie, 2025"
CENT = Decimal("0.01")
# Who teaches → whose supply money it is; all instruments of the role "supply" give the same findings.
SUPPLY_INSTRUMENT = {
    "public": "vdab",
    "higher_education": "higher_education",
    "sector_fund": "sector_fund",
    "academy": "sector_fund",
    "private": "syntra",
}


@dataclass(frozen=True, slots=True)
class Seat:
    """One company in one edition of a programme: what its learners cost there, and who pays it. Euro.

    `supply_percent` is the share of the whole cost that was paid as supply before the price was set; 0 or 100
    (nothing left to pay) say nothing of an amount. `lines` are (instrument, category, amount). `domain` is the
    policy domain that answers for the course, empty where nobody said.
    """

    undertaking: int
    company: int
    edition: int
    network: int
    sector: str
    provider_kind: str
    cost: Decimal
    supply_percent: Decimal
    lines: tuple[tuple[str, str, Decimal], ...]
    year: str = ""
    domain: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One finding on one seat; `at_stake` is what is paid twice at most: the smaller of the two amounts."""

    seat: Seat
    rule: str
    severity: Severity
    reason: Reason
    at_stake: Decimal


def supply_amount(cost: Decimal, percent: Decimal) -> Decimal:
    """Public money that was paid before the price: a price of 40 at 60 % supply means that 60 was paid."""
    if percent <= 0 or percent >= 100:
        return Decimal("0.00")
    return (cost * percent / (100 - percent)).quantize(CENT, rounding=ROUND_HALF_UP)


def find_cases(seats: Iterable[Seat]) -> list[Case]:
    """All cases, the worst first. Instruments that the register does not know are nobody's public money."""
    cases: list[Case] = []
    for seat in seats:
        fundings = _fundings(seat)
        domains = {str(seat.edition): seat.domain} if seat.domain else {}
        by_rule = find_double_funding(fundings, costs=_costs(seat, fundings), domains=domains)
        found = [*by_rule, *_supply_and_network(fundings)]
        cases += [_case(seat, finding, fundings) for finding in found]
    order = list(Severity)
    return sorted(cases, key=lambda case: (order.index(case.severity), case.rule))


def _fundings(seat: Seat) -> list[Funding]:
    register = load_instruments()
    who, edition = str(seat.company), str(seat.edition)
    fundings = [
        Funding(who, edition, category, instrument, amount, _network(seat, instrument))
        for instrument, category, amount in seat.lines
        if instrument in register and amount > 0
    ]
    public = supply_amount(seat.cost, seat.supply_percent)
    if public > 0:
        instrument = SUPPLY_INSTRUMENT.get(seat.provider_kind, "vdab")
        fundings.append(Funding(who, edition, FEE, instrument, public))
    return fundings


def _network(seat: Seat, instrument: str) -> str:
    return str(seat.network) if instrument == "network_grant" else ""


def _costs(seat: Seat, fundings: Sequence[Funding]) -> Mapping[tuple[str, str, str], Decimal]:
    """The whole cost of the course: what the company is asked and what was paid before."""
    if not fundings or seat.cost <= 0:
        return {}
    whole = seat.cost + supply_amount(seat.cost, seat.supply_percent)
    return {(str(seat.company), str(seat.edition), FEE): whole}


def _supply_and_network(fundings: Sequence[Funding]) -> list[Finding]:
    """Supply money and the network grant for one course: lawful within the aid maximum, but to be seen."""
    register = load_instruments()
    by_role = {
        register[funding.instrument].matrix: funding for funding in fundings if funding.category == FEE
    }
    if not {"supply", "network"} <= set(by_role):
        return []
    one = by_role["supply"]
    reason = Reason(SUPPLY_AND_NETWORK, {}, POLICY_BASIS, None, None)
    instruments = (by_role["network"].instrument, one.instrument)
    return [Finding(Severity.POLICY_FLAG, one.participant, one.edition, (FEE,), instruments, True, reason)]


def _case(seat: Seat, finding: Finding, fundings: Sequence[Funding]) -> Case:
    amounts: dict[str, Decimal] = {}
    for funding in fundings:
        if funding.instrument in finding.instruments and funding.category in finding.categories:
            amounts[funding.instrument] = amounts.get(funding.instrument, Decimal(0)) + funding.amount
    return Case(
        seat=seat,
        rule=finding.reason.rule,
        severity=finding.severity,
        reason=finding.reason,
        at_stake=min(amounts.values(), default=Decimal(0)),
    )


__all__ = ["Case", "Seat", "find_cases", "supply_amount"]
