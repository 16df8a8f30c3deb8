"""Why a proposal is what it is, what others lost on, and what stands in the way: records into sentences."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from matching.engine.assembly_problem import Obstacle
from programmes.aid.texts import LANGUAGES, Reason, render
from skillnet.templatetags.ui import date_long, euro, percent

Record = Mapping[str, Any]
PROVEN_WITHIN = 0.0005


def reason_sentences(records: Iterable[Record]) -> list[str]:
    """One sentence a record, in the language of the page; a key that is not known is left out."""
    known = [record for record in _merged(records) if record.get("key") in REASONS]
    return [REASONS[record["key"]](record) for record in known]


def _merged(records: Iterable[Record]) -> list[dict[str, Any]]:
    """Several editions of one offer are one reason: their learners together, from the first day on."""
    merged: dict[Any, dict[str, Any]] = {}
    for place, record in enumerate(records):
        key: Any = (record.get("offer"), record.get("provider")) if record.get("key") == "offer" else place
        if key not in merged:
            merged[key] = dict(record) | {"series": 1}
            continue
        known = merged[key]
        known["learners"] = (known.get("learners") or 0) + (record.get("learners") or 0)
        known["series"] += 1
        days = [day for day in (known.get("starts_on"), record.get("starts_on")) if day]
        known["starts_on"] = min(days, default=None)
    return list(merged.values())


def _together(record: Record) -> str:
    return ngettext(
        "Eén groep sluit %(gaps)s kloof.",
        "Eén groep kan %(gaps)s kloven van %(companies)s bedrijven samen sluiten: ze vragen hetzelfde "
        "in andere woorden.",
        record.get("gaps") or 0,
    ) % {"gaps": record.get("gaps") or 0, "companies": record.get("companies") or 0}


def _offer(record: Record) -> str:
    values = {
        "offer": record["offer"],
        "provider": record["provider"],
        "covered": record.get("covered") or 0,
        "gaps": record.get("gaps") or 0,
        "learners": record.get("learners") or 0,
    }
    first = _("“%(offer)s” van %(provider)s sluit %(covered)s van de %(gaps)s kloven") % values
    fit = record.get("fit")
    second = "" if fit is None else _(", met een score van %(score)s op 100") % {"score": round(fit * 100)}
    starts = _day(record.get("starts_on"))
    third = _(" en begint op %(day)s") % {"day": date_long(starts)} if starts else ""
    fourth = ngettext("; %(n)s deelnemer", "; %(n)s deelnemers", values["learners"])
    series = record.get("series") or 1
    fifth = _(" in %(n)s reeksen") % {"n": series} if series > 1 else ""
    return f"{first}{second}{third}{fourth % {'n': values['learners']}}{fifth}."


def _learners_unknown(record: Record) -> str:
    return ngettext(
        "Van %(gaps)s kloof is niet bekend hoeveel mensen ze betreft; ze telt hier niet mee.",
        "Van %(gaps)s kloven is niet bekend hoeveel mensen ze betreffen; ze tellen hier niet mee.",
        record["gaps"],
    ) % {"gaps": record["gaps"]}


def _budget(record: Record) -> str:
    return _("Bij het berekenen had het netwerk nog %(left)s te besteden.") % {"left": euro(record["left"])}


def _optimal(record: Record) -> str:
    gap = record.get("gap") or 0
    if gap <= PROVEN_WITHIN:
        return _("Voor het hele netwerk samen bestaat er geen betere verdeling; dat is bewezen.")
    return _(
        "Voor het hele netwerk samen kan een andere verdeling hoogstens %(gap)s beter zijn dan deze."
    ) % {"gap": percent(gap, 1)}


def _by_hand(_record: Record) -> str:
    return _("De netwerkmanager koos deze editie zelf uit wat bij de vraag past.")


REASONS: dict[str, Callable[[Record], str]] = {
    "together": _together,
    "offer": _offer,
    "learners_unknown": _learners_unknown,
    "budget": _budget,
    "optimal": _optimal,
    "by_hand": _by_hand,
}


CLEARLY = 0.02  # less than two points of a hundred is as good
BETTER_BUT: dict[str, Any] = {
    "price": gettext_lazy("Past beter, maar is duurder dan het verschil waard is."),
    "seats_or_start": gettext_lazy("Past beter, maar heeft te weinig plaatsen of begint later."),
    "by_hand": gettext_lazy("Past beter; de netwerkmanager koos een ander aanbod."),
}


def loss_sentence(record: Record) -> str:
    """What a runner-up lost on."""
    points = max(1, round((record.get("by") or 0) * 100))
    by = record.get("lost_on")
    if by == "fit":
        return ngettext(
            "Past minder goed: %(points)s punt lager.", "Past minder goed: %(points)s punten lager.", points
        ) % {"points": points}
    if (record.get("by") or 0) <= -CLEARLY and by in BETTER_BUT:
        return str(BETTER_BUT[str(by)])
    sentences = {
        "unknown_price_or_seats": _(
            "Past ook, maar prijs of plaatsen zijn niet bekend. Vul ze in om dit te kiezen."
        ),
        "price": _("Past even goed, maar is duurder."),
        "seats_or_start": _("Past even goed, maar heeft te weinig plaatsen of begint later."),
        "no_edition": _("Past ook, maar er is geen editie gepland."),
        "by_hand": _("Past even goed; de netwerkmanager koos een ander aanbod."),
    }
    return str(sentences.get(str(by), _("Verloor op het geheel van prijs, plaatsen en start.")))


def obstacle_sentence(obstacle: Obstacle | Record | None, *, edition: str = "") -> str:
    """Why a pool gets nothing, and by how much to loosen what stands in the way."""
    reason, amount = _parts(obstacle)
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


def _headroom(amount: Decimal | None) -> str:
    return _("Een onderneming heeft te weinig steunruimte: ze komt %(euro)s te kort.") % {
        "euro": euro(amount)
    }


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


@dataclass(frozen=True, slots=True)
class AidSentence:
    """One step of an assessment as people read it, and the article it stands on."""

    text: str
    basis: str
    period: str
    certain: bool


def assessment_sentences(record: Record, names: Mapping[str, str]) -> list[AidSentence]:
    """The stored reasoning in the language of the page; `names` gives organisations by their key."""
    language = aid_language()
    return [_aid_sentence(item, names, language) for item in record.get("reasons", [])]


def aid_language() -> str:
    """The language of the page, as far as the texts of the aid rules speak it."""
    language = (get_language() or "nl")[:2]
    return language if language in LANGUAGES else "nl"


NAMED = ("company", "organisation", "organisations")


def _aid_sentence(item: Record, names: Mapping[str, str], language: str) -> AidSentence:
    params = {
        key: ", ".join(names.get(part, part) for part in str(value).split(", ")) if key in NAMED else value
        for key, value in item["params"].items()
    }
    reason = Reason(
        rule=item["rule"],
        params=params,
        legal_basis=item["legal_basis"],
        valid_from=_day(item["valid_from"]),
        valid_to=_day(item["valid_to"]),
        certain=bool(item.get("certain", True)),
    )
    return AidSentence(render(reason, language), reason.legal_basis, _period(reason), reason.certain)


def _period(reason: Reason) -> str:
    if reason.valid_from is None:
        return ""
    if reason.valid_to is None:
        return _("geldt sinds %(day)s") % {"day": date_long(reason.valid_from)}
    return _("geldt van %(first)s tot en met %(last)s") % {
        "first": date_long(reason.valid_from),
        "last": date_long(reason.valid_to),
    }


def basis_text(record: Record) -> str:
    """The legal basis of a company's grant in a few words, for a table."""
    route = record.get("route")
    if route == "training_aid":
        share = percent(Decimal(str(record.get("intensity") or 0)) / 100)
        return _("AGVV art. 31, hoogstens %(share)s") % {"share": share}
    if route == "de_minimis":
        return _("de minimis, Verordening 2023/2831")
    return _("geen steun mogelijk")


def size_text(record: Record) -> str:
    """The size of a company as its assessment found it."""
    sizes = {
        "micro": _("micro"),
        "small": _("klein"),
        "medium": _("middelgroot"),
        "large": _("groot"),
        "unknown": _("onbekend"),
    }
    return str(sizes.get(str(record.get("size")), _("onbekend")))


def _count(amount: Decimal | None) -> int:
    return int(amount) if amount is not None else 0


def _day(value: object) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)) if value else None
    except ValueError:
        return None
