"""What a person types in the public catalogue: found by meaning and by words, fused by reciprocal rank."""

from django.db import connection, transaction
from pgvector import HalfVector

from matching.engine.fusion import fuse
from matching.services.nearest import WIDE, close_offers_sql, prepare_search
from matching.services.vectors import active_revision, embedder
from skillnet.kernel.fields import TEXT_SEARCH_CONFIGS

NEAREST = 200
"""So many by meaning and so many by words: four pages of a list; nobody reads on."""
LEAST_SHARE = 0.6
"""Of the best offer's cosine: below it, an offer is near only because nothing else is."""
UNRELATED = 2.0
"""So many standard deviations, 1 / sqrt(numbers), lie cosines of texts that have nothing in common from 0."""
LONGEST = 300  # characters of a query that are read

BY_MEANING = "WITH {close} SELECT id, -distance FROM close ORDER BY distance, id LIMIT %(limit)s"
PUBLISHED = "o.state = 'active'"

# The last word may be half typed, so it is looked up by its beginning too. Languages in which the words have the
# same stems are looked up at once.
BY_WORDS = """
SELECT o.id, ts_rank(o.search, q.query) AS rank
FROM (
    SELECT query, array_agg(language) AS languages FROM (VALUES {queries}) v(language, query) GROUP BY query
) q JOIN catalogue_offer o ON o.search @@ q.query AND o.language = ANY(q.languages)
WHERE o.state = 'active' ORDER BY rank DESC, o.id LIMIT %(limit)s
"""


def search_by_meaning_and_words(typed: str) -> list[int]:
    """Primary keys of published offers that fit, best first; empty when nothing does."""
    typed = typed.strip()[:LONGEST]
    if not typed:
        return []
    return [pk for pk, _score in fuse([_by_meaning(typed), _by_words(typed)])]


def _by_meaning(typed: str) -> list[int]:
    revision = active_revision()
    model = embedder()
    if revision is None or revision.revision != model.revision:
        return []
    found = {
        "unit": HalfVector(model.encode_queries([typed])[0]).to_text(),
        "revision": revision.pk,
        "limit": NEAREST,
        "wide": WIDE,
        "enough": NEAREST,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        prepare_search(cursor)
        cursor.execute(BY_MEANING.format(close=close_offers_sql(PUBLISHED, revision)), found)
        rows = cursor.fetchall()
    if not rows:
        return []
    least = max(LEAST_SHARE * rows[0][1], UNRELATED / model.dimensions**0.5)
    return [pk for pk, cosine in rows if cosine >= least]


def _by_words(typed: str) -> list[int]:
    configs = TEXT_SEARCH_CONFIGS.items()
    values = ", ".join(
        f"('{language}', websearch_to_tsquery('{config}', %(typed)s)"
        f" || to_tsquery('{config}', nullif(%(beginnings)s, '')))"
        for language, config in configs
    )
    beginnings = " & ".join(f"'{word}':*" for word in _words(typed))
    with connection.cursor() as cursor:
        cursor.execute(
            BY_WORDS.format(queries=values), {"typed": typed, "beginnings": beginnings, "limit": NEAREST}
        )
        return [row[0] for row in cursor.fetchall()]


def _words(typed: str) -> list[str]:
    cleaned = "".join(c if c.isalnum() else " " for c in typed)
    return cleaned.split()
