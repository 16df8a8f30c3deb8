"""Auditing paid claims: draw a sample, look at each proof, hear the network, take money back."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, npgettext_lazy

from matching.links import address
from networks.models import Call
from networks.views.helpers import explain, panel_actions
from programmes import claim_rules
from programmes.claim_forms import DrawForm, FindingsForm, RecoverForm, RepayForm
from programmes.claim_transitions import AUDIT_TRANSITIONS, RECOVERY_TRANSITIONS
from programmes.models import AuditCase, AuditItem, AuditSample, EvidenceFile, Recovery
from programmes.presenting_claims import events_about, evidence_link, look_of
from programmes.services.audit import (
    draw,
    drawn,
    items_of,
    save_findings,
    seat_proofs,
    take_audit_step,
)
from programmes.services.recovery import record_repayment, recover
from programmes.services.versions import ChangedMeanwhile, version_of
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.addresses import page_of
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused
from skillnet.list_filters import simple_filterset
from skillnet.lists import ListColumn, ListSpec, list_response
from skillnet.templatetags.ui import date_long, date_short, days_left, number
from skillnet.ui import Fact, Link

A = AuditCase.State


def _sample_label(sample: AuditSample) -> str:
    """The call and the period, days as the reader writes them."""
    period = _("%(first)s tot %(last)s") % {
        "first": date_short(sample.starts_on),
        "last": date_short(sample.ends_on),
    }
    return f"{sample.call.title}: {period}"


CASE_LIST = ListSpec(
    columns=[
        ListColumn(
            gettext_lazy("Programma"),
            lambda c: c.claim.programme.title,
            sort="claim__programme__title",
            url=page_of("programmes:audit_case"),
        ),
        ListColumn(
            gettext_lazy("Netwerk"),
            lambda c: c.claim.programme.network.name,
            sort="claim__programme__network__name",
        ),
        ListColumn(gettext_lazy("Betaald"), lambda c: c.claim.settled, kind="cents", sort="claim__settled"),
        ListColumn(
            gettext_lazy("Steekproef"),
            lambda c: _sample_label(c.sample),
            url=page_of("programmes:audit_sample", "sample"),
        ),
        ListColumn(gettext_lazy("Antwoord tegen"), lambda c: c.answer_by, kind="deadline", sort="answer_by"),
        ListColumn(
            gettext_lazy("Toestand"),
            lambda c: c.get_state_display(),
            kind="state",
            sort="state",
            state=look_of,
        ),
    ],
    noun=npgettext_lazy("count", "controle", "controles"),
    filename="controles",
    filterset=simple_filterset(
        "claim__programme__title",
        "claim__programme__network__name",
        state=(gettext_lazy("Toestand"), AuditCase.State.choices),
    ),
)


def audit_list(request: HttpRequest) -> HttpResponse:
    """Every audit, and the form that draws the next sample."""
    actor = actor_of(request)
    form = DrawForm(calls=_calls(actor)) if actor.has(Role.COORDINATOR) else None
    return _list(request, actor, form)


def audit_draw(request: HttpRequest) -> HttpResponse:
    """Draw a sample over the claims that were paid in a period."""
    actor = actor_of(request)
    form = DrawForm(request.POST, calls=_calls(actor))
    if form.is_valid():
        data = form.cleaned_data
        try:
            sample = draw(
                call_id=data["call"].pk,
                actor=actor,
                starts_on=data["starts_on"],
                ends_on=data["ends_on"],
                seed=data["seed"],
            )
        except TransitionRefused as refusal:
            form.add_error(None, list(refusal.reasons))
        except ValidationError as error:
            explain(form, error)
        else:
            messages.success(request, _("Geloot: %(n)s dossiers.") % {"n": sample.cases.count()})
            return redirect("programmes:audit_sample", public_id=sample.public_id)
    return _list(request, actor, form)


def _list(request: HttpRequest, actor: Actor, form: DrawForm | None) -> HttpResponse:
    cases = AuditCase.objects.visible_to(actor).select_related("sample__call", "claim__programme__network")
    return list_response(  # type: ignore[return-value]
        request,
        template="programmes/audits.html",
        queryset=cases,
        spec=CASE_LIST,
        context={
            "page_title": _("Controles"),
            "draw": form,
            "breadcrumbs": [Link(_("Budgetten"), reverse("programmes:budgets")), Link(_("Controles"))],
        },
    )


def _calls(actor: Actor) -> Any:
    return Call.objects.visible_to(actor).owned_by(actor).order_by("title")


def audit_sample(request: HttpRequest, public_id: str) -> HttpResponse:
    """Seed, method and population: enough to draw again by hand and find the same."""
    actor = actor_of(request)
    visible = AuditSample.objects.filter(cases__in=AuditCase.objects.visible_to(actor))
    sample = get_object_or_404(visible.select_related("call", "drawn_by").distinct(), public_id=public_id)
    again = set(drawn(sample))
    cases = sample.cases.select_related("claim__programme").annotate(
        bad=Count("items", filter=~Q(items__verdict__in=["", "ok"]))
    )
    context = {
        "page_title": _("Steekproef: %(call)s") % {"call": sample.call.title},
        "sample": sample,
        "facts": [
            Fact(
                _("Periode"),
                _("%(first)s tot %(last)s")
                % {"first": date_long(sample.starts_on), "last": date_long(sample.ends_on)},
            ),
            Fact(_("Betaalde afrekeningen"), len(sample.population)),
            Fact(_("Geloot"), len(again)),
            Fact(
                _("Regel"),
                _("%(share)s %%, minstens %(least)s, hoogstens %(most)s")
                % {"share": number(sample.share), "least": sample.least, "most": sample.most},
            ),
        ],
        "cases": [(case, look_of(case)) for case in cases],
        "repeats": again == {str(c.claim.public_id) for c in cases},
        "breadcrumbs": [Link(_("Controles"), reverse("programmes:audits")), Link(_("Steekproef"))],
    }
    return render(request, "programmes/audit_sample.html", context)


def audit_case(request: HttpRequest, public_id: str) -> HttpResponse:
    """One audited claim: every proof with its finding, the hearing, and what is taken back."""
    return render(request, "programmes/audit_case.html", _page(request, _find(actor_of(request), public_id)))


def audit_findings(request: HttpRequest, public_id: str) -> HttpResponse:
    """Note the findings."""
    actor = actor_of(request)
    case = _find(actor, public_id)
    form = FindingsForm(request.POST, items=items_of(case))
    if not form.is_valid():
        return render(request, "programmes/audit_case.html", _page(request, case) | {"findings": form})
    try:
        save_findings(
            case_id=case.pk,
            actor=actor,
            verdicts=form.verdicts(),
            version=request.POST.get("version"),
        )
    except ChangedMeanwhile as refusal:
        both = {"findings": form, "refused": refusal.reasons, "now": items_of(case)}
        return render(request, "programmes/audit_case.html", _page(request, case) | both, status=409)
    except TransitionRefused as refusal:
        return _refused(request, case, refusal)
    messages.success(request, _("Bevindingen bewaard."))
    return redirect("programmes:audit_case", public_id=public_id)


def audit_action(request: HttpRequest, public_id: str) -> HttpResponse:
    """One step of the audit's table."""
    actor = actor_of(request)
    case = _find(actor, public_id)
    action = request.POST.get("action", "")
    if action not in AUDIT_TRANSITIONS.transitions:
        raise Http404
    text = request.POST.get("reason", "")
    try:
        taken = take_audit_step(
            case_id=case.pk,
            action=action,
            actor=actor,
            reason="" if action == "answer" else text,
            answer=text if action == "answer" else "",
        )
    except TransitionRefused as refusal:
        return _refused(request, case, refusal)
    messages.success(
        request, _("De controle staat nu op “%(state)s”.") % {"state": taken.get_state_display()}
    )
    return redirect("programmes:audit_case", public_id=public_id)


