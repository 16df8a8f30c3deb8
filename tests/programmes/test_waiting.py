"""The waiting list of commitments: asking, moving up when somebody leaves, being told, never twice."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from catalogue.models import Edition
from programmes.models import Participation, WaitingPlace
from programmes.services.commitments import commit_participation, consequences_of, withdraw_participation
from programmes.services.drafts import change_programme
from programmes.services.waiting import join_waiting_list, leave_waiting_list
from skillnet.kernel.models import OutboxMessage
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused, decisions_on
from skillnet.templatetags.ui import date_long
from tests.factories import make_edition
from tests.programmes.world import World, build_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build_world(seats=9)


def part(world: World, programme, company: int) -> Participation:
    return programme.participations.get(organisation=world.companies[company])


def ask(world: World, programme, company: int, learners: int) -> WaitingPlace:
    return join_waiting_list(
        participation_id=part(world, programme, company).pk,
        edition_id=world.edition.pk,
        learners=learners,
        actor=world.contact(world.companies[company]),
    )


def leave(world: World, programme, company: int = 0) -> None:
    withdraw_participation(
        participation_id=part(world, programme, company).pk,
        actor=world.contact(world.companies[company]),
        reason="Te veel werk.",
    )


def test_who_waits_moves_up_in_the_order_of_asking_and_is_told(world):
    programme = world.programme()
    world.commit_all(programme)
    contact = world.contact(world.companies[2])
    ask(world, programme, 2, 2)
    ask(world, programme, 1, 2)
    leave(world, programme)
    assert [part(world, programme, n).learners for n in (1, 2)] == [4, 5]
    assert [part(world, programme, n).state for n in (1, 2)] == ["proposed", "proposed"]
    places = dict(WaitingPlace.objects.values_list("participation__organisation__name", "state"))
    assert places == {"Keukens Çelik": "moved_up", "Bois & Métal Ardèche": "waiting"}
    programme.refresh_from_db()
    assert (programme.learners, programme.cost) == (9, Decimal(9000))
    message = OutboxMessage.objects.filter(recipient=contact.user, context__action="move_up").first()
    assert message is not None
    assert message.context["learners"] == 2
    assert "move_up" in {d.action for d in decisions_on(part(world, programme, 2))}


def test_after_approval_seats_move_and_no_grant_grows(world):
    programme = world.programme("submit", "approve")
    world.commit_all(programme)
    ask(world, programme, 1, 3)
    leave(world, programme)
    moved = part(world, programme, 1)
    assert (moved.learners, moved.grant, moved.own_share) == (6, Decimal(1500), Decimal(4500))
    assert Edition.objects.get(pk=world.edition.pk).enrolled == 9


def test_somebody_who_takes_fewer_learners_makes_room_as_well(world):
    programme = world.programme()
    ask(world, programme, 1, 1)
    commit_participation(
        participation_id=part(world, programme, 0).pk,
        actor=world.contact(world.companies[0]),
        learners={world.edition.pk: 1},
    )
    assert [part(world, programme, n).learners for n in (0, 1)] == [1, 4]


def test_asking_again_keeps_the_place_and_leaving_twice_changes_nothing(world):
    programme = world.programme()
    first = ask(world, programme, 1, 1)
    again = ask(world, programme, 1, 3)
    assert (again.pk, again.learners, again.created_at) == (first.pk, 3, first.created_at)
    actor = world.contact(world.companies[1])
    leave_waiting_list(place_id=first.pk, actor=actor)
    leave_waiting_list(place_id=first.pk, actor=actor)
    leave(world, programme)
    assert part(world, programme, 1).learners == 3


def test_where_there_is_room_nobody_waits_and_others_may_not_ask():
    world = build_world(seats=12)
    programme = world.programme()
    with pytest.raises(ValidationError, match="nog plaatsen"):
        ask(world, programme, 1, 2)
    with pytest.raises(TransitionRefused):
        join_waiting_list(
            participation_id=part(world, programme, 1).pk,
            edition_id=world.edition.pk,
            learners=9,
            actor=world.manager,
        )
    assert not WaitingPlace.objects.exists()


def test_the_page_of_leaving_says_cost_minimum_group_and_who_moves_up(world, client_for):
    Edition.objects.filter(pk=world.edition.pk).update(min_seats=8)
    programme = world.programme()
    ask(world, programme, 1, 1)
    told = consequences_of(part(world, programme, 0))
    assert told.too_small == [("PLC-sturingen onderhouden en aanpassen", 7, 8)]
    assert told.moves_up == [("Bois & Métal Ardèche", 1)]
    assert told.cost == Decimal(7000)
    client = client_for(Role.COMPANY_CONTACT, organisation=world.companies[0])
    page = client.get(
        reverse("programmes:withdraw", args=[part(world, programme, 0).public_id])
    ).content.decode()
    assert "minstens 8" in page
    assert "schuift door van de wachtlijst" in page
    assert "€ 7.000,00" in page.replace("\xa0", " ")


def test_a_company_asks_on_its_own_page(world, client_for):
    programme = world.programme()
    row = part(world, programme, 1)
    client = client_for(Role.COMPANY_CONTACT, organisation=world.companies[1])
    address = reverse("programmes:commit", args=[row.public_id])
    assert "Op de wachtlijst" in client.get(address).content.decode()
    client.post(
        reverse("programmes:wait", args=[row.public_id]), {"edition": world.edition.pk, "learners": "2"}
    )
    assert "2 deelnemers wachten" in client.get(address).content.decode()
    place = WaitingPlace.objects.get()
    stranger = client_for(Role.COMPANY_CONTACT, organisation=world.companies[2])
    end = reverse("programmes:wait_end", args=[row.public_id, place.public_id])
    assert stranger.post(end).status_code == 404
    client.post(end)
    place.refresh_from_db()
    assert place.state == "left"


def test_several_full_editions_of_one_offer_are_asked_in_one_form_by_their_day(world, client_for):
    first = world.edition.starts_on
    later = make_edition(offer=world.offer, starts_on=first + timedelta(days=30), seats=2, state="open")
    programme = world.programme()
    change_programme(
        actor=world.manager,
        programme_id=programme.pk,
        learners={(world.edition.pk, c.pk): 3 for c in world.companies}
        | {(later.pk, world.companies[1].pk): 2},
    )
    row = part(world, programme, 1)
    client = client_for(Role.COMPANY_CONTACT, organisation=world.companies[1])
    page = client.get(reverse("programmes:commit", args=[row.public_id])).content.decode()
    assert page.count(reverse("programmes:wait", args=[row.public_id])) == 1
    for edition, day in ((world.edition, first), (later, later.starts_on)):
        assert f'<option value="{edition.pk}">{world.offer.title}, {date_long(day)}</option>' in page
    client.post(reverse("programmes:wait", args=[row.public_id]), {"edition": later.pk, "learners": "1"})
    assert WaitingPlace.objects.get().edition == later
