"""The table of vectors, partitioned by model revision: a new model fills its own partition while the old
one serves, and leaves by dropping a table. `halfvec` stays in the row (a `vector` would move out of line)."""

from django.db import migrations
from pgvector.django import VectorExtension

CREATE = """
CREATE TABLE matching_embedding (
    revision_id bigint NOT NULL,
    owner_kind varchar(5) NOT NULL,
    owner_id bigint NOT NULL,
    text_hash varchar(64) NOT NULL,
    vector halfvec NOT NULL,
    CONSTRAINT embedding_owner_is_known CHECK (owner_kind IN ('gap', 'offer', 'skill')),
    PRIMARY KEY (revision_id, owner_kind, owner_id)
) PARTITION BY LIST (revision_id)
"""


class Migration(migrations.Migration):
    dependencies = [("matching", "0002_initial")]

    operations = [
        VectorExtension(),
        migrations.RunSQL(CREATE, "DROP TABLE matching_embedding"),
    ]
