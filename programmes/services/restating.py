"""What a company says of itself reaches its open plans at once: difficulty and recovery, and its figures.

Aid that became a right is not touched: the two bars of article 1(4) GBER are looked at when aid is granted.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from networks.models import Organisation
from programmes.aid.assessment import assess
from programmes.aid.case import Case, case_record, parse_case
from programmes.aid.sme import determine_size
from programmes.guards import COMMITTABLE
from programmes.models import AidStatement, Participation, Programme
from programmes.services.aid_cases import aid_links, aid_organisations, group_of
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


def follow_figures(*, organisation: Organisation) -> int:
    """Make the drafts of this company and its group again where its figures make it another size; returns how many.

    Nothing that was submitted moves: what became too much is refused there, and more needs a new decision.
    """
    group = group_of(organisation)
    sizes = {one.pk: _size(one) for one in group}
    drafts = (
        Programme.objects.filter(state__in=(S.DRAFT, S.RETURNED), participations__organisation__in=sizes)
        .order_by("pk")
        .distinct()
    )
    return sum(_resize(pk, sizes) for pk in drafts.values_list("pk", flat=True))


def _size(organisation: Organisation) -> str:
    group, day = group_of(organisation), timezone.localdate()
    links = aid_links({one.pk for one in group}, day, organisation.pk)
    found = determine_size(str(organisation.pk), aid_organisations(group), links, database_rates(), day)
    return str(found.size)


def _resize(programme_id: int, sizes: Mapping[int, str]) -> bool:
    with transaction.atomic():
        programme = Programme.objects.select_for_update(of=("self",)).get(pk=programme_id)
        rows = programme.participations.live().filter(organisation__in=sizes)
        if all(row.assessment.get("size") == sizes[row.organisation_id] for row in rows):
            return False
        return _plan_again(programme, {})


def _plan_again(programme: Programme, caps: Mapping[int, Decimal]) -> bool:
    try:
        write_plan(programme=programme, seats=seats_of_programme(programme), caps=caps)
    except PlanError:
        return False  # an edition without a price: the plan is made when it has one
    return True


def _restate(programme_id: int, group: list[int]) -> bool:
    with transaction.atomic():
        programme = Programme.objects.select_for_update(of=("self",)).get(pk=programme_id)
        rows = programme.participations.live().filter(organisation__in=group)
        held = programme.state in HELD
        if programme.state == S.APPROVED:  # who applied has a right by now
            rows = rows.filter(state=Participation.State.PROPOSED)
        moved = [row for row in rows.select_related("organisation") if _moves(row, held)]
        if not moved:
            return False
        caps = {p.organisation_id: p.grant for p in programme.participations.live()} if held else {}
        return _plan_again(programme, caps)


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
