"""What a runner-up lost on: the record that the assembly left, as a sentence."""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching.engine.scoring import COMPONENTS
from matching.services.presenting import COMPONENT_LABELS
from skillnet.templatetags.ui import euro

Record = Mapping[str, Any]
NOBODYS = frozenset({"headroom"})
"""Reasons whose amount is not told: next to the grant it gives away what aid an undertaking already had."""
CLEARLY = 0.02  # less than two points of a hundred is as good


def loss_sentence(record: Record) -> str:
    """What a runner-up lost on, and by how much where that is known."""
    if record.get("lost_on") == "fit":
        return _less_fit(record)
    why = WHY.get(str(record.get("lost_on")), _whole)
    values = {"how": _how_well(record), "why": why(_amount(record))}
    if (record.get("by") or 0) >= CLEARLY:
        return _("%(how)s, en %(why)s.") % values
    return _("%(how)s, maar %(why)s.") % values


def _less_fit(record: Record) -> str:
    """By the difference of both scores as they are shown, and where most of it was lost."""
    fit, by = record.get("fit") or 0, record.get("by") or 0
    points = max(1, round((fit + by) * 100) - round(fit * 100))
    said = ngettext(
        "Past minder goed: %(points)s punt lager.", "Past minder goed: %(points)s punten lager.", points
    ) % {"points": points}
    names = [str(COMPONENT_LABELS[name]).lower() for name in record.get("parts") or [] if name in COMPONENTS]
    if not names:
        return said
    return f"{said} {_('Het meest verloren op: %(parts)s.') % {'parts': ', '.join(names)}}"


def told_amount(record: Record) -> Any:
    """By how much a runner-up lost, as kept, in the unit of its reason; None where that is nobody's business."""
    return None if record.get("lost_on") in NOBODYS else record.get("amount")


def _how_well(record: Record) -> str:
    by = record.get("by") or 0
    if by <= -CLEARLY:
        return _("Past beter")
    return _("Past minder goed") if by >= CLEARLY else _("Past even goed")


def _amount(record: Record) -> Decimal | None:
    try:
        return None if record.get("amount") in (None, "") else Decimal(str(record["amount"]))
    except InvalidOperation:
        return None


def _seats(amount: Decimal | None) -> str:
    if not amount:
        return _("er is geen plaats meer")
    count = int(amount)
    return ngettext("er is %(n)s plaats te weinig", "er zijn %(n)s plaatsen te weinig", count) % {"n": count}


def _group(amount: Decimal | None) -> str:
    count = int(amount or 0)
    return ngettext(
        "de groep telt %(n)s deelnemer te weinig", "de groep telt %(n)s deelnemers te weinig", count
    ) % {"n": count}


def _horizon(amount: Decimal | None) -> str:
    days = int(amount or 0)
    return ngettext(
        "begint %(n)s dag na de termijn van de bedrijven",
        "begint %(n)s dagen na de termijn van de bedrijven",
        days,
    ) % {"n": days}


def _whole(_amount: Decimal | None) -> str:
    return _("in het geheel van alle vraag was dit de betere verdeling")


WHY: dict[str, Callable[[Decimal | None], str]] = {
    "no_edition": lambda _a: _("er is geen editie gepland"),
    "unknown_price_or_seats": lambda _a: _("prijs of plaatsen zijn niet bekend; vul ze in om dit te kiezen"),
    "subject": lambda _a: _("het gaat over iets anders dan de bedrijven vragen"),
    "seats": _seats,
    "group": _group,
    "horizon": _horizon,
    "price": lambda a: (
        _("het eigen deel is %(euro)s per deelnemer hoger dan de bedrijven betalen") % {"euro": euro(a, 2)}
    ),
    "network_budget": lambda a: _("het budget van het netwerk komt %(euro)s tekort") % {"euro": euro(a)},
    "call_budget": lambda a: _("het budget van de oproep komt %(euro)s tekort") % {"euro": euro(a)},
    "provider_cap": lambda a: _("de verstrekker zou %(euro)s boven zijn maximum krijgen") % {"euro": euro(a)},
    "headroom": lambda _a: _("de steunruimte van een onderneming volstaat niet"),
    "cost": lambda _a: _("het is duurder dan het verschil waard is"),
    "start": lambda _a: _("het begint later"),
    "providers": lambda _a: _("het vraagt een verstrekker meer"),
    "declined": lambda _a: _("de netwerkmanager wees het af"),
    "lock": lambda _a: _("een keuze van een persoon sluit het uit"),
    "by_hand": lambda _a: _("de netwerkmanager koos een ander aanbod"),
    # Kept by runs of before: what they did not tell apart.
    "seats_or_start": lambda _a: _("het heeft te weinig plaatsen of begint later"),
}
