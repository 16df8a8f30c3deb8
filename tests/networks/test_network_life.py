"""A network that is reviewed, suspended or ends: what is said before, and what becomes of its demand."""

from typing import Any

import pytest
from django.urls import reverse

from matching.models import MatchRun, Pool, PoolGap
from networks.models import Gap
from skillnet.kernel.models import OutboxMessage
from skillnet.kernel.outbox import render_message
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import decisions_on
from tests.factories import actor_for_role, make_gap, make_network
from tests.networks.call_world import CallWorld, make_call_world, sign_in
from tests.networks.pages_world import Clients, post, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> CallWorld:
    return make_call_world()


def get(client: Any, name: str, *args: Any) -> str:
    return text_of(client.get(reverse(f"networks:{name}", args=args)))


def test_what_a_renewal_waits_for_is_said_before_anybody_tries(world: CallWorld, client_for: Clients) -> None:
    network = make_network(members=3, call=world.call)
    manager = sign_in(client_for, actor_for_role(Role.NETWORK_MANAGER, network=network))
    coordinator = sign_in(client_for, world.coordinator)
    post(coordinator, "network_action", network.public_id, action="review")
    for client in (manager, coordinator):
        page = get(client, "network_detail", network.public_id)
        assert "geen goedgekeurd jaarplan" in page
        assert "geen jaarbudget" in page
    home = text_of(manager.get(reverse("home")))
    assert "Bereid de verlenging voor" in home
    assert "geen jaarbudget" in home
    assert network.name in text_of(coordinator.get(reverse("home")))
    told = render_message(OutboxMessage.objects.filter(template="network_decided").latest("pk"))[1]
    assert "zodra de stuurgroep een jaarplan goedkeurde" in told


def test_nobody_is_asked_for_what_a_network_that_ends_cannot_buy(
    world: CallWorld, client_for: Clients
) -> None:
    """Providers do not see its demand any more, its manager makes no programmes, its companies keep their gaps."""
    network = make_network(members=3, call=world.call)
    companies = [member.organisation for member in network.members.all()]
    gaps = [make_gap(organisation=one, network=network, title="Lassen") for one in companies]
    closed = make_gap(organisation=companies[0], network=network, title="Boren", state="closed")
    pool = Pool.objects.create(
        network=network, title="Lassen", public_title="Lassen", companies=3, undertakings=3, learners=9
    )
    PoolGap.objects.bulk_create(PoolGap(pool=pool, gap=gap) for gap in gaps)
    coordinator, provider = sign_in(client_for, world.coordinator), client_for(Role.PROVIDER)
    manager = sign_in(client_for, actor_for_role(Role.NETWORK_MANAGER, network=network))
    demand, home = reverse("matching:demand"), reverse("home")
    for action, asked in (("suspend", False), ("resume", True), ("wind_down", False)):
        runs = MatchRun.objects.count()
        post(coordinator, "network_action", network.public_id, action=action, reason="Na overleg.")
        page = provider.get(demand).context["rows"]
        assert ([row.record for row in page] == [pool]) is asked
        assert (reverse("matching:pool_detail", args=[pool.public_id]) in text_of(manager.get(home))) is asked
        assert MatchRun.objects.count() == runs + 1, "proposals go, or come back, with the next assembly"
    post(coordinator, "network_action", network.public_id, action="close", reason="Alles afgewerkt.")
    assert set(Gap.objects.filter(pk__in=[gap.pk for gap in gaps]).values_list("state", "network")) == {
        ("open", None)
    }
    closed.refresh_from_db()
    assert closed.network == network


@pytest.mark.parametrize(
    ("steps", "state"), [([], "active"), (["probation"], "probation"), (["review"], "renewal")]
)
def test_who_lifts_a_suspension_gives_back_what_was(
    world: CallWorld, client_for: Clients, steps: list[str], state: str
) -> None:
    """A probation does not end, and no yearly review is skipped, because a network lay still meanwhile."""
    network = make_network(members=3, call=world.call)
    coordinator = sign_in(client_for, world.coordinator)
    for action in [*steps, "suspend", "resume", "resume"]:
        post(coordinator, "network_action", network.public_id, action=action, reason="Na overleg.")
    network.refresh_from_db()
    assert network.state == state
    last = decisions_on(network).latest("pk")
    assert (last.action, last.from_state, last.to_state) == ("resume", "suspended", state)
