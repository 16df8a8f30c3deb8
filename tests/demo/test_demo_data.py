"""The files of the demo hold together: numbers check, references resolve, and the story is in them.

No database: the demo must be readable, and wrong, before anything loads it.
"""

import csv
import datetime as dt
from collections import Counter, defaultdict
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml

from catalogue.interchange import ALL_COLUMNS as OFFER_COLUMNS
from catalogue.interchange import OfferRow, parse_offer_row
from catalogue.interchange import duplicate_problem as duplicate_offer
from networks.interchange import ALL_COLUMNS as GAP_COLUMNS
from networks.interchange import GapRow, parse_gap_row
from networks.interchange import duplicate_problem as duplicate_gap
from skillnet.kernel import enterprise_number, regions
from skillnet.kernel.tabular.duplicates import SeenKeys

DATA = Path(__file__).parents[2] / "skillnet" / "demo" / "data"
THEMES = Path(__file__).with_name("themes.yaml")
TODAY = dt.date(2026, 11, 26)  # the day on which the demo plays

ROLES = {
    "company_contact",
    "network_manager",
    "steering_member",
    "provider",
    "coordinator",
    "analyst",
    "administrator",
}
ORGANISATION_KINDS = {"company", "provider", "administration", "federation", "fund", "school"}
NETWORK_STATES = {"draft", "submitted", "active", "suspended", "closed", "rejected"}
CALL_STATES = {"draft", "open", "closed", "under_review", "decided", "archived"}
CONTROL_PCT = 50  # above it, owner and owned are one undertaking
SUBSIDISED_PCT = 50
LOW_FILL = 0.5
ELEMENTS = ("title", "awarding_body", "outcomes", "assessment", "participation", "quality_assurance")


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def tree(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@cache
def organisations() -> dict[str, dict[str, str]]:
    return {row["key"]: row for row in rows("organisations.csv")}


@cache
def networks() -> dict[str, dict[str, Any]]:
    return {network["key"]: network for network in tree(DATA / "networks.yaml")["networks"]}


@cache
def gaps() -> dict[str, GapRow]:
    found: dict[str, GapRow] = {}
    seen = SeenKeys()
    for line, row in enumerate(rows("gaps.csv"), start=2):
        gap = parse_gap_row(row, line)
        assert isinstance(gap, GapRow), gap
        assert duplicate_gap(gap, seen) is None
        found[gap.external_id] = gap
    return found


@cache
def offer_rows() -> tuple[OfferRow, ...]:
    found = []
    seen = SeenKeys()
    for line, row in enumerate(rows("offers.csv"), start=2):
        offer = parse_offer_row(row, line)
        assert isinstance(offer, OfferRow), offer
        assert duplicate_offer(offer, seen) is None
        found.append(offer)
    return tuple(found)


@cache
def offers() -> dict[str, OfferRow]:
    """One row an offer, by external_id, which the demo keeps unique over all providers."""
    return {offer.external_id: offer for offer in offer_rows()}


@cache
def enrolled() -> dict[tuple[str, str], int]:
    return {(row["external_id"], row["edition_id"]): int(row["enrolled"]) for row in rows("enrolled.csv")}


def undertakings(keys: set[str]) -> int:
    """How many independent undertakings these companies are; linked ones count once."""
    parent = {key: key for key in organisations()}

    def root(key: str) -> str:
        while parent[key] != key:
            key = parent[key]
        return key

    for link in rows("links.csv"):
        if float(link["percent"]) > CONTROL_PCT:
            parent[root(link["owned"])] = root(link["owner"])
    return len({root(key) for key in keys})


def key_of(name: str) -> str:
    return {row["name"]: key for key, row in organisations().items()}[name]


def test_organisations_have_a_key_a_name_and_a_number_of_their_own() -> None:
    found = rows("organisations.csv")
    for column in ("key", "name", "enterprise_number"):
        twice = [value for value, times in Counter(row[column] for row in found).items() if times > 1]
        assert twice == []
    for row in found:
        assert enterprise_number.is_valid(row["enterprise_number"]), row
        assert row["enterprise_number"].startswith("0999."), "only numbers that no real organisation has"
        assert regions.resolve(row["region"]) == row["region"], row
        assert row["kind"] in ORGANISATION_KINDS
        assert row["language"] in {"nl", "fr", "en", "de"}
        assert row["nace_version"] == row["year"] == "2025"


def test_companies_come_in_all_sizes() -> None:
    companies = [row for row in organisations().values() if row["kind"] == "company"]
    assert len(companies) >= 40
    heads = [int(row["headcount"]) for row in companies]
    for lowest, below in ((1, 10), (10, 50), (50, 250), (250, 10_000)):
        assert sum(lowest <= head < below for head in heads) >= 4, (lowest, below)


def test_links_join_organisations_that_exist_and_leave_nobody_owned_twice_over() -> None:
    owned: Counter[str] = Counter()
    for link in rows("links.csv"):
        assert {link["owner"], link["owned"]} <= organisations().keys()
        assert link["owner"] != link["owned"]
        dt.date.fromisoformat(link["since"])
        owned[link["owned"]] += float(link["percent"])  # type: ignore[assignment]
    assert max(owned.values()) <= 100


def test_networks_have_members_enough_to_be_a_network() -> None:
    document = tree(DATA / "networks.yaml")
    calls = {call["key"]: call for call in document["calls"]}
    assert {"open", "decided"} <= {call["state"] for call in calls.values()} <= CALL_STATES
    assert all(call["coordinator"] in organisations() for call in calls.values())
    assert len(networks()) >= 6
    for network in networks().values():
        members = network["members"]
        assert len(set(members)) == len(members) >= 5
        assert all(organisations()[key]["kind"] == "company" for key in members)
        assert undertakings(set(members)) >= 3
        assert {network["promoter"], network["contracting_organisation"]} <= organisations().keys()
        assert network["state"] in NETWORK_STATES
        assert network["call"] in calls
        assert all(regions.resolve(code) == code for code in [network["region"], *network["regions"]])
        assert float(network["budget_eur"]) > 0


def test_people_cover_every_role_and_belong_where_their_role_says() -> None:
    people = tree(DATA / "people.yaml")["people"]
    assert len(people) >= 12
    emails = [person["email"] for person in people]
    assert len(set(emails)) == len(emails)
    assert all(email.endswith("@demo.skillnet.example") for email in emails)
    held = [(membership, person) for person in people for membership in person["memberships"]]
    assert {membership["role"] for membership, _ in held} == ROLES
    assert sum(len({m["role"] for m in person["memberships"]}) > 1 for person in people) >= 3
    for membership, person in held:
        assert membership["organisation"] in organisations(), person
        needs_network = membership["role"] in {"network_manager", "steering_member"}
        assert needs_network == ("network" in membership), person
        if membership["role"] == "steering_member":
            assert membership["organisation"] in networks()[membership["network"]]["members"], person
        if membership["role"] == "network_manager":
            network = networks()[membership["network"]]
            runs_it = {network["promoter"], network["contracting_organisation"]}
            assert membership["organisation"] in runs_it, person


def test_every_network_has_a_manager_and_a_steering_member() -> None:
    held: defaultdict[str, set[str]] = defaultdict(set)
    for person in tree(DATA / "people.yaml")["people"]:
        for membership in person["memberships"]:
            held[membership["role"]].add(membership.get("network", ""))
    assert held["network_manager"] == set(networks())
    assert held["steering_member"] == set(networks())


def test_gaps_are_read_whole_and_belong_to_members_of_their_network() -> None:
    assert list(rows("gaps.csv")[0]) == list(GAP_COLUMNS)
    assert len(gaps()) == len(rows("gaps.csv")) >= 96, "the demo keeps external_id unique over all companies"
    by_name = {network["name"]: network for network in networks().values()}
    for gap in gaps().values():
        key = key_of(gap.organisation)
        assert gap.network is not None
        assert key in by_name[gap.network]["members"], gap
        assert gap.enterprise_number == enterprise_number.parse(organisations()[key]["enterprise_number"])
        assert len(gap.description or "") > 60, gap.external_id


def test_gaps_show_every_quadrant_urgency_horizon_mode_and_what_is_unknown() -> None:
    found = gaps().values()
    assert Counter((gap.depth, gap.direction) for gap in found).keys() == {
        (depth, direction) for depth in ("short", "deep") for direction in ("upskilling", "reskilling")
    }
    assert {gap.urgency for gap in found} == {"low", "medium", "high", "critical"}
    assert {gap.horizon for gap in found} == {"now", "1y", "3y"}
    assert {mode for gap in found for mode in gap.modes} == {"classroom", "online", "blended", "workplace"}
    assert {gap.language for gap in found} == {"nl", "fr", "en", "de"}
    assert any(gap.mandatory for gap in found)
    assert any(gap.learners is None for gap in found)
    assert any(gap.budget_eur is None for gap in found)
    assert any(gap.skills for gap in found)
    assert len({gap.title for gap in found}) == len({gap.description for gap in found}) == len(gaps())


def test_providers_are_24_of_all_five_kinds_and_each_has_offers() -> None:
    providers = tree(DATA / "providers.yaml")["providers"]
    assert len(providers) == 24
    assert {provider["organisation"] for provider in providers} <= organisations().keys()
    kinds = {organisations()[p["organisation"]]["name"]: p["kind"] for p in providers}
    assert set(kinds.values()) == {"public", "private", "academy", "sector_fund", "higher_education"}
    assert {(offer.provider, offer.provider_kind) for offer in offer_rows()} == set(kinds.items())
    for provider in providers:
        assert ".example" in provider["website"]
        assert isinstance(provider["recognised_since"], dt.date)
        assert provider["quality_label"]
        assert provider["description"]


def test_offers_are_read_whole_with_editions_past_open_and_full() -> None:
    assert list(rows("offers.csv")[0]) == list(OFFER_COLUMNS)
    assert len(offers()) >= 220
    editions = [offer for offer in offer_rows() if offer.makes_edition]
    assert len(editions) >= 350
    assert len({(e.external_id, e.edition_id) for e in editions}) == len(editions)
    starts = [edition.starts_on for edition in editions if edition.starts_on]
    assert min(starts) < TODAY < max(starts) <= dt.date(2027, 12, 31)
    assert all(start.isoweekday() <= 5 for start in starts)
    full = [e for e in editions if e.seats and enrolled()[e.external_id, e.edition_id or ""] == e.seats]
    assert len([edition for edition in full if edition.starts_on and edition.starts_on > TODAY]) >= 5


def test_rows_of_one_offer_say_the_same_of_it() -> None:
    told: dict[str, tuple[object, ...]] = {}
    for row in offer_rows():
        facts = (row.provider, row.title, row.description, row.outcomes, row.hours, row.seats, row.price_eur)
        assert told.setdefault(row.external_id, facts) == facts


def test_offers_show_every_language_mode_credential_and_what_is_unknown() -> None:
    found = list(offers().values())
    share = Counter(offer.language for offer in found)
    assert 0.10 <= share["fr"] / len(found) <= 0.20
    assert 0.05 <= share["en"] / len(found) <= 0.12
    assert {offer.mode for offer in found} == {"classroom", "online", "blended", "workplace"}
    assert {o.credential for o in found} == {"none", "certificate", "microcredential", "qualification"}
    assert {offer.price_basis for offer in found} == {"participant", "edition", None}
    assert all(2 <= len(offer.outcomes) <= 5 for offer in found)
    assert any(offer.price_eur is None for offer in found)
    assert any(offer.seats is None for offer in found)
    assert any(offer.price_eur == 0 for offer in found)
    assert sum(bool(offer.mandatory) for offer in found) >= 5
    assert len({offer.title for offer in found}) == len({offer.description for offer in found}) == len(found)
    assert all(offer.isced_f for offer in found)


def test_supply_subsidy_is_only_for_whom_the_public_purse_pays() -> None:
    paid = {offer.provider_kind for offer in offers().values() if offer.supply_subsidy_pct}
    assert paid == {"public", "sector_fund", "higher_education"}


def test_enrolments_fit_their_editions() -> None:
    seats = {(o.external_id, o.edition_id): (o.provider, o.seats) for o in offer_rows() if o.makes_edition}
    found = rows("enrolled.csv")
    assert len(found) == len({(row["external_id"], row["edition_id"]) for row in found})
    for row in found:
        provider, places = seats[row["external_id"], row["edition_id"]]
        assert row["provider"] == provider
        assert places is not None
        assert 0 <= int(row["enrolled"]) <= places


def fill(external_id: str) -> float:
    """The share of all seats of an offer's editions that is taken."""
    editions = [
        row for row in offer_rows() if row.external_id == external_id and row.makes_edition and row.seats
    ]
    taken = sum(enrolled()[row.external_id, row.edition_id or ""] for row in editions)
    return taken / (sum(row.seats or 0 for row in editions) or 1)


def test_at_least_twelve_pairs_are_publicly_paid_alike_and_half_empty() -> None:
    paid = [
        offer
        for offer in offers().values()
        if (offer.supply_subsidy_pct or 0) >= SUBSIDISED_PCT
        and offer.skills
        and any(row.edition_id for row in offer_rows() if row.external_id == offer.external_id)
        and fill(offer.external_id) < LOW_FILL
    ]
    alike = [
        (one.external_id, other.external_id)
        for one, other in combinations(paid, 2)
        if one.provider != other.provider
        and one.language == other.language
        and set(one.skills) & set(other.skills)
        and any(regions.overlaps(a, b) for a in one.region for b in other.region)
    ]
    assert len(alike) >= 12, alike


def test_microcredentials_carry_the_elements_of_the_recommendation() -> None:
    found = tree(DATA / "microcredentials.yaml")["microcredentials"]
    assert len(found) == 25
    assert len({(each["provider"], each["offer"]) for each in found}) == 25
    assert any(each["validity_months"] for each in found)
    assert any(each["refresher"] for each in found)
    declared = {offer.external_id for offer in offers().values() if offer.credential == "microcredential"}
    assert {each["offer"] for each in found} == declared
    for each in found:
        offer = offers()[each["offer"]]
        assert key_of(offer.provider) == each["provider"]
        assert each["eqf_level"] == offer.eqf_level
        assert each["workload_hours"] >= (offer.hours or 0), "study time includes contact hours"
        for element in ELEMENTS:
            assert each[element], (each["offer"], element)
        assert each["issuer_country"] == "BE"
        if each["refresher"]:
            assert key_of(offers()[each["refresher"]["offer"]].provider) == each["refresher"]["provider"]


THEME_CASES = [
    pytest.param(network, theme, id=f"{network}-{name}")
    for network, themes in tree(THEMES).items()
    for name, theme in themes.items()
]


@pytest.mark.parametrize(("network", "theme"), THEME_CASES)
def test_theme_has_companies_enough_and_competing_offers(network: str, theme: dict[str, Any]) -> None:
    members = [gaps()[external_id] for external_id in theme["gaps"]]
    assert {gap.network for gap in members} == {networks()[network]["name"]}
    assert undertakings({key_of(gap.organisation) for gap in members}) >= theme.get("companies", 3)
    assert set(theme["good"]) | set(theme["weak"]) <= offers().keys()
    assert bool(theme["good"]) != bool(theme.get("unmet"))


def test_every_network_has_three_themes_to_pool_and_some_gap_that_stands_alone() -> None:
    themes = tree(THEMES)
    assert themes.keys() == networks().keys()
    for network, found in themes.items():
        poolable = [theme for theme in found.values() if theme.get("companies", 3) >= 3 and theme["good"]]
        assert len(poolable) >= 3, network
    told = {
        external_id for found in themes.values() for theme in found.values() for external_id in theme["gaps"]
    }
    assert gaps().keys() - told


def test_shortage_occupations_of_the_demo_are_linked_by_name_save_one() -> None:
    told = tree(DATA / "skills.yaml")
    named = {row["names"]["nl"] for row in told["occupations"].values()}
    listed = {row["occupation"] for row in rows("shortages_now.csv")}
    assert listed - named == {"Bakker"}
    for row in (*told["skills"].values(), *told["occupations"].values()):
        assert set(row["names"]) == {"nl", "fr", "en", "de"}
    used = {uri for name in ("gaps.csv", "offers.csv") for row in rows(name) for uri in row["skills"].split()}
    assert {f"http://data.europa.eu/esco/skill/{row['id']}" for row in told["skills"].values()} <= used
    needed = {skill for row in told["occupations"].values() for skill in row["needs"]}
    assert needed == set(told["skills"]) - {"luchtdicht", "zonnestroom"}
