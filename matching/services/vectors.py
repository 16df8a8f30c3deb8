"""Vectors in the database: one partition a model revision, filled beside the one that serves."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from django.conf import settings
from django.db import connection, transaction
from numpy.typing import NDArray
from pgvector import HalfVector

from matching.embedder import Embedder, load_embedder
from matching.models import Embedding, ModelRevision

ENCODE_AT_ONCE = 512


@dataclass(frozen=True, slots=True)
class Text:
    """A text to embed: the primary key of its owner and what it says."""

    owner_id: int
    text: str

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


@cache
def embedder() -> Embedder:
    """The configured model, loaded once a process."""
    return load_embedder(settings.EMBEDDING_MODEL or None)


def current_revision() -> ModelRevision:
    """The row and the partition of the configured model; made when they are not there.

    The first revision becomes active at once. Another one is activated by `activate_revision` when full.
    """
    model = embedder()
    revision = ModelRevision.objects.filter(revision=model.revision).first()
    return revision or _create_revision(model)


def active_revision() -> ModelRevision | None:
    return ModelRevision.objects.filter(is_active=True).first()


def activate_revision(*, revision_id: int) -> None:
    """Switch the pointer in one transaction: queries see the old model or the new one, never neither."""
    with transaction.atomic():
        list(ModelRevision.objects.select_for_update().order_by("pk"))
        ModelRevision.objects.filter(is_active=True).exclude(pk=revision_id).update(is_active=False)
        ModelRevision.objects.filter(pk=revision_id).update(is_active=True)


def stale_texts(*, revision: ModelRevision, kind: str, texts: Iterable[Text]) -> list[Text]:
    """Those texts whose vector is missing or was made from other words."""
    texts = list(texts)
    known = dict(
        Embedding.objects.filter(
            revision_id=revision.pk, owner_kind=kind, owner_id__in=[t.owner_id for t in texts]
        ).values_list("owner_id", "text_hash")
    )
    return [text for text in texts if known.get(text.owner_id) != text.hash]


def store_vectors(*, revision: ModelRevision, kind: str, texts: Sequence[Text]) -> int:
    """Embed what is stale and store it; safe to repeat. Returns how many texts were embedded."""
    stale = stale_texts(revision=revision, kind=kind, texts=texts)
    for start in range(0, len(stale), ENCODE_AT_ONCE):
        part = stale[start : start + ENCODE_AT_ONCE]
        words = [text.text for text in part]
        vectors = embedder().encode_queries(words) if kind == "gap" else embedder().encode_documents(words)
        _upsert(revision, kind, part, vectors)
    return len(stale)


def read_vectors(*, revision: ModelRevision, kind: str, ids: Sequence[int]) -> NDArray[np.float16]:
    """Vectors of these owners in their order, shape (n, dimensions), read by binary COPY.

    An owner without a vector gets zeros, which are near to nothing.
    """
    place = {owner: row for row, owner in enumerate(ids)}
    out = np.zeros((len(ids), revision.dimensions), dtype=np.float16)
    for owner, raw in _copy_out(revision, kind, ids):
        row = place.get(owner)
        if row is not None:
            # halfvec_send: dimensions and a reserved word (int16 each), then big-endian half floats.
            out[row] = np.frombuffer(raw, dtype=">f2", offset=4)
    return out


def _copy_out(revision: ModelRevision, kind: str, ids: Sequence[int]) -> Iterable[tuple[int, bytes]]:
    statement = (
        "COPY (SELECT owner_id, halfvec_send(vector) FROM matching_embedding "
        "WHERE revision_id = %s AND owner_kind = %s AND owner_id = ANY(%s)) TO STDOUT (FORMAT BINARY)"
    )
    # The driver's own cursor: the wrapper that records queries knows no parameters here.
    with connection.cursor() as cursor, cursor.cursor.copy(statement, [revision.pk, kind, list(ids)]) as copy:
        copy.set_types(["int8", "bytea"])
        for row in copy.rows():
            yield row[0], row[1]


def _upsert(revision: ModelRevision, kind: str, texts: Sequence[Text], vectors: NDArray[np.float32]) -> None:
    rows = [
        Embedding(
            revision_id=revision.pk,
            owner_kind=kind,
            owner_id=text.owner_id,
            text_hash=text.hash,
            vector=HalfVector(vector),
        )
        for text, vector in zip(texts, vectors, strict=True)
    ]
    Embedding.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["revision_id", "owner_kind", "owner_id"],
        update_fields=["text_hash", "vector"],
    )


def _create_revision(model: Embedder) -> ModelRevision:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE matching_modelrevision IN SHARE ROW EXCLUSIVE MODE")
        revision, created = ModelRevision.objects.get_or_create(
            revision=model.revision,
            defaults={
                "name": model.name,
                "dimensions": model.dimensions,
                "is_active": not ModelRevision.objects.filter(is_active=True).exists(),
            },
        )
        if created:
            cursor.execute(
                f"CREATE TABLE matching_embedding_{revision.pk:d} PARTITION OF matching_embedding "
                f"FOR VALUES IN ({revision.pk:d})"
            )
    return revision
