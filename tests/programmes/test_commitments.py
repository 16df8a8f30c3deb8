"""A company's word: the aid application, other learners, leaving and what it does to the others."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Edition
from programmes.models import Participation, Programme
from programmes.services.commitments import (
    commit_participation,
    consequences_of,
    seats_of,
    withdraw_participation,
)
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused, decisions_on
from tests.factories import make_membership
from tests.programmes.world import World, build_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build_world()


def part(programme: Programme, world: World, company: int = 0) -> Participation:
    return programme.participations.get(organisation=world.companies[company])


def test_confirming_is_a_timestamped_application_with_the_items_of_article_6(world):
    row = part(world.programme(), world)
    committed = commit_participation(participation_id=row.pk, actor=world.contact(world.companies[0]))
    assert committed.state == "committed"
    assert committed.applied_at is not None
    (decision,) = decisions_on(row)
    item = decision.evidence
    assert item["undertaking"] == "Zetelmakerij Abeele"
    assert item["size"] == "small"
    assert item["description"]
    assert item["starts_on"] == world.edition.starts_on.isoformat()
    assert item["locations"] == ["Roeselare"]
    assert item["training"][0]["learners"] == 3
    assert {c["category"]: c["amount"] for c in item["costs"]} == {
        "trainer": "3000.00", "operating": "0.00", "advice": "0.00", "trainee": "0.00",
    }  # fmt: skip
    assert (item["cost"], item["public_funding"], item["aid_type"]) == ("3000.00", "1500.00", "grant")


def test_on_paper_it_says_where_and_when_and_nobody_registers_what_is_no_de_minimis(world, client_for):
    Edition.objects.filter(pk=world.edition.pk).update(location="", region="BE25")
    world.edition.refresh_from_db()
    row = part(world.programme(), world)
    client = client_for(None)
    client.force_login(world.contact(world.companies[0]).user)
    paper = client.get(reverse("programmes:commitment_print", args=[row.public_id])).content.decode()
    assert "West-Vlaanderen" in paper, "the region where the place is not known"
    assert f"{world.offer.title} ({world.edition.starts_on:%d/%m/%Y})" in paper
    page = client.get(reverse("programmes:commit", args=[row.public_id])).content.decode()
    assert row.route == "training_aid"
    assert "en is gekozen" in page
    assert "Registreer de steun" not in page


def test_confirming_twice_is_one_application(world):
    row = part(world.programme(), world)
    actor = world.contact(world.companies[0])
    first = commit_participation(participation_id=row.pk, actor=actor)
    again = commit_participation(participation_id=row.pk, actor=actor)
    assert again.applied_at == first.applied_at
    assert decisions_on(row).count() == 1


def test_only_the_company_itself_confirms(world):
    row = part(world.programme(), world)
    for actor in (world.manager, world.coordinator, world.contact(world.companies[1])):
        with pytest.raises(TransitionRefused):
            commit_participation(participation_id=row.pk, actor=actor)


def test_after_the_first_lesson_it_is_too_late(world):
    programme = world.programme()
    Programme.objects.filter(pk=programme.pk).update(starts_on=timezone.localdate())
    with pytest.raises(TransitionRefused, match="al begonnen"):
        commit_participation(
            participation_id=part(programme, world).pk, actor=world.contact(world.companies[0])
        )


def test_other_learners_make_the_plan_again(world):
    programme = world.programme()
    row = part(programme, world)
    commit_participation(
        participation_id=row.pk, actor=world.contact(world.companies[0]), learners={world.edition.pk: 5}
    )
    row.refresh_from_db()
    programme.refresh_from_db()
    assert (row.state, row.learners, row.cost, row.grant) == ("committed", 5, Decimal(5000), Decimal(2500))
    assert (programme.learners, programme.cost) == (11, Decimal(11000))
    assert sum(line.amount for line in programme.funding_lines.all()) == programme.cost


def test_more_than_the_edition_holds_is_refused_and_changes_nothing(world):
    row = part(world.programme(), world)
    with pytest.raises(ValidationError, match="vrije plaatsen"):
        commit_participation(
            participation_id=row.pk, actor=world.contact(world.companies[0]), learners={world.edition.pk: 15}
        )
    row.refresh_from_db()
    assert (row.state, row.learners) == ("proposed", 3)


def test_more_learners_after_approval_need_a_new_decision(world):
    row = part(world.programme("submit", "approve"), world)
    actor = world.contact(world.companies[0])
    with pytest.raises(ValidationError, match="nieuwe beslissing"):
        commit_participation(participation_id=row.pk, actor=actor, learners={world.edition.pk: 4})
    commit_participation(participation_id=row.pk, actor=actor, learners={world.edition.pk: 2})
    row.refresh_from_db()
    assert (row.state, row.learners) == ("committed", 2)
    assert Edition.objects.get(pk=world.edition.pk).enrolled == 8


def test_an_edition_outside_the_programme_is_refused(world):
    row = part(world.programme(), world)
    other = Edition.objects.get(offer=world.other)
    with pytest.raises(ValidationError, match="in dit programma"):
        commit_participation(
            participation_id=row.pk, actor=world.contact(world.companies[0]), learners={other.pk: 1}
        )


def test_leaving_frees_seats_and_tells_what_it_costs_the_others():
    world = build_world(price=9000, basis="edition")
    programme = world.programme("submit", "approve")
    world.commit_all(programme)
    row = part(programme, world)
    told = consequences_of(row)
    # 9000 over two instead of three is 4500 each; the grant stays the approved 1500, so 3000 and not 1500.
    assert told.dearer == {"Bois & Métal Ardèche": Decimal(1500), "Keukens Çelik": Decimal(1500)}
    assert (told.seats_back, told.can_go_on) == (3, True)
    gone = withdraw_participation(
        participation_id=row.pk, actor=world.contact(world.companies[0]), reason="Te veel werk."
    )
    assert (gone.state, gone.learners, gone.cost) == ("withdrawn", 0, 0)
    programme.refresh_from_db()
    assert (programme.learners, programme.cost) == (6, Decimal(9000))
    assert Edition.objects.get(pk=world.edition.pk).enrolled == 6
    others = Participation.objects.filter(programme=programme).exclude(pk=row.pk)
    # They pay more than they promised, so they are asked again; nobody's grant grew without a decision.
    assert {p.state for p in others} == {"proposed"}
    assert {p.grant for p in others} == {Decimal(1500)}
    assert {p.organisation.name: p.own_share - 1500 for p in others} == told.dearer
    assert decisions_on(row).last().reason == "Te veel werk."


def test_leaving_asks_why_and_cannot_be_done_once_it_runs(world):
    programme = world.programme("submit", "approve", "start")
    row = part(programme, world)
    actor = world.contact(world.companies[0])
    with pytest.raises(TransitionRefused, match="terugtrekken kan niet meer"):
        withdraw_participation(participation_id=row.pk, actor=actor, reason="Toch niet.")
    assert seats_of(row) == {world.edition.pk: 3}


def test_two_companies_left_can_go_on_one_cannot():
    world = build_world(companies=2)
    row = part(world.programme(), world)
    assert not consequences_of(row).can_go_on


class TestPages:
    def test_confirm_on_the_web_and_print(self, client_for, world):
        row = part(world.programme("submit"), world)
        client = client_for(Role.COMPANY_CONTACT, organisation=world.companies[0])
        address = reverse("programmes:commit", args=[row.public_id])
        page = client.get(address).content.decode()
        assert "€\xa0500,00" in page  # net per learner
        assert "U betaalt €\xa01.500,00 van de kost van €\xa03.000,00" in page  # signed to the cent
        assert "Bevestigen vóór" in page
        field = f"learners_{world.edition.pk}"
        assert client.post(address, {field: 3}).status_code == 409
        client.post(address, {field: 3, "agreed": "on"})
        row.refresh_from_db()
        assert row.state == "committed"
        for name, words in (
            ("commitment_print", "artikel 6, lid 2"),
            ("commitment_print", "Wat terugtrekken kost"),
            ("commitment_print", "Bevestigen vóór"),
            ("commitment_print", "U betaalt €\xa01.500,00 van de kost van €\xa03.000,00"),
            ("sme_declaration", "bijlage I"),
            ("de_minimis_declaration", "2023/2831"),
        ):
            printed = client.get(reverse(f"programmes:{name}", args=[row.public_id])).content.decode()
            assert words in printed
            assert "Zetelmakerij Abeele" in printed

    def test_withdraw_on_the_web(self, client_for, world):
        row = part(world.programme("submit"), world)
        client = client_for(Role.COMPANY_CONTACT, organisation=world.companies[0])
        address = reverse("programmes:withdraw", args=[row.public_id])
        assert "Voor de anderen wordt het niet duurder" in client.get(address).content.decode()
        assert client.post(address, {"reason": ""}).status_code == 409
        assert client.post(address, {"reason": "Toch niet."}).status_code == 302
        row.refresh_from_db()
        assert row.state == "withdrawn"

    def test_another_company_does_not_find_it(self, client_for, world):
        row = part(world.programme("submit"), world)
        client = client_for(Role.COMPANY_CONTACT, organisation=world.companies[1])
        for name in ("commit", "withdraw", "commitment_print", "sme_declaration", "de_minimis_declaration"):
            assert client.get(reverse(f"programmes:{name}", args=[row.public_id])).status_code == 404

    def test_a_competitor_in_the_steering_group_does_not_read_figures_and_earlier_aid(
        self, client_for, world
    ):
        row = part(world.programme("submit"), world)
        rival = make_membership(
            organisation=world.companies[1], role=Role.STEERING_MEMBER, network=world.network
        )
        make_membership(user=rival.user, organisation=world.companies[1])
        client = client_for(None)
        client.force_login(rival.user)
        page = client.get(reverse("programmes:commit", args=[row.public_id])).content.decode()
        for name in ("sme_declaration", "de_minimis_declaration"):
            address = reverse(f"programmes:{name}", args=[row.public_id])
            assert address not in page
            assert client.get(address).status_code == 404
            client.force_login(world.manager.user)
            # The manager draws up the programme on the figures; the balance of earlier aid is not needed for it.
            assert client.get(address).status_code == (200 if name == "sme_declaration" else 403)
            client.force_login(rival.user)

    def test_the_manager_reads_but_does_not_confirm(self, client_for, world):
        row = part(world.programme("submit"), world)
        client = client_for(None)
        client.force_login(world.manager.user)
        address = reverse("programmes:commit", args=[row.public_id])
        assert "Bevestigen en steun aanvragen" not in client.get(address).content.decode()
        client.post(address, {f"learners_{world.edition.pk}": 3, "agreed": "on"})
        row.refresh_from_db()
        assert row.state == "proposed"
