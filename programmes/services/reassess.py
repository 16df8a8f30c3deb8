"""Assessing again: does a plan still hold today, does a stored assessment give the same answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from programmes.aid.assessment import assess
from programmes.aid.case import parse_case
from programmes.aid.rates import RateRow, Rates
from programmes.models import Participation, Programme
from programmes.services.law import database_rates
from programmes.services.plans import company_plans, edition_costs, facts_of, seats_of_programme


@dataclass(frozen=True, slots=True)
class Replay:
    """A stored assessment beside the same case assessed again; `differences` names the fields that differ."""

    company: str
    differences: tuple[str, ...]
    stored: Mapping[str, Any]
    again: Mapping[str, Any]

    @property
    def is_same(self) -> bool:
        return not self.differences


def outdated_grants(*, programme: Programme, day: date | None = None) -> list[tuple[str, Decimal, Decimal]]:
    """Companies whose grant in the plan is more than today's rules give: name, planned and possible euro."""
    today = day or timezone.localdate()
    seats = seats_of_programme(programme)
    if not seats:
        return []
    applied = {
        p.organisation_id: timezone.localdate(p.applied_at)
        for p in programme.participations.exclude(applied_at=None)
        if p.applied_at
    }
    facts = facts_of(programme)
    plans = company_plans(
        seats=seats,
        costs=edition_costs(seats, facts),
        rates=database_rates(),
        day=today,
        applied=applied,
        facts=facts,
    )
    planned = dict(programme.participations.values_list("organisation_id", "grant"))
    return [
        (plan.organisation.name, planned[plan.organisation.pk], plan.grant)
        for plan in plans
        if planned.get(plan.organisation.pk, plan.grant) > plan.grant
    ]


def replay_participation(*, company: str, record: Mapping[str, Any]) -> Replay:
    """Assess the stored case with the stored rows of law, whatever the law says today.

    Raises KeyError for a record from before cases were kept.
    """
    rates = Rates(RateRow.from_record(row) for row in record["rows"])
    again = assess(parse_case(record["case"]), rates).as_record()
    stored = {key: value for key, value in record.items() if key != "case"}
    names = sorted(set(stored) | set(again))
    differences = tuple(name for name in names if stored.get(name) != again.get(name))
    return Replay(company, differences, stored, again)


def replay_programme(*, programme: Programme) -> list[Replay]:
    """Replay the assessment of each company that has one."""
    rows: list[Participation] = list(programme.participations.select_related("organisation"))
    return [
        replay_participation(company=row.organisation.name, record=row.assessment)
        for row in rows
        if row.assessment.get("case")
    ]
