"""Reading typed values from the cells of one row, collecting what is wrong instead of raising.

An empty cell is *unknown*: `None`, or an empty tuple for a list (design.md section 5).
"""

import datetime as dt
import re
from collections.abc import Collection, Mapping
from decimal import Decimal
from urllib.parse import urlsplit

from skillnet.kernel import enterprise_number, regions
from skillnet.kernel.tabular.languages import ISO_639_1
from skillnet.kernel.tabular.problems import RowProblem

MAX_ID = 100
MAX_NAME = 200
MAX_TITLE = 300
MAX_TEXT = 50_000
MAX_URL = 500
_ESCO_SKILL = re.compile(
    r"https?://data\.europa\.eu/esco/(skill|isced-f)/([0-9A-Za-z][0-9A-Za-z.\-]{0,99})", re.ASCII
)
_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?", re.ASCII)
_BELGIAN_DATE = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})", re.ASCII)
_NUMBER = re.compile(r"[+\-]?(\d+)(?:[.,](\d+))?", re.ASCII)
# Control characters carry no meaning in a text, and PostgreSQL refuses the first of them; halves of a
# surrogate pair, which JSON and Excel can spell, are no characters at all.
_CONTROL = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127, *range(0xD800, 0xE000)])
_THOUSANDS = 3


class RowReader:
    """The cells of one row by column name; `problems` gathers what was wrong with those that were read."""

    def __init__(self, row: Mapping[str, str], line: int) -> None:
        self._row = row
        self._line = line
        self.problems: list[RowProblem] = []

    def report(self, column: str, code: str, **params: object) -> None:
        """Add a problem of this row."""
        self.problems.append(RowProblem(self._line, column, code, params))

    def text(self, column: str, *, max_length: int = MAX_TEXT) -> str | None:
        """The trimmed text, without control characters."""
        value = self._row.get(column, "").translate(_CONTROL).strip()
        if len(value) > max_length:
            self.report(column, "too_long", length=len(value), max=max_length)
        return value or None

    def required(self, column: str, *, max_length: int = MAX_TEXT) -> str:
        """A text that must be there."""
        value = self.text(column, max_length=max_length)
        if value is None:
            self.report(column, "required" if column in self._row else "column_missing")
        return value or ""

    def choice(self, column: str, allowed: Collection[str]) -> str | None:
        """One of `allowed`, in any case."""
        return next(iter(self._known(column, self.text(column), allowed)), None)

    def choices(self, column: str, allowed: Collection[str]) -> tuple[str, ...]:
        """Values of `allowed`, separated by spaces, each once."""
        words = (self.text(column) or "").split()
        return tuple(dict.fromkeys(found for word in words for found in self._known(column, word, allowed)))

    def _known(self, column: str, value: str | None, allowed: Collection[str]) -> tuple[str, ...]:
        if value is None:
            return ()
        if value.lower() in allowed:
            return (value.lower(),)
        self.report(column, "not_in_list", value=value, allowed=tuple(allowed))
        return ()

    def yes_no(self, column: str) -> bool | None:
        """`yes` or `no`."""
        value = self.choice(column, ("yes", "no"))
        return None if value is None else value == "yes"

    def integer(self, column: str, *, minimum: int, maximum: int) -> int | None:
        """A whole number from `minimum` to `maximum`; "12.0", as spreadsheets write it, is one."""
        number = self._number(column)
        if number is None or not self._within(column, number, minimum, maximum):
            return None
        if number != int(number):
            self.report(column, "not_whole", value=number)
            return None
        return int(number)

    def decimal(self, column: str, *, maximum: int, minimum: int = 0, places: int = 2) -> Decimal | None:
        """A number with at most `places` decimals, after a point or a comma."""
        number = self._number(column)
        if number is None or not self._within(column, number, minimum, maximum):
            return None
        rounded = number.quantize(Decimal(1).scaleb(-places))
        if rounded != number:
            self.report(column, "too_many_decimals", value=number, places=places)
            return None
        return rounded

    def _number(self, column: str) -> Decimal | None:
        """A number with a decimal point or comma.

        A comma or point before exactly three digits is refused where it could part thousands: "1.250" is
        1 250 to one reader and 1.25 to another.
        """
        text = self.text(column)
        if text is None:
            return None
        match = _NUMBER.fullmatch(text)
        if match is None:
            self.report(column, "not_a_number", value=text)
            return None
        whole, fraction = match.groups(default="")
        if len(fraction) == _THOUSANDS and whole != "0" and len(whole) <= _THOUSANDS:
            self.report(column, "ambiguous_number", value=text)
            return None
        return Decimal(text.replace(",", "."))

    def _within(self, column: str, number: Decimal, minimum: int, maximum: int) -> bool:
        if number < minimum:
            self.report(column, "too_small", value=number, min=minimum)
        elif number > maximum:
            self.report(column, "too_large", value=number, max=maximum)
        return minimum <= number <= maximum

    def date(self, column: str) -> dt.date | None:
        """A date as 2026-03-31, or day first as Belgians and their spreadsheets write it: 31/03/2026."""
        text = self.text(column)
        if text is None:
            return None
        iso, belgian = _ISO_DATE.fullmatch(text), _BELGIAN_DATE.fullmatch(text)
        parts = iso.groups() if iso else belgian.groups()[::-1] if belgian else ("0", "0", "0")
        try:
            return dt.date(*map(int, parts))
        except ValueError:
            self.report(column, "not_a_date", value=text)
            return None

    def language(self, column: str) -> str:
        """The required two-letter language of the row's text."""
        value = self.required(column, max_length=MAX_ID).lower()
        if value and value not in ISO_639_1:
            self.report(column, "language_unknown", value=value)
        return value

    def languages(self, column: str) -> tuple[str, ...]:
        """Two-letter languages, separated by spaces."""
        found = tuple(dict.fromkeys((self.text(column) or "").lower().split()))
        for value in found:
            if value not in ISO_639_1:
                self.report(column, "language_unknown", value=value)
        return found

    def regions(self, column: str) -> tuple[str, ...]:
        """NUTS codes of level 1 to 3, separated by spaces; retired codes become their successors."""
        found: dict[str, None] = {}
        for word in (self.text(column) or "").split():
            code = regions.resolve(word)
            if code is None:
                self.report(column, "region_unknown", value=word)
            else:
                found[code] = None
        return tuple(found)

    def skills(self, column: str) -> tuple[str, ...]:
        """URIs of ESCO skills, separated by spaces, in the form in which ESCO publishes them."""
        found: dict[str, None] = {}
        for word in (self.text(column) or "").split():
            match = _ESCO_SKILL.fullmatch(word)
            if match is None:
                self.report(column, "skill_uri", value=word)
            else:
                found[f"http://data.europa.eu/esco/{match[1]}/{match[2]}"] = None
        return tuple(found)

    def enterprise_number(self, column: str) -> str | None:
        """The ten digits of a Belgian enterprise number."""
        text = self.text(column)
        if text is None:
            return None
        try:
            return enterprise_number.parse(text)
        except enterprise_number.InvalidEnterpriseNumberError as error:
            self.report(column, error.code, value=text)
            return None

    def url(self, column: str) -> str | None:
        """An absolute http or https address."""
        text = self.text(column, max_length=MAX_URL)
        if text is None:
            return None
        try:
            parts = urlsplit(text)
            valid = parts.scheme in {"http", "https"} and bool(parts.hostname) and not re.search(r"\s", text)
        except ValueError:
            valid = False
        if not valid:
            self.report(column, "url_invalid", value=text)
            return None
        return text
