"""Overlap: subsidised offers that teach the same, near one another, half empty; what a merge would save."""

from dataclasses import dataclass
from decimal import Decimal

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalogue.models import Provider
from cockpit.overlap import DISTRICT, ONLINE, PROVINCE, OverlapRule
from cockpit.overlap_reads import OfferLine, OverlapGroup, overlap_groups
from cockpit.pages import PRINT_ROWS, Page
from cockpit.terms import ONLINE as TAUGHT_ONLINE
from cockpit.terms import region_name
from matching.links import address
from skillnet.lists import ListColumn, ListSpec
from skillnet.templatetags.ui import euro, number, percent
from skillnet.ui import Cell, Column, Fact, Row, row

GROUPS_A_PAGE = 20
LOW_FILL = OverlapRule(cosine=1.0).low_fill


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group as its section shows it."""

    title: str
    number: int
    sentence: str
    saving: str
    rows: list[Row]


EXPORT = ListSpec(
    columns=[
        ListColumn(gettext_lazy("Groep"), lambda pair: pair[0].number),
        ListColumn(gettext_lazy("Aanbod"), lambda pair: pair[1].title),
        ListColumn(gettext_lazy("Verstrekker"), lambda pair: pair[1].provider),
        ListColumn(gettext_lazy("Soort verstrekker"), lambda pair: _kind(pair[1])),
        ListColumn(gettext_lazy("Waar"), lambda pair: _where(pair[1])),
        ListColumn(gettext_lazy("Aanbodsubsidie (%)"), lambda pair: pair[1].percent),
        ListColumn(gettext_lazy("Komende edities"), lambda pair: pair[1].editions),
        ListColumn(gettext_lazy("Bezetting"), lambda pair: pair[1].fill),
        ListColumn(gettext_lazy("Publiek geld (euro)"), lambda pair: pair[1].subsidy),
        ListColumn(gettext_lazy("Groep: edities minder"), lambda pair: pair[0].saved_editions),
        ListColumn(gettext_lazy("Groep: besparing (euro)"), lambda pair: pair[0].saved_euro),
    ],
    noun="",
    filename="cockpit-overlap",
)


def overlap(request: HttpRequest) -> HttpResponse:
    page = Page(request, fields=("region", "provider_kind", "year"))
    groups = overlap_groups(page.filters)
    if page.wants_file():
        return page.file(EXPORT, [(group, line) for group in groups for line in group.offers])
    size = PRINT_ROWS if page.is_print else GROUPS_A_PAGE
    part = Paginator(groups, size).get_page(request.GET.get("page"))
    columns = _columns()
    return page.render(
        "cockpit/overlap.html",
        title=_("Overlap"),
        lede=_("Hetzelfde aanbod, met publiek geld, twee keer, dicht bij elkaar en niet vol."),
        facts=_facts(groups),
        columns=columns,
        groups=[_view(group, columns) for group in part],
        count=len(groups),
        noun=ngettext("groep", "groepen", len(groups)),
        low_fill=LOW_FILL,
        page=part,
    )


def _facts(groups: list[OverlapGroup]) -> list[Fact]:
    euros = [group.saved_euro for group in groups if group.saved_euro is not None]
    return [
        Fact(_("Groepen"), number(len(groups), 0)),
        Fact(_("Aanbod daarin"), number(sum(len(group.offers) for group in groups), 0)),
        Fact(_("Edities die wegvallen bij samenvoegen"), number(sum(g.saved_editions for g in groups), 0)),
        Fact(
            _("Publiek geld dat vrijkomt"),
            euro(sum(euros, Decimal(0)), 0) if euros else _("onbekend"),
            hint=_("raming, waar prijs en aanbodsubsidie bekend zijn"),
        ),
    ]


def _columns() -> list[Column]:
    return [
        Column(_("Aanbod")),
        Column(_("Waar")),
        Column(_("Komende edities"), "number"),
        Column(_("Bezetting"), "percent"),
        Column(_("Aanbodsubsidie"), "percent"),
        Column(_("Publiek geld"), "euro"),
    ]


def _view(group: OverlapGroup, columns: list[Column]) -> GroupView:
    return GroupView(
        title=group.offers[0].title,
        number=group.number,
        sentence=_sentence(group),
        saving=_saving(group),
        rows=[_line(line, columns) for line in group.offers],
    )


def _line(line: OfferLine, columns: list[Column]) -> Row:
    name = Cell(
        line.title,
        url=address("catalogue:offer_detail", line.public_id),
        note=f"{line.provider} · {_kind(line)}",
    )
    share = line.percent / 100
    return row(
        columns,
        [name, _where(line), line.editions, line.fill, share, line.subsidy],
    )


def _sentence(group: OverlapGroup) -> str:
    """Where and how full, in one sentence."""
    where = _near(group.places)
    if group.fill is None:
        return _("%(n)s verstrekkers, %(where)s; hoe vol hun edities zitten is onbekend.") % {
            "n": len({line.provider for line in group.offers}),
            "where": where,
        }
    return _("%(n)s verstrekkers, %(where)s; samen zijn hun edities voor %(fill)s bezet.") % {
        "n": len({line.provider for line in group.offers}),
        "where": where,
        "fill": percent(group.fill),
    }


def _near(places: frozenset[str]) -> str:
    if DISTRICT in places:
        return _("in hetzelfde arrondissement")
    if PROVINCE in places:
        return _("in dezelfde provincie")
    return _("online") if ONLINE in places else ""


def _saving(group: OverlapGroup) -> str:
    if not group.saved_editions:
        return _("Samenvoegen spaart nu geen edities uit.")
    editions = ngettext("%(n)s editie", "%(n)s edities", group.saved_editions) % {"n": group.saved_editions}
    values = {"editions": editions, "all": group.editions}
    if group.saved_euro is None:
        return _("Samenvoegen maakt %(editions)s van de %(all)s overbodig.") % values
    values["euro"] = euro(group.saved_euro, 0)
    return _("Samenvoegen maakt %(editions)s van de %(all)s overbodig: %(euro)s publiek geld.") % values


def _kind(line: OfferLine) -> str:
    return str(dict(Provider.Kind.choices).get(line.kind, _("soort onbekend")))


def _where(line: OfferLine) -> str:
    names = [region_name(code) for code in line.regions]
    return ", ".join(dict.fromkeys(names)) or (region_name(TAUGHT_ONLINE) if line.online else region_name(""))
