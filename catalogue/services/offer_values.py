"""Columns of the offers file and the fields that they fill; what is known of the offers that a chunk names."""

from collections.abc import Iterable, Sequence
from typing import Any

from catalogue.detail_columns import DETAIL_COLUMNS
from catalogue.edition_columns import EDITION_COLUMNS
from catalogue.interchange import OfferRow
from catalogue.models import Edition, Microcredential, Offer

# Column of the file → field of the offer, and what an empty cell means there.
OFFER_FIELDS: dict[str, tuple[str, object]] = {
    "title": ("title", ""),
    "description": ("description", ""),
    "outcomes": ("outcomes", []),
    "language": ("language", ""),
    "mode": ("mode", ""),
    "hours": ("hours", None),
    "ects": ("ects", None),
    "eqf_level": ("eqf_level", None),
    "price_eur": ("price", None),
    "price_basis": ("price_basis", Offer.PriceBasis.PARTICIPANT),
    "seats": ("seats", None),
    "min_seats": ("min_seats", None),
    "region": ("regions", []),
    "credential": ("credential", ""),
    "skills": ("skills", []),
    "mandatory": ("mandatory", None),
    "teaching_languages": ("teaching_languages", []),
    "supply_subsidy_pct": ("supply_subsidy_pct", None),
    "isced_f": ("isced_f", ""),
    "url": ("url", ""),
}
EDITION_FIELDS: dict[str, tuple[str, object]] = {
    "starts_on": ("starts_on", None),
    "ends_on": ("ends_on", None),
    "price_eur": ("price", None),
    "price_basis": ("price_basis", ""),
    "seats": ("seats", None),
    "min_seats": ("min_seats", None),
}
OFFER_COLUMN_OF = {name: column for column, (name, _empty) in OFFER_FIELDS.items()}
OFFER_COLUMN_OF |= dict(zip(DETAIL_COLUMNS, DETAIL_COLUMNS, strict=True))
EDITION_COLUMN_OF = {name: column for column, (name, _empty) in EDITION_FIELDS.items()}
EDITION_COLUMN_OF |= dict(zip(EDITION_COLUMNS, EDITION_COLUMNS, strict=True))

OfferKey = tuple[int, str]


def offer_values(row: OfferRow) -> dict[str, Any]:
    """The fields of the offer that the row's columns fill."""
    return _values(row, OFFER_FIELDS) | row.details


def edition_values(row: OfferRow) -> dict[str, Any]:
    """The fields of the edition that the row's columns fill."""
    values = _values(row, EDITION_FIELDS) | row.edition_details
    if "region" in row.present:
        values["region"] = row.region[0] if row.region else ""
    return values


def credential_values(row: OfferRow) -> dict[str, Any] | None:
    """The fields of the microcredential that the row describes; None when it says nothing about one."""
    if row.microcredential is None:
        return None
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in row.microcredential.items()
    }


def known_offers(keys: Iterable[OfferKey], *, locked: bool) -> dict[OfferKey, Offer]:
    """The offers of these providers and references that exist; locked until the transaction ends."""
    wanted = list(keys)
    offers = Offer.objects.select_for_update() if locked else Offer.objects.all()
    found = offers.defer("search").filter(
        provider__in={provider for provider, _reference in wanted},
        external_id__in={reference for _provider, reference in wanted},
    )
    return {(offer.provider_id, offer.external_id): offer for offer in found}


def known_editions(offer_ids: Sequence[int], *, locked: bool) -> dict[tuple[int, str], Edition]:
    """The editions of these offers, by offer and reference."""
    editions = Edition.objects.select_for_update() if locked else Edition.objects.all()
    return {(e.offer_id, e.external_id): e for e in editions.filter(offer__in=offer_ids)}


def known_credentials(offer_ids: Sequence[int], *, locked: bool) -> dict[int, Microcredential]:
    """The microcredentials of these offers, by offer."""
    credentials = Microcredential.objects.select_for_update() if locked else Microcredential.objects.all()
    return {credential.offer_id: credential for credential in credentials.filter(offer__in=offer_ids)}


def _values(row: OfferRow, fields: dict[str, tuple[str, object]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for column, (name, empty) in fields.items():
        if column in row.present:
            value = getattr(row, column)
            values[name] = list(value) if isinstance(value, tuple) else empty if value is None else value
    return values
