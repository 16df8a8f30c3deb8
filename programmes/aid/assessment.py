"""The assessment of one case: route, maximum, headroom, grant, and the ordered reasoning behind them.

Pure and replayable: the same case with the same rows gives the same assessment for ever. An assessment
carries the rows that it used; ``assess(case, Rates(assessment.rows))`` repeats it after the law moved on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from programmes.aid import cumulation, de_minimis, training_aid
from programmes.aid.case import Case
from programmes.aid.money import ZERO, plain
from programmes.aid.rates import RateNotInForceError, RateRow, Rates
from programmes.aid.reader import InvalidCase
from programmes.aid.sme import Size, SizeResult, determine_size
from programmes.aid.texts import Reason, reason, render
from programmes.aid.undertaking import single_undertaking


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one route gives, in euro; `intensity` is a percentage, None for de minimis."""

    route: str
    intensity: Decimal | None
    maximum: Decimal
    headroom: Decimal
    granted: Decimal
    notify: bool
    publish: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """The whole answer; `rows` are the rows of law that were looked up."""

    size: Size
    single_undertaking: tuple[str, ...]
    outcome: Outcome
    reasons: tuple[Reason, ...]
    rows: tuple[RateRow, ...]
    size_result: SizeResult

    def as_contract(self, language: str = "nl") -> dict[str, object]:
        """The answer as the JSON contract writes it, with its sentences in `language`."""
        outcome = self.outcome
        return {
            "size": str(self.size),
            "single_undertaking": list(self.single_undertaking),
            "route": outcome.route,
            "intensity": None if outcome.intensity is None else plain(outcome.intensity),
            "maximum_aid": plain(outcome.maximum),
            "headroom": plain(outcome.headroom),
            "granted": plain(outcome.granted),
            "notify": outcome.notify,
            "publish": outcome.publish,
            "reasons": [
                {
                    "rule": item.rule,
                    "text": render(item, language),
                    "legal_basis": item.legal_basis,
                    "valid_from": _iso(item.valid_from),
                    "valid_to": _iso(item.valid_to),
                }
                for item in self.reasons
            ],
        }

    def as_record(self) -> dict[str, object]:
        """The answer without sentences, with bare parameters and the rows used: what a decision stores."""
        record = self.as_contract()
        record["reasons"] = [
            {
                "rule": item.rule,
                "params": dict(item.params),
                "legal_basis": item.legal_basis,
                "valid_from": _iso(item.valid_from),
                "valid_to": _iso(item.valid_to),
                "certain": item.certain,
            }
            for item in self.reasons
        ]
        record["rows"] = [row.as_record() for row in self.rows]
        return record


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def assess(case: Case, rates: Rates) -> Assessment:
    """Assess a case against the rows of law; raises InvalidCase for a date before all law that we know."""
    book = rates.recording()
    _refuse_dates_before_the_law(case, book)
    day = case.decision_date
    size = determine_size(case.company, case.organisations, case.links, book, day)
    undertaking = single_undertaking(case.company, case.links, book, day)
    members = undertaking.members
    if case.route == "training_aid":
        outcome = _training_aid(case, size.size, members, book)
    elif case.route == "de_minimis":
        outcome = _de_minimis(case, members, book)
    else:
        outcome = _best(case, size.size, members, book)
    above = _above_intensity(case, size.size, outcome, book)
    reasons = (*size.reasons, *undertaking.reasons, *outcome.reasons, *above)
    return Assessment(size.size, members, outcome, reasons, book.used, size)


def _refuse_dates_before_the_law(case: Case, rates: Rates) -> None:
    first = min((row.valid_from for row in rates if row.key == "sme_figures"), default=None)
    for field in ("application_date", "start_date", "decision_date"):
        day: date = getattr(case, field)
        if first is None or day < first:
            raise InvalidCase(field, "invalid.before_law", day=day)
    rates.at("sme_figures", case.decision_date)


def _nothing(route: str, reasons: Iterable[Reason], *, notify: bool = False) -> Outcome:
    intensity = None if route == "de_minimis" else ZERO
    return Outcome(route, intensity, ZERO, ZERO, ZERO, notify, False, tuple(reasons))


