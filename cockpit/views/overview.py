"""The overview: the few figures that matter, demand against supply, and the published key figures."""

from collections.abc import Callable, Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cockpit import figures
from cockpit.anonymity import Cube
from cockpit.pages import Page, fact
from cockpit.tables import FigureRow, Figures
from cockpit.terms import DEPTHS, DIRECTIONS, Filters, depth_name, direction_name, quadrant_name, region_name
from matching.links import address
from programmes.aid.register import budget_meur, load_instruments, percent_of
from programmes.models import Programme
from skillnet import charts
from skillnet.kernel.actor import actor_of
from skillnet.templatetags.ui import euro, number
from skillnet.ui import Fact

MONTHS_AHEAD = 12


def overview(request: HttpRequest) -> HttpResponse:
    """Everything at a glance; every figure opens into the rows that it counts."""
    page = Page(request)
    filters = page.filters
    demand, paid = figures.demand_cube(), figures.cofinancing_cube()
    supply = figures.supply(filters)
    tables = [
        quadrant_table(demand, supply, filters),
        region_table(demand, supply, filters),
        key_figures(paid, filters),
        size_table(figures.size_cube()),
    ]
    if answer := page.file_of(tables):
        return answer
    actor = actor_of(request)
    pools = figures.pool_counts(actor, filters)
    states = figures.programmes_by_state(actor, filters)
    return page.render(
        "cockpit/overview.html",
        title=_("Cockpit"),
        lede=_("Wat bedrijven vragen, wat er te volgen is, en wie wat betaalt."),
        facts=_facts(demand, paid, pools, states, filters),
        quadrants=[_heat(demand, filters), _supply_heat(supply)],
        regions=_region_bars(demand, filters),
        state_bars=_state_bars(states),
        months=_months(supply),
        tables=tables,
        pools=pools,
        k=settings.K_ANONYMITY,
    )


def quadrant_table(demand: Cube, supply: Sequence[figures.SupplyCell], filters: Filters) -> Figures:
    """Demand and supply for each kind of training: short or deep, and of those what says its direction."""
    rows = []
    for depth in DEPTHS:
        kinds = [{"depth": depth}, *({"depth": depth, "direction": each} for each in DIRECTIONS if each)]
        for kind in kinds:
            values = _balance(demand, supply, kind, filters)
            if any(value != 0 for value in values):
                all_directions = _("%(depth)s, alle richtingen") % {"depth": depth_name(depth)}
                named = len(kind) > 1
                rows.append(
                    FigureRow(quadrant_name(depth, kind["direction"]) if named else all_directions, values)
                )
    undirected = sum(cell.seats for cell in supply if not cell.direction)
    note = (
        _("van %(n)s vrije plaatsen is de richting niet bekend") % {"n": _count(undirected)}
        if undirected
        else ""
    )
    return Figures("kwadranten", _("Per soort opleiding"), _("Soort"), _balance_columns(), rows, note)


def _balance(
    demand: Cube, supply: Sequence[figures.SupplyCell], kind: dict[str, str], filters: Filters
) -> list[Any]:
    return [
        demand.value("gaps", **kind, **filters.demand()),
        demand.value("learners", **kind, **filters.demand()),
        figures.seats(supply, at=kind),
        figures.seats(supply, every=True, at=kind),
    ]


def region_table(demand: Cube, supply: Sequence[figures.SupplyCell], filters: Filters) -> Figures:
    """Demand and supply per province."""
    codes = [filters.region] if filters.region else _regions(demand, supply)
    rows = [
        FigureRow(
            region_name(code),
            [
                demand.value("gaps", region=code, sector=filters.sector or None),
                demand.value("learners", region=code, sector=filters.sector or None),
                figures.seats(supply, at={"region": code}),
                figures.seats(supply, every=True, at={"region": code}),
            ],
            url=reverse("cockpit:supply_demand")
            + Filters(code, filters.sector, filters.provider_kind, filters.year).query(),
        )
        for code in codes
    ]
    return Figures("regios", _("Per regio"), _("Regio"), _balance_columns(), rows)


