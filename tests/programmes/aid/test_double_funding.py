"""The double-funding matrix, row by row."""

from __future__ import annotations

from decimal import Decimal

import pytest

from programmes.aid.double_funding import Funding, Severity, find_double_funding, load_matrix
from programmes.aid.texts import LANGUAGES, render

FEE, WAGE = "trainer", "trainee"


def paid(instrument: str, category: str = FEE, amount: str = "100.00", network: str = "") -> Funding:
    return Funding("learner", "edition", category, instrument, Decimal(amount), network)


@pytest.mark.parametrize("supply", ["cvo", "vdab", "syntra"])
@pytest.mark.parametrize(
    ("other", "rule"),
    [
        (paid("kmo_portefeuille"), "funding.supply_kmo"),
        (paid("vov", WAGE), "funding.supply_vov"),
        (paid("training_cheque"), "funding.supply_cheque"),
    ],
    ids=["row-01-kmo", "row-02-vov", "row-03-cheque"],
)
def test_supply_funded_and_demand_funded(supply: str, other: Funding, rule: str) -> None:
    (finding,) = find_double_funding([paid(supply), other])
    assert (finding.severity, finding.reason.rule) == (Severity.POLICY_FLAG, rule)
    assert finding.same_cost is (other.category == FEE)


@pytest.mark.parametrize(
    ("fundings", "severity", "rule", "same_cost"),
    [
        pytest.param(
            [paid("kmo_portefeuille"), paid("vov", WAGE)],
            Severity.LEGAL_CAP,
            "funding.kmo_vov",
            False,
            id="row-04-kmo-vov",
        ),
        pytest.param(
            [paid("network_grant", network="N"), paid("kmo_portefeuille")],
            Severity.LEGAL_CAP,
            "funding.kmo_network",
            True,
            id="row-05-kmo-network",
        ),
        pytest.param(
            [paid("kmo_portefeuille"), paid("training_cheque")],
            Severity.BLOCKS,
            "funding.kmo_cheque",
            True,
            id="row-06-kmo-cheque",
        ),
        pytest.param(
            [paid("vov", WAGE), paid("network_grant", WAGE, network="N")],
            Severity.LEGAL_CAP,
            "funding.vov_network",
            True,
            id="row-07-vov-network",
        ),
        pytest.param(
            [paid("sector_fund"), paid("network_grant", network="N")],
            Severity.LEGAL_CAP,
            "funding.sector_fund",
            True,
            id="row-08-sector-fund-network",
        ),
        pytest.param(
            [paid("kmo_portefeuille"), paid("sector_fund")],
            Severity.LEGAL_CAP,
            "funding.sector_fund",
            True,
            id="row-08-sector-fund-kmo",
        ),
        pytest.param(
            [paid("sts"), paid("network_grant", network="N")],
            Severity.LEGAL_CAP,
            "funding.project_network",
            True,
            id="row-09-sts",
        ),
        pytest.param(
            [paid("network_grant", network="N"), paid("esf")],
            Severity.LEGAL_CAP,
            "funding.project_network",
            True,
            id="row-09-esf",
        ),
        pytest.param(
            [paid("ibo", WAGE), paid("vov", WAGE)],
            Severity.BLOCKS,
            "funding.workplace_vov",
            True,
            id="row-10-ibo",
        ),
        pytest.param(
            [paid("vov_joint_right", WAGE), paid("ika", WAGE)],
            Severity.BLOCKS,
            "funding.workplace_vov",
            True,
            id="row-10-ika",
        ),
        pytest.param(
            [paid("network_grant", network="N"), paid("network_grant", WAGE, network="M")],
            Severity.BLOCKS,
            "funding.twice_networks",
            False,
            id="row-12-two-networks",
        ),
    ],
)
def test_each_row(fundings: list[Funding], severity: Severity, rule: str, same_cost: bool) -> None:
    for order in (fundings, fundings[::-1]):
        (finding,) = find_double_funding(order)
        assert (finding.severity, finding.reason.rule, finding.same_cost) == (severity, rule, same_cost)
        assert finding.reason.legal_basis
        assert len({render(finding.reason, language) for language in LANGUAGES}) == len(LANGUAGES)


@pytest.mark.parametrize("domain", ["welfare", "education", "social_economy"])
def test_row_11_instruments_of_work_pay_for_another_domain(domain: str) -> None:
    (finding,) = find_double_funding([paid("vov", WAGE)], domains={"edition": domain})
    assert (finding.severity, finding.reason.rule) == (Severity.POLICY_FLAG, "funding.other_domain")


def test_instruments_of_work_may_pay_for_work_and_other_instruments_for_others() -> None:
    assert find_double_funding([paid("vov", WAGE)], domains={"edition": "work"}) == []
    assert find_double_funding([paid("sector_fund")], domains={"edition": "education"}) == []
    assert find_double_funding([paid("vov", WAGE)]) == []


def test_row_08_never_more_than_the_cost() -> None:
    costs = {("learner", "edition", FEE): Decimal("199.99")}
    findings = find_double_funding([paid("sector_fund"), paid("network_grant", network="N")], costs=costs)
    assert [item.reason.rule for item in findings] == ["funding.above_cost", "funding.sector_fund"]
    assert findings[0].severity is Severity.BLOCKS
    enough = {("learner", "edition", FEE): Decimal("200.00")}
    assert len(find_double_funding([paid("sector_fund"), paid("kmo_portefeuille")], costs=enough)) == 1


def test_different_costs_of_a_pair_that_needs_the_same_cost_are_no_double_funding() -> None:
    assert find_double_funding([paid("kmo_portefeuille"), paid("network_grant", WAGE, network="N")]) == []


def test_other_learners_and_other_editions_stay_apart() -> None:
    other = Funding("learner", "other edition", FEE, "training_cheque", Decimal("1.00"))
    stranger = Funding("stranger", "edition", FEE, "training_cheque", Decimal("1.00"))
    assert find_double_funding([paid("kmo_portefeuille"), other, stranger]) == []


def test_one_network_may_pay_in_parts() -> None:
    parts = [paid("network_grant", network="N"), paid("network_grant", network="N")]
    assert find_double_funding(parts) == []


def test_the_worst_comes_first() -> None:
    findings = find_double_funding([paid("cvo"), paid("kmo_portefeuille"), paid("training_cheque")])
    assert [item.severity for item in findings] == ["blocks", "policy_flag", "policy_flag"]


def test_every_combination_in_the_file_can_be_met() -> None:
    assert len({row.rule for row in load_matrix()}) == len(load_matrix()) == 10
