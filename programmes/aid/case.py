"""The case that an assessment takes: read from JSON, every mistake named by its field.

Absent lists are empty and absent flags false; nothing else is guessed. Amounts are euro excluding VAT, as
text or as JSON numbers; they never pass through floating point.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from programmes.aid.reader import InvalidCase, Reader

__all__ = [
    "Case",
    "Cost",
    "EarlierAid",
    "InvalidCase",
    "Link",
    "Organisation",
    "OtherAid",
    "Participant",
    "Year",
    "case_record",
    "load_case",
    "parse_case",
]

CATEGORIES = ("trainer", "operating", "advice", "trainee")
OWNER_KINDS = ("company", "investor", "university", "public", "local_authority", "person")
# Owners in public hands: no enterprises, so that they tie none together.
PUBLIC_KINDS = frozenset({"public", "local_authority"})
BASES = ("training_aid", "de_minimis", "de_minimis_sgei", "other_state_aid", "not_aid")
ROUTES = ("training_aid", "de_minimis", "best")
PRIMARY = ("01", "03")


@dataclass(frozen=True, slots=True)
class Year:
    """Approved accounts of one year; headcount in annual work units, money in euro, None where unknown."""

    year: int
    headcount: Decimal | None
    turnover: Decimal | None
    balance_sheet: Decimal | None


@dataclass(frozen=True, slots=True)
class Organisation:
    """An enterprise with its accounts, and what bars it from the block exemption.

    `stated`: whether it was asked about those bars; `nace` is its NACE-BEL code, empty where unknown.
    """

    id: str
    years: tuple[Year, ...] = ()
    in_difficulty: bool = False
    recovery_order: bool = False
    stated: bool = True
    nace: str = ""

    @property
    def is_primary(self) -> bool:
        """Primary production in agriculture, fishery or aquaculture: divisions 01 and 03 of NACE."""
        return self.nace[:2] in PRIMARY


@dataclass(frozen=True, slots=True)
class Link:
    """`owner` holds `percent` (the larger of capital and votes) of `owned`, or controls it in another way.

    Of a local authority: its annual budget in euro and its inhabitants, None where unknown.
    """

    owner: str
    owned: str
    percent: Decimal
    owner_kind: str = "company"
    majority_votes: bool = False
    board: bool = False
    contract: bool = False
    owner_budget: Decimal | None = None
    owner_inhabitants: Decimal | None = None

    @property
    def is_public(self) -> bool:
        """Whether the owner is a public body, large or small."""
        return self.owner_kind in PUBLIC_KINDS

    @property
    def controls(self) -> bool:
        """One of the relations of control that do not depend on the percentage."""
        return self.majority_votes or self.board or self.contract


@dataclass(frozen=True, slots=True)
class Participant:
    """A learner: the hours attended, and whether disabled or disadvantaged (never which category)."""

    hours: Decimal
    disadvantaged: bool = False


@dataclass(frozen=True, slots=True)
class Cost:
    """An eligible cost; `participants` are the positions of those whom it concerns, empty for everybody."""

    category: str
    amount: Decimal
    participants: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class EarlierAid:
    """Aid that an organisation was granted before, counted on the day of the legal right."""

    organisation: str
    date: date
    amount: Decimal
    basis: str


@dataclass(frozen=True, slots=True)
class OtherAid:
    """Other funding of the same costs."""

    instrument: str
    amount: Decimal
    basis: str


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that an assessment of one company in one programme needs to know."""

    application_date: date
    start_date: date
    decision_date: date
    company: str
    requested: Decimal
    route: str
    mandatory_training: bool = False
    ad_hoc: bool = False
    organisations: tuple[Organisation, ...] = ()
    links: tuple[Link, ...] = ()
    participants: tuple[Participant, ...] = ()
    costs: tuple[Cost, ...] = ()
    earlier_aid: tuple[EarlierAid, ...] = ()
    other_aid_same_costs: tuple[OtherAid, ...] = ()
    project_aid: Decimal = Decimal("0.00")


