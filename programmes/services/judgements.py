"""What weights can be learned from: what people said of matches and decided on programmes, with the scores as
they were then.
"""

from collections.abc import Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType

from matching.engine.scoring import COMPONENTS
from matching.models import Match, Verdict
from programmes.models import Programme
from programmes.reasons import run_of
from skillnet.kernel.models import Decision

Json = dict[str, Any]
# Steps in which a person says whether a plan is good.
JUDGEMENTS = ("take", "decline", "submit", "return", "approve", "reject", "cancel")
HEADER = [
    "kind",
    "at",
    "answer",
    "reason",
    "programme",
    "gap",
    "offer",
    "rank",
    "score",
    "certainty",
    *COMPONENTS,
    "run",
    "model",
    "weights",
]


def scores_behind(programme: Programme) -> Json:
    """The matches of what the programme buys, with their components, and what scored them: for its decision."""
    offers = programme.programme_editions.values("edition__offer")
    rows = Match.objects.filter(
        gap__pool_gap__pool__programme_pools__programme=programme, offer__in=offers
    ).select_related("gap", "offer")
    made = run_of(programme.reasons)
    return {
        "matches": [
            {
                "gap": str(match.gap.public_id),
                "offer": str(match.offer.public_id),
                "rank": match.rank,
                "score": match.score,
                "certainty": match.certainty,
                "components": match.components,
            }
            for match in rows.order_by("gap_id", "rank").distinct()
        ],
        "model": made.get("model"),
        "weights": made.get("weights"),
    }


def judgement_records() -> Iterator[Json]:
    """One record a verdict, and one for each match that a decision on a programme stood on. Nobody's name."""
    verdicts = Verdict.objects.select_related("gap", "offer", "run", "revision").order_by("pk")
    for verdict in verdicts.iterator(chunk_size=500):
        yield _of_verdict(verdict)
    kind = ContentType.objects.get_for_model(Programme)
    decisions = Decision.objects.filter(subject_type=kind, action__in=JUDGEMENTS, evidence__has_key="matches")
    for decision in decisions.order_by("pk").iterator(chunk_size=200):
        yield from _of_decision(decision)


def _of_verdict(verdict: Verdict) -> Json:
    return {
        "kind": "verdict",
        "at": verdict.updated_at.isoformat(),
        "answer": verdict.answer,
        "reason": verdict.reason,
        "programme": None,
        "gap": str(verdict.gap.public_id),
        "offer": str(verdict.offer.public_id),
        "rank": None,
        "score": verdict.score,
        "certainty": None,
        "components": verdict.components,
        "run": str(verdict.run.public_id) if verdict.run else None,
        "model": verdict.revision.revision if verdict.revision else None,
        "weights": verdict.profile_version,
    }


def _of_decision(decision: Decision) -> Iterator[Json]:
    evidence = decision.evidence
    programme = decision.subject
    for match in evidence["matches"]:
        yield {
            "kind": "decision",
            "at": decision.decided_at.isoformat(),
            "answer": decision.action,
            "reason": decision.reason,
            "programme": str(programme.public_id) if programme else None,
            **{
                name: match.get(name) for name in ("gap", "offer", "rank", "score", "certainty", "components")
            },
            "run": evidence.get("run"),
            "model": evidence.get("model"),
            "weights": evidence.get("weights"),
        }


def judgement_row(record: Json) -> list[Any]:
    """The same as a row under `HEADER`: each component in its column, empty where unknown."""
    components = record["components"] or {}
    return [components.get(name) if name in COMPONENTS else record[name] for name in HEADER]
