"""The sentences of the rules, per language, rendered without Django.

A reason keeps its rule and its bare parameters, never its sentence: so it reads in any language, and a better
wording changes no stored decision. Texts lie in ``texts_<language>.yaml``; a placeholder may carry a form:
``{amount:eur}``, ``{share:pct}``, ``{day:day}``, ``{figure:num}``, ``{size:term}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Any

import yaml

from programmes.aid.rates import RateRow

LANGUAGES = ("nl", "fr", "en")
FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of the reasoning: the rule, its bare figures, and the row of law that it stands on."""

    rule: str
    params: Mapping[str, str]
    legal_basis: str
    valid_from: date | None
    valid_to: date | None
    certain: bool = True


def reason(rule: str, row: RateRow, *, certain: bool | None = None, **params: object) -> Reason:
    """Make a reason that cites `row`; parameters are kept as text so that they store and replay exactly."""
    return Reason(
        rule=rule,
        params={name: _bare(value) for name, value in params.items()},
        legal_basis=row.legal_basis,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        certain=row.certain if certain is None else certain,
    )


def _bare(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


@lru_cache(maxsize=len(LANGUAGES))
def texts(language: str) -> Mapping[str, str]:
    """All sentences of one language; raises KeyError for a language that we do not speak."""
    if language not in LANGUAGES:
        raise KeyError(language)
    document = yaml.safe_load((FOLDER / f"texts_{language}.yaml").read_text(encoding="utf-8"))
    return {str(key): str(value).strip() for key, value in document.items()}


def render(item: Reason, language: str = "nl") -> str:
    """The sentence of a reason; what is not certain says so."""
    sentence = render_text(item.rule, item.params, language)
    return sentence if item.certain else f"{sentence} {texts(language)['uncertain']}"


def render_text(rule: str, params: Mapping[str, str], language: str = "nl") -> str:
    """The sentence of a rule with these parameters; raises KeyError for a rule without a text."""
    return _Sentence(language).vformat(texts(language)[rule], (), dict(params))


class _Sentence(Formatter):
    """Formats bare parameters the way the language writes them."""

    def __init__(self, language: str) -> None:
        self.language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        forms = {
            "eur": lambda text: _money(Decimal(text), self.language),
            "pct": lambda text: f"{_number(Decimal(text), self.language)}\u00a0%",
            "num": lambda text: _number(Decimal(text), self.language),
            "day": lambda text: _date(date.fromisoformat(text), self.language),
            "term": lambda text: texts(self.language)[f"term.{text}"],
        }
        return forms[format_spec](str(value)) if format_spec else str(value)


def _grouped(value: Decimal, decimals: int, language: str) -> str:
    marks = {"nl": ".,", "fr": "\u202f,", "en": ",."}[language]
    whole, _, fraction = f"{value:,.{decimals}f}".partition(".")
    whole = whole.replace(",", marks[0])
    return f"{whole}{marks[1]}{fraction}" if fraction else whole


def _money(value: Decimal, language: str) -> str:
    amount = _grouped(value, 2, language)
    return {"nl": f"€\u00a0{amount}", "fr": f"{amount}\u00a0€", "en": f"€{amount}"}[language]


def _number(value: Decimal, language: str) -> str:
    exponent = value.normalize().as_tuple().exponent
    decimals = min(2, max(0, -exponent)) if isinstance(exponent, int) else 0
    return _grouped(value, decimals, language)


def _date(day: date, language: str) -> str:
    return day.isoformat() if language == "en" else f"{day.day:02d}/{day.month:02d}/{day.year}"
