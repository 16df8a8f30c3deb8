"""The need-to-have score of pools by the active talent strategy, and its parts as people read them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, Sum, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext

from catalogue.models import Edition
from catalogue.wording import PRIORITY_PARTS
from matching.engine.priority import DEFAULT_STRATEGY, PARTS, Demand, Strategy, priority
from matching.models import Match, Occupation, Pool, Skill, TalentStrategy
from matching.services.fits import GOOD_ENOUGH, pool_offers
from matching.services.shortages import shortage_skills
from skillnet.kernel.regions import overlaps
from skillnet.ui import ScorePart

PART_LABELS = PRIORITY_PARTS
SENTENCES: dict[str, Any] = {
    "shortage": gettext_lazy("Hoort bij een beroep op de lijst van knelpuntberoepen."),
    "stem": gettext_lazy("Hoort bij de STEM-vaardigheden van de strategie."),
    "forecast": gettext_lazy("Zo groot is het tekort dat de strategie voorspelt."),
    "transition": gettext_lazy("Telt mee voor de digitale of de groene omslag."),
    "undertakings": gettext_lazy("Hoe meer onafhankelijke ondernemingen, hoe hoger."),
    "supply": gettext_lazy("Het deel van de deelnemers waarvoor nergens een plaats is."),
}

# Said where such a part is zero: a sentence that says that it belongs would be untrue.
ABSENT: dict[str, Any] = {
    "shortage": gettext_lazy("Hoort bij geen beroep op de lijst van knelpuntberoepen."),
    "stem": gettext_lazy("Hoort niet bij de STEM-vaardigheden van de strategie."),
    "transition": gettext_lazy("Telt niet mee voor de digitale of de groene omslag."),
    "supply": gettext_lazy("Voor alle deelnemers is er ergens een plaats."),
}


@dataclass(frozen=True, slots=True)
class Reference:
    """What the strategy and the taxonomy say of skills, read once for many pools."""

    strategy: Strategy
    shortage: Mapping[str, frozenset[str]]  # skill → the regions on whose list an occupation needs it
    in_occupations: frozenset[str]
    digital: frozenset[str]
    green: frozenset[str]
    known: frozenset[str]
    stem: frozenset[str]
    forecast: Mapping[str, float]


def active_strategy() -> TalentStrategy | None:
    return TalentStrategy.objects.filter(is_active=True).first()


def set_priorities(*, pool_ids: Sequence[int]) -> int:
    """Compute and store the priority of these pools by the active strategy; return how many changed.

    Cheap to repeat; the stage that pools calls it inside its own transaction.
    """
    pools = list(Pool.objects.filter(pk__in=pool_ids).order_by("pk"))
    reference = read_reference({uri for pool in pools for uri in pool.skills})
    seats = seats_on_offer(pools)
    changed = []
    for pool in pools:
        found = priority(demand_of(pool, reference, seats.get(pool.pk)), reference.strategy)
        parts = {"parts": found.parts, "shares": found.shares, "version": found.version}
        value = round(found.score, 4)
        if (pool.priority, pool.priority_parts) != (value, parts):
            pool.priority, pool.priority_parts = value, parts
            changed.append(pool)
    Pool.objects.bulk_update(changed, ["priority", "priority_parts"])
    return len(changed)


def refresh_all_priorities() -> int:
    """Every live pool by what the strategy and the lists say now; return how many changed."""
    with transaction.atomic():
        return set_priorities(pool_ids=list(Pool.objects.live().values_list("pk", flat=True)))


def demand_of(pool: Pool, reference: Reference, seats: int | None) -> Demand:
    """What is known of a pool: a skill that nobody classified says nothing, it does not say no."""
    skills = frozenset(pool.skills)
    known, placed = skills & reference.known, skills & reference.in_occupations
    forecasts = [reference.forecast[uri] for uri in skills if uri in reference.forecast]
    return Demand(
        shortage=_is_shortage(pool, reference) if placed else None,
        stem=bool(skills & reference.stem) if skills and reference.stem else None,
        forecast=max(forecasts, default=None),
        digital=bool(skills & reference.digital) if known else None,
        green=bool(skills & reference.green) if known else None,
        undertakings=pool.undertakings,
        learners=pool.learners,
        seats=seats,
    )


def _is_shortage(pool: Pool, reference: Reference) -> bool:
    """Whether an occupation that needs one of the skills is on the list where the pool's people work."""
    listed = frozenset().union(*(reference.shortage.get(uri, frozenset()) for uri in pool.skills))
    return any(overlaps(one, other) for one in listed for other in pool.regions or listed)


