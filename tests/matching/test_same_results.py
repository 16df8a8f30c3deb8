"""One gap through SQL and many through arrays: the same offers, scores and components, on generated volume.

Cosines are rounded to six decimals on both sides; PostgreSQL and BLAS add up in another order, so that scores
may differ by a millionth. Only offers that tie within that may change places.
"""

from dataclasses import fields
from io import StringIO
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from pgvector import HalfVector

from catalogue.models import Offer
from catalogue.services.facts import refresh_offer_facts
from matching.engine.tables import CLOSED, OfferTable, Sets, offer_table
from matching.models import Match, MatchRun, ModelRevision
from matching.services import match, retrieve
from matching.services.facts import offer_facts
from matching.services.load import generate_load
from matching.services.nearest import close_offers_sql, has_index, index_name
from matching.services.run_supply import Supply, _facts, _table, read_supply, supply_of
from matching.services.stages import texts_of
from matching.services.supply import read_offers
from matching.services.vectors import current_revision, store_vectors
from matching.services.words import refresh_word_counts
from networks.models import Gap

pytestmark = pytest.mark.django_db
ROUNDING = 4e-6  # cosines are told to six decimals, and words added in single precision
Result = dict[int, list[tuple[int, float, float, dict[str, float | None]]]]

# Offers of equal text and equal facts, and some that nobody speaks of in the same language.
DOUBLES = """
INSERT INTO catalogue_offer (provider_id, external_id, title, description, outcomes, outcomes_text, language,
    teaching_languages, mode, hours, eqf_level, depth, direction, price, price_basis, seats, regions,
    credential, skills, mandatory, isced_f, url, state, open_until, is_closed, places, updated_at,
    policy_domain, stream)
SELECT provider_id, external_id || '-' || n, title, description, outcomes, outcomes_text,
    CASE n WHEN 3 THEN 'de' ELSE language END, teaching_languages, mode, hours, eqf_level, depth, direction,
    price, CASE n WHEN 2 THEN 'edition' ELSE price_basis END, CASE n WHEN 2 THEN 12 END, regions, credential, skills,
    mandatory, isced_f, url, state, open_until, is_closed, places, updated_at, policy_domain, stream
FROM catalogue_offer CROSS JOIN generate_series(1, 3) n WHERE catalogue_offer.id %% 6 = 0
"""


@pytest.fixture
def volume(db: None) -> ModelRevision:
    return fill()


def fill() -> ModelRevision:
    generate_load(gaps=150, offers=260, seed=3)
    with connection.cursor() as cursor:
        cursor.execute(DOUBLES, [])
    revision = current_revision()
    for kind in ("offer", "gap"):
        store_vectors(revision=revision, kind=kind, texts=texts_of(kind))
    refresh_word_counts()
    return revision


def results(run: MatchRun, revision: ModelRevision, at_once: int) -> Result:
    """Match all gaps in groups of this size and read what is stored."""
    gaps = list(Gap.objects.with_parties().order_by("pk"))
    for start in range(0, len(gaps), at_once):
        part = gaps[start : start + at_once]
        match.match_gaps(run_id=run.pk, revision=revision, gaps=part, today=timezone.localdate())
    found: Result = {gap.pk: [] for gap in gaps}
    for row in Match.objects.order_by("gap", "rank"):
        found[row.gap_id].append((row.offer_id, row.score, row.certainty, row.components))
    return found


def test_one_and_many_give_the_same(volume: ModelRevision, monkeypatch: pytest.MonkeyPatch) -> None:
    run = MatchRun.objects.create(scope="all", revision=volume)
    monkeypatch.setattr(match, "FEW_GAPS", 0)
    many = results(run, volume, at_once=64)
    Match.objects.all().delete()
    monkeypatch.setattr(match, "FEW_GAPS", 8)
    one = results(run, volume, at_once=1)
    assert sum(map(len, many.values())) > 2500
    for gap, expected in many.items():
        same(one[gap], expected)
    unknown_words = [c["words"] for rows in many.values() for *_, c in rows if c["words"] is None]
    assert unknown_words, "offers in another language have no words to compare"


