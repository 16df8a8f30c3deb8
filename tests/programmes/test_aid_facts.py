"""What an assessment is told: the own programme's grant is no earlier aid, a company's duty bars training aid."""

from decimal import Decimal

import pytest
from django.utils import timezone

from programmes.services.commitments import commit_participation, withdraw_participation
from programmes.services.ledger import declare_de_minimis
from tests.programmes.world import build_world

pytestmark = pytest.mark.django_db


def declare(world, amount):
    declare_de_minimis(
        organisation=world.companies[0],
        granted_on=timezone.localdate(),
        amount=Decimal(amount),
        basis="de_minimis",
        granter="Stad Roeselare",
        user=None,
    )


def test_a_programme_planned_anew_does_not_count_its_own_grant_against_itself():
    """300 000 is the ceiling, 298 500 was had elsewhere: the 1 500 of this programme is all that is left."""
    world = build_world(mandatory=True)
    declare(world, "298500.00")
    programme = world.programme()
    mine = world.contact(world.companies[0])
    row = programme.participations.get(organisation=world.companies[0])
    commit_participation(participation_id=row.pk, actor=mine, declares_de_minimis=True)
    world.commit_all(programme)
    world.move(programme, "submit", "approve")
    row = programme.participations.get(organisation=world.companies[0])
    assert (row.route, row.grant, row.de_minimis_aid.get().amount) == ("de_minimis", 1500, 1500)
    leaver = programme.participations.get(organisation=world.companies[1])
    withdraw_participation(
        participation_id=leaver.pk, actor=world.contact(world.companies[1]), reason="Te druk."
    )
    row.refresh_from_db()
    assert (row.state, row.grant) == ("committed", Decimal("1500.00"))
    says = {"hourly_cost": Decimal("30.00"), "disadvantaged": 0}
    commit_participation(participation_id=row.pk, actor=mine, says=says)
    row.refresh_from_db()
    assert (row.state, row.grant, row.own_share) == ("committed", Decimal("1500.00"), Decimal("1500.00"))


def test_training_that_a_company_must_give_gets_no_training_aid_whatever_the_offer_says():
    world = build_world()
    gap = world.gaps[0]
    gap.mandatory = True
    gap.save()
    programme = world.programme()
    routes = {p.organisation: p.route for p in programme.participations.select_related("organisation")}
    assert routes[world.companies[0]] == "de_minimis"
    assert {routes[c] for c in world.companies[1:]} == {"training_aid"}
    declare(world, "299000.00")
    world.move(programme, "submit")
    barred = programme.participations.get(organisation=world.companies[0])
    rules = {r["rule"] for r in barred.assessment["reasons"]}
    assert "training_aid.mandatory" in rules