def load_case(text: str) -> Case:
    """Read a case from JSON text; raises InvalidCase."""
    try:
        data = json.loads(text, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise InvalidCase("case", "invalid.json", detail=str(error)) from error
    return parse_case(data)


def _no_number(name: str) -> Decimal:
    raise ValueError(name)


def parse_case(data: object) -> Case:
    """Read a case from decoded JSON; raises InvalidCase with the field and the reason."""
    reader = Reader.of(data, "")
    participants = [_participant(item) for item in reader.items("participants")]
    names = [item.data.get("id") for item in reader.items("participants")]
    case = Case(
        application_date=reader.day("application_date"),
        start_date=reader.day("start_date"),
        decision_date=reader.day("decision_date"),
        company=reader.text("company"),
        requested=reader.money("requested"),
        route=reader.choice("route", ROUTES),
        mandatory_training=reader.flag("mandatory_training"),
        ad_hoc=reader.flag("ad_hoc"),
        organisations=_organisations(reader),
        links=_links(reader),
        participants=tuple(participants),
        costs=tuple(_cost(item, names) for item in reader.items("costs")),
        earlier_aid=tuple(_earlier_aid(item) for item in reader.items("earlier_aid")),
        other_aid_same_costs=tuple(_other_aid(item) for item in reader.items("other_aid_same_costs")),
        project_aid=reader.money("project_aid", default=Decimal("0.00")),
    )
    known = {organisation.id for organisation in case.organisations}
    if known and case.company not in known:
        raise InvalidCase("company", "invalid.unknown_company", company=case.company)
    return case


def _organisations(reader: Reader) -> tuple[Organisation, ...]:
    found: dict[str, Organisation] = {}
    for item in reader.items("organisations"):
        organisation = Organisation(
            id=item.text("id"),
            years=_years(item),
            in_difficulty=item.flag("in_difficulty"),
            recovery_order=item.flag("recovery_order"),
            stated=item.data.get("stated") is None or item.flag("stated"),
            nace=_nace(item),
        )
        if organisation.id in found:
            raise InvalidCase(item.path("id"), "invalid.twice", value=organisation.id)
        found[organisation.id] = organisation
    return tuple(found.values())


def _nace(item: Reader) -> str:
    """Empty is unknown, and an empty text says the same as none."""
    return item.text("nace") if item.data.get("nace") else ""


def _years(reader: Reader) -> tuple[Year, ...]:
    found: dict[int, Year] = {}
    for item in reader.items("years"):
        year = Year(
            year=item.year("year"),
            headcount=item.number("headcount", optional=True),
            turnover=item.number("turnover", optional=True),
            balance_sheet=item.number("balance_sheet", optional=True),
        )
        if year.year in found:
            raise InvalidCase(item.path("year"), "invalid.twice", value=year.year)
        found[year.year] = year
    return tuple(found[year] for year in sorted(found))


def _links(reader: Reader) -> tuple[Link, ...]:
    found: dict[tuple[str, str], Link] = {}
    for item in reader.items("links"):
        link = _link(item)
        if (link.owner, link.owned) in found:
            raise InvalidCase(item.path("owned"), "invalid.twice", value=f"{link.owner} → {link.owned}")
        found[link.owner, link.owned] = link
    return tuple(found.values())


def _link(item: Reader) -> Link:
    flags = {name: item.flag(name) for name in ("majority_votes", "board", "contract")}
    percent = item.number("percent", optional=any(flags.values()))
    if percent is not None and percent > 100:
        raise InvalidCase(item.path("percent"), "invalid.percent", value=percent)
    return Link(
        owner=item.text("owner"),
        owned=item.text("owned"),
        percent=Decimal(0) if percent is None else percent,
        owner_kind=item.choice("owner_kind", OWNER_KINDS, default="company"),
        owner_budget=item.number("owner_budget", optional=True),
        owner_inhabitants=item.number("owner_inhabitants", optional=True),
        **flags,
    )


def _participant(item: Reader) -> Participant:
    hours = item.number("hours")
    return Participant(hours=hours or Decimal(0), disadvantaged=item.flag("disadvantaged"))


def _cost(item: Reader, names: Sequence[object]) -> Cost:
    return Cost(
        category=item.choice("category", CATEGORIES),
        amount=item.money("amount"),
        participants=_positions(item, names),
    )


def _positions(item: Reader, names: Sequence[object]) -> tuple[int, ...]:
    """Positions of the named participants: counted from 0, or by the `id` that a participant may carry."""
    positions: list[int] = []
    for value in item.values("participants"):
        position = _position(value, names)
        if position is None:
            raise InvalidCase(item.path("participants"), "invalid.participant", value=value)
        if position not in positions:
            positions.append(position)
    return tuple(positions)


def _position(value: object, names: Sequence[object]) -> int | None:
    named = [position for position, name in enumerate(names) if name is not None and name == value]
    if named:
        return named[0]
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(names):
        return value
    return None


def _earlier_aid(item: Reader) -> EarlierAid:
    return EarlierAid(
        organisation=item.text("organisation"),
        date=item.day("date"),
        amount=item.money("amount"),
        basis=item.choice("basis", BASES, default="other_state_aid"),
    )


def _other_aid(item: Reader) -> OtherAid:
    return OtherAid(
        instrument=item.text("instrument", default="?"),
        amount=item.money("amount"),
        basis=item.choice("basis", BASES, default="other_state_aid"),
    )


def case_record(case: Case) -> Mapping[str, object]:
    """The case as plain JSON values that :func:`parse_case` reads back to an equal case."""
    return {name: _plain(getattr(case, name)) for name in Case.__slots__}


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    slots = getattr(type(value), "__slots__", None)
    if slots:
        return {name: _plain(getattr(value, name)) for name in slots}
    return value
