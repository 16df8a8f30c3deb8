"""Lists: one way to filter, sort, page and export every table.

A page says its columns once; the same columns draw the table and write the CSV or XLSX file.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from io import BytesIO
from itertools import islice
from typing import Any

import django_filters
from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import override

from skillnet.kernel.tabular.writing import csv_chunks, write_xlsx
from skillnet.list_settings import chosen_keys, list_page, saved_filters
from skillnet.ui import Cell, Column, Kind, Link, Row, row

PAGE_SIZE = 25
PAGE_SIZES = (PAGE_SIZE, 50, 100)
EXPORT_LIMIT = 200_000
EXPORT_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class ListColumn:
    """One column: what it is called, what it shows, where that opens, and by which field it sorts."""

    label: Any
    value: Callable[[Any], Any]
    kind: Kind = "text"
    sort: str = ""  # an ORM path; empty: this column cannot sort
    url: Callable[[Any], str] | None = None
    state: Callable[[Any], str] | None = None
    note: Callable[[Any], str] | None = None
    export_only: bool = False  # not shown unless a person chooses it

    def cell(self, record: Any) -> Cell:
        return Cell(
            self.value(record),
            url=self.url(record) if self.url else "",
            note=self.note(record) if self.note else "",
            state=self.state(record) if self.state else "",
        )

    def head(self) -> Column:
        return Column(label=str(self.label), kind=self.kind, sort=self.sort)

    @property
    def key(self) -> str:
        """What the column is called in an address: its Dutch label, so that a link means the same to all."""
        return _column_key(self)


@dataclass(frozen=True, slots=True)
class ListSpec:
    """What a list page is made of. `noun` stands after the count: `npgettext_lazy("count", "gap", "gaps")`.

    `prepare` gets the records of a page (or of a piece of an export) at once, so that columns can show what
    would otherwise cost a query for each record. `fields` are all that the columns of the page itself read, where
    records have many more: what a person chooses besides and what is exported is read whole.
    """

    columns: Sequence[ListColumn]
    noun: Any
    filename: str
    filterset: type[django_filters.FilterSet] | None = None
    order: tuple[Any, ...] = ("-pk",)
    page_size: int = PAGE_SIZE
    more_filters: tuple[str, ...] = ()  # filters that few need: behind "meer filters"
    prepare: Callable[[Sequence[Any]], None] | None = None
    fields: tuple[str, ...] = ()

    def counted(self, count: int) -> str:
        """The noun for this count; a list that counts nothing has none."""
        return self.noun % count if self.noun else ""


def list_response(
    request: HttpRequest,
    *,
    template: str,
    queryset: QuerySet[Any],
    spec: ListSpec,
    context: dict[str, Any] | None = None,
) -> HttpResponse | StreamingHttpResponse | FileResponse:
    """The page of a list, or its export when `?export=csv|xlsx` asks for one.

    The columns are those of `?columns=`, else those that the person keeps for this page, else the spec's.
    Context for the template: `form`, `chips`, `columns`, `rows`, `page`, `count`, `of`, `noun`, and
    `list_tools` for the menus of columns and kept filters.
    """
    if address := _without_empty(request, spec):
        return redirect(address)
    chosen = chosen_columns(request, spec)
    filtered, form = _filter(request, queryset, spec)
    ordered = _sorted(request, filtered, spec)
    wanted = request.GET.get("export", "")
    if wanted in ("csv", "xlsx"):
        return export_response(ordered, replace(spec, columns=chosen) if chosen else spec, wanted)
    read = ordered.only(*spec.fields) if spec.fields and not chosen else ordered
    page = Paginator(read, page_size(request, spec)).get_page(request.GET.get("page"))
    records = list(page)
    if spec.prepare:
        spec.prepare(records)
    shown = chosen or [column for column in spec.columns if not column.export_only]
    heads = [column.head() for column in shown]
    return render(
        request,
        template,
        {
            "form": form,
            "chips": _chips(request, form),
            "columns": heads,
            "rows": [_row(heads, shown, record) for record in records],
            "page": page,
            "page_sizes": PAGE_SIZES,
            "count": page.paginator.count,
            "of": None,
            "noun": spec.counted(page.paginator.count),
            **_more_filters(form, spec),
            "list_tools": list_tools(request, spec, shown),
            **(context or {}),
        },
    )


def export_response(
    records: QuerySet[Any], spec: ListSpec, kind: str
) -> HttpResponse | StreamingHttpResponse | FileResponse:
    """All rows of the list, as filtered and sorted, with formulas escaped."""
    header = [str(column.label) for column in spec.columns]
    name = f"{slugify(spec.filename)}.{kind}"
    if kind == "csv":
        response: HttpResponse | StreamingHttpResponse = StreamingHttpResponse(
            csv_chunks(header, _export_rows(records, spec)), content_type="text/csv; charset=utf-8"
        )
    else:
        buffer = BytesIO()
        write_xlsx(buffer, header, _export_rows(records, spec))
        response = HttpResponse(
            buffer.getvalue(),
            content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        )
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def chosen_columns(request: HttpRequest, spec: ListSpec) -> list[ListColumn]:
    """The columns that the address or the person asks for, in the spec's order; empty: as the spec says.

    The first column always stays: it names the row.
    """
    keys = chosen_keys(request)
    if not keys:
        return []
    return [column for place, column in enumerate(spec.columns) if place == 0 or column.key in keys]


def list_tools(request: HttpRequest, spec: ListSpec, shown: Sequence[ListColumn]) -> dict[str, Any]:
    """What the menus above a list need: the columns to choose from, kept filters, the way back here."""
    query = request.GET.copy()
    for name in ("columns", "page", "export"):
        query.pop(name, None)
    return {
        "page": list_page(request),
        "columns": [
            {"key": column.key, "label": column.label, "shown": column in shown, "fixed": place == 0}
            for place, column in enumerate(spec.columns)
        ],
        "is_chosen": bool(chosen_keys(request)),
        "asked": ",".join(request.GET.getlist("columns")),
        "hidden": [(name, value) for name, values in query.lists() for value in values],
        "query": query.urlencode(),
        "filters": saved_filters(request),
        "signed_in": request.user.is_authenticated,
        "back": f"{request.path}?{query.urlencode()}" if query else request.path,
    }


def page_size(request: HttpRequest, spec: ListSpec) -> int:
    """How many rows a page of the list has: `?rows=` if it is one of those on offer, else as the spec says."""
    asked = request.GET.get("rows", "")
    return next((size for size in PAGE_SIZES if str(size) == asked), spec.page_size)


@lru_cache(maxsize=1024)
def _column_key(column: ListColumn) -> str:
    with override("nl"):
        return slugify(str(column.label)) or "kolom"


def _more_filters(form: Any, spec: ListSpec) -> dict[str, Any]:
    """Which filters stand behind a summary, and whether one of them is on, so that it stands open."""
    if form is None or not spec.more_filters:
        return {}
    on = any(form.data.get(name) for name in spec.more_filters) if form.is_bound else False
    return {"more_filters": spec.more_filters, "more_filters_on": on}


def _filter(request: HttpRequest, queryset: QuerySet[Any], spec: ListSpec) -> tuple[QuerySet[Any], Any]:
    if spec.filterset is None:
        return queryset, None
    filterset = spec.filterset(request.GET or None, queryset=queryset, request=request)
    return filterset.qs, filterset.form


def _without_empty(request: HttpRequest, spec: ListSpec) -> str:
    """The address without the filters that were left empty, where it has such; else nothing.

    The script of the page leaves them out itself; a browser without it sends every field of a form.
    """
    if spec.filterset is None or request.headers.get("HX-Request"):
        return ""
    names = {"q", "sort", "page", *spec.filterset.get_filters()}
    query = request.GET.copy()
    for name in names & query.keys():
        query.setlist(name, [value for value in query.getlist(name) if value])
        if not query.getlist(name):
            del query[name]
    if len(query.urlencode()) == len(request.GET.urlencode()):
        return ""
    return _address(request, query)


def _address(request: HttpRequest, query: QueryDict) -> str:
    return f"{request.path}?{query.urlencode()}" if query else request.path


def _sorted(request: HttpRequest, queryset: QuerySet[Any], spec: ListSpec) -> QuerySet[Any]:
    """By `?sort=field` or `?sort=-field`, only fields that a column offers; unknown values come last."""
    wanted = request.GET.get("sort", "")
    field = wanted.removeprefix("-")
    if field not in {column.sort for column in spec.columns if column.sort}:
        return queryset.order_by(*spec.order)
    expression = F(field).desc(nulls_last=True) if wanted.startswith("-") else F(field).asc(nulls_last=True)
    return queryset.order_by(expression, "pk")


def _row(heads: Sequence[Column], columns: Sequence[ListColumn], record: Any) -> Row:
    return row(
        heads,
        [column.cell(record) for column in columns],
        id=str(getattr(record, "public_id", record.pk)),
        record=record,
    )


def _export_rows(records: QuerySet[Any], spec: ListSpec) -> Iterator[list[Any]]:
    source = records.iterator(chunk_size=EXPORT_AT_ONCE) if isinstance(records, QuerySet) else iter(records)
    limited = islice(source, EXPORT_LIMIT)
    while chunk := list(islice(limited, EXPORT_AT_ONCE)):
        if spec.prepare:
            spec.prepare(chunk)
        for record in chunk:
            yield [column.value(record) for column in spec.columns]


def _chips(request: HttpRequest, form: Any) -> list[Link]:
    """One chip for each filter that is on; following it takes that filter away."""
    if form is None or not form.is_bound or not form.is_valid():
        return []
    chips = []
    for field in form.visible_fields():
        value = form.cleaned_data.get(field.name)
        if value in (None, "", [], False) or (hasattr(value, "exists") and not value.exists()):
            continue
        query = request.GET.copy()
        query.pop(field.name, None)
        query.pop("page", None)
        chips.append(Link(f"{field.label}: {_shown(field, value)}", _address(request, query)))
    return chips


def _shown(field: Any, value: Any) -> str:
    choices = dict(_flat(getattr(field.field, "choices", []) or []))
    if isinstance(value, bool):
        return _("ja")
    values = value if isinstance(value, list | tuple) else [value]
    return ", ".join(choices.get(str(v), str(v)) for v in values)


def _flat(choices: Any) -> Iterator[tuple[str, str]]:
    """Value and label of each choice, those within groups too."""
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield str(value), str(label)


__all__ = ["ListColumn", "ListSpec", "export_response", "list_response"]
