"""Rows of the offers interchange file, read to the letter of design.md section 5. No Django here.

A row with `starts_on` makes an edition; rows that share `external_id` and differ in `edition_id` are
editions of one offer. Columns that the file lacks stay as they are: `OfferRow.present` tells which it had.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from catalogue.credential_columns import CREDENTIAL_COLUMNS, read_credential
from catalogue.detail_columns import DETAIL_COLUMNS, read_details
from catalogue.edition_columns import EDITION_COLUMNS, read_edition
from skillnet.kernel.tabular.cells import MAX_ID, MAX_NAME, MAX_TITLE, RowReader
from skillnet.kernel.tabular.duplicates import SeenKeys
from skillnet.kernel.tabular.problems import RowProblem

COLUMNS = (
    "external_id",
    "provider",
    "enterprise_number",
    "provider_kind",
    "title",
    "description",
    "outcomes",
    "language",
    "mode",
    "hours",
    "ects",
    "eqf_level",
    "price_eur",
    "seats",
    "region",
    "starts_on",
    "ends_on",
    "credential",
    "skills",
)
OPTIONAL_COLUMNS = (
    "edition_id",
    "min_seats",
    "price_basis",
    "mandatory",
    "teaching_languages",
    "supply_subsidy_pct",
    "isced_f",
    "url",
)
ALL_COLUMNS = COLUMNS + OPTIONAL_COLUMNS
FILE_COLUMNS = ALL_COLUMNS + EDITION_COLUMNS + DETAIL_COLUMNS + CREDENTIAL_COLUMNS
"""What a file may hold; the contract itself is ALL_COLUMNS."""
REQUIRED_COLUMNS = ("external_id", "provider", "title", "language")
# What belongs to a dated run rather than to the offer.
EDITION_COLUMNS = (
    "edition_id",
    "starts_on",
    "ends_on",
    "price_eur",
    "price_basis",
    "seats",
    "min_seats",
    "region",
)

PROVIDER_KINDS = ("public", "private", "academy", "sector_fund", "higher_education")
MODES = ("classroom", "online", "blended", "workplace")
CREDENTIALS = ("none", "certificate", "microcredential", "qualification")
PRICE_BASES = ("participant", "edition")
OUTCOME_SEPARATOR = ";"

MAX_HOURS = 99_999
MAX_ECTS = 999
MAX_EQF_LEVEL = 8
MAX_EURO = 9_999_999_999
MAX_SEATS = 1_000_000
_ISCED_F = re.compile(r"\d{2,4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class OfferRow:
    """A good row. None and empty tuples are unknown.

    `hours` are contact hours; `price_eur` excludes VAT and is per participant unless `price_basis` is
    `edition` (None reads as `participant`); `supply_subsidy_pct` is 0 to 100.
    """

    line: int
    external_id: str
    provider: str
    enterprise_number: str | None
    provider_kind: str | None
    title: str
    description: str | None
    outcomes: tuple[str, ...]
    language: str
    mode: str | None
    hours: Decimal | None
    ects: Decimal | None
    eqf_level: int | None
    price_eur: Decimal | None
    seats: int | None
    region: tuple[str, ...]
    starts_on: dt.date | None
    ends_on: dt.date | None
    credential: str | None
    skills: tuple[str, ...]
    edition_id: str | None
    min_seats: int | None
    price_basis: str | None
    mandatory: bool | None
    teaching_languages: tuple[str, ...]
    supply_subsidy_pct: Decimal | None
    isced_f: str | None
    url: str | None
    present: frozenset[str]
    microcredential: dict[str, Any] | None = None
    details: dict[str, Any] = field(default_factory=dict)
    edition_details: dict[str, Any] = field(default_factory=dict)

    @property
    def makes_edition(self) -> bool:
        """Whether the row describes a dated run besides the offer itself."""
        return self.starts_on is not None


def parse_offer_row(
    row: Mapping[str, str], line: int, *, party_required: bool = True
) -> OfferRow | list[RowProblem]:
    """The offer, and perhaps edition, that a row describes, or everything that is wrong with the row.

    `party_required` is false where the provider is the current organisation and the file need not name it.
    """
    reader = RowReader(row, line)
    offer = OfferRow(
        line=line,
        external_id=reader.required("external_id", max_length=MAX_ID),
        provider=_party(reader, required=party_required),
        enterprise_number=reader.enterprise_number("enterprise_number"),
        provider_kind=reader.choice("provider_kind", PROVIDER_KINDS),
        title=reader.required("title", max_length=MAX_TITLE),
        description=reader.text("description"),
        outcomes=_outcomes(reader),
        language=reader.language("language"),
        mode=reader.choice("mode", MODES),
        hours=reader.decimal("hours", maximum=MAX_HOURS),
        ects=reader.decimal("ects", maximum=MAX_ECTS),
        eqf_level=reader.integer("eqf_level", minimum=1, maximum=MAX_EQF_LEVEL),
        price_eur=reader.decimal("price_eur", maximum=MAX_EURO),
        seats=reader.integer("seats", minimum=1, maximum=MAX_SEATS),
        region=reader.regions("region"),
        starts_on=reader.date("starts_on"),
        ends_on=reader.date("ends_on"),
        credential=reader.choice("credential", CREDENTIALS),
        skills=reader.skills("skills"),
        edition_id=reader.text("edition_id", max_length=MAX_ID),
        min_seats=reader.integer("min_seats", minimum=1, maximum=MAX_SEATS),
        price_basis=reader.choice("price_basis", PRICE_BASES),
        mandatory=reader.yes_no("mandatory"),
        teaching_languages=reader.languages("teaching_languages"),
        supply_subsidy_pct=reader.decimal("supply_subsidy_pct", maximum=100),
        isced_f=_isced_f(reader),
        url=reader.url("url"),
        present=present_columns(row),
        microcredential=read_credential(row, reader),
        details=read_details(row, reader),
        edition_details=read_edition(row, reader),
    )
    _check_together(offer, reader)
    return reader.problems or offer


def present_columns(header: Mapping[str, str] | tuple[str, ...]) -> frozenset[str]:
    """The columns of the contract that the file has; only these replace what is known."""
    return frozenset(header) & frozenset(ALL_COLUMNS)


def duplicate_problem(offer: OfferRow, seen: SeenKeys) -> RowProblem | None:
    """The problem when this file named the provider's offer and edition before; remembers them otherwise."""
    first_line = seen.first_line(
        number=offer.enterprise_number,
        name=offer.provider,
        key=(offer.external_id, offer.edition_id),
        line=offer.line,
    )
    if first_line is None:
        return None
    if offer.edition_id is None:
        params: dict[str, object] = {"value": offer.external_id, "first_line": first_line}
        return RowProblem(offer.line, "external_id", "duplicate", params)
    params = {"value": offer.external_id, "edition": offer.edition_id, "first_line": first_line}
    return RowProblem(offer.line, "edition_id", "duplicate_edition", params)


