"""Every step of the table × every state × every kind of person, and what the guards say."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Edition
from programmes.models import Programme, Signature
from programmes.services.steps import take_step
from programmes.transitions import PROGRAMME_TRANSITIONS
from skillnet.kernel.actor import ANONYMOUS
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused, decisions_on
from tests.factories import actor_for_role
from tests.programmes.world import REASON, World, build_world

pytestmark = pytest.mark.django_db

MANAGER_STEPS = {"evaluate", "take", "decline", "submit", "recall", "cancel", "start", "deliver", "claim"}
COORDINATOR_STEPS = {"approve", "return", "reject", "pay", "close_unpaid"}


@pytest.fixture
def world() -> World:
    return build_world()


def people(world: World) -> dict:
    return {
        "manager": world.manager,
        "coordinator": world.coordinator,
        "company": world.contact(world.companies[0]),
        "steering": actor_for_role(Role.STEERING_MEMBER, network=world.network),
        "provider": actor_for_role(Role.PROVIDER, organisation=world.offer.provider.organisation),
        "analyst": actor_for_role(Role.ANALYST),
        "administrator": actor_for_role(Role.ADMINISTRATOR),
        "other manager": actor_for_role(Role.NETWORK_MANAGER),
        "other coordinator": actor_for_role(Role.COORDINATOR),
        "nobody": ANONYMOUS,
    }


def test_only_the_right_people_have_a_step_and_only_in_its_states(world):
    """The full matrix: every state × every step × 10 people, read from the table itself."""
    assert set(PROGRAMME_TRANSITIONS.transitions) == MANAGER_STEPS | COORDINATOR_STEPS
    decided = {action for action, row in PROGRAMME_TRANSITIONS.transitions.items() if row.by_person}
    assert decided == COORDINATOR_STEPS, "a key decides on nobody's aid"
    programme = world.programme()
    programme.submitted_at = timezone.now()
    for state in Programme.State.values:
        programme.state = state
        for name, actor in people(world).items():
            wanted = {"manager": MANAGER_STEPS, "coordinator": COORDINATOR_STEPS}.get(name, set())
            sources = {a for a, row in PROGRAMME_TRANSITIONS.transitions.items() if state in row.sources}
            assert set(PROGRAMME_TRANSITIONS.available(programme, actor)) == wanted & sources, (state, name)


@pytest.mark.parametrize("action", sorted(PROGRAMME_TRANSITIONS.transitions))
def test_a_step_in_a_wrong_state_or_by_a_wrong_person_is_refused(world, action):
    programme = world.programme()
    row = PROGRAMME_TRANSITIONS.transitions[action]
    right = world.manager if action in MANAGER_STEPS else world.coordinator
    wrong = world.coordinator if action in MANAGER_STEPS else world.manager
    outside = next(s for s in ("paid", "proposal") if s not in row.sources)
    now = timezone.now()
    Programme.objects.filter(pk=programme.pk).update(state=outside, submitted_at=now)
    with pytest.raises(TransitionRefused, match="Dit kan niet meer"):
        take_step(programme_id=programme.pk, action=action, actor=right, reason=REASON)
    Programme.objects.filter(pk=programme.pk).update(state=sorted(row.sources)[0])
    with pytest.raises(TransitionRefused, match="U mag deze stap niet zetten"):
        take_step(programme_id=programme.pk, action=action, actor=wrong, reason=REASON)
    assert [d.action for d in decisions_on(programme)] == ["draft"]


def test_from_pool_to_paid_with_a_decision_for_every_step(world):
    programme = world.programme("submit", "approve", "start", "deliver", "claim", "pay")
    assert programme.state == Programme.State.PAID
    taken = [d.action for d in decisions_on(programme)]
    assert taken == ["draft", "submit", "approve", "start", "deliver", "claim", "pay"]
    approval = decisions_on(programme).get(action="approve")
    assert approval.reason == REASON
    assert approval.evidence["grant"] == "4500.00"
    assert approval.evidence["participations"][0]["assessment"]["case"]["requested"] == "1500.00"
    assert Edition.objects.get(pk=world.edition.pk).enrolled == 9


def test_nobody_decides_on_the_own_organisation(world):
    programme = world.programme("submit")
    programme.network.promoter = world.administration
    programme.network.save()
    with pytest.raises(TransitionRefused):
        take_step(programme_id=programme.pk, action="approve", actor=world.coordinator, reason=REASON)


def test_start_waits_for_the_aid_application_of_every_company(world):
    programme = world.programme("submit", "approve")
    with pytest.raises(TransitionRefused, match="Zetelmakerij Abeele"):
        take_step(programme_id=programme.pk, action="start", actor=world.manager)
    assert world.move(programme, "start").state == Programme.State.RUNNING


def test_return_asks_for_changes_and_frees_nothing(world):
    programme = world.programme("submit", "return")
    world.pool.refresh_from_db()
    assert (programme.state, world.pool.state) == ("returned", "frozen")
    assert world.move(programme, "submit").state == "submitted"


def test_reject_frees_the_pools_and_cancel_gives_the_seats_back(world):
    programme = world.programme("submit", "approve", "cancel")
    world.pool.refresh_from_db()
    assert (programme.state, world.pool.state) == ("cancelled", "open")
    assert Edition.objects.get(pk=world.edition.pk).enrolled == 0


def test_a_grant_that_shrank_since_the_plan_is_not_approved(world):
    """Figures that came later make a company large: what the plan gave is more than may be given."""
    programme = world.programme("submit")
    programme.participations.filter(organisation=world.companies[0]).update(grant=2900, own_share=100)
    with pytest.raises(TransitionRefused, match="lager dan in het plan"):
        take_step(programme_id=programme.pk, action="approve", actor=world.coordinator, reason=REASON)


def test_a_first_lesson_that_has_begun_cannot_be_submitted(world):
    programme = world.programme()
    Programme.objects.filter(pk=programme.pk).update(starts_on=timezone.localdate() - timedelta(days=1))
    with pytest.raises(TransitionRefused, match="al begonnen"):
        take_step(programme_id=programme.pk, action="submit", actor=world.manager)


class TestFourEyes:
    @pytest.fixture
    def dear(self):
        return build_world(price=10_000)

    def test_one_signature_is_not_enough_and_the_same_hand_twice_is_one(self, dear):
        programme = dear.programme("submit")
        for _ in range(2):
            taken = take_step(
                programme_id=programme.pk, action="approve", actor=dear.coordinator, reason=REASON
            )
            assert taken.state == "submitted"
        assert Signature.objects.count() == 1
        assert [d.action for d in decisions_on(programme)] == ["draft", "submit", "sign"]

    def test_another_coordinator_completes_it(self, dear):
        programme = dear.programme("submit", "approve")
        taken = take_step(programme_id=programme.pk, action="approve", actor=dear.second, reason=REASON)
        assert taken.state == "approved"
        assert {s.user for s in Signature.objects.all()} == {dear.coordinator.user, dear.second.user}

    def test_who_signed_reads_so_and_is_not_asked_again(self, dear, client_for):
        programme = dear.programme("submit", "approve")
        page = reverse("programmes:programme_detail", args=[programme.public_id])
        said = {}
        for actor in (dear.coordinator, dear.second):
            client = client_for(None)
            client.force_login(actor.user)
            said[actor] = client.get(page).content.decode()
        assert "U tekende al." in said[dear.coordinator]
        assert 'value="approve"' not in said[dear.coordinator]
        assert 'value="return"' in said[dear.coordinator]
        assert "tekende al. Een tweede" in said[dear.second]
        assert 'value="approve"' in said[dear.second]

    def test_a_signature_without_reason_or_right_is_refused(self, dear):
        programme = dear.programme("submit")
        with pytest.raises(TransitionRefused):
            take_step(programme_id=programme.pk, action="approve", actor=dear.coordinator, reason=" ")
        with pytest.raises(TransitionRefused):
            take_step(programme_id=programme.pk, action="approve", actor=dear.manager, reason=REASON)
        assert not Signature.objects.exists()

    def test_a_signature_on_an_earlier_submission_no_longer_counts(self, dear):
        programme = dear.programme("submit", "approve", "return", "submit")
        taken = take_step(programme_id=programme.pk, action="approve", actor=dear.second, reason=REASON)
        assert taken.state == "submitted"

    def test_below_the_threshold_one_decides(self, world):
        assert world.programme("submit", "approve").state == "approved"
