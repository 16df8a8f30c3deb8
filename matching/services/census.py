"""When what was worked out of all rows of a table has to be worked out anew."""

from typing import Any

from django.db.models import Count, Max, Model


def census(model: type[Model]) -> tuple[int, int]:
    """How many rows there are, and the last key: other rows, even as many, have another. One query."""
    counted: dict[str, Any] = model._default_manager.aggregate(rows=Count("pk"), last=Max("pk"))
    return counted["rows"], counted["last"] or 0
