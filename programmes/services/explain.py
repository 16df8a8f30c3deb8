"""Why a proposal is what it is: keys and figures, kept as they were; `programmes.reasons` makes sentences."""

from collections.abc import Sequence
from typing import Any

from matching.engine.assembly_problem import Assembly, Pick
from programmes.services.problem import Question

RUNNERS_UP = 2


def reasons_of(*, question: Question, picks: Sequence[Pick], assembly: Assembly) -> list[dict[str, Any]]:
    """Why these gaps together, why this offer, what was assumed: one record a sentence."""
    pool_ids = sorted({pool for pick in picks for pool in pick.pools})
    reasons: list[dict[str, Any]] = []
    for pk in pool_ids:
        pool = question.pools[pk]
        reasons.append(
            {
                "key": "together",
                "pool": str(pool.public_id),
                "gaps": len(question.gaps[pk]),
                "companies": pool.companies,
                "cohesion": round(pool.cohesion, 3) if pool.cohesion is not None else None,
            }
        )
    reasons += [_why_this(question, pick) for pick in picks]
    unknown = sum(1 for pk in pool_ids for gap in question.gaps[pk] if not gap.learners)
    if unknown:
        reasons.append({"key": "learners_unknown", "gaps": unknown})
    if question.budget_left is not None:
        reasons.append({"key": "budget", "left": str(question.budget_left)})
    reasons.append({"key": "optimal", "solver": assembly.solver, "gap": round(assembly.gap, 4)})
    return reasons


def _why_this(question: Question, pick: Pick) -> dict[str, Any]:
    edition = question.editions[pick.edition]
    rows = [r for pool in pick.pools for r in question.offers[pool] if r.offer_id == edition.offer_id]
    return {
        "key": "offer",
        "offer": edition.offer.title,
        "provider": edition.offer.provider.organisation.name,
        "fit": round(sum(r.fit for r in rows) / len(rows), 3) if rows else None,
        "covered": sum(r.covered for r in rows),
        "gaps": sum(r.gaps for r in rows),
        "learners": sum(seat.learners for seat in pick.seats),
        "starts_on": edition.starts_on.isoformat() if edition.starts_on else None,
    }


def alternatives_of(*, question: Question, picks: Sequence[Pick]) -> list[dict[str, Any]]:
    """The next best offers of each pool and what they lost on."""
    chosen = {question.editions[pick.edition].offer_id: pick for pick in picks}
    found: list[dict[str, Any]] = []
    for pool_id in sorted({pool for pick in picks for pool in pick.pools}):
        best = max((r.fit for r in question.offers[pool_id] if r.offer_id in chosen), default=0.0)
        price = min((_price(question, pick) for pick in picks if pool_id in pick.pools), default=None)
        others = [r for r in question.offers[pool_id] if r.offer_id not in chosen][:RUNNERS_UP]
        found += [_lost(question, row.offer_id, row.fit, best, price) for row in others]
    return found


def _lost(question: Question, offer_id: int, fit: float, best: float, price: Any) -> dict[str, Any]:
    record: dict[str, Any] = {"offer_id": offer_id, "fit": round(fit, 3), "lost_on": "fit"}
    editions = [e for e in question.editions.values() if e.offer_id == offer_id]
    if offer_id in question.unpriced:
        record["lost_on"] = "unknown_price_or_seats"
    elif fit >= best and editions and price is not None:
        record["lost_on"] = "price" if min(_unit(e) for e in editions) > price else "seats_or_start"
    elif not editions:
        record["lost_on"] = "no_edition"
    record["by"] = round(best - fit, 3)
    return record


def _price(question: Question, pick: Pick) -> Any:
    return pick.cost / max(1, sum(seat.learners for seat in pick.seats))


def _unit(edition: Any) -> Any:
    price, basis = edition.effective_price
    return price / max(1, edition.seats_left or 1) if basis == "edition" else price
