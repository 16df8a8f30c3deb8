"""Edges of the aid rules at which a slip would go unseen elsewhere: each of these fails on one."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from programmes.aid.assessment import assess
from programmes.aid.case import parse_case
from programmes.aid.rates import Rates, load_rates
from programmes.aid.shares import split_amount
from tests.programmes.aid.builders import answer, case, link, organisation, participants, rules


def earlier(amount: str, basis: str) -> dict[str, Any]:
    return {"organisation": "A", "date": "2025-06-01", "amount": amount, "basis": basis}


def test_general_aid_also_fills_the_ceiling_of_services_of_general_interest() -> None:
    aid = [earlier("150000.00", "de_minimis"), earlier("590000.00", "de_minimis_sgei")]
    result = answer(case(route="de_minimis", requested="10000.00", earlier_aid=aid))
    # 750 000 − 150 000 − 590 000 leaves 10 000, though the general ceiling still has 150 000.
    assert (result["headroom"], result["granted"]) == ("10000.00", "10000.00")
    assert answer(case(route="de_minimis", requested="10000.01", earlier_aid=aid))["granted"] == "0.00"


@pytest.mark.parametrize(("requested", "told"), [("1000.00", True), ("20000.00", False)])
def test_only_what_is_granted_has_to_go_into_the_register(requested: str, told: bool) -> None:
    result = answer(case(route="de_minimis", requested=requested))
    assert ("de_minimis.register" in rules(result)) is told


def test_one_state_aid_among_other_money_is_enough_to_warn() -> None:
    other = [
        {"instrument": "sector_fund", "amount": "100.00", "basis": "not_aid"},
        {"instrument": "sts", "amount": "100.00", "basis": "other_state_aid"},
    ]
    result = answer(case(route="de_minimis", requested="1000.00", other_aid_same_costs=other))
    assert "de_minimis.state_aid_same_costs" in rules(result)
    quiet = answer(case(route="de_minimis", requested="1000.00", other_aid_same_costs=other[:1]))
    assert "de_minimis.state_aid_same_costs" not in rules(quiet)


def test_who_has_no_hours_carries_no_cost_where_others_have() -> None:
    """Half the heads are disadvantaged, and have no hours: nothing of the cost is theirs."""
    people = participants(2) + [{"hours": "0", "disadvantaged": True}] * 2
    assert answer(case("large", participants=people))["intensity"] == "50.00"


def test_without_cost_the_intensity_still_follows_the_hours() -> None:
    costs = [{"category": "trainer", "amount": "0.00"}]
    result = answer(case("large", costs=costs, requested="0.00", participants=participants(10, 4)))
    assert (result["intensity"], result["maximum_aid"]) == ("54.00", "0.00")


@pytest.mark.parametrize(("decision", "first"), [("2026-03-01", False), ("2026-02-28", True)])
def test_a_decision_on_the_day_of_the_application_did_not_come_first(decision: str, first: bool) -> None:
    assert ("training_aid.decided_first" in rules(answer(case(decision_date=decision)))) is first


def test_only_the_company_itself_is_asked_whether_it_is_in_difficulty() -> None:
    def unasked(own: bool, other: bool) -> list[str]:
        both = [organisation("A", stated=own), organisation("B", stated=other)]
        outcome = assess(parse_case(case(organisations=both)), load_rates()).outcome
        return [r.params["organisations"] for r in outcome.reasons if r.rule == "training_aid.not_stated"]

    assert unasked(own=True, other=False) == []
    assert unasked(own=False, other=False) == ["A"]


def test_a_partner_counts_from_a_quarter_on_and_a_linked_one_above_half() -> None:
    def size(percent: str) -> str:
        data = case(
            organisations=[organisation("A", "45"), organisation("C", "100")],
            links=[link("C", "A", percent)],
        )
        return str(answer(data)["size"])

    assert [size(p) for p in ("24.99", "25.00", "50.00", "50.01")] == ["small", "medium", "medium", "medium"]


@pytest.mark.parametrize(("counts", "size"), [("1", "medium"), ("0", "small")])
def test_the_switch_of_links_through_persons_touches_persons_only(counts: str, size: str) -> None:
    rates = Rates(
        replace(row, value=Decimal(counts)) if row.key == "sme_person_links" else row for row in load_rates()
    )
    people = [organisation("A", "30"), organisation("B", "30")]
    through = [link("P", "A", "60", owner_kind="person"), link("P", "B", "60", owner_kind="person")]
    found = assess(parse_case(case(organisations=people, links=through)), rates).as_contract("nl")
    assert found["size"] == size
    owned = assess(parse_case(case(organisations=people, links=[link("B", "A", "60")])), rates)
    assert owned.as_contract("nl")["size"] == "medium"


def test_a_group_of_partners_is_exempt_only_where_each_of_them_is() -> None:
    """A university and a company that it controls hold 30 % together: the company's part is not exempt."""
    data = case(
        organisations=[organisation("A", "45"), organisation("U", "100"), organisation("C", "100")],
        links=[
            link("U", "A", "15", owner_kind="university"),
            link("C", "A", "15"),
            link("U", "C", "60"),
        ],
    )
    assert answer(data)["size"] == "medium"


