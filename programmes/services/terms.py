"""Terms and margins that people work by, as dated rows: an administrator changes them, a second one confirms.

Where the database has no confirmed row for the day, the row of the repository's files holds, and where its
period has passed, the last one: a file is then kept too long rather than too short.
"""

from datetime import date, timedelta
from decimal import Decimal

from programmes.aid.rates import RateNotInForceError, RateRow, Rates, load_rates
from skillnet.kernel.rates import NoRate, rate_on

RECORD_YEARS = "record_years"
DECISION_DAYS = "decision_days"
COMMITMENT_REMINDER_DAYS = "commitment_reminder_days"
NEAR_CEILING_PERCENT = "near_ceiling_percent"
REPAYMENT_DAYS = "repayment_days"
PUBLICATION_REMINDER_DAYS = "publication_reminder_days"
REGISTER_REMINDER_DAYS = "register_reminder_days"
HEARING_REMINDER_DAYS = "hearing_reminder_days"
AUDIT_REMINDER_DAYS = "audit_reminder_days"
CLAIM_CHECK_DAYS = "claim_check_days"
CLAIM_LATE_DAYS = "claim_late_days"
REPAYMENT_REMINDER_DAYS = "repayment_reminder_days"
START_RISK_DAYS = "start_risk_days"
OUTCOME_DAYS = "outcome_days"
LEARNER_INVITATION_DAYS = "learner_invitation_days"
LEARNER_RECORD_DAYS = "learner_record_days"
SUPPLEMENT_SIGN_DAYS = "supplement_sign_days"


def term(key: str, day: date, rates: Rates | None = None) -> Decimal:
    """The value that holds on `day`, in the unit of its row. Raises LookupError for a key that no file knows.

    `rates`: all confirmed rows, where a page that needs several has read them once (`law.database_rates`).
    """
    try:
        return rates.value(key, day) if rates else rate_on(key, day).value
    except (NoRate, RateNotInForceError):
        return _of_the_files(key, day).value


def days(key: str, day: date, rates: Rates | None = None) -> timedelta:
    """A term of calendar days that holds on `day`."""
    return timedelta(days=int(term(key, day, rates)))


def _of_the_files(key: str, day: date) -> RateRow:
    rows = [row for row in load_rates() if row.key == key]
    if not rows:
        raise LookupError(key)
    earlier = [row for row in rows if row.valid_from <= day]
    return max(earlier or rows, key=lambda row: row.valid_from)


__all__ = [
    "AUDIT_REMINDER_DAYS",
    "CLAIM_CHECK_DAYS",
    "CLAIM_LATE_DAYS",
    "COMMITMENT_REMINDER_DAYS",
    "DECISION_DAYS",
    "HEARING_REMINDER_DAYS",
    "LEARNER_INVITATION_DAYS",
    "LEARNER_RECORD_DAYS",
    "NEAR_CEILING_PERCENT",
    "OUTCOME_DAYS",
    "PUBLICATION_REMINDER_DAYS",
    "RECORD_YEARS",
    "REGISTER_REMINDER_DAYS",
    "REPAYMENT_DAYS",
    "REPAYMENT_REMINDER_DAYS",
    "START_RISK_DAYS",
    "SUPPLEMENT_SIGN_DAYS",
    "days",
    "term",
]
