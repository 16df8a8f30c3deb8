"""The register of instruments, readable by everybody, with its calculators."""

from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, npgettext_lazy

from programmes.aid.double_funding import Severity
from programmes.aid.instruments import (
    KmoRequest,
    LeaveRequest,
    Proposal,
    estimate_kmo,
    estimate_leave,
    sector_fund_contribution,
)
from programmes.aid.rates import RateNotInForceError, RateRow
from programmes.aid.register import load_instruments
from programmes.aid.sme import Size
from programmes.aid.texts import render as say
from programmes.instrument_forms import KmoForm, LeaveForm, SectorFundForm, today
from programmes.reasons import aid_language
from programmes.services.law import database_rates
from programmes.services.register import current, described, registered
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.law_names import law_name
from skillnet.kernel.rate_names import rate_name
from skillnet.kernel.roles import Role
from skillnet.list_filters import simple_filterset
from skillnet.lists import ListColumn, ListSpec, list_response
from skillnet.templatetags.ui import date_long, date_short, euro
from skillnet.ui import Column, Fact, Link, Tab, Table, row


def _of(instrument: Any) -> Any:
    return load_instruments()[instrument.code]


def _budget(instrument: Any) -> Decimal | None:
    known = _of(instrument).budget_meur
    return None if known is None else known * 1_000_000


INSTRUMENTS = ListSpec(
    columns=[
        ListColumn(
            gettext_lazy("Instrument"),
            lambda i: _of(i).name[aid_language()],
            sort="shown_name",
            url=lambda i: reverse("programmes:instrument", args=[i.code]),
        ),
        ListColumn(gettext_lazy("Wie betaalt"), lambda i: law_name(i.funder), sort="funder"),
        ListColumn(gettext_lazy("Voor wie"), lambda i: beneficiary_text(_of(i).beneficiary)),
        ListColumn(gettext_lazy("Vraag of aanbod"), lambda i: side_text(_of(i).side)),
        ListColumn(gettext_lazy("Beleidsdomein"), lambda i: domain_text(_of(i).domain)),
        ListColumn(gettext_lazy("Budget per jaar"), _budget, kind="euro"),
        ListColumn(gettext_lazy("Aanvragen"), lambda i: _of(i).apply[aid_language()], export_only=True),
        ListColumn(
            gettext_lazy("Voorwaarden"), lambda i: _of(i).conditions[aid_language()], export_only=True
        ),
        ListColumn(gettext_lazy("Rechtsgrond of bron"), lambda i: law_name(i.legal_basis), export_only=True),
        ListColumn(
            gettext_lazy("Staat vast"),
            lambda i: _("ja") if _of(i).certain else _("na te gaan"),
            export_only=True,
        ),
    ],
    noun=npgettext_lazy("count", "instrument", "instrumenten"),
    filename="instrumenten",
    filterset=simple_filterset("shown_name", "code", "funder"),
    order=("shown_name",),
)


def beneficiary_text(key: str) -> str:
    """Who benefits, in words."""
    return {
        "company": _("bedrijf"),
        "worker": _("werknemer"),
        "jobseeker": _("werkzoekende"),
        "learner": _("cursist"),
        "sector": _("sector"),
    }.get(key, key)


def side_text(key: str) -> str:
    """Whether the money follows the demand, the supply, both, or comes from employers."""
    return {
        "demand": _("vraag"),
        "supply": _("aanbod"),
        "mixed": _("gemengd"),
        "employers": _("van werkgevers"),
    }.get(key, key)


def domain_text(key: str) -> str:
    """The policy domain that answers for it."""
    return {
        "work": _("Werk"),
        "economy": _("Economie en Innovatie"),
        "education": _("Onderwijs en Vorming"),
        "welfare": _("Welzijn en Zorg"),
        "sector": _("sociale partners"),
        "federal": _("federaal"),
    }.get(key, key)


def tabs_of(actor: Actor, here: str) -> list[Tab]:
    """The pages of money beside the programmes."""
    pages = [
        (_("Instrumenten"), "programmes:instruments"),
        (_("kmo-portefeuille"), "programmes:kmo"),
        (_("Opleidingsverlof"), "programmes:leave_calculator"),
        (_("Sectorfonds"), "programmes:sector_fund"),
    ]
    if actor.has(Role.COMPANY_CONTACT):
        pages += [(_("Urenrekeningen"), "programmes:leave"), (_("Grootte"), "programmes:sme")]
    if actor.has(Role.COMPANY_CONTACT, Role.COORDINATOR, Role.ADMINISTRATOR):
        pages.append((_("De minimis"), "programmes:ledger"))
    return [Tab(label, reverse(name), current=name == here) for label, name in pages]


def instruments(request: HttpRequest) -> HttpResponse:
    """Who funds, who benefits, what follows demand and what supply; exports hold the whole register."""
    return list_response(  # type: ignore[return-value]
        request,
        template="programmes/instruments.html",
        queryset=registered(aid_language()),
        spec=INSTRUMENTS,
        context={
            "page_title": _("Instrumenten"),
            "tabs": tabs_of(actor_of(request), "programmes:instruments"),
        },
    )


