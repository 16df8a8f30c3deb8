"""What a company says of difficulty and recovery reaches its plans at once, and no aid that is a right."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from programmes.models import DeMinimisAid, Participation
from programmes.services.commitments import commit_participation
from programmes.services.reassess import replay_programme
from programmes.services.sme_status import declare_statement, save_figures
from tests.programmes.world import World, build_world

pytestmark = pytest.mark.django_db
ASKED = "training_aid.not_stated"


@pytest.fixture
def world() -> World:
    return build_world()


def part(programme: Any, world: World) -> Participation:
    row: Participation = programme.participations.get(organisation=world.companies[0])
    return row


def says(world: World, **bars: bool) -> None:
    company = world.companies[0]
    values = {"in_difficulty": False, "recovery_order": False} | bars
    declare_statement(organisation=company, actor=world.contact(company), **values)


def rules(row: Participation) -> set[str]:
    return {reason["rule"] for reason in row.assessment["reasons"]}


@pytest.mark.parametrize("steps", [(), ("submit",), ("submit", "approve")])
def test_a_word_that_bars_nothing_makes_the_assessment_certain_and_moves_no_cent(
    world: World, steps: tuple[str, ...]
) -> None:
    programme = world.programme(*steps)
    before = part(programme, world)
    assert ASKED in rules(before)
    says(world)
    after = part(programme, world)
    assert ASKED not in rules(after)
    assert (after.grant, after.own_share, after.state) == (before.grant, before.own_share, before.state)
    assert all(replay.is_same for replay in replay_programme(programme=programme))


@pytest.mark.parametrize("steps", [("submit",), ("submit", "approve")])
def test_difficulty_takes_training_aid_away_before_the_company_applies(
    world: World, steps: tuple[str, ...]
) -> None:
    programme = world.programme(*steps)
    whole, mine = programme.grant, part(programme, world).grant
    says(world, in_difficulty=True)
    row = part(programme, world)
    programme.refresh_from_db()
    assert row.route != "training_aid"
    assert row.grant in (Decimal(0), mine)  # de minimis may pay it, or nobody
    assert row.cost == row.grant + row.own_share
    assert programme.grant == whole - mine + row.grant
    commit_participation(
        participation_id=row.pk, actor=world.contact(world.companies[0]), declares_de_minimis=True
    )
    given = sum(DeMinimisAid.objects.filter(participation=row).values_list("amount", flat=True), Decimal(0))
    assert given == (row.grant if steps[-1] == "approve" else 0)


def test_aid_that_is_a_right_stays(world: World) -> None:
    programme = world.programme("submit", "commit", "approve")
    before = part(programme, world)
    assert before.state == "committed"
    says(world, in_difficulty=True)
    after = part(programme, world)
    assert (after.grant, after.route, after.state) == (before.grant, before.route, before.state)


def test_aid_comes_back_in_a_draft_when_the_word_is_put_right(world: World) -> None:
    programme = world.programme()
    before = part(programme, world)
    says(world, recovery_order=True)
    says(world)
    after = part(programme, world)
    assert (after.grant, after.route) == (before.grant, before.route)


def test_figures_that_make_a_company_smaller_lift_the_aid_of_a_draft_and_nothing_that_was_submitted() -> None:
    world = build_world()
    company = world.companies[0]
    big = {"headcount": 400, "turnover": 90_000_000, "balance_sheet": 80_000_000}
    small = {"headcount": 20, "turnover": 2_000_000, "balance_sheet": 1_000_000}
    year = timezone.localdate().year - 1
    save_figures(organisation=company, years={year: big})
    draft = world.programme()
    assert part(draft, world).assessment["size"] == "large"
    save_figures(organisation=company, years={year: small})
    assert part(draft, world).assessment["size"] == "small"
    sent = world.move(draft, "submit")
    before = part(sent, world)
    save_figures(organisation=company, years={year: big})
    after = part(sent, world)
    assert (after.assessment["size"], after.grant) == ("small", before.grant)
