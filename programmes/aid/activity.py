"""Enterprises of which figures alone do not say whether, and for what, they are one (Annex I art. 1 GBER).

An undertaking is whoever carries out an economic activity, whatever its legal form or funding (Court of Justice,
C-41/90). For authorities, hospitals, care, schools and associations that depends on the activity, the statutes and
who pays: a question for a lawyer, which an assessment marks and never answers.
"""

from __future__ import annotations

from datetime import date

from programmes.aid.case import Organisation
from programmes.aid.rates import Rates
from programmes.aid.texts import Reason, reason

# NACE-BEL, 2008 and 2025 alike, the longest beginning first. 85.5 and 86.2 are courses and practices that are sold.
KINDS = {
    "85.1": "school",
    "85.2": "school",
    "85.3": "school",
    "85.4": "school",
    "86.1": "hospital",
    "84": "authority",
    "87": "care",
    "88": "care",
    "94": "association",
}


def kind_of_activity(nace: str) -> str:
    """`authority`, `hospital`, `care`, `school` or `association`; empty for a code that raises no question."""
    return next((kind for beginning, kind in KINDS.items() if nace.startswith(beginning)), "")


def activity_reasons(organisation: Organisation | None, rates: Rates, day: date) -> tuple[Reason, ...]:
    """That a lawyer has to say whether it is an enterprise here; nothing before the row of law asks it.

    Assessments that were stored before the row existed carry no row of it and so replay as they were.
    """
    kind = kind_of_activity(organisation.nace) if organisation is not None else ""
    row = rates.find("sme_economic_activity", day) if kind else None
    if row is None or organisation is None or not row.value:
        return ()
    said = reason(
        "size.activity",
        row,
        certain=False,
        company=organisation.id,
        nace=organisation.nace,
        kind=f"activity.{kind}",
    )
    return (said,)
