"""The components of a match as one small array: a fifth of what they weigh as JSON, and written in one piece."""

from math import isnan, nan
from typing import Any

from django.db import models

from matching.engine.scoring import COMPONENTS

Components = dict[str, float | None]
DECIMALS = 4


class ComponentsField(models.Field):
    """Each component by name, 0 to 1 or None where unknown; `real[]` in the order of `COMPONENTS`.

    Names that are not among them are refused; a component that came later than the row is unknown. So new
    components only join at the end.
    """

    def db_type(self, connection: Any) -> str:
        return "real[]"

    def from_db_value(self, value: list[float | None] | None, *_args: Any) -> Components | None:
        if value is None:
            return None
        known = [None if v is None or isnan(v) else round(v, DECIMALS) for v in value]
        return dict(zip(COMPONENTS, known + [None] * (len(COMPONENTS) - len(known)), strict=True))

    def get_prep_value(self, value: Any) -> list[float] | None:
        """The array; raises ValueError for a name that is no component."""
        if value is None:
            return None
        unknown = sorted(set(value) - set(COMPONENTS))
        if unknown:
            raise ValueError(f"Unknown components: {', '.join(unknown)}.")
        return [nan if value.get(name) is None else float(value[name]) for name in COMPONENTS]

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj))
