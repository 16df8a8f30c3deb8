"""Terms are dated rows: what an administrator changed holds, and the files hold where nobody did."""

import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange  # type: ignore[import-untyped]
from django.urls import reverse
from django.utils import timezone

from programmes.models import Claim, Programme
from programmes.services import terms
from programmes.services.evaluations import evaluation_reasons
from programmes.services.law import load_law
from programmes.services.outcomes import moment_label, open_moment
from programmes.services.risks import late_and_risky
from programmes.services.settling_reminders import stale_programmes, waiting_claims
from programmes.services.terms import (
    CLAIM_CHECK_DAYS,
    CLAIM_LATE_DAYS,
    DECISION_DAYS,
    OUTCOME_DAYS,
    RECORD_YEARS,
    days,
    term,
)
from skillnet.kernel.models import Rate
from skillnet.kernel.roles import Role
from skillnet.templatetags.ui import date_long
from tests.programmes.claims_world import deliver, drawn_up, move_claim
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


def changed(key: str, value: int) -> None:
    """As an administrator and a second one do: from today the other value holds."""
    today = timezone.localdate()
    row = Rate.objects.filter(key__name=key).latest("period")
    if row.period.lower == today:
        Rate.objects.filter(pk=row.pk).update(value=value)
        return
    row.period = DateRange(row.period.lower, today)
    row.save()
    Rate.objects.create(
        key=row.key, value=Decimal(value), period=DateRange(today, None), legal_basis="reglement 2027",
        source="oproep", state=Rate.State.CONFIRMED,
    )  # fmt: skip


def test_every_reminder_follows_the_row_that_holds():
    """A term that is changed moves what it says is late, on the home page and in the reminders."""
    world = build_world()
    programme = deliver(world)
    today = timezone.localdate()
    assert not stale_programmes(Programme.objects.all(), today).exists()
    Programme.objects.filter(pk=programme.pk).update(updated_at=timezone.now() - timedelta(days=6))
    changed(CLAIM_LATE_DAYS, 5)
    assert stale_programmes(Programme.objects.all(), today).get() == programme
    (late,), _risky = late_and_risky(world.coordinator, today)
    assert (late.label, late.text) == (
        programme.title,
        "Al meer dan 5 dagen gegeven en nog niet afgerekend.",
    )
    claim = move_claim(world, drawn_up(world, programme), "submit")
    Claim.objects.filter(pk=claim.pk).update(submitted_at=timezone.now() - timedelta(days=3))
    assert not waiting_claims(Claim.objects.all(), today).exists()
    changed(CLAIM_CHECK_DAYS, 2)
    assert waiting_claims(Claim.objects.all(), today).get() == claim
    assert open_moment(claim.programme) == "after"
    changed(OUTCOME_DAYS, 200)
    assert "200 dagen na de laatste les" in evaluation_reasons(claim.programme)[-1]
    changed(OUTCOME_DAYS, 0)
    assert open_moment(claim.programme) == "six_months"


def test_pages_tell_the_terms_that_hold_today(client_for: Any) -> None:
    world = build_world()
    programme = world.programme("submit")
    for key, value in (
        (RECORD_YEARS, 12), ("de_minimis_window", 4), ("de_minimis_register_days", 15), ("publication_months", 9),
        (OUTCOME_DAYS, 92),
    ):  # fmt: skip
        changed(key, value)
    company = client_for(Role.COMPANY_CONTACT, organisation=world.companies[0])
    row = programme.participations.get(organisation=world.companies[0])
    told = _text(company, "programmes:commit", row.public_id)
    assert "U bewaart de bewijsstukken 12 jaar." in told
    last = world.edition.ends_on or world.edition.starts_on
    assert last
    assert f"opnieuw vanaf {date_long(last + timedelta(days=92))}" in told
    assert "de voorbije 4 jaar" in _text(company, "programmes:ledger_declare", world.companies[0].public_id)
    assert moment_label("six_months") == "na 3 maanden"
    coordinator = client_for(None)
    coordinator.force_login(world.coordinator.user)
    assert "binnen 15 werkdagen" in _text(coordinator, "programmes:ledger_register")
    assert "binnen 9 maanden" in _text(coordinator, "programmes:publications")
    assert "tot 12 jaar na" in _text(coordinator, "programmes:evidence", programme.public_id)


def _text(client: Any, name: str, *args: Any) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_no_day_count_of_a_reminder_is_written_in_code():
    """A term that people work by is a row: `timedelta(days=<number>)` in the services is no term of theirs."""
    technical = {"invoices.py": {2}, "law.py": {1}}
    found = {
        path.name: {int(n) for n in re.findall(r"timedelta\(days=(\d+)", path.read_text())}
        for path in Path(terms.__file__).parent.glob("*.py")
    }
    assert {name: numbers for name, numbers in found.items() if numbers} == technical
