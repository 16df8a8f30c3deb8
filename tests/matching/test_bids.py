"""Bids: written until the deadline, compared, chosen once with a reason that tells nobody whose demand it is."""

import threading
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from catalogue.models import Edition, Offer, Provider
from matching.models import Bid, DemandCard, Pool
from matching.services.bids import save_bid, submit_bid, withdraw_bid
from matching.services.choosing import choose_bid
from matching.services.demand_cards import close_card, keep_cards, renew_card
from matching.services.facts import offer_facts
from matching.views.bid_comparing import _recognition
from networks.models import Organisation
from programmes.services.drafts import edition_choices
from skillnet.kernel.models import OutboxMessage
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused
from tests.factories import (
    actor_for_role,
    actor_for_user,
    make_edition,
    make_membership,
    organisation_of,
)
from tests.matching.bid_world import bid_values, in_days, make_bid, open_card, provider_actor
from tests.matching.web_world import World, build_world

REASON = "De beste prijs per deelnemer, dicht bij de werkplekken."


@pytest.fixture
def world(db: None) -> World:
    found = build_world()
    open_card(found.pool)
    return found


def test_a_provider_bids_from_the_card_and_the_manager_is_told(client_for: Any, world: World) -> None:
    manager = client_for(Role.NETWORK_MANAGER, network=world.network)
    client = client_for(Role.PROVIDER, organisation=world.provider.organisation)
    page = client.get(reverse("matching:demand_detail", args=[world.pool.public_id]))
    url = reverse("matching:bid_new", args=[world.pool.public_id])
    assert url in page.content.decode()
    edition = Edition.objects.get(offer=world.offer)
    form = {"kind": "edition", "edition": edition.pk, "language": "nl", "price_basis": "participant",
            "valid_until": str(in_days(10)), "action": "submit"}  # fmt: skip
    answer = client.post(url, form, follow=True)
    bid = Bid.objects.get()
    assert (bid.state, bid.price, bid.seats, bid.title) == ("submitted", 450, 12, world.offer.title)
    assert answer.redirect_chain[-1][0] == reverse("matching:bid_detail", args=[bid.public_id])
    assert OutboxMessage.objects.filter(recipient=manager.actor.user, template="bid_submitted").exists()
    assert client.get(url).status_code == 302  # one live bid: the way leads to it
    compared = manager.get(reverse("matching:bids_compare", args=[world.pool.public_id])).content.decode()
    assert "op 100" in compared
    assert "Dit bod kiezen" in compared


@pytest.mark.parametrize("tie", ["works there too", "one undertaking"])
def test_nobody_chooses_a_bid_of_an_organisation_of_the_own(world: World, tie: str) -> None:
    bid, manager = make_bid(world.pool), actor_for_role(Role.NETWORK_MANAGER, network=world.network)
    bidder = bid.provider.organisation
    if tie == "works there too":
        make_membership(user=manager.user, organisation=bidder, role=Role.PROVIDER)
    else:
        Organisation.objects.filter(pk=bidder.pk).update(undertaking=manager.organisation_id)
    assert manager.user is not None
    speaks = actor_for_user(manager.user, organisation_of(manager))
    with pytest.raises(TransitionRefused):
        choose_bid(bid=bid, actor=speaks, reason=REASON)


def test_an_incomplete_bid_is_kept_as_a_draft_and_says_what_lacks(client_for: Any, world: World) -> None:
    client = client_for(Role.PROVIDER, organisation=world.provider.organisation)
    url = reverse("matching:bid_new", args=[world.pool.public_id])
    form = {"kind": "new_offer", "title": "Lassen", "language": "nl", "price_basis": "participant"}
    html = client.post(url, {**form, "action": "submit"}, follow=True).content.decode()
    assert "Vul de prijs in" in html
    assert Bid.objects.get().state == Bid.State.DRAFT
    other = client_for(Role.NETWORK_MANAGER, network=world.network)
    assert other.get(reverse("matching:bid_detail", args=[Bid.objects.get().public_id])).status_code == 404


def test_one_live_bid_and_only_from_the_own_catalogue(world: World) -> None:
    actor = provider_actor(world.provider)
    bid = make_bid(world.pool, actor)
    with pytest.raises(ValidationError, match="al een bod"):
        save_bid(actor=actor, pool=world.pool, values=bid_values())
    with pytest.raises(ValidationError, match="eigen aanbod"):
        save_bid(actor=actor, pool=world.pool, bid=bid, values={"kind": "new_edition", "offer": world.other})
    with pytest.raises(IntegrityError), transaction.atomic():
        Bid.objects.create(pool=world.pool, provider=world.provider, kind="new_offer", title="Nog een")


