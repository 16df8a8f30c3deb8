"""Made-up volume: repeatable, row by row, and shaped like the real thing."""

import random
import re
from collections import Counter
from collections.abc import Iterable
from datetime import date
from functools import cache
from math import log
from statistics import mean

import pytest

from matching.engine.assembly import Limits, assemble, solve_greedy
from matching.engine.load import LoadGap, LoadOffer, generate_gaps, generate_offers, generate_problem
from matching.engine.load_texts import GAP_SENTENCES, OFFER_SENTENCES, Writer, mistyped, pieces
from matching.engine.load_words import (
    LANGUAGES,
    SUBJECTS,
    TOOLS,
    of_french,
    part_of,
    subject_name,
    tool_name,
    type_code,
)

TODAY = date(2026, 3, 2)


@cache
def offers() -> tuple[LoadOffer, ...]:
    return tuple(generate_offers(5_000, 1, TODAY))


@cache
def gaps() -> tuple[LoadGap, ...]:
    return tuple(generate_gaps(1_000, 1))


def text(row: LoadGap | LoadOffer) -> str:
    return f"{row.title}. {row.description}"


def words(rows: Iterable[LoadGap | LoadOffer]) -> Counter[str]:
    return Counter(word for row in rows for word in re.findall(r"[\w'-]+", text(row).lower()))


def test_the_same_seed_gives_the_same_rows_and_another_one_others() -> None:
    assert list(generate_offers(20, 1, TODAY)) == list(generate_offers(20, 1, TODAY))
    assert [g.title for g in generate_gaps(20, 1)] != [g.title for g in generate_gaps(20, 2)]
    assert generate_problem(5, 20, 3, TODAY) == generate_problem(5, 20, 3, TODAY)


def test_rows_are_varied_and_facts_are_partly_unknown() -> None:
    gaps, offers = list(generate_gaps(600, 1)), list(generate_offers(600, 1, TODAY))
    assert len({g.description for g in gaps}) > 550
    assert set(Counter(g.facts.language for g in gaps)) == set(LANGUAGES)
    assert 0 < sum(o.facts.price_per_learner is None for o in offers) < 300
    assert len({g.facts.undertaking for g in gaps}) < len({g.facts.company for g in gaps})
    assert any(o.facts.editions for o in offers)


def test_a_row_depends_on_the_seed_and_its_own_number_only() -> None:
    """A course that others teach too is the same whoever is asked first; how many there are does not matter."""
    assert next(g for n, g in enumerate(generate_gaps(900, 1, networks=8)) if n == 700) == next(
        g for n, g in enumerate(generate_gaps(701, 1, networks=8)) if n == 700
    )
    few, many = list(generate_offers(100, 1, TODAY)), offers()[:100]
    assert [(o.title, o.description, o.subject, o.facts.skills) for o in few] == [
        (o.title, o.description, o.subject, o.facts.skills) for o in many
    ]


