"""Why a pool is unmet, in a sentence: for its own people in full, for providers without anybody's figures."""

import math
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from skillnet.templatetags.ui import euro

PUBLIC = frozenset(
    {
        "no_offer",
        "no_edition",
        "unknown_price_or_seats",
        "fit",
        "subject",
        "seats",
        "group",
        "price",
        "horizon",
    }
)
"""Reasons that say something of the supply: with these a pool is unmet and providers are asked. The others
(budgets, headroom, a choice, learners that nobody filled in, want of a second undertaking) are the network's
own affair."""
NOT_TOLD = frozenset({"price", "fit"})
"""By how much is for the network alone: with the price of the offer, which anybody reads, it would give the
budget of the one company that comes nearest; and a fit is told in twentieths only."""
TOLD_IN = 5
"""People that are lacking, as outsiders read it."""


def obstacle_sentence(record: Mapping[str, Any] | None, *, public: bool = False) -> str:
    """What stands in the way and, where it is known, how much would take it away."""
    if not record:
        return ""
    reason, amount = str(record.get("reason", "")), _amount(record.get("amount"))
    if public and reason not in PUBLIC:
        return _("Er bestaat aanbod, maar het netwerk kan het zo niet kopen.")
    if amount is not None and reason in ("seats", "group", "learners"):
        return _people(reason, _rounded_up(int(amount)) if public else int(amount))
    if amount is not None and reason == "horizon":
        return _late(_rounded_up(int(amount)) if public else int(amount))
    if public and reason in NOT_TOLD:
        return str(_PLAIN[reason]())
    if amount is not None and reason == "fit":
        return _below(amount)
    if amount is not None and reason in FEW:
        return " ".join([FEW[reason](amount), *_without(record)])
    if amount is not None and reason in _MONEY:
        return str(_MONEY[reason]()) % {"amount": euro(amount)}
    return str(_PLAIN.get(reason, _PLAIN["other"])())


def _below(lacking: Decimal) -> str:
    """`lacking`: part of one by which the fit falls short; what lacks half a point does not lack none."""
    points = max(1, math.ceil(lacking * 100))
    return ngettext(
        "Het beste aanbod past niet goed genoeg: het komt %(points)s punt tekort.",
        "Het beste aanbod past niet goed genoeg: het komt %(points)s punten tekort.",
        points,
    ) % {"points": points}


def _late(days: int) -> str:
    return ngettext(
        "Het aanbod begint %(days)s dag te laat voor de termijn van de bedrijven.",
        "Het aanbod begint %(days)s dagen te laat voor de termijn van de bedrijven.",
        days,
    ) % {"days": days}


def _without(record: Mapping[str, Any]) -> list[str]:
    """Who gets no seat, and what each misses it by."""
    told = []
    for one in record.get("left_out") or []:
        values = {"company": one["company"], "amount": _amount(one["amount"]) or Decimal(0)}
        told.append(_MISSES[one["reason"]](**values))
    return [_("Valt uit: %(companies)s.") % {"companies": "; ".join(told)}] if told else []


def _too_late(*, company: str, amount: Decimal) -> str:
    text = ngettext("%(company)s (%(n)s dag te laat)", "%(company)s (%(n)s dagen te laat)", int(amount))
    return text % {"company": company, "n": int(amount)}


def _too_dear(*, company: str, amount: Decimal) -> str:
    return _("%(company)s (%(amount)s per deelnemer te duur)") % {
        "company": company,
        "amount": euro(amount, 2),
    }


def _asks_else(*, company: str, amount: Decimal) -> str:
    return _("%(company)s (vraagt iets anders)") % {"company": company}


_MISSES: dict[str, Callable[..., str]] = {"horizon": _too_late, "price": _too_dear, "subject": _asks_else}


def _few_undertakings(_amount: Decimal) -> str:
    return _(
        "Een programma telt minstens twee onafhankelijke bedrijven, en hier vraagt er maar één met een aantal "
        "deelnemers. Laat een tweede bedrijf van de bundel invullen hoeveel mensen meegaan."
    )


def _few_can_pay(amount: Decimal) -> str:
    return _(
        "Slechts één onafhankelijk bedrijf kan dit betalen; een programma telt er minstens twee. Het past zodra "
        "een tweede %(amount)s per deelnemer meer wil geven."
    ) % {"amount": euro(amount, 2)}


