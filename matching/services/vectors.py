"""Vectors in the database: one partition a model revision, filled beside the one that serves."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from django.conf import settings
from django.db import connection, transaction
from numpy.typing import NDArray

from matching.embedder import Embedder, load_embedder
from matching.engine.retrieval import silent_rows
from matching.models import Embedding, ModelRevision

ENCODE_AT_ONCE = 512
READ_ALL_FROM = 20_000
"""So many vectors are not looked up one by one: reading all of a kind and leaving some out is sooner done."""
COPY_SIGNATURE = b"PGCOPY\n\xff\r\n\x00" + bytes(8)  # no flags, no extension
COPY_END = b"\xff\xff"


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
    """Embed what is stale and store it; safe to repeat. Returns how many texts were embedded.

    A text of which the model understands nothing (signs only) has no vector: it is tried again each time.
    """
    stale, stored = stale_texts(revision=revision, kind=kind, texts=texts), 0
    for start in range(0, len(stale), ENCODE_AT_ONCE):
        part = stale[start : start + ENCODE_AT_ONCE]
        words = [text.text for text in part]
        vectors = embedder().encode_queries(words) if kind == "gap" else embedder().encode_documents(words)
        silent = silent_rows(vectors)
        said = [text for text, nothing in zip(part, silent, strict=True) if not nothing]
        _forget(revision, kind, [text for text, nothing in zip(part, silent, strict=True) if nothing])
        _upsert(revision, kind, said, vectors[~silent])
        stored += len(said)
    return stored


def read_vectors(*, revision: ModelRevision, kind: str, ids: Sequence[int]) -> NDArray[np.float16]:
    """Vectors of these owners in their order, shape (n, dimensions), read by binary COPY.

    An owner without a vector gets zeros: nothing is known of its meaning, and it is near to nothing.
    """
    wanted = np.array(ids, dtype=np.int64)
    out = np.zeros((len(wanted), revision.dimensions), dtype=np.float16)
    found = _copy_out(revision, kind, ids if len(ids) < READ_ALL_FROM else None)
    if len(found) and len(wanted):
        order = np.argsort(wanted, kind="stable")
        owners = found["owner"].astype(np.int64)
        place = np.minimum(np.searchsorted(wanted[order], owners), len(wanted) - 1)
        asked = wanted[order[place]] == owners
        out[order[place[asked]]] = found["vector"].astype(np.float16)[asked]
    return out


def array_of(ids: Sequence[int]) -> str:
    """Keys as PostgreSQL writes an array: a hundred thousand at once, where psycopg adapts one by one."""
    return "{" + ",".join(map(str, ids)) + "}"


def _copy_out(revision: ModelRevision, kind: str, ids: Sequence[int] | None) -> NDArray[np.void]:
    """What COPY sends (None: of every owner), laid over an array: all rows of one revision are equally long.

    halfvec_send: dimensions and a reserved word (int16 each), then big-endian half floats.
    """
    row = np.dtype(
        [
            ("fields", ">i2"), ("owner_bytes", ">i4"), ("owner", ">i8"), ("vector_bytes", ">i4"),
            ("dimensions", ">i2"), ("reserved", ">i2"), ("vector", ">f2", (revision.dimensions,)),
        ]
    )  # fmt: skip
    statement = (
        "COPY (SELECT owner_id, halfvec_send(vector) FROM matching_embedding "
        "WHERE revision_id = %s AND owner_kind = %s AND (%s OR owner_id = ANY(%s))) TO STDOUT (FORMAT BINARY)"
    )
    asked = [revision.pk, kind, ids is None, list(ids or ())]
    # The driver's own cursor: the wrapper that records queries knows no parameters here.
    with connection.cursor() as cursor, cursor.cursor.copy(statement, asked) as copy:
        sent = b"".join(copy)
    rows, rest = divmod(len(sent) - len(COPY_SIGNATURE) - len(COPY_END), row.itemsize)
    if rest:
        raise ValueError(f"Vectors of revision {revision.revision} are not all {revision.dimensions} long.")
    return np.frombuffer(sent, dtype=row, offset=len(COPY_SIGNATURE), count=rows)


def _forget(revision: ModelRevision, kind: str, texts: Sequence[Text]) -> None:
    """What a text meant before it said nothing any more."""
    if texts:
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM matching_embedding"
                " WHERE revision_id = %s AND owner_kind = %s AND owner_id = ANY(%s)",
                [revision.pk, kind, [text.owner_id for text in texts]],
            )


def _upsert(revision: ModelRevision, kind: str, texts: Sequence[Text], vectors: NDArray[np.float32]) -> None:
    """Binary COPY into a temporary table and from there into the partition, new or changed."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE new_vectors (owner_id bigint, text_hash text, vector halfvec) ON COMMIT DROP"
        )
        with cursor.copy("COPY new_vectors FROM STDIN (FORMAT BINARY)") as copy:
            copy.write(_copy_in(texts, vectors))
        cursor.execute(
            "INSERT INTO matching_embedding (revision_id, owner_kind, owner_id, text_hash, vector)"
            " SELECT %s, %s, owner_id, text_hash, vector FROM new_vectors ORDER BY owner_id"
            " ON CONFLICT (revision_id, owner_kind, owner_id)"
            " DO UPDATE SET text_hash = excluded.text_hash, vector = excluded.vector",
            [revision.pk, kind],
        )
        cursor.execute("DROP TABLE new_vectors")


def _copy_in(texts: Sequence[Text], vectors: NDArray[np.float32]) -> bytes:
    """The rows as COPY wants them, the reverse of `_copy_out`."""
    count, dimensions = vectors.shape
    rows = np.zeros(
        count,
        dtype=[
            ("fields", ">i2"), ("owner_bytes", ">i4"), ("owner", ">i8"), ("hash_bytes", ">i4"),
            ("hash", "S64"), ("vector_bytes", ">i4"), ("dimensions", ">i2"), ("reserved", ">i2"),
            ("vector", ">f2", (dimensions,)),
        ],
    )  # fmt: skip
    rows["fields"], rows["owner_bytes"], rows["hash_bytes"] = 3, 8, 64
    rows["vector_bytes"], rows["dimensions"] = 4 + 2 * dimensions, dimensions
    rows["owner"] = [text.owner_id for text in texts]
    rows["hash"] = [text.hash.encode() for text in texts]
    rows["vector"] = vectors
    return COPY_SIGNATURE + rows.tobytes() + COPY_END


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
