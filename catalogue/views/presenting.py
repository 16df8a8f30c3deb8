"""Rows of `catalogue` as pages show them."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalogue import isced
from catalogue.completeness import Completeness, completeness
from catalogue.models import Edition, Microcredential, Offer, Provider
from catalogue.reading import offer_record
from catalogue.rules import may_change_offer
from catalogue.transitions import OFFER_TRANSITIONS
from catalogue.wording import MISSING
from skillnet import formats
from skillnet.kernel import regions
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role
from skillnet.kernel.target_groups import target_group_names
from skillnet.ui import Action, Cell, Column, Fact, Row, Table, row

TAKING = (Edition.State.PLANNED, Edition.State.OPEN, Edition.State.CONFIRMED)


def language() -> str:
    return get_language() or "nl"


def region_names(codes: Sequence[str]) -> str:
    return ", ".join(regions.display_name(code, language()) for code in codes)


def language_names(codes: Sequence[str]) -> str:
    names = {"nl": _("Nederlands"), "fr": _("Frans"), "en": _("Engels"), "de": _("Duits")}
    return ", ".join(names.get(code, code) for code in codes)


def price_text(price: Any, basis: str) -> str:
    """An amount with what it is for; empty when unknown."""
    figure = formats.to_decimal(price)
    if figure is None:
        return ""
    amount = formats.euro(figure, language())
    text = _("%(amount)s per editie") if basis == Offer.PriceBasis.EDITION else _("%(amount)s per deelnemer")
    return text % {"amount": amount}


def decimal_text(value: Any) -> str:
    figure = formats.to_decimal(value)
    return "" if figure is None else formats.trimmed(figure, language())


def offer_facts(offer: Offer, editions: Sequence[Edition]) -> list[Fact]:
    """What decides whether one reads on."""
    today = timezone.localdate()
    dated = [e for e in editions if e.state in TAKING and e.starts_on and e.starts_on >= today]
    first = min((e.starts_on for e in dated if e.starts_on), default=None)
    return [
        Fact(_("Prijs, excl. btw"), price_text(offer.price, offer.price_basis) or _("onbekend")),
        Fact(_("Duur"), _duration(offer) or _("onbekend")),
        Fact(_("Lesvorm"), offer.get_mode_display() or _("onbekend")),
        Fact(_("Lestaal"), language_names(offer.teaching_languages) or _("onbekend")),
        Fact(_("Eerste start"), _date(first) if first else _("geen datum bekend")),
    ]


def offer_properties(offer: Offer) -> list[Fact]:
    known = {True: _("ja"), False: _("nee"), None: ""}
    subsidy = decimal_text(offer.supply_subsidy_pct)
    return [
        Fact(_("Waar"), region_names(offer.regions)),
        Fact(_("Bewijs"), offer.get_credential_display()),
        Fact(_("Niveau"), _levels(offer)),
        Fact(_("Wanneer"), daypart_names(offer.dayparts)),
        Fact(_("Op de werkplek"), _hours(offer.workplace_hours)),
        Fact(_("Diepgang"), offer.get_depth_display()),
        Fact(_("Richting"), offer.get_direction_display()),
        Fact(_("Groep"), _group(offer)),
        Fact(_("Wettelijk verplichte opleiding"), known[offer.mandatory]),
        Fact(_("Aanbodsubsidie"), f"{subsidy} %" if subsidy else "", hint=offer.funder),
        Fact(_("Steun waarvoor het geregistreerd is"), instruments(offer)),
        Fact(_("Beleidsdomein"), offer.get_policy_domain_display()),
        Fact(_("Stroom"), offer.get_stream_display()),
        Fact(_("Studiegebied (ISCED-F)"), _study_field(offer.isced_f)),
        *_meant_for(offer),
        Fact(_("Kenmerk"), offer.external_id),
    ]


def _meant_for(offer: Offer) -> list[Fact]:
    """What few offers say; nothing is shown of what nobody filled in."""
    found = [
        Fact(_("Voor wie"), ", ".join(target_group_names(offer.target_groups))),
        Fact(_("Hoe wordt getoetst"), offer.assessment),
        Fact(_("Thema van de kmo-portefeuille"), offer.get_kmo_theme_display()),
        Fact(_("Digitale of groene omslag"), offer.get_transition_display()),
        Fact(_("STEM-opleiding"), {True: _("ja"), False: _("nee"), None: ""}[offer.is_stem]),
        Fact(_("Taalniveau (ERK)"), offer.cefr_level),
    ]
    return [fact for fact in found if fact.value]


def daypart_names(dayparts: Sequence[str]) -> str:
    return ", ".join(str(label) for value, label in Offer.Daypart.choices if value in dayparts)


def instruments(offer: Offer) -> str:
    """For which schemes the offer says that it is registered; empty when it says nothing."""
    found = []
    if offer.kmo_registered:
        number = offer.provider.kmo_number
        found.append(
            _("kmo-portefeuille (%(number)s)") % {"number": number} if number else _("kmo-portefeuille")
        )
    if offer.vov_id:
        found.append(_("Vlaams opleidingsverlof (%(number)s)") % {"number": offer.vov_id})
    if offer.voucher_registered:
        found.append(_("opleidingscheques"))
    return ", ".join(found)


def _levels(offer: Offer) -> str:
    parts = [
        _("EQF %(level)d") % {"level": offer.eqf_level} if offer.eqf_level else "",
        _("VKS %(level)d") % {"level": offer.vks_level} if offer.vks_level else "",
    ]
    return ", ".join(part for part in parts if part)


def _hours(value: Any) -> str:
    return "" if value is None else _("%(hours)s uur") % {"hours": decimal_text(value)}


def _study_field(code: str) -> str:
    return f"{isced.field_name(code, language())} ({code})" if code else ""


def provider_properties(provider: Provider) -> list[Fact]:
    organisation = provider.organisation
    recognised = ""
    if provider.recognised_since:
        recognised = _("sinds %(day)s") % {"day": _date(provider.recognised_since)}
    if provider.recognised_until:
        recognised += " " + _("tot %(day)s") % {"day": _date(provider.recognised_until)}
    return [
        Fact(_("Soort"), provider.get_kind_display()),
        Fact(_("Ondernemingsnummer"), formats.enterprise_number(organisation.enterprise_number or "")),
        Fact(_("Waar"), region_names([organisation.region] if organisation.region else [])),
        Fact(_("Erkend"), recognised.strip()),
        Fact(_("Kwaliteitslabel"), provider.quality_label),
        Fact(_("Nazicht"), provider.get_state_display()),
        *([Fact(_("Nummer kmo-portefeuille"), provider.kmo_number)] if provider.kmo_number else []),
        Fact(_("Website"), provider.website, url=provider.website),
    ]


def edition_table(editions: Sequence[Edition], actor: Actor) -> Table:
    """Editions that somebody can still join first; their provider opens them to change them."""
    columns = [
        Column(_("Begint"), "date"),
        Column(_("Eindigt"), "date"),
        Column(_("Waar")),
        Column(_("Prijs")),
        Column(_("Vrije plaatsen")),
        Column(_("Toestand"), "state"),
    ]
    return Table(columns, [_edition_row(columns, edition, actor) for edition in editions])


def _edition_row(columns: list[Column], edition: Edition, actor: Actor) -> Row:
    own = may_change_offer(actor, edition.offer)
    url = reverse("catalogue:edition_edit", args=[edition.public_id]) if own else ""
    place = edition.location or region_names([edition.region] if edition.region else [])
    return row(
        columns,
        [
            Cell(edition.starts_on or _("datum in overleg"), url=url, note=edition.schedule),
            edition.ends_on,
            place,
            price_text(*edition.effective_price),
            _seats_cell(edition, actor),
            Cell(edition.get_state_display(), state=edition.state),
        ],
        id=str(edition.public_id),
    )


def _seats_cell(edition: Edition, actor: Actor) -> Cell:
    """Free seats; where none is left, the way to the waiting list for who can wait."""
    text = _seats_text(edition)
    waits = actor.has(Role.COMPANY_CONTACT) and edition.state in TAKING and edition.seats_left == 0
    begun = edition.starts_on is not None and edition.starts_on < timezone.localdate()
    if not waits or begun:
        return Cell(text)
    return Cell(
        _("volzet: wachtlijst"), url=reverse("catalogue:waiting", args=[edition.public_id]), note=text
    )


def _seats_text(edition: Edition) -> str:
    if edition.seats_left is None:
        return ""
    seats = edition.seats if edition.seats is not None else edition.offer.seats
    return _("%(left)d van %(seats)d") % {"left": edition.seats_left, "seats": seats}


def offer_actions(
    actor: Actor, offer: Offer, editions: Sequence[Edition], microcredential: Microcredential | None
) -> dict[str, Any]:
    """What the provider of the offer can do, and what the offer lacks; nothing for others."""
    if not may_change_offer(actor, offer):
        return {"own": False}
    result = completeness(offer_record(offer, editions, microcredential))
    return {
        "own": True,
        "actions": [
            Action(_("Aanpassen"), reverse("catalogue:offer_edit", args=[offer.public_id]), tone="main"),
            Action(_("Editie toevoegen"), reverse("catalogue:edition_new", args=[offer.public_id])),
            Action(_("Microcredential"), reverse("catalogue:microcredential_edit", args=[offer.public_id])),
            Action(_("Kopiëren"), reverse("catalogue:offer_copy", args=[offer.public_id]), post=True),
        ],
        "steps": OFFER_TRANSITIONS.available(offer, actor),
        "completeness": result,
        "missing": missing_pieces(result),
    }


def missing_pieces(result: Completeness) -> list[dict[str, Any]]:
    """What an offer lacks in words, heaviest first."""
    return [
        {"label": MISSING[piece.code][0], "why": MISSING[piece.code][1], "weight": piece.weight}
        for piece in result.missing
    ]


def _duration(offer: Offer) -> str:
    parts = []
    if offer.hours is not None:
        parts.append(_("%(hours)s uur") % {"hours": decimal_text(offer.hours)})
    if offer.ects is not None:
        parts.append(_("%(ects)s ECTS") % {"ects": decimal_text(offer.ects)})
    return ", ".join(parts)


def _group(offer: Offer) -> str:
    if offer.min_seats is not None and offer.seats is not None:
        return _("%(least)d tot %(most)d deelnemers") % {"least": offer.min_seats, "most": offer.seats}
    if offer.seats is not None:
        return _("hoogstens %(most)d deelnemers") % {"most": offer.seats}
    if offer.min_seats is not None:
        return _("minstens %(least)d deelnemers") % {"least": offer.min_seats}
    return ""


def _date(day: Any) -> str:
    from skillnet.templatetags.ui import date_long

    return str(date_long(day))
