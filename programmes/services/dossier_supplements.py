"""Supplements in a programme's file: what was asked, signed and decided, replayable per company."""

from typing import Any

from programmes.ledger_words import without_ledger
from programmes.models import Programme, SupplementLine
from programmes.presenting_money import names_in
from programmes.presenting_supplements import EVENT_LABELS, sentences_of
from programmes.rules import Sight
from programmes.services.dossier_parts import evidence_for
from programmes.services.reassess import replay_participation
from skillnet.kernel.models import Decision
from skillnet.kernel.transitions import decisions_on

Json = dict[str, Any]


def supplements_of(programme: Programme, sight: Sight) -> list[Json]:
    """Every one, oldest first; money is text in euro excl. VAT, pairs are before and after."""
    rows = programme.supplements.with_parties().prefetch_related("lines__organisation").order_by("pk")
    return [
        {
            "id": str(row.public_id),
            "state": row.state,
            "state_label": str(row.get_state_display()),
            "reason": row.reason,
            "asked_by": str(row.asked_by or ""),
            "asked_at": row.created_at.isoformat(),
            "cost": [str(row.cost_before), str(row.cost_after)],
            "grant": [str(row.grant_before), str(row.grant_after)],
            "extra": str(row.extra),
            "begins_on": row.begins_on.isoformat(),
            "sign_by": row.sign_by.isoformat(),
            "decide_by": row.decide_by.isoformat() if row.decide_by else None,
            "decided_at": row.decided_at.isoformat() if row.decided_at else None,
            "first_signature": str(row.signed_by) if row.signed_by else None,
            "strategy": row.strategy.version if row.strategy else None,
            "network_left": None if row.network_left is None else str(row.network_left),
            "call_left": None if row.call_left is None else str(row.call_left),
            "companies": [_line(line, sight) for line in row.lines.all()],
            "decisions": [_decision(d, sight, _companies(row)) for d in decisions_on(row)],
        }
        for row in rows
    ]


def _companies(row: Any) -> dict[str, int]:
    return {line.organisation.name: line.organisation_id for line in row.lines.all()}


def _line(line: SupplementLine, sight: Sight) -> Json:
    sees = sight.sees_ledger_of(line.organisation_id)
    record = line.assessment
    replays = None
    if record.get("case"):
        replays = replay_participation(company=line.organisation.name, record=record).is_same
    return {
        "company": line.organisation.name,
        "is_new": line.is_new,
        "learners": [line.learners_before, line.learners_after],
        "cost": [str(line.cost_before), str(line.cost_after)],
        "grant": [str(line.grant_before), str(line.grant_after)],
        "own_share": [str(line.own_before), str(line.own_after)],
        "route": line.route,
        "needs_word": line.needs_word,
        "signed_at": line.signed_at.isoformat() if line.signed_at else None,
        "crosses_publication": line.crosses_publication,
        "assessment": record if sees else without_ledger(record),
        "sentences": [
            {"text": s.text, "legal_basis": s.basis, "period": s.period}
            for s in sentences_of(line, names_in([record]), ledger=sees)
        ],
        "replays": replays,
    }


def _decision(decision: Decision, sight: Sight, organisations: dict[str, int]) -> Json:
    return {
        "action": decision.action,
        "label": str(EVENT_LABELS.get(decision.action, decision.action)),
        "from": decision.from_state,
        "to": decision.to_state,
        "who": decision.actor_label,
        "at": decision.decided_at.isoformat(),
        "reason": decision.reason,
        "evidence": evidence_for(decision.evidence, sight, organisations),
    }


__all__ = ["supplements_of"]
