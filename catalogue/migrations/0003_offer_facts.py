"""Lists by title, and the facts that the matcher filters by: a tenth of the pages of the wide rows."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0002_initial")]

    operations = [
        migrations.AddIndex(
            model_name="offer", index=models.Index(fields=["title", "id"], name="offer_by_title")
        ),
        migrations.AddIndex(
            model_name="offer",
            index=models.Index(
                fields=["id"],
                condition=models.Q(("is_closed", False), ("state", "active")),
                include=("open_until", "teaching_languages", "mode", "places"),
                name="offer_facts",
            ),
        ),
    ]
