"""Billing: what each company owes each provider, what was invoiced and what is still open."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, npgettext_lazy

from networks.views.helpers import events_of, explain
from programmes.invoice_forms import InvoicedForm, InvoiceFilter, PaidForm
from programmes.invoice_transitions import INVOICE_TRANSITIONS
from programmes.models import InvoiceLine, Programme, Recovery
from programmes.services.invoices import (
    invoice_totals,
    mark_invoiced,
    mark_paid,
    undo_step,
    waive_line,
)
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.addresses import page_of
from skillnet.kernel.transitions import TransitionRefused
from skillnet.lists import ListColumn, ListSpec, list_response
from skillnet.templatetags.ui import date_long, date_short, euro, iban
from skillnet.ui import Fact, Link

TAKEN_BACK = ("unpay", "uninvoice", "unwaive")


def _day(day: Any) -> str:
    """A day that has not come yet is a dash, not something unknown."""
    return date_short(day) if day else "–"


def payer_of(line: InvoiceLine) -> str:
    """Who pays; for jobseekers the coordinator, said so."""
    if line.is_for_jobseekers:
        return _("%(payer)s, voor werkzoekenden") % {"payer": line.organisation.name}
    return str(line.organisation.name)


INVOICE_LIST = ListSpec(
    columns=[
        ListColumn(
            gettext_lazy("Bedrijf"),
            payer_of,
            sort="organisation__name",
            url=page_of("programmes:invoice"),
        ),
        ListColumn(gettext_lazy("Programma"), lambda line: line.programme.title, sort="programme__title"),
        ListColumn(gettext_lazy("Opleiding"), lambda line: line.edition.offer.title),
        ListColumn(gettext_lazy("Verstrekker"), lambda line: str(line.edition.offer.provider)),
        ListColumn(gettext_lazy("Deelnemers"), lambda line: line.learners, kind="number", sort="learners"),
        ListColumn(gettext_lazy("Te betalen"), lambda line: line.amount, kind="cents", sort="amount"),
        ListColumn(gettext_lazy("Factuur"), lambda line: line.invoice_number or "–", sort="invoice_number"),
        ListColumn(
            gettext_lazy("Gefactureerd op"),
            lambda line: _day(line.invoiced_on),
            sort="invoiced_on",
        ),
        ListColumn(gettext_lazy("Betaald op"), lambda line: _day(line.paid_on), sort="paid_on"),
        ListColumn(
            gettext_lazy("Toestand"),
            lambda line: line.get_state_display(),
            kind="state",
            sort="state",
            state=lambda line: line.state,
        ),
        ListColumn(
            gettext_lazy("Prijs per deelnemer"), lambda line: line.unit_price, kind="cents", export_only=True
        ),
        ListColumn(gettext_lazy("Btw"), lambda line: line.vat_note, export_only=True),
    ],
    noun=npgettext_lazy("count", "factuurlijn", "factuurlijnen"),
    filename="facturatie",
    filterset=InvoiceFilter,
    order=("-programme", "organisation__name", "pk"),
)


def invoice_list(request: HttpRequest) -> HttpResponse:
    """All lines that the actor bills, pays or watches over, with what they add up to."""
    actor = actor_of(request)
    lines = InvoiceLine.objects.visible_to(actor).live()
    return list_response(  # type: ignore[return-value]
        request,
        template="programmes/invoice_list.html",
        queryset=lines.with_parties(),
        spec=INVOICE_LIST,
        context={"page_title": _("Facturatie"), "facts": total_facts(lines)},
    )


def total_facts(lines: QuerySet[InvoiceLine]) -> list[Fact]:
    """What is due, billed, paid and open, each figure opening into its rows."""
    totals = invoice_totals(lines)
    url = reverse("programmes:invoices")
    return [
        Fact(_("Te betalen (excl. btw)"), euro(totals.due, 2), url=url),
        Fact(_("Gefactureerd"), euro(totals.invoiced, 2), url=f"{url}?state=invoiced"),
        Fact(_("Betaald"), euro(totals.paid, 2), url=f"{url}?state=paid"),
        Fact(_("Nog open"), euro(totals.open, 2), url=f"{url}?open=yes"),
    ]


def invoices_context(actor: Actor, programme: Programme) -> dict[str, Any]:
    """What `programmes/delivery/_invoices.html` shows of one programme."""
    lines = InvoiceLine.objects.visible_to(actor).live().filter(programme=programme)
    return {"invoice_lines": list(lines.with_parties()), "invoice_totals": invoice_totals(lines)}


def invoice(request: HttpRequest, public_id: str) -> HttpResponse:
    """One line: the provider says that it billed it, the company or the manager that it is paid."""
    actor = actor_of(request)
    line = get_object_or_404(InvoiceLine.objects.visible_to(actor).with_parties(), public_id=public_id)
    steps = INVOICE_TRANSITIONS.available(line, actor)
    form = _form(request, steps)
    if request.method == "POST" and _moved(request, actor, line, form):
        return redirect("programmes:invoice", public_id=public_id)
    context = {
        "page_title": _("Factuurlijn van %(company)s") % {"company": payer_of(line)},
        "breadcrumbs": [Link(_("Facturatie"), reverse("programmes:invoices")), Link(payer_of(line))],
        "line": line,
        "facts": [
            Fact(_("Te betalen (excl. btw)"), euro(line.amount, 2)),
            Fact(_("Deelnemers"), line.learners),
            Fact(_("Prijs per deelnemer"), euro(line.unit_price, 2)),
        ],
        "properties": _properties(line),
        "form": form,
        "step": steps.get("invoice") or steps.get("pay"),
        "undo": next((step.label for name, step in steps.items() if name in TAKEN_BACK), None),
        "waive": steps.get("waive"),
        "events": events_of(line, INVOICE_TRANSITIONS),
    }
    return render(request, "programmes/invoice_detail.html", context)


def _form(request: HttpRequest, steps: dict[str, Any]) -> InvoicedForm | PaidForm | None:
    data = (
        request.POST
        if request.method == "POST" and request.POST.get("action") not in ("undo", "waive")
        else None
    )
    if "invoice" in steps:
        return InvoicedForm(data)
    return PaidForm(data) if "pay" in steps else None


def _moved(request: HttpRequest, actor: Actor, line: InvoiceLine, form: Any) -> bool:
    """Whether the step was taken, or refused with a message; False when the form has something to say."""
    try:
        if request.POST.get("action") == "undo":
            undo_step(line=line, actor=actor)
        elif request.POST.get("action") == "waive":
            waive_line(line=line, actor=actor, reason=request.POST.get("reason", ""))
        elif form is None:
            messages.error(request, _("Hier valt voor u niets te melden."))
            return True
        elif not form.is_valid():
            return False
        else:
            _take(line, actor, form)
        messages.success(request, _("Bewaard."))
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    except ValidationError as error:
        explain(form, error)
        return False
    return True


def _take(line: InvoiceLine, actor: Actor, form: Any) -> None:
    data = form.cleaned_data
    if isinstance(form, PaidForm):
        mark_paid(line=line, actor=actor, paid_on=data["paid_on"])
        return
    mark_invoiced(
        line=line,
        actor=actor,
        number=data["invoice_number"],
        invoiced_on=data["invoiced_on"],
        vat_note=data["vat_note"],
    )


def _properties(line: InvoiceLine) -> list[Fact]:
    programme = reverse("programmes:programme_detail", args=[line.programme.public_id])
    budget = [Fact(_("Afgeschermde lijn"), line.budget_line.legal_basis)] if line.budget_line else []
    return [
        Fact(_("Wie betaalt"), line.organisation.name),
        *budget,
        Fact(_("Programma"), line.programme.title, url=programme),
        Fact(_("Opleiding"), line.edition.offer.title),
        Fact(_("Verstrekker"), str(line.edition.offer.provider)),
        Fact(_("Begint op"), date_long(line.edition.starts_on) if line.edition.starts_on else ""),
        Fact(_("Factuurnummer"), line.invoice_number),
        Fact(_("Gefactureerd op"), date_long(line.invoiced_on) if line.invoiced_on else ""),
        Fact(_("Betaald op"), date_long(line.paid_on) if line.paid_on else ""),
        Fact(_("Btw"), line.vat_note),
        *_taken_back(line),
    ]


def _payable_to(row: Recovery) -> str:
    """How much is left, on which account and with which words."""
    words = {"amount": euro(row.left or row.amount, 2), "reference": row.reference}
    if not row.account:
        return _("%(amount)s, mededeling %(reference)s") % words
    return _("%(amount)s op %(account)s van %(holder)s, mededeling %(reference)s") % (
        words | {"account": iban(row.account), "holder": row.account_holder}
    )


def _taken_back(line: InvoiceLine) -> list[Fact]:
    """What has to come back of what the claim paid for this bill."""
    if not line.is_for_jobseekers:
        return []
    rows = Recovery.objects.filter(jobseeker_share__invoice_line=line).prefetch_related("repayments")
    return [
        Fact(
            _("Teruggevorderd"),
            _payable_to(row),
            hint=_("terugbetaald op %(day)s") % {"day": date_long(row.repaid_on)}
            if row.repaid_on
            else _("terug te betalen tegen %(day)s") % {"day": date_long(row.due_on)},
        )
        for row in rows
    ]