def params_of(data: dict[str, Any], rule: str) -> list[dict[str, str]]:
    reasons = assess(parse_case(data), load_rates()).outcome.reasons
    return [dict(reason.params) for reason in reasons if reason.rule == rule]


def sized(data: dict[str, Any], rule: str) -> list[dict[str, Any]]:
    return [item for item in answer(data)["reasons"] if item["rule"] == rule]


def test_money_that_is_aid_and_money_that_is_none_are_named_apart() -> None:
    other = [
        {"instrument": "sector_fund", "amount": "100.00", "basis": "not_aid"},
        {"instrument": "sts", "amount": "200.00", "basis": "other_state_aid"},
    ]
    data = case(requested="1000.00", other_aid_same_costs=other)
    assert params_of(data, "cumulation.counted") == [{"instruments": "sts", "counted": "200.00"}]
    assert params_of(data, "cumulation.no_aid") == [{"instruments": "sector_fund"}]


def test_linked_enterprises_are_named_without_the_company_itself() -> None:
    assert sized(case(organisations=[organisation("A")]), "size.linked") == []
    data = case(organisations=[organisation("A"), organisation("B")], links=[link("B", "A", "60")])
    (said,) = sized(data, "size.linked")
    assert said["text"].endswith(": B.")


def test_a_group_of_partners_counts_as_far_as_it_is_described() -> None:
    """C owns 30 %, and D owns C wholly but is not described: C counts, and nobody says that nothing does."""
    data = case(
        organisations=[organisation("A", "45"), organisation("C", "100")],
        links=[link("C", "A", "30"), link("D", "C", "100")],
    )
    assert sized(data, "size.partner")
    assert not sized(data, "size.undescribed")


def test_a_link_through_a_person_is_said_only_where_it_makes_the_group_bigger() -> None:
    people = [organisation("A", "30"), organisation("B", "30")]
    through = [link("P", "A", "60", owner_kind="person"), link("P", "B", "60", owner_kind="person")]
    assert sized(case(organisations=people, links=through), "size.person_link")
    assert not sized(case(organisations=people, links=[link("B", "A", "60")]), "size.person_link")
    assert not sized(case(organisations=people), "size.person_link")
    owner = link("P", "A", "60", owner_kind="person")
    assert not sized(case(organisations=people, links=[owner, link("A", "B", "60")]), "size.person_link")


def test_a_company_on_its_own_is_not_called_a_group() -> None:
    alone = rules(answer(case(organisations=[organisation("A")])))
    assert "undertaking.alone" in alone
    assert "undertaking.group" not in alone


@pytest.mark.parametrize(("percent", "size"), [("50.00", "micro"), ("50.01", "large")])
def test_public_hands_reach_through_what_they_hold_for_more_than_half(percent: str, size: str) -> None:
    """A town holds C, and C holds a quarter of A: A is in public hands only where C itself is."""
    data = case(
        organisations=[organisation("A", "5"), organisation("C", "5")],
        links=[link("T", "C", percent, owner_kind="public"), link("C", "A", "25")],
    )
    assert answer(data)["size"] == size


def test_nothing_to_share_is_shared() -> None:
    assert split_amount(Decimal(0), {"A": 1, "B": 2}) == {"A": Decimal(0), "B": Decimal(0)}
