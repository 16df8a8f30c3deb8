"""One application: written, handed in, screened, followed up."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from networks.application_forms import (
    ApplicationForm,
    ChecklistForm,
    ReviewerForm,
    StartApplicationForm,
    StepForm,
)
from networks.application_rules import manages_application, may_handle_application
from networks.application_transitions import APPLICATION_TRANSITIONS, OUTCOMES
from networks.models import ApplicationReview, Call, NetworkApplication
from networks.rules import owns_call
from networks.services.applications import (
    EDITABLE,
    lacks_of,
    save_application,
    save_checklist,
    start_application,
    take_application_action,
)
from networks.services.determination import settle_condition
from networks.services.reviews import possible_reviewers
from networks.views.helpers import events_of, explain, panel_actions
from networks.views.reviews import review_rows
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused
from skillnet.ui import Action, Fact, Link, Step

State = NetworkApplication.State
PATH: tuple[tuple[str, ...], ...] = (
    (State.DRAFT,),
    (State.SUBMITTED,),
    (State.SCREENING, State.MORE_INFO),
    (State.REVIEW,),
    (State.READY,),
    (State.APPROVED, State.APPROVED_WITH_CONDITIONS, State.RESERVE, State.REJECTED, State.WITHDRAWN),
)


def application_start(request: HttpRequest, public_id: str) -> HttpResponse:
    """Enter a call with one of one's own draft networks."""
    actor = actor_of(request)
    call = get_object_or_404(Call.objects.visible_to(actor), public_id=public_id, state=Call.State.OPEN)
    initial = {"network": request.GET.get("network", "")}
    form = StartApplicationForm(request.POST or None, actor=actor, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            application = start_application(network=form.cleaned_data["network"], call=call, actor=actor)
        except ValidationError as error:
            explain(form, error)
        else:
            return redirect("networks:application_edit", public_id=application.public_id)
    context = {
        "page_title": _("Aanvraag schrijven"),
        "subline": call.title,
        "form": form,
        "has_networks": form.fields["network"].queryset.exists(),  # type: ignore[attr-defined]
        "cancel_url": reverse("networks:call_detail", args=[call.public_id]),
        "breadcrumbs": [
            Link(_("Oproepen"), reverse("networks:calls")),
            Link(call.title, reverse("networks:call_detail", args=[call.public_id])),
            Link(_("Aanvraag schrijven")),
        ],
    }
    return render(request, "networks/application_start.html", context)


def application_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = actor_of(request)
    application = visible_application(actor, public_id)
    handles = may_handle_application(actor, application)
    steps = {
        name: step
        for name, step in APPLICATION_TRANSITIONS.available(application, actor).items()
        if name not in OUTCOMES
    }
    answers = {answer.criterion_id: answer.text for answer in application.answers.all()}
    criteria = list(application.call.criteria.all())
    reviews = review_rows(actor, application, criteria)
    assigned = _assigned(actor, application, handles=handles)
    members = list(
        application.network.members.active().values_list(
            "organisation__name", "organisation", "organisation__undertaking"
        )
    )
    return render(
        request,
        "networks/application_detail.html",
        {
            "page_title": _("Aanvraag van %s") % application.network.name,
            "breadcrumbs": _crumbs(application),
            "application": application,
            "actions": _actions(actor, application),
            "facts": _facts(application, len({group or own for _name, own, group in members})),
            "steps_done": _steps(application),
            "parties": _parties(application, [name for name, _own, _group in members]),
            "answers": [(criterion, answers.get(criterion.pk, "")) for criterion in criteria],
            "lacks": lacks_of(application) if manages_application(actor, application) else [],
            "steps": panel_actions(steps),
            "step_form": StepForm(asks_info="ask_info" in steps),
            "checklist": ChecklistForm(application=application)
            if handles and application.state == State.SCREENING
            else None,
            "handles": handles,
            "reviews": reviews,
            "assigned": assigned if handles else [],
            "reviewer_form": _reviewer_form(application) if handles else None,
            "own_review": next((r for r in assigned if actor.user and r.reviewer_id == actor.user.pk), None),
            "conditions": list(application.conditions.all()) if application.is_funded else [],
            "events": _events(actor, application),
        },
    )


def application_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = actor_of(request)
    application = visible_application(actor, public_id)
    if not manages_application(actor, application) or application.state not in EDITABLE:
        raise Http404
    form = ApplicationForm(request.POST or None, instance=application)
    if request.method == "POST" and form.is_valid():
        try:
            save_application(
                application=application, actor=actor, values=form.cleaned_data, answers=form.answers()
            )
        except ValidationError as error:
            explain(form, error)
        else:
            messages.success(request, _("Bewaard."))
            return redirect("networks:application_detail", public_id=public_id)
    context = {
        "page_title": _("Aanvraag van %s") % application.network.name,
        "subline": application.call.title,
        "form": form,
        "cancel_url": reverse("networks:application_detail", args=[public_id]),
        "breadcrumbs": _crumbs(application),
    }
    return render(request, "networks/form.html", context)


def application_action(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = actor_of(request)
    application = visible_application(actor, public_id)
    action = request.POST.get("action", "")
    if action not in APPLICATION_TRANSITIONS.transitions:
        raise Http404
    try:
        application = take_application_action(
            application=application,
            action=action,
            actor=actor,
            reason=request.POST.get("reason", ""),
            info_due_on=_day(request.POST.get("info_due_on", "")),
        )
    except TransitionRefused as refusal:
        for reason in refusal.reasons:
            messages.error(request, reason)
    else:
        messages.success(request, _("De aanvraag staat nu op “%s”.") % application.get_state_display())
    if NetworkApplication.objects.visible_to(actor).filter(pk=application.pk).exists():
        return redirect("networks:application_detail", public_id=public_id)
    return redirect("networks:call_detail", public_id=application.call.public_id)


def application_checklist(request: HttpRequest, public_id: str) -> HttpResponse:
    """Keep what was looked at for completeness."""
    actor = actor_of(request)
    application = visible_application(actor, public_id)
    form = ChecklistForm(request.POST, application=application)
    form.is_valid()
    try:
        save_checklist(application=application, actor=actor, checked=form.cleaned_data)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Bewaard."))
    return redirect("networks:application_detail", public_id=public_id)


def condition_settle(request: HttpRequest, public_id: str, condition_id: str) -> HttpResponse:
    actor = actor_of(request)
    application = visible_application(actor, public_id)
    condition = get_object_or_404(application.conditions.all(), public_id=condition_id)
    try:
        settle_condition(
            condition=condition,
            state=request.POST.get("action", ""),
            actor=actor,
            reason=request.POST.get("reason", ""),
        )
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Bewaard."))
    return redirect("networks:application_detail", public_id=public_id)


def visible_application(actor: Actor, public_id: str) -> NetworkApplication:
    rows = NetworkApplication.objects.visible_to(actor).select_related(
        "call__coordinator", "network__promoter", "network__contracting_organisation", "network__call"
    )
    return get_object_or_404(rows, public_id=public_id)


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _crumbs(application: NetworkApplication) -> list[Link]:
    call = application.call
    return [
        Link(_("Oproepen"), reverse("networks:calls")),
        Link(call.title, reverse("networks:call_detail", args=[call.public_id])),
        Link(application.network.name),
    ]


def _actions(actor: Actor, application: NetworkApplication) -> list[Action]:
    key = [application.public_id]
    found = []
    if manages_application(actor, application) and application.state in EDITABLE:
        found.append(Action(_("Aanpassen"), reverse("networks:application_edit", args=key), tone="main"))
    if owns_call(actor, application.call):
        ranking = reverse("networks:call_ranking", args=[application.call.public_id])
        found.append(Action(_("Rangschikking"), ranking))
    return found


def _facts(application: NetworkApplication, independent: int) -> list[Fact]:
    from skillnet.templatetags.ui import date_long, euro

    facts = [
        Fact(_("Gevraagd"), euro(application.requested_budget)),
        Fact(_("Onafhankelijke bedrijven"), independent, hint=_("verbonden tellen als één")),
        Fact(_("Ingediend op"), date_long(application.submitted_at)),
    ]
    if application.is_funded:
        facts.append(Fact(_("Toegekend"), euro(application.awarded_budget)))
    return facts


def _parties(application: NetworkApplication, members: list[str]) -> list[Fact]:
    network = application.network
    people = network.memberships.current().select_related("user").filter(role="steering_member")
    address = reverse("networks:network_detail", args=[network.public_id])
    return [
        Fact(_("Netwerk"), network.name, url=address),
        Fact(_("Promotor"), network.promoter.name if network.promoter else ""),
        Fact(
            _("Contracterende organisatie"),
            network.contracting_organisation.name if network.contracting_organisation else "",
        ),
        Fact(_("Stuurgroep"), ", ".join(str(row.user) for row in people)),
        Fact(_("Bedrijven"), ", ".join(members)),
    ]


def _steps(application: NetworkApplication) -> list[Step]:
    """Where in the procedure; the last step takes the name of its outcome."""
    now = next(index for index, states in enumerate(PATH) if application.state in states)
    found = []
    for index, states in enumerate(PATH):
        label = application.get_state_display() if index == now else State(states[0]).label
        if index == len(PATH) - 1 and index != now:
            label = _("beslist")
        if index == now:
            stopped = application.state in (State.REJECTED, State.WITHDRAWN)
            mark = "stop" if stopped else "done" if index == len(PATH) - 1 else "current"
        else:
            mark = "done" if index < now else ""
        found.append(Step(label, mark))  # type: ignore[arg-type]
    return found


def _assigned(actor: Actor, application: NetworkApplication, *, handles: bool) -> list[ApplicationReview]:
    """All reviews for the coordinator, else the own one; nobody else needs to know who reviews."""
    rows = application.reviews.select_related("reviewer", "organisation")
    if handles:
        return list(rows)
    return list(rows.of(actor)) if actor.has(Role.COORDINATOR, Role.ANALYST) else []


def _reviewer_form(application: NetworkApplication) -> ReviewerForm | None:
    if application.state not in (State.SCREENING, State.REVIEW):
        return None
    return ReviewerForm(people=possible_reviewers(application))


def _events(actor: Actor, application: NetworkApplication) -> list[Any]:
    """The applicant does not read who reviews."""
    labels: dict[str, Any] = {
        "create": _("Begonnen"),
        "assign_reviewer": _("Beoordelaar aangeduid"),
        "unassign_reviewer": _("Beoordelaar weggehaald"),
        "review": _("Beoordeling ingediend"),
        "condition_met": _("Voorwaarde voldaan"),
        "condition_waived": _("Voorwaarde vervallen"),
    }
    hidden = (
        set() if owns_call(actor, application.call) else {"assign_reviewer", "unassign_reviewer", "review"}
    )
    names = {str(labels[name]) for name in hidden}
    events = events_of(application, APPLICATION_TRANSITIONS, labels)
    return [event for event in events if event.label not in names]
