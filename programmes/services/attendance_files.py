"""Attendance that somebody sends as CSV or Excel: each row read on its own, each mistake with its line."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from programmes.services.attendance import Hours, HoursProblem
from skillnet.kernel.tabular import FileProblem, Limits, Record, read_rows
from skillnet.kernel.tabular.problems import RowProblem, render

REFERENCE = ("kenmerk", "reference", "reference_d_inscription")
HOURS = ("uren", "hours", "heures")
DAY = ("dag", "datum", "day", "date", "jour")
MOST_ROWS = 5000
DAY_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y")


def read_attendance(file: Any, *, filename: str) -> tuple[list[Hours], list[HoursProblem]]:
    """The rows that read well, and what is wrong with the others.

    Columns: reference and hours, and the day for hours of one day. A row without hours says nothing and is
    skipped. Raises FileProblem for a file that is no table, ValidationError for one without these columns.
    """
    limits = Limits(max_bytes=settings.MAX_EVIDENCE_BYTES, max_rows=MOST_ROWS)
    rows: list[Hours] = []
    problems: list[HoursProblem] = []
    with read_rows(file, filename=filename, limits=limits) as table:
        for record in table.records():
            if _first(record, REFERENCE) is None or _first(record, HOURS) is None:
                raise ValidationError(
                    _(
                        "Dit bestand mist een kolom “kenmerk” of “uren”. Voer de lijst van deelnemers uit en "
                        "vul die aan."
                    )
                )
            try:
                row = _read(record)
            except ValidationError as error:
                reference = (_first(record, REFERENCE) or "")[:40]
                problems.append(HoursProblem(record.line, reference, " ".join(error.messages)))
            else:
                if row is not None:
                    rows.append(row)
    return rows, problems


def _read(record: Record) -> Hours | None:
    if record.problems:
        raise ValidationError([_sentence(problem) for problem in record.problems])
    reference = (_first(record, REFERENCE) or "").strip().upper()
    text = (_first(record, HOURS) or "").strip()
    if not text:
        return None
    if not reference:
        raise ValidationError(_("Het kenmerk van de deelnemer ontbreekt."))
    return Hours(reference, _hours(text), _day((_first(record, DAY) or "").strip()), record.line)


def _hours(text: str) -> Decimal:
    try:
        hours = Decimal(text.replace(",", ".")).quantize(Decimal("0.01"))
    except InvalidOperation:
        hours = Decimal("NaN")
    if not hours.is_finite():
        raise ValidationError(_("“%(text)s” is geen aantal uren.") % {"text": text[:20]})
    return hours


def _day(text: str) -> date | None:
    if not text:
        return None
    for layout in DAY_FORMATS:
        try:
            return datetime.strptime(text[:10], layout).date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            continue
    raise ValidationError(_("“%(text)s” is geen datum. Schrijf ze als 2027-03-31.") % {"text": text[:20]})


def _first(record: Record, names: tuple[str, ...]) -> str | None:
    return next((record.values[name] for name in names if name in record.values), None)


def _sentence(problem: RowProblem) -> str:
    from django.utils.translation import get_language

    return str(render(problem, get_language() or "nl"))


__all__ = ["FileProblem", "read_attendance"]
