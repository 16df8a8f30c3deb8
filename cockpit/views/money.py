"""Where the money goes: costs that are paid twice, and the register of instruments with their budgets."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, npgettext_lazy
from django.utils.translation import gettext as _

from cockpit.double_funding_reads import DoubleFunding, double_funding, severity_name
from cockpit.pages import Page, fact
from cockpit.tables import FigureRow, Figures
from programmes.aid.register import Instrument, budget_meur, load_instruments, percent_of
from skillnet import charts
from skillnet.lists import ListColumn, ListSpec
from skillnet.templatetags.ui import euro, number
from skillnet.ui import Fact

SIDE_TONES = {"demand": "1", "mixed": "2", "supply": "3", "employers": "4"}
DEMAND, SUPPLY, MIXED = "demand", "supply", "mixed"


def double_funding_page(request: HttpRequest) -> HttpResponse:
    page = Page(request, fields=("sector", "provider_kind", "year"))
    found = double_funding(page.filters)
    table = flag_table(found)
    if answer := page.file_of([table]):
        return answer
    return page.render(
        "cockpit/double_funding.html",
        title=_("Dubbelfinanciering"),
        lede=_("Dezelfde kost van dezelfde deelnemers, uit twee publieke bronnen betaald."),
        facts=[
            fact(_("Gevallen"), found.cases, _count),
            fact(_("Bedrag dat dubbel betaald kan zijn"), found.at_stake, _money),
            Fact(_("Bekeken"), _count(found.seats), hint=_("bedrijven in edities van programma’s")),
        ],
        found=found,
        flags=[(row, severity_name(row.severity)) for row in found.rows],
        tables=[table],
        k=settings.K_ANONYMITY,
    )


def flag_table(found: DoubleFunding) -> Figures:
    """A row for every rule that caught something, the worst first."""
    rows = [
        FigureRow(
            f"{severity_name(row.severity)}: {row.sentence}", [row.cases, row.undertakings, row.at_stake]
        )
        for row in found.rows
    ]
    columns: list[tuple[str, Any]] = [
        (_("Gevallen"), _count),
        (_("Ondernemingen"), _count),
        (_("Bedrag in het spel"), _money),
    ]
    return Figures("dubbelfinanciering", _("Per regel"), _("Regel"), columns, rows)


def budget(request: HttpRequest) -> HttpResponse:
    """The register of instruments: what is published, by whom, and how little of it follows demand."""
    page = Page(request, fields=())
    instruments = sorted(
        load_instruments().values(), key=lambda each: (-(each.budget_meur or Decimal(-1)), each.key)
    )
    spec = budget_spec()
    if page.wants_file():
        return page.file(spec, page.sorted(spec, instruments))
    return page.render(
        "cockpit/budget.html",
        title=_("Budgetten"),
        lede=_("Wie in Vlaanderen opleiding betaalt, en hoeveel daarvan de vraag volgt."),
        facts=_budget_facts(instruments),
        budget_bars=_bars(instruments),
        sides=_sides(instruments),
        **page.table(spec, instruments),
    )


def budget_spec() -> ListSpec:
    """Columns of the register; budgets in millions of euro a year."""
    return ListSpec(
        columns=[
            ListColumn(_("Instrument"), _name, note=lambda each: each.funder),
            ListColumn(_("Betaalt"), lambda each: each.funder, export_only=True),
            ListColumn(_("Beleidsdomein"), lambda each: domain_name(each.domain), sort="domain"),
            ListColumn(_("Stuurt op"), lambda each: side_name(each.side), sort="side"),
            ListColumn(_("Voor wie"), lambda each: beneficiary_name(each.beneficiary)),
            ListColumn(
                _("Budget (miljoen euro)"), lambda each: each.budget_meur, kind="number", sort="budget_meur"
            ),
            ListColumn(_("Bron"), lambda each: each.source, export_only=True),
        ],
        noun=npgettext_lazy("count", "instrument", "instrumenten"),
        filename="cockpit-budgetten",
    )


def side_name(side: str) -> str:
    names = {DEMAND: _("vraag"), SUPPLY: _("aanbod"), MIXED: _("gemengd"), "employers": _("werkgevers")}
    return names.get(side, side)


def domain_name(domain: str) -> str:
    names = {
        "work": _("Werk"),
        "economy": _("Economie"),
        "education": _("Onderwijs"),
        "welfare": _("Welzijn"),
        "sector": _("Sectoren"),
        "federal": _("Federaal"),
    }
    return names.get(domain, domain)


def beneficiary_name(beneficiary: str) -> str:
    names = {
        "company": _("bedrijf"),
        "worker": _("werknemer"),
        "learner": _("deelnemer"),
        "jobseeker": _("werkzoekende"),
        "sector": _("sector"),
    }
    return names.get(beneficiary, beneficiary)


def _budget_facts(instruments: list[Instrument]) -> list[Fact]:
    total, demand = budget_meur(instruments), budget_meur(instruments, DEMAND)
    known = sum(each.budget_meur is not None for each in instruments)
    return [
        Fact(_("Gepubliceerde budgetten"), _millions(total), hint=_("euro per jaar")),
        Fact(_("Volgt de vraag"), _millions(demand), hint=_percent(percent_of(demand, total))),
        Fact(
            _("Aanbod en gemengd"),
            _millions(total - demand),
            hint=_percent(percent_of(total - demand, total)),
        ),
        Fact(
            _("Budget bekend"),
            _("%(known)s van %(all)s") % {"known": known, "all": len(instruments)},
            hint=_("instrumenten"),
        ),
    ]


def _bars(instruments: list[Instrument]) -> list[charts.Bar]:
    known = [each for each in instruments if each.budget_meur is not None]
    drawn = charts.bars([(_name(each), float(each.budget_meur or 0)) for each in known])
    return [
        charts.Bar(bar.label, bar.value, bar.width, note=side_name(each.side), tone=SIDE_TONES[each.side])
        for bar, each in zip(drawn, known, strict=True)
    ]


def _sides(instruments: list[Instrument]) -> charts.StackedBars:
    sides = (DEMAND, MIXED, SUPPLY)
    domains = dict.fromkeys(each.domain for each in instruments if each.budget_meur is not None)
    return charts.stacked_bars(
        [side_name(side) for side in sides],
        [
            (
                domain_name(domain),
                [float(budget_meur([e for e in instruments if e.domain == domain], side)) for side in sides],
            )
            for domain in domains
        ],
    )


def _name(each: Instrument) -> str:
    language = (get_language() or "nl")[:2]
    return each.name.get(language) or each.name["nl"]


def _millions(value: Decimal) -> str:
    return _("%(value)s miljoen") % {"value": number(value, 1)}


def _percent(value: Decimal) -> str:
    return f"{number(value, 1)}\N{NO-BREAK SPACE}%"


def _count(value: Any) -> str:
    return number(value, 0)


def _money(value: Any) -> str:
    return euro(value, 0)
