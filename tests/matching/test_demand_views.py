"""What providers see of demand: never fewer than k undertakings, never a word or a figure of one company."""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.models import Offer
from matching.anonymity import Wish, anonymous
from matching.models import DemandCard, Pool, ProviderInterest
from matching.obstacles import obstacle_sentence
from matching.services.titles import public_titles
from skillnet.kernel.models import OutboxMessage
from skillnet.kernel.roles import Role
from tests.factories import make_gap, make_network, make_provider
from tests.matching.web_world import World, build_world

# A busy machine draws slowly; that says nothing of the rule.
SLOW = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
SOME = st.lists(st.sampled_from(["BE211", "BE212", "BE234", "BE25", "BE2"]), max_size=3).map(tuple)
WISHES = st.lists(
    st.builds(
        Wish,
        undertaking=st.integers(1, 5),
        learners=st.none() | st.integers(1, 50),
        regions=SOME,
        skills=st.lists(st.sampled_from("abcd"), max_size=3).map(tuple),
        horizon=st.sampled_from(["", "now", "1y"]),
        languages=st.lists(st.sampled_from(["nl", "fr"]), max_size=2).map(tuple),
        budget=st.none() | st.integers(0, 3000).map(Decimal),
    ),
    max_size=6,
)


@SLOW
@given(WISHES, st.integers(2, 4))
def test_nothing_is_said_that_fewer_than_k_undertakings_say(wishes: list[Wish], k: int) -> None:
    shown = anonymous(wishes, k)
    if len({wish.undertaking for wish in wishes}) < k:
        assert shown is None
        return
    assert shown is not None

    def say(name: str, value: str) -> set[int]:
        return {w.undertaking for w in wishes if any(v.startswith(value) for v in getattr(w, name))}

    assert all(len(say("regions", code)) >= k for code in shown.regions)
    assert all(len(say("skills", uri)) >= k for uri in shown.skills)
    assert all(len(say("languages", code)) >= k for code in shown.languages)
    assert all(len({w.undertaking for w in wishes if w.horizon == h}) >= k for h in shown.horizons)
    if shown.learners is not None:
        assert len({w.undertaking for w in wishes if w.learners is not None}) >= k
    if shown.budget is not None:
        assert len({w.undertaking for w in wishes if w.budget is not None}) >= k
        assert shown.budget % 50 == 0


@SLOW
@given(WISHES, st.integers(1, 50), st.integers(1, 50))
def test_the_page_is_the_same_whatever_one_company_alone_says(wishes: list[Wish], a: int, b: int) -> None:
    """Changing what only one undertaking says of a thing (or what fewer than k say) changes nothing shown."""
    silent = [Wish(w.undertaking, horizon=w.horizon) for w in wishes]
    alone = [*silent, Wish(9, learners=a, regions=("BE211",), skills=("x",), budget=Decimal(a))]
    other = [*silent, Wish(9, learners=b, regions=("BE341",), skills=("y",), budget=Decimal(b))]
    assert anonymous(alone, 3) == anonymous(other, 3)


def test_regions_roll_up_until_enough_name_them() -> None:
    wishes = [Wish(1, regions=("BE211",)), Wish(2, regions=("BE212",)), Wish(3, regions=("BE213",))]
    shown = anonymous(wishes, 3)
    assert shown is not None
    assert shown.regions == ("BE21",)


@pytest.mark.parametrize("reason", ["headroom", "network_budget", "provider_cap", "value", "lock", "zomaar"])
def test_a_networks_own_figures_are_not_for_providers(reason: str) -> None:
    sentence = obstacle_sentence({"reason": reason, "amount": "1234"}, public=True)
    assert "1.234" not in sentence
    assert sentence


def test_every_obstacle_has_a_sentence() -> None:
    for reason in ("no_offer", "fit", "seats", "group", "price", "network_budget", "call_budget", "headroom"):
        for amount in (None, "0.25", "3"):
            assert obstacle_sentence({"reason": reason, "amount": amount})
    assert obstacle_sentence(None) == ""
    room = obstacle_sentence({"reason": "headroom", "amount": "1234"})
    assert "234" not in room, "beside the grant it tells a manager what aid the undertaking already had"


@pytest.fixture
def world(db: None) -> World:
    return build_world()


def provider(client_for: Any, world: World) -> Any:
    return client_for(Role.PROVIDER, organisation=world.provider.organisation)


def detail(pool: Pool) -> str:
    return reverse("matching:demand_detail", args=[pool.public_id])


def test_a_provider_sees_counts_and_the_fit_of_its_own_offers(client_for: Any, world: World) -> None:
    client = provider(client_for, world)
    listed = client.get(reverse("matching:demand"))
    assert listed.context["count"] == 1
    assert listed.context["page"].object_list[0].own_fit > 0.5
    html = client.get(detail(world.pool)).content.decode()
    assert world.offer.title in html
    assert "past bij 4 van de 4 kloven" in html
    for text in (html, listed.content.decode()):
        assert "Staalbedrijf" not in text
        for gap in world.gaps:
            assert gap.title not in text
            assert gap.description not in text


def test_what_fits_the_own_supply_comes_first_and_what_nothing_fits_last(
    client_for: Any, world: World
) -> None:
    other = build_world()
    pool = other.pool
    pool.shown = {**(pool.shown or {}), "fits": {}}
    pool.save(update_fields=["shown"])
    listed = provider(client_for, world).get(reverse("matching:demand")).context["page"].object_list
    assert [pool.pk for pool in listed] == [world.pool.pk, other.pool.pk]
    assert listed[1].own_fit is None