def test_dutch_has_thousands_of_words_that_are_as_unevenly_spread_as_in_real_texts() -> None:
    """Frequency falls about as the inverse of the rank: a slope near -1 over three powers of ten."""
    counted = words(o for o in offers() if o.facts.language == "nl")
    assert len(counted) > 10_000
    often = sorted(counted.values(), reverse=True)
    assert 0.8 < log(often[0] / often[1_000]) / log(1_000) < 1.4
    assert sum(n == 1 for n in often) > len(often) / 3, "many words stand in one text only"
    popular = Counter(o.subject for o in offers()).most_common()
    assert 1_500 < len(popular) < SUBJECTS
    assert popular[0][1] > 15 * popular[len(popular) // 2][1]


def test_texts_are_as_long_as_in_real_registers() -> None:
    assert 550 < mean(len(text(o)) for o in offers()) < 650
    assert min(len(text(o)) for o in offers()) >= 150
    assert max(len(text(o)) for o in offers()) <= 1_500
    assert 180 < mean(len(text(g)) for g in gaps()) < 260
    assert min(len(text(g)) for g in gaps()) >= 78, "two letters may be lost in typing"
    assert max(len(text(g)) for g in gaps()) <= 405
    assert all(g.title and o.title for g, o in zip(gaps(), offers(), strict=False))


def test_several_providers_teach_the_same_course_in_nearly_the_same_words() -> None:
    titles: dict[tuple[str, int], LoadOffer] = {}
    near = equal = 0
    for offer in offers():
        known = titles.setdefault((offer.title, offer.subject), offer)
        if known is offer or known.facts.provider == offer.facts.provider:
            continue
        ours, theirs = (set(o.description.split(". ")) for o in (known, offer))
        equal += ours == theirs
        near += ours != theirs and len(ours ^ theirs) <= 4 and len(ours & theirs) >= 2
    assert near > 100
    assert equal > 10


def test_related_subjects_share_skills_and_others_do_not() -> None:
    @cache
    def skills(subject: int) -> set[str]:
        return set().union(*(o.facts.skills for o in rows if o.subject == subject))

    rows = offers()
    often = [s for s, _ in Counter(o.subject for o in rows).most_common(40)]
    same = [(a, b) for a in often for b in often if a < b and part_of(a) == part_of(b)]
    other = [(a, b) for a in often for b in often if part_of(a) != part_of(b) and (a - b) % 60]
    assert any(skills(a) & skills(b) for a, b in same)
    assert not any(skills(a) & skills(b) for a, b in other)


def test_companies_of_a_network_ask_for_what_one_sector_needs() -> None:
    trades: dict[int, Counter[int]] = {}
    for gap in generate_gaps(2_000, 1, networks=10):
        trades.setdefault(gap.facts.network or 0, Counter())[part_of(gap.subject)] += 1
    for counted in trades.values():
        assert sum(n for _, n in counted.most_common(8)) > 0.6 * counted.total()


def test_about_two_words_in_a_hundred_are_mistyped() -> None:
    dice = random.Random(3)
    clean = " ".join(["lascontrole", "op", "robotonderhoud"] * 2_000)
    wrong = sum(a != b for a, b in zip(clean.split(), mistyped(dice, clean).split(), strict=True))
    assert 40 < wrong < 120
    assert mistyped(dice, "op de fiets"[:5]) == "op de", "short words stay"


def test_names_of_tools_and_types_are_thousands_and_repeat() -> None:
    assert len({tool_name(n) for n in range(TOOLS)}) == TOOLS
    assert all(re.fullmatch(r"[A-Z]{2}-\d{3}", type_code(n, 1)) for n in range(500))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_template_can_be_filled(language: str) -> None:
    sentences = OFFER_SENTENCES[language] + GAP_SENTENCES[language]
    assert len(OFFER_SENTENCES[language]) >= 15 <= len(GAP_SENTENCES[language])
    writer = Writer(random.Random(1), 61, language)
    for template in sentences:
        said = writer.fill(template)
        assert "{" not in said
        assert said[0] == said[0].upper()
        assert any(slot for _, slot in pieces(template))


def test_subjects_are_put_together_as_each_language_does() -> None:
    assert [subject_name(61, language) for language in LANGUAGES] == [
        "slijponderhoud", "maintenance de meulage", "grinding maintenance", "Schleifwartung",
    ]  # fmt: skip
    assert of_french("acier") == "d'acier"
    data_analysis = next(s for s in range(SUBJECTS) if subject_name(s, "en") == "data analysis")
    assert subject_name(data_analysis, "nl") == "data-analyse"


def test_a_made_up_assembly_can_be_solved() -> None:
    problem = generate_problem(12, 80, 1, TODAY)
    answer = assemble(problem, Limits(wall=5, deterministic=1))
    assert answer.value >= solve_greedy(problem).value > 0
    assert answer.gap < 0.05


@pytest.mark.parametrize("make", [lambda: generate_gaps(-1, 1), lambda: generate_offers(-1, 1, TODAY)])
def test_a_negative_number_is_refused(make) -> None:
    with pytest.raises(ValueError):
        list(make())
