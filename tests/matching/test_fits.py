"""How well an offer closes a pool: what it is about counts before its price, its place or its day."""

import pytest

from matching.engine.scoring import COMPONENTS
from matching.models import Match, MatchRun, Pool, PoolGap
from matching.services.fits import GOOD_ENOUGH, PoolOffer, pool_offers
from networks.models import Gap
from tests.factories import make_gap, make_network, make_offer

pytestmark = pytest.mark.django_db
HARD_FACTS = dict.fromkeys(COMPONENTS[3:], 1.0)


@pytest.fixture
def pool() -> Pool:
    network = make_network()
    pool = Pool.objects.create(network=network, title="Storingen")
    for learners in (2, 6):
        PoolGap.objects.create(pool=pool, gap=make_gap(network=network, learners=learners))
    return pool


def _fit(pool: Pool, *found: tuple[float, dict[str, float | None]]) -> PoolOffer:
    """Of one offer that the gaps of the pool matched with these scores and components."""
    run, offer = MatchRun.objects.create(scope=MatchRun.Scope.ALL), make_offer()
    for gap, (score, parts) in zip(Gap.objects.order_by("learners"), found, strict=True):
        known: dict[str, float | None] = dict.fromkeys(COMPONENTS) | HARD_FACTS | parts
        Match.objects.create(
            gap=gap, offer=offer, run=run, rank=1, score=score, certainty=1, components=known
        )
    return pool_offers([pool.pk])[pool.pk][0]


def test_an_offer_about_something_else_is_not_good_enough_however_near_and_cheap_it_is(pool: Pool) -> None:
    row = _fit(pool, (0.56, {"meaning": 0.24, "words": 0.0}), (0.53, {"meaning": 0.2}))
    assert row.fit < GOOD_ENOUGH
    assert (row.covered, row.gaps) == (0, 2)


def test_what_is_about_the_same_keeps_its_score(pool: Pool) -> None:
    row = _fit(pool, (0.7, {"meaning": 0.5}), (0.5, {"meaning": 0.26}))
    assert row.fit == pytest.approx((2 * 0.7 + 6 * 0.5) / 8)
    assert (row.covered, row.gaps) == (2, 2)


def test_an_unlike_text_that_teaches_the_skill_that_is_asked_is_about_the_same(pool: Pool) -> None:
    row = _fit(pool, (0.6, {"meaning": 0.1, "skills": 1.0}), (0.6, {"meaning": 0.1, "skills": 0.0}))
    assert row.covered == 1, "the second teaches another skill"
    assert row.fit == pytest.approx((2 * 0.6 + 6 * GOOD_ENOUGH * 0.04 / 0.58 / 0.25) / 8)


def test_what_nobody_knows_is_not_held_against_an_offer(pool: Pool) -> None:
    row = _fit(pool, (0.6, {}), (0.6, {}))
    assert row.fit == pytest.approx(0.6)
    assert row.covered == 2