@pytest.mark.django_db
def test_pools_of_fewer_than_k_undertakings_are_not_there(client_for: Any) -> None:
    world = build_world(companies=3)
    client = provider(client_for, world)
    assert client.get(detail(world.pool)).status_code == 200
    company = world.companies[2]
    company.undertaking = world.companies[0]
    company.save()
    Pool.objects.update(undertakings=2)
    assert client.get(detail(world.pool)).status_code == 404
    assert client.get(reverse("matching:demand")).context["count"] == 0
    csv = client.get(reverse("matching:demand"), {"export": "csv"})
    assert len(b"".join(csv.streaming_content).decode().splitlines()) == 1


def test_a_stale_count_does_not_open_a_pool_of_linked_companies(client_for: Any, world: World) -> None:
    """Undertakings are counted anew from the gaps: links may have changed since the run."""
    for company in world.companies[1:]:
        company.undertaking = world.companies[0]
        company.save()
    assert provider(client_for, world).get(detail(world.pool)).status_code == 404


def test_a_demand_card_says_what_the_nearest_offer_lacks(client_for: Any, world: World) -> None:
    pool = world.pool
    Pool.objects.filter(pk=pool.pk).update(is_unmet=True)
    DemandCard.objects.create(
        pool=pool,
        nearest_offer=world.offer,
        lacks=[{"reason": "seats", "amount": "5", "edition": None}],
        expires_on="2030-01-01",
    )
    html = provider(client_for, world).get(detail(pool)).content.decode()
    assert "er ontbreken 5 plaatsen" in html
    assert "1 januari 2030" in html


def test_interest_reaches_the_manager_once_and_can_be_withdrawn(client_for: Any, world: World) -> None:
    manager = client_for(Role.NETWORK_MANAGER, network=world.network)
    client = provider(client_for, world)
    for note in ("Wij kunnen dit in mei", "Of in juni"):
        client.post(detail(world.pool), {"action": "register", "note": note})
    interest = ProviderInterest.objects.get()
    assert interest.note == "Of in juni"
    assert OutboxMessage.objects.filter(recipient=manager.actor.user, template="provider_interest").exists()
    page = reverse("matching:pool_detail", args=[world.pool.public_id])
    assert "Of in juni" in manager.get(page).content.decode()
    own = client_for(Role.COMPANY_CONTACT, organisation=world.companies[0])
    assert "Of in juni" not in own.get(page).content.decode()
    client.post(detail(world.pool), {"action": "withdraw"})
    interest.refresh_from_db()
    assert interest.state == "withdrawn"


def test_only_providers_register_interest(client_for: Any, world: World) -> None:
    client_for(Role.ANALYST).post(detail(world.pool), {"action": "register"})
    assert not ProviderInterest.objects.exists()
    assert client_for(Role.COMPANY_CONTACT).get(detail(world.pool)).status_code == 403
    assert client_for(Role.NETWORK_MANAGER).get(detail(world.pool)).status_code == 403


def test_the_list_needs_few_queries(
    client_for: Any, world: World, django_assert_max_num_queries: Any
) -> None:
    client = provider(client_for, world)
    client.get(reverse("matching:demand"))
    with django_assert_max_num_queries(12):
        client.get(reverse("matching:demand"), {"sort": "-own_fit"})


def test_a_demand_says_what_it_is_like_in_words_that_anybody_reads(client_for: Any, world: World) -> None:
    """Companies of one trade often share no word: an offer that fits all of their gaps says what is asked."""
    pool, offer = world.pool, world.offer
    shown = (pool.shown or {}) | {"fits": {str(offer.pk): [0.8, "4/4"], str(world.other.pk): [0.7, ""]}}
    Pool.objects.filter(pk=pool.pk).update(shown=shown, public_title="Metaal")
    other = client_for(Role.PROVIDER, organisation=make_provider().organisation)
    assert f"zoals “{offer.title}”" in other.get(reverse("matching:demand")).content.decode()
    page = other.get(detail(pool)).content.decode()
    assert "past bij alle kloven" in page
    assert reverse("catalogue:offer_detail", args=[offer.public_id]) in page
    assert world.other.title not in page  # it fits some of them: whose would be told
    Offer.objects.filter(pk=offer.pk).update(state="archived")
    assert offer.title not in other.get(detail(pool)).content.decode()


def test_what_gave_a_demand_its_place_is_said_where_nothing_fits_well(client_for: Any, world: World) -> None:
    pool = world.pool
    shown = (pool.shown or {}) | {"fits": {str(world.offer.pk): [0.3, ""], str(world.other.pk): [0.1, ""]}}
    Pool.objects.filter(pk=pool.pk).update(shown=shown)
    page = provider(client_for, world).get(detail(pool)).content.decode()
    assert "Niets van uw aanbod past goed genoeg" in page
    assert world.offer.title in page
    assert world.other.title not in page
    assert "komt er het dichtst bij" in page


@pytest.mark.django_db
def test_a_title_hears_a_word_within_compounds_and_shows_no_companys_own() -> None:
    """Dutch joins words: three companies that say hydrogen share it, however each wrote it."""
    network = make_network(sector="Chemie")
    texts = [
        "Groene waterstof maken",
        "Onderhoud van waterstof-installaties",
        "Waterstofelektrolyser bedienen",
    ]
    gaps = [make_gap(network=network, title=text, description="") for text in texts]
    pool = Pool(network=network, language="nl")
    assert public_titles([(pool, gaps)]) == ["waterstof"]
    assert public_titles([(pool, gaps[:2])]) == ["Chemie"]
    hyphens = [
        make_gap(network=network, title=f"Drukvat-{own} keuren", description="") for own in ("a", "bb", "ccc")
    ]
    (title,) = public_titles([(pool, hyphens)])
    assert "drukvat" in title.lower()
    assert "-" not in title
