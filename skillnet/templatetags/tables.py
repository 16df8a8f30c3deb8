"""The rows of a data table: ``{% load tables %}{% table_rows rows select row_action %}``.

A list shows hundreds of cells, and the template engine takes a dozen steps for each: here a cell is one call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from html import escape
from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from skillnet.templatetags.ui import show_value

register = template.Library()


@register.simple_tag(takes_context=True)
def table_rows(
    context: template.Context, rows: Iterable[Any], select: str = "", row_action: str = ""
) -> SafeString:
    """Every row as a ``tr``: the first cell heads it; ``select`` names the checkbox that stands before it.

    ``row_action`` is the template of what a person can do with the row; it gets ``record``.
    """
    ends = _ends(context, row_action)
    return mark_safe("\n".join(_row(row, select, ends) for row in rows))  # noqa: S308  escaped below


def _ends(context: template.Context, row_action: str) -> Callable[[Any], str] | None:
    if not row_action or context.template is None:
        return None
    found = context.template.engine.get_template(row_action)

    def end(row: Any) -> str:
        with context.push(record=_of(row, "record")):
            return f"<td>{found.render(context)}</td>"

    return end


def _row(row: Any, select: str, end: Callable[[Any], str] | None) -> str:
    tone = _of(row, "tone")
    parts = [f'<tr class="{conditional_escape(tone)}">' if tone else "<tr>"]
    if select:
        parts.append(_checkbox(row, select))
    parts += [_cell(column, cell, first=not place) for place, (column, cell) in enumerate(_of(row, "pairs"))]
    if end:
        parts.append(end(row))
    parts.append("</tr>")
    return "".join(parts)


def _checkbox(row: Any, select: str) -> str:
    return format_html(
        '<td class="tight"><input type="checkbox" name="{}" value="{}" aria-label="{}"></td>',
        select,
        _of(row, "id"),
        _("%(name)s kiezen") % {"name": _of(row, "name")},
    )


def _cell(column: Any, cell: Any, *, first: bool) -> str:
    shown = _safe(show_value(_of(column, "kind"), _of(cell, "value"), cell))
    url, note = _of(cell, "url"), _of(cell, "note")
    if url:
        shown = f'<a href="{_safe(url)}">{shown}</a>'
    if note:
        shown = f'{shown} <span class="small">{_safe(note)}</span>'
    if first:
        return f'<th scope="row">{shown}</th>'
    return f"{_opening(str(_of(column, 'label')), bool(_of(column, 'is_numeric')))}{shown}</td>"


@lru_cache(maxsize=1024)
def _opening(label: str, is_numeric: bool) -> str:
    """The start of each cell of one column."""
    figures = ' class="n"' if is_numeric else ""
    return f'<td{figures} data-label="{escape(label)}">'


def _safe(text: Any) -> str:
    """`conditional_escape`, quicker for what nearly every cell holds: plain words."""
    return escape(text) if type(text) is str else conditional_escape(text)


def _of(thing: Any, name: str) -> Any:
    """What a view model or a plain mapping says under this name; nothing where it says nothing."""
    if isinstance(thing, dict):
        return thing.get(name, "")
    return getattr(thing, name, "")
