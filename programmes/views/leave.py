"""Training leave of the own workers: accounts of hours, proposals with their answers, claims in time."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, npgettext_lazy

from networks.own import own_organisation
from networks.views.helpers import explain
from programmes.instrument_forms import LeaveCourseForm, ProposalForm, WorkerForm, today
from programmes.models import LeaveEntry, LeaveProposal, LeaveWorker
from programmes.services.leave import (
    account_of,
    answer_proposal,
    give_back_course,
    mark_claimed,
    proposal_to_answer,
    propose_course,
    record_course,
    save_worker,
    school_year_of,
    withdraw_proposal,
)
from programmes.views.instruments import tabs_of
from skillnet.kernel.actor import actor_of
from skillnet.kernel.addresses import page_of
from skillnet.list_filters import simple_filterset
from skillnet.lists import ListColumn, ListSpec, list_response
from skillnet.templatetags.ui import number
from skillnet.ui import Fact, Link

WORKERS = ListSpec(
    columns=[
        ListColumn(
            gettext_lazy("Werknemer"),
            lambda w: w.reference,
            sort="reference",
            url=page_of("programmes:leave_worker"),
        ),
        ListColumn(
            gettext_lazy("Tewerkstelling (%)"), lambda w: w.employment, kind="number", sort="employment"
        ),
        ListColumn(
            gettext_lazy("Uren per week"), lambda w: w.weekly_hours, kind="number", sort="weekly_hours"
        ),
    ],
    noun=npgettext_lazy("count", "werknemer", "werknemers"),
    filename="opleidingsverlof",
    filterset=simple_filterset("reference"),
    order=("reference",),
)


def leave(request: HttpRequest) -> HttpResponse:
    """The workers of whom an account is kept, and a new one."""
    actor = actor_of(request)
    form = WorkerForm(request.POST or None, initial=today())
    if request.method == "POST" and form.is_valid():
        own = own_organisation(actor)
        try:
            worker = save_worker(organisation=own, values=form.cleaned_data)
        except ValidationError as error:
            explain(form, error)
        else:
            return redirect("programmes:leave_worker", public_id=worker.public_id)
    entries = (
        LeaveEntry.objects.visible_to(actor)
        .filter(claimed_on=None, given_back_at=None)
        .select_related("worker")
    )
    return list_response(  # type: ignore[return-value]
        request,
        template="programmes/leave.html",
        queryset=LeaveWorker.objects.visible_to(actor),
        spec=WORKERS,
        context={
            "page_title": _("Urenrekeningen opleidingsverlof"),
            "tabs": tabs_of(actor, "programmes:leave"),
            "worker_form": form,
            "to_claim": list(entries.order_by("claim_by")[:20]),
            "today": timezone.localdate(),
        },
    )


def leave_worker(request: HttpRequest, public_id: str) -> HttpResponse:
    """One worker's two accounts of this school year, courses taken, proposals and their answers."""
    actor = actor_of(request)
    worker = get_object_or_404(LeaveWorker.objects.visible_to(actor), public_id=public_id)
    sent = request.POST.get("form", "")
    course = LeaveCourseForm(request.POST if sent == "course" else None, initial=today())
    proposal = ProposalForm(request.POST if sent == "proposal" else None)
    if request.method == "POST" and _kept(worker, course, proposal):
        messages.success(request, _("Bewaard."))
        return redirect("programmes:leave_worker", public_id=public_id)
    account = account_of(worker=worker, school_year=school_year_of(timezone.localdate()))
    context = {
        "page_title": _("Werknemer %(reference)s") % {"reference": worker.reference},
        "breadcrumbs": [
            Link(_("Instrumenten"), reverse("programmes:instruments")),
            Link(_("Urenrekeningen"), reverse("programmes:leave")),
            Link(worker.reference),
        ],
        "worker": worker,
        "facts": [
            Fact(_("Schooljaar"), f"{account.school_year}-{account.school_year + 1}"),
            Fact(_("Eigen recht over"), _hours(account.own_left), hint=_of(account.own_right)),
            Fact(_("Gemeenschappelijk over"), _hours(account.joint_left), hint=_of(account.joint_right)),
            Fact(_("Tewerkstelling"), f"{number(worker.employment)} %"),
        ],
        "entries": list(worker.entries.all()),
        "proposals": list(worker.proposals.all()),
        "course": course,
        "proposal": proposal,
        "form": course if course.is_bound else proposal,
        "today": timezone.localdate(),
    }
    status = 409 if request.method == "POST" else 200
    return render(request, "programmes/leave_worker.html", context, status=status)


