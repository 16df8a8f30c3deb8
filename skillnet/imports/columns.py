"""What each column of a file holds, in the reader's language: the name of the field and the values it takes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.credential_columns import COLUMN_OF as CREDENTIAL_COLUMN_OF
from catalogue.models import Edition, Microcredential, Offer, Provider
from catalogue.services.offer_values import EDITION_COLUMN_OF, OFFER_COLUMN_OF
from networks.models import Gap, Mode
from networks.services.compare_gaps import COLUMN_OF as GAP_COLUMN_OF
from skillnet.imports.kinds import ImportKind
from skillnet.kernel.target_groups import target_group_choices

# Columns that are no field of their own, and what a value looks like where a list of them would be too long.
NAMES: Mapping[str, Any] = {
    "external_id": gettext_lazy("Eigen kenmerk"),
    "organisation": gettext_lazy("Bedrijf"),
    "enterprise_number": gettext_lazy("Ondernemingsnummer"),
    "network": gettext_lazy("Netwerk"),
    "provider": gettext_lazy("Opleidingsverstrekker"),
    "edition_id": gettext_lazy("Kenmerk van de editie"),
    "region": gettext_lazy("Regio"),
    "skills": gettext_lazy("Vaardigheden"),
}
EXAMPLES: Mapping[str, str] = {
    "region": "BE21 BE234",
    "skills": "http://data.europa.eu/esco/skill/…",
    "learner_languages": "nl fr",
    "teaching_languages": "nl fr",
}
# Columns that hold several values at once, separated by spaces, of these.
LISTS: Mapping[str, Callable[[], Sequence[tuple[str, Any]]]] = {
    "modes": lambda: Mode.choices,
    "target_groups": target_group_choices,
}
MODELS: Mapping[str, tuple[tuple[type[models.Model], Mapping[str, str]], ...]] = {
    "gaps": ((Gap, GAP_COLUMN_OF),),
    "offers": (
        (Offer, OFFER_COLUMN_OF),
        (Edition, EDITION_COLUMN_OF),
        (Microcredential, CREDENTIAL_COLUMN_OF),
        (Provider, {"kind": "provider_kind"}),
    ),
}


@dataclass(frozen=True, slots=True)
class ColumnHelp:
    """One column: its name in the file, what it is called in the site, and what may stand in it."""

    column: str
    label: str
    values: str
    required: bool


def columns_explained(kind: ImportKind) -> list[ColumnHelp]:
    """All columns of the kind, in the order of its format."""
    fields = {
        column: model._meta.get_field(name)
        for model, columns in reversed(MODELS[kind.name])
        for name, column in columns.items()
        if _has(model, name)
    }
    return [
        ColumnHelp(
            column,
            _label(column, fields.get(column)),
            _values(column, fields.get(column)),
            column in kind.required,
        )
        for column in kind.columns
    ]


def _has(model: type[models.Model], name: str) -> bool:
    return any(field.name == name for field in model._meta.get_fields())


def _label(column: str, field: Any) -> str:
    if column in NAMES:
        return str(NAMES[column])
    return str(capfirst(field.verbose_name)) if field is not None else ""


def _values(column: str, field: Any) -> str:
    if column in EXAMPLES:
        return EXAMPLES[column]
    if isinstance(field, models.BooleanField):
        return f"yes ({_('ja')}), no ({_('nee')})"
    if isinstance(field, models.DateField):
        return "2027-03-31"
    choices = LISTS[column]() if column in LISTS else getattr(field, "choices", None) or []
    return ", ".join(f"{value} ({label})" for value, label in choices if value != "")
