"""Awards above the threshold are published in time; what was never asked is said; primary production is apart."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from networks.models import Organisation
from programmes.models import AidStatement, Participation, Publication
from programmes.services.publications import publication_deadline, to_publish
from programmes.services.reminders import remind_deadlines
from skillnet.kernel.models import OutboxMessage
from skillnet.kernel.roles import Role
from tests.programmes.world import World, build_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """Three companies, 400 000 euro each: the call pays half, far above what must be published."""
    return build_world(price=400_000 // 3, budget=None)


@pytest.fixture
def award(world) -> Participation:
    programme = world.programme()
    world.commit_all(programme)
    programme = world.move(programme, "submit", "approve")
    type(programme).objects.filter(pk=programme.pk).update(state="approved", decided_at=timezone.now())
    row: Participation = programme.participations.get(organisation=world.companies[0])
    return row


def coordinator(client_for, world):
    client = client_for(None)
    client.force_login(world.coordinator.user)
    return client


def test_an_award_waits_on_the_list_until_its_publication_is_noted(client_for, world, award):
    client = coordinator(client_for, world)
    address = reverse("programmes:publications")
    assert award.assessment["publish"] is True
    assert award.organisation.name in client.get(address).content.decode()
    assert "Te publiceren steun" in client.get(reverse("home")).content.decode()
    type(award.programme).objects.filter(pk=award.programme_id).update(state="evaluated")
    assert award in to_publish(world.coordinator)  # an evaluated programme still has its awards published
    exported = b"".join(client.get(address, {"export": "csv"}).streaming_content).decode()
    assert "art. 31 Verordening" in exported
    mark = reverse("programmes:published", args=[award.public_id])
    today = timezone.localdate().isoformat()
    client.post(mark, {"published_on": today, "reference": " "})
    client.post(mark, {"published_on": "2999-01-01", "reference": "TAM-1"})
    client.post(mark, {"published_on": "2026-02-31", "reference": "TAM-1"})
    assert not Publication.objects.exists()
    client.post(mark, {"published_on": today, "reference": "TAM-1"})
    assert Publication.objects.get().published_by == world.coordinator.user
    assert award not in to_publish(world.coordinator)
    assert client.post(mark, {"published_on": today, "reference": "TAM-2"}).status_code == 404
    assert coordinator_of_another_call(client_for).get(address).status_code == 200
    assert (
        award.organisation.name not in coordinator_of_another_call(client_for).get(address).content.decode()
    )


def coordinator_of_another_call(client_for):
    return client_for(Role.COORDINATOR)


@pytest.mark.parametrize(
    ("granted", "last"), [("2026-03-15", date(2026, 9, 15)), ("2026-08-31", date(2027, 2, 28))]
)
def test_the_last_day_is_six_months_after_the_decision(award, granted, last):
    award.programme.decided_at = datetime.fromisoformat(f"{granted}T10:00:00+00:00")
    assert publication_deadline(award) == last


def test_the_coordinator_is_reminded_in_the_last_month(world, award):
    assert not OutboxMessage.objects.filter(key__contains="deadline:publish").exists()
    earlier = timezone.now() - timedelta(days=160)
    type(award.programme).objects.filter(pk=award.programme_id).update(decided_at=earlier)
    remind_deadlines()
    assert OutboxMessage.objects.filter(
        key__contains="deadline:publish", recipient=world.coordinator.user
    ).exists()


def test_bars_that_were_never_asked_are_said_as_uncertain():
    world = build_world()
    company = world.companies[0]
    AidStatement.objects.create(organisation=world.companies[1])
    programme = world.programme()

    def said(organisation):
        row = programme.participations.get(organisation=organisation)
        return [r for r in row.assessment["reasons"] if r["rule"] == "training_aid.not_stated"]

    assert [r["certain"] for r in said(company)] == [False]
    assert said(world.companies[1]) == []


def test_primary_production_gets_no_de_minimis_under_this_regulation():
    world = build_world(mandatory=True)
    Organisation.objects.filter(pk=world.companies[0].pk).update(nace_code="01.130")
    programme = world.programme()
    farm = programme.participations.get(organisation=world.companies[0])
    assert farm.grant == 0
    rules = [r["rule"] for r in farm.assessment["reasons"]]
    assert "de_minimis.primary_production" in rules
    assert programme.participations.get(organisation=world.companies[1]).grant > 0