def test_everything_is_looked_at_where_facts_exclude_the_nearest(
    volume: ModelRevision, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a first look as narrow as this, every gap needs the second one."""
    run = MatchRun.objects.create(scope="all", revision=volume)
    usual = results(run, volume, at_once=1)
    Match.objects.all().delete()
    monkeypatch.setattr(retrieve, "CLOSEST", 1)
    narrow = results(run, volume, at_once=1)
    for gap, expected in usual.items():
        same(narrow[gap], expected)


@pytest.mark.django_db(transaction=True)
def test_the_index_finds_what_the_scan_finds(settings: Any) -> None:
    revision = fill()
    run = MatchRun.objects.create(scope="all", revision=revision)
    exact = results(run, revision, at_once=1)
    settings.VECTOR_INDEX = "hnsw"
    call_command("vector_index", stdout=StringIO())
    assert has_index(revision)
    _an_index_of_another_make_is_made_anew(revision)
    Match.objects.all().delete()
    approximate = results(run, revision, at_once=1)
    found = sum(len({r[0] for r in approximate[gap]} & {r[0] for r in rows}) for gap, rows in exact.items())
    assert found >= 0.99 * sum(map(len, exact.values()))
    assert "hnsw" in plan_of_search(revision)
    settings.VECTOR_INDEX = "exact"
    call_command("vector_index", stdout=StringIO())
    assert not has_index(revision)


def _an_index_of_another_make_is_made_anew(revision: ModelRevision) -> None:
    name = index_name(revision)
    with connection.cursor() as cursor:
        cursor.execute(f'DROP INDEX "{name}"')
        cursor.execute(
            f'CREATE INDEX "{name}" ON matching_embedding_{revision.pk:d}'
            f" USING hnsw ((vector::halfvec({revision.dimensions:d})) halfvec_ip_ops) WHERE owner_kind = 'offer'"
        )
    assert not has_index(revision)
    call_command("vector_index", stdout=StringIO())
    assert has_index(revision)


def plan_of_search(revision: ModelRevision) -> str:
    sql = f"WITH {close_offers_sql('true', revision)} SELECT id FROM close"  # noqa: S608  nothing typed in it
    unit = HalfVector(np.ones(revision.dimensions)).to_text()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off"
        )  # so few are sorted sooner
        cursor.execute("EXPLAIN " + sql, {"unit": unit, "revision": revision.pk, "wide": 50, "enough": 20})
        return "\n".join(row[0] for row in cursor.fetchall())


def same(one: list[tuple], many: list[tuple]) -> None:
    assert len(one) == len(many)
    np.testing.assert_allclose([r[1] for r in one], [r[1] for r in many], atol=ROUNDING)
    scores = {row[0]: row for row in one}
    edge = many[-1][1] if many else 0.0
    for offer, score, certainty, components in many:
        if offer not in scores:
            assert score - edge <= ROUNDING, f"offer {offer} ties with nothing"
            continue
        assert scores[offer][1] == pytest.approx(score, abs=ROUNDING)
        assert scores[offer][2] == pytest.approx(certainty, abs=1e-6)
        assert scores[offer][3].keys() == components.keys()
        for name, value in components.items():
            assert scores[offer][3][name] == pytest.approx(value, abs=2e-4), name


def test_what_a_run_shares_is_what_each_would_read(volume: ModelRevision) -> None:
    today = timezone.localdate()
    run = MatchRun.objects.create(scope="all", revision=volume)
    shared, read = supply_of(run.pk, volume, today), read_supply(volume, today)
    assert not shared.vectors.flags.writeable, "mapped from the file"
    assert read.vectors.flags.writeable
    same_supply(shared, read)
    with connection.cursor() as cursor:  # a process that comes later sees the same market as the first
        cursor.execute("UPDATE catalogue_offer SET price = 1, state = 'hidden' WHERE id %% 3 = 0", [])
    supply_of.cache_clear()
    same_supply(supply_of(run.pk, volume, today), read)
    assert len(read_supply(volume, today).ids) < len(read.ids)


def test_an_offer_that_left_while_a_run_read_is_no_match(volume: ModelRevision) -> None:
    supply = read_supply(volume, timezone.localdate())
    gone, last = int(supply.ids[3]), int(supply.ids[-1])
    Offer.objects.filter(pk__in=[gone, last]).update(state="hidden")
    table = _table(supply.ids, _facts(supply.ids, timezone.localdate()))
    assert table.closed[[3, -1]].tolist() == [CLOSED["past"]] * 2
    stays = np.setdiff1d(np.arange(len(supply.ids)), [3, len(supply.ids) - 1])
    np.testing.assert_array_equal(table.price[stays], supply.table.price[stays])


def same_supply(one: Supply, other: Supply) -> None:
    np.testing.assert_array_equal(one.ids, other.ids)
    np.testing.assert_array_equal(one.languages, other.languages)
    np.testing.assert_array_equal(one.vectors, other.vectors)
    for field in fields(OfferTable):
        mine, theirs = getattr(one.table, field.name), getattr(other.table, field.name)
        if isinstance(mine, Sets):
            assert [mine.values[c] for c in mine.codes] == [theirs.values[c] for c in theirs.codes], (
                field.name
            )
        else:
            np.testing.assert_array_equal(mine, theirs, err_msg=field.name)
    assert list(one.postings) == list(other.postings)
    for language, postings in one.postings.items():
        theirs = other.postings[language]
        assert postings.words == theirs.words
        np.testing.assert_array_equal(postings.start, theirs.start)
        np.testing.assert_array_equal(postings.rows, theirs.rows)


def test_known_facts_exclude_in_both(volume: ModelRevision) -> None:
    """Nothing that is full, past or taught in a language that the learners lack is ever stored."""
    run = MatchRun.objects.create(scope="all", revision=volume)
    shut = set(Offer.objects.filter(is_closed=True).values_list("pk", flat=True))
    assert shut
    for at_once in (1, 64):
        results(run, volume, at_once=at_once)
        assert not Match.objects.filter(offer__in=shut).exists()
        for found in Match.objects.select_related("gap", "offer"):
            spoken, taught = set(found.gap.learner_languages), set(found.offer.teaching_languages)
            assert not spoken or not taught or spoken & taught


def test_columns_are_those_of_the_facts(volume: ModelRevision) -> None:
    today = timezone.localdate()
    refresh_offer_facts(today=today)  # the doubles have no editions: nothing is known of when they are
    offers = list(Offer.objects.active().select_related("provider").order_by("pk"))
    expected = offer_table(offer_facts(offers), today)
    found, languages = read_offers(today=today)
    assert languages == [offer.language for offer in offers]
    for name in ("ids", "depth", "direction", "level", "price", "starts", "seats", "trust"):
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), err_msg=name)
    np.testing.assert_array_equal(found.closed > 0, expected.closed > 0)
    for name in ("languages", "places", "modes", "skills"):
        mine, theirs = getattr(found, name), getattr(expected, name)
        assert [mine.values[c] for c in mine.codes] == [theirs.values[c] for c in theirs.codes], name