def test_a_bid_is_editable_until_the_deadline_and_frozen_after(world: World) -> None:
    actor = provider_actor(world.provider)
    bid = make_bid(world.pool, actor)
    save_bid(actor=actor, pool=world.pool, bid=bid, values={"seats": 15})
    bid.refresh_from_db()
    assert (bid.seats, bid.state) == (15, "submitted")
    with pytest.raises(ValidationError, match="prijs"):
        save_bid(actor=actor, pool=world.pool, bid=bid, values={"price": None})
    card = world.pool.demand_card
    DemandCard.objects.filter(pk=card.pk).update(opened_on=in_days(-9), expires_on=in_days(-1))
    with pytest.raises(ValidationError, match="ligt vast"):
        save_bid(actor=actor, pool=world.pool, bid=bid, values={"seats": 16})
    assert withdraw_bid(bid=bid, actor=actor).state == "withdrawn"


def test_choosing_publishes_the_new_offer_and_tells_the_others_why(client_for: Any, world: World) -> None:
    winner, loser = make_bid(world.pool), make_bid(world.pool, title="Duurder", price=900)
    client = client_for(Role.NETWORK_MANAGER, network=world.network)
    url = reverse("matching:bid_action", args=[winner.public_id])
    client.post(url, {"action": "choose", "reason": "Omdat Staalbedrijf A dit vroeg"})
    winner.refresh_from_db()
    assert winner.state == "submitted"  # a company's name may not stand in the reason
    client.post(url, {"action": "choose", "reason": REASON})
    winner.refresh_from_db()
    loser.refresh_from_db()
    assert (winner.state, loser.state) == ("chosen", "not_chosen")
    assert winner.edition is not None
    assert (winner.edition.offer.state, winner.edition.offer.provider_id) == ("active", winner.provider_id)
    assert winner.edition.starts_on == winner.starts_on
    assert DemandCard.objects.get().state == DemandCard.State.ANSWERED
    theirs = client_for(Role.PROVIDER, organisation=loser.provider.organisation)
    html = theirs.get(reverse("matching:bid_detail", args=[loser.public_id])).content.decode()
    assert "Voor dit bod is er geen stap meer." in html
    assert "Intrekken kan nog" not in html
    assert REASON in html
    assert "prijs per deelnemer was lager" in html
    assert str(winner.provider) not in html
    assert "Staalbedrijf" not in html
    assert theirs.get(reverse("matching:bid_detail", args=[winner.public_id])).status_code == 404
    first = edition_choices(pools=[world.pool])[0]
    assert first.edition == winner.edition
    compared = client.get(reverse("matching:bids_compare", args=[world.pool.public_id])).content.decode()
    assert "Ontwerp programma met dit bod" in compared
    assert client.get(reverse("matching:bids_print", args=[world.pool.public_id])).status_code == 200


def test_nobody_chooses_a_bid_of_the_own_organisation_or_without_a_reason(world: World) -> None:
    bid = make_bid(world.pool, provider_actor(world.provider))
    own = actor_for_role(
        Role.NETWORK_MANAGER, network=world.network, organisation=world.provider.organisation
    )
    with pytest.raises(TransitionRefused):
        choose_bid(bid=bid, actor=own, reason=REASON)
    manager = actor_for_role(Role.NETWORK_MANAGER, network=world.network)
    with pytest.raises(TransitionRefused, match="motivering"):
        choose_bid(bid=bid, actor=manager, reason=" ")
    steering = actor_for_role(Role.STEERING_MEMBER, network=world.network)
    with pytest.raises(TransitionRefused):
        choose_bid(bid=bid, actor=steering, reason=REASON)
    assert Bid.objects.visible_to(steering).filter(pk=bid.pk).exists()


def test_a_bid_that_no_longer_holds_expires_and_cannot_be_chosen(world: World) -> None:
    bid = make_bid(world.pool)
    Bid.objects.filter(pk=bid.pk).update(valid_until=in_days(-1))
    manager = actor_for_role(Role.NETWORK_MANAGER, network=world.network)
    with pytest.raises(TransitionRefused, match="niet meer geldig"):
        choose_bid(bid=bid, actor=manager, reason=REASON)
    assert keep_cards()["bids"] == 1
    assert keep_cards()["bids"] == 0
    bid.refresh_from_db()
    assert bid.state == Bid.State.EXPIRED


