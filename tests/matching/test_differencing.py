"""Somebody who asks again and again, with every filter and order, learns nothing of one undertaking."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from matching.anonymity import CONTRIBUTIONS, Said, Wish, publish
from matching.models import Pool
from matching.obstacles import obstacle_sentence
from matching.services.by_hand import keep_out
from matching.services.figures import told_cover, told_fit
from networks.models import Gap
from skillnet.kernel.roles import Role
from tests.api.keys import client_of
from tests.factories import actor_for_role, make_gap
from tests.matching.bid_world import open_card
from tests.matching.web_world import World, build_world, work

K = 3
SLOW = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=75)
WISH = st.builds(
    Wish,
    undertaking=st.integers(1, 7),
    learners=st.none() | st.integers(1, 4),
    regions=st.lists(st.sampled_from(["BE211", "BE212", "BE234"]), max_size=2).map(tuple),
    skills=st.lists(st.sampled_from("abc"), max_size=2).map(tuple),
    horizon=st.sampled_from(["", "now", "1y"]),
    depth=st.sampled_from(["", "short"]),
    languages=st.lists(st.sampled_from(["nl", "fr"]), max_size=2).map(tuple),
    budget=st.none() | st.sampled_from([Decimal(100), Decimal(900)]),
)
# What companies say, over and over: the attacker reads the figures after each change.
HISTORY = st.lists(st.lists(WISH, max_size=8), min_size=2, max_size=6)


def contributions(wishes: list[Wish], name: str) -> dict[int, list[str]]:
    said: dict[int, list[str]] = {}
    for wish in wishes:
        if (value := CONTRIBUTIONS[name](wish)) not in (None, "", ()):
            said.setdefault(wish.undertaking, []).append(repr(value))
    return {undertaking: sorted(values) for undertaking, values in said.items()}


FOUR = [Wish(undertaking=number, learners=3, depth="short") for number in range(1, 5)]
# All fall silent, and come back with one that changed: the figure must not tell which way.
SILENCE = [FOUR, [Wish(undertaking=number) for number in range(1, 5)], [*FOUR[:3], Wish(4, 4, depth="")]]


@SLOW
@given(HISTORY)
@example(SILENCE)
def test_two_readings_that_differ_differ_by_at_least_k_undertakings(history: list[list[Wish]]) -> None:
    """Of any two moments at which a figure was shown anew, not only of two in a row."""
    figures: dict[str, Any] = {}
    said: Said = {}
    shown: dict[str, list[tuple[Any, dict[int, list[str]]]]] = {}
    for wishes in history:
        before = dict(figures)
        figures, said = publish(figures, said, wishes, K)
        for name, value in figures.items():
            if value and value != before.get(name):
                shown.setdefault(name, []).append((value, contributions(wishes, name)))
    for name, moments in shown.items():
        for place, (_value, one) in enumerate(moments):
            for _later, other in moments[place + 1 :]:
                changed = [u for u in one.keys() | other.keys() if one.get(u) != other.get(u)]
                assert len(changed) >= K, name


@SLOW
@given(st.lists(WISH, min_size=3, max_size=8), WISH)
def test_one_undertaking_that_comes_goes_or_changes_moves_no_figure(wishes: list[Wish], other: Wish) -> None:
    figures, said = publish({}, {}, wishes, K)
    if not figures:
        return
    told = {name: value for name, value in figures.items() if value}
    apart = [wish for wish in wishes if wish.undertaking != other.undertaking]
    for changed in (apart, [*apart, other], [*wishes, other]):
        again, _said = publish(figures, said, changed, K)
        assert {name: again[name] for name in told} == told


def test_what_is_told_of_fit_and_size_is_coarse() -> None:
    assert told_fit(0.731) == told_fit(0.744) == 0.75
    assert told_fit(None) is None
    assert told_cover(4, 4)
    assert not told_cover(3, 4)  # one gap is about something else: whose?
    assert told_cover(3, 6)
    sentences = {obstacle_sentence({"reason": "seats", "amount": n}, public=True) for n in (1, 3, 5)}
    assert len(sentences) == 1


@pytest.mark.parametrize("reason", ["price", "fit"])
def test_what_is_lacking_gives_no_companys_budget_away(reason: str) -> None:
    """What it lacks, less the price that everybody reads, is the budget of the company that comes nearest."""
    sentences = {obstacle_sentence({"reason": reason, "amount": n}, public=True) for n in ("0.11", "117.73")}
    (told,) = sentences
    assert told
    assert not any(letter.isdigit() for letter in told)
    assert any(letter.isdigit() for letter in obstacle_sentence({"reason": reason, "amount": "0.11"}))


QUERIES: list[dict[str, str]] = [
    {},
    *({"region": code} for code in ("BE10", "BE21", "BE22", "BE23", "BE24", "BE25")),
    *({"language": code} for code in ("nl", "fr", "en", "de")),
    {"unmet": "yes"},
    {"q": "lassen"},
    *({"sort": key} for key in ("shown_undertakings", "-shown_learners", "own_fit", "companies", "learners")),
    {"export": "csv"},
]


def readable(answer: Any) -> str:
    """What a page says, without what changes on every page."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return re.sub(
        r'(csrf[^>]*value|hx-headers)="[^"]*"|"X-CSRFToken": "[^"]*"|nonce="[^"]*"', "", body.decode()
    )


