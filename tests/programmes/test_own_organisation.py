"""Nobody decides on an own organisation: not through a linked one, a provider, or another membership."""

import pytest

from networks.models import Organisation
from programmes.services.steps import take_step
from programmes.transitions import PROGRAMME_TRANSITIONS
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused
from tests.factories import actor_for_user, make_membership, make_organisation
from tests.programmes.world import REASON, World, build_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build_world()


def link(world: World, organisation: Organisation) -> None:
    """The administration and this organisation are one undertaking."""
    Organisation.objects.filter(pk=organisation.pk).update(undertaking=world.administration)


def works_also_for(world: World, organisation: Organisation, role: Role = Role.COMPANY_CONTACT) -> None:
    """The coordinator's person speaks elsewhere for this organisation too."""
    user = world.coordinator.user
    assert user is not None
    make_membership(user=user, organisation=organisation, role=role)
    world.coordinator = actor_for_user(user, world.administration)


def lead_the_network(world: World) -> None:
    """What leads the network is linked to the administration."""
    leader = make_organisation()
    link(world, leader)
    world.network.promoter = leader
    world.network.save()


INTERESTS = {
    "a linked company takes part": lambda w: link(w, w.companies[0]),
    "a linked organisation leads the network": lead_the_network,
    "a linked provider teaches it": lambda w: link(w, w.offer.provider.organisation),
    "the person speaks for a company in it": lambda w: works_also_for(w, w.companies[1]),
    "the person teaches it": lambda w: works_also_for(w, w.offer.provider.organisation, Role.PROVIDER),
}


@pytest.mark.parametrize("interest", sorted(INTERESTS))
def test_who_has_an_interest_does_not_decide(world, interest):
    programme = world.programme("submit")
    INTERESTS[interest](world)
    programme.refresh_from_db()
    assert not PROGRAMME_TRANSITIONS.available(programme, world.coordinator)
    with pytest.raises(TransitionRefused, match="U mag deze stap niet zetten"):
        take_step(programme_id=programme.pk, action="approve", actor=world.coordinator, reason=REASON)


def test_an_interest_elsewhere_keeps_nobody_away(world):
    """A company that has nothing to do with the programme, and a provider that only offers beside it."""
    programme = world.programme("submit")
    works_also_for(world, make_organisation())
    works_also_for(world, world.other.provider.organisation, Role.PROVIDER)
    assert set(PROGRAMME_TRANSITIONS.available(programme, world.coordinator)) == {
        "approve",
        "return",
        "reject",
    }
