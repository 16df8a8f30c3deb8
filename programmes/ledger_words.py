"""What of an assessment tells how much de minimis aid an undertaking had, and what others read instead.

The balance of an undertaking is for itself, for the coordinator and for administrators. Who runs or steers its
network only has to know whether there is room enough: the steering group is made of its competitors.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

Record = Mapping[str, Any]
ENOUGH, NOT_ENOUGH = "de_minimis.fits", "de_minimis.too_much"
BALANCE = frozenset({"de_minimis.window", "de_minimis.ceiling", "de_minimis.sgei"})
LEDGER_RULES = BALANCE | {ENOUGH, NOT_ENOUGH}
# Fields of the case or of the answer that hold the balance, or from which it can be worked out.
HIDDEN = ("headroom", "maximum_aid")


def room_text(*, is_enough: bool) -> str:
    """The one thing that others read of a ledger."""
    if is_enough:
        return _("De de-minimisruimte van de onderneming is groot genoeg voor dit bedrag.")
    return _(
        "De de-minimisruimte van de onderneming is niet groot genoeg voor dit bedrag: dan mag niets ervan als "
        "de-minimissteun worden toegekend."
    )


def told(rule: str) -> str | None:
    """What stands for the sentence of a rule of the ledger; nothing where it is left out."""
    return room_text(is_enough=rule == ENOUGH) if rule in (ENOUGH, NOT_ENOUGH) else None


def without_ledger(record: Record) -> dict[str, Any]:
    """An assessment without the balance of the undertaking: neither earlier aid nor what follows from it."""
    kept = dict(record)
    if kept.get("route") in ("de_minimis", "none", "best"):
        kept |= {name: None for name in HIDDEN if name in kept}
    kept["reasons"] = [
        dict(item) | ({"params": {}} if item.get("rule") in LEDGER_RULES else {})
        for item in record.get("reasons", [])
        if item.get("rule") not in BALANCE
    ]
    if isinstance(kept.get("case"), Mapping):
        kept["case"] = {key: value for key, value in kept["case"].items() if key != "earlier_aid"}
    return kept


__all__ = ["LEDGER_RULES", "room_text", "told", "without_ledger"]
