"""The terms on which an assembly was chosen, and its bound, as the page of a proposal shows them."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skillnet.templatetags.ui import number, percent

Row = tuple[str, str]
TERMS: dict[str, Any] = {
    "closed": gettext_lazy("Gesloten vraag: deelnemers × prioriteit × score"),
    "public_money": gettext_lazy("Af: subsidie, aan de prijs die de regels op een euro zetten"),
    "providers": gettext_lazy("Af: voor elke verstrekker meer"),
    "start": gettext_lazy("Af: voor elke week tot het begint"),
}
PLACES = 3


def term_rows(record: Mapping[str, Any]) -> list[Row]:
    """Every term of the stored assembly, their sum and what no plan can exceed; none for what a person made."""
    terms = record.get("terms") or {}
    if not terms:
        return []
    rows = [(str(label), number(terms.get(name), PLACES)) for name, label in TERMS.items()]
    rows.append((_("Samen: de waarde van het plan"), number(record.get("value"), PLACES)))
    if record.get("bound") is not None:
        rows.append((_("Grens: meer kan geen enkel plan halen"), number(record["bound"], PLACES)))
        rows.append((_("Hoogstens nog te verbeteren"), percent(record.get("gap") or 0, 1)))
    return rows
