"""De minimis: a rolling window, day to day, per single undertaking, all or nothing."""

from __future__ import annotations

import calendar
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from programmes.aid.case import Case, EarlierAid
from programmes.aid.cumulation import all_funding
from programmes.aid.money import ZERO, at_least_zero, total
from programmes.aid.rates import Rates
from programmes.aid.texts import Reason, reason


@dataclass(frozen=True, slots=True)
class Ledger:
    """What a single undertaking received inside the window, and what its ceiling leaves, in euro."""

    general: Decimal
    sgei: Decimal
    left: Decimal
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class DeMinimis:
    """The most that fits and the grant: the whole request or nothing."""

    headroom: Decimal
    granted: Decimal
    reasons: tuple[Reason, ...]


def anniversary(day: date, years: int) -> date:
    """The same day so many years on; 29 February becomes 28 February where there is none.

    Art. 3 Reg. (EEC, Euratom) 1182/71: the day of the event does not count, the last day does.
    """
    last = calendar.monthrange(day.year + years, day.month)[1]
    return date(day.year + years, day.month, min(day.day, last))


def in_window(granted_on: date, decision: date, years: int) -> bool:
    """Whether a grant still counts on the day of a decision; its last anniversary is still inside."""
    return granted_on <= decision and anniversary(granted_on, years) >= decision


def read_ledger(
    grants: Iterable[EarlierAid], undertaking: Collection[str], rates: Rates, day: date
) -> Ledger:
    """Add up the undertaking's de minimis aid in the window before `day` and see what is left.

    Aid for services of general economic interest has the higher ceiling, under which both kinds count;
    the general ceiling counts general aid only. Raises RateNotInForceError where no ceiling holds.
    """
    ceiling = rates.at("de_minimis_ceiling", day)
    sgei_ceiling = rates.at("de_minimis_sgei_ceiling", day)
    window = rates.at("de_minimis_window", day)
    counted = [
        grant
        for grant in grants
        if grant.organisation in undertaking and in_window(grant.date, day, int(window.value))
    ]
    general = total(grant.amount for grant in counted if grant.basis == "de_minimis")
    sgei = total(grant.amount for grant in counted if grant.basis == "de_minimis_sgei")
    under_both = at_least_zero(sgei_ceiling.value - general - sgei)
    left = min(at_least_zero(ceiling.value - general), under_both)
    reasons = [
        reason("de_minimis.window", window, general=general, years=window.value, day=day),
        reason("de_minimis.ceiling", ceiling, ceiling=ceiling.value, general=general, left=left),
    ]
    if sgei:
        row = sgei_ceiling
        reasons.append(reason("de_minimis.sgei", row, sgei=sgei, ceiling=row.value, left=under_both))
    return Ledger(general, sgei, left, tuple(reasons))


def assess_de_minimis(case: Case, undertaking: Collection[str], rates: Rates) -> DeMinimis:
    """Whether the request fits as de minimis aid on the day of the decision; raises RateNotInForceError."""
    day = case.decision_date
    ledger = read_ledger(case.earlier_aid, undertaking, rates, day)
    costs = total(cost.amount for cost in case.costs)
    funded = all_funding(case.other_aid_same_costs)
    uncovered = at_least_zero(costs - funded)
    headroom = min(ledger.left, uncovered)
    fits = case.requested <= headroom
    granted = case.requested if fits else ZERO
    all_or_nothing = rates.at("de_minimis_all_or_nothing", day)
    same_costs = rates.at("de_minimis_same_costs", day)
    reasons = list(ledger.reasons)
    reasons.append(
        reason("de_minimis.costs", same_costs, certain=True, costs=costs, funded=funded, left=uncovered)
    )
    reasons += _warnings(case, rates)
    rule = "de_minimis.fits" if fits else "de_minimis.too_much"
    reasons.append(reason(rule, all_or_nothing, requested=case.requested, headroom=headroom))
    register = rates.find("de_minimis_register_days", day)
    if granted and register:
        reasons.append(reason("de_minimis.register", register, days=register.value))
    return DeMinimis(headroom, granted, tuple(reasons))


def _warnings(case: Case, rates: Rates) -> list[Reason]:
    """What a lawyer should look at before this is granted."""
    day = case.decision_date
    found = []
    if any(item.basis in {"training_aid", "other_state_aid"} for item in case.other_aid_same_costs):
        found.append(reason("de_minimis.state_aid_same_costs", rates.at("de_minimis_same_costs", day)))
    if case.mandatory_training:
        found.append(reason("de_minimis.mandatory", rates.at("de_minimis_mandatory_training", day)))
    return found
