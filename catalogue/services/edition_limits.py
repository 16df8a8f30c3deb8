"""What a row of a file may not make of an edition that is there already: the file knows only half of it."""

from collections.abc import Mapping, Sequence

from catalogue.interchange import OfferRow
from catalogue.models import Edition, Offer
from catalogue.services.offer_values import OfferKey, edition_values, known_editions
from skillnet.kernel.tabular.problems import RowProblem


def impossible_editions(
    rows: Sequence[OfferRow],
    keys: Mapping[int, OfferKey],
    offers: Mapping[OfferKey, Offer],
    *,
    locked: bool,
) -> dict[int, RowProblem]:
    """By line what is wrong with rows that would leave fewer seats than are taken, or an end before the start.

    With `locked` the editions stay as they are until the transaction ends.
    """
    dated = [row for row in rows if row.makes_edition and keys[row.line] in offers]
    if not dated:
        return {}
    known = known_editions([offers[keys[row.line]].pk for row in dated], locked=locked)
    found = {
        row.line: _problem(row, known.get((offers[keys[row.line]].pk, row.edition_id or ""))) for row in dated
    }
    return {line: problem for line, problem in found.items() if problem is not None}


def _problem(row: OfferRow, edition: Edition | None) -> RowProblem | None:
    if edition is None:
        return None
    values = edition_values(row)
    seats = values.get("seats", edition.seats)
    if seats is not None and seats < edition.enrolled:
        said = {"value": seats, "enrolled": edition.enrolled}
        return RowProblem(row.line, "seats", "fewer_seats_than_enrolled", said)
    starts, ends = values.get("starts_on", edition.starts_on), values.get("ends_on", edition.ends_on)
    if starts and ends and ends < starts:
        return RowProblem(row.line, "ends_on", "ends_before_start", {"value": ends, "starts_on": starts})
    return None
