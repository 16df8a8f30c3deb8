"""Terms are dated rows: what an administrator changed holds, and the files hold where nobody did."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange  # type: ignore[import-untyped]
from django.utils import timezone

from programmes.services.law import load_law
from programmes.services.terms import DECISION_DAYS, RECORD_YEARS, days, term
from skillnet.kernel.models import Rate
from tests.programmes.world import build_world

pytestmark = pytest.mark.django_db


def test_a_programme_is_decided_by_the_term_that_holds_and_the_files_hold_without_rows():
    assert days(DECISION_DAYS, date(2026, 11, 27)) == timedelta(days=20)  # nothing is loaded yet
    assert term(RECORD_YEARS, date(2035, 1, 1)) == 10  # the period has passed: the last row
    with pytest.raises(LookupError):
        term("no_such_term", date(2026, 1, 1))
    load_law()
    today = timezone.localdate()
    row = Rate.objects.get(key__name=DECISION_DAYS)
    row.period = DateRange(row.period.lower, today)
    row.save()
    Rate.objects.create(
        key=row.key, value=Decimal(30), period=DateRange(today, None), legal_basis="reglement 2027",
        source="oproep", state=Rate.State.CONFIRMED,
    )  # fmt: skip
    programme = build_world().programme("submit")
    assert programme.decide_by == today + timedelta(days=30)
    assert days(DECISION_DAYS, today - timedelta(days=1)) == timedelta(days=20)
