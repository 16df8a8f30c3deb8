"""Calculators: what kmo-portefeuille and Vlaams opleidingsverlof pay, by when to ask, and why not."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from programmes.aid.money import ZERO, at_least_zero, round_down
from programmes.aid.rates import Rates
from programmes.aid.sme import Size
from programmes.aid.texts import Reason, reason

THEMES = ("general", "cybersecurity", "energy_efficiency")


@dataclass(frozen=True, slots=True)
class Estimate:
    """What an instrument would pay in euro, 0.00 where refused; the last day to ask; the reasoning."""

    amount: Decimal
    refused: bool
    deadline: date
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class KmoRequest:
    """A request for kmo-portefeuille: euro excluding VAT, without exam fees.

    `course_cost` leaves catering out; `catering` is for all persons and days together. `used_this_year` is
    the subsidy already received in the calendar year. `size` is the size at the year's first full request.
    `profession_specific`: a shortage occupation, STEM or a forecast shortage of the sector.
    """

    size: Size
    course_cost: Decimal
    first_lesson: date
    requested_on: date
    theme: str = "general"
    catering: Decimal = ZERO
    person_days: int = 0
    used_this_year: Decimal = ZERO
    mandatory_training: bool = False
    registered_provider: bool = True
    profession_specific: bool = True


def estimate_kmo(request: KmoRequest, rates: Rates) -> Estimate:
    """What kmo-portefeuille pays for one course; raises ValueError for a theme that does not exist."""
    if request.theme not in THEMES:
        raise ValueError(f"theme must be one of {', '.join(THEMES)}")
    day = request.requested_on
    deadline = request.first_lesson + timedelta(days=int(rates.value("kmo_request_days", day)))
    cost, reasons = _kmo_cost(request, rates)
    refusals = _kmo_refusals(request, cost, deadline, rates)
    if refusals:
        return Estimate(ZERO, True, deadline, (*reasons, *refusals))
    band = "medium" if request.size is Size.MEDIUM else "small"
    row = rates.at(f"kmo_{band}_{request.theme}", day)
    amount = round_down(cost * row.value / 100)
    reasons.append(reason("kmo.estimate", row, cost=cost, percent=row.value, amount=amount))
    cap = rates.at("kmo_year_cap", day)
    left = at_least_zero(cap.value - request.used_this_year)
    if amount > left:
        amount = left
        reasons.append(reason("kmo.capped", cap, cap=cap.value, used=request.used_this_year, amount=amount))
    reasons.append(reason("kmo.request_by", rates.at("kmo_request_days", day), deadline=deadline))
    return Estimate(amount, False, deadline, tuple(reasons))


def _kmo_cost(request: KmoRequest, rates: Rates) -> tuple[Decimal, list[Reason]]:
    row = rates.at("kmo_catering_cap", request.requested_on)
    catering = min(request.catering, row.value * request.person_days)
    reasons = []
    if request.catering > catering:
        reasons.append(reason("kmo.catering", row, cap=row.value, counted=catering))
    return request.course_cost + catering, reasons


def _kmo_refusals(request: KmoRequest, cost: Decimal, deadline: date, rates: Rates) -> list[Reason]:
    day = request.requested_on
    general = rates.at("kmo_small_general", day)
    found = []
    if request.size not in {Size.MICRO, Size.SMALL, Size.MEDIUM}:
        found.append(reason("kmo.not_sme", general, size=f"size.{request.size}"))
    if not request.registered_provider:
        found.append(reason("kmo.unregistered_provider", general))
    if request.mandatory_training:
        found.append(reason("kmo.mandatory", general))
    if not request.profession_specific:
        found.append(reason("kmo.not_specific", general))
    minimum = rates.at("kmo_minimum_cost", day)
    if cost < minimum.value:
        found.append(reason("kmo.below_minimum", minimum, cost=cost, minimum=minimum.value))
    if day > deadline:
        row = rates.at("kmo_request_days", day)
        found.append(reason("kmo.too_late", row, requested=day, deadline=deadline))
    return found


class Proposal(StrEnum):
    """Where an employer's proposal under the joint right of initiative stands."""

    NONE = "none"
    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class LeaveRequest:
    """A worker's training leave for one course; `employment` is a percentage of full time.

    `used_hours` and `used_joint_hours` are what the school year's two accounts have already paid.
    """

    employment: Decimal
    weekly_hours: Decimal
    hours: Decimal
    contact_hours: Decimal
    start: date
    claimed_on: date
    ects: Decimal = Decimal(0)
    registered: bool = True
    used_hours: Decimal = Decimal(0)
    used_joint_hours: Decimal = Decimal(0)
    proposal: Proposal = Proposal.NONE


