"""The demo moves programmes by the services that people use, also where two signatures are asked."""

from datetime import timedelta

import pytest
from django.utils import timezone

from programmes.models import AuditSample, InvoiceLine, Programme, Signature
from skillnet.demo.claims import plan_in_autumn
from skillnet.demo.clock import Calendar
from skillnet.demo.programmes import JOURNEYS, _move
from skillnet.kernel.transitions import decisions_on
from tests.programmes.world import build_world

pytestmark = pytest.mark.django_db


def test_longest_journey_needs_two_coordinators_and_every_company():
    world = build_world(price=10_000)
    programme = world.programme()
    longest = max(JOURNEYS, key=len)
    calendar = Calendar(45)
    plan_in_autumn(programme, calendar)
    assert [step for step in longest if step != "take" and not _move(programme, step, calendar)] == []
    programme.refresh_from_db()
    assert programme.state == "evaluated"
    assert Signature.objects.count() == 2
    assert set(programme.participations.values_list("state", flat=True)) == {"committed"}
    _lived_in_order(programme)


def _lived_in_order(programme: Programme) -> None:
    """Applied before the first lesson, taught before it was billed, billed before it was claimed and paid."""
    claim = programme.claim
    edition = programme.programme_editions.get().edition
    line = InvoiceLine.objects.filter(programme=programme).first()
    days = [
        timezone.localdate(programme.submitted_at),
        timezone.localdate(programme.decided_at),
        max(timezone.localdate(row.applied_at) for row in programme.participations.all()),
        max(timezone.localdate(row.created_at) for row in programme.enrolments.all()),
        edition.starts_on,
        edition.ends_on,
        line.invoiced_on,
        line.paid_on,
        timezone.localdate(claim.created_at),
        claim.paid_on,
        max(timezone.localdate(d.decided_at) for d in decisions_on(programme).exclude(action="draft")),
        timezone.localdate() - timedelta(days=7),
    ]
    lived = [day for day in days if day is not None]
    assert lived == days == sorted(lived)
    assert line.state == "paid"
    assert all(day.weekday() < 5 for day in lived[:-1])
    assert AuditSample.objects.get().created_at < timezone.now() - timedelta(days=7)


def test_a_single_coordinator_leaves_it_waiting_for_a_second():
    world = build_world(price=10_000)
    programme = world.programme("submit")
    world.administration.memberships.filter(user=world.second.user).delete()
    assert not _move(programme, "approve")
    programme.refresh_from_db()
    assert programme.state == "submitted"