def test_a_chosen_edition_is_what_assembly_buys_for_its_pool(world: World) -> None:
    from django.utils import timezone

    from programmes.services.law import database_rates, load_law
    from programmes.services.problem import ask

    load_law()
    rival = make_edition(offer=world.offer, starts_on=in_days(10), seats=30)
    chosen = choose_bid(
        bid=make_bid(world.pool),
        actor=actor_for_role(Role.NETWORK_MANAGER, network=world.network),
        reason=REASON,
    )
    problem = ask(network=world.network, rates=database_rates(), today=timezone.localdate()).problem
    mine = {edition for (pool, edition) in problem.fit if pool == world.pool.pk}
    assert mine == {chosen.edition_id}
    assert rival.pk not in mine


def test_cards_are_reminded_expire_are_hidden_and_renewed(client_for: Any, world: World) -> None:
    card = world.pool.demand_card
    manager = actor_for_role(Role.NETWORK_MANAGER, network=world.network)
    provider = client_for(Role.PROVIDER, organisation=world.provider.organisation)
    DemandCard.objects.update(opened_on=in_days(-20), expires_on=in_days(3))
    keep_cards()
    keep_cards()
    assert OutboxMessage.objects.filter(template="demand_card_reminder", kind="notice").count() == 1
    DemandCard.objects.update(expires_on=in_days(-1))
    assert provider.get(reverse("matching:demand")).context["count"] == 0  # hidden though no clock ticked
    assert keep_cards()["expired"] == 1
    with pytest.raises(TransitionRefused):
        renew_card(card=card, actor=actor_for_role(Role.STEERING_MEMBER, network=world.network))
    renewed = renew_card(card=card, actor=manager)
    assert (renewed.state, renewed.expires_on, renewed.renewals) == ("open", in_days(90), 1)
    assert provider.get(reverse("matching:demand")).context["count"] == 1
    page = client_for(Role.NETWORK_MANAGER, network=world.network, user=manager.user)
    url = reverse("matching:demand_card_action", args=[card.public_id])
    page.post(url, {"action": "close", "reason": ""})
    assert DemandCard.objects.get().state == "open"
    page.post(url, {"action": "close", "reason": "De bedrijven vonden zelf een oplossing."})
    assert DemandCard.objects.get().state == "closed"
    close_card(card=card, actor=manager, reason=REASON)  # said twice by the same person: nothing happens
    with pytest.raises(TransitionRefused):
        close_card(
            card=card, actor=actor_for_role(Role.NETWORK_MANAGER, network=world.network), reason=REASON
        )
    assert (
        "zelf een oplossing"
        in page.get(reverse("matching:demand_card", args=[card.public_id])).content.decode()
    )


def test_unanswered_demand_reaches_the_coordinator_once(client_for: Any, world: World) -> None:
    call = world.network.call
    assert call is not None
    coordinator = client_for(Role.COORDINATOR, organisation=call.coordinator)
    DemandCard.objects.update(opened_on=in_days(-31))
    assert keep_cards()["escalated"] == 1
    assert keep_cards()["escalated"] == 0
    assert OutboxMessage.objects.filter(template="demand_unanswered", kind="notice").count() == 1
    listed = coordinator.get(reverse("matching:demand_cards"), {"answered": "no"})
    assert listed.context["count"] == 1
    assert "Onbeantwoorde vraag" in coordinator.get(reverse("home")).content.decode()
    make_bid(world.pool)
    assert coordinator.get(reverse("matching:demand_cards"), {"answered": "no"}).context["count"] == 0
    assert coordinator.get(reverse("matching:demand_cards"), {"export": "csv"}).status_code == 200


def test_what_no_provider_could_read_is_not_called_unanswered(client_for: Any, world: World) -> None:
    """A card of two companies is shown to nobody: nobody is blamed for silence, and its people read why."""
    manager = client_for(Role.NETWORK_MANAGER, network=world.network)
    DemandCard.objects.update(opened_on=in_days(-31))
    card = reverse("matching:demand_card", args=[world.pool.demand_card.public_id])
    Pool.objects.filter(pk=world.pool.pk).update(undertakings=2)
    assert keep_cards()["escalated"] == 0
    assert "minstens 3 ondernemingen" in manager.get(card).content.decode()
    Pool.objects.filter(pk=world.pool.pk).update(undertakings=3)
    world.network.state = "suspended"
    world.network.save()
    assert keep_cards()["escalated"] == 0
    world.network.state = "active"
    world.network.save()
    assert keep_cards()["escalated"] == 1
    assert "Onbeantwoorde vraag" in manager.get(reverse("home")).content.decode()