def recovery_new(request: HttpRequest, public_id: str) -> HttpResponse:
    """Claim back what was not accepted."""
    actor = actor_of(request)
    case = _find(actor, public_id)
    form = RecoverForm(
        request.POST, shares=_shares(case), jobseekers=_jobseeker_shares(case), account=_account(case)
    )
    if form.is_valid():
        try:
            recover(
                case_id=case.pk,
                actor=actor,
                amounts=form.amounts(),
                jobseekers=form.jobseekers(),
                reason=form.cleaned_data["reason"],
                account=form.cleaned_data["account"],
            )
        except TransitionRefused as refusal:
            return _refused(request, case, refusal)
        except ValidationError as error:
            explain(form, error)
        else:
            messages.success(
                request, _("Teruggevorderd. Rekeningnummer en mededeling staan bij elk bedrijf.")
            )
            return redirect("programmes:audit_case", public_id=public_id)
    return render(request, "programmes/audit_case.html", _page(request, case) | {"recover": form}, status=409)


def recovery_repay(request: HttpRequest, public_id: str) -> HttpResponse:
    """Note that money came back, all of it or a part; what was refused stands in its form."""
    actor = actor_of(request)
    recovery = get_object_or_404(
        Recovery.objects.visible_to(actor).select_related("case"), public_id=public_id
    )
    form = _repay_form(recovery, request.POST)
    if form.is_valid():
        try:
            record_repayment(recovery_id=recovery.pk, actor=actor, **form.cleaned_data)
        except TransitionRefused as refusal:
            form.add_error(None, list(refusal.reasons))
        except ValidationError as error:
            explain(form, error)
        else:
            messages.success(request, _("De terugbetaling is genoteerd."))
            return redirect("programmes:audit_case", public_id=recovery.case.public_id)
    case = AuditCase.objects.visible_to(actor).filter(pk=recovery.case_id)
    if not case.exists():
        raise Http404
    page = _page(request, _find(actor, recovery.case.public_id), repaying={recovery.pk: form})
    return render(request, "programmes/audit_case.html", page, status=409)


