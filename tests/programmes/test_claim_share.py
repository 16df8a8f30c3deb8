"""The share that a claim pays, against a real plan: wages, lines of every category."""

from dataclasses import replace
from decimal import Decimal

import pytest

from programmes.models import ClaimLine
from programmes.services.claim_shares import settlements_of
from programmes.services.claims import open_claim, save_lines
from programmes.services.commitments import commit_participation
from programmes.services.cost_lines import add_cost_line
from tests.kept import kept_step
from tests.programmes.claims_world import attend, complete_lines, drawn_up, move_claim
from tests.programmes.world import World, build_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build_world(budget=Decimal(50_000))


@kept_step
def with_wages(world):
    """Each company is invoiced 3 000 and pays 120 hours of wages at 25 euro; the grant is 1 500."""
    programme = world.programme()
    for row in programme.participations.select_related("organisation"):
        commit_participation(
            participation_id=row.pk,
            actor=world.contact(row.organisation),
            says={"hourly_cost": Decimal("25.00"), "disadvantaged": 0},
        )
    world.move(programme, "submit", "approve", "start")
    attend(programme)
    return world.move(programme, "deliver")


def test_the_same_invoice_pays_the_grant_with_or_without_wages(world):
    claim = drawn_up(world, with_wages(world))
    assert {r.payable for _c, r in settlements_of(claim)} == {Decimal("1500.00")}
    ClaimLine.objects.filter(category="trainee").delete()
    assert {r.payable for _c, r in settlements_of(claim)} == {Decimal("1500.00")}


def test_wages_are_never_paid_instead_of_an_invoice(world):
    claim = drawn_up(world, with_wages(world))
    lines = [
        replace(line, amount=Decimal(500) if line.category == "trainer" else Decimal(5500))
        for line in complete_lines(claim)
    ]
    save_lines(claim_id=claim.pk, actor=world.manager, lines=lines, overrun_note="Meer uren.")
    assert {r.payable for _c, r in settlements_of(claim)} == {Decimal("250.00")}


def test_a_claim_like_its_plan_is_within_its_plan(world):
    programme = world.programme()
    for category, amount in (("operating", "900.00"), ("advice", "300.00")):
        add_cost_line(
            actor=world.manager,
            programme_id=programme.pk,
            values={"category": category, "description": category, "amount": Decimal(amount), "group": "all"},
        )
    world.move(programme, "submit", "approve", "start")
    attend(programme)
    claim = open_claim(programme_id=world.move(programme, "deliver").pk, actor=world.manager)
    amounts = {(line.category, line.amount) for line in claim.lines.all()}
    assert amounts == {
        ("trainer", Decimal("3000.00")),
        ("operating", Decimal("300.00")),
        ("advice", Decimal("100.00")),
    }
    save_lines(claim_id=claim.pk, actor=world.manager, lines=complete_lines(claim))
    claim = move_claim(world, claim, "submit", "approve_content", "approve_payment")
    assert claim.payable == Decimal("5100.00")