def _few_can_start(amount: Decimal) -> str:
    return ngettext(
        "Slechts één onafhankelijk bedrijf kan tijdig en binnen zijn budget beginnen; een programma telt er "
        "minstens twee. Het past zodra een tweede %(n)s dag later mag beginnen.",
        "Slechts één onafhankelijk bedrijf kan tijdig en binnen zijn budget beginnen; een programma telt er "
        "minstens twee. Het past zodra een tweede %(n)s dagen later mag beginnen.",
        int(amount),
    ) % {"n": int(amount)}


def _few_ask_this(_amount: Decimal) -> str:
    return _(
        "Het beste aanbod gaat maar voor één onafhankelijk bedrijf over wat het vraagt; een programma telt er "
        "minstens twee. Zoek een ander aanbod, of verplaats de kloof die iets anders vraagt naar een andere bundel."
    )


FEW: dict[str, Any] = {
    "undertakings": _few_undertakings,
    "few_subject": _few_ask_this,
    "few_price": _few_can_pay,
    "few_horizon": _few_can_start,
}
"""Too few undertakings: nobody is asked for supply, for one company could have bought it."""


def few_sentence(reason: str, amount: Decimal | None, left_out: Sequence[Mapping[str, Any]] = ()) -> str:
    """That too few undertakings can take part, what to loosen for a second one, and who is left out."""
    return obstacle_sentence({"reason": reason, "amount": amount or Decimal(1), "left_out": left_out})


def _rounded_up(count: int) -> int:
    """In fives: the exact number would follow one company's learners."""
    return -(-count // TOLD_IN) * TOLD_IN


def _people(reason: str, count: int) -> str:
    texts = {
        "seats": ngettext(
            "Er is geen plaats: er ontbreekt %(count)s plaats.",
            "Er is geen plaats: er ontbreken %(count)s plaatsen.",
            count,
        ),
        "group": ngettext(
            "De groep is te klein: er ontbreekt %(count)s deelnemer.",
            "De groep is te klein: er ontbreken %(count)s deelnemers.",
            count,
        ),
        "learners": _("Geen enkel bedrijf vulde in hoeveel mensen deelnemen."),
    }
    return texts[reason] % {"count": count}


_MONEY: dict[str, Any] = {
    "price": lambda: _("Het aanbod kost %(amount)s per deelnemer meer dan de bedrijven ervoor over hebben."),
    "network_budget": lambda: _("Het budget van het netwerk komt %(amount)s tekort."),
    "call_budget": lambda: _("Het budget van de oproep komt %(amount)s tekort."),
    "provider_cap": lambda: _("Eén verstrekker zou %(amount)s boven zijn maximum krijgen."),
    "value": lambda: _("Het is %(amount)s publiek geld te duur voor wat het oplost."),
}
_PLAIN: dict[str, Any] = {
    # Never by how much: next to the grant that gives away what aid the undertaking already had.
    "headroom": lambda: _("De steunruimte van een onderneming volstaat niet."),
    "no_offer": lambda: _("Niemand biedt dit aan."),
    "no_edition": lambda: _("Er is een passend aanbod, maar er is geen editie gepland."),
    "unknown_price_or_seats": lambda: _("Er is een passend aanbod, maar zonder prijs of aantal plaatsen."),
    "horizon": lambda: _("Het aanbod begint te laat voor de termijn van de bedrijven."),
    "declined": lambda: _("De netwerkmanager wees het voorstel hiervoor af."),
    "fit": lambda: _("Het aanbod dat bestaat, past niet goed genoeg."),
    "subject": lambda: _("Het aanbod dat bestaat, gaat over iets anders dan de bedrijven vragen."),
    "seats": lambda: _("Er is aanbod, maar zonder plaats of met een onbekend aantal plaatsen."),
    "group": lambda: _("De groep is te klein voor het aanbod."),
    "learners": lambda: _("Geen enkel bedrijf vulde in hoeveel mensen deelnemen."),
    "price": lambda: _("Het aanbod is te duur voor de bedrijven."),
    "lock": lambda: _("Een keuze die met de hand werd vastgezet, staat in de weg."),
    "other": lambda: _("Er bestaat aanbod, maar geen dat nu gekocht kan worden."),
}


def _amount(value: Any) -> Decimal | None:
    return None if value in (None, "") else Decimal(str(value))