def test_pages_of_others_are_not_there(client_for: Any, world: World) -> None:
    bid = make_bid(world.pool)
    card = world.pool.demand_card
    outsider = client_for(Role.NETWORK_MANAGER)
    for name, key in (("bids_compare", world.pool), ("bid_detail", bid), ("demand_card", card)):
        assert outsider.get(reverse(f"matching:{name}", args=[key.public_id])).status_code == 404
    rival = client_for(Role.PROVIDER)
    assert rival.get(reverse("matching:bid_detail", args=[bid.public_id])).status_code == 404
    assert rival.get(reverse("matching:bids_compare", args=[world.pool.public_id])).status_code == 403


def test_a_total_for_fewer_people_is_no_better_total(client_for: Any, world: World) -> None:
    make_bid(world.pool, price=400)
    make_bid(world.pool, price=390, seats=8, min_seats=4)
    client = client_for(Role.NETWORK_MANAGER, network=world.network)
    page = client.get(reverse("matching:bids_compare", args=[world.pool.public_id])).content.decode()
    row = page[page.index("Totaal voor deze groep") :]
    row = row[: row.index("</tr>")]
    assert "voor 8 van 12 deelnemers" in row
    assert "gunstigst" not in row
    export = client.get(reverse("matching:bids_compare", args=[world.pool.public_id]) + "?export=csv")
    lines = b"".join(export.streaming_content).decode().splitlines()
    assert lines[0].count("TIG-lassen van inox op maat") == 2
    assert any("voor 8 van 12 deelnemers" in line for line in lines)


def test_the_comparison_needs_few_queries(
    client_for: Any, world: World, django_assert_max_num_queries: Any
) -> None:
    for price in (300, 400, 500):
        make_bid(world.pool, price=price)
    client = client_for(Role.NETWORK_MANAGER, network=world.network)
    url = reverse("matching:bids_compare", args=[world.pool.public_id])
    client.get(url)
    with django_assert_max_num_queries(12):
        client.get(url)


@pytest.mark.django_db(transaction=True)
def test_two_managers_at_once_choose_one() -> None:
    world = build_world()
    open_card(world.pool)
    bids = [make_bid(world.pool), make_bid(world.pool, price=500)]
    managers = [actor_for_role(Role.NETWORK_MANAGER, network=world.network) for _ in bids]
    outcomes: list[str] = []
    barrier = threading.Barrier(2)

    def choose(place: int) -> None:
        try:
            barrier.wait(timeout=20)
            choose_bid(bid=bids[place], actor=managers[place], reason=REASON)
            outcomes.append("chosen")
        except TransitionRefused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=choose, args=(place,)) for place in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(outcomes) == ["chosen", "refused"]
    assert Bid.objects.filter(state=Bid.State.CHOSEN).count() == 1
    assert Offer.objects.filter(title__startswith="TIG-lassen van inox").count() == 1


def test_submitting_is_the_providers_own_word(world: World) -> None:
    bid = make_bid(world.pool, provider_actor(world.provider), submit=False)
    with pytest.raises(TransitionRefused):
        submit_bid(bid=bid, actor=provider_actor())


def test_the_lesson_hours_of_a_chosen_bid_stand_in_its_edition(world: World) -> None:
    manager = actor_for_role(Role.NETWORK_MANAGER, network=world.network)
    bid = make_bid(world.pool, schedule="Dinsdag van 18 tot 21 uur")
    chosen = choose_bid(bid=bid, actor=manager, reason=REASON)
    assert chosen.edition is not None
    assert chosen.edition.schedule == "Dinsdag van 18 tot 21 uur"


def test_a_recognition_that_ran_out_counts_for_nothing(world: World) -> None:
    bid = make_bid(world.pool, provider_actor(world.provider))
    Provider.objects.filter(pk=world.provider.pk).update(
        recognised_since=in_days(-400), recognised_until=in_days(-1)
    )
    bid.provider.refresh_from_db()
    assert _recognition(bid) == "niet meer erkend"
    assert offer_facts([Offer.objects.with_provider().get(pk=world.offer.pk)])[0].recognised is None
    Provider.objects.filter(pk=world.provider.pk).update(recognised_until=in_days(0))
    bid.provider.refresh_from_db()
    assert _recognition(bid).startswith("erkend sinds")
    assert offer_facts([Offer.objects.with_provider().get(pk=world.offer.pk)])[0].recognised is True