def instrument(request: HttpRequest, code: str) -> HttpResponse:
    """One instrument: rates with their dates, conditions, deadline, and what it excludes."""
    found = described(aid_language()).get(code)
    if found is None:
        raise Http404
    item = found.instrument
    context = {
        "page_title": found.name,
        "breadcrumbs": [Link(_("Instrumenten"), reverse("programmes:instruments")), Link(found.name)],
        "found": found,
        "facts": [
            Fact(_("Wie betaalt"), law_name(item.funder)),
            Fact(_("Voor wie"), beneficiary_text(item.beneficiary)),
            Fact(_("Vraag of aanbod"), side_text(item.side)),
            Fact(_("Beleidsdomein"), domain_text(item.domain)),
            Fact(
                _("Budget per jaar"),
                euro(item.budget_meur * 1_000_000) if item.budget_meur is not None else _("onbekend"),
            ),
        ],
        "rates": _rate_table(found.rates),
        "blocks": [c for c in found.combinations if c.severity is Severity.BLOCKS],
        "capped": [c for c in found.combinations if c.severity is Severity.LEGAL_CAP],
        "flagged": [c for c in found.combinations if c.severity is Severity.POLICY_FLAG],
        "calculator": CALCULATORS.get(item.calculator or item.key, ""),
    }
    return render(request, "programmes/instrument.html", context)


CALCULATORS = {
    "kmo": "programmes:kmo",
    "vov": "programmes:leave_calculator",
    "sector_fund": "programmes:sector_fund",
}


def _rate_table(rates: Any) -> Table:
    columns = [
        Column(_("Waarvoor")),
        Column(_("Waarde")),
        Column(_("Geldt vanaf"), "date"),
        Column(_("Tot en met")),
        Column(_("Rechtsgrond")),
        Column(_("Bron")),
    ]
    now = current(rates, timezone.localdate())
    rows = [
        row(
            columns,
            [
                rate_name(item.key),
                rate_text(item),
                item.valid_from,
                date_short(item.valid_to) if item.valid_to else _("tot nader order"),
                law_name(item.legal_basis),
                law_name(item.source),
            ],
            tone="" if item in now else "plain",
        )
        for item in rates
    ]
    return Table(columns, rows)


def rate_text(item: RateRow) -> str:
    """A value with its unit, as people write it."""
    number = f"{item.value.normalize():f}".replace(".", ",")
    if item.unit.startswith("percent"):
        return f"{number} %"
    if item.unit.startswith("euro"):
        return euro(item.value, 2)
    words = {
        "calendar_days": _("kalenderdagen"),
        "months": _("maanden"),
        "hours": _("uur"),
        "hours_per_week": _("uur per week"),
        "hours_per_year": _("uur per schooljaar"),
        "ects": _("studiepunten"),
    }
    return f"{number} {words.get(item.unit, '')}".strip()


def kmo(request: HttpRequest) -> HttpResponse:
    """What kmo-portefeuille pays for a course, by when to ask, and why not."""
    form = KmoForm(request.GET if "course_cost" in request.GET else None, initial=today())
    result = None
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        specific = data["shortage"] or data["stem"] or data["forecast"]
        asked = KmoRequest(
            size=Size(data["size"]),
            course_cost=data["course_cost"],
            first_lesson=data["first_lesson"],
            requested_on=data["requested_on"],
            theme=data["theme"],
            used_this_year=data["used_this_year"] or Decimal(0),
            mandatory_training=data["mandatory_training"],
            registered_provider=data["registered_provider"],
            profession_specific=specific,
        )
        result = _result(lambda: estimate_kmo(asked, database_rates()))
    return _calculator(request, "programmes:kmo", _("kmo-portefeuille"), form, result)


def leave_calculator(request: HttpRequest) -> HttpResponse:
    """What training leave pays an employer for one worker and one course."""
    form = LeaveForm(request.GET if "hours" in request.GET else None, initial=today())
    result = None
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        asked = LeaveRequest(
            employment=data["employment"],
            weekly_hours=data["weekly_hours"],
            hours=data["hours"],
            contact_hours=data["contact_hours"] or data["hours"],
            ects=data["ects"] or Decimal(0),
            start=data["starts_on"],
            claimed_on=data["claimed_on"],
            proposal=Proposal.ACCEPTED if data["accepted"] else Proposal.NONE,
        )
        result = _result(lambda: estimate_leave(asked, database_rates()))
    title = _("Vlaams opleidingsverlof")
    return _calculator(request, "programmes:leave_calculator", title, form, result)


def sector_fund(request: HttpRequest) -> HttpResponse:
    """What employers pay a sector fund on a wage mass, by the prudent levy."""
    form = SectorFundForm(request.GET if "wages" in request.GET else None)
    result = None
    if form.is_bound and form.is_valid():
        rates, day = database_rates(), timezone.localdate()
        row_of = rates.at("sector_fund_levy", day)
        result = {
            "amount": sector_fund_contribution(form.cleaned_data["wages"], rates, day),
            "refused": False,
            "sentences": [
                _(
                    "Op deze loonmassa betalen werkgevers %(rate)s aan opleidingsbijdrage; uw sector kan meer vragen."
                )
                % {"rate": rate_text(row_of)},
                load_instruments()["sector_fund"].apply[aid_language()],
            ],
        }
    return _calculator(request, "programmes:sector_fund", _("Sectorfonds"), form, result)


def _result(estimate: Any) -> dict[str, Any]:
    try:
        found = estimate()
    except RateNotInForceError as error:
        words = _("Voor deze dag is geen tarief bekend: %(error)s.") % {"error": error}
        return {"amount": None, "refused": True, "sentences": [words]}
    return {
        "amount": found.amount,
        "refused": found.refused,
        "deadline": date_long(found.deadline),
        "sentences": [say(item, aid_language()) for item in found.reasons],
        "hours": (found.own_hours, found.joint_hours) if hasattr(found, "own_hours") else None,
    }


def _calculator(request: HttpRequest, here: str, title: str, form: Any, result: Any) -> HttpResponse:
    context = {
        "page_title": title,
        "breadcrumbs": [Link(_("Instrumenten"), reverse("programmes:instruments")), Link(title)],
        "tabs": tabs_of(actor_of(request), here),
        "form": form,
        "result": result,
    }
    return render(request, "programmes/calculator.html", context)