def _kept(worker: LeaveWorker, course: LeaveCourseForm, proposal: ProposalForm) -> bool:
    """Whether the one form that was sent was good and its service took it."""
    try:
        if course.is_bound and course.is_valid():
            record_course(worker_id=worker.pk, values=course.cleaned_data)
            return True
        if proposal.is_bound and proposal.is_valid():
            propose_course(worker=worker, values=proposal.cleaned_data)
            return True
    except ValidationError as error:
        explain(course if course.is_bound else proposal, error)
    return False


def _hours(value: Any) -> str:
    return _("%(n)s uur") % {"n": number(value)}


def _of(value: Any) -> str:
    return _("van %(n)s uur") % {"n": number(value)}


def leave_take(request: HttpRequest, public_id: str) -> HttpResponse:
    """A proposal that the worker accepted becomes hours in the accounts."""
    actor = actor_of(request)
    mine = LeaveProposal.objects.visible_to(actor).filter(state=LeaveProposal.State.ACCEPTED, entry=None)
    proposal = get_object_or_404(mine, public_id=public_id)
    values = {"course": proposal.course, "starts_on": proposal.starts_on, "hours": proposal.hours}
    try:
        record_course(worker_id=proposal.worker_id, values=values, proposal=proposal)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("De uren staan op de rekening."))
    return redirect("programmes:leave_worker", public_id=proposal.worker.public_id)


def leave_claimed(request: HttpRequest, public_id: str) -> HttpResponse:
    """The claim was sent to the administration."""
    entry = get_object_or_404(LeaveEntry.objects.visible_to(actor_of(request)), public_id=public_id)
    try:
        mark_claimed(entry_id=entry.pk)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Genoteerd: aangevraagd."))
    return redirect("programmes:leave_worker", public_id=entry.worker.public_id)


def leave_give_back(request: HttpRequest, public_id: str) -> HttpResponse:
    """A noted course did not go on: the hours come back."""
    entry = get_object_or_404(LeaveEntry.objects.visible_to(actor_of(request)), public_id=public_id)
    try:
        give_back_course(entry_id=entry.pk)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("De uren staan weer op de rekening."))
    return redirect("programmes:leave_worker", public_id=entry.worker.public_id)


def leave_withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    """The employer takes a proposal back."""
    proposal = get_object_or_404(LeaveProposal.objects.visible_to(actor_of(request)), public_id=public_id)
    try:
        withdraw_proposal(proposal_id=proposal.pk)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Het voorstel is ingetrokken."))
    return redirect("programmes:leave_worker", public_id=proposal.worker.public_id)


def leave_answer(request: HttpRequest, answer_id: uuid.UUID) -> HttpResponse:
    """The worker's own page, by the link alone: what is proposed, and yes or no."""
    proposal = proposal_to_answer(answer_id)
    if proposal is None:
        raise Http404
    refused = ""
    if request.method == "POST" and request.POST.get("answer") in ("yes", "no"):
        try:
            answer_proposal(answer_id=answer_id, accept=request.POST["answer"] == "yes")
        except ValidationError as error:
            refused = " ".join(error.messages)
        else:
            return redirect("programmes:leave_answer", answer_id=answer_id)
    context = {"page_title": _("Voorstel van uw werkgever"), "proposal": proposal, "refused": refused}
    return render(request, "programmes/leave_answer.html", context, status=409 if refused else 200)
