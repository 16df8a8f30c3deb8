"""A manager's own work: drafts from a pool, changed plans, what if."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from catalogue.models import Edition
from programmes.models import CompanySeats, Programme
from programmes.services.drafts import change_programme, draft_programme, edition_choices
from programmes.services.what_if import explore, question_of
from skillnet.kernel.transitions import decisions_on
from tests.factories import make_edition
from tests.programmes.world import World, add_pool, build_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build_world()


@pytest.fixture
def client(client_for, world):
    client = client_for(None)
    client.force_login(world.manager.user)
    return client


def test_choices_hold_editions_that_lack_a_price_or_seats(world):
    bare = make_edition(offer=world.offer, seats=None, starts_on=None)
    world.offer.price = None
    world.offer.save()
    choices = {c.edition.pk: c for c in edition_choices(pools=[world.pool])}
    assert choices[bare.pk].lacks == ["price", "seats", "starts_on"]
    assert choices[world.edition.pk].lacks == ["price"]
    assert choices[world.edition.pk].fit == pytest.approx(0.82)


def test_what_an_edition_lacks_is_asked_and_kept(client, world):
    bare = make_edition(offer=world.offer, seats=None, starts_on=None)
    world.offer.price = None
    world.offer.save()
    address = reverse("programmes:programme_new", args=[world.pool.public_id])
    assert "prijs onbekend" in client.get(address).content.decode()
    asked = {"edition": bare.pk, **{f"learners_{c.pk}": 2 for c in world.companies}}
    assert "Vul het in" in client.post(address, asked).content.decode()
    filled = {"price": "800", "price_basis": "participant", "seats": 12, "starts_on": "2031-03-01"}
    client.post(address, asked | filled)
    programme = Programme.objects.get()
    assert (programme.state, programme.learners, programme.cost) == ("draft", 6, Decimal(4800))
    bare.refresh_from_db()
    assert (bare.price, bare.seats) == (Decimal(800), 12)


def test_what_the_provider_said_is_not_overwritten(world):
    programme = world.programme()
    assert Edition.objects.get(pk=world.edition.pk).seats == 20
    assert programme.cost == Decimal(9000)


def test_a_pool_is_in_one_programme(world):
    world.programme()
    with pytest.raises(ValidationError, match="al in een programma"):
        draft_programme(
            actor=world.manager,
            pool=world.pool,
            edition=world.edition,
            learners={world.companies[0].pk: 1},
        )


def test_a_changed_plan_adds_up_and_says_what_it_was(world):
    programme = world.programme()
    other = Edition.objects.get(offer=world.other)
    first, second, third = (c.pk for c in world.companies)
    changed = change_programme(
        actor=world.manager,
        programme_id=programme.pk,
        learners={(world.edition.pk, first): 2, (world.edition.pk, second): 4, (other.pk, third): 5},
    )
    changed.refresh_from_db()
    assert (changed.learners, changed.cost) == (11, Decimal(6000) + Decimal(3200))
    assert sum(line.amount for line in changed.cost_lines.all()) == changed.cost
    assert sum(line.amount for line in changed.funding_lines.all()) == changed.cost
    assert CompanySeats.objects.filter(programme_edition__programme=programme).count() == 3
    change = decisions_on(programme).get(action="change")
    assert change.evidence["before"]["learners"] == 9
    assert change.evidence["after"]["learners"] == 11


def test_a_plan_that_does_not_fit_the_edition_is_refused(client, world):
    programme = world.programme()
    address = reverse("programmes:programme_edit", args=[programme.public_id])
    page = client.get(address).content.decode()
    assert "Automatisering basis" in page  # what else fits can be chosen as well
    fields = {f"seats_{world.edition.pk}_{c.pk}": 9 for c in world.companies}
    refused = client.post(address, {"title": "Anders", **fields}).content.decode()
    assert "heeft nog 20 plaatsen; u vraagt er 27" in refused
    programme.refresh_from_db()
    assert (programme.title, programme.learners) == ("Sturing aanpassen", 9)


def test_edit_is_for_drafts_and_returned_ones_of_the_own_network(client, client_for, world):
    programme = world.programme("submit")
    address = reverse("programmes:programme_edit", args=[programme.public_id])
    assert client.get(address).status_code == 404
    world.move(programme, "return")
    assert client.get(address).status_code == 200
    fields = {f"seats_{world.edition.pk}_{c.pk}": 2 for c in world.companies}
    client.post(address, {"title": "Beter", **fields})
    programme.refresh_from_db()
    assert (programme.title, programme.learners) == ("Beter", 6)


def test_two_managers_on_one_plan_lose_nothing(client, world):
    programme = world.programme()
    address = reverse("programmes:programme_edit", args=[programme.public_id])
    read = client.get(address).context["version"]
    key = f"seats_{world.edition.pk}_"
    first = {"title": "Eerst", "version": read, **{f"{key}{c.pk}": 2 for c in world.companies}}
    assert client.post(address, first).status_code == 302
    assert client.post(address, first).status_code == 302, "sent twice is no conflict"
    second = {"title": "Later", "version": read, **{f"{key}{c.pk}": 4 for c in world.companies}}
    clash = client.post(address, second)
    text = clash.content.decode()
    assert clash.status_code == 409
    assert f"{world.companies[0].name}: 2" in text, "what is saved"
    assert 'value="Later"' in text, "and what was filled in"
    programme.refresh_from_db()
    assert (programme.title, programme.learners) == ("Eerst", 6)
    again = client.post(address, {**second, "version": clash.context["version"]})
    assert again.status_code == 302


def test_a_company_that_promised_is_asked_again_when_it_would_pay_more(world):
    programme = world.programme()
    world.commit_all(programme)
    first, second, third = (c.pk for c in world.companies)
    change_programme(
        actor=world.manager,
        programme_id=programme.pk,
        learners={(world.edition.pk, first): 3, (world.edition.pk, second): 4},
    )
    states = dict(programme.participations.values_list("organisation_id", "state"))
    assert states == {first: "committed", second: "proposed", third: "withdrawn"}


class TestWhatIf:
    def test_less_budget_leaves_pools_unmet_with_the_euros_that_lack(self, world):
        programme = world.programme()
        add_pool(world)
        result = explore(programme=programme, question=question_of(programme), budget=Decimal(100))
        assert result.before.closed == 2
        assert result.after.closed == 0
        assert {o.reason for _pool, o in result.newly_unmet} == {"network_budget"}
        assert Programme.objects.count() == 1

    def test_a_forbidden_edition_sends_the_demand_elsewhere(self, world):
        programme = world.programme()
        question = question_of(programme)
        result = explore(programme=programme, question=question, forbidden=[world.edition.pk])
        assert result.before.cost != result.after.cost
        assert result.after.cost == Decimal("640.00") * 9

    def test_a_wanted_edition_is_bought_though_another_fits_better(self, client, world):
        programme = world.programme()
        other = Edition.objects.get(offer=world.other)
        result = explore(programme=programme, question=question_of(programme), wanted=[other.pk])
        assert (result.before.cost, result.after.cost) == (Decimal(9000), Decimal("640.00") * 9)
        assert result.after.value < result.before.value
        assert result.after.terms.closed < result.before.terms.closed
        assert result.after.bound >= result.after.value
        address = reverse("programmes:programme_what_if", args=[programme.public_id])
        page = client.get(address, {f"editie_{other.pk}": "ja"}).content.decode()
        assert "<strong>€\xa05.760</strong>" in page
        assert "Zo rekent de matcher" in page
        assert "Grens: meer kan geen enkel plan halen" in page

    def test_a_choice_that_cannot_be_says_what_to_loosen(self, client, world):
        programme = world.programme()
        address = reverse("programmes:programme_what_if", args=[programme.public_id])
        page = client.get(address, {"budget": "0", f"editie_{world.edition.pk}": "ja"}).content.decode()
        assert "Zo kan het niet:" in page
        assert "Het budget van het netwerk volstaat niet: met €" in page
        Edition.objects.filter(pk=world.edition.pk).update(min_seats=15)
        page = client.get(address, {f"editie_{world.edition.pk}": "ja"}).content.decode()
        assert "Zo kan het niet:" in page
        assert f"{world.offer.title} (" in page, "which edition"
        assert "6 deelnemers meer" in page

    def test_a_promise_of_a_company_stands_in_the_way_by_name(self, world):
        from programmes.presenting_assembly import told_obstacles

        programme = world.programme("submit")
        world.commit_all(programme)
        world.move(programme, "return")
        result = explore(programme=programme, question=question_of(programme), forbidden=[world.edition.pk])
        assert not result.after.feasible
        (sentence, *_more) = told_obstacles(result.question, result.after.obstacles)
        assert world.offer.title in sentence
        assert world.pool.title in sentence

    def test_page_says_what_changes_and_saves_nothing(self, client, world):
        programme = world.programme()
        address = reverse("programmes:programme_what_if", args=[programme.public_id])
        assert "Reken opnieuw" in client.get(address).content.decode()
        asked = {"budget": "100", f"editie_{world.edition.pk}": "nee"}
        page = client.get(address, asked).content.decode()
        assert "Valt dan weg" in page
        assert "Het budget van het netwerk volstaat niet: met €" in page
        cheaper = client.get(address, {f"editie_{world.edition.pk}": "nee"}).content.decode()
        assert "<strong>€\xa05.760</strong>" in cheaper
        assert client.get(address, {f"editie_{world.edition.pk}": "x"}).status_code == 200
        programme.refresh_from_db()
        assert programme.cost == Decimal(9000)