@dataclass(frozen=True, slots=True)
class LeaveEstimate:
    """What training leave pays in euro, and the hours it takes from the two accounts."""

    amount: Decimal
    refused: bool
    deadline: date
    own_hours: Decimal
    joint_hours: Decimal
    reasons: tuple[Reason, ...]


def add_months(day: date, months: int) -> date:
    """The same day so many months on, or the last day of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def estimate_leave(request: LeaveRequest, rates: Rates) -> LeaveEstimate:
    """What Vlaams opleidingsverlof pays the employer for one worker and one course.

    The worker's own account goes first; the joint account counts only once the worker accepted the proposal.
    """
    day = request.start
    deadline = add_months(day, int(rates.value("vov_claim_months", day)))
    refusals = _leave_refusals(request, deadline, rates)
    if refusals:
        return LeaveEstimate(ZERO, True, deadline, Decimal(0), Decimal(0), tuple(refusals))
    own, joint, reasons = _leave_hours(request, rates)
    row = rates.at("vov_hour_rate", day)
    if not own + joint:
        reasons.append(reason("vov.no_hours_left", rates.at("vov_year_hours", day)))
        return LeaveEstimate(ZERO, True, deadline, own, joint, tuple(reasons))
    amount = round_down((own + joint) * row.value)
    reasons.append(reason("vov.estimate", row, hours=own + joint, rate=row.value, amount=amount))
    reasons.append(reason("vov.claim_by", rates.at("vov_claim_months", day), deadline=deadline))
    return LeaveEstimate(amount, False, deadline, own, joint, tuple(reasons))


def _leave_hours(request: LeaveRequest, rates: Rates) -> tuple[Decimal, Decimal, list[Reason]]:
    day = request.start
    part = min(request.employment, Decimal(100)) / 100
    own_row, joint_row = rates.at("vov_year_hours", day), rates.at("vov_joint_right_hours", day)
    reasons = []
    own = min(request.hours, max(own_row.value * part - request.used_hours, Decimal(0)))
    joint = Decimal(0)
    if request.proposal is Proposal.ACCEPTED:
        joint_left = max(joint_row.value * part - request.used_joint_hours, Decimal(0))
        joint = min(request.hours - own, joint_left)
    elif request.proposal is not Proposal.NONE:
        reasons.append(reason(f"vov.proposal_{request.proposal}", joint_row))
    if own + joint < request.hours:
        reasons.append(reason("vov.hours_cut", own_row, asked=request.hours, left=own + joint))
    return own, joint, reasons


def _leave_refusals(request: LeaveRequest, deadline: date, rates: Rates) -> list[Reason]:
    day = request.start
    found = []
    employment = rates.find("vov_minimum_employment", day)
    if employment and request.employment < employment.value:
        found.append(
            reason("vov.employment", employment, percent=request.employment, minimum=employment.value)
        )
    weekly = rates.find("vov_minimum_weekly_hours", day)
    if weekly and request.weekly_hours < weekly.value:
        found.append(reason("vov.weekly_hours", weekly, hours=request.weekly_hours, minimum=weekly.value))
    contact, ects = rates.at("vov_minimum_contact_hours", day), rates.at("vov_minimum_ects", day)
    if not request.registered:
        found.append(reason("vov.not_registered", contact))
    if request.contact_hours < contact.value and request.ects < ects.value:
        found.append(
            reason(
                "vov.too_short",
                contact,
                hours=request.contact_hours,
                ects=request.ects,
                minimum_hours=contact.value,
                minimum_ects=ects.value,
            )
        )
    if request.claimed_on > deadline:
        row = rates.at("vov_claim_months", day)
        found.append(reason("vov.claim_too_late", row, claimed=request.claimed_on, deadline=deadline))
    return found


def sector_fund_contribution(wages: Decimal, rates: Rates, day: date) -> Decimal:
    """What employers pay a sector fund for training on these wages (euro), by the prudent levy."""
    return round_down(wages * rates.value("sector_fund_levy", day) / 100)
