"""Training aid under article 31 of the block exemption: who is barred, the intensity, the maximum."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from programmes.aid.case import Case, Cost, Participant
from programmes.aid.money import round_down
from programmes.aid.rates import RateRow, Rates
from programmes.aid.sme import Size
from programmes.aid.texts import Reason, reason

BONUS = {
    Size.MICRO: "training_bonus_small",
    Size.SMALL: "training_bonus_small",
    Size.MEDIUM: "training_bonus_medium",
}


@dataclass(frozen=True, slots=True)
class TrainingMaximum:
    """What article 31 allows at most: euro and weighted percentage, both rounded down, with the reasoning."""

    maximum: Decimal
    intensity: Decimal
    reasons: tuple[Reason, ...]


def intensity(size: Size, disadvantaged: bool, rates: Rates, day: date) -> Decimal:
    """Percentage for one participant: base, plus the bonuses, never above the cap."""
    percent = rates.value("training_base", day)
    if size in BONUS:
        percent += rates.value(BONUS[size], day)
    if disadvantaged:
        percent += rates.value("training_bonus_disadvantaged", day)
    return min(percent, rates.value("training_cap", day))


def disadvantaged_cost(costs: Iterable[Cost], participants: Sequence[Participant]) -> Fraction:
    """The part of the costs that falls to disadvantaged participants, exact, apportioned by hours.

    A cost that names its participants is apportioned among them only. Where nobody has hours, by heads.
    """
    found = Fraction(0)
    for cost in costs:
        concerned = [participants[position] for position in cost.participants] or list(participants)
        found += Fraction(cost.amount) * _disadvantaged_share(concerned)
    return found


def _disadvantaged_share(participants: Sequence[Participant]) -> Fraction:
    by_hours = any(participant.hours for participant in participants)
    weights = [
        (Fraction(participant.hours) if by_hours else Fraction(1), participant.disadvantaged)
        for participant in participants
    ]
    whole = sum((weight for weight, _ in weights), Fraction(0))
    return (
        sum((weight for weight, marked in weights if marked), Fraction(0)) / whole if whole else Fraction(0)
    )


def training_maximum(
    size: Size, costs: Sequence[Cost], participants: Sequence[Participant], rates: Rates, day: date
) -> TrainingMaximum:
    """Each participant group's costs times its intensity; without participants there is no bonus for them."""
    whole = sum((Fraction(cost.amount) for cost in costs), Fraction(0))
    marked = disadvantaged_cost(costs, participants)
    groups = ((False, whole - marked), (True, marked))
    exact = sum(
        (cost * Fraction(intensity(size, disadvantaged, rates, day)) / 100 for disadvantaged, cost in groups),
        Fraction(0),
    )
    if whole:
        weighted = exact / whole * 100
    else:
        share = _disadvantaged_share(participants)
        weighted = share * Fraction(intensity(size, True, rates, day)) + (1 - share) * Fraction(
            intensity(size, False, rates, day)
        )
    maximum, percent = round_down(exact), round_down(weighted)
    reasons = _intensity_reasons(size, groups, participants, rates, day)
    eligible = rates.at("training_eligible_costs", day)
    cap = rates.at("training_cap", day)
    reasons.insert(0, reason("training_aid.costs", eligible, costs=round_down(whole)))
    reasons.append(
        reason("training_aid.maximum", cap, maximum=maximum, intensity=percent, costs=round_down(whole))
    )
    return TrainingMaximum(maximum, percent, tuple(reasons))


def _intensity_reasons(
    size: Size,
    groups: Sequence[tuple[bool, Fraction]],
    participants: Sequence[Participant],
    rates: Rates,
    day: date,
) -> list[Reason]:
    reasons = [
        reason("training_aid.base", rates.at("training_base", day), base=rates.value("training_base", day))
    ]
    if size in BONUS:
        row = rates.at(BONUS[size], day)
        reasons.append(reason("training_aid.size_bonus", row, size=f"size.{size}", bonus=row.value))
    elif size is Size.UNKNOWN:
        reasons.append(reason("training_aid.unknown_size", rates.at("training_base", day)))
    bonus = rates.at("training_bonus_disadvantaged", day)
    if not participants:
        reasons.append(reason("training_aid.no_participants", bonus))
    for disadvantaged, cost in groups:
        if cost:
            rule = "training_aid.disadvantaged_group" if disadvantaged else "training_aid.ordinary_group"
            row = bonus if disadvantaged else rates.at("training_base", day)
            percent = intensity(size, disadvantaged, rates, day)
            reasons.append(reason(rule, row, cost=round_down(cost), intensity=percent))
    return reasons


def in_force(ad_hoc: bool, rates: Rates, day: date) -> RateRow | None:
    """The row that keeps the block exemption alive on this day, for ad hoc aid or for a scheme."""
    return rates.find("gber_in_force_ad_hoc" if ad_hoc else "gber_in_force_scheme", day)


def exclusions(case: Case, undertaking: Sequence[str], rates: Rates) -> list[Reason]:
    """Why article 31 gives nothing at all; empty where it may give something."""
    day = case.decision_date
    found = []
    if case.mandatory_training:
        found.append(reason("training_aid.mandatory", rates.at("training_mandatory_barred", day)))
    if case.application_date >= case.start_date:
        row = rates.at("incentive_effect", day)
        found.append(
            reason("training_aid.too_late", row, application=case.application_date, start=case.start_date)
        )
    members = [organisation for organisation in case.organisations if organisation.id in undertaking]
    difficulty = ", ".join(sorted(member.id for member in members if member.in_difficulty))
    if difficulty:
        row = rates.at("difficulty_barred", day)
        found.append(reason("training_aid.difficulty", row, organisations=difficulty))
    recovery = ", ".join(sorted(member.id for member in members if member.recovery_order))
    if recovery:
        row = rates.at("recovery_order_barred", day)
        found.append(reason("training_aid.recovery", row, organisations=recovery))
    return found


def incentive_reasons(case: Case, size: Size, rates: Rates) -> list[Reason]:
    """That the application came in time; the counterfactual only for ad hoc aid to a large company."""
    day = case.decision_date
    row = rates.at("incentive_effect", day)
    found = [reason("training_aid.in_time", row, application=case.application_date, start=case.start_date)]
    if case.decision_date < case.application_date:
        found.append(
            reason(
                "training_aid.decided_first",
                row,
                decision=case.decision_date,
                application=case.application_date,
            )
        )
    unasked = ", ".join(sorted(o.id for o in case.organisations if o.id == case.company and not o.stated))
    if unasked:
        bar = rates.at("difficulty_barred", day)
        found.append(reason("training_aid.not_stated", bar, certain=False, organisations=unasked))
    if case.ad_hoc and size in {Size.LARGE, Size.UNKNOWN}:
        found.append(reason("training_aid.counterfactual", rates.at("counterfactual_ad_hoc_large", day)))
    return found
