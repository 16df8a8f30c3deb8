"""Scores against a scalar definition written apart from the engine, hand-computed cases, and bad input."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine.explain import Note
from matching.engine.facts import HORIZON_DAYS, EditionFacts, GapFacts, OfferFacts
from matching.engine.scoring import (
    COMPONENTS,
    DEFAULT_PROFILE,
    Evidence,
    WeightsProfile,
    exclusions,
    score,
    score_batch,
    weigh,
)
from matching.engine.sentences import LANGUAGES, keys, render
from matching.engine.skills import SkillTable
from matching.engine.tables import compatibility, gap_table, offer_table
from skillnet.kernel.regions import distance_km, nearest_km

TODAY = date(2026, 3, 2)
SKILLS = SkillTable(
    {"a": 2.0, "b": 1.0, "c": 0.5, "top": 0.1}, {"a": frozenset({"mid"}), "mid": frozenset({"top"})}
)


def sets(*values: str) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(values), max_size=3)


def maybe(strategy: st.SearchStrategy) -> st.SearchStrategy:
    return st.none() | strategy


DAYS = st.integers(-200, 2500).map(lambda d: TODAY + timedelta(days=d))
MONEY = st.integers(0, 3000).map(Decimal)
REGION = st.sampled_from(["BE211", "BE25", "BE251", "BE341", "FRE1", "BE2"])
EDITIONS = st.builds(
    EditionFacts,
    id=st.integers(1, 9),
    starts_on=maybe(DAYS),
    seats_left=maybe(st.integers(0, 20)),
    region=maybe(REGION),
)
GAPS = st.builds(
    GapFacts,
    id=st.integers(1, 99),
    company=st.just(1),
    undertaking=st.just(1),
    learners=maybe(st.integers(0, 30)),
    learner_languages=sets("nl", "fr", "en"),
    depth=maybe(st.sampled_from(["short", "deep"])),
    direction=maybe(st.sampled_from(["upskilling", "reskilling"])),
    eqf_level=maybe(st.integers(1, 8)),
    modes=sets("classroom", "online", "blended", "workplace"),
    regions=st.frozensets(REGION, max_size=2),
    horizon=maybe(st.sampled_from(["now", "1y", "3y"])),
    budget_per_learner=maybe(MONEY),
    skills=sets("a", "b", "c", "mid", "top"),
)
OFFERS = st.builds(
    OfferFacts,
    id=st.integers(1, 99),
    provider=st.just(1),
    teaching_languages=sets("nl", "fr", "en"),
    mode=maybe(st.sampled_from(["classroom", "online", "blended", "workplace"])),
    depth=maybe(st.sampled_from(["short", "deep"])),
    direction=maybe(st.sampled_from(["upskilling", "reskilling"])),
    eqf_level=maybe(st.integers(1, 8)),
    regions=st.frozensets(REGION, max_size=2),
    price_per_learner=maybe(MONEY),
    seats_left=maybe(st.integers(0, 20)),
    editions=st.lists(EDITIONS, max_size=3).map(tuple),
    skills=sets("a", "b", "c", "mid", "top"),
    recognised=maybe(st.booleans()),
    quality_label=maybe(st.booleans()),
    completeness=maybe(st.floats(0, 1)),
)
EVIDENCE = st.builds(Evidence, maybe(st.floats(-1, 1)), maybe(st.floats(0, 1)))


def clip(value: float) -> float:
    return min(1.0, max(0.0, value))


def expected(gap: GapFacts, offer: OfferFacts, evidence: Evidence) -> dict[str, float | None]:
    """The components as one would write them down for a single pair."""
    found: dict[str, float | None] = dict.fromkeys(COMPONENTS)
    for name in ("meaning", "words"):
        value = getattr(evidence, name)
        found[name] = None if value is None else clip(value)
    found["skills"] = SKILLS.overlap(gap.skills, offer.skills)
    sides = [
        float(mine == theirs)
        for mine, theirs in ((gap.depth, offer.depth), (gap.direction, offer.direction))
        if mine and theirs
    ]
    found["quadrant"] = sum(sides) / len(sides) if sides else None
    if gap.eqf_level and offer.eqf_level:
        found["level"] = clip(1 - abs(gap.eqf_level - offer.eqf_level) / 3)
    if gap.learner_languages and offer.teaching_languages:
        shared = gap.learner_languages & offer.teaching_languages
        found["language"] = len(shared) / len(gap.learner_languages)
    if gap.modes and offer.mode:
        near = {"blended": {"classroom", "online"}, "classroom": {"blended"}, "online": {"blended"}}
        part = 0.5 if gap.modes & near.get(offer.mode, set()) else 0.0
        found["mode"] = 1.0 if offer.mode in gap.modes else part
    live = [e for e in offer.editions if (e.starts_on is None or e.starts_on >= TODAY) and e.seats_left != 0]
    places = {e.region for e in live if e.region} or offer.regions
    km = nearest_km(gap.regions, places)
    if offer.mode != "online" and km is not None:
        found["place"] = clip(1 - km / 100)
    starts = [e.starts_on for e in live if e.starts_on]
    if starts and gap.horizon:
        found["timing"] = clip(2 - (min(starts) - TODAY).days / HORIZON_DAYS[gap.horizon])
    seats = max((e.seats_left for e in live if e.seats_left is not None), default=offer.seats_left)
    if seats is not None and gap.learners:
        found["size"] = clip(seats / gap.learners)
    if gap.budget_per_learner is not None and offer.price_per_learner is not None:
        budget, price = float(gap.budget_per_learner), float(offer.price_per_learner)
        found["price"] = clip(2 - price / budget) if budget else float(price == 0)
    signs = [float(x) for x in (offer.recognised, offer.quality_label, offer.completeness) if x is not None]
    found["trust"] = sum(signs) / len(signs) if signs else None
    return found


@settings(max_examples=250, deadline=None)
@given(GAPS, OFFERS, EVIDENCE)
def test_components_are_those_of_the_plain_definition(
    gap: GapFacts, offer: OfferFacts, evidence: Evidence
) -> None:
    found = score(gap, offer, evidence, DEFAULT_PROFILE, TODAY, skills=SKILLS)
    plain = expected(gap, offer, evidence)
    assert {n: v is None for n, v in found.components.items()} == {n: v is None for n, v in plain.items()}
    known = {n: v for n, v in plain.items() if v is not None}
    assert {n: found.components[n] for n in known} == pytest.approx(known)
    weight = {n: DEFAULT_PROFILE.weights[n] for n in known}
    mean = sum(weight[n] * known[n] for n in known) / sum(weight.values()) if known else 0.0
    assert found.score == pytest.approx(mean)
    assert found.certainty == pytest.approx(sum(weight.values()) / sum(DEFAULT_PROFILE.weights.values()))
    for language in LANGUAGES:
        assert all("{" not in render(note, language) for note in found.notes.values())


@settings(max_examples=40, deadline=None)
@given(st.lists(GAPS, min_size=1, max_size=5), st.lists(OFFERS, min_size=1, max_size=8), st.data())
def test_a_batch_gives_exactly_what_pairs_give(
    gaps: list[GapFacts], offers: list[OfferFacts], data: st.DataObject
) -> None:
    rows, cols = (a.reshape(-1) for a in np.meshgrid(np.arange(len(gaps)), np.arange(len(offers))))
    evidence = data.draw(st.lists(EVIDENCE, min_size=len(rows), max_size=len(rows)))
    meaning = np.array([np.nan if e.meaning is None else e.meaning for e in evidence])
    words = np.array([np.nan if e.words is None else e.words for e in evidence])
    batch = score_batch(
        gap_table(gaps),
        offer_table(offers, TODAY),
        rows,
        cols,
        meaning,
        words,
        DEFAULT_PROFILE,
        skills=SKILLS,
    )
    fits = compatibility(gap_table(gaps), offer_table(offers, TODAY))
    for i, (row, col) in enumerate(zip(rows.tolist(), cols.tolist(), strict=True)):
        single = score(gaps[row], offers[col], evidence[i], DEFAULT_PROFILE, TODAY, skills=SKILLS)
        assert (single.score, single.certainty) == (batch.score[i], batch.certainty[i])
        assert single.components == batch.named(i)
        excluded = bool(exclusions(gaps[row], offers[col], TODAY))
        assert fits.allowed[fits.gap_signature[row], fits.offer_signature[col]] != excluded


def test_a_case_by_hand() -> None:
    gap = GapFacts(
        1,
        1,
        1,
        learners=10,
        depth="short",
        eqf_level=4,
        budget_per_learner=Decimal(500),
        skills=frozenset({"a", "b"}),
    )
    offer = OfferFacts(
        2,
        3,
        depth="short",
        eqf_level=5,
        price_per_learner=Decimal(750),
        seats_left=8,
        skills=frozenset({"mid"}),
        recognised=True,
        mandatory=True,
    )
    profile = WeightsProfile(
        "t", {"meaning": 1, "skills": 1, "quadrant": 1, "level": 1, "size": 1, "price": 1, "place": 4}
    )
    found = score(gap, offer, Evidence(0.5), profile, TODAY, skills=SKILLS)
    # a is worth 2 of 3 and its broader skill half of that; one level of three off; the price half over
    assert found.components["skills"] == pytest.approx(1 / 3)
    assert found.score == pytest.approx((0.5 + 1 / 3 + 1 + 2 / 3 + 0.8 + 0.5) / 6)
    assert found.certainty == pytest.approx(0.6)
    assert found.components["place"] is None
    assert [m.key for m in found.marks] == ["mark.mandatory"]
    assert render(found.notes["price"], "nl") == (
        "De prijs van 750 euro per deelnemer ligt boven het budget van 500 euro."
    )


def test_an_offer_of_which_nothing_is_known_is_neither_excluded_nor_blamed() -> None:
    gap, offer = GapFacts(1, 1, 1), OfferFacts(2, 2)
    assert exclusions(gap, offer, TODAY) == ()
    found = score(gap, offer, Evidence(), DEFAULT_PROFILE, TODAY)
    assert (found.score, found.certainty) == (0.0, 0.0)
    assert set(found.components.values()) == {None}
    assert score(gap, offer, Evidence(0.8), DEFAULT_PROFILE, TODAY).score == pytest.approx(0.8)


def test_a_budget_of_zero_takes_only_what_is_free() -> None:
    gap = GapFacts(1, 1, 1, budget_per_learner=Decimal(0))
    for price, value in ((Decimal(0), 1.0), (Decimal(1), 0.0)):
        found = score(gap, OfferFacts(2, 2, price_per_learner=price), Evidence(), DEFAULT_PROFILE, TODAY)
        assert found.components["price"] == value


@pytest.mark.parametrize(
    ("known", "key"),
    [
        ({"depth": "deep"}, "quadrant.same_depth"),
        ({"depth": "short"}, "quadrant.other_depth"),
        ({"direction": "upskilling"}, "quadrant.same_direction"),
        ({"depth": "deep", "direction": "upskilling"}, "quadrant.same"),
        ({"depth": "deep", "direction": "reskilling"}, "quadrant.half"),
    ],
)
def test_of_a_quadrant_only_what_both_sides_know_is_said_to_agree(known: dict[str, Any], key: str) -> None:
    gap = GapFacts(1, 1, 1, depth="deep", direction="upskilling")
    found = score(gap, replace(OfferFacts(2, 2), **known), Evidence(), DEFAULT_PROFILE, TODAY)
    assert found.notes["quadrant"].key == key
    assert all("None" not in render(found.notes["quadrant"], language) for language in LANGUAGES)


@pytest.mark.parametrize(
    ("gap", "offer", "fact"),
    [
        ({"learner_languages": frozenset({"nl"})}, {"teaching_languages": frozenset({"fr"})}, "language"),
        ({"regions": frozenset({"BE251"})}, {"regions": frozenset({"BE341"})}, "place"),
        ({}, {"seats_left": 0}, "full"),
        ({}, {"editions": (EditionFacts(1, TODAY, seats_left=0),)}, "full"),
        ({}, {"editions": (EditionFacts(1, TODAY - timedelta(days=1)),)}, "past"),
    ],
)
def test_known_facts_exclude_with_a_sentence(gap: dict, offer: dict, fact: str) -> None:
    (found,) = exclusions(replace(GapFacts(1, 1, 1), **gap), replace(OfferFacts(2, 2), **offer), TODAY)
    assert found.fact == fact
    assert all(render(found.note, language).startswith(("Uit", "Excl")) for language in LANGUAGES)


def test_an_edition_that_can_still_be_joined_keeps_an_offer_open() -> None:
    editions = (
        EditionFacts(1, TODAY - timedelta(days=1)),
        EditionFacts(2, seats_left=0),
        EditionFacts(3, TODAY),
    )
    assert exclusions(GapFacts(1, 1, 1), OfferFacts(2, 2, editions=editions), TODAY) == ()
    online = OfferFacts(2, 2, mode="online", regions=frozenset({"BE341"}))
    assert exclusions(GapFacts(1, 1, 1, regions=frozenset({"BE251"})), online, TODAY) == ()


def test_distances_of_the_table() -> None:
    assert distance_km("BE211", "BE2") == 0
    assert distance_km("BE222", "BE225") == 0
    assert distance_km("BE211", "BE234") == pytest.approx(58, abs=6)
    assert distance_km("BE258", "BE225") == pytest.approx(205, abs=12)
    assert distance_km("BE211", "FRE1") is None
    assert distance_km("BE211", "") is None


def test_other_weights_can_be_previewed_on_stored_components() -> None:
    stored = np.array([[0.2, 0.8] + [np.nan] * (len(COMPONENTS) - 2)])
    assert weigh(stored, WeightsProfile("2", {"meaning": 1, "words": 3})).score == pytest.approx([0.65])
    assert weigh(stored, WeightsProfile("3", {"meaning": 1, "trust": 1})).certainty == pytest.approx([0.5])


@pytest.mark.parametrize("weights", [{"meening": 1.0}, {"meaning": -1.0}, {"meaning": 0.0}, {}])
def test_weights_without_a_mean_are_refused(weights: dict[str, float]) -> None:
    with pytest.raises(ValueError):
        WeightsProfile("x", weights)


def test_the_three_languages_say_the_same_things() -> None:
    assert keys("nl") == keys("fr") == keys("en")
    assert {f"{name}.unknown" for name in COMPONENTS} <= keys("nl")
    assert render(Note("price.within", {"price": 1250.5, "budget": 2000.0}), "fr").count("1\u202f250,50") == 1
    assert render(Note("language.all", {"taught": "nl, de"}), "en").endswith("(Dutch, German).")
    assert render(Note("place.same"), "xx") == render(Note("place.same"), "nl")
