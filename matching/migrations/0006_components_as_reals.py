"""Components of a match become an array of reals, and two indexes that others cover leave.

The unique pair of gap and offer already finds the matches of a gap, of which there are a score.
"""

import django.db.models.deletion
from django.db import migrations, models

import matching.fields

NAMES = (
    "meaning",
    "words",
    "skills",
    "quadrant",
    "level",
    "language",
    "mode",
    "place",
    "timing",
    "size",
    "price",
    "trust",
)
TO_ARRAY = (
    "ARRAY[" + ", ".join(f"coalesce((components->>'{name}')::real, 'NaN')" for name in NAMES) + "]::real[]"
)
TO_JSON = (
    "jsonb_build_object("
    + ", ".join(
        f"'{name}', to_jsonb(nullif(components[{n}], 'NaN'::real))" for n, name in enumerate(NAMES, 1)
    )
    + ")"
)


class Migration(migrations.Migration):
    dependencies = [("matching", "0005_bids_and_renewals"), ("networks", "0001_initial")]

    operations = [
        migrations.RemoveIndex(model_name="match", name="match_by_rank"),
        migrations.AlterField(
            model_name="match",
            name="gap",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="matches",
                to="networks.gap",
            ),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"ALTER TABLE matching_match ALTER COLUMN components TYPE real[] USING {TO_ARRAY}",
                    f"ALTER TABLE matching_match ALTER COLUMN components TYPE jsonb USING {TO_JSON}",
                )
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="match", name="components", field=matching.fields.ComponentsField()
                )
            ],
        ),
    ]
