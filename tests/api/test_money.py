"""Instruments, advice, cost lines and SME status through the API."""

from decimal import Decimal

import pytest

from networks.models import AnnualAccounts
from programmes.aid.register import load_instruments
from programmes.services.cost_lines import add_cost_line
from programmes.services.law import load_law
from skillnet.kernel.roles import Role
from tests.api.keys import client_of
from tests.factories import make_organisation
from tests.programmes.world import build_world

pytestmark = pytest.mark.django_db
URL = "/api/v1/"


def test_the_register_has_dated_rates_and_combinations() -> None:
    load_law()
    rows = client_of(Role.ANALYST).get(URL + "instruments/").json()
    assert {row["key"] for row in rows} == set(load_instruments())
    leave = next(row for row in rows if row["key"] == "vov")
    hourly = [rate for rate in leave["rates"] if rate["key"] == "vov_hour_rate"]
    assert [(rate["value"], rate["is_current"]) for rate in hourly] == [
        ("21.300000", False),
        ("14.910000", True),
    ]
    assert {c["severity"] for c in leave["combinations"]} == {"blocks", "legal_cap", "policy_flag"}
    assert next(row for row in rows if row["key"] == "sector_fund")["budget_eur"] is None


def test_sme_status_of_the_key() -> None:
    load_law()
    own = make_organisation(name="Kleinbedrijf")
    client = client_of(Role.COMPANY_CONTACT, organisation=own)
    unknown = client.get(URL + "sme-status/").json()
    assert (unknown["size"], unknown["certain"]) == ("unknown", False)
    assert unknown["doubts"]
    AnnualAccounts.objects.create(
        organisation=own, year=2025, headcount=8, turnover=1_000_000, balance_sheet=900_000
    )
    known = client.get(URL + "sme-status/").json()
    assert known["size"] == "micro"
    assert known["enterprises"] == [
        {
            "name": "Kleinbedrijf",
            "enterprise_number": own.enterprise_number,
            "relation": "self",
            "share": "100.00",
            "last_year": 2025,
        }
    ]
    assert known["years"][0]["headcount"] == "8.00"


def test_advice_and_cost_lines_show_a_company_its_own() -> None:
    world = build_world()
    programme = world.programme("submit", "return")
    for company in world.companies[:2]:
        values = {
            "category": "advice",
            "description": f"Advies {company.name}",
            "amount": Decimal("100.00"),
            "vat": Decimal("21.00"),
            "group": "all",
            "organisation": company,
        }
        add_cost_line(actor=world.manager, programme_id=programme.pk, values=values)
    part = f"{URL}programmes/{programme.public_id}/"
    own = client_of(Role.COMPANY_CONTACT, organisation=world.companies[0])
    lines = own.get(part + "cost-lines/").json()
    assert {line["company"] for line in lines} == {None, "Zetelmakerij Abeele"}
    advised = own.get(part + "advice/").json()
    assert [row["company"] for row in advised] == ["Zetelmakerij Abeele"]
    assert "kmo_portefeuille" in {row["instrument"] for row in advised[0]["advice"]}
    decides = client_of(Role.COORDINATOR, organisation=world.administration)
    assert len(decides.get(part + "advice/").json()) == 3
    assert {line["eligible"] for line in decides.get(part + "cost-lines/").json()} == {"9000.00", "100.00"}
    stranger = client_of(Role.COMPANY_CONTACT)
    assert stranger.get(part + "advice/").status_code == 404
    assert stranger.get(part + "cost-lines/").status_code == 404
    assert client_of(Role.ANALYST).get(part + "cost-lines/").status_code == 404
