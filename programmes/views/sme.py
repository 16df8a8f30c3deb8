"""Four questions about the size of an enterprise, and the answer with the figures that decided it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from networks.models import Organisation
from networks.own import own_organisation
from networks.services.link_warnings import warnings_about
from networks.views.helpers import explain
from programmes.models import AidStatement
from programmes.querysets import sized_organisations
from programmes.reasons import size_text
from programmes.services.sme_status import (
    CountedEnterprise,
    SmeStatus,
    add_ownership,
    declare_statement,
    figures_of_counted,
    save_figures,
    sme_status,
)
from programmes.sme_forms import FiguresForm, OwnershipForm, StatementForm
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.roles import Role
from skillnet.templatetags.ui import euro, number
from skillnet.ui import Action, Cell, Column, Fact, Link, Step, Table, row


def sme(request: HttpRequest) -> HttpResponse:
    """The answer: size, certainty, whose figures counted for how much, and each step of the rule."""
    actor = actor_of(request)
    own = _own(actor)
    return render(request, "programmes/sme.html", result_context(sme_status(organisation=own), own=True))


def sme_of(request: HttpRequest, public_id: str) -> HttpResponse:
    """The same of another enterprise, for who runs or decides on its programmes."""
    actor = actor_of(request)
    known = sized_organisations(Organisation.objects.visible_to(actor), actor)
    organisation = get_object_or_404(known, public_id=public_id)
    return render(
        request, "programmes/sme.html", result_context(sme_status(organisation=organisation), own=False)
    )


def sme_figures(request: HttpRequest) -> HttpResponse:
    """Question 1: the figures of the last closed years."""
    own = _own(actor_of(request))
    form = FiguresForm(request.POST or None, known=list(own.accounts.all()))
    if request.method == "POST" and form.is_valid():
        try:
            save_figures(organisation=own, years=form.figures)
        except ValidationError as error:
            explain(form, error)
        else:
            return redirect("programmes:sme_owners")
    return _question(request, 1, form, {"page_title": _("Hoe groot is uw onderneming?"), "organisation": own})


def sme_owners(request: HttpRequest) -> HttpResponse:
    """Question 2: who owns a quarter or more of whom; as often as needed, then on."""
    actor = actor_of(request)
    own = _own(actor)
    form = OwnershipForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            link = add_ownership(actor=actor, organisation=own, values=form.cleaned_data)
        except ValidationError as error:
            explain(form, error, name="other_name")
        else:
            messages.success(request, _("Genoteerd: %(link)s.") % {"link": link})
            for sentence in warnings_about(link, own):
                messages.warning(request, sentence)
            return redirect("programmes:sme_owners")
    links = [
        *own.owned_by.filter(until=None).select_related("owner", "owned"),
        *own.owns.filter(until=None).select_related("owner", "owned"),
    ]
    context = {"page_title": _("Wie bezit wie?"), "organisation": own, "links": links}
    return _question(request, 2, form, context)


def sme_linked(request: HttpRequest) -> HttpResponse:
    """Question 3: the figures of enterprises that count with ours and for which nobody answers here."""
    own = _own(actor_of(request))
    status = sme_status(organisation=own)
    others = [e for e in status.enterprises if e.share and e.relation != "self"]
    asked = _asked(others, request.GET.get("onderneming", ""))
    form = FiguresForm(request.POST or None, known=list(asked.organisation.accounts.all())) if asked else None
    if request.method == "POST" and form is not None and asked is not None and form.is_valid():
        try:
            figures_of_counted(organisation=own, other_id=asked.organisation.pk, years=form.figures)
        except ValidationError as error:
            explain(form, error)
        else:
            messages.success(request, _("Bewaard voor %(name)s.") % {"name": asked.organisation.name})
            return redirect("programmes:sme_linked")
    context = {
        "page_title": _("Cijfers van wie meetelt"),
        "organisation": own,
        "others": others,
        "asked": asked,
    }
    return _question(request, 3, form, context)


def _asked(others: list[CountedEnterprise], wanted: str) -> CountedEnterprise | None:
    """The enterprise whose figures are asked: the one that was chosen, else the first that has none."""
    open_ones = [e for e in others if not e.answers_itself]
    chosen = next((e for e in open_ones if str(e.organisation.public_id) == wanted), None)
    return chosen or next((e for e in open_ones if e.accounts is None), None)


def sme_statement(request: HttpRequest) -> HttpResponse:
    """Question 4: what bars aid under the block exemption."""
    actor = actor_of(request)
    own = _own(actor)
    known = AidStatement.objects.filter(organisation=own).first()
    words = {True: "yes", False: "no"}
    initial = (
        {"in_difficulty": words[known.in_difficulty], "recovery_order": words[known.recovery_order]}
        if known
        else {}
    )
    form = StatementForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        declare_statement(organisation=own, actor=actor, **form.answers)
        messages.success(request, _("Bewaard. Dit is wat de regels ervan maken."))
        return redirect("programmes:sme")
    return _question(request, 4, form, {"page_title": _("Twee vragen over steun"), "organisation": own})


def _question(request: HttpRequest, number_of: int, form: Any, context: dict[str, Any]) -> HttpResponse:
    steps = [
        (_("Uw cijfers"), "programmes:sme_figures"),
        (_("Wie bezit wie"), "programmes:sme_owners"),
        (_("Cijfers van wie meetelt"), "programmes:sme_linked"),
        (_("Verklaring"), "programmes:sme_statement"),
    ]
    place = [
        Step(
            label,
            "done" if at < number_of else "current" if at == number_of else "",
            url=reverse(name) if at != number_of else "",
        )
        for at, (label, name) in enumerate(steps, start=1)
    ]
    following = steps[number_of][1] if number_of < len(steps) else "programmes:sme"
    context |= {
        "form": form,
        "steps": place,
        "question": number_of,
        "next_url": reverse(following),
        "breadcrumbs": [
            Link(_("Mijn organisatie"), reverse("networks:organisation")),
            Link(_("Grootte van de onderneming"), reverse("programmes:sme")),
            Link(context["page_title"]),
        ],
    }
    status = 409 if request.method == "POST" else 200
    return render(request, "programmes/sme_question.html", context, status=status)


def result_context(status: SmeStatus, *, own: bool) -> dict[str, Any]:
    """What the page of the answer shows."""
    size = size_text({"size": str(status.size)})
    crumbs = [Link(_("Mijn organisatie"), reverse("networks:organisation"))] if own else []
    title = _("Grootte van de onderneming")
    return {
        "page_title": title,
        "breadcrumbs": [*crumbs, Link(title)],
        "status": status,
        "own": own,
        "facts": _facts(status, size),
        "counted": _counted_table(status),
        "years": _years_table(status),
        "actions": [Action(_("Vragen beantwoorden"), reverse("programmes:sme_figures"), tone="main")]
        if own
        else [],
    }


def _facts(status: SmeStatus, size: str) -> list[Fact]:
    latest = status.years[-1] if status.years else None
    certain = _("zeker") if status.is_certain else _("nog niet zeker")
    facts = [Fact(_("Grootte"), size, hint=certain)]
    if latest:
        facts += [
            Fact(_("Personeel (VTE)"), number(latest.headcount), hint=str(latest.year)),
            Fact(_("Omzet"), euro(latest.turnover)),
            Fact(_("Balanstotaal"), euro(latest.balance_sheet)),
        ]
    counted = sum(1 for e in status.enterprises if e.share)
    return [*facts, Fact(_("Ondernemingen die meetellen"), counted)]


def _relation(name: str) -> str:
    return {
        "self": _("de onderneming zelf"),
        "linked": _("verbonden"),
        "partner": _("partner"),
        "exempt": _("vrijgesteld"),
    }[name]


def _counted_table(status: SmeStatus) -> Table:
    columns = [
        Column(_("Onderneming")),
        Column(_("Band")),
        Column(_("Telt mee voor"), "percent"),
        Column(_("Boekjaar")),
        Column(_("Personeel (VTE)"), "number"),
        Column(_("Omzet"), "euro"),
        Column(_("Balanstotaal"), "euro"),
    ]
    return Table(columns, [row(columns, _counted_cells(e)) for e in status.enterprises])


def _counted_cells(item: CountedEnterprise) -> list[Any]:
    accounts = item.accounts
    figures = [accounts.headcount, accounts.turnover, accounts.balance_sheet] if accounts else [None] * 3
    return [
        item.organisation.name,
        _relation(item.relation),
        item.share / 100,
        Cell(str(accounts.year) if accounts else _("geen cijfers")),
        *figures,
    ]


def _years_table(status: SmeStatus) -> Table:
    columns = [
        Column(_("Boekjaar")),
        Column(_("Personeel (VTE)"), "number"),
        Column(_("Omzet"), "euro"),
        Column(_("Balanstotaal"), "euro"),
    ]
    rows = [
        row(columns, [str(y.year), y.headcount, y.turnover, y.balance_sheet]) for y in reversed(status.years)
    ]
    return Table(columns, rows)


def _own(actor: Actor) -> Organisation:
    if not actor.has(Role.COMPANY_CONTACT):
        raise Http404
    return own_organisation(actor)