def _repay_form(recovery: Recovery, data: Any = None) -> RepayForm:
    return RepayForm(data, auto_id=f"repay-{recovery.pk}-%s", initial={"repaid_on": timezone.localdate()})


def _find(actor: Actor, public_id: str) -> AuditCase:
    visible = AuditCase.objects.visible_to(actor).select_related(
        "sample__call", "claim__programme__network__call__coordinator"
    )
    return get_object_or_404(visible, public_id=public_id)


def _links(case: AuditCase, items: list[AuditItem]) -> dict[int, list[tuple[str, str]]]:
    """{item: (name, address)} of its proofs; of jobseekers' seats the bill and who says that they came."""
    lists = seat_proofs(case) if any(item.line is None for item in items) else {}
    return {item.pk: _proofs_of(item, lists) for item in items}


def _proofs_of(item: AuditItem, lists: dict[int, list[EvidenceFile]]) -> list[tuple[str, str]]:
    share = item.jobseeker_share
    if item.line is not None or share is None:
        return [evidence_link(file) for file in item.line.evidence.all()] if item.line else []
    bill = share.invoice_line
    found = [evidence_link(file) for file in lists.get(share.edition_id or 0, [])]
    return ([(bill.invoice_number, address("programmes:invoice", bill.public_id))] if bill else []) + found


def _jobseeker_shares(case: AuditCase) -> list[Any]:
    taken = case.recoveries.exclude(jobseeker_share=None).values("jobseeker_share")
    rows = case.claim.jobseeker_shares.filter(payable__gt=0).exclude(pk__in=taken)
    return list(rows.select_related("payee", "edition__offer__provider__organisation"))


def _shares(case: AuditCase) -> list[Any]:
    taken = case.recoveries.exclude(participation=None).values("participation")
    rows = case.claim.shares.filter(payable__gt=0).exclude(participation__in=taken)
    return list(rows.select_related("participation__organisation"))


def _refused(request: HttpRequest, case: AuditCase, refusal: TransitionRefused) -> HttpResponse:
    case.refresh_from_db()
    context = _page(request, case) | {
        "refused": refusal.reasons,
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "programmes/audit_case.html", context, status=409)


def _page(
    request: HttpRequest, case: AuditCase, repaying: Mapping[int, RepayForm] | None = None
) -> dict[str, Any]:
    actor = actor_of(request)
    programme = case.claim.programme
    may_audit = claim_rules.audits(actor, case)
    items = items_of(case)
    links = _links(case, items)
    steps = AUDIT_TRANSITIONS.available(case, actor)
    recoveries = list(case.recoveries.with_payer().prefetch_related("repayments"))
    asks = may_audit and case.state == A.REFUSED
    shares, jobseekers = (_shares(case), _jobseeker_shares(case)) if asks else ([], [])
    editable = may_audit and case.state in (A.OPEN, A.ANSWERED)
    return {
        "page_title": _("Controle: %(title)s") % {"title": programme.title},
        "case": case,
        "look": look_of(case),
        "programme": programme,
        "subline": _subline(case),
        "findings": FindingsForm(items=items) if editable else None,
        "items": [(item, links[item.pk]) for item in items],
        "version": version_of((item.pk, item.verdict, item.note) for item in items),
        "links": links,
        "steps": panel_actions(steps, without_reason=True),
        "recover": RecoverForm(shares=shares, jobseekers=jobseekers, account=_account(case))
        if shares or jobseekers
        else None,
        "recoveries": [(r, look_of(r), _repay(actor, r, repaying or {})) for r in recoveries],
        "events": events_about(case),
        "breadcrumbs": _crumbs(actor, case),
    }


def _account(case: AuditCase) -> str:
    call = case.claim.programme.network.call
    return call.coordinator.iban if call is not None else ""


def _repay(actor: Actor, recovery: Recovery, repaying: Mapping[int, RepayForm]) -> RepayForm | None:
    """The form that notes what came back, for who may while something is left."""
    if "repay" not in RECOVERY_TRANSITIONS.available(recovery, actor):
        return None
    return repaying.get(recovery.pk) or _repay_form(recovery)


def _subline(case: AuditCase) -> str:
    if case.state == A.ADVERSARIAL and case.answer_by:
        return _("antwoorden tegen %(day)s · %(left)s") % {
            "day": date_long(case.answer_by),
            "left": days_left(case.answer_by),
        }
    return str(case.claim.programme.network.name)


def _crumbs(actor: Actor, case: AuditCase) -> list[Link]:
    claim_url = reverse("programmes:claim", args=[case.claim.programme.public_id])
    first = (
        Link(_("Controles"), reverse("programmes:audits"))
        if actor.has(Role.COORDINATOR, Role.ADMINISTRATOR)
        else Link(_("Afrekeningen"), reverse("programmes:claims"))
    )
    return [first, Link(case.claim.programme.title, claim_url), Link(_("Controle"))]
