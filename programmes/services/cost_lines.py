"""A manager's own cost lines, the key of shared costs and the jobseekers' seats; the plan follows at once."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from programmes.models import CostLine, Programme
from programmes.services.plans import PlanError, PlanFacts, facts_of, seats_of_programme, write_plan
from programmes.states import CHANGEABLE
from skillnet.kernel.actor import Actor
from skillnet.kernel.transitions import record_decision


def add_cost_line(*, actor: Actor, programme_id: int, values: Mapping[str, Any]) -> CostLine:
    """Add a cost that no edition's price holds; raises ValidationError, and then nothing is kept."""
    with transaction.atomic():
        programme = _lock(programme_id)
        line = CostLine(programme=programme, is_manual=True, **values)
        _check_company(programme, line)
        line.full_clean(exclude=["programme", "edition"])
        line.save()
        _plan(programme, actor, {"added": line.description, "amount": str(line.amount)})
    return line


def remove_cost_line(*, actor: Actor, programme_id: int, line_id: int) -> None:
    """Take a line of one's own away; one that is gone already changes nothing. Raises ValidationError."""
    with transaction.atomic():
        programme = _lock(programme_id)
        line = programme.cost_lines.filter(pk=line_id, is_manual=True).first()
        if line is None:
            return
        line.delete()
        _plan(programme, actor, {"removed": line.description, "amount": str(line.amount)})


def share_costs(*, actor: Actor, programme_id: int, key: str, weights: Mapping[int, Decimal | None]) -> None:
    """Split shared costs by learners, by hours or by the agreed weights of the companies. ValidationError."""
    with transaction.atomic():
        programme = _lock(programme_id)
        programme.share_key = key
        programme.full_clean(exclude=["network", "created_by"], validate_unique=False)
        programme.save(update_fields=["share_key", "updated_at"])
        for row in programme.participations.select_for_update(of=("self",)):
            if row.organisation_id in weights and row.share_weight != weights[row.organisation_id]:
                row.share_weight = weights[row.organisation_id]
                row.save(update_fields=["share_weight", "updated_at"])
        _plan(programme, actor, {"share_key": key})


def _lock(programme_id: int) -> Programme:
    programme: Programme = Programme.objects.select_for_update(of=("self",)).get(pk=programme_id)
    if programme.state not in CHANGEABLE:
        raise ValidationError(
            _(
                "Een programma verandert u als ontwerp of nadat het is teruggestuurd; dit staat op "
                "“%(state)s”."
            )
            % {"state": programme.get_state_display()}
        )
    return programme


def _check_company(programme: Programme, line: CostLine) -> None:
    if line.group == CostLine.Group.JOBSEEKERS and line.organisation_id is not None:
        raise ValidationError(
            {"organisation": _("Een kost voor werkzoekenden hoort bij geen bedrijf: laat dit leeg.")}
        )
    if line.group == CostLine.Group.JOBSEEKERS and line.category == CostLine.Category.TRAINEE:
        raise ValidationError({"category": _("Werkzoekenden hebben geen loonkost: kies een andere soort.")})
    companies = programme.participations.live().values_list("organisation_id", flat=True)
    if line.organisation_id is not None and line.organisation_id not in set(companies):
        raise ValidationError({"organisation": _("Dit bedrijf doet niet mee aan het programma.")})


def _plan(
    programme: Programme, actor: Actor, evidence: dict[str, Any], facts: PlanFacts | None = None
) -> None:
    before = str(programme.cost)
    try:
        write_plan(
            programme=programme, seats=seats_of_programme(programme), facts=facts or facts_of(programme)
        )
    except PlanError as error:
        raise ValidationError(str(error)) from error
    record_decision(
        subject=programme,
        action="change",
        from_state=programme.state,
        to_state=programme.state,
        actor=actor,
        evidence={"before": before, "after": str(programme.cost), **evidence},
    )


__all__ = ["add_cost_line", "remove_cost_line", "share_costs"]
