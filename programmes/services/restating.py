"""A company says whether it is in difficulty or must pay aid back: its plans are assessed with that word at once.

Aid that became a right is not touched: the two bars of article 1(4) GBER are looked at when aid is granted.
"""

from dataclasses import replace
from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from networks.models import Organisation
from programmes.aid.assessment import assess
from programmes.aid.case import Case, case_record, parse_case
from programmes.guards import COMMITTABLE
from programmes.models import AidStatement, Participation, Programme
from programmes.services.aid_cases import group_of
from programmes.services.law import database_rates
from programmes.services.plan_costs import PlanError
from programmes.services.plans import seats_of_programme, write_plan

S = Programme.State
HELD = (S.SUBMITTED, S.APPROVED)
"""Where money is reserved or decided: nobody's grant grows without a new decision."""


def follow_statement(*, organisation: Organisation) -> int:
    """Assess the open plans of this company and its group again; returns how many changed in money.

    Where the word changes nothing but what is certain, only the reasoning is written. Where it takes aid away, or
    gives it back in a draft, the plan is made again; once it was submitted nobody's grant grows by it.
    """
    group = [one.pk for one in group_of(organisation)]
    not_yet = Q(participations__state=Participation.State.PROPOSED) | ~Q(state=S.APPROVED)
    open_ones = (
        Programme.objects.filter(
            not_yet, Q(starts_on=None) | Q(starts_on__gt=timezone.localdate()), state__in=COMMITTABLE
        )
        .filter(participations__organisation__in=group)
        .order_by("pk")
        .distinct()
    )
    return sum(_restate(pk, group) for pk in open_ones.values_list("pk", flat=True))


def _restate(programme_id: int, group: list[int]) -> bool:
    with transaction.atomic():
        programme = Programme.objects.select_for_update(of=("self",)).get(pk=programme_id)
        rows = programme.participations.live().filter(organisation__in=group)
        held = programme.state in HELD
        if programme.state == S.APPROVED:  # who applied has a right by now
            rows = rows.filter(state=Participation.State.PROPOSED)
        moved = [row for row in rows.select_related("organisation") if _moves(row, held)]
        if moved:
            caps = {p.organisation_id: p.grant for p in programme.participations.live()} if held else {}
            try:
                write_plan(programme=programme, seats=seats_of_programme(programme), caps=caps)
            except PlanError:
                return False  # an edition without a price: the plan is made when it has one
        return bool(moved)


def _moves(row: Participation, held: bool) -> bool:
    """Whether the money changes; where it does not, the reasoning is written as it is by now."""
    record = row.assessment.get("case")
    if not record:
        return False
    case = _with_statements(parse_case(record))
    found = assess(case, database_rates())
    granted = found.outcome.granted
    comes_back = row.grant == Decimal(0) < granted and not held
    if granted < row.grant or comes_back or (row.grant and found.outcome.route != row.route):
        return True
    row.assessment = found.as_record() | {"case": case_record(case)}
    row.save(update_fields=["assessment", "updated_at"])
    return False


def _with_statements(case: Case) -> Case:
    """The case with what its enterprises say by now."""
    keys = [int(o.id) for o in case.organisations if o.id.isdigit()]
    said = {str(row.organisation_id): row for row in AidStatement.objects.filter(organisation__in=keys)}
    return replace(
        case,
        organisations=tuple(
            replace(
                o,
                in_difficulty=said[o.id].in_difficulty,
                recovery_order=said[o.id].recovery_order,
                stated=True,
            )
            if o.id in said
            else o
            for o in case.organisations
        ),
    )
