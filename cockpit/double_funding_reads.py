"""Seats of programmes with everyone who pays for them, and the double funding in them, k-anonymous."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cockpit.anonymity import Atom, Cube
from cockpit.double_funding import FEE, SUPPLY_AND_NETWORK, Case, Seat, find_cases
from cockpit.terms import Filters
from programmes.aid.double_funding import Severity
from programmes.aid.texts import LANGUAGES, Reason, render
from programmes.states import BOUND
from skillnet.kernel.law_names import law_name

# Money is asked or granted from submission on.
COUNTED = ("submitted", *BOUND)

# Filters are axes; one of them at a time is shown by rule.
LEVELS = ("rule sector", "rule provider_kind", "rule year")

# A company's cost and grants in a programme are spread over its editions by what each edition costs.
SEATS = """
WITH part AS (
    SELECT pe.programme_id, pe.edition_id,
           coalesce(sum(cl.amount) OVER edition / nullif(sum(cl.amount) OVER programme, 0),
                    1.0 / count(*) OVER programme) AS share
    FROM programmes_programmeedition pe
    LEFT JOIN (SELECT programme_id, edition_id, sum(amount) AS amount
               FROM programmes_costline GROUP BY 1, 2) cl
           ON cl.programme_id = pe.programme_id AND cl.edition_id = pe.edition_id
    WINDOW edition AS (PARTITION BY pe.programme_id, pe.edition_id),
           programme AS (PARTITION BY pe.programme_id)
)
SELECT coalesce(org.undertaking_id, org.id), org.id, part.edition_id, n.id, n.sector, p.kind,
       round(pa.cost * part.share, 2), coalesce(o.supply_subsidy_pct, 0),
       coalesce((SELECT jsonb_agg(jsonb_build_array(i.code, round(f.amount * part.share, 2)::text)
                                  ORDER BY f.id)
                 FROM programmes_fundingline f JOIN programmes_instrument i ON i.id = f.instrument_id
                 WHERE f.programme_id = pr.id AND f.organisation_id = org.id), '[]'),
       coalesce(extract(year FROM pr.starts_on)::int::text, ''), o.policy_domain
FROM programmes_participation pa
JOIN programmes_programme pr ON pr.id = pa.programme_id AND pr.state = ANY(%(states)s)
JOIN networks_network n ON n.id = pr.network_id
JOIN networks_organisation org ON org.id = pa.organisation_id
JOIN part ON part.programme_id = pr.id
JOIN catalogue_edition e ON e.id = part.edition_id
JOIN catalogue_offer o ON o.id = e.offer_id
JOIN catalogue_provider p ON p.id = o.provider_id
WHERE pa.state <> 'withdrawn'
ORDER BY pa.id, part.edition_id
"""
# What an instrument pays unless its line says otherwise: wages, not the course.
WAGE_INSTRUMENTS = frozenset({"vov", "vov_joint_right", "ibo", "ika", "individual_training_right"})


@dataclass(frozen=True, slots=True)
class FlagRow:
    """One rule: how many cases it caught and the euro at stake; None where fewer than k undertakings."""

    rule: str
    severity: Severity
    sentence: str
    legal_basis: str
    certain: bool
    cases: int | None
    undertakings: int | None
    at_stake: Decimal | None


@dataclass(frozen=True, slots=True)
class DoubleFunding:
    """The rows by rule, the worst first, and the total over all of them."""

    rows: Sequence[FlagRow]
    cases: int | None
    at_stake: Decimal | None
    seats: int


def double_funding(filters: Filters) -> DoubleFunding:
    """Double funding within the filters: each is an axis of one cube, so nothing follows by comparing.

    With more than one filter on, the rules apart are withheld.
    """
    seats = read_seats()
    cases = find_cases(seats)
    cube = _cube(cases)
    at = {
        "sector": filters.sector or None,
        "provider_kind": filters.provider_kind or None,
        "year": str(filters.year) if filters.year else None,
    }
    firsts = {case.rule: case for case in cases}
    rows = [_row(case, cube, at) for case in firsts.values()]
    shown = [row for row in rows if row.cases != 0]
    return DoubleFunding(
        rows=shown,
        cases=_whole(cube.value("cases", **at)),
        at_stake=_euro(cube.value("at_stake", **at)),
        seats=len(seats),
    )


def read_seats() -> list[Seat]:
    """Every company in every edition of a programme that was submitted or granted."""
    with connection.cursor() as cursor:
        cursor.execute(SEATS, {"states": list(COUNTED)})
        rows = cursor.fetchall()
    return [Seat(*row) for row in _with_lines(rows)]


def sentence_of(reason: Reason) -> str:
    """Why a combination is flagged, in the language of the page (Dutch where the rules do not speak it)."""
    if reason.rule == SUPPLY_AND_NETWORK:
        return _(
            "De opleiding is al als aanbod gesubsidieerd en de netwerksubsidie betaalt mee aan dezelfde "
            "cursusprijs: wettig binnen het steunmaximum, maar beleidsmatig dubbel."
        )
    if reason.params:
        # The sentence of the rule names the figures of one case, which would tell one company's money.
        return _("De instrumenten betalen samen meer dan de opleiding kost. Dat kan niet.")
    language = (get_language() or "nl")[:2]
    return render(reason, language if language in LANGUAGES else "nl")


def severity_name(severity: Severity) -> str:
    return {
        Severity.BLOCKS: _("mag niet"),
        Severity.LEGAL_CAP: _("wettelijk begrensd"),
        Severity.POLICY_FLAG: _("beleidsvraag"),
    }[severity]


def _with_lines(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    return ((*row[:8], _lines(row[8]), *row[9:]) for row in rows)


def _lines(raw: Any) -> tuple[tuple[str, str, Decimal], ...]:
    pairs = json.loads(raw) if isinstance(raw, str) else raw
    return tuple(
        (code, "trainee" if code in WAGE_INSTRUMENTS else FEE, Decimal(amount)) for code, amount in pairs
    )


def _cube(cases: Iterable[Case]) -> Cube:
    found: dict[tuple[str, ...], list[Case]] = {}
    for case in cases:
        key = (case.rule, case.seat.sector, case.seat.provider_kind, case.seat.year)
        found.setdefault(key, []).append(case)
    atoms = [
        Atom(
            key=key,
            undertakings=frozenset(case.seat.undertaking for case in mine),
            values=(float(len(mine)), float(sum(case.at_stake for case in mine))),
        )
        for key, mine in sorted(found.items())
    ]
    axes = ("rule", "sector", "provider_kind", "year")
    return Cube(axes, ("cases", "at_stake"), atoms, settings.K_ANONYMITY, levels=LEVELS)


def _row(case: Case, cube: Cube, at: dict[str, str | None]) -> FlagRow:
    return FlagRow(
        rule=case.rule,
        severity=case.severity,
        sentence=sentence_of(case.reason),
        legal_basis=law_name(case.reason.legal_basis),
        certain=case.reason.certain,
        cases=_whole(cube.value("cases", rule=case.rule, **at)),
        undertakings=cube.undertakings(rule=case.rule, **at),
        at_stake=_euro(cube.value("at_stake", rule=case.rule, **at)),
    )


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _euro(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(round(value, 2)))
