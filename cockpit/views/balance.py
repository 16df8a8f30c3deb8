"""Demand against supply in detail: per theme, per skill, and per region and kind of training."""

from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, npgettext_lazy

from cockpit import figures
from cockpit.anonymity import Cube
from cockpit.balance import BalanceRow, skill_balance, theme_balance
from cockpit.pages import Page
from cockpit.tables import FigureRow, Figures
from cockpit.terms import DEPTHS, DIRECTIONS, Filters, depth_name, direction_name, region_name
from matching.models import Skill
from skillnet import charts
from skillnet.lists import ListColumn, ListSpec
from skillnet.templatetags.ui import number
from skillnet.ui import Tab

NUMBERS = [
    ListColumn(
        gettext_lazy("Ondernemingen"), lambda row: row.undertakings, kind="number", sort="undertakings"
    ),
    ListColumn(gettext_lazy("Deelnemers"), lambda row: row.learners, kind="number", sort="learners"),
    ListColumn(gettext_lazy("Passend aanbod"), lambda row: row.offers, kind="number", sort="offers"),
    ListColumn(gettext_lazy("Vrije plaatsen"), lambda row: row.seats, kind="number", sort="seats"),
    ListColumn(gettext_lazy("Tekort"), lambda row: row.balance, kind="number", sort="balance"),
]
THEMES = ListSpec(
    columns=[
        ListColumn(
            gettext_lazy("Thema"),
            lambda row: row.title,
            sort="title",
            note=lambda row: "" if row.sector == row.title else row.sector,
        ),
        ListColumn(gettext_lazy("Sector"), lambda row: row.sector, export_only=True),
        ListColumn(gettext_lazy("Waar"), lambda row: row.regions),
        *NUMBERS,
    ],
    noun=npgettext_lazy("count", "thema", "thema’s"),
    filename="cockpit-vraag-en-aanbod-themas",
)
SKILLS = ListSpec(
    columns=[ListColumn(gettext_lazy("Vaardigheid"), lambda row: row.title, sort="title"), *NUMBERS],
    noun=npgettext_lazy("count", "vaardigheid", "vaardigheden"),
    filename="cockpit-vraag-en-aanbod-vaardigheden",
)


def supply_demand(request: HttpRequest) -> HttpResponse:
    """By theme unless another view is asked for; skills only once ESCO was imported."""
    page = Page(request)
    views = {"themes": _by_theme, "skills": _by_skill, "regions": _by_region}
    has_skills = Skill.objects.exists()
    wanted = request.GET.get("view", "themes")
    if wanted not in views or (wanted == "skills" and not has_skills):
        wanted = "themes"
    return views[wanted](page, _views(page.filters, wanted, has_skills))


def _views(filters: Filters, current: str, has_skills: bool) -> list[Tab]:
    names = [("themes", _("Per thema")), ("regions", _("Per regio en soort"))]
    if has_skills:
        names.insert(1, ("skills", _("Per vaardigheid")))
    here = reverse("cockpit:supply_demand")
    return [Tab(label, here + filters.query(view=name), current=name == current) for name, label in names]


def _by_theme(page: Page, views: list[Tab]) -> HttpResponse:
    return _balances(page, views, THEMES, theme_balance(page.filters))


def _by_skill(page: Page, views: list[Tab]) -> HttpResponse:
    return _balances(page, views, SKILLS, skill_balance(page.filters))


def _balances(page: Page, views: list[Tab], spec: ListSpec, rows: Sequence[BalanceRow]) -> HttpResponse:
    if page.wants_file():
        return page.file(spec, page.sorted(spec, rows))
    return page.render(
        "cockpit/supply_demand.html",
        views=views,
        hiatuses=sum(row.is_hiatus for row in rows),
        k=settings.K_ANONYMITY,
        **_head(),
        **page.table(spec, rows),
    )


def _by_region(page: Page, views: list[Tab]) -> HttpResponse:
    demand, supply = figures.demand_cube(), figures.supply(page.filters)
    table = region_depth_table(demand, supply, page.filters)
    if answer := page.file_of([table]):
        return answer
    return page.render(
        "cockpit/supply_demand_regions.html",
        views=views,
        heats=_heats(demand, supply, page.filters),
        tables=[table],
        k=settings.K_ANONYMITY,
        **_head(),
    )


def region_depth_table(demand: Cube, supply: Sequence[figures.SupplyCell], filters: Filters) -> Figures:
    """A row for every region and depth in which anything is asked or taught."""
    rows = []
    for region in _regions(demand, supply, filters):
        for depth in DEPTHS:
            at = {"region": region, "depth": depth}
            learners = demand.value("learners", sector=filters.sector or None, **at)
            fits, seats = figures.seats(supply, at=at), figures.seats(supply, every=True, at=at)
            if learners != 0 or seats:
                short = None if learners is None else learners - fits
                rows.append(
                    FigureRow(f"{region_name(region)}, {depth_name(depth)}", [learners, fits, seats, short])
                )
    columns: list[tuple[str, Any]] = [
        (_("Deelnemers gevraagd"), _count),
        (_("Plaatsen die passen"), _count),
        (_("Vrije plaatsen"), _count),
        (_("Tekort"), _count),
    ]
    return Figures("regio-duur", _("Per regio en duur"), _("Regio en duur"), columns, rows)


def _heats(demand: Cube, supply: Sequence[figures.SupplyCell], filters: Filters) -> list[dict[str, Any]]:
    """Region against depth, and against direction: the two halves of the quadrant, each withheld less."""
    regions = _regions(demand, supply, filters)

    def asked(**at: str) -> float | None:
        return demand.value("learners", sector=filters.sector or None, **at)

    def taught(**at: str) -> float | None:
        return float(figures.seats(supply, at=at))

    asking = [region for region in regions if region in demand.members("region")]
    undirected = any(not cell.direction for cell in supply)
    return [
        {"title": _("Vraag: deelnemers"), "chart": _heat(asking, asked, "" in demand.members("direction"))},
        {"title": _("Aanbod: vrije plaatsen die passen"), "chart": _heat(regions, taught, undirected)},
    ]


def _heat(regions: Sequence[str], value: Callable[..., float | None], undirected: bool) -> charts.Heatmap:
    kinds = [{"depth": each} for each in DEPTHS if each]
    kinds += [{"direction": each} for each in DIRECTIONS if each or undirected]
    return charts.heatmap(
        [_kind_name(kind) for kind in kinds],
        [(region_name(region), [value(region=region, **kind) for kind in kinds]) for region in regions],
    )


def _kind_name(kind: dict[str, str]) -> str:
    return depth_name(kind["depth"]) if "depth" in kind else direction_name(kind["direction"])


def _regions(demand: Cube, supply: Sequence[figures.SupplyCell], filters: Filters) -> list[str]:
    if filters.region:
        return [filters.region]
    codes = {*demand.members("region"), *(cell.region for cell in supply)}
    return sorted(codes, key=lambda code: (not code.startswith("BE"), not code, code))


def _head() -> dict[str, Any]:
    return {
        "title": _("Vraag en aanbod"),
        "lede": _("Wie nog een opleiding zoekt, tegenover de vrije plaatsen die er goed bij passen."),
    }


def _count(value: Any) -> str:
    return number(value, 0)
