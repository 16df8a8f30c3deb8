"""Further columns of the offers file: when and for whom, how assessed, on whose money. No Django here.

They are no part of the smallest contract: a file without them leaves what is known as it is.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from networks.interchange import TARGET_GROUPS, TRANSITIONS
from skillnet.kernel.tabular.cells import RowReader

DAYPARTS = ("day", "evening", "weekend", "holiday")
POLICY_DOMAINS = ("work", "education", "economy", "welfare", "integration", "social_economy")
STREAMS = ("productivity", "basic_skills", "language", "care", "personal")
KMO_THEMES = (
    "strategy",
    "profession",
    "digital",
    "sustainability",
    "finance",
    "innovation",
    "international",
    "personnel",
)
"""The themes of the kmo-portefeuille since January 2023."""
CEFR_LEVELS = ("a1", "a2", "b1", "b2", "c1", "c2")
MAX_HOURS = 99_999
HIGHEST_LEVEL = 8
MAX_FUNDER = 120
MAX_NUMBER = 40
MAX_ASSESSMENT = 300

# Column, which is also the field of the offer → what an empty cell means there.
EMPTY: dict[str, Any] = {
    "workplace_hours": None,
    "vks_level": None,
    "dayparts": [],
    "entry_requirements": "",
    "funder": "",
    "kmo_registered": None,
    "vov_id": "",
    "voucher_registered": None,
    "policy_domain": "",
    "stream": "",
    "kmo_theme": "",
    "assessment": "",
    "target_groups": [],
    "transition": "",
    "is_stem": None,
    "cefr_level": "",
}
DETAIL_COLUMNS = tuple(EMPTY)


def read_details(row: Mapping[str, str], reader: RowReader) -> dict[str, Any]:
    """The values of those columns that the file has; what is wrong is reported to `reader`."""
    read: dict[str, Callable[[], Any]] = {
        "workplace_hours": lambda: reader.decimal("workplace_hours", maximum=MAX_HOURS),
        "vks_level": lambda: reader.integer("vks_level", minimum=1, maximum=HIGHEST_LEVEL),
        "dayparts": lambda: list(reader.choices("dayparts", DAYPARTS)),
        "entry_requirements": lambda: reader.text("entry_requirements"),
        "funder": lambda: reader.text("funder", max_length=MAX_FUNDER),
        "kmo_registered": lambda: reader.yes_no("kmo_registered"),
        "vov_id": lambda: reader.text("vov_id", max_length=MAX_NUMBER),
        "voucher_registered": lambda: reader.yes_no("voucher_registered"),
        "policy_domain": lambda: reader.choice("policy_domain", POLICY_DOMAINS),
        "stream": lambda: reader.choice("stream", STREAMS),
        "kmo_theme": lambda: reader.choice("kmo_theme", KMO_THEMES),
        "assessment": lambda: reader.text("assessment", max_length=MAX_ASSESSMENT),
        "target_groups": lambda: list(reader.choices("target_groups", TARGET_GROUPS)),
        "transition": lambda: reader.choice("transition", TRANSITIONS),
        "is_stem": lambda: reader.yes_no("is_stem"),
        "cefr_level": lambda: (reader.choice("cefr_level", CEFR_LEVELS) or "").upper(),
    }
    values = {column: read[column]() for column in DETAIL_COLUMNS if column in row}
    return {column: EMPTY[column] if value is None else value for column, value in values.items()}


def detail_cells(offer: Any) -> dict[str, object]:
    """The fields of an offer as cells under DETAIL_COLUMNS."""
    return {column: _cell(getattr(offer, column)) for column in DETAIL_COLUMNS}


def _cell(value: Any) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return " ".join(value)
    return value if isinstance(value, Decimal | int) else value or None
