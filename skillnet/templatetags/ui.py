"""Template filters and tags of the design system: ``{% load ui %}``.

Formatting follows the active language (``skillnet.formats``). Unknown figures are said in words, because an
empty cell would read as zero.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import template
from django.utils import formats as django_formats
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from skillnet import formats
from skillnet.kernel.iban import grouped
from skillnet.kernel.law_names import law_name

register = template.Library()

GOOD = "good"
CARE = "care"
STOP = "stop"
PLAIN = "plain"
TONES = frozenset({GOOD, CARE, STOP, PLAIN})

# What a state's name tells its reader: settled well, someone must act, ended badly. All others are plain.
_GOOD_STATES = (
    "approved active validated verified recognised published granted paid evaluated done completed "
    "confirmed accepted issued delivered open matched met settled enrolled attended frozen ok "
    "succeeded valid promoted chosen answered"
)
_CARE_STATES = (
    "submitted review under_review in_review screening returned sent_back waiting pending "
    "requested more_information conditional approved_conditions invited proposed running "
    "queued waitlisted expiring unverified reserve partial unmet proposal second_approval "
    "clarification due invoiced"
)
_STOP_STATES = (
    "rejected refused cancelled withdrawn failed expired suspended revoked overdue blocked "
    "recovered no_show error terminated declined"
)
STATE_TONES: dict[str, str] = {
    **dict.fromkeys(_GOOD_STATES.split(), GOOD),
    **dict.fromkeys(_CARE_STATES.split(), CARE),
    **dict.fromkeys(_STOP_STATES.split(), STOP),
}


def _language() -> str:
    return get_language() or "nl"


def _unknown() -> str:
    return _("onbekend")


# Figures


@register.filter
def euro(value: object, places: int | str | None = None) -> str:
    """``38640`` → ``€ 38.640``; ``euro:2`` always shows cents."""
    figure = formats.to_decimal(value)
    if figure is None:
        return _unknown()
    return formats.euro(figure, _language(), None if places in (None, "") else int(str(places)))


@register.filter
def number(value: object, places: int | str = 2) -> str:
    """A grouped figure with at most ``places`` decimals."""
    figure = formats.to_decimal(value)
    return _unknown() if figure is None else formats.trimmed(figure, _language(), int(places))


@register.filter
def percent(value: object, places: int | str = 0) -> str:
    """A share 0..1 as a percentage."""
    figure = formats.to_decimal(value)
    return _unknown() if figure is None else formats.percent(figure, _language(), int(places))


@register.filter
def score(value: object) -> str:
    """A score 0..1, shown × 100; ``–`` when unknown, since a score stands in a column of figures."""
    figure = formats.to_decimal(value)
    return "–" if figure is None else formats.score(figure)


@register.filter
def decimal_point(value: object) -> str:
    """A figure as HTML attributes want it: a point, no grouping, whatever the language."""
    figure = formats.to_decimal(value)
    return "" if figure is None else f"{figure:f}"


@register.filter
def enterprise_number(value: object) -> str:
    """``0123456749`` → ``0123.456.749``."""
    return formats.enterprise_number(str(value)) if value else _unknown()


@register.filter
def iban(value: object) -> str:
    """``BE71096123456769`` → ``BE71 0961 2345 6769``."""
    return grouped(str(value)) if value else _unknown()


# Days and durations


def _as_date(value: object) -> dt.date | None:
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    if isinstance(value, str):  # out of JSON: the context of a message
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, dt.date) else None


@register.filter
def date_long(value: object) -> str:
    """``12 januari 2027``; French writes the first of a month as ``1er``."""
    day = _as_date(value)
    if day is None:
        return _unknown()
    text = django_formats.date_format(day, "j F Y")
    return text.replace("1 ", "1er ", 1) if day.day == 1 and _language().startswith("fr") else text


@register.filter
def date_short(value: object) -> str:
    """``12/01/2027``, for columns."""
    day = _as_date(value)
    return _unknown() if day is None else day.strftime("%d/%m/%Y")


@register.filter
def moment(value: object) -> str:
    """A date and time in Brussels: ``12 januari 2027, 14:05``; out of JSON it may come as text."""
    if isinstance(value, str):
        with contextlib.suppress(ValueError):
            value = dt.datetime.fromisoformat(value)
    if not isinstance(value, dt.datetime):
        return date_long(value)
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{date_long(local)}, {local:%H:%M}"


@register.filter
def days_left(value: object, today: dt.date | None = None) -> str:
    """How far away a deadline is, in words: ``nog 11 dagen``, ``vandaag``, ``2 dagen te laat``."""
    day = _as_date(value)
    if day is None:
        return _("geen termijn")
    left = (day - (today or timezone.localdate())).days
    if left == 0:
        return _("vandaag")
    if left > 0:
        return ngettext("nog %(days)s dag", "nog %(days)s dagen", left) % {"days": left}
    return ngettext("%(days)s dag te laat", "%(days)s dagen te laat", -left) % {"days": -left}


@register.filter
def duration_left(seconds: object) -> str:
    """Time that a job still needs, as coarse as the estimate deserves."""
    figure = formats.to_decimal(seconds)
    if figure is None:
        return _("duur nog onbekend")
    left = max(0, int(figure))
    if left < 5:
        return _("bijna klaar")
    if left < 60:
        rounded = -(-left // 5) * 5
        return _("nog ongeveer %(seconds)s seconden") % {"seconds": rounded}
    minutes = -(-left // 60)
    if minutes < 90:
        return ngettext("nog ongeveer %(minutes)s minuut", "nog ongeveer %(minutes)s minuten", minutes) % {
            "minutes": minutes
        }
    hours = -(-minutes // 60)
    return _("nog ongeveer %(hours)s uur") % {"hours": hours}


# States


@register.simple_tag
def tag(label: object, tone: str = PLAIN) -> SafeString:
    """A state as a word in a pill: ``{% tag "Te laat" "stop" %}``. Tones: good, care, stop, plain."""
    return format_html('<span class="tag {}">{}</span>', tone if tone in TONES else PLAIN, label)


@register.simple_tag
def state_tag(state: object, label: object = "", tone: str = "") -> SafeString:
    """The tag of a state: ``{% state_tag obj.state obj.get_state_display %}``; its tone follows the name."""
    value = str(state or "")
    return tag(label or value, tone or STATE_TONES.get(value, PLAIN))


@register.filter
def tone(state: object) -> str:
    """The tone of a state value, for a component that asks for one."""
    return STATE_TONES.get(str(state or ""), PLAIN)


_WRITERS: dict[str, Callable[[object], str]] = {
    "euro": euro,
    "cents": lambda value: euro(value, 2),
    "number": number,
    "percent": percent,
    "score": score,
    "date": date_short,
}
_READERS: dict[str, Callable[[object], object]] = {"number": formats.to_decimal, "date": _as_date}


@register.simple_tag
def show_value(kind: str, value: object, cell: Any = None) -> str:
    """A bare value as a column of this kind writes it (``skillnet.ui.Kind``); unknown in words.

    A word in a column of figures or days stays that word: what is none is not unknown.
    """
    writer = _WRITERS.get(kind)
    reader = _READERS.get(kind)
    if reader is not None and isinstance(value, str) and value and reader(value) is None:
        return conditional_escape(value)
    if writer is not None:
        return writer(value)
    if kind == "state":
        return state_tag(getattr(cell, "state", ""), value, getattr(cell, "tone", ""))
    if value is None or value == "":
        return format_html('<span class="unknown">{}</span>', _unknown())
    if kind == "deadline":
        return format_html('{} <span class="small">{}</span>', date_short(value), days_left(value))
    return conditional_escape(str(value))


# Evidence


def _span(span: Any) -> tuple[int, int]:
    if isinstance(span, Mapping):
        return int(span["start"]), int(span["end"])
    if hasattr(span, "start") and hasattr(span, "end"):
        return int(span.start), int(span.end)
    return int(span[0]), int(span[1])


def merge_spans(spans: Iterable[Any], length: int) -> list[tuple[int, int]]:
    """Spans clipped to ``length`` characters, in order, overlapping and touching ones made one."""
    clipped = sorted((max(0, start), min(end, length)) for start, end in map(_span, spans))
    merged: list[tuple[int, int]] = []
    for start, end in clipped:
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


@register.filter
def mark_spans(text: object, spans: Iterable[Any] | None) -> SafeString:
    """Text with its evidence marked: ``{{ gap.description|mark_spans:evidence }}``.

    Spans are (start, end) in characters of ``text``, as pairs, mappings or objects; everything is escaped.
    """
    raw = str(text or "")
    parts: list[str] = []
    position = 0
    for start, end in merge_spans(spans or (), len(raw)):
        parts += [
            conditional_escape(raw[position:start]),
            "<mark>",
            conditional_escape(raw[start:end]),
            "</mark>",
        ]
        position = end
    parts.append(conditional_escape(raw[position:]))
    return mark_safe("".join(parts))  # noqa: S308  every part above is escaped or is the mark itself


# Lists


def _request_query(context: template.Context) -> Any:
    request = context.get("request")
    return request.GET if request is not None else None


@register.inclusion_tag("components/th.html", takes_context=True)
def sort_header(
    context: template.Context, key: str, label: str, numeric: bool = False, param: str = "sort"
) -> dict[str, object]:
    """A column header that sorts: ``{% sort_header "title" _("Titel") %}``.

    Writes ``?sort=title``, then ``?sort=-title``; other parameters stay, ``page`` goes. Text first ascends,
    figures first descend.
    """
    query = _request_query(context)
    current = query.get(param, "") if query is not None else ""
    ascending, descending = key, f"-{key}"
    if current == ascending:
        following = descending
    elif current == descending:
        following = ascending
    else:
        following = descending if numeric else ascending
    direction = {ascending: "ascending", descending: "descending"}.get(current, "")
    return {
        "label": label,
        "numeric": numeric,
        "direction": direction,
        "href": _href(query, param, following),
    }


def _href(query: Any, param: str, value: str) -> str:
    if query is None:
        return f"?{param}={value}"
    params = query.copy()
    params.pop("page", None)
    params[param] = value
    return f"?{params.urlencode()}"


@register.simple_tag(takes_context=True)
def hidden_query(context: template.Context, *without: str) -> SafeString:
    """Hidden inputs that carry the current query through a GET form, except ``page`` and the names given."""
    query = _request_query(context)
    if query is None:
        return SafeString("")
    skipped = {"page", *without}
    fields = [
        format_html('<input type="hidden" name="{}" value="{}">', name, value)
        for name, values in query.lists()
        if name not in skipped
        for value in values
    ]
    return SafeString("".join(fields))


@register.filter
def get_item(mapping: Any, key: Any) -> Any:
    """``mapping[key]``, or nothing."""
    try:
        return mapping[key]
    except (KeyError, IndexError, TypeError):
        return None


@register.filter
def page_numbers(page: Any) -> list[int | str]:
    """The page numbers that a pager shows, with ``…`` where some are left out."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))


register.filter("law_name", law_name)