def read_reference(skills: set[str], *, day: date | None = None) -> Reference:
    """The strategy with its lists (`stem`, `digital`, `green`: skills; `forecast`: skill to 0..1).

    `day`: on which the lists of shortage occupations are read; empty is today.
    """
    stored = active_strategy()
    lists: Mapping[str, Any] = stored.priorities if stored else {}
    rows = list(
        Skill.objects.filter(uri__in=skills).values_list("uri", "is_digital", "is_green", "skill_type")
    )
    occupations = Occupation.objects.filter(essential__overlap=sorted(skills))
    shortage = shortage_skills(skills, day=day or timezone.localdate())
    return Reference(
        strategy=strategy_of(stored),
        shortage=shortage,
        in_occupations=frozenset(
            uri for needed in occupations.values_list("essential", flat=True) for uri in needed
        )
        | frozenset(shortage),
        digital=frozenset(uri for uri, digital, _g, _t in rows if digital)
        | frozenset(lists.get("digital", [])),
        green=frozenset(uri for uri, _d, green, _t in rows if green) | frozenset(lists.get("green", [])),
        known=frozenset(uri for uri, *_rest in rows),
        stem=frozenset(lists.get("stem", [])),
        forecast={str(uri): float(value) for uri, value in dict(lists.get("forecast", {})).items()},
    )


def strategy_of(stored: TalentStrategy | None) -> Strategy:
    """A stored version as the engine reads it; without one, the strategy that the product ships."""
    if stored is None:
        return DEFAULT_STRATEGY
    weights = {name: float(value) for name, value in stored.weights.items() if name in PARTS}
    return Strategy(str(stored.version), weights, int(stored.priorities.get("many", DEFAULT_STRATEGY.many)))


def seats_on_offer(pools: Sequence[Pool]) -> dict[int, int]:
    """Seats left in editions that still take people, of offers that fit each pool well enough; 0 without any.

    A pool none of whose gaps was ever matched is left out: its supply is unknown.
    """
    ids = [pool.pk for pool in pools]
    matched = set(
        Match.objects.filter(gap__pool_gap__pool__in=ids)
        .values_list("gap__pool_gap__pool", flat=True)
        .distinct()
    )
    fitting = {
        pk: [row.offer_id for row in rows if row.fit >= GOOD_ENOUGH] for pk, rows in pool_offers(ids).items()
    }
    offers = {offer for rows in fitting.values() for offer in rows}
    editions = Edition.objects.filter(offer__in=offers).taking_people(timezone.localdate())
    seats = Coalesce("seats", "offer__seats", Value(0))  # an edition that does not say has those of its offer
    free = Greatest(seats - F("enrolled"), Value(0))
    left = dict(editions.order_by().values("offer").annotate(free=Sum(free)).values_list("offer", "free"))
    return {pk: sum(left.get(offer, 0) for offer in fitting[pk]) for pk in ids if pk in matched}


def priority_parts(pool: Pool) -> list[ScorePart]:
    """The parts of a stored priority, as meters."""
    stored = pool.priority_parts.get("parts", {}) if isinstance(pool.priority_parts, dict) else {}
    return [
        ScorePart(str(PART_LABELS[name]), stored[name], _part_sentence(name, pool))
        for name in PARTS
        if name in stored
    ]


def priority_basis(pool: Pool) -> tuple[int, int, str]:
    """How many parts of a stored priority are known, of how many, and by which version of the strategy."""
    stored = pool.priority_parts if isinstance(pool.priority_parts, dict) else {}
    parts: Mapping[str, Any] = stored.get("parts", {})
    return sum(value is not None for value in parts.values()), len(parts), str(stored.get("version", ""))


def _part_sentence(name: str, pool: Pool) -> str:
    """Why a part is what it is, and how many points of the priority come from it."""
    value = pool.priority_parts["parts"][name]
    if value is None:
        return ""
    sentence = str(SENTENCES[name])
    if name in ABSENT and not value:
        sentence = str(ABSENT[name])
    elif name == "undertakings":
        sentence = ngettext(
            "%(n)s onderneming vraagt het. Hoe meer, hoe hoger.",
            "%(n)s ondernemingen vragen het. Hoe meer, hoe hoger.",
            pool.undertakings,
        ) % {"n": pool.undertakings}
    points = round(100 * float(pool.priority_parts.get("shares", {}).get(name, 0)))
    said = ngettext("Brengt %(n)s punt bij.", "Brengt %(n)s punten bij.", points) % {"n": points}
    return f"{sentence} {said}"
