"""What the pages of the cockpit have in common: tabs, filters, sorted tables, files and a view to print."""

from collections.abc import Callable, Collection, Sequence
from operator import attrgetter
from typing import Any, cast

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from cockpit.forms import FilterForm
from cockpit.tables import Figures, withheld
from cockpit.terms import Filters
from skillnet.lists import ListSpec, export_response
from skillnet.ui import Action, Fact, Link, Tab, row

ALL_FILTERS = ("region", "sector", "provider_kind", "year")
PRINT_ROWS = 500


class Page:
    """One page as it is being put together: who asks what, narrowed to which filters."""

    def __init__(self, request: HttpRequest, *, fields: Collection[str] = ALL_FILTERS) -> None:
        self.request = request
        self.form = FilterForm(request.GET, fields=fields)
        self.filters: Filters = self.form.filters()
        self.is_print = bool(request.GET.get("print"))

    def wants_file(self, table: str = "") -> str:
        """`csv` or `xlsx` when that file of this table is asked for."""
        wanted = self.request.GET.get("export", "")
        if wanted in ("csv", "xlsx") and self.request.GET.get("table", "") == table:
            return wanted
        return ""

    def file(self, spec: ListSpec, rows: Sequence[Any]) -> HttpResponse:
        """The rows as the file that was asked for."""
        records = cast("QuerySet[Any]", list(rows))
        return cast(HttpResponse, export_response(records, spec, self.request.GET["export"]))

    def file_of(self, tables: Sequence[Figures]) -> HttpResponse | None:
        """The file of the one of these tables that is asked for."""
        for table in tables:
            if self.wants_file(table.id):
                return self.file(table.spec, table.rows)
        return None

    def table(self, spec: ListSpec, rows: Sequence[Any]) -> dict[str, Any]:
        """Context of `components/table.html` and its list head: sorted as asked, a page at a time."""
        ordered = self.sorted(spec, rows)
        size = PRINT_ROWS if self.is_print else spec.page_size
        page = Paginator(ordered, size).get_page(self.request.GET.get("page"))
        shown = [column for column in spec.columns if not column.export_only]
        heads = [column.head() for column in shown]
        return {
            "columns": heads,
            "rows": [row(heads, [column.cell(record) for column in shown]) for record in page],
            "page": page,
            "count": len(ordered),
            "noun": spec.counted(len(ordered)),
        }

    def sorted(self, spec: ListSpec, rows: Sequence[Any]) -> list[Any]:
        """By `?sort=` where a column offers it, unknown values last."""
        wanted = self.request.GET.get("sort", "")
        name = wanted.removeprefix("-")
        if name not in {column.sort for column in spec.columns if column.sort}:
            return list(rows)
        value: Callable[[Any], Any] = attrgetter(name)
        known = [record for record in rows if value(record) is not None]
        unknown = [record for record in rows if value(record) is None]
        return sorted(known, key=value, reverse=wanted.startswith("-")) + unknown

    def render(self, template: str, *, title: str, lede: str | Promise = "", **context: Any) -> HttpResponse:
        """The page, on screen or to print."""
        return render(
            self.request,
            template,
            {
                "layout": "base_print.html" if self.is_print else "base.html",
                "is_print": self.is_print,
                "printed_at": timezone.now(),
                "page_title": title,
                "title": title,
                "lede": lede,
                "tabs": tabs(self.request.path, self.filters),
                "form": self.form,
                "chips": self._chips(),
                "filters": self.filters,
                "actions": [Action(_("Afdrukversie"), self.filters.query(print="1"))],
                **context,
            },
        )

    def _chips(self) -> list[Link]:
        chips = []
        for field in self.form.visible_fields():
            value = self.form.cleaned_data.get(field.name)
            if not value:
                continue
            query = self.request.GET.copy()
            for name in (field.name, "page", "print"):
                query.pop(name, None)
            choices = {str(key): str(label) for key, label in getattr(field.field, "choices", [])}
            label = f"{field.label}: {choices.get(str(value), value)}"
            chips.append(Link(label, f"{self.request.path}?{query.urlencode()}"))
        return chips


def tabs(path: str, filters: Filters) -> list[Tab]:
    """The pages of the cockpit; filters go along."""
    names = [
        (_("Overzicht"), "cockpit:overview"),
        (_("Vraag en aanbod"), "cockpit:supply_demand"),
        (_("Hiaten"), "cockpit:unmet"),
        (_("Overlap"), "cockpit:overlap"),
        (_("Dubbelfinanciering"), "cockpit:double_funding"),
        (_("Budgetten"), "cockpit:budget"),
    ]
    query = filters.query()
    return [Tab(label, reverse(name) + query, current=reverse(name) == path) for label, name in names]


def fact(label: str, value: Any, write: Callable[[Any], str], **more: Any) -> Fact:
    """A figure of the strip; a withheld one says so."""
    return Fact(label, withheld() if value is None else write(value), **more)
