"""Why a proposal is what it is: keys and figures, kept as they were; `programmes.reasons` makes sentences."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from statistics import fmean
from typing import Any, Literal

from django.conf import settings
from django.utils import timezone

from catalogue.models import Offer
from matching.engine.assembly_losses import Losses
from matching.engine.assembly_problem import Assembly, EditionChoice, Pick, PoolNeed, Problem
from matching.engine.assembly_terms import days_too_late
from matching.engine.scoring import DEFAULT_PROFILE
from matching.models import Match, MatchRun, Skill
from matching.services.fits import GOOD_ENOUGH, PoolOffer
from networks.models import Gap
from programmes.services.problem import ALLOWED_LOSS, Question
from programmes.services.telling_words import shared_words

RUNNERS_UP = 2
# Components on which an offer lost that are named, and the share of a score that makes one worth naming.
MOST_PARTS = 2
WORTH_SAYING = 0.02
MOST_SKILLS = 3
Record = dict[str, Any]
# What an edition lost on as a whole says less than a limit does, and a limit less than a term.
TERMS = ("fit", "cost", "start", "providers", "other")


def reasons_of(
    *, question: Question, picks: Sequence[Pick], assembly: Assembly, run: MatchRun | None = None
) -> list[Record]:
    """Why these gaps together, why this offer, what was assumed, and who drew it up: one record a sentence."""
    pool_ids = sorted({pool for pick in picks for pool in pick.pools})
    reasons = [together_record(question.pools[pk], question.gaps[pk]) for pk in pool_ids]
    reasons += [_why_this(question, pick) for pick in picks]
    unknown = sum(1 for pk in pool_ids for gap in question.gaps[pk] if not gap.learners)
    if unknown:
        reasons.append({"key": "learners_unknown", "gaps": unknown})
    reasons += _left_out(question, pool_ids, picks)
    reasons += _without_seat(question, pool_ids, picks, assembly)
    if any(pick for pick in picks if _is_shared(question, pick, assembly)):
        reasons.append({"key": "shared"})
    left = question.budgets_left.get(question.pools[pool_ids[0]].network_id)
    if left is not None:
        reasons.append({"key": "budget", "left": str(left)})
    reasons.append(_optimal(question, assembly))
    reasons.append(made_by(run))
    return reasons


def together_record(pool: Any, gaps: Sequence[Gap]) -> Record:
    """Why these gaps belong together: how near their texts are, and the skills and words that at least k
    undertakings use, so that nobody reads one company's words in it."""
    who: dict[str, set[int]] = {}
    for gap in gaps:
        for uri in gap.skills:
            who.setdefault(uri, set()).add(gap.organisation.undertaking_key)
    shared = sorted(
        (uri for uri, u in who.items() if len(u) >= settings.K_ANONYMITY), key=lambda u: (-len(who[u]), u)
    )
    labels = (
        dict(Skill.objects.filter(uri__in=shared[:MOST_SKILLS]).values_list("uri", "labels"))
        if shared
        else {}
    )
    return {
        "key": "together",
        "pool": str(pool.public_id),
        "gaps": len(gaps),
        "companies": pool.companies,
        "cohesion": round(pool.cohesion, 3) if pool.cohesion is not None else None,
        "skills": [{"uri": uri, "labels": labels[uri]} for uri in shared[:MOST_SKILLS] if uri in labels],
        "words": shared_words([(gap.organisation.undertaking_key, gap.text) for gap in gaps]),
    }


def made_by(run: MatchRun | None) -> Record:
    """Which run, which model and which weights drew this up, and when."""
    return {
        "key": "made_by",
        "run": str(run.public_id) if run else None,
        "model": run.revision.revision if run and run.revision else None,
        "weights": run.profile.version if run and run.profile else None,
        "at": timezone.now().isoformat(timespec="seconds"),
    }


def _optimal(question: Question, assembly: Assembly) -> Record:
    """How good the whole plan is, with every term of the objective and what no plan can exceed."""
    terms = assembly.terms
    return {
        "key": "optimal",
        "solver": assembly.solver,
        "gap": round(assembly.gap, 4),
        "networks": len(question.budgets_left),
        "value": round(assembly.value, 4),
        "bound": round(assembly.bound, 4) if assembly.bound != float("inf") else None,
        "terms": {
            "closed": round(terms.closed, 4),
            "public_money": round(terms.public_money, 4),
            "providers": round(terms.providers, 4),
            "start": round(terms.start, 4),
        },
    }


def _why_this(question: Question, pick: Pick) -> Record:
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


def _is_shared(question: Question, pick: Pick, assembly: Assembly) -> bool:
    """Whether people of another network sit in the same edition."""
    here = {question.pools[pool].network_id for pool in pick.pools}
    there = {
        question.pools[p].network_id
        for other in assembly.picks
        if other.edition == pick.edition
        for p in other.pools
    }
    return bool(there - here)


def _left_out(question: Question, pool_ids: Sequence[int], picks: Sequence[Pick]) -> list[Record]:
    """Companies of these pools that get no seat: bought too late for them, dearer than they pay, or about something
    else than they ask."""
    seated = {(seat.pool, seat.company) for pick in picks for seat in pick.seats}
    needs = {need.id: need for need in question.problem.pools}
    choices = {choice.id: choice for choice in question.problem.editions}
    why: Counter[str] = Counter()
    for pool in pool_ids:
        bought = [choices[pick.edition] for pick in picks if pool in pick.pools]
        for company in needs[pool].learners:
            if (pool, company) in seated:
                continue
            why[_why_left_out(question.problem, needs[pool], bought, company)] += 1
    return [{"key": "left_out", "why": name, "companies": count} for name, count in sorted(why.items())]


