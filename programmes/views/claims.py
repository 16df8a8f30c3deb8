"""Settling a programme: the list of claims, the claim with its checks, its cost lines, its payment request."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Exists, OuterRef, Prefetch
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, npgettext_lazy

from matching.links import address
from networks.views.helpers import panel_actions
from programmes import claim_rules, presenting_claims
from programmes.claim_forms import JOBSEEKERS, LineFormSet, NoteForm, PaymentForm
from programmes.claim_transitions import CLAIM_TRANSITIONS, EDITABLE
from programmes.models import Claim, EvidenceFile, Participation, Programme, Recovery
from programmes.rules import manages, sight_of
from programmes.services.claim_checks import checks_of, companies_of, facts_of
from programmes.services.claims import claim_version, open_claim, save_lines, take_claim_step
from programmes.services.jobseekers import planned_own_costs
from programmes.services.versions import ChangedMeanwhile
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.addresses import page_of
from skillnet.kernel.transitions import TransitionRefused
from skillnet.list_filters import simple_filterset
from skillnet.lists import ListColumn, ListSpec, list_response
from skillnet.ui import Action, Link, Tab

C = Claim.State
PAYING = ("pay", "fail")
PAYABLE = (C.APPROVED_FINANCE, C.PAYMENT_FAILED, C.PAID)

CLAIM_LIST = ListSpec(
    columns=[
        ListColumn(
            gettext_lazy("Programma"),
            lambda c: c.programme.title,
            sort="programme__title",
            url=page_of("programmes:claim", "programme"),
        ),
        ListColumn(
            gettext_lazy("Netwerk"), lambda c: c.programme.network.name, sort="programme__network__name"
        ),
        ListColumn(
            gettext_lazy("Toegekend"), lambda c: c.programme.grant, kind="cents", sort="programme__grant"
        ),
        ListColumn(gettext_lazy("Te betalen"), lambda c: c.payable, kind="cents", sort="payable"),
        ListColumn(gettext_lazy("Ingediend op"), lambda c: c.submitted_at, kind="date", sort="submitted_at"),
        ListColumn(
            gettext_lazy("Toestand"),
            lambda c: c.get_state_display(),
            kind="state",
            sort="state",
            state=presenting_claims.look_of,
        ),
        ListColumn(gettext_lazy("Mededeling"), lambda c: c.reference or "", export_only=True),
        ListColumn(gettext_lazy("Betaald op"), lambda c: c.paid_on, export_only=True),
    ],
    noun=npgettext_lazy("count", "afrekening", "afrekeningen"),
    filename="afrekeningen",
    filterset=simple_filterset("programme__title", "programme__network__name", "reference"),
    order=("submitted_at", "-pk"),
)


def claim_list(request: HttpRequest) -> HttpResponse:
    """Claims that the reader may see, by state."""
    visible = Claim.objects.visible_to(actor_of(request))
    counts = Counter(visible.values_list("state", flat=True))
    here = request.GET.get("state", "")
    shown = visible.filter(state=here) if here in C.values else visible
    tabs = [Tab(_("Alle"), request.path, current=not here, count=sum(counts.values()))]
    tabs += [
        Tab(str(label).capitalize(), f"{request.path}?state={state}", here == state, counts[state])
        for state, label in C.choices
        if counts[state]
    ]
    return list_response(  # type: ignore[return-value]
        request,
        template="programmes/claim_list.html",
        queryset=shown.with_parties(),
        spec=CLAIM_LIST,
        context={"page_title": _("Afrekeningen"), "tabs": tabs},
    )


def claim(request: HttpRequest, public_id: str) -> HttpResponse:
    """What it really cost, what is checked, what is paid to whom and why; and the next step."""
    programme, found = _find(actor_of(request), public_id)
    if found is None:
        return render(request, "programmes/claim_new.html", _new_page(request, programme))
    return render(request, "programmes/claim.html", _page(request, found))


def claim_open(request: HttpRequest, public_id: str) -> HttpResponse:
    """Draw up the claim from the plan and the attendance."""
    actor = actor_of(request)
    programme = get_object_or_404(Programme.objects.visible_to(actor), public_id=public_id)
    try:
        open_claim(programme_id=programme.pk, actor=actor)
    except TransitionRefused as refusal:
        messages.error(request, " ".join(refusal.reasons))
        return redirect("programmes:claim", public_id=public_id)
    messages.success(
        request, _("De afrekening is opgemaakt volgens het plan. Vul aan wat het werkelijk kostte.")
    )
    return redirect("programmes:claim_edit", public_id=public_id)


def claim_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """The cost lines of a claim that is not with the coordinator."""
    actor = actor_of(request)
    _programme, found = _find(actor, public_id)
    if found is None or not claim_rules.draws_up(actor, found) or found.state not in EDITABLE:
        raise Http404
    options = {
        "companies": companies_of(found.programme),
        "files": list(EvidenceFile.objects.visible_to(actor).filter(programme=found.programme)[:200]),
        "jobseekers": _has_own_costs(found),
    }
    forms: Any = LineFormSet(request.POST or None, initial=_initial(found), form_kwargs=options)
    note = NoteForm(request.POST or None, initial={"overrun_note": found.overrun_note})
    refused: list[str] = []
    changed = False
    if request.method == "POST" and forms.is_valid() and note.is_valid():
        try:
            save_lines(
                claim_id=found.pk,
                actor=actor,
                lines=forms.lines(),
                overrun_note=note.cleaned_data["overrun_note"],
                version=request.POST.get("version"),
            )
        except TransitionRefused as refusal:
            refused = list(refusal.reasons)
            changed = isinstance(refusal, ChangedMeanwhile)
        except ValidationError as error:
            refused = error.messages
        else:
            messages.success(request, _("Bewaard. Hieronder ziet u wat er nog ontbreekt."))
            return redirect("programmes:claim", public_id=public_id)
    context = {
        "page_title": _("Werkelijke kosten"),
        "programme": found.programme,
        "forms": forms,
        "note": note,
        "files": options["files"],
        "evidence_url": address("programmes:evidence", public_id),
        "refused": refused,
        "version": claim_version(found),
        "now": _initial(found) if changed else [],
        "breadcrumbs": [*_crumbs(found.programme), Link(_("Kosten"))],
    }
    return render(request, "programmes/claim_edit.html", context, status=409 if changed else 200)


def _has_own_costs(found: Claim) -> bool:
    """Whether the plan, or the claim, holds costs that the network made for jobseekers."""
    return bool(planned_own_costs(found.programme)) or found.lines.filter(participation=None).exists()


def _initial(found: Claim) -> list[dict[str, Any]]:
    lines = found.lines.select_related("participation__organisation").prefetch_related("evidence")
    rows = lines.order_by("participation__organisation__name", "pk")
    return [
        {
            "line": str(row.public_id),
            "legend": f"{row.for_whom}: {row.description}",
            "company": JOBSEEKERS if row.participation_id is None else row.participation_id,
            "category": row.category,
            "description": row.description,
            "amount": row.amount,
            "vat": row.vat,
            "invoice": row.invoice,
            "evidence": [str(f.public_id) for f in row.evidence.all()],
        }
        for row in rows
    ]


def claim_action(request: HttpRequest, public_id: str) -> HttpResponse:
    """One step of the table; what was refused is shown with the words that were written."""
    actor = actor_of(request)
    _programme, found = _find(actor, public_id)
    action = request.POST.get("action", "")
    if found is None or action not in CLAIM_TRANSITIONS.transitions:
        raise Http404
    payment = PaymentForm(request.POST)
    payment.is_valid()
    try:
        taken = take_claim_step(
            claim_id=found.pk,
            action=action,
            actor=actor,
            reason=request.POST.get("reason", ""),
            paid_on=payment.cleaned_data.get("paid_on"),
            payment_reference=payment.cleaned_data.get("payment_reference", ""),
        )
    except TransitionRefused as refusal:
        context = _page(request, found) | {
            "refused": refusal.reasons,
            "reason": request.POST.get("reason", ""),
        }
        return render(request, "programmes/claim.html", context, status=409)
    messages.success(
        request, _("De afrekening staat nu op “%(state)s”.") % {"state": taken.get_state_display()}
    )
    return redirect("programmes:claim", public_id=public_id)


def payment_request(request: HttpRequest, public_id: str) -> HttpResponse:
    """What is to be paid to whom, to print, and as JSON for the payment software (`?format=json`)."""
    actor = actor_of(request)
    _programme, found = _find(actor, public_id)
    if found is None or found.state not in PAYABLE or not claim_rules.reads_money(actor, found):
        raise Http404
    order = presenting_claims.payment_request_json(found)
    if request.GET.get("format") == "json":
        return JsonResponse(order, json_dumps_params={"ensure_ascii": False, "indent": 1})
    context = {
        "page_title": _("Betaalopdracht %(reference)s") % {"reference": found.reference},
        "printed_at": timezone.now(),
        "claim": found,
        "order": order,
        "without_account": presenting_claims.without_account(order),
        "tools": [Action("JSON", f"{request.path}?format=json")],
    }
    return render(request, "programmes/payment_request.html", context)


def _find(actor: Actor, public_id: str) -> tuple[Programme, Claim | None]:
    programmes = Programme.objects.visible_to(actor).select_related("network__call__coordinator")
    seen = Claim.objects.visible_to(actor).filter(programme=OuterRef("pk"))
    rows = programmes.select_related("claim__staff_approved_by", "claim__audit_case").annotate(
        sees_claim=Exists(seen), pool_count=Count("programme_pools", distinct=True)
    )
    companies = Prefetch("participations", Participation.objects.select_related("organisation"))
    programme = get_object_or_404(rows.prefetch_related(companies, "claim__shares"), public_id=public_id)
    if not programme.sees_claim:  # type: ignore[attr-defined]  # annotated above
        return programme, None
    programme.claim.programme = programme
    return programme, programme.claim


def _crumbs(programme: Programme) -> list[Link]:
    return [
        Link(_("Programma’s"), reverse("programmes:programmes")),
        Link(programme.title, reverse("programmes:programme_detail", args=[programme.public_id])),
        Link(_("Afrekening"), reverse("programmes:claim", args=[programme.public_id])),
    ]


def _new_page(request: HttpRequest, programme: Programme) -> dict[str, Any]:
    mine = manages(actor_of(request), programme)
    return {
        "page_title": _("Afrekening"),
        "programme": programme,
        "breadcrumbs": [*_crumbs(programme)[:-1], Link(_("Afrekening"))],
        "can_open": mine and programme.state == Programme.State.DELIVERED,
        "is_mine": mine,
    }


def _page(request: HttpRequest, found: Claim) -> dict[str, Any]:
    actor = actor_of(request)
    programme = found.programme
    facts = facts_of(found)
    sight = sight_of(actor, programme)
    shares = presenting_claims.company_shares(found, facts, sight)
    jobseekers = presenting_claims.jobseeker_rows(found, facts, sight)
    steps = CLAIM_TRANSITIONS.available(found, actor)
    checks = checks_of(found, facts) if sight.money else []
    return {
        "page_title": _("Afrekening: %(title)s") % {"title": programme.title},
        "breadcrumbs": [*_crumbs(programme)[:-1], Link(_("Afrekening"))],
        "programme": programme,
        "claim": found,
        "look": presenting_claims.look_of(found),
        "payable_label": presenting_claims.payable_label(found),
        "facts": presenting_claims.claim_facts(found, shares, sight, jobseekers),
        "checks": checks,
        "shares": shares,
        "jobseekers": jobseekers,
        "lines": presenting_claims.cost_lines(shares, facts, sight),
        "sees_all": sight.money,
        "procedure": presenting_claims.claim_steps(found),
        "events": presenting_claims.events_about(found),
        "actions": _page_actions(actor, found, sight.money),
        "steps": panel_actions(steps, without_reason=True),
        "needs_reason": any(step.needs_reason for step in steps.values()),
        "blockers": [c.remedy for c in checks if c.blocks]
        if "submit" in steps or "resubmit" in steps
        else [],
        "payment": PaymentForm() if set(steps) & set(PAYING) else None,
        "same_person": _is_same_person(actor, found),
        "audit": _audit_url(actor, found),
        "repayments": _repayments(actor, found),
        "coordinator": programme.network.call.coordinator.name if programme.network.call else "",
    }


def _repayments(actor: Actor, found: Claim) -> list[Recovery]:
    """What an audit asks back of this claim; a company reads its own."""
    if found.state != Claim.State.PAID:
        return []
    rows = (
        Recovery.objects.visible_to(actor)
        .filter(case__claim=found)
        .with_payer()
        .prefetch_related("repayments")
    )
    return list(rows.order_by("due_on", "pk"))


def _is_same_person(actor: Actor, found: Claim) -> bool:
    """Who approved the content reads why somebody else goes on."""
    waits = found.state in (C.APPROVED_STAFF, C.APPROVED_FINANCE, C.PAYMENT_FAILED)
    return waits and actor.user is not None and found.staff_approved_by_id == actor.user.pk


def _audit_url(actor: Actor, found: Claim) -> str:
    case = getattr(found, "audit_case", None)
    if case is None or (case.state == "open" and not claim_rules.checks(actor, found)):
        return ""
    return (
        reverse("programmes:audit_case", args=[case.public_id])
        if claim_rules.reads_money(actor, found)
        else ""
    )


def _page_actions(actor: Actor, found: Claim, sees_money: bool) -> list[Action]:
    actions = []
    here = found.programme.public_id
    if claim_rules.draws_up(actor, found) and found.state in EDITABLE:
        actions.append(Action(_("Kosten invullen"), reverse("programmes:claim_edit", args=[here])))
    if sees_money and found.programme.jobseeker_learners:
        actions.append(Action(_("Werkzoekenden"), reverse("programmes:jobseekers", args=[here])))
    if found.state in PAYABLE and sees_money:
        actions.append(Action(_("Betaalopdracht"), reverse("programmes:payment_request", args=[here])))
    return actions
