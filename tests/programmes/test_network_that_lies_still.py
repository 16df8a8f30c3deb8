"""A network that is suspended or ends begins nothing new: no proposal, no draft, no step from one to the other."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from networks.models import Network
from programmes.models import Programme
from programmes.services.drafts import draft_programme
from programmes.services.steps import take_step
from skillnet.kernel.transitions import TransitionRefused
from tests.programmes.proposal_world import propose
from tests.programmes.world import build_world

pytestmark = pytest.mark.django_db


def test_no_programme_is_made_while_a_network_lies_still() -> None:
    world = build_world(budget=Decimal(10_000))
    stood = propose(world)
    assert stood is not None
    Network.objects.filter(pk=world.network.pk).update(state="suspended")
    with pytest.raises(TransitionRefused, match="geen nieuwe leden, kloven of programma’s"):
        take_step(programme_id=stood.pk, action="take", actor=world.manager)
    world.pool.network.refresh_from_db()
    with pytest.raises(ValidationError, match="geschorst"):
        draft_programme(
            actor=world.manager,
            pool=world.pool,
            edition=world.edition,
            learners={company.pk: 3 for company in world.companies},
        )
    assert propose(world) is None, "what stood proposed is taken away"
    Network.objects.filter(pk=world.network.pk).update(state="active")
    again = propose(world)
    assert again is not None
    taken = take_step(programme_id=again.pk, action="take", actor=world.manager)
    assert taken.state == Programme.State.DRAFT