def readings(client: Any, api: Any, pool: Pool) -> list[str]:
    """Everything that a provider can read of demand, with what changes on every page taken out."""
    found = [readable(client.get(reverse("matching:demand"), query)) for query in QUERIES]
    found.append(readable(client.get(reverse("matching:demand_detail", args=[pool.public_id]))))
    paths = ("demand", "pools", f"demand/{pool.public_id}", "demand-cards", "demand/?page_size=1&unmet=yes")
    return found + [readable(api.get(f"/api/v1/{path}{'' if '?' in path else '/'}")) for path in paths]


def _learners(world: World) -> None:
    Gap.objects.filter(pk=world.gaps[0].pk).update(learners=4)


def _region(world: World) -> None:
    Gap.objects.filter(pk=world.gaps[1].pk).update(regions=["BE211"])


def _languages(world: World) -> None:
    Gap.objects.filter(pk=world.gaps[2].pk).update(learner_languages=["fr"], budget=90_000)


def _one_more(world: World) -> None:
    make_gap(
        network=world.network,
        title=world.gaps[0].title,
        description=world.gaps[0].description,
        learners=17,
        depth="short",
        direction="upskilling",
        regions=["BE234"],
    )


def _one_less(world: World) -> None:
    keep_out(
        gap=world.gaps[3], actor=actor_for_role(Role.NETWORK_MANAGER, network=world.network), of_all=True
    )


@pytest.mark.django_db
@pytest.mark.parametrize("change", [_learners, _region, _languages, _one_more, _one_less])
def test_no_query_before_and_after_one_company_tells_them_apart(change: Any, client_for: Any) -> None:
    world = build_world(companies=4, learner_languages=["nl"])
    open_card(world.pool)
    organisation = world.provider.organisation
    client = client_for(Role.PROVIDER, organisation=organisation)
    api = client_of(Role.PROVIDER, organisation=organisation)
    pool = world.pool
    before = readings(client, api, pool)
    assert "12" in before[0]  # the four companies' learners are on the page
    change(world)
    if change is not _one_less:
        work(world)
    assert readings(client, api, pool) == before


@pytest.mark.django_db
def test_figures_follow_once_enough_companies_changed(client_for: Any) -> None:
    world = build_world(companies=4)
    client = client_for(Role.PROVIDER, organisation=world.provider.organisation)
    assert client.get(reverse("matching:demand")).context["page"].object_list[0].anonymous.learners == 12
    Gap.objects.filter(pk__in=[gap.pk for gap in world.gaps[:3]]).update(learners=5)
    work(world)
    assert client.get(reverse("matching:demand")).context["page"].object_list[0].anonymous.learners == 18
