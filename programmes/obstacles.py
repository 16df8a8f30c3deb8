"""Why a pool gets nothing in a plan, for those who make the plan: records into sentences."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching.engine.assembly_problem import Obstacle
from matching.obstacles import FEW, few_sentence
from programmes.ledger_words import room_text
from skillnet.templatetags.ui import euro

Record = Mapping[str, Any]


def obstacle_sentence(
    obstacle: Obstacle | Record | None, *, edition: str = "", left_out: Sequence[Record] = ()
) -> str:
    """Why a pool gets nothing, and by how much to loosen what stands in the way; `left_out` are the companies
    without which too few are left."""
    reason, amount = _parts(obstacle)
    if reason in FEW:
        sentence = few_sentence(reason, amount, left_out)
        return f"{edition}: {sentence}" if edition else sentence
    text = OBSTACLES.get(reason)
    if text is None:
        return _("Er is geen aanbod dat past. De vraag gaat als vraagkaart naar verstrekkers.")
    sentence = text(amount)
    return f"{edition}: {sentence}" if edition else sentence


def _parts(obstacle: Obstacle | Record | None) -> tuple[str, Decimal | None]:
    if obstacle is None:
        return "", None
    if isinstance(obstacle, Obstacle):
        return obstacle.reason, obstacle.amount
    try:
        amount = None if obstacle.get("amount") is None else Decimal(str(obstacle["amount"]))
    except InvalidOperation:
        amount = None
    return str(obstacle.get("reason") or ""), amount


def _no_offer(_amount: Decimal | None) -> str:
    return _(
        "Geen enkel aanbod met een prijs en vrije plaatsen leert dit. De vraag gaat als vraagkaart naar "
        "verstrekkers."
    )


def _fit(amount: Decimal | None) -> str:
    return _("Het beste aanbod leert iets anders: het komt %(points)s punten op 100 te kort.") % {
        "points": round((amount or 0) * 100)
    }


def _subject(_amount: Decimal | None) -> str:
    return _("Het beste aanbod gaat over iets anders dan de bedrijven vragen.")


def _no_edition(_amount: Decimal | None) -> str:
    return _("Er is een passend aanbod, maar er is geen editie gepland. De vraag gaat naar verstrekkers.")


def _unknown(_amount: Decimal | None) -> str:
    return _("Er is een passend aanbod, maar prijs of plaatsen zijn niet bekend. Vul ze in om het te kiezen.")


def _horizon(amount: Decimal | None) -> str:
    return ngettext(
        "Het beste aanbod begint %(n)s dag na de termijn van de bedrijven.",
        "Het beste aanbod begint %(n)s dagen na de termijn van de bedrijven.",
        _count(amount),
    ) % {"n": _count(amount)}


def _declined(_amount: Decimal | None) -> str:
    return _(
        "De netwerkmanager wees het voorstel hiervoor af; het komt terug zodra vraag of aanbod verandert."
    )


def _seats(amount: Decimal | None) -> str:
    return _("Het beste aanbod is volzet: er zijn %(n)s plaatsen nodig.") % {"n": _count(amount)}


def _group(amount: Decimal | None) -> str:
    return _("De groep is te klein voor het beste aanbod: %(n)s deelnemers meer en het kan doorgaan.") % {
        "n": _count(amount)
    }


def _price(amount: Decimal | None) -> str:
    return _("De bedrijven willen minder betalen dan het kost: met %(euro)s per deelnemer meer past het.") % {
        "euro": euro(amount)
    }


def _network_budget(amount: Decimal | None) -> str:
    return _("Het budget van het netwerk volstaat niet: met %(euro)s meer past het.") % {"euro": euro(amount)}


def _call_budget(amount: Decimal | None) -> str:
    return _("Het budget van de oproep volstaat niet: met %(euro)s meer past het.") % {"euro": euro(amount)}


def _provider_cap(amount: Decimal | None) -> str:
    return _("De verstrekker zou te veel van het geheel krijgen: het maximum moet %(euro)s hoger.") % {
        "euro": euro(amount)
    }


def _headroom(_amount: Decimal | None) -> str:
    """Without the amount: next to the grant it gives away what aid the undertaking already had."""
    return room_text(is_enough=False)


def _lock(_amount: Decimal | None) -> str:
    return _("Een keuze van een persoon sluit elk aanbod uit. Maak ze los om dit te sluiten.")


def _value(amount: Decimal | None) -> str:
    return _("Het aanbod is te duur voor wat het sluit: het zou %(euro)s minder subsidie mogen vragen.") % {
        "euro": euro(amount)
    }


def _learners(_amount: Decimal | None) -> str:
    return _(
        "Geen enkel bedrijf zegt hoeveel mensen dit betreft. Vul het aantal deelnemers van de kloven in."
    )


def _other(_amount: Decimal | None) -> str:
    return _("In het geheel van het netwerk past dit er niet bij zonder dat iets beters wegvalt.")


OBSTACLES: dict[str, Callable[[Decimal | None], str]] = {
    "no_offer": _no_offer,
    "no_edition": _no_edition,
    "unknown_price_or_seats": _unknown,
    "subject": _subject,
    "horizon": _horizon,
    "declined": _declined,
    "fit": _fit,
    "seats": _seats,
    "group": _group,
    "price": _price,
    "network_budget": _network_budget,
    "call_budget": _call_budget,
    "provider_cap": _provider_cap,
    "headroom": _headroom,
    "lock": _lock,
    "value": _value,
    "learners": _learners,
    "other": _other,
}


def _count(amount: Decimal | None) -> int:
    return int(amount) if amount is not None else 0
