"""Realistic volume from vocabularies, for measuring: the same seed gives the same rows, whatever the machine.

Texts are put together from trades, tools, verbs and levels in Dutch, French and English, so that gaps and
offers of one subject resemble one another without being equal; facts are known about as often as in real
registers.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

from matching.engine.assembly_problem import EditionChoice, NetworkBudget, PoolNeed, Problem
from matching.engine.facts import EditionFacts, GapFacts, OfferFacts
from matching.engine.regions import CENTROIDS

LANGUAGES = ("nl", "fr", "en")
SUBJECTS: tuple[tuple[str, str, str], ...] = (
    ("lassen", "soudage", "welding"),
    ("industriële robots", "robots industriels", "industrial robots"),
    ("PLC-programmering", "programmation d'automates", "PLC programming"),
    ("koeltechniek", "technique du froid", "refrigeration"),
    ("elektrisch onderhoud", "maintenance électrique", "electrical maintenance"),
    ("data-analyse", "analyse de données", "data analysis"),
    ("machinaal leren", "apprentissage automatique", "machine learning"),
    ("cyberbeveiliging", "cybersécurité", "cyber security"),
    ("voedselveiligheid", "sécurité alimentaire", "food safety"),
    ("magazijnbeheer", "gestion d'entrepôt", "warehouse management"),
    ("projectleiding", "gestion de projet", "project management"),
    ("boekhouding", "comptabilité", "accounting"),
    ("duurzaam bouwen", "construction durable", "sustainable building"),
    ("warmtepompen", "pompes à chaleur", "heat pumps"),
    ("procesoperatie", "conduite de procédés", "process operation"),
    ("kwaliteitszorg", "assurance qualité", "quality assurance"),
    ("ouderenzorg", "soins aux personnes âgées", "care of the elderly"),
    ("klantencontact", "relation client", "customer contact"),
    ("3D-tekenen", "dessin 3D", "3D drawing"),
    ("hydraulica", "hydraulique", "hydraulics"),
    ("vrachtwagenonderhoud", "entretien de camions", "truck maintenance"),
    ("waterzuivering", "épuration des eaux", "water treatment"),
    ("additieve productie", "fabrication additive", "additive manufacturing"),
    ("cleanroomwerk", "travail en salle blanche", "cleanroom work"),
)
ACTIONS: tuple[tuple[str, str, str], ...] = (
    ("instellen", "régler", "set up"),
    ("herstellen", "réparer", "repair"),
    ("programmeren", "programmer", "program"),
    ("controleren", "contrôler", "inspect"),
    ("plannen", "planifier", "plan"),
    ("veilig bedienen", "utiliser en sécurité", "operate safely"),
    ("ontwerpen", "concevoir", "design"),
    ("verbeteren", "améliorer", "improve"),
    ("documenteren", "documenter", "document"),
    ("storingen zoeken", "rechercher des pannes", "find faults"),
)
SETTINGS: tuple[tuple[str, str, str], ...] = (
    ("in een productielijn", "sur une ligne de production", "on a production line"),
    ("voor starters", "pour débutants", "for beginners"),
    ("voor ploegbazen", "pour chefs d'équipe", "for team leaders"),
    ("volgens de norm", "selon la norme", "to the standard"),
    ("in kleine ondernemingen", "dans les petites entreprises", "in small firms"),
    ("met nieuwe machines", "avec de nouvelles machines", "with new machines"),
    ("op de werf", "sur chantier", "on site"),
    ("in het labo", "en laboratoire", "in the laboratory"),
)
TEMPLATES = ("{subject}: {first} en {second} {setting}", "{subject} : {first} et {second} {setting}")
ENGLISH = "{subject}: {first} and {second} {setting}"
SKILL = "http://data.europa.eu/esco/skill/load-{subject}-{number}"
T = TypeVar("T")
PLACES = tuple(c for c in sorted(CENTROIDS) if c.startswith(("BE1", "BE2")))


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


def text_of(rng: random.Random, subject: int, language: str) -> tuple[str, str]:
    """Return a title and a description on a subject, in a language."""
    column = LANGUAGES.index(language)
    template = ENGLISH if language == "en" else TEMPLATES[column]
    lines = []
    for _ in range(rng.randint(2, 4)):
        first, second = rng.sample(ACTIONS, 2)
        setting = rng.choice(SETTINGS)
        lines.append(
            template.format(
                subject=SUBJECTS[subject][column],
                first=first[column],
                second=second[column],
                setting=setting[column],
            ).capitalize()
        )
    return lines[0], ". ".join(lines) + "."


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
        subject = min(int(rng.expovariate(0.12)), len(SUBJECTS) - 1)
        language = rng.choices(LANGUAGES, (8, 1, 1))[0]
        network, member = rng.randrange(many), rng.randrange(40)
        company = network * 40 + member + 1
        title, description = text_of(rng, subject, language)
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
        yield LoadGap(facts, title, description, subject)


def generate_offers(count: int, seed: int, today: date, *, first_id: int = 1) -> Iterator[LoadOffer]:
    """Make offers with up to three editions, from today's day on, one row at a time.

    Raises:
        ValueError: a negative number of offers.
    """
    if count < 0:
        raise ValueError("The number of offers must not be negative.")
    for i in range(count):
        rng = random.Random(f"offer-{seed}-{i}")  # noqa: S311 - a row depends on its own number only
        subject = min(int(rng.expovariate(0.1)), len(SUBJECTS) - 1)
        language = rng.choices(LANGUAGES, (7, 2, 1))[0]
        title, description = text_of(rng, subject, language)
        place = rng.choice(PLACES)
        facts = OfferFacts(
            id=first_id + i,
            provider=1 + rng.randrange(max(1, count // 100)),
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
    """Return two to five of the skills of a subject."""
    return frozenset(
        SKILL.format(subject=subject, number=n) for n in rng.sample(range(12), rng.randint(2, 5))
    )


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