def _training_aid(case: Case, size: Size, undertaking: tuple[str, ...], rates: Rates) -> Outcome:
    day = case.decision_date
    if training_aid.in_force(case.ad_hoc, rates, day) is None:
        rule = "training_aid.not_in_force_ad_hoc" if case.ad_hoc else "training_aid.not_in_force"
        key = "gber_in_force_ad_hoc" if case.ad_hoc else "gber_in_force_scheme"
        return _nothing("training_aid", [reason(rule, _latest(rates, key), day=day)])
    barred = training_aid.exclusions(case, undertaking, rates)
    if barred:
        counted = cumulation.aid_that_counts(case.other_aid_same_costs)
        notify, why = cumulation.must_notify(case.project_aid + counted, rates, day)
        return _nothing("training_aid", [*barred, *([why] if notify else [])], notify=notify)
    reasons = training_aid.incentive_reasons(case, size, rates)
    maximum = training_aid.training_maximum(size, case.costs, case.participants, rates, day)
    headroom = cumulation.training_headroom(maximum.maximum, case.other_aid_same_costs, rates, day)
    possible = min(case.requested, headroom.amount)
    notify, notification = cumulation.must_notify(possible + case.project_aid + headroom.counted, rates, day)
    granted = ZERO if notify else possible
    publish, publication = cumulation.must_publish(granted, rates, day, is_primary=_is_primary(case))
    reasons += [*maximum.reasons, *headroom.reasons, notification]
    rule = "training_aid.granted" if granted == case.requested else "training_aid.granted_less"
    reasons.append(reason(rule, rates.at("training_cap", day), granted=granted, requested=case.requested))
    if publication:
        reasons.append(publication)
    return Outcome(
        route="training_aid",
        intensity=maximum.intensity,
        maximum=maximum.maximum,
        headroom=headroom.amount,
        granted=granted,
        notify=notify,
        publish=publish,
        reasons=tuple(reasons),
    )


def _is_primary(case: Case) -> bool:
    return any(o.is_primary for o in case.organisations if o.id == case.company)


def _de_minimis(case: Case, undertaking: tuple[str, ...], rates: Rates) -> Outcome:
    barred = rates.find("de_minimis_primary_barred", case.decision_date) if _is_primary(case) else None
    if barred is not None:
        return _nothing("de_minimis", [reason("de_minimis.primary_production", barred)])
    try:
        result = de_minimis.assess_de_minimis(case, undertaking, rates)
    except RateNotInForceError as error:
        why = reason("de_minimis.not_in_force", _latest(rates, error.key), day=case.decision_date)
        return _nothing("de_minimis", [why])
    return Outcome(
        route="de_minimis",
        intensity=None,
        maximum=result.headroom,
        headroom=result.headroom,
        granted=result.granted,
        notify=False,
        publish=False,
        reasons=result.reasons,
    )


def _above_intensity(case: Case, size: Size, outcome: Outcome, rates: Rates) -> list[Reason]:
    """De minimis beside other State aid for the same costs is held to the costs; article 8(5) would hold the sum
    to the intensity of article 31. Where it passes that, a person decides, and reads what the risk is."""
    others = case.other_aid_same_costs
    beside = any(item.basis in ("training_aid", "other_state_aid") for item in others)
    if outcome.route != "de_minimis" or not outcome.granted or not beside or case.mandatory_training:
        return []
    day = case.decision_date
    try:
        maximum = training_aid.training_maximum(size, case.costs, case.participants, rates, day).maximum
        row = rates.at("cumulation", day)
    except RateNotInForceError:
        return []  # no block exemption on that day, or a record from before this was asked
    together = outcome.granted + cumulation.aid_that_counts(others)
    if together <= maximum:
        return []
    amounts = {"together": together, "maximum": maximum, "excess": together - maximum}
    return [reason("de_minimis.above_intensity", row, certain=True, **amounts)]


def _best(case: Case, size: Size, undertaking: tuple[str, ...], rates: Rates) -> Outcome:
    """The larger grant of the two routes, training aid on a tie; none where neither gives anything."""
    training = _training_aid(case, size, undertaking, rates)
    minimis = _de_minimis(case, undertaking, rates)
    chosen = minimis if minimis.granted > training.granted else training
    if not chosen.granted:
        chosen = _nothing("none", (), notify=training.notify)
    row = rates.at("sme_figures", case.decision_date)
    cumulated = rates.find("cumulation", case.decision_date) or row
    why = reason(f"best.{chosen.route}", cumulated, training_aid=training.granted, de_minimis=minimis.granted)
    return replace(chosen, reasons=(*training.reasons, *minimis.reasons, why))


def _latest(rates: Rates, key: str) -> RateRow:
    """The last row of a key, to cite where none holds; it counts as used, so that replay cites it too."""
    row = max((row for row in rates if row.key == key), key=lambda row: row.valid_from)
    return rates.at(key, row.valid_from)
