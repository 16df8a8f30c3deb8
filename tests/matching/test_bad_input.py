"""What people and files really send: too short, too long, signs, another language, nothing known, all alike.

End to end: registered on the web or through services, matched, pooled and assembled on the real database, and
read on the pages. Each ends in a sensible result or a clear sentence.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pgtrigger
import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Offer, Provider
from matching.engine.pooling import PoolingSettings
from matching.models import Embedding, Match, MatchRun, Pool, PoolGap
from matching.services import match as matching
from matching.services.match import match_gaps
from matching.services.pools import pool_network
from matching.services.runs import queue_run, work_run
from matching.services.stages import texts_of
from matching.services.vectors import current_revision, store_vectors
from matching.services.words import refresh_word_counts
from networks.models import Gap, Network, NetworkMember, Organisation
from programmes.models import Programme
from programmes.services.law import load_law
from programmes.services.proposals import propose_programmes
from skillnet.kernel.roles import Role
from tests.factories import (
    make_edition,
    make_enterprise_number,
    make_gap,
    make_network,
    make_offer,
)
from tests.matching.web_world import World, build_world

pytestmark = pytest.mark.django_db
LONG = ("Onze lassers moeten roestvrij staal leren lassen met de TIG-techniek. " * 300)[:20_000].strip()
TURKISH = "Kaynakçılarımız paslanmaz çeliği TIG yöntemiyle kaynak yapmayı öğrenmeli."
ODD = {
    "three_words": "TIG lassen leren",
    "20_000_characters": LONG,
    "turkish": TURKISH,
    "emoji": "🔥🔧👩‍🏭🙂",
}
COMPANIES = 400
ALIKE = 3_000


@pytest.fixture
def world(db: None) -> World:
    return build_world(companies=3)


def run_gaps(*gaps: Gap) -> None:
    """What a saved gap starts, up to its pools."""
    run = queue_run(scope=MatchRun.Scope.GAPS, owner_ids=[gap.pk for gap in gaps], ring=False)
    finish(run)


def finish(run: MatchRun) -> None:
    run.batches.filter(stage="assemble").delete()
    work_run(run_id=run.pk)
    run.refresh_from_db()
    assert run.state == MatchRun.State.DONE, run.failure


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement that is executed inside, COPY left out."""
    said: list[str] = []

    def note(execute: Any, sql: Any, *rest: Any) -> Any:
        said.append(str(sql))
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        yield said


def html_of(client: Any, name: str, *args: Any) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    text: str = answer.content.decode()
    return text


@pytest.mark.parametrize("kind", ODD)
def test_an_odd_gap_is_registered_matched_and_shown(client_for: Any, world: World, kind: str) -> None:
    """Typed into the form by its company; what the model understands nothing of matches nothing by meaning."""
    client = client_for(Role.COMPANY_CONTACT, organisation=world.companies[0])
    answer = client.post(reverse("networks:gap_new"), {"description": ODD[kind], "network": world.network.pk})
    assert answer.status_code == 302
    gap = Gap.objects.exclude(pk__in=[g.pk for g in world.gaps]).get()
    assert gap.description == ODD[kind]
    assert 0 < len(gap.title) <= 300
    run_gaps(gap)
    matches = list(Match.objects.filter(gap=gap).order_by("rank"))
    assert ODD[kind][:20] in html_of(client, "networks:gap_detail", gap.public_id)
    page = html_of(client, "matching:gap_matches", gap.public_id)
    if kind == "emoji":
        assert not matches
        assert not Embedding.objects.filter(owner_kind="gap", owner_id=gap.pk).exists()
        assert not PoolGap.objects.filter(gap=gap).exists()
        assert reverse("networks:gap_edit", args=[gap.public_id]) in page, "the page says what to do"
        return
    assert matches[0].offer_id == world.offer.pk
    assert all(0 <= match.score <= 1 for match in matches)
    assert world.offer.title in page


