"""The columns that describe a microcredential beside its offer in the interchange file. No Django here.

They are no part of the smallest contract: a file without them leaves microcredentials as they are, a row that
leaves them all empty says nothing about one. A row that fills one must give what the Council Recommendation
asks of a description (`catalogue.microcredentials`).
"""

from collections.abc import Callable, Mapping
from typing import Any

from catalogue.microcredentials import findings
from catalogue.records import CredentialRecord
from skillnet.kernel.tabular.cells import MAX_NAME, MAX_TITLE, RowReader

# Column → field of the microcredential.
CREDENTIAL_FIELDS = {
    "credential_title": "title",
    "credential_country": "issuer_country",
    "credential_body": "awarding_body",
    "credential_outcomes": "outcomes",
    "credential_hours": "workload_hours",
    "credential_ects": "ects",
    "credential_eqf_level": "eqf_level",
    "credential_assessment": "assessment",
    "credential_participation": "participation",
    "credential_quality": "quality_assurance",
    "credential_prerequisites": "prerequisites",
    "credential_validity_months": "validity_months",
}
# Those came later: a file that lacks the column leaves what is known.
LATER_FIELDS = {
    "credential_region": "issuer_region",
    "credential_supervision": "supervision",
    "credential_stacking": "stacking",
    "credential_stacks_into": "stacks_into",
}
CREDENTIAL_FIELDS |= LATER_FIELDS
SUPERVISION = ("none", "supervised", "online_id", "onsite_id")
STACKING = ("alone", "stackable")
CREDENTIAL_COLUMNS = tuple(CREDENTIAL_FIELDS)
COLUMN_OF = {field: column for column, field in CREDENTIAL_FIELDS.items()}
MAX_HOURS = 99_999
MAX_ECTS = 999
MAX_MONTHS = 600
HIGHEST_LEVEL = 8
LIST_SEPARATOR = ";"


def read_credential(row: Mapping[str, str], reader: RowReader) -> dict[str, Any] | None:
    """The fields of the microcredential that the row describes; None when it says nothing about one.

    What is missing of the elements is reported to `reader`.
    """
    if not any(row.get(column, "").strip() for column in CREDENTIAL_COLUMNS):
        return None
    outcomes = (part.strip() for part in (reader.text("credential_outcomes") or "").split(LIST_SEPARATOR))
    values: dict[str, Any] = {
        "title": reader.text("credential_title", max_length=MAX_TITLE) or "",
        "issuer_country": (reader.text("credential_country") or "").upper(),
        "awarding_body": reader.text("credential_body", max_length=MAX_NAME) or "",
        "outcomes": tuple(dict.fromkeys(part for part in outcomes if part)),
        "workload_hours": reader.decimal("credential_hours", maximum=MAX_HOURS),
        "ects": reader.decimal("credential_ects", maximum=MAX_ECTS),
        "eqf_level": reader.integer("credential_eqf_level", minimum=1, maximum=HIGHEST_LEVEL),
        "assessment": reader.text("credential_assessment", max_length=MAX_NAME) or "",
        "participation": reader.text("credential_participation", max_length=MAX_NAME) or "",
        "quality_assurance": reader.text("credential_quality", max_length=MAX_NAME) or "",
        "prerequisites": reader.text("credential_prerequisites") or "",
        "validity_months": reader.integer("credential_validity_months", minimum=1, maximum=MAX_MONTHS),
    }
    values |= _read_later(row, reader)
    if not reader.problems:
        _report_missing(values, reader)
    return values


def _read_later(row: Mapping[str, str], reader: RowReader) -> dict[str, str]:
    read: dict[str, Callable[[], str | None]] = {
        "credential_region": lambda: next(iter(reader.regions("credential_region")), None),
        "credential_supervision": lambda: reader.choice("credential_supervision", SUPERVISION),
        "credential_stacking": lambda: reader.choice("credential_stacking", STACKING),
        "credential_stacks_into": lambda: reader.text("credential_stacks_into", max_length=MAX_TITLE),
    }
    return {name: read[column]() or "" for column, name in LATER_FIELDS.items() if column in row}


def credential_cells(record: CredentialRecord | None) -> dict[str, object]:
    """A microcredential as cells under CREDENTIAL_COLUMNS; empty ones when there is none."""
    if record is None:
        return dict.fromkeys(CREDENTIAL_COLUMNS)
    cells: dict[str, object] = {column: getattr(record, name) for column, name in CREDENTIAL_FIELDS.items()}
    return cells | {"credential_outcomes": f"{LIST_SEPARATOR} ".join(record.outcomes)}


def _report_missing(values: Mapping[str, Any], reader: RowReader) -> None:
    record = CredentialRecord(id="", url="", **values)
    for finding in findings(record):
        if finding.blocks:
            reader.report(COLUMN_OF[finding.field], f"element_{finding.code}", element=finding.element)
