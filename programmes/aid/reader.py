"""Reading fields of decoded JSON so that each mistake names the field in which it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from programmes.aid.texts import render_text

# No company has figures beyond this; without a bound "1E+999999" would fill the memory.
LARGEST = Decimal(10) ** 13
FINEST = -12


class InvalidCase(ValueError):
    """A case that cannot be assessed: `field` says where, `reason` (Dutch) and :meth:`render` say why."""

    def __init__(self, field: str, rule: str, **params: object) -> None:
        self.field = field
        self.rule = rule
        self.params = {name: str(value) for name, value in params.items()}
        super().__init__(f"{field}: {self.reason}")

    @property
    def reason(self) -> str:
        """Why, in Dutch."""
        return self.render("nl")

    def render(self, language: str) -> str:
        """Why, in the language asked for."""
        return render_text(self.rule, self.params, language)


@dataclass(frozen=True, slots=True)
class Reader:
    """One JSON object and where it stands in the whole."""

    data: Mapping[str, object]
    place: str

    @classmethod
    def of(cls, data: object, place: str) -> Reader:
        """Wrap decoded JSON; raises InvalidCase when it is no object."""
        if not isinstance(data, dict):
            raise InvalidCase(place or "case", "invalid.object")
        return cls(data, place)

    def path(self, name: str) -> str:
        """The field's full name: `organisations[0].years[1].headcount`."""
        return f"{self.place}.{name}" if self.place else name

    def text(self, name: str, default: str | None = None) -> str:
        """A text that is not blank, or a whole number used as one."""
        value = self._get(name, default)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if not isinstance(value, str):
            raise InvalidCase(self.path(name), "invalid.text")
        if not value.strip():
            raise InvalidCase(self.path(name), "invalid.missing")
        return value.strip()

    def choice(self, name: str, choices: Sequence[str], default: str | None = None) -> str:
        """One of the words allowed."""
        value = self._get(name, default)
        if not isinstance(value, str) or value not in choices:
            raise InvalidCase(self.path(name), "invalid.choice", value=value, choices=", ".join(choices))
        return value

    def flag(self, name: str) -> bool:
        """True or false; false where absent."""
        value = self.data.get(name)
        if value is None:
            return False
        if not isinstance(value, bool):
            raise InvalidCase(self.path(name), "invalid.flag")
        return value

    def day(self, name: str) -> date:
        """A date as YYYY-MM-DD."""
        value = self._get(name, None)
        if isinstance(value, str) and len(value) == len("YYYY-MM-DD"):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        raise InvalidCase(self.path(name), "invalid.date", value=value)

    def year(self, name: str) -> int:
        """A calendar year of four digits."""
        value = self._get(name, None)
        if isinstance(value, str) and value.isdecimal():
            value = int(value[:5])
        if not isinstance(value, int) or isinstance(value, bool) or not 1900 <= value <= 2199:
            raise InvalidCase(self.path(name), "invalid.year", value=value)
        return value

    def number(self, name: str, *, optional: bool = False) -> Decimal | None:
        """A number of zero or more; None where it is absent and may be."""
        if optional and self.data.get(name) is None:
            return None
        return parse_number(self._get(name, None), self.path(name))

    def money(self, name: str, default: Decimal | None = None) -> Decimal:
        """An amount of zero or more in euro, to the cent."""
        if self.data.get(name) is None and default is not None:
            return default
        amount = parse_number(self._get(name, None), self.path(name))
        cents = amount.quantize(Decimal("0.01"))
        if cents != amount:
            raise InvalidCase(self.path(name), "invalid.cents", value=amount)
        return cents

    def values(self, name: str) -> list[object]:
        """A list, empty where absent."""
        value = self.data.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise InvalidCase(self.path(name), "invalid.list")
        return value

    def items(self, name: str) -> list[Reader]:
        """A list of objects, empty where absent."""
        place = self.path(name)
        return [Reader.of(item, f"{place}[{number}]") for number, item in enumerate(self.values(name))]

    def _get(self, name: str, default: object) -> object:
        value = self.data.get(name)
        if value is None:
            value = default
        if value is None:
            raise InvalidCase(self.path(name), "invalid.missing")
        return value


def parse_number(value: object, field: str) -> Decimal:
    """A number of zero or more from text or a JSON number; raises InvalidCase naming `field`."""
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
        raise InvalidCase(field, "invalid.number", value=value)
    number = _decimal(value)
    if number is None or not number.is_finite():
        raise InvalidCase(field, "invalid.number", value=value)
    if number < 0:
        raise InvalidCase(field, "invalid.negative", value=value)
    exponent = number.as_tuple().exponent
    if number >= LARGEST or (isinstance(exponent, int) and exponent < FINEST):
        raise InvalidCase(field, "invalid.range", value=value)
    return number


def _decimal(value: str | int | Decimal) -> Decimal | None:
    # An underscore or a space inside is a slip of the pen, though Python would read it.
    if isinstance(value, str) and ("_" in value or len(value) > 40):
        return None
    try:
        return Decimal(value)
    except InvalidOperation:
        return None
