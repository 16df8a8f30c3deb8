"""What else could pay for a company's part, by when to ask, and what it excludes."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from programmes.models import Participation
from programmes.services.advice import Advice, advise
from programmes.services.instruments import double_funding
from programmes.services.law import database_rates
from skillnet.kernel.roles import Role
from tests.programmes.world import World, build_world

pytestmark = pytest.mark.django_db


def advice_for(world: World, row: Participation) -> dict[str, Advice]:
    found = advise(participation=row, offers=[world.offer], rates=database_rates())
    return {item.key: item for item in found}


def first(world: World) -> Participation:
    return world.programme().participations.select_related("programme").get(organisation=world.companies[0])


def test_kmo_portefeuille_stays_within_the_aid_maximum():
    world = build_world()
    kmo = advice_for(world, first(world))["kmo_portefeuille"]
    # 30 % of 3000 is 900; of the maximum of 70 % (2100) the grant already takes 1500.
    assert kmo.amount == Decimal(600)
    assert world.edition.starts_on is not None
    assert kmo.deadline == world.edition.starts_on + timedelta(days=14)
    assert any("netwerksubsidie" in warning for warning in kmo.warnings)


def test_kmo_portefeuille_does_not_fit_mandatory_training():
    world = build_world(mandatory=True)
    kmo = advice_for(world, first(world))["kmo_portefeuille"]
    assert not kmo.fits
    assert any("verplichte opleiding" in sentence for sentence in kmo.why)


def test_training_leave_is_for_one_full_time_learner():
    world = build_world()
    row = first(world)
    unknown = advice_for(world, row)["vov"]
    assert (unknown.fits, unknown.amount) == (False, Decimal(0))
    assert any("geen nummer van de opleidingsdatabank" in sentence for sentence in unknown.why)
    world.offer.vov_id = "ODB-1003"
    leave = advice_for(world, row)["vov"]
    assert leave.per_learner
    assert leave.amount == Decimal("596.40")  # 40 hours at 14.91
    assert any("50" in sentence for sentence in leave.assumed)


def test_what_nobody_said_is_told_and_can_be_asked():
    world = build_world()
    row = first(world)
    advice = advice_for(world, row)
    kmo = advice["kmo_portefeuille"]
    assert len(kmo.assumed) == 6
    assert "course_cost=3000.00" in kmo.calculator
    world.offer.is_stem, world.offer.kmo_theme = True, "profession"
    world.offer.kmo_registered, world.offer.mandatory = True, False
    told = advice_for(world, row)["kmo_portefeuille"]
    assert len(told.assumed) == 2  # the size of the year's first request, and what was used of the ceiling
    assert "stem=on" in told.calculator
    assert {"training_credit", "ika", "individual_training_right"} <= set(advice)


def test_a_short_course_gives_no_training_leave():
    world = build_world()
    world.offer.hours = Decimal(8)
    assert not advice_for(world, first(world))["vov"].fits


def test_subsidised_supply_is_shown_when_the_demand_side_would_pay_too():
    world = build_world()
    world.offer.supply_subsidy_pct = Decimal(60)
    world.offer.provider.kind = "higher_education"
    row = first(world)
    kmo = advice_for(world, row)["kmo_portefeuille"]
    assert any("al als aanbod gesubsidieerd" in warning for warning in kmo.warnings)
    assert double_funding(programme=row.programme, offers=[world.offer]) == []


def test_company_reads_the_advice_on_its_page(client_for):
    world = build_world()
    programme = world.programme("submit")
    client = client_for(Role.COMPANY_CONTACT, organisation=world.companies[0])
    page = client.get(reverse("programmes:programme_detail", args=[programme.public_id])).content.decode()
    assert "Wat nog kan betalen" in page
    assert "tot €\xa0600,00" in page
    manager = client_for(None)
    manager.force_login(world.manager.user)
    page = manager.get(reverse("programmes:programme_detail", args=[programme.public_id])).content.decode()
    assert "Wat nog kan betalen" not in page
