"""Double funding as the cockpit counts it: cases, money at stake, rules."""

from dataclasses import replace
from decimal import Decimal

import pytest

from cockpit.double_funding import SUPPLY_AND_NETWORK, Seat, find_cases, supply_amount
from programmes.aid.double_funding import Severity

SEAT = Seat(
    undertaking=1,
    company=1,
    edition=7,
    network=3,
    sector="Voeding",
    provider_kind="public",
    cost=Decimal("400.00"),
    supply_percent=Decimal(60),
    lines=(("network_grant", "trainer", Decimal("200.00")),),
)


def rules(seat: Seat) -> dict[str, Decimal]:
    return {case.rule: case.at_stake for case in find_cases([seat])}


@pytest.mark.parametrize(
    ("percent", "amount"), [("0", "0.00"), ("50", "400.00"), ("60", "600.00"), ("100", "0.00")]
)
def test_what_was_paid_before_the_price(percent: str, amount: str) -> None:
    assert supply_amount(Decimal("400.00"), Decimal(percent)) == Decimal(amount)


def test_supply_money_and_the_network_grant_are_seen_for_the_smaller_amount() -> None:
    assert rules(SEAT) == {SUPPLY_AND_NETWORK: Decimal("200.00")}
    (case,) = find_cases([SEAT])
    assert case.severity is Severity.POLICY_FLAG


def test_without_supply_money_or_grant_there_is_nothing_to_see() -> None:
    assert rules(replace(SEAT, supply_percent=Decimal(0))) == {}
    assert rules(replace(SEAT, lines=())) == {}


def test_work_that_pays_for_another_domain_is_seen() -> None:
    seat = replace(SEAT, supply_percent=Decimal(0))
    assert rules(replace(seat, domain="welfare")) == {"funding.other_domain": Decimal("200.00")}
    assert rules(replace(seat, domain="work")) == {}


def test_the_own_share_of_a_company_is_no_public_money() -> None:
    assert rules(replace(SEAT, lines=(("company_share", "trainer", Decimal("400.00")),))) == {}


def test_money_of_a_sector_fund_has_a_ceiling_in_law() -> None:
    assert rules(replace(SEAT, provider_kind="sector_fund")) == {"funding.sector_fund": Decimal("200.00")}


def test_rules_of_the_matrix_and_blocks_come_first() -> None:
    lines = (
        ("kmo_portefeuille", "trainer", Decimal("900.00")),
        ("vov", "trainee", Decimal("50.00")),
    )
    cases = find_cases([replace(SEAT, lines=lines)])
    assert [case.severity for case in cases] == sorted(
        (case.severity for case in cases), key=list(Severity).index
    )
    found = {case.rule: case.severity for case in cases}
    assert found["funding.above_cost"] is Severity.BLOCKS  # 900 + 600 before, for a course of 1000
    assert found["funding.supply_kmo"] is Severity.POLICY_FLAG
    assert found["funding.supply_vov"] is Severity.POLICY_FLAG
    assert found["funding.kmo_vov"] is Severity.LEGAL_CAP