def offer_cells(offer: OfferRow) -> dict[str, object]:
    """The row as cells for `write_csv` and `write_xlsx`, in the order of ALL_COLUMNS."""
    mandatory = None if offer.mandatory is None else "yes" if offer.mandatory else "no"
    cells: dict[str, object] = {column: getattr(offer, column) for column in ALL_COLUMNS}
    cells |= {"mandatory": mandatory, "outcomes": f"{OUTCOME_SEPARATOR} ".join(offer.outcomes)}
    return {column: " ".join(value) if isinstance(value, tuple) else value for column, value in cells.items()}


def _party(reader: RowReader, *, required: bool) -> str:
    if required:
        return reader.required("provider", max_length=MAX_NAME)
    return reader.text("provider", max_length=MAX_NAME) or ""


def _outcomes(reader: RowReader) -> tuple[str, ...]:
    parts = (part.strip() for part in (reader.text("outcomes") or "").split(OUTCOME_SEPARATOR))
    return tuple(dict.fromkeys(part for part in parts if part))


def _isced_f(reader: RowReader) -> str | None:
    """A field of ISCED-F 2013: two digits broad, three narrow, four detailed."""
    text = reader.text("isced_f")
    if text is not None and not _ISCED_F.fullmatch(text):
        reader.report("isced_f", "isced_f", value=text)
    return text


def _check_together(offer: OfferRow, reader: RowReader) -> None:
    if offer.starts_on and offer.ends_on and offer.ends_on < offer.starts_on:
        reader.report("ends_on", "ends_before_start", value=offer.ends_on, starts_on=offer.starts_on)
    if offer.seats is not None and offer.min_seats is not None and offer.min_seats > offer.seats:
        reader.report("min_seats", "min_above_seats", value=offer.min_seats, seats=offer.seats)
