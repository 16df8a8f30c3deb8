"""The nearest offers in SQL: the shortcuts answer as a plain scan does, and what is unrelated is not near."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from django.db import connection
from numpy.typing import NDArray
from pgvector import HalfVector

from catalogue.models import Offer
from matching.models import ModelRevision
from matching.services.nearest import SAMPLED, WIDE, close_offers_sql
from matching.services.search import LEAST_SHARE, UNRELATED, search_by_meaning_and_words
from matching.services.vectors import current_revision, embedder
from tests.factories import make_offer, make_provider

pytestmark = pytest.mark.django_db
VECTORS, ENOUGH, DIMENSIONS = 12_000, 20, 16
PLAIN = """
SELECT o.id FROM matching_embedding e JOIN catalogue_offer o ON o.id = e.owner_id
WHERE e.revision_id = %(revision)s AND e.owner_kind = 'offer'
ORDER BY e.vector <#> %(unit)s::halfvec, o.id LIMIT %(enough)s
"""
SAMPLE = f"""
SELECT owner_id FROM matching_embedding TABLESAMPLE SYSTEM ({SAMPLED}) REPEATABLE (1) WHERE revision_id = %s
"""  # noqa: S608  a constant
NEAREST = "WITH {close} SELECT id FROM close ORDER BY distance, id LIMIT %(enough)s"
FOUND = """
WITH {close} SELECT (SELECT count(*) FROM quick), (SELECT count(*) FROM bound),
    (SELECT count(*) FROM matching_embedding e WHERE e.revision_id = %(revision)s
        AND e.vector <#> %(unit)s::halfvec <= (SELECT distance FROM bound))
"""


def units(rows: NDArray[Any]) -> NDArray[np.float64]:
    return np.asarray(rows / np.linalg.norm(rows, axis=-1, keepdims=True), np.float64)


@pytest.fixture
def owners(db: None) -> list[int]:
    """Whose the vectors are: one in ten an offer that is there, so that the facts keep out most of the nearest."""
    provider = make_provider()
    rows = [Offer(provider=provider, external_id=f"N-{n}", title=f"Cursus {n}") for n in range(VECTORS // 10)]
    offers = [row.pk for row in Offer.objects.bulk_create(rows)]
    nobody = range(max(offers) + 1, max(offers) + 1 + VECTORS - len(offers))
    return [int(owner) for owner in np.random.default_rng(5).permutation([*offers, *nobody])]


def fill(revision: ModelRevision, owners: Sequence[int], vectors: NDArray[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE matching_embedding_{revision.pk:d}")
        into = "COPY matching_embedding (revision_id, owner_kind, owner_id, text_hash, vector) FROM STDIN"
        with cursor.copy(into) as copy:
            for owner, vector in zip(owners, vectors, strict=True):
                copy.write_row((revision.pk, "offer", owner, "", HalfVector(vector).to_text()))


def ask(sql: str, revision: ModelRevision, unit: NDArray[Any]) -> list[Any]:
    asked = {"unit": HalfVector(unit).to_text(), "revision": revision.pk, "wide": WIDE, "enough": ENOUGH}
    with connection.cursor() as cursor:
        cursor.execute(sql.format(close=close_offers_sql("true", revision)), asked)
        return list(cursor.fetchall())


def test_what_lies_beyond_the_bound_is_left_out_and_the_nearest_are_the_same(owners: list[int]) -> None:
    random = np.random.default_rng(7)
    revision = current_revision()
    fill(revision, owners, units(random.normal(size=(VECTORS, DIMENSIONS))))
    for unit in units(random.normal(size=(5, DIMENSIONS))):
        ((quick, bound, within),) = ask(FOUND, revision, unit)
        assert bound == 1
        assert WIDE < within < VECTORS / 2, "most is not sorted"
        assert quick >= ENOUGH, "and the first look answers"
        assert ask(NEAREST, revision, unit) == ask(PLAIN, revision, unit)


def test_everything_is_looked_at_where_too_little_lies_within_the_bound(owners: list[int]) -> None:
    random = np.random.default_rng(11)
    revision = current_revision()
    vectors = units(random.normal(size=(VECTORS, DIMENSIONS)))
    unit = units(random.normal(size=DIMENSIONS))
    fill(revision, owners, vectors)
    with connection.cursor() as cursor:
        cursor.execute(SAMPLE, [revision.pk])
        sampled = {row[0] for row in cursor.fetchall()}
    near = np.array([owner in sampled for owner in owners])
    vectors[near] = units(unit + 0.01 * vectors[near])  # the sample is no picture of the rest
    fill(revision, owners, vectors)
    ((quick, bound, within),) = ask(FOUND, revision, unit)
    assert (bound, within < WIDE) == (1, True)
    assert quick < ENOUGH
    assert ask(NEAREST, revision, unit) == ask(PLAIN, revision, unit)


def test_what_has_nothing_in_common_with_what_was_typed_is_not_near(db: None) -> None:
    """Offers at a known cosine from what is typed, in the dimensions of the shipped model; no word in common."""
    typed, model = "lassen van inox", embedder()
    revision = current_revision()
    unit = units(model.encode_queries([typed])[0])
    other = np.random.default_rng(3).normal(size=model.dimensions)
    other = units(other - (other @ unit) * unit)
    floor = UNRELATED / model.dimensions**0.5
    best = 2 * floor / LEAST_SHARE
    cosines = [best, LEAST_SHARE * best + 0.01, LEAST_SHARE * best - 0.01, floor + 0.01, floor - 0.01]
    offers = [make_offer(title=f"Opleiding {n}", state=Offer.State.ACTIVE) for n in range(len(cosines))]
    rows = np.array([cosine * unit + (1 - cosine**2) ** 0.5 * other for cosine in cosines])
    fill(revision, [offer.pk for offer in offers], rows)
    one, two, _three, four, five = offers
    assert search_by_meaning_and_words(typed) == [one.pk, two.pk]
    Offer.objects.exclude(pk__in=[four.pk, five.pk]).update(state=Offer.State.ARCHIVED)
    assert search_by_meaning_and_words(typed) == [four.pk]
    Offer.objects.filter(pk=four.pk).update(state=Offer.State.ARCHIVED)
    assert search_by_meaning_and_words(typed) == [], "also when nothing else is"