@pytest.mark.parametrize("at_once", [1, 0], ids=["sql", "arrays"])
def test_odd_gaps_match_the_same_one_by_one_and_together(
    world: World, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    """`match_gaps` itself: SQL for one gap and arrays for many give each odd gap its offers."""
    gaps = {
        kind: make_gap(organisation=world.companies[0], title=text[:300], description=text)
        for kind, text in ODD.items()
    }
    revision = current_revision()
    store_vectors(revision=revision, kind="gap", texts=texts_of("gap"))
    monkeypatch.setattr(matching, "FEW_GAPS", 8 * at_once)
    run = MatchRun.objects.create(scope="gaps", revision=revision)
    rows = list(Gap.objects.filter(pk__in=[g.pk for g in gaps.values()]).with_parties().order_by("pk"))
    match_gaps(run_id=run.pk, revision=revision, gaps=rows, today=timezone.localdate())
    first = {
        kind: Match.objects.filter(gap=gap).order_by("rank").values_list("offer_id", flat=True).first()
        for kind, gap in gaps.items()
    }
    welding = world.offer.pk
    assert first == {
        "three_words": welding, "20_000_characters": welding, "turkish": welding, "emoji": None,
    }  # fmt: skip


@pytest.mark.parametrize("few", [8, 0], ids=["sql", "arrays"])
def test_an_offer_with_every_field_unknown_is_matched_and_shown(
    client_for: Any, world: World, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    """A title and a provider, no more: unknown excludes nothing, counts for nothing and cannot be bought."""
    bare = make_offer(provider=world.provider, title="TIG-lassen van roestvrij staal", language="nl")
    store_vectors(revision=current_revision(), kind="offer", texts=texts_of("offer", [bare.pk]))
    refresh_word_counts()
    monkeypatch.setattr(matching, "FEW_GAPS", few)
    run_gaps(*world.gaps)
    match = Match.objects.get(gap=world.gaps[0], offer=bare)
    unknown = {name for name, value in match.components.items() if value is None}
    assert unknown >= {"quadrant", "level", "mode", "place", "timing", "size", "price"}
    assert match.components["meaning"] > 0.6
    assert match.certainty < Match.objects.get(gap=world.gaps[0], offer=world.offer).certainty
    client = client_for(Role.COMPANY_CONTACT, organisation=world.companies[0])
    page = html_of(client, "matching:gap_matches", world.gaps[0].public_id)
    assert bare.title in page
    assert "Onbekend en niet meegeteld" in page
    assert bare.title in html_of(client_for(None), "catalogue:offer_detail", bare.public_id)
    load_law()
    Offer.objects.exclude(pk=bare.pk).update(state=Offer.State.ARCHIVED)
    run_gaps(*world.gaps)
    assert propose_programmes(network_ids=[world.network.pk]) == {"programmes": 0, "unmet": 1}
    manager = client_for(Role.NETWORK_MANAGER, network=world.network)
    assert world.pool.title in html_of(manager, "matching:pool_detail", world.pool.public_id)


@pgtrigger.ignore()
def crowd(network: Network, count: int) -> list[Organisation]:
    """So many companies that are members of the network."""
    companies = Organisation.objects.bulk_create(
        Organisation(
            name=f"Menigte {n}",
            normalised_name=f"menigte {n}",
            enterprise_number=make_enterprise_number(),
            is_verified=True,
        )
        for n in range(count)
    )
    NetworkMember.objects.bulk_create(
        NetworkMember(network=network, organisation=company, state=NetworkMember.State.ACTIVE)
        for company in companies
    )
    return companies


@pgtrigger.ignore()
def same_gaps(network: Network, companies: list[Organisation], count: int) -> list[Gap]:
    """So many gaps of one text, spread over the companies."""
    return Gap.objects.bulk_create(
        Gap(
            organisation=companies[n % len(companies)],
            network=network,
            external_id=f"Z-{network.pk}-{n}",
            title="Roestvrij staal lassen",
            description="Onze mensen kunnen roestvrij staal niet lassen met de TIG-techniek.",
            learners=2,
        )
        for n in range(count)
    )


@pgtrigger.ignore()
def same_offers(provider: Provider, count: int) -> None:
    """So many offers of one text, of which nothing else is known."""
    Offer.objects.bulk_create(
        Offer(
            provider=provider,
            external_id=f"Z-{n}",
            title="Roestvrij staal lassen met TIG",
            description="U leert roestvrij staal lassen met de TIG-techniek.",
            language="nl",
        )
        for n in range(count)
    )


def test_four_hundred_companies_with_one_gap_make_rooms_of_a_lawful_size(world: World) -> None:
    network = make_network()
    gaps = same_gaps(network, crowd(network, COMPANIES), COMPANIES)
    revision = current_revision()
    store_vectors(revision=revision, kind="gap", texts=texts_of("gap", [g.pk for g in gaps]))
    run = MatchRun.objects.create(scope="network", revision=revision)
    with statements() as said:
        pooled = pool_network(network_id=network.pk, run=run, revision=revision)
    sizes = [p.companies for p in Pool.objects.live().filter(network=network)]
    assert pooled.unpooled == 0
    assert sum(sizes) == COMPANIES
    assert max(sizes) <= PoolingSettings().max_size
    assert len(said) < 60, "not a statement a company"


def test_a_pool_of_four_hundred_companies_stays_one_where_people_locked_it(
    client_for: Any, world: World, django_assert_max_num_queries: Any
) -> None:
    """What people put together is pooled again, shown, and assembled as far as the seats reach."""
    load_law()
    gaps = same_gaps(world.network, crowd(world.network, COMPANIES), COMPANIES)
    pool = world.pool
    PoolGap.objects.bulk_create(PoolGap(pool=pool, gap=gap, is_locked=True) for gap in gaps)
    PoolGap.objects.filter(pool=pool).update(is_locked=True)
    finish(queue_run(scope=MatchRun.Scope.NETWORK, network=world.network, ring=False))
    assert (world.pool.pk, world.pool.companies) == (pool.pk, COMPANIES + 3)
    for _ in range(2):
        make_edition(offer=world.offer, starts_on=timezone.localdate() + timedelta(days=60), seats=20)
    with statements() as said:
        assert propose_programmes(network_ids=[world.network.pk])["programmes"] == 1
    assert len(said) < 400, "not a statement a company and more"
    programme = Programme.objects.get()
    assert programme.learners is not None
    assert 40 < programme.learners <= 52, "three editions hold 52 people"
    manager = client_for(Role.NETWORK_MANAGER, network=world.network)
    detail = reverse("matching:pool_detail", args=[pool.public_id])
    manager.get(detail)
    with django_assert_max_num_queries(16):
        page = manager.get(detail).content.decode()
    assert f"{COMPANIES + 3}" in page
    assert programme.title in html_of(manager, "programmes:programme_detail", programme.public_id)
    assert world.pool.title in html_of(manager, "matching:pools")


@pytest.mark.parametrize("whose", ["network", "call"])
def test_a_budget_of_zero_buys_nothing_and_says_so(client_for: Any, world: World, whose: str) -> None:
    """Assembly proposes nothing that costs public money; the page of what if answers with the reason."""
    load_law()
    Network.objects.filter(pk=world.network.pk).update(budget=Decimal(10_000))
    propose_programmes(network_ids=[world.network.pk])
    programme = Programme.objects.get()
    assert programme.learners == 9
    manager = client_for(Role.NETWORK_MANAGER, network=world.network)
    address = reverse("programmes:programme_what_if", args=[programme.public_id])
    page = manager.get(address, {"budget": "0"})
    assert page.status_code == 200
    assert world.pool.title in page.content.decode()
    [(pool, obstacle)] = page.context["result"].newly_unmet
    assert (pool.pk, obstacle.reason) == (world.pool.pk, "network_budget")
    if whose == "network":
        Network.objects.filter(pk=world.network.pk).update(budget=0)
    else:
        type(world.network.call).objects.filter(pk=world.network.call_id).update(budget=0)
    assert propose_programmes(network_ids=[world.network.pk])["programmes"] == 0
    assert not Programme.objects.filter(state=Programme.State.PROPOSAL).exists()
    assert world.pool.title in html_of(manager, "matching:pool_detail", world.pool.public_id)
    assert html_of(manager, "programmes:programmes")


def test_thousands_of_the_same_text_are_embedded_matched_and_pooled_in_few_statements(world: World) -> None:
    """Twins share vectors, words and places: ties are broken by key, and nothing is asked per row."""
    networks = [make_network(), make_network()]
    gaps = [
        gap for network in networks for gap in same_gaps(network, crowd(network, 150), ALIKE // len(networks))
    ]
    same_offers(world.provider, ALIKE)
    with connection.cursor() as cursor:
        # As autovacuum does within the minute. Else every stored match is checked against its gap and its offer by a
        # plan that this connection made when there were none: row by row through all of them, for minutes.
        cursor.execute("ANALYZE networks_gap, catalogue_offer")
    run = queue_run(scope=MatchRun.Scope.ALL, ring=False)
    batches = run.batches.exclude(stage="assemble").count()
    with statements() as said:
        finish(run)
    assert len(said) < 60 * batches, "statements go with batches, not with rows"
    mine = Match.objects.filter(gap__in=gaps)
    assert mine.count() == ALIKE * 20
    assert len(set(mine.filter(rank=1).values_list("score", flat=True))) == 1, "equal texts, equal scores"
    for network in networks:
        pools = Pool.objects.live().filter(network=network)
        assert PoolGap.objects.filter(pool__in=pools).count() == ALIKE // 2
        assert max(pool.companies for pool in pools) <= PoolingSettings().max_size
    assert Embedding.objects.filter(owner_kind="gap", owner_id__in=[g.pk for g in gaps]).count() == ALIKE
