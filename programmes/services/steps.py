"""Taking a step with a programme: the transition, with what the decision relied on as evidence."""

from typing import Any

from django.db import transaction

from matching.models import TalentStrategy
from programmes.models import Programme
from programmes.services.evaluations import evaluation_evidence
from programmes.services.judgements import JUDGEMENTS, scores_behind
from programmes.services.prices import prices_json
from programmes.services.signatures import needs_second_signature, sign_programme
from programmes.services.step_notices import tell_of_step
from programmes.services.votes import vote_evidence
from programmes.transitions import PROGRAMME_TRANSITIONS
from skillnet.kernel.actor import Actor
from skillnet.kernel.rates import NoRate
from skillnet.kernel.transitions import TransitionRefused, check_transition, run_transition


def take_step(*, programme_id: int, action: str, actor: Actor, reason: str = "") -> Programme:
    """Take one step of the programme's transition table. Raises TransitionRefused with sentences.

    The decision keeps the figures, the assessments and the strategy version that it relied on, so that it can
    be replayed after rates or figures changed. Above the call's threshold the first coordinator's approval is
    a signature and the programme stays submitted; another coordinator's completes it.
    """
    with transaction.atomic():
        programme = Programme.objects.select_for_update(of=("self",)).get(pk=programme_id)
        if action == "approve" and _waits_for_a_second(programme, actor, reason):
            return programme
        strategy = TalentStrategy.objects.filter(is_active=True).first()
        taken: Programme = run_transition(
            table=PROGRAMME_TRANSITIONS,
            pk=programme_id,
            action=action,
            actor=actor,
            reason=reason,
            evidence=_evidence(programme, strategy)
            | (scores_behind(programme) if action in JUDGEMENTS else {})
            | _stated(programme, action),
        )
        if strategy and taken.strategy_id is None and action in ("approve", "reject"):
            taken.strategy = strategy
            taken.save(update_fields=["strategy", "updated_at"])
    return taken


def _waits_for_a_second(programme: Programme, actor: Actor, reason: str) -> bool:
    if programme.state != Programme.State.SUBMITTED:
        return False  # too late, or a repeat: the transition itself says which
    try:
        if not needs_second_signature(programme):
            return False
    except NoRate as missing:
        raise TransitionRefused(str(missing)) from missing
    check_transition(
        table=PROGRAMME_TRANSITIONS, instance=programme, action="approve", actor=actor, reason=reason
    )
    if sign_programme(programme=programme, actor=actor, reason=reason):
        return False
    tell_of_step(programme=programme, action="sign", actor=actor)
    return True


def _stated(programme: Programme, action: str) -> dict[str, Any]:
    """What only this step relies on: how prices were shown to be market prices, how the steering group voted,
    what the evaluation says."""
    if action == "submit":
        return {"prices": prices_json(programme)} | vote_evidence(programme)
    if action == "approve":
        return {"prices": prices_json(programme)}
    return evaluation_evidence(programme) if action == "evaluate" else {}


def _evidence(programme: Programme, strategy: TalentStrategy | None) -> dict[str, Any]:
    return {
        "cost": str(programme.cost) if programme.cost is not None else None,
        "grant": str(programme.grant) if programme.grant is not None else None,
        "learners": programme.learners,
        "strategy": strategy.version if strategy else None,
        "run": str(programme.run.public_id) if programme.run else None,
        "participations": [
            {
                "organisation": p.organisation.name,
                "learners": p.learners,
                "cost": str(p.cost),
                "grant": str(p.grant),
                "own_share": str(p.own_share),
                "assessment": p.assessment,
            }
            for p in programme.participations.select_related("organisation")
        ],
    }
