"""A submission that its network takes back, and the vote that the steering group is asked for."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from networks.models import Membership
from programmes.home import sections
from programmes.models import Programme
from programmes.services.budgets import network_position
from programmes.services.drafts import change_programme
from programmes.services.plans import seats_of_programme, write_plan
from programmes.services.steps import take_step
from skillnet.kernel.digests import compose_digests
from skillnet.kernel.models import NoticePreference, OutboxMessage
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused, decisions_on
from tests.api.keys import client_of
from tests.factories import actor_for_user, make_membership
from tests.programmes.world import REASON, World, build_world

pytestmark = pytest.mark.django_db


def told(template: str, **wanted: object) -> set[str]:
    """Who got this message in the site, by address."""
    rows = OutboxMessage.objects.filter(template=template, kind="notice")
    rows = rows.filter(**{f"context__{name}": value for name, value in wanted.items()})
    return set(rows.values_list("recipient__email", flat=True))


def seat(world: World, company: int = 0) -> Membership:
    return make_membership(
        organisation=world.companies[company], role=Role.STEERING_MEMBER, network=world.network
    )


def test_a_submission_is_taken_back_until_somebody_signed(client_for):
    world = build_world()
    programme = world.programme("submit")
    world.commit_all(programme)
    reserved = network_position(world.network).reserved
    assert reserved == programme.grant
    manager = client_for(Role.NETWORK_MANAGER, network=world.network)
    page = reverse("programmes:programme_detail", args=[programme.public_id])
    step = reverse("programmes:programme_action", args=[programme.public_id])
    shown = manager.get(page).text
    assert "komt vrij voor andere programma" in shown
    assert "bevestigingen van 3 bedrijven" in shown
    assert "De coördinator beslist er niet meer over" in shown, "asked before it is done"
    assert manager.post(step, {"action": "recall", "reason": ""}).status_code == 409
    coordinator = client_for(Role.COORDINATOR, organisation=world.administration)
    assert "Indiening terugnemen" not in coordinator.get(page).text
    assert coordinator.post(step, {"action": "recall", "reason": REASON}).status_code == 409

    for _twice in range(2):
        assert manager.post(step, {"action": "recall", "reason": "De prijs klopt niet."}).status_code == 302
    programme.refresh_from_db()
    assert (programme.state, programme.decide_by) == ("draft", None)
    assert network_position(world.network).reserved == 0
    assert [d.action for d in decisions_on(programme)].count("recall") == 1
    assert set(programme.participations.values_list("state", flat=True)) == {"committed"}, "they stand"
    assert coordinator.get(page).status_code == 404
    assert coordinator.actor.user.email in told("programme_step", action="recall")
    assert "Indiening teruggenomen door het netwerk" in manager.get(page).text
    # Again with the coordinator, with a term of its own; its software takes it back as a person does.
    assert world.move(programme, "submit").decide_by is not None
    key = client_of(Role.NETWORK_MANAGER, network=world.network)
    body = {"action": "recall", "reason": REASON}
    done = key.post(f"/api/v1/programmes/{programme.public_id}/steps/", body, format="json")
    assert (done.status_code, done.json()["state"]) == (200, "draft"), done.content


def test_what_a_coordinator_signed_is_not_taken_back(client_for):
    world = build_world(price=Decimal("9000.00"))  # two signatures
    programme = world.programme("submit")
    take_step(programme_id=programme.pk, action="approve", actor=world.coordinator, reason=REASON)
    with pytest.raises(TransitionRefused, match="tekende al"):
        take_step(programme_id=programme.pk, action="recall", actor=world.manager, reason=REASON)
    manager = client_for(Role.NETWORK_MANAGER, network=world.network)
    page = manager.get(reverse("programmes:programme_detail", args=[programme.public_id])).text
    assert "Indiening terugnemen" not in page


def test_the_steering_group_hears_of_each_plan_that_waits_for_its_vote():
    world = build_world()
    first, second = seat(world), seat(world, 1)
    both = {first.user.email, second.user.email}
    NoticePreference.objects.create(user=second.user, kind="programmes", delivery="daily")
    programme = world.programme()
    assert told("programme_vote", why="draft") == both
    message = OutboxMessage.objects.filter(template="programme_vote", kind="notice").first()
    assert message is not None
    assert message.context["path"].endswith("#stemming")
    assert not OutboxMessage.objects.filter(template="programme_vote", kind="mail", recipient=second.user)

    # Who voted is done; who did not has it at home.
    def waits(member: Membership) -> bool:
        actor = actor_for_user(member.user, member.organisation)
        return any(s.title == "Programma’s om over te stemmen" and s.todos for s in sections(actor))

    assert waits(first)
    world.vote_all(programme)
    assert not waits(first)
    # Taken back with the votes standing: nobody is asked for what they said.
    world.move(programme, "submit")
    take_step(programme_id=programme.pk, action="recall", actor=world.manager, reason=REASON)
    assert told("programme_vote", why="recall") == set()
    # The plan changed: the votes are gone, and all are asked again, once a day.
    for learners in (2, 1):
        change_programme(
            actor=world.manager,
            programme_id=programme.pk,
            learners={(world.edition.pk, c.pk): learners for c in world.companies},
        )
        assert waits(second)
        world.vote_all(programme)
    assert told("programme_vote", why="changed") == both
    asked = OutboxMessage.objects.filter(template="programme_vote", kind="notice", context__why="changed")
    assert asked.count() == 2
    compose_digests(now=timezone.now() + timedelta(days=2))
    overview = OutboxMessage.objects.get(kind="mail", template="digest", recipient=second.user)
    assert f"Uw stem gevraagd: {programme.title}" in str(overview.context)


def test_a_bare_proposal_and_a_network_without_a_group_ask_nobody():
    world = build_world()
    programme = world.programme()
    assert told("programme_vote") == set()
    seat(world)
    Programme.objects.filter(pk=programme.pk).update(state="proposal", cost=None, grant=None)
    programme.refresh_from_db()
    write_plan(
        programme=programme, seats=seats_of_programme(programme)
    )  # its first, as the engine draws it up
    assert told("programme_vote") == set()
    take_step(programme_id=programme.pk, action="take", actor=world.manager, reason=REASON)
    assert len(told("programme_vote", why="take")) == 1
