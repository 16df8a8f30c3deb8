"""Why a proposal is what it is and how its aid was assessed: records into sentences."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from programmes.aid.texts import LANGUAGES, Reason, render
from programmes.ledger_words import LEDGER_RULES, told
from skillnet.kernel.law_names import law_name
from skillnet.templatetags.ui import date_long, euro, percent

Record = Mapping[str, Any]
PROVEN_WITHIN = 0.0005
ALIKE = 0.45  # mean likeness from which gaps are said to ask the same


def reason_sentences(records: Iterable[Record]) -> list[str]:
    """One sentence a record, in the language of the page; a key that is not known is left out."""
    known = [record for record in _merged(records) if record.get("key") in REASONS]
    return [REASONS[record["key"]](record) for record in known]


def changed_sentence(records: Iterable[Record], actions: Iterable[str]) -> list[str]:
    """That people changed the plan after these reasons were written, so that nobody holds the one to the other."""
    if not run_of(records) or "change" not in set(actions):
        return []
    return [
        _(
            "Het netwerk paste dit plan daarna aan. De kosten en de steun hieronder zijn die van het plan van nu."
        )
    ]


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


def run_of(records: Iterable[Record]) -> Record:
    """The record of who drew this up; empty for what a person made."""
    return next((record for record in records if record.get("key") == "made_by"), {})


def assembly_of(records: Iterable[Record]) -> Record:
    """The record of the assembly; empty for what a person made."""
    return next((record for record in records if record.get("key") == "optimal"), {})


def _together(record: Record) -> str:
    return " ".join([_same_group(record), *_near(record)])


def _near(record: Record) -> list[str]:
    """How near the texts are, and which skills and words several undertakings share; nothing where unknown."""
    said = []
    if record.get("cohesion") is not None:
        said.append(
            _("Hun teksten lijken gemiddeld voor %(n)s op 100 op elkaar.")
            % {"n": round(record["cohesion"] * 100)}
        )
    labels = [_label(skill.get("labels") or {}) for skill in record.get("skills") or []]
    if any(labels):
        said.append(_("Gedeelde vaardigheden: %(skills)s.") % {"skills": ", ".join(filter(None, labels))})
    if record.get("words"):
        words = ", ".join(f"“{word}”" for word in record["words"])
        said.append(_("Woorden die ze delen: %(words)s.") % {"words": words})
    return said


def _label(labels: Mapping[str, str]) -> str:
    return labels.get(get_language() or "nl") or labels.get("nl") or labels.get("en") or ""


def _same_group(record: Record) -> str:
    near = record.get("cohesion")
    if near is not None and near < ALIKE and (record.get("gaps") or 0) > 1:
        return _(
            "Eén groep kan %(gaps)s kloven van %(companies)s bedrijven samen sluiten: ze gaan over hetzelfde "
            "onderwerp, maar vragen niet precies hetzelfde. Lees ze na."
        ) % {"gaps": record["gaps"], "companies": record.get("companies") or 0}
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
    networks = record.get("networks") or 1
    if networks > 1:
        return _optimal_of_many(gap, networks)
    if gap <= PROVEN_WITHIN:
        return _("Voor het hele netwerk samen bestaat er geen betere verdeling; dat is bewezen.")
    return _(
        "Voor het hele netwerk samen kan een andere verdeling hoogstens %(gap)s beter zijn dan deze."
    ) % {"gap": percent(gap, 1)}


def _optimal_of_many(gap: float, networks: int) -> str:
    values = {"n": networks, "gap": percent(gap, 1)}
    if gap <= PROVEN_WITHIN:
        return _(
            "Voor de %(n)s netwerken van de oproep samen bestaat er geen betere verdeling; dat is bewezen."
        ) % (values)
    return (
        _(
            "Voor de %(n)s netwerken van de oproep samen kan een andere verdeling hoogstens %(gap)s beter zijn "
            "dan deze."
        )
        % values
    )


def _left_out(record: Record) -> str:
    companies = record.get("companies") or 0
    texts = {
        "late": ngettext(
            "Voor %(n)s bedrijf begint dit na zijn termijn; het krijgt hier geen plaats.",
            "Voor %(n)s bedrijven begint dit na hun termijn; ze krijgen hier geen plaats.",
            companies,
        ),
        "dear": ngettext(
            "Voor %(n)s bedrijf kost het eigen deel meer dan zijn budget; het krijgt hier geen plaats.",
            "Voor %(n)s bedrijven kost het eigen deel meer dan hun budget; ze krijgen hier geen plaats.",
            companies,
        ),
        "subject": ngettext(
            "Voor %(n)s bedrijf gaat dit over iets anders dan het vraagt; het krijgt hier geen plaats.",
            "Voor %(n)s bedrijven gaat dit over iets anders dan ze vragen; ze krijgen hier geen plaats.",
            companies,
        ),
        "seats": ngettext(
            "Voor %(n)s bedrijf was er geen plaats of geen geld meer.",
            "Voor %(n)s bedrijven was er geen plaats of geen geld meer.",
            companies,
        ),
    }
    return texts.get(str(record.get("why")), texts["seats"]) % {"n": companies}


def _without_seat(record: Record) -> str:
    learners = record.get("learners") or 0
    texts = (
        ngettext(
            "%(n)s van de %(of)s deelnemers krijgt geen plaats: de gekozen edities zijn dan vol.",
            "%(n)s van de %(of)s deelnemers krijgen geen plaats: de gekozen edities zijn dan vol.",
            learners,
        )
        if record.get("full")
        else ngettext(
            "%(n)s van de %(of)s deelnemers krijgt geen plaats: voor meer was er geen tijd of geen geld.",
            "%(n)s van de %(of)s deelnemers krijgen geen plaats: voor meer was er geen tijd of geen geld.",
            learners,
        )
    )
    return texts % {"n": learners, "of": record.get("of") or 0}


def _shared(_record: Record) -> str:
    return _("In dezelfde editie zitten ook deelnemers van een ander netwerk van de oproep.")


def _made_by(record: Record) -> str:
    """Run, model and weights; what was not kept is not said."""
    day = _day(str(record.get("at") or "")[:10])
    parts = [
        _("run %(id)s") % {"id": str(record["run"])[:8]} if record.get("run") else "",
        _("model %(model)s") % {"model": record["model"]} if record.get("model") else "",
        _("gewichten versie %(version)s") % {"version": record["weights"]} if record.get("weights") else "",
    ]
    said = ", ".join(part for part in parts if part)
    made = (
        _("Opgesteld door de matcher op %(day)s") % {"day": date_long(day)}
        if day
        else _("Opgesteld door de matcher")
    )
    return f"{made}: {said}." if said else f"{made}."


def _by_hand(_record: Record) -> str:
    return _("De netwerkmanager koos deze editie zelf uit wat bij de vraag past.")


REASONS: dict[str, Callable[[Record], str]] = {
    "together": _together,
    "offer": _offer,
    "learners_unknown": _learners_unknown,
    "left_out": _left_out,
    "without_seat": _without_seat,
    "shared": _shared,
    "budget": _budget,
    "optimal": _optimal,
    "by_hand": _by_hand,
    "made_by": _made_by,
}


@dataclass(frozen=True, slots=True)
class AidSentence:
    """One step of an assessment as people read it, and the article it stands on."""

    text: str
    basis: str
    period: str
    certain: bool
    rule: str = ""


def assessment_sentences(
    record: Record, names: Mapping[str, str], *, ledger: bool = True
) -> list[AidSentence]:
    """The stored reasoning in the language of the page; `names` gives organisations by their key.

    Where de minimis was only weighed against training aid, nobody is told to register it.
    Without `ledger` the balance of the undertaking is left out: only whether there is room enough is told.
    """
    language = aid_language()
    found = []
    reasons = record.get("reasons", [])
    other_route = any(item["rule"] in NOT_DE_MINIMIS for item in reasons)
    for item in reasons:
        if other_route and item["rule"] == REGISTER:
            continue  # what would have to be done on the route that was weighed and not taken
        if ledger or item["rule"] not in LEDGER_RULES:
            found.append(_aid_sentence(item, names, language))
        elif (text := told(item["rule"])) is not None:
            found.append(
                AidSentence(text, law_name(item["legal_basis"]), "", bool(item.get("certain", True)))
            )
    return found


def aid_language() -> str:
    """The language of the page, as far as the texts of the aid rules speak it."""
    language = (get_language() or "nl")[:2]
    return language if language in LANGUAGES else "nl"


REGISTER = "de_minimis.register"
NOT_DE_MINIMIS = ("best.training_aid", "best.none")
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
    basis = law_name(reason.legal_basis, language)
    return AidSentence(render(reason, language), basis, _period(reason), reason.certain, reason.rule)


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


def _day(value: object) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)) if value else None
    except ValueError:
        return None
