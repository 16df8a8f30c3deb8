"""Storing matches: the work stays in proportion, whatever PostgreSQL last counted in the table."""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.utils import timezone

from matching.engine.scoring import COMPONENTS
from matching.models import Match, MatchChange, MatchRun
from matching.services.score import Ranked
from matching.services.store import CHANGES, store_matches
from matching.services.vectors import current_revision
from tests.factories import make_gap, make_offer, make_organisation, make_provider

pytestmark = pytest.mark.django_db
GAPS, OFFERS = 60, 40
ONCE = ("Aggregate",)
"""What a plan may not do anew for each gap or change, besides reading the matches; it may look up a row by its
key, and read again what it has worked out once."""


def ranked(first: int, last: int) -> Ranked:
    """Every gap with the offers of these places."""
    gaps, offers = np.meshgrid(np.arange(GAPS), np.arange(first, last), indexing="ij")
    count = gaps.size
    return Ranked(
        gap_rows=gaps.ravel(), offer_rows=offers.ravel(), ranks=offers.ravel() + 1,
        scores=np.full(count, 0.5), certainty=np.ones(count), components=np.zeros((count, len(COMPONENTS))),
    )  # fmt: skip


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", []):
        yield from nodes(part)


def test_what_changed_is_worked_out_once_though_the_table_was_counted_while_empty() -> None:
    company, provider = make_organisation(), make_provider()
    gaps = [make_gap(organisation=company).pk for _ in range(GAPS)]
    offers = [make_offer(provider=provider).pk for _ in range(OFFERS)]
    runs = [
        MatchRun.objects.create(scope="all", revision=current_revision(), started_at=timezone.now()).pk
        for _ in range(2)
    ]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE matching_match")
    plans: list[dict[str, Any]] = []

    def explained(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql != CHANGES:
            return execute(sql, params, many, context)
        done = execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params, many, context)
        (told,) = context["cursor"].fetchone()
        plans.append((json.loads(told) if isinstance(told, str) else told)[0]["Plan"])
        return done

    about: dict[str, Any] = {"gap_ids": gaps, "offer_ids": offers, "today": timezone.localdate()}
    assert store_matches(run_id=runs[0], ranked=ranked(0, OFFERS - 2), **about) == (GAPS * (OFFERS - 2), 0)
    with connection.execute_wrapper(explained):
        assert store_matches(run_id=runs[1], ranked=ranked(2, OFFERS), **about) == (2 * GAPS, 2 * GAPS)
    assert Match.objects.count() == GAPS * (OFFERS - 2)
    assert MatchChange.objects.count() == 4 * GAPS
    (plan,) = plans
    heavy = [
        node
        for node in nodes(plan)
        if node["Node Type"] in ONCE or node.get("Relation Name") in ("matching_match", "new_matches")
    ]
    assert len(heavy) >= 4
    assert {node["Actual Loops"] for node in heavy} == {1}