def _why_left_out(
    problem: Problem, need: PoolNeed, bought: Sequence[EditionChoice], company: int
) -> Literal["subject", "late", "dear", "seats"]:
    about = [c for c in bought if company not in problem.off_subject.get((need.id, c.id), ())]
    if not about:
        return "subject"
    if all(days_too_late(need, choice, company) for choice in about):
        return "late"
    return "dear" if need.budget_of(company) is not None else "seats"


def _without_seat(
    question: Question, pool_ids: Sequence[int], picks: Sequence[Pick], assembly: Assembly
) -> list[Record]:
    """How many of the people of these pools get no seat, and whether what is bought is full."""
    wanted = sum(sum(need.learners.values()) for need in question.problem.pools if need.id in pool_ids)
    seated = sum(seat.learners for pick in picks for seat in pick.seats)
    if seated >= wanted:
        return []
    room = {choice.id: choice.seats for choice in question.problem.editions}
    bought = {pick.edition for pick in picks}
    taken = sum(s.learners for pick in assembly.picks if pick.edition in bought for s in pick.seats)
    full = taken >= sum(room[edition] for edition in bought)
    return [{"key": "without_seat", "learners": wanted - seated, "of": wanted, "full": full}]


def alternatives_of(*, question: Question, picks: Sequence[Pick], losses: Losses) -> list[Record]:
    """The next best offers of each pool, and what they lost on: the limit or the term of the assembly itself."""
    chosen = {question.editions[pick.edition].offer_id for pick in picks}
    found: list[Record] = []
    for pool_id in sorted({pool for pick in picks for pool in pick.pools}):
        ranked = question.offers[pool_id]
        best = max((r.fit for r in ranked if r.offer_id in chosen), default=0.0)
        others = [r for r in ranked if r.offer_id not in chosen][:RUNNERS_UP]
        lost = [_lost(question, row, best, losses) for row in others]
        found += _on_which_parts(question.gaps[pool_id], chosen, lost)
    return with_ids(found)


def _on_which_parts(gaps: Sequence[Gap], chosen: Collection[int], lost: Sequence[Record]) -> list[Record]:
    """The components on which a less fitting offer lost most against what was chosen, heaviest first."""
    asked = [record["offer_id"] for record in lost if record["lost_on"] == "fit"]
    if not asked:
        return list(lost)
    rows = Match.objects.filter(gap__in=gaps, offer__in=[*asked, *chosen])
    parts: dict[int, dict[str, list[float]]] = {}
    for offer, components in rows.values_list("offer", "components"):
        for name, value in components.items():
            if value is not None:
                parts.setdefault(0 if offer in chosen else offer, {}).setdefault(name, []).append(value)
    return [
        record | {"parts": _behind(parts.get(0, {}), parts.get(record["offer_id"], {}))}
        if record["offer_id"] in asked
        else record
        for record in lost
    ]


def _behind(ours: Mapping[str, Sequence[float]], theirs: Mapping[str, Sequence[float]]) -> list[str]:
    weights = DEFAULT_PROFILE.weights
    behind = {
        name: weights[name] * (fmean(ours[name]) - fmean(theirs[name])) for name in ours if name in theirs
    }
    worst = sorted(behind, key=lambda name: (-behind[name], name))[:MOST_PARTS]
    return [name for name in worst if behind[name] >= WORTH_SAYING]


def with_ids(records: Sequence[Record]) -> list[Record]:
    """The records of alternatives with the public id of each offer, for other software."""
    ids = dict(Offer.objects.filter(pk__in=[r["offer_id"] for r in records]).values_list("pk", "public_id"))
    return [r | {"offer": str(ids[r["offer_id"]])} for r in records if r["offer_id"] in ids]


def _lost(question: Question, row: PoolOffer, best: float, losses: Losses) -> Record:
    record: Record = {"offer_id": row.offer_id, "fit": round(row.fit, 3), "by": round(best - row.fit, 3)}
    if row.offer_id in question.supply.lacking:
        return record | {"lost_on": question.supply.lacking[row.offer_id]}
    if row.pool_id in question.chosen:
        return record | {"lost_on": "by_hand"}
    if row.fit < GOOD_ENOUGH or row.fit < best - ALLOWED_LOSS:
        return record | {"lost_on": "fit"}
    editions = question.supply.of_offer(row.offer_id)
    if all((row.pool_id, edition) in question.declined for edition in editions):
        return record | {"lost_on": "declined"}
    return record | _nearest_loss(row.pool_id, editions, losses)


def _nearest_loss(pool: int, editions: Iterable[int], losses: Losses) -> Record:
    """The edition that came closest: beaten on a term rather than kept out by a limit, by the least."""
    found = [losses.lost_on(pool, edition) for edition in editions]
    nearest = min(found, key=lambda o: (o.reason not in TERMS, o.amount is None, o.amount or 0))
    amount = None if nearest.amount is None or nearest.reason in TERMS else str(nearest.amount)
    return {"lost_on": nearest.reason, "amount": amount, "edition": nearest.edition}