def key_figures(paid: Cube, filters: Filters) -> Figures:
    """The rows that Skillnet Ireland publishes each year, over granted programmes by year of start."""
    years = [str(filters.year)] if filters.year else [*paid.members("year")]
    moments: list[tuple[str, str | None]] = [(year or _("begin onbekend"), year) for year in years]
    if not filters.year:
        moments.append((_("Samen"), None))
    at = [{"year": year, **filters.demand()} for _label, year in moments]
    rows = [
        FigureRow(_("Ondernemingen"), [paid.undertakings(**where) for where in at]),
        FigureRow(_("Deelnemers"), [paid.value("learners", **where) for where in at]),
        FigureRow(_("Opleidingsdagen"), [_days(paid, where) for where in at]),
        FigureRow(_("Totale investering"), [paid.value("cost", **where) for where in at], write=_money),
        FigureRow(_("Netwerksubsidie"), [paid.value("grant", **where) for where in at], write=_money),
        FigureRow(
            _("Bijdrage van de bedrijven"), [paid.value("own_share", **where) for where in at], write=_money
        ),
        FigureRow(
            _("Aandeel van de bedrijven"), [_own_percent(paid, where) for where in at], write=_percent_text
        ),
    ]
    columns = [(label, _count) for label, _year in moments]
    note = _("toegekende programma’s, volgens het jaar waarin ze beginnen")
    return Figures("kerncijfers", _("Kerncijfers"), _("Cijfer"), columns, rows, note)


def size_table(sizes: Cube) -> Figures:
    """Undertakings and learners by size, by the aid rules; always over everything."""
    names = {
        "micro": _("Micro-onderneming"),
        "small": _("Kleine onderneming"),
        "medium": _("Middelgrote onderneming"),
        "large": _("Grote onderneming"),
        "unknown": _("Grootte onbekend"),
    }
    rows = [
        FigureRow(names[size], [sizes.undertakings(size=size), sizes.value("learners", size=size)])
        for size in figures.SIZES
    ]
    shares = [
        _sme_percent(sizes.undertakings),
        _sme_percent(lambda **at: sizes.value("learners", **at)),
    ]
    rows.append(FigureRow(_("Aandeel kmo’s"), shares, write=_percent_text))
    columns = [(_("Ondernemingen"), _count), (_("Deelnemers"), _count)]
    note = _("zoals de steunregels de grootte bepaalden; over alle programma’s, los van de filters")
    return Figures("grootte", _("Deelnemende ondernemingen naar grootte"), _("Grootte"), columns, rows, note)


def _facts(
    demand: Cube, paid: Cube, pools: figures.PoolCounts, states: dict[str, int], filters: Filters
) -> list[Fact]:
    at, query = filters.demand(), filters.query()
    year = {"year": str(filters.year) if filters.year else None, **at}
    here = reverse("cockpit:supply_demand") + query
    instruments = list(load_instruments().values())
    steered = percent_of(budget_meur(instruments, "demand"), budget_meur(instruments))
    uncounted = demand.value("uncounted", **at)
    return [
        fact(_("Open kloven"), demand.value("gaps", **at), _count, url=here),
        fact(
            _("Gevraagde deelnemers"),
            demand.value("learners", **at),
            _count,
            url=here,
            hint=_("%(n)s kloven zonder aantal") % {"n": _count(uncounted)} if uncounted else "",
        ),
        Fact(_("Bundels"), _count(pools.shown), url=reverse("cockpit:supply_demand") + query),
        Fact(_("Hiaten"), _count(pools.unmet), url=reverse("cockpit:unmet") + query),
        Fact(_("Programma’s"), _count(sum(states.values())), url=address("programmes:programmes")),
        fact(
            _("Netwerksubsidie"),
            paid.value("grant", **year),
            _money,
            url="#kerncijfers",
            hint=_own_share(paid, year),
        ),
        Fact(
            _("Vraaggestuurd"),
            _percent_text(steered),
            url=reverse("cockpit:budget"),
            hint=_("van de gepubliceerde budgetten"),
        ),
    ]


def _heat(demand: Cube, filters: Filters) -> dict[str, Any]:
    def value(depth: str, direction: str) -> float | None:
        return demand.value("learners", depth=depth, direction=direction, **filters.demand())

    chart = _quadrants(value, demand.members("depth"), demand.members("direction"))
    return {"title": _("Vraag: deelnemers"), "chart": chart}


