"""Realistic volume from vocabularies, for measuring: the same seed gives the same rows, whatever the machine.

A row depends on the seed and its own number only. Subjects and words are as unevenly spread as in real
registers (`load_words`), texts are as long (`load_texts`), several providers teach one course, and facts are
known about as often as they are there.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

from matching.engine.assembly_problem import EditionChoice, NetworkBudget, PoolNeed, Problem
from matching.engine.facts import EditionFacts, GapFacts, OfferFacts
from matching.engine.load_texts import Writer, mistyped, whole
from matching.engine.load_words import (
    LANGUAGES,
    PARTS,
    draw,
    draw_subject,
    draw_subject_of,
    head_of,
    part_of,
    zipf,
)
from skillnet.kernel.regions import ARRONDISSEMENTS

COURSES = 4_000
"""Courses that several providers teach: their texts are the same but for a sentence."""
SHARED = 0.15
"""Share of the offers that are such a course."""
TRADES = 8
"""First parts that a network's companies mostly work in."""
SKILL = "http://data.europa.eu/esco/skill/load-{kind}{which}-{number}"
SKILLS_OF_PART, SKILLS_OF_HEAD = 14, 6
T = TypeVar("T")
PLACES = tuple(c for c in ARRONDISSEMENTS if c.startswith(("BE1", "BE2")))


@dataclass(frozen=True, slots=True)
class LoadGap:
    """A made-up gap: its facts and its text."""

    facts: GapFacts
    title: str
    description: str
    subject: int


@dataclass(frozen=True, slots=True)
class LoadOffer:
    """A made-up offer: its facts and its text."""

    facts: OfferFacts
    title: str
    description: str
    subject: int


