"""The de minimis ledger on the web: where an undertaking stands, declarations, the register."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from networks.models import OwnershipLink
from networks.services.undertakings import refresh_undertakings
from programmes.models import DeMinimisAid
from programmes.services.ledger import declare_de_minimis, undertaking_position
from programmes.workdays import add_working_days, is_working_day, public_holidays
from skillnet.kernel.roles import Role
from tests.factories import make_organisation
from tests.programmes.world import World, build_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build_world(mandatory=True)


def declare(organisation, amount, days_ago=10, basis="de_minimis"):
    return declare_de_minimis(
        organisation=organisation,
        granted_on=timezone.localdate() - timedelta(days=days_ago),
        amount=Decimal(amount),
        basis=basis,
        granter="Stad",
        user=None,
    )


def test_position_counts_the_undertaking_and_three_years(world):
    parent = make_organisation(name="Moederhuis")
    company = world.companies[0]
    OwnershipLink.objects.create(owner=parent, owned=company, percent=60)
    refresh_undertakings()
    declare(company, 1000)
    declare(parent, 2000)
    declare(parent, 5000, days_ago=4 * 365)
    position = undertaking_position(organisation=company)
    assert (position.used, position.left) == (Decimal(3000), Decimal(297_000))
    assert [aid.amount for aid in position.expired] == [Decimal(5000)]
    assert set(position.names) == {"Moederhuis", company.name}


def test_company_sees_and_declares_its_own(client_for, world):
    company = world.companies[0]
    client = client_for(Role.COMPANY_CONTACT, organisation=company)
    assert client.get(reverse("programmes:ledger")).url == reverse(
        "programmes:ledger_detail", args=[company.public_id]
    )
    declared = reverse("programmes:ledger_declare", args=[company.public_id])
    wrong = {"granted_on": "2999-01-01", "amount": "1", "basis": "de_minimis", "granter": "x"}
    assert "in de toekomst" in client.post(declared, wrong).content.decode()
    client.post(declared, wrong | {"granted_on": timezone.localdate().isoformat(), "amount": "1234.56"})
    page = client.get(reverse("programmes:ledger_detail", args=[company.public_id])).content.decode()
    assert "€\xa01.234,56 van €\xa0300.000 gebruikt" in page
    assert "eigen verklaring" in page
    old = client.post(
        declared, wrong | {"granted_on": "1999-05-05", "amount": "5"}, follow=True
    ).content.decode()
    assert "telt niet meer mee" in old
    assert "€\xa01.234,56 van €\xa0300.000 gebruikt" in old


def test_ledger_of_others_is_not_found(client_for, world):
    other = world.companies[1]
    client = client_for(Role.COMPANY_CONTACT, organisation=world.companies[0])
    assert client.get(reverse("programmes:ledger_detail", args=[other.public_id])).status_code == 404
    assert client.get(reverse("programmes:ledger_declare", args=[other.public_id])).status_code == 404
    stranger = client_for(Role.COORDINATOR)
    assert stranger.get(reverse("programmes:ledger_detail", args=[other.public_id])).status_code == 404


def test_what_we_granted_waits_for_the_register_with_its_last_day(client_for, world):
    programme = world.programme("submit", "approve")
    assert not DeMinimisAid.objects.exists()  # no award to who did not apply
    world.move(programme, "commit")
    assert DeMinimisAid.objects.count() == 3
    client = client_for(None)
    client.force_login(world.coordinator.user)
    address = reverse("programmes:ledger_register")
    page = client.get(address).content.decode()
    assert "nog " in page
    assert world.companies[0].name in page
    aid = DeMinimisAid.objects.filter(organisation=world.companies[0]).get()
    client.post(reverse("programmes:ledger_registered", args=[aid.public_id]))
    aid.refresh_from_db()
    assert aid.registered_at is not None
    assert DeMinimisAid.objects.to_register().count() == 2
    exported = b"".join(client.get(address, {"export": "csv"}).streaming_content).decode()
    assert world.companies[0].name not in exported
    assert world.companies[1].name in exported
    assert client.get(reverse("programmes:ledger")).status_code == 200


@pytest.mark.parametrize(
    ("granted", "deadline"),
    [
        (date(2026, 3, 2), date(2026, 3, 30)),
        (date(2026, 4, 30), date(2026, 6, 2)),  # Labour Day, Ascension, Whit Monday
        (date(2026, 12, 18), date(2027, 1, 19)),  # Christmas and New Year
    ],
)
def test_twenty_working_days(granted, deadline):
    assert add_working_days(granted, 20) == deadline


def test_a_deadline_is_a_working_day_and_ten_holidays_a_year():
    for year in range(2024, 2040):
        assert len(public_holidays(year)) == 10
        for day in range(0, 365, 11):
            assert is_working_day(add_working_days(date(year, 1, 1) + timedelta(days=day), 20))
