"""Which columns of any app name a row: what has to move when two rows turn out to be one."""

from collections.abc import Collection
from typing import Any

from django.db import models


def columns_naming(
    model: type[models.Model], *, apart_from: Collection[type[models.Model]] = ()
) -> list[Any]:
    """Foreign keys of any app to `model`; none of history, nor of the models in `apart_from`."""
    return [
        relation.remote_field
        for relation in model._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ManyToOneRel)
        and relation.related_model not in apart_from
        and not hasattr(relation.related_model, "pgh_obj_id")
        and not hasattr(relation.related_model, "pgh_label")
    ]
