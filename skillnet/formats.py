"""How amounts, scores, dates and durations are written, per language, with Belgian habits.

Pure functions: the template filters of ``skillnet.templatetags.ui`` and the exports use the same ones, so
that a page and a file never write one figure in two ways. Languages are ISO 639-1 codes; an unknown one is
written as Dutch. ``None`` is unknown, which is neither zero nor empty: callers decide which word says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

NBSP = "\u00a0"
NARROW = "\u202f"


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """Separators of one language, and where its euro sign stands."""

    group: str
    point: str
    euro: str


STYLES: dict[str, NumberStyle] = {
    "nl": NumberStyle(".", ",", f"€{NBSP}{{}}"),
    "fr": NumberStyle(NARROW, ",", f"{{}}{NBSP}€"),
    "en": NumberStyle(",", ".", "€{}"),
    "de": NumberStyle(".", ",", f"{{}}{NBSP}€"),
}


def style_of(language: str) -> NumberStyle:
    """The style of a language tag such as ``nl`` or ``fr-be``."""
    return STYLES.get(language[:2].lower(), STYLES["nl"])


def to_decimal(value: object) -> Decimal | None:
    """A figure as a decimal, or None when it is no finite figure."""
    if value is None or isinstance(value, bool) or value == "":
        return None
    try:
        figure = Decimal(str(value))
    except InvalidOperation:
        return None
    return figure if figure.is_finite() else None


def number(value: Decimal, language: str, places: int = 0) -> str:
    """A figure with ``places`` decimals, rounded half up, grouped by thousands, with a true minus sign."""
    style = style_of(language)
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    sign = "\u2212" if rounded < 0 else ""
    whole, _, fraction = f"{abs(rounded):f}".partition(".")
    groups = f"{int(whole):,}".replace(",", style.group)
    return sign + groups + (style.point + fraction if fraction else "")


def trimmed(value: Decimal, language: str, most: int = 2) -> str:
    """A figure with as many decimals as it has, at most ``most``."""
    exponent = value.normalize().as_tuple().exponent
    places = min(most, max(0, -exponent)) if isinstance(exponent, int) else 0
    return number(value, language, places)


def euro(value: Decimal, language: str, places: int | None = None) -> str:
    """An amount in euro: whole when it has no cents and ``places`` is None, two decimals otherwise."""
    if places is None:
        places = 0 if value == value.to_integral_value() else 2
    text = number(value, language, places)
    minus = text.startswith("\u2212")
    return ("\u2212" if minus else "") + style_of(language).euro.format(text.removeprefix("\u2212"))


def percent(value: Decimal, language: str, places: int = 0) -> str:
    """A share 0..1 as a percentage; English writes no space before the sign."""
    gap = "" if language[:2].lower() == "en" else NBSP
    return f"{number(value * 100, language, places)}{gap}%"


def score(value: Decimal) -> str:
    """A score 0..1 as it is shown to people: × 100, rounded half up."""
    return str(int((value * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP)))


def enterprise_number(value: str) -> str:
    """``0123456749`` as ``0123.456.749``; anything else unchanged."""
    digits = value.replace(".", "").replace(" ", "")
    if len(digits) != 10 or not digits.isdigit():
        return value
    return f"{digits[:4]}.{digits[4:7]}.{digits[7:]}"
