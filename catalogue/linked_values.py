"""Single values out of JSON-LD, whose every property may be one thing, a list, an object or a reference."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

from skillnet.kernel import enterprise_number

MAX_ID = 100
MAX_LIST = 200  # members of one property that are looked at
_DURATION = re.compile(
    r"P(?:(\d+(?:\.\d+)?)Y)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)W)?(?:(\d+(?:\.\d+)?)D)?"
    r"(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?",
    re.ASCII,
)
_MARKUP = re.compile(r"<[a-zA-Z/!][^>]*>")
_ENTITY = re.compile(r"&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+);")
_SKILL = re.compile(r"https?://data\.europa\.eu/esco/skill/[0-9A-Za-z.\-]+", re.ASCII)
_BREAKS = {"p", "br", "li", "div", "ul", "ol", "h1", "h2", "h3", "h4", "tr"}
_DROPPED = {"script", "style", "template", "noscript"}

Node = dict[str, Any]


class Graph:
    """The objects of a document by their identity, so that references lead to what they name."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self._by_id: dict[str, Node] = {}
        for node in nodes:
            key = identity(node)
            if key and len(node) > len(self._by_id.get(key, {})):
                self._by_id[key] = node

    def all(self, value: Any) -> list[Any]:
        """The members of a property, references followed."""
        members = value if isinstance(value, list) else [value]
        return [self._followed(member) for member in members[:MAX_LIST] if member not in (None, "", [], {})]

    def one(self, value: Any) -> Any:
        """The first member of a property; None when there is none."""
        return next(iter(self.all(value)), None)

    def node(self, value: Any) -> Node:
        """The first member when it is an object; an empty one otherwise."""
        found = self.one(value)
        return found if isinstance(found, dict) else {}

    def nodes(self, value: Any) -> list[Node]:
        return [member for member in self.all(value) if isinstance(member, dict)]

    def _followed(self, member: Any) -> Any:
        if isinstance(member, dict) and len(member) == 1:
            return self._by_id.get(identity(member), member)
        if isinstance(member, str):
            return self._by_id.get(member, member)
        return member


def identity(node: Mapping[str, Any]) -> str:
    found = node.get("@id", node.get("id"))
    return found if isinstance(found, str) else ""


def types_of(node: Mapping[str, Any]) -> set[str]:
    """The names of an object's types, without their vocabulary."""
    found = node.get("@type", node.get("type"))
    names = found if isinstance(found, list) else [found]
    return {re.split(r"[/#:]", name)[-1] for name in names if isinstance(name, str)}


def words(value: Any, language: str = "") -> str:
    """A text: itself, a value object, or the member of a language map, in `language` where it is there."""
    if isinstance(value, list):
        texts = [(_language_of(member), words(member, language)) for member in value[:MAX_LIST]]
        return next((t for code, t in texts if t and code == language), next((t for _c, t in texts if t), ""))
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float | str):
        return str(value).strip()
    if not isinstance(value, dict):
        return ""
    for key in ("@value", "noteLiteral", "name", "title", "prefLabel", "alternateName"):
        if key in value and value is not value[key]:
            return words(value[key], language)
    return _from_map(value, language)


def _from_map(value: Mapping[str, Any], language: str) -> str:
    texts = {
        key: text for key, text in value.items() if len(key) <= len("nl-BE") and isinstance(text, str | list)
    }
    chosen = texts.get(language, next(iter(texts.values()), ""))
    return words(chosen, language)


def _language_of(value: Any) -> str:
    return str(value.get("@language", ""))[:2].lower() if isinstance(value, dict) else ""


def map_languages(value: Any) -> list[str]:
    """The languages in which a text of a language map is there."""
    members = value if isinstance(value, list) else [value]
    found = [
        key[:2].lower()
        for m in members
        if isinstance(m, dict)
        for key in m
        if re.fullmatch("[a-z]{2}", key[:2])
    ]
    return list(dict.fromkeys([*found, *(code for m in members if (code := _language_of(m)))]))


def plain(text: str) -> str:
    """A text without its markup: paragraphs become lines, scripts and styles go with their content."""
    if not _MARKUP.search(text) and not _ENTITY.search(text):
        return text.strip()
    stripper = _Stripper()
    stripper.feed(text)
    stripper.close()
    lines = (re.sub(r"[ \t\r\f\v]+", " ", line).strip() for line in "".join(stripper.parts).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def hours_of(duration: Any) -> str:
    """An ISO 8601 duration in hours, as the interchange writes them; empty for one in months or years."""
    match = _DURATION.fullmatch(duration.strip()) if isinstance(duration, str) else None
    if match is None or not any(match.groups()) or match[1] or match[2] or match[3] or match[4]:
        return ""  # a day, week or month of study is no known number of contact hours
    hours, minutes, seconds = (Decimal(part or 0) for part in match.groups()[4:])
    return number(hours + minutes / 60 + seconds / 3600)


def number(value: Any) -> str:
    """A number with at most two decimals, as the interchange writes it; empty when it is none."""
    try:
        amount = Decimal(str(value).strip().replace(",", "."))
    except InvalidOperation:
        return ""
    if not amount.is_finite() or abs(amount) > Decimal(10) ** 12:
        return ""
    text = format(round(amount, 2), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def day(value: Any) -> str:
    """The date of an ISO 8601 date or instant."""
    match = re.match(r"\d{4}-\d{2}-\d{2}", value.strip()) if isinstance(value, str) else None
    return match[0] if match else ""


def skill_uris(values: Iterable[Any]) -> list[str]:
    """ESCO skills among identities and texts, each once."""
    found = (str(v) if not isinstance(v, dict) else identity(v) for v in values)
    return list(dict.fromkeys(uri for uri in found if _SKILL.fullmatch(uri)))


def belgian_number(texts: Iterable[str]) -> str:
    """The first of these that is a Belgian enterprise number; others are no reason to refuse a course."""
    for text in texts:
        try:
            return enterprise_number.parse(text)
        except enterprise_number.InvalidEnterpriseNumberError:
            continue
    return ""


def short_id(text: str) -> str:
    """A reference that fits: the text itself, or its end with a hash when it is longer."""
    text = text.strip()
    if len(text) <= MAX_ID:
        return text
    return f"{text[-70:]}~{sha256(text.encode('utf-8', 'ignore')).hexdigest()[:20]}"


def listed(texts: Iterable[str], separator: str = "; ") -> str:
    """Texts as one cell; a separator within a text becomes a comma."""
    return separator.join(dict.fromkeys(t for text in texts if (t := text.replace(";", ",").strip())))


class _Stripper(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED:
            self._silent += 1
        if tag in _BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _DROPPED:
            self._silent = max(0, self._silent - 1)
        if tag in _BREAKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)
