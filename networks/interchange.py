"""Rows of the gaps interchange file, read to the letter of design.md section 5. No Django here.

A row is a mapping of column name to cell text; columns that the file lacks are not in it, and stay as
they are in what is known already: `GapRow.present` tells which ones the file had.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from skillnet.kernel.tabular.cells import MAX_ID, MAX_NAME, MAX_TITLE, RowReader
from skillnet.kernel.tabular.duplicates import SeenKeys
from skillnet.kernel.tabular.problems import RowProblem

COLUMNS = (
    "external_id",
    "organisation",
    "enterprise_number",
    "network",
    "title",
    "description",
    "language",
    "learners",
    "urgency",
    "horizon",
    "depth",
    "direction",
    "mandatory",
    "region",
    "skills",
)
OPTIONAL_COLUMNS = (
    "budget_eur",
    "eqf_level",
    "learner_languages",
    "modes",
    "kind",
    "impact",
    "target_groups",
    "transition",
    "occupation",
    "planned_start",
    "hire_scheme",
)
ALL_COLUMNS = COLUMNS + OPTIONAL_COLUMNS
REQUIRED_COLUMNS = ("external_id", "organisation", "title", "language")

URGENCIES = ("low", "medium", "high", "critical")
HORIZONS = ("now", "1y", "3y")
DEPTHS = ("short", "deep")
DIRECTIONS = ("upskilling", "reskilling")
KINDS = ("ordinary", "work_to_work", "hire_and_train")
TARGET_GROUPS = (
    "school_leavers",
    "jobseekers",
    "inactive",
    "long_term_ill",
    "newcomers",
    "short_schooled",
    "workers",
    "job_changers",
    "self_employed",
    "retired",
)
TRANSITIONS = ("none", "digital", "green", "both")
HIRE_SCHEMES = ("ibo", "ibo_after_hiring", "ika", "other")
MODES = ("classroom", "online", "blended", "workplace")

MAX_LEARNERS = 1_000_000
MAX_EURO = 9_999_999_999
MAX_EQF_LEVEL = 8
MAX_IMPACT = 4


@dataclass(frozen=True, slots=True)
class GapRow:
    """A good row. None and empty tuples are unknown; money in euro; `present`: the columns of the file."""

    line: int
    external_id: str
    organisation: str
    enterprise_number: str | None
    network: str | None
    title: str
    description: str | None
    language: str
    learners: int | None
    urgency: str | None
    horizon: str | None
    depth: str | None
    direction: str | None
    mandatory: bool | None
    region: tuple[str, ...]
    skills: tuple[str, ...]
    budget_eur: Decimal | None
    eqf_level: int | None
    learner_languages: tuple[str, ...]
    modes: tuple[str, ...]
    present: frozenset[str]
    kind: str | None = None
    impact: int | None = None
    target_groups: tuple[str, ...] = ()
    transition: str | None = None
    occupation: str | None = None
    planned_start: date | None = None
    hire_scheme: str | None = None


def parse_gap_row(
    row: Mapping[str, str], line: int, *, party_required: bool = True
) -> GapRow | list[RowProblem]:
    """The gap that a row describes, or everything that is wrong with the row.

    `party_required` is false where the organisation is the current one and the file need not name it.
    """
    reader = RowReader(row, line)
    gap = GapRow(
        line=line,
        external_id=reader.required("external_id", max_length=MAX_ID),
        organisation=_party(reader, required=party_required),
        enterprise_number=reader.enterprise_number("enterprise_number"),
        network=reader.text("network", max_length=MAX_NAME),
        title=reader.required("title", max_length=MAX_TITLE),
        description=reader.text("description"),
        language=reader.language("language"),
        learners=reader.integer("learners", minimum=1, maximum=MAX_LEARNERS),
        urgency=reader.choice("urgency", URGENCIES),
        horizon=reader.choice("horizon", HORIZONS),
        depth=reader.choice("depth", DEPTHS),
        direction=reader.choice("direction", DIRECTIONS),
        mandatory=reader.yes_no("mandatory"),
        region=reader.regions("region"),
        skills=reader.skills("skills"),
        budget_eur=reader.decimal("budget_eur", maximum=MAX_EURO),
        eqf_level=reader.integer("eqf_level", minimum=1, maximum=MAX_EQF_LEVEL),
        learner_languages=reader.languages("learner_languages"),
        modes=reader.choices("modes", MODES),
        present=present_columns(row),
        kind=reader.choice("kind", KINDS),
        impact=reader.integer("impact", minimum=1, maximum=MAX_IMPACT),
        target_groups=reader.choices("target_groups", TARGET_GROUPS),
        transition=reader.choice("transition", TRANSITIONS),
        occupation=reader.text("occupation", max_length=MAX_NAME),
        planned_start=reader.date("planned_start"),
        hire_scheme=reader.choice("hire_scheme", HIRE_SCHEMES),
    )
    if gap.hire_scheme and gap.kind != "hire_and_train":
        reader.report("hire_scheme", "hire_scheme_without_hiring", value=gap.hire_scheme)
    return reader.problems or gap


def present_columns(header: Mapping[str, str] | tuple[str, ...]) -> frozenset[str]:
    """The columns of the contract that the file has; only these replace what is known."""
    return frozenset(header) & frozenset(ALL_COLUMNS)


def duplicate_problem(gap: GapRow, seen: SeenKeys) -> RowProblem | None:
    """The problem when this file named the organisation's `external_id` before; remembers it otherwise."""
    first_line = seen.first_line(
        number=gap.enterprise_number, name=gap.organisation, key=gap.external_id, line=gap.line
    )
    if first_line is None:
        return None
    params = {"value": gap.external_id, "first_line": first_line}
    return RowProblem(gap.line, "external_id", "duplicate", params)


def gap_cells(gap: GapRow) -> dict[str, object]:
    """The row as cells for `write_csv` and `write_xlsx`, in the order of ALL_COLUMNS."""
    mandatory = None if gap.mandatory is None else "yes" if gap.mandatory else "no"
    cells: dict[str, object] = {column: getattr(gap, column) for column in ALL_COLUMNS}
    cells |= {"mandatory": mandatory}
    return {column: " ".join(value) if isinstance(value, tuple) else value for column, value in cells.items()}


def _party(reader: RowReader, *, required: bool) -> str:
    if required:
        return reader.required("organisation", max_length=MAX_NAME)
    return reader.text("organisation", max_length=MAX_NAME) or ""