def generate_gaps(
    count: int, seed: int, *, networks: int | None = None, first_id: int = 1
) -> Iterator[LoadGap]:
    """Make gaps of companies in networks of about forty, one row at a time.

    Raises:
        ValueError: a negative number of gaps.
    """
    if count < 0:
        raise ValueError("The number of gaps must not be negative.")
    many = networks or max(1, count // 120)
    for i in range(count):
        rng = random.Random(f"gap-{seed}-{i}")  # noqa: S311 - a row depends on its own number only
        network, member = int(rng.random() * many), rng.randrange(40)
        subject = draw_subject_of(rng, trades_of(network)) if rng.random() < 0.7 else draw_subject(rng)
        language = rng.choices(LANGUAGES, (76, 12, 8, 4))[0]
        company = network * 40 + member + 1
        title, lines = Writer(rng, subject, language).gap()
        facts = GapFacts(
            id=first_id + i,
            company=company,
            undertaking=company if member % 8 else company + 1,  # one in eight is linked with its neighbour
            network=network + 1,
            language=language,
            learners=_maybe(rng, 0.9, rng.randint(1, 15)),
            learner_languages=frozenset((language,)) if rng.random() < 0.6 else frozenset(),
            depth=_maybe(rng, 0.8, rng.choice(("short", "deep"))),
            direction=_maybe(rng, 0.8, rng.choice(("upskilling", "upskilling", "reskilling"))),
            eqf_level=_maybe(rng, 0.4, rng.randint(2, 7)),
            modes=frozenset((rng.choice(("classroom", "online", "blended")),))
            if rng.random() < 0.3
            else frozenset(),
            regions=frozenset((rng.choice(PLACES),)) if rng.random() < 0.9 else frozenset(),
            horizon=_maybe(rng, 0.9, rng.choice(("now", "1y", "1y", "3y"))),
            budget_per_learner=_maybe(rng, 0.4, Decimal(rng.randrange(100, 2000, 50))),
            skills=skills_of(rng, subject) if rng.random() < 0.7 else frozenset(),
            mandatory=_maybe(rng, 0.7, rng.random() < 0.1),
        )
        yield LoadGap(facts, title, mistyped(rng, whole(lines)), subject)


def generate_offers(count: int, seed: int, today: date, *, first_id: int = 1) -> Iterator[LoadOffer]:
    """Make offers with up to three editions, from today's day on, one row at a time.

    Raises:
        ValueError: a negative number of offers.
    """
    if count < 0:
        raise ValueError("The number of offers must not be negative.")
    for i in range(count):
        rng = random.Random(f"offer-{seed}-{i}")  # noqa: S311 - a row depends on its own number only
        subject, language, title, description = _taught(rng, seed)
        place = rng.choice(PLACES)
        facts = OfferFacts(
            id=first_id + i,
            provider=1 + int(rng.random() * max(1, count // 100)),
            language=language,
            teaching_languages=frozenset((language,)) if rng.random() < 0.7 else frozenset(),
            mode=_maybe(rng, 0.8, rng.choice(("classroom", "classroom", "online", "blended", "workplace"))),
            depth=_maybe(rng, 0.7, rng.choice(("short", "deep"))),
            direction=_maybe(rng, 0.5, rng.choice(("upskilling", "reskilling"))),
            eqf_level=_maybe(rng, 0.5, rng.randint(2, 7)),
            regions=frozenset((place,)) if rng.random() < 0.8 else frozenset(),
            price_per_learner=_maybe(rng, 0.8, Decimal(rng.randrange(0, 3000, 25))),
            skills=skills_of(rng, subject) if rng.random() < 0.7 else frozenset(),
            recognised=_maybe(rng, 0.8, rng.random() < 0.6),
            quality_label=_maybe(rng, 0.6, rng.random() < 0.4),
            completeness=round(rng.uniform(0.3, 1.0), 2),
            mandatory=_maybe(rng, 0.5, rng.random() < 0.1),
        )
        editions = tuple(_edition(rng, i * 3 + n + 1, today, place) for n in range(rng.randint(0, 3)))
        yield LoadOffer(replace(facts, editions=editions), title, description, subject)


def skills_of(rng: random.Random, subject: int) -> frozenset[str]:
    """Return two to five skills: those of a trade are shared by its subjects, those of a head by all trades."""
    found = [
        SKILL.format(kind="part", which=part_of(subject), number=n)
        for n in rng.sample(range(SKILLS_OF_PART), rng.randint(1, 3))
    ]
    found += [
        SKILL.format(kind="head", which=head_of(subject), number=n)
        for n in rng.sample(range(SKILLS_OF_HEAD), rng.randint(1, 2))
    ]
    return frozenset(found)


def trades_of(network: int) -> tuple[int, ...]:
    """Return the first parts that companies of a network mostly ask for."""
    return tuple((network * 17 + n * n + n) % len(PARTS) for n in range(TRADES))


def _taught(rng: random.Random, seed: int) -> tuple[int, str, str, str]:
    """Subject, language, title and description: of a course of one's own, or of one that others teach too."""
    shared = rng.random() < SHARED
    said = (
        random.Random(f"course-{seed}-{draw(rng, zipf(COURSES, 0.8))}")  # noqa: S311 - the same for all providers
        if shared
        else rng
    )
    subject = draw_subject(said)
    language = said.choices(LANGUAGES, (68, 18, 10, 4))[0]
    title, lines = Writer(said, subject, language).offer()
    if shared and rng.random() < 0.6:  # the others took the text over as it is
        lines[rng.randrange(len(lines))] = Writer(rng, subject, language).sentence()
    return subject, language, title, whole(lines)


def _edition(rng: random.Random, number: int, today: date, place: str) -> EditionFacts:
    starts = today + timedelta(days=rng.randint(-20, 400))
    return EditionFacts(
        id=number,
        starts_on=_maybe(rng, 0.9, starts),
        ends_on=_maybe(rng, 0.5, starts + timedelta(days=rng.randint(0, 60))),
        seats_left=_maybe(rng, 0.7, rng.randint(0, 18)),
        region=place if rng.random() < 0.8 else None,
    )


def _maybe(rng: random.Random, share: float, value: T) -> T | None:
    return value if rng.random() < share else None


def generate_problem(pools: int, editions: int, seed: int, today: date, *, choices: int = 30) -> Problem:
    """Make an assembly: pools of about twenty networks, editions at market prices, budgets that do not
    quite do.
    """
    rng = random.Random(f"problem-{seed}")  # noqa: S311 - made-up volume
    networks = max(1, min(20, pools // 10))
    needs = tuple(
        PoolNeed(
            id=p,
            network=p % networks,
            learners={
                (p % networks) * 40 + c: rng.randint(1, 6) for c in rng.sample(range(40), rng.randint(2, 8))
            },
            priority=round(rng.uniform(0.2, 1.0), 3),
            budget_per_learner=_maybe(rng, 0.5, Decimal(rng.choice((400, 700, 1000)))),
        )
        for p in range(pools)
    )
    offered = tuple(_choice(rng, e, editions, today) for e in range(editions))
    fit = {
        (p, e): round(rng.uniform(0.35, 0.95), 3)
        for p in range(pools)
        for e in rng.sample(range(editions), min(choices, editions))
    }
    whole = sum(n.size for n in needs) * 300
    budgets = tuple(
        NetworkBudget(n, n % 3, Decimal(int(whole / networks * rng.uniform(0.5, 1.0))))
        for n in range(networks)
    )
    headroom = {c: Decimal(rng.randint(500, 20_000)) for c in range(networks * 40) if rng.random() < 0.1}
    calls = {c: Decimal(whole // 4) for c in range(3)}
    return Problem(needs, offered, fit, budgets, calls, Decimal(whole // 20), headroom, today=today)


def _choice(rng: random.Random, number: int, count: int, today: date) -> EditionChoice:
    whole = rng.random() < 0.1
    return EditionChoice(
        id=number,
        provider=rng.randrange(max(1, count // 20)),
        price=Decimal(rng.randint(15, 120) * (80 if whole else 10)),
        seats=rng.randint(8, 24),
        basis="edition" if whole else "participant",
        min_seats=rng.choice((0, 0, 0, 4, 6)),
        starts_on=today + timedelta(days=rng.randint(10, 300)),
    )
