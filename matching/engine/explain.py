"""Why a component is what it is: a key and its parameters, from which ``sentences`` makes a sentence."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from matching.engine.facts import HORIZON_DAYS, GapFacts, OfferFacts
from matching.engine.skills import SkillTable
from matching.engine.tables import days_to_start, seats_of
from skillnet.kernel.regions import nearest_km

Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class Note:
    """An explanation that no language has been chosen for yet."""

    key: str
    params: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A known fact that rules an offer out: ``language``, ``place``, ``full`` or ``past``."""

    fact: str
    note: Note


@dataclass(frozen=True, slots=True)
class _Pair:
    gap: GapFacts
    offer: OfferFacts
    today: date
    skills: SkillTable


def explain(
    gap: GapFacts,
    offer: OfferFacts,
    components: Mapping[str, float | None],
    today: date,
    *,
    skills: SkillTable,
) -> dict[str, Note]:
    """Return one note for each component; an unknown one says what is missing."""
    pair = _Pair(gap, offer, today, skills)
    return {
        name: Note(f"{name}.unknown") if value is None else _NOTES[name](pair, value)
        for name, value in components.items()
    }


def marks_of(gap: GapFacts, offer: OfferFacts) -> tuple[Note, ...]:
    """Return what must be said whatever the score: mandatory training gets no aid (GBER art. 31(2))."""
    return (Note("mark.mandatory"),) if gap.mandatory or offer.mandatory else ()


def _graded(name: str, value: float) -> Note:
    grade = "high" if value >= 0.6 else "middle" if value >= 0.3 else "low"
    return Note(f"{name}.{grade}", {"percent": round(value * 100)})


def _skills(pair: _Pair, value: float) -> Note:
    wanted = sorted(pair.gap.skills)
    whole = sum(1 for s in wanted if s in pair.offer.skills)
    part = sum(
        1
        for s in wanted
        if s not in pair.offer.skills and any(pair.skills.credit(s, t) > 0 for t in pair.offer.skills)
    )
    key = "skills.parts" if part else "skills.whole"
    return Note(key, {"found": whole, "part": part, "wanted": len(wanted), "percent": round(value * 100)})


def _quadrant(pair: _Pair, value: float) -> Note:
    """Where one of the two is unknown on either side, only the other is spoken of."""
    sides = [side for side in ("depth", "direction") if getattr(pair.gap, side) and getattr(pair.offer, side)]
    only = f"_{sides[0]}" if len(sides) == 1 else ""
    key = "same" if value >= 1 else "half" if value > 0 else "other"
    return Note(f"quadrant.{key}{only}", {"depth": pair.offer.depth, "direction": pair.offer.direction})


def _level(pair: _Pair, value: float) -> Note:
    key = "level.same" if value >= 1 else "level.apart"
    return Note(key, {"offer": pair.offer.eqf_level, "gap": pair.gap.eqf_level})


def _language(pair: _Pair, value: float) -> Note:
    key = "language.all" if value >= 1 else "language.some" if value > 0 else "language.none"
    taught = ", ".join(sorted(pair.offer.teaching_languages))
    return Note(key, {"taught": taught, "spoken": ", ".join(sorted(pair.gap.learner_languages))})


def _mode(pair: _Pair, value: float) -> Note:
    key = "mode.wanted" if value >= 1 else "mode.part" if value > 0 else "mode.other"
    return Note(key, {"mode": pair.offer.mode})


def _place(pair: _Pair, value: float) -> Note:
    km = nearest_km(pair.gap.regions, pair.offer.places(pair.today)) or 0.0
    return Note("place.same" if km == 0 else "place.near" if value > 0 else "place.far", {"km": round(km)})


def _timing(pair: _Pair, value: float) -> Note:
    starts = pair.today + timedelta(days=days_to_start(pair.offer, pair.today) or 0)
    limit = pair.today + timedelta(days=HORIZON_DAYS[pair.gap.horizon or "now"])
    key = "timing.within" if value >= 1 else "timing.late"
    return Note(key, {"starts": starts.isoformat(), "limit": limit.isoformat()})


def _size(pair: _Pair, value: float) -> Note:
    key = "size.enough" if value >= 1 else "size.short"
    return Note(key, {"seats": seats_of(pair.offer, pair.today), "learners": pair.gap.learners})


def _price(pair: _Pair, value: float) -> Note:
    price, budget = float(pair.offer.price_per_learner or 0), float(pair.gap.budget_per_learner or 0)
    return Note("price.within" if value >= 1 else "price.above", {"price": price, "budget": budget})


def _trust(pair: _Pair, value: float) -> Note:
    facts = (("recognised", pair.offer.recognised), ("label", pair.offer.quality_label))
    signs = [sign for sign, there in facts if there]
    return Note(f"trust.{'_'.join(signs) or 'record'}", {"percent": round(value * 100)})


_NOTES: dict[str, Callable[[_Pair, float], Note]] = {
    "meaning": lambda _pair, value: _graded("meaning", value),
    "words": lambda _pair, value: _graded("words", value),
    "skills": _skills,
    "quadrant": _quadrant,
    "level": _level,
    "language": _language,
    "mode": _mode,
    "place": _place,
    "timing": _timing,
    "size": _size,
    "price": _price,
    "trust": _trust,
}
