"""Who comes: the learners of a programme, and the page of one of them."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, npgettext_lazy

from networks.views.helpers import explain
from programmes import delivery_presenting as presenting
from programmes.delivery_forms import FlagForm, OnePersonForm, PeopleForm
from programmes.enrolment_transitions import ENROLMENT_TRANSITIONS, OPEN_FOR_ENROLMENT, can_be_replaced
from programmes.models import Enrolment, Participation, Programme
from programmes.services.attendance import certify, report_no_show
from programmes.services.enrolments import (
    Enrolled,
    change_flag,
    enrol_jobseekers,
    enrol_learners,
    replace_learner,
    take_enrolment_action,
)
from programmes.services.learner_answers import has_record
from programmes.services.learner_invitations import invite_learner
from programmes.services.learners import erase_learner
from programmes.supplement_rules import may_ask
from programmes.views.invoices import invoices_context
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused
from skillnet.lists import ListColumn, ListSpec, list_response
from skillnet.ui import Link


def _columns(*, named: bool, companies: bool, editions: bool) -> list[ListColumn]:
    """A name opens its learner where names may be read; elsewhere the pseudonym does."""

    def place(enrolment: Any) -> str:
        return reverse("programmes:enrolment_detail", args=[enrolment.public_id])

    reference = ListColumn(
        gettext_lazy("Kenmerk"), lambda e: e.reference, url=None if named else place, sort="reference"
    )
    who = ListColumn(gettext_lazy("Naam"), lambda e: e.shown_name or _("gewist"), url=place)
    address = ListColumn(gettext_lazy("E-mailadres"), lambda e: e.shown_email, export_only=True)
    company = ListColumn(
        gettext_lazy("Bedrijf"),
        lambda e: e.participation.organisation.name if e.participation else _("werkzoekende"),
        sort="participation__organisation__name",
    )
    edition = ListColumn(
        gettext_lazy("Editie"), lambda e: presenting.edition_label(e.edition), sort="edition__starts_on"
    )
    return [
        *([who, reference, address] if named else [reference]),
        *([company] if companies else []),
        *([edition] if editions else []),
        ListColumn(gettext_lazy("Uren"), lambda e: e.hours_attended, kind="number", sort="hours_attended"),
        ListColumn(
            gettext_lazy("Toestand"),
            lambda e: e.get_state_display(),
            kind="state",
            sort="state",
            state=lambda e: e.state,
            note=presenting.answer_note,
        ),
    ]


def enrolments(request: HttpRequest, public_id: str) -> HttpResponse:
    """The learners of a programme: a company fills its seats, the deliverer sees who comes."""
    actor = actor_of(request)
    programme = _programme(actor, public_id)
    own = _own_part(actor, programme)
    editions = presenting.editions_for(programme, own)
    may_add = bool(editions) and programme.state in OPEN_FOR_ENROLMENT
    form = PeopleForm(request.POST or None, editions=editions) if may_add else None
    done: Enrolled | None = None
    status = 200
    if request.method == "POST":
        if form is None:
            raise Http404
        done, status = _add(request, actor, programme, own, form)
        if done is not None and not done.problems:
            return redirect("programmes:enrolments", public_id=public_id)
    return _list(request, actor, programme, own, form, done, status)


def _add(
    request: HttpRequest, actor: Actor, programme: Programme, own: Participation | None, form: PeopleForm
) -> tuple[Enrolled | None, int]:
    if not form.is_valid():
        return None, 409
    try:
        if own is not None:
            done = enrol_learners(
                participation=own,
                edition_id=form.chosen.pk,
                people=form.lines,
                actor=actor,
                invite=form.cleaned_data["invite"],
            )
        else:
            done = enrol_jobseekers(
                programme=programme, edition_id=form.chosen.pk, people=form.lines, actor=actor
            )
    except TransitionRefused as refusal:
        form.add_error(None, list(refusal.reasons))
        return None, 409
    done.problems[:0] = form.problems
    _say(request, done)
    return done, 409 if done.problems else 200


def _say(request: HttpRequest, done: Enrolled) -> None:
    if done.confirmed:
        count = len(done.confirmed)
        text = ngettext("%(n)s deelnemer heeft een plaats.", "%(n)s deelnemers hebben een plaats.", count)
        messages.success(request, text % {"n": count})
    if done.waiting:
        count = len(done.waiting)
        text = ngettext(
            "%(n)s deelnemer staat op de wachtlijst en schuift op zodra een plaats vrijkomt.",
            "%(n)s deelnemers staan op de wachtlijst en schuiven op zodra een plaats vrijkomt.",
            count,
        )
        messages.warning(request, text % {"n": count})


def _list(
    request: HttpRequest,
    actor: Actor,
    programme: Programme,
    own: Participation | None,
    form: PeopleForm | None,
    done: Enrolled | None,
    status: int,
) -> HttpResponse:
    rows = presenting.enrolments_of(actor, programme)
    delivers = presenting.is_deliverer(actor, programme)
    named = own is not None or delivers
    if form is not None and done is not None and done.problems:
        # Only what did not go in stands in the field again, so that sending it once more doubles nobody.
        form = PeopleForm(
            initial={"edition": form.data.get("edition"), "people": "\n".join(p.text for p in done.problems)},
            editions=presenting.editions_for(programme, own),
        )
    response = list_response(
        request,
        template="programmes/delivery/enrolments.html",
        queryset=rows,
        spec=ListSpec(
            columns=_columns(
                named=named, companies=own is None, editions=len(programme.programme_editions.all()) > 1
            ),
            noun=npgettext_lazy("count", "deelnemer", "deelnemers"),
            filename="deelnemers",
            order=("edition__starts_on", "pk"),
            prepare=presenting.name_records,
        ),
        context={
            "page_title": _("Deelnemers"),
            "breadcrumbs": _crumbs(programme, Link(_("Deelnemers"))),
            "programme": programme,
            "facts": presenting.facts_of(actor, programme, own, rows),
            "add_form": form,
            "problems": done.problems if done else [],
            "is_jobseekers": own is None,
            "outlook": presenting.outlook_rows(actor, programme, own),
            "may_ask_supplement": may_ask(actor, programme),
            "actions": presenting.page_actions(actor, programme),
            "is_deliverer": delivers,
            "waits_for": presenting.waits_for(programme, own),
            **(invoices_context(actor, programme) if delivers else {}),
        },
    )
    response.status_code = status
    return response  # type: ignore[return-value]


def enrolment_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """One learner: what happened, who takes the seat instead, what proves it."""
    actor = actor_of(request)
    enrolment = _enrolment(actor, public_id)
    forms = {
        "replace": OnePersonForm(request.POST if request.POST.get("action") == "replace" else None),
        "flag": FlagForm(
            request.POST if request.POST.get("action") == "flag" else None,
            initial={
                "disadvantaged": enrolment.disadvantaged,
                "evidence_reference": enrolment.evidence_reference,
            },
        ),
    }
    if request.method == "POST":
        answer = _act(request, actor, enrolment, forms)
        if answer is not None:
            return answer
        enrolment = _enrolment(actor, public_id)
    status = 409 if request.method == "POST" else 200
    return render(
        request,
        "programmes/delivery/enrolment_detail.html",
        _detail(actor, enrolment, forms),
        status=status,
    )


def _act(
    request: HttpRequest, actor: Actor, enrolment: Enrolment, forms: dict[str, Any]
) -> HttpResponse | None:
    """Do what was asked and go on; None shows the page again with what was wrong."""
    action, reason = request.POST.get("action", ""), request.POST.get("reason", "")
    form = forms.get(action)
    if form is not None and not form.is_valid():
        return None
    try:
        after = _do(action, actor, enrolment, form, reason)
    except TransitionRefused as refusal:
        for sentence in refusal.reasons:
            messages.error(request, sentence)
        return redirect("programmes:enrolment_detail", public_id=enrolment.public_id)
    except ValidationError as error:
        if form is None:
            messages.error(request, " ".join(error.messages))
            return redirect("programmes:enrolment_detail", public_id=enrolment.public_id)
        explain(form, error)
        return None
    messages.success(request, presenting.done_sentence(action))
    return redirect("programmes:enrolment_detail", public_id=after.public_id)


def _do(action: str, actor: Actor, enrolment: Enrolment, form: Any, reason: str) -> Enrolment:
    pk = enrolment.pk
    if action in ("confirm", "withdraw"):
        return take_enrolment_action(enrolment_id=pk, action=action, actor=actor, reason=reason)
    if action == "no_show":
        return report_no_show(enrolment_id=pk, actor=actor, reason=reason)
    if action == "certify":
        return certify(enrolment_id=pk, actor=actor)
    if action == "replace":
        return replace_learner(enrolment_id=pk, person=form.person, actor=actor, reason=reason)
    if action == "flag":
        return change_flag(enrolment_id=pk, actor=actor, **form.cleaned_data)
    return _do_with_identity(action, actor, enrolment, reason)


def _do_with_identity(action: str, actor: Actor, enrolment: Enrolment, reason: str) -> Enrolment:
    """Inviting and erasing are for the company that knows the person."""
    if not presenting.keeps(actor, enrolment):
        raise Http404
    if action == "invite":
        invite_learner(enrolment=enrolment, actor=actor)
    elif action == "erase":
        erase_learner(learner_id=enrolment.learner_id, actor=actor, reason=reason)
    else:
        raise Http404
    return enrolment


def _detail(actor: Actor, enrolment: Enrolment, forms: dict[str, Any]) -> dict[str, Any]:
    programme = enrolment.programme
    steps = ENROLMENT_TRANSITIONS.available(enrolment, actor)
    keeps = presenting.keeps(actor, enrolment)
    return {
        "page_title": _("Deelnemer %(reference)s") % {"reference": enrolment.reference},
        "breadcrumbs": _crumbs(
            programme,
            Link(_("Deelnemers"), reverse("programmes:enrolments", args=[programme.public_id])),
            Link(enrolment.reference),
        ),
        "enrolment": enrolment,
        "programme": programme,
        "identity": (identity := presenting.identity_facts(actor, enrolment)),
        "has_record": bool(identity) and has_record(enrolment) and enrolment.learner.erased_at is None,
        "facts": presenting.enrolment_facts(enrolment),
        "days": enrolment.attendance.order_by("day"),
        "steps": presenting.step_actions(enrolment, steps),
        "may_replace": "replace" in steps and not can_be_replaced(enrolment),
        "may_flag": keeps and enrolment.participation is not None and programme.state in OPEN_FOR_ENROLMENT,
        "keeps": keeps and enrolment.learner.erased_at is None,
        "may_invite": keeps and presenting.may_invite(enrolment),
        "replace_form": forms["replace"],
        "flag_form": forms["flag"],
        "events": presenting.events_of_enrolment(enrolment),
        "evidence": enrolment.evidence_files.filter(pk__in=presenting.evidence_ids(actor, programme)),
    }


def _crumbs(programme: Programme, *last: Link) -> list[Link]:
    return [
        Link(_("Programma’s"), reverse("programmes:programmes")),
        Link(programme.title, reverse("programmes:programme_detail", args=[programme.public_id])),
        *last,
    ]


def _programme(actor: Actor, public_id: str) -> Programme:
    visible = presenting.with_seats(Programme.objects.visible_to(actor).with_parties())
    programme: Programme = get_object_or_404(visible, public_id=public_id)
    return programme


def _own_part(actor: Actor, programme: Programme) -> Participation | None:
    """The part of the own company that confirmed."""
    if not actor.has(Role.COMPANY_CONTACT):
        return None
    rows = Participation.objects.of(actor).filter(programme=programme, state=Participation.State.COMMITTED)
    return rows.select_related("organisation").first()


def _enrolment(actor: Actor, public_id: str) -> Enrolment:
    rows: Any = (
        Enrolment.objects.visible_to(actor)
        .with_parties()
        .select_related(
            "edition__offer__provider__organisation", "learner__organisation", "invitation", "replaces"
        )
        .with_hours()
    )
    enrolment: Enrolment = get_object_or_404(rows, public_id=public_id)
    return enrolment


__all__: Sequence[str] = ["enrolment_detail", "enrolments"]
