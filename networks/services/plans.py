"""Annual plans: lines with a budget per quarter, a vote of the steering group, an approval that holds."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from networks.application_rules import leads_plan
from networks.application_transitions import PLAN_TRANSITIONS
from networks.models import Network, NetworkPlan, PlanLine, PlanVote
from networks.models.plans import QUARTERS
from networks.rules import manages
from networks.services import voting
from networks.services.telling import steering_group_of, tell
from networks.transitions import tally_of
from skillnet.kernel.actor import Actor
from skillnet.kernel.importing import changes_of
from skillnet.kernel.transitions import record_decision, run_transition

State = NetworkPlan.State
LINE_FIELDS = ("title", "kind", "learners", *QUARTERS)


def start_plan(*, network: Network, year: int, goals: str, actor: Actor) -> NetworkPlan:
    """The plan of this year, new or the one that there is. Raises ValidationError."""
    if not manages(actor, network.pk):
        raise ValidationError(_("Alleen de netwerkmanager maakt het jaarplan."))
    with transaction.atomic():
        Network.objects.select_for_update(of=("self",)).get(pk=network.pk)
        known = NetworkPlan.objects.filter(network=network, year=year).first()
        if known is not None:
            return known
        plan = NetworkPlan(network=network, year=year, goals=goals.strip())
        plan.full_clean(exclude=["network", "public_id"])
        plan.save()
        record_decision(subject=plan, action="create", from_state="", to_state=plan.state, actor=actor)
    return plan


def save_goals(*, plan: NetworkPlan, goals: str, actor: Actor) -> NetworkPlan:
    with transaction.atomic():
        locked = _draft(plan, actor)
        locked.goals = goals.strip()
        locked.save(update_fields=["goals", "updated_at"])
    return locked


def add_line(*, plan: NetworkPlan, values: Mapping[str, Any], actor: Actor) -> PlanLine:
    """A line of the budget, in euro per quarter. Raises ValidationError."""
    with transaction.atomic():
        line = PlanLine(plan=_draft(plan, actor))
        changes_of(line, {name: values[name] for name in LINE_FIELDS if values.get(name) is not None})
        line.full_clean(exclude=["plan"])
        if line.total <= 0:
            raise ValidationError(_("Vul in minstens één kwartaal een bedrag in."))
        line.save()
    return line


def change_line(*, line: PlanLine, values: Mapping[str, Any], actor: Actor) -> PlanLine:
    """Change a line of a draft; what `values` lacks stays. Raises ValidationError."""
    with transaction.atomic():
        _draft(line.plan, actor)
        locked = PlanLine.objects.select_for_update(of=("self",)).get(pk=line.pk)
        changes_of(locked, {name: values[name] for name in LINE_FIELDS if name in values})
        locked.full_clean(exclude=["plan"])
        if locked.total <= 0:
            raise ValidationError(_("Vul in minstens één kwartaal een bedrag in."))
        locked.save()
    return locked


def remove_line(*, line: PlanLine, actor: Actor) -> None:
    with transaction.atomic():
        _draft(line.plan, actor)
        line.delete()


def take_plan_action(*, plan: NetworkPlan, action: str, actor: Actor, reason: str = "") -> NetworkPlan:
    """Lay before the steering group, revise, or record its approval. A revision takes the votes away."""
    with transaction.atomic():
        count = tally_of(plan)
        changed: NetworkPlan = run_transition(
            table=PLAN_TRANSITIONS,
            pk=plan.pk,
            action=action,
            actor=actor,
            reason=reason,
            evidence={
                "agreed": count.agreed,
                "against": count.against,
                "needed": count.needed,
                "total": str(total_of(plan)),
            },
        )
        if action == "revise":
            changed.votes.all().delete()
            changed.approved_at = None
            changed.save(update_fields=["approved_at", "updated_at"])
        elif action == "submit":
            tell(
                steering_group_of(changed.network),
                key=f"plan:{changed.pk}:{changed.updated_at.isoformat()}",
                template="network_plan_to_vote",
                address=reverse("networks:plan_detail", args=[changed.public_id]),
                network=changed.network.name,
                year=changed.year,
            )
    return changed


def vote_on_plan(*, plan: NetworkPlan, actor: Actor, agrees: bool, remark: str = "") -> PlanVote:
    """The vote of the actor's organisation on the plan; see `networks.services.voting`."""
    vote: PlanVote = voting.cast_vote(
        subject=plan,
        open_in=State.SUBMITTED,
        closed=_("Er valt nu niets te stemmen over dit plan."),
        actor=actor,
        agrees=agrees,
        remark=remark,
    )
    return vote


def total_of(plan: NetworkPlan) -> Decimal:
    """Euro of all lines and quarters."""
    return sum((line.total for line in plan.lines.all()), Decimal(0))


def _draft(plan: NetworkPlan, actor: Actor) -> NetworkPlan:
    locked = NetworkPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    if not leads_plan(actor, locked):
        raise ValidationError(_("Alleen de netwerkmanager maakt het jaarplan."))
    if locked.state != State.DRAFT:
        raise ValidationError(_("Het plan ligt bij de stuurgroep of is goedgekeurd. Zet het eerst terug."))
    return locked
