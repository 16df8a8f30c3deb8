"""No validated need, no grant: the guard on a submission says what lacks and where to go."""

import pytest

from networks.models import NeedsAnalysis, Network, NetworkMember
from programmes.services.steps import take_step
from skillnet.kernel.transitions import TransitionRefused
from tests.programmes.world import REASON, World, build_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build_world()


def submit(world, programme):
    return take_step(programme_id=programme.pk, action="submit", actor=world.manager)


@pytest.mark.parametrize("state", ["collecting", "consolidated"])
def test_gaps_that_the_steering_group_did_not_accept_carry_no_grant(world, state):
    programme = world.programme()
    NeedsAnalysis.objects.update(state=state)
    with pytest.raises(TransitionRefused, match="Leg ze aan de stuurgroep voor"):
        submit(world, programme)
    NeedsAnalysis.objects.update(state="validated")
    assert submit(world, programme).state == "submitted"


def test_the_company_whose_gap_came_later_is_named(world):
    programme = world.programme()
    analysis = NeedsAnalysis.objects.get()
    late = str(world.gaps[2].public_id)
    analysis.snapshot = [row for row in analysis.snapshot if row["id"] != late]
    analysis.save()
    with pytest.raises(TransitionRefused) as refusal:
        submit(world, programme)
    assert f"De kloof van {world.companies[2].name} staat nog niet" in str(refusal.value)


@pytest.mark.parametrize("state", ["suspended", "winding_down", "closed", "draft"])
def test_a_network_that_does_not_run_submits_nothing(world, state):
    programme = world.programme()
    Network.objects.filter(pk=world.network.pk).update(state=state)
    with pytest.raises(TransitionRefused, match="toegekend en lopend netwerk"):
        submit(world, programme)


def test_a_network_suspended_after_submission_gets_no_approval(world):
    programme = world.programme()
    world.commit_all(programme)
    world.move(programme, "submit")
    Network.objects.filter(pk=world.network.pk).update(state="suspended")
    with pytest.raises(TransitionRefused, match="toegekend en lopend netwerk"):
        take_step(programme_id=programme.pk, action="approve", actor=world.coordinator, reason=REASON)


def test_a_company_that_left_the_network_is_named(world):
    programme = world.programme()
    NetworkMember.objects.filter(organisation=world.companies[1]).update(state="left")
    with pytest.raises(TransitionRefused, match=f"Geen lid van het netwerk: {world.companies[1].name}"):
        submit(world, programme)
