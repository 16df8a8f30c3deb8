"""From work to work: both employers see it, the new one says yes, the cost is split, it ends with an outcome."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from networks.models import Gap, Organisation, WorkTransfer
from networks.models.transfers import PAYERS
from networks.services.gaps import save_gap
from networks.services.transfers import finish_transfer, save_transfer, take_transfer_action
from skillnet.kernel.models import Decision, OutboxMessage
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused
from tests.factories import make_gap, make_organisation

pytestmark = pytest.mark.django_db
SPLIT = dict(zip(PAYERS, (50, 20, 20, 0, 10), strict=True))


class World:
    """A company whose people leave, one that may take them, and one that has nothing to do with it."""

    def __init__(self, client_for: Any) -> None:
        self.sending = make_organisation(name="Staalbedrijf Oud")
        self.receiving = make_organisation(name="Batterijfabriek Nieuw")
        self.old = client_for(Role.COMPANY_CONTACT, organisation=self.sending)
        self.new = client_for(Role.COMPANY_CONTACT, organisation=self.receiving)
        self.stranger = client_for(Role.COMPANY_CONTACT)
        values = {
            "title": "Walsers worden batterijoperator",
            "language": "nl",
            "kind": "work_to_work",
            "learners": 4,
        }
        self.gap = save_gap(actor=self.old.actor, organisation=self.sending, values=values)

    @property
    def transfer(self) -> WorkTransfer:
        return WorkTransfer.objects.get(gap=self.gap)

    def edit(self, **data: Any) -> Any:
        return self.old.post(reverse("networks:transfer_edit", args=[self.transfer.public_id]), data)

    def act(self, client: Any, **data: Any) -> Any:
        return client.post(reverse("networks:transfer_action", args=[self.transfer.public_id]), data)

    def page(self, client: Any) -> Any:
        return client.get(reverse("networks:transfer_detail", args=[self.transfer.public_id]))


@pytest.fixture
def world(client_for: Any) -> World:
    return World(client_for)


def test_the_whole_way(world: World) -> None:
    assert world.transfer.state == "searching"
    assert world.page(world.new).status_code == 404
    number = world.receiving.enterprise_number
    world.edit(receiving_number=number, **{name: str(share) for name, share in SPLIT.items()})
    assert (world.transfer.state, world.transfer.receiving) == ("proposed", world.receiving)
    notice = OutboxMessage.objects.get(recipient=world.new.actor.user, kind="notice")
    assert notice.template == "gap_transfer_proposed"
    page = world.page(world.new).content.decode()
    assert "Neemt u deze mensen over?" in page
    assert "Staalbedrijf Oud" in page
    assert "vraagt u om mensen over te nemen" in world.new.get(reverse("home")).content.decode()
    assert world.page(world.stranger).status_code == 404
    assert world.new.get(reverse("networks:gap_detail", args=[world.gap.public_id])).status_code == 404
    world.act(world.old, action="confirm")
    assert world.transfer.state == "proposed"
    world.act(world.new, action="confirm")
    assert world.transfer.state == "confirmed"
    world.act(world.old, action="finish", outcome="hired")
    assert (world.transfer.state, world.transfer.outcome) == ("finished", "hired")
    decisions = Decision.objects.filter(subject_id=world.transfer.pk, subject_type__model="worktransfer")
    assert list(decisions.values_list("action", flat=True)) == ["propose", "confirm", "finish"]


def test_another_split_asks_the_new_employer_again(world: World) -> None:
    agree(world)
    other = SPLIT | {"share_sending": 30, "share_receiving": 10}
    save_transfer(actor=world.old.actor, transfer=world.transfer, values=other)
    assert world.transfer.state == "proposed"
    save_transfer(actor=world.old.actor, transfer=world.transfer, values={"bridge": "rebounce"})
    take_transfer_action(transfer=world.transfer, action="confirm", actor=world.new.actor)
    save_transfer(actor=world.old.actor, transfer=world.transfer, values={"bridge": "none"})
    assert world.transfer.state == "confirmed"


def agree(world: World) -> None:
    values = SPLIT | {"receiving": world.receiving}
    save_transfer(actor=world.old.actor, transfer=world.transfer, values=values)
    take_transfer_action(transfer=world.transfer, action="confirm", actor=world.new.actor)


def test_a_refusal_needs_its_reason(world: World) -> None:
    save_transfer(actor=world.old.actor, transfer=world.transfer, values={"receiving": world.receiving})
    world.act(world.new, action="decline")
    assert world.transfer.state == "proposed"
    world.act(world.new, action="decline", reason="Wij werven pas volgend jaar aan.")
    assert world.transfer.state == "declined"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"share_government": "60", "share_sending": "30"}, "nu is het 90"),
        ({"share_government": "101"}, "tussen 0 en 100"),
        ({"receiving_number": "1234"}, "geen geldig ondernemingsnummer"),
        ({"receiving_number": "0403.170.701"}, "nog niet bekend"),
    ],
)
def test_what_does_not_hold_is_said_and_not_saved(world: World, data: dict[str, str], said: str) -> None:
    page = world.edit(**data).content.decode()
    assert said in page
    assert world.transfer.state == "searching"


def test_the_two_employers_differ(world: World) -> None:
    page = world.edit(receiving_number=world.sending.enterprise_number).content.decode()
    assert "een ander bedrijf dan de oude" in page


def test_only_a_confirmed_passage_ends_in_a_new_job_there(world: World) -> None:
    with pytest.raises(TransitionRefused):
        finish_transfer(transfer=world.transfer, outcome="hired", actor=world.old.actor)
    with pytest.raises(ValidationError):
        finish_transfer(transfer=world.transfer, outcome="", actor=world.old.actor)
    finish_transfer(transfer=world.transfer, outcome="stayed", actor=world.old.actor)
    again = finish_transfer(transfer=world.transfer, outcome="stayed", actor=world.old.actor)
    assert again.outcome == "stayed"
    with pytest.raises(TransitionRefused):
        save_transfer(actor=world.old.actor, transfer=world.transfer, values=SPLIT)


def test_the_kind_stays_once_an_employer_is_named(world: World) -> None:
    save_gap(actor=world.old.actor, organisation=world.sending, values={"kind": "ordinary"}, gap=world.gap)
    assert not WorkTransfer.objects.filter(gap=world.gap).exists()
    save_gap(
        actor=world.old.actor, organisation=world.sending, values={"kind": "work_to_work"}, gap=world.gap
    )
    save_transfer(actor=world.old.actor, transfer=world.transfer, values={"receiving": world.receiving})
    with pytest.raises(ValidationError):
        save_gap(
            actor=world.old.actor, organisation=world.sending, values={"kind": "ordinary"}, gap=world.gap
        )


@pytest.mark.parametrize(
    "values",
    [
        {"share_government": 100},
        SPLIT | {"share_worker": 5},
        {"state": "confirmed"},
        {"state": "finished"},
        {"outcome": "hired"},
    ],
)
def test_the_database_refuses_what_must_not_be(world: World, values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkTransfer.objects.filter(gap=world.gap).update(**values)


def test_the_bridge_is_checked_as_a_note(world: World) -> None:
    world.edit(bridge="trampoline", bridge_career_years="4", bridge_months="6", bridge_used_before="false")
    page = world.page(world.old).content.decode()
    assert "minstens tien jaren loopbaan" in page
    world.edit(bridge="trampoline", bridge_career_years="14", bridge_months="6", bridge_used_before="false")
    assert "Voldoet op het eerste gezicht" in world.page(world.old).content.decode()


def test_strangers_and_other_kinds(world: World, client_for: Any) -> None:
    address = reverse("networks:transfer_edit", args=[world.transfer.public_id])
    assert world.stranger.get(address).status_code == 404
    save_transfer(actor=world.old.actor, transfer=world.transfer, values={"receiving": world.receiving})
    assert world.new.get(address).status_code == 404
    assert world.act(world.stranger, action="confirm").status_code == 404
    assert world.act(world.new, action="onzin").status_code == 404
    with pytest.raises(IntegrityError), transaction.atomic():
        Gap.objects.filter(pk=world.gap.pk).update(hire_scheme="ibo")
    assert Organisation.objects.filter(pk=world.sending.pk, gaps__kind="work_to_work").exists()
    make_gap(organisation=world.sending, kind="hire_and_train", hire_scheme="ibo")
