"""The rows of the factories pass the models' own validation, and the clients are who they say."""

import pytest
from django.db import models

from skillnet.kernel.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", sorted(n for n in vars(factories) if n.startswith("make_")))
def test_each_factory_makes_a_valid_row(name: str) -> None:
    build = getattr(factories, name)
    if name == "make_enterprise_number":
        assert build() != build()
        return
    made = build(network=factories.make_network()) if name == "make_member" else build()
    assert isinstance(made, models.Model)
    made.full_clean(exclude=["public_id", "search", "password", "undertaking", "entered_by"])


@pytest.mark.parametrize("role", Role)
def test_an_actor_has_just_its_role(role: Role) -> None:
    actor = factories.actor_for_role(role)
    assert actor.roles == {role}
    assert bool(actor.managed_networks) == (role == Role.NETWORK_MANAGER)
    assert bool(actor.steered_networks) == (role == Role.STEERING_MEMBER)
