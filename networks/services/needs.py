"""The needs analysis of a network: collect, lay before the steering group, validate, freeze."""

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from networks.models import Gap, NeedsAnalysis, NeedsVote, Network
from networks.needs import priority_order
from networks.services import voting
from networks.services.telling import managers_of, steering_group_of, tell
from networks.transitions import NEEDS_TRANSITIONS, tally_of
from skillnet.kernel.actor import Actor
from skillnet.kernel.transitions import record_decision, run_transition

State = NeedsAnalysis.State


def start_analysis(*, network: Network, actor: Actor) -> NeedsAnalysis:
    """Open the next version. A version that is not frozen yet is given back: there is one at a time."""
    with transaction.atomic():
        Network.objects.select_for_update(of=("self",)).get(pk=network.pk)
        current = network.needs_analyses.exclude(state=State.FROZEN).first()
        if current is not None:
            return current
        last = network.needs_analyses.aggregate(last=Max("version"))["last"] or 0
        analysis = NeedsAnalysis.objects.create(network=network, version=last + 1)
        record_decision(subject=analysis, action="start", from_state="", to_state=analysis.state, actor=actor)
    return analysis


def take_needs_action(
    *, analysis: NeedsAnalysis, action: str, actor: Actor, reason: str = ""
) -> NeedsAnalysis:
    """Consolidate (the gaps as they are now are what is voted on), reopen, validate or freeze."""
    with transaction.atomic():
        count = tally_of(analysis)
        changed: NeedsAnalysis = run_transition(
            table=NEEDS_TRANSITIONS,
            pk=analysis.pk,
            action=action,
            actor=actor,
            reason=reason,
            evidence={"agreed": count.agreed, "against": count.against, "needed": count.needed},
        )
        if action == "consolidate":
            changed.snapshot = snapshot_of(changed.network)
            changed.save(update_fields=["snapshot", "updated_at"])
            _tell(changed, "needs_to_vote", action)
        elif action == "reopen":
            # What was voted on changes now; how the vote stood is in the decision above.
            changed.votes.all().delete()
            changed.snapshot, changed.validated_at = [], None
            changed.save(update_fields=["snapshot", "validated_at", "updated_at"])
        elif action == "freeze":
            _tell(changed, "needs_frozen", action)
    return changed


def cast_vote(*, analysis: NeedsAnalysis, actor: Actor, agrees: bool, remark: str = "") -> NeedsVote:
    """The vote of the actor's organisation on the version; see `networks.services.voting`."""
    vote: NeedsVote = voting.cast_vote(
        subject=analysis,
        open_in=State.CONSOLIDATED,
        closed=_("Er valt nu niets te stemmen over deze versie."),
        actor=actor,
        agrees=agrees,
        remark=remark,
    )
    return vote


def snapshot_of(network: Network) -> list[dict[str, Any]]:
    """The open gaps of the network as they are now, most urgent first, as JSON."""
    gaps = Gap.objects.filter(network=network).open().select_related("organisation", "pool_gap__pool")
    return sorted((_record(gap) for gap in gaps), key=priority_order)


def _record(gap: Gap) -> dict[str, Any]:
    return {
        "id": str(gap.public_id),
        "external_id": gap.external_id,
        "company": gap.organisation.name,
        "title": gap.title,
        "learners": gap.learners,
        "urgency": gap.urgency,
        "horizon": gap.horizon,
        "depth": gap.depth,
        "direction": gap.direction,
        "mandatory": gap.mandatory,
        "budget": None if gap.budget is None else str(gap.budget),
        "description": gap.description,
        "impact": gap.impact,
        "kind": gap.kind,
        "transition": gap.transition,
        "target_groups": list(gap.target_groups),
        "occupation": gap.occupation,
        "skills": sorted(gap.skills),
        **_pool_of(gap),
    }


def _pool_of(gap: Any) -> dict[str, str | None]:
    """Title and key of the pool that the gap is in: what the consolidation proposes to teach together."""
    placed = getattr(gap, "pool_gap", None)
    if placed is None or placed.pool.state == "dissolved":
        return {"pool": None, "pool_id": None}
    return {"pool": str(placed.pool.title), "pool_id": str(placed.pool.public_id)}


def _tell(analysis: NeedsAnalysis, template: str, action: str) -> None:
    people = steering_group_of(analysis.network)
    if action == "freeze":
        people += [person for person in managers_of(analysis.network) if person not in people]
    tell(
        people,
        key=f"needs:{analysis.pk}:{action}:{analysis.updated_at.isoformat()}",
        template=template,
        address=reverse("networks:needs_detail", args=[analysis.public_id]),
        network=analysis.network.name,
        version=analysis.version,
    )