def _supply_heat(supply: Sequence[figures.SupplyCell]) -> dict[str, Any]:
    def value(depth: str, direction: str) -> float | None:
        return float(figures.seats(supply, at={"depth": depth, "direction": direction}))

    chart = _quadrants(value, {cell.depth for cell in supply}, {cell.direction for cell in supply})
    return {"title": _("Aanbod: vrije plaatsen die passen"), "chart": chart}


def _quadrants(value: Any, depths: Collection[str], directions: Collection[str]) -> charts.Heatmap:
    """The four quadrants, and what is unknown where there is any."""
    across = [each for each in DIRECTIONS if each or each in directions]
    down = [each for each in DEPTHS if each or each in depths]
    return charts.heatmap(
        [direction_name(direction) for direction in across],
        [(depth_name(depth), [value(depth, direction) for direction in across]) for depth in down],
    )


def _region_bars(demand: Cube, filters: Filters) -> dict[str, Any]:
    """Learners asked per region, most first; regions that are withheld are named, not drawn."""
    codes = [filters.region] if filters.region else demand.members("region")
    query = Filters(sector=filters.sector, provider_kind=filters.provider_kind, year=filters.year)
    values = {code: demand.value("learners", region=code, sector=filters.sector or None) for code in codes}
    shown = sorted(
        (code for code in codes if values[code] is not None), key=lambda code: -(values[code] or 0)
    )
    hidden = [region_name(code) for code in codes if values[code] is None]
    here = reverse("cockpit:overview")
    return {
        "bars": charts.bars(
            [(region_name(code), values[code], here + query.query(region=code)) for code in shown]
        ),
        "note": _("afgeschermd: %(regions)s") % {"regions": ", ".join(hidden)} if hidden else "",
    }


def _state_bars(states: dict[str, int]) -> list[charts.Bar]:
    listing = address("programmes:programmes")
    labels = dict(Programme.State.choices)
    return charts.bars(
        [
            (str(labels[state]).capitalize(), float(count), f"{listing}?state={state}" if listing else "")
            for state, count in states.items()
        ]
    )


def _months(supply: Sequence[figures.SupplyCell]) -> dict[str, Any]:
    first = timezone.localdate().replace(day=1)
    months = [_month(first, ahead) for ahead in range(MONTHS_AHEAD)]
    values = figures.seats_by_month(supply, months)
    return {"chart": charts.sparkline(values), "first": months[0], "last": months[-1], "total": sum(values)}


def _month(first: date, ahead: int) -> date:
    years, month = divmod(first.month - 1 + ahead, 12)
    return date(first.year + years, month + 1, 1)


def _regions(demand: Cube, supply: Sequence[figures.SupplyCell]) -> list[str]:
    codes = {*demand.members("region"), *(cell.region for cell in supply)}
    return sorted(codes, key=lambda code: (not code.startswith("BE"), not code, code))


def _balance_columns() -> list[tuple[str, Any]]:
    return [
        (_("Open kloven"), _count),
        (_("Deelnemers gevraagd"), _count),
        (_("Plaatsen die passen"), _count),
        (_("Vrije plaatsen"), _count),
    ]


def _days(paid: Cube, at: dict[str, str | None]) -> float | None:
    hours = paid.value("hours", **at)
    return None if hours is None else hours / float(figures.HOURS_A_DAY)


def _own_share(paid: Cube, at: dict[str, str | None]) -> str:
    own, share = paid.value("own_share", **at), _own_percent(paid, at)
    if own is None or share is None:
        return ""
    return _("bedrijven betalen %(own)s (%(share)s)") % {"own": _money(own), "share": _percent_text(share)}


def _own_percent(paid: Cube, at: dict[str, str | None]) -> Decimal | None:
    own, cost = paid.value("own_share", **at), paid.value("cost", **at)
    if own is None or cost is None:
        return None
    return percent_of(Decimal(str(own)), Decimal(str(cost)))


def _sme_percent(count: Callable[..., float | None]) -> Decimal | None:
    """The share of SMEs among those whose size is known: what is not large."""
    every, large, unknown = count(), count(size="large"), count(size="unknown")
    if every is None or large is None or unknown is None:
        return None
    known = Decimal(str(every - unknown))
    return percent_of(known - Decimal(str(large)), known)


def _count(value: Any) -> str:
    return number(value, 0)


def _money(value: Any) -> str:
    return euro(value, 0)


def _percent_text(value: Decimal) -> str:
    return f"{number(value, 1)}\N{NO-BREAK SPACE}%"
