"""Assessing a case that somebody sends, against the law as this site knows it."""

from programmes.aid.assessment import Assessment, assess
from programmes.aid.case import load_case
from programmes.aid.rates import load_rates
from programmes.aid.reader import InvalidCase
from programmes.services.law import database_rates


def assess_text(text: str) -> Assessment:
    """Assess a case written as JSON: by the confirmed rows, by those of the files where there are none yet.

    Raises InvalidCase, and RateNotInForceError where an administrator ended a row without another.
    """
    case = load_case(text)
    rates = database_rates()
    return assess(case, rates if any(True for _row in rates) else load_rates())


__all__ = ["InvalidCase", "assess_text"]
