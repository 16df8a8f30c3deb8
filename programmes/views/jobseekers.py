"""Jobseekers in a programme: how many came, what is billed for them and what the ring-fenced line pays."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from matching.links import address
from networks.views.helpers import explain
from programmes.delivery_presenting import edition_label
from programmes.enrolment_transitions import OPEN_FOR_ATTENDANCE
from programmes.jobseeker_forms import CountForm
from programmes.models import Programme
from programmes.presenting_claims import evidence_link
from programmes.rules import sight_of
from programmes.services.jobseeker_counts import count_jobseekers, count_version, may_count
from programmes.services.jobseekers import JobseekerSeats, jobseeker_seats
from programmes.services.versions import ChangedMeanwhile
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.transitions import TransitionRefused
from skillnet.templatetags.ui import euro, number
from skillnet.ui import Fact, Link


def jobseekers(request: HttpRequest, public_id: str) -> HttpResponse:
    """Each edition with jobseekers' seats that the reader runs, watches or teaches; count those who came."""
    actor = actor_of(request)
    rows = Programme.objects.visible_to(actor).with_parties()
    programme: Programme = get_object_or_404(rows, public_id=public_id)
    groups = _readable(actor, programme)
    if not groups:
        raise Http404
    form, status = None, 200
    if request.method == "POST":
        group = next((g for g in groups if str(g.edition.public_id) == request.POST.get("edition")), None)
        if group is None or not may_count(actor, programme, group.edition):
            raise Http404
        form = _form(group, request)
        if form.is_valid() and _save(request, actor, programme, group, form):
            return redirect("programmes:jobseekers", public_id=public_id)
        status = 409
    context = _page(actor, programme, groups, form, request.POST.get("edition", ""))
    return render(request, "programmes/delivery/jobseekers.html", context, status=status)


def _readable(actor: Actor, programme: Programme) -> list[JobseekerSeats]:
    """All of them for who reads the programme's money; a provider its own editions."""
    groups = jobseeker_seats(programme)
    if sight_of(actor, programme).money:
        return groups
    return [g for g in groups if may_count(actor, programme, g.edition)]


def _form(group: JobseekerSeats, request: HttpRequest | None = None) -> CountForm:
    known = group.count
    initial = {"people": known.people, "hours": known.hours, "service": known.service} if known else {}
    posted = (request.POST, request.FILES) if request is not None else (None, None)
    return CountForm(
        *posted, initial=initial, has_file=known is not None, auto_id=f"id_{group.edition.pk}_%s"
    )


def _save(
    request: HttpRequest, actor: Actor, programme: Programme, group: JobseekerSeats, form: CountForm
) -> bool:
    try:
        count_jobseekers(
            programme=programme,
            edition_id=group.edition.pk,
            actor=actor,
            count=form.count,
            upload=form.cleaned_data.get("file"),
            version=request.POST.get("version"),
        )
    except ChangedMeanwhile as changed:
        form.add_error(None, list(changed.reasons))
        return False
    except TransitionRefused as refusal:
        form.add_error(None, list(refusal.reasons))
        return False
    except ValidationError as error:
        explain(form, error)
        return False
    messages.success(request, _("Bewaard. De factuurlijn volgt wat bijgewoond is."))
    return True


def _page(
    actor: Actor, programme: Programme, groups: list[JobseekerSeats], form: CountForm | None, chosen: str
) -> dict[str, Any]:
    is_open = programme.state in OPEN_FOR_ATTENDANCE
    crumbs = [
        Link(_("Programma’s"), reverse("programmes:programmes")),
        Link(programme.title, reverse("programmes:programme_detail", args=[programme.public_id])),
        Link(_("Werkzoekenden")),
    ]
    return {
        "page_title": _("Werkzoekenden"),
        "breadcrumbs": crumbs,
        "programme": programme,
        "is_open": is_open,
        "facts": _facts(groups),
        "groups": [
            {
                "label": edition_label(group.edition),
                "items": _items(group),
                "edition": group.edition.public_id,
                "version": count_version(group),
                "form": _shown_form(group, form, chosen)
                if is_open and group.is_live and may_count(actor, programme, group.edition)
                else None,
            }
            for group in groups
        ],
    }


def _shown_form(group: JobseekerSeats, form: CountForm | None, chosen: str) -> CountForm:
    return form if form is not None and chosen == str(group.edition.public_id) else _form(group)


def _facts(groups: list[JobseekerSeats]) -> list[Fact]:
    used = None if any(g.used is None for g in groups) else sum(g.used or 0 for g in groups)
    return [
        Fact(_("Plaatsen"), sum(g.seats for g in groups)),
        Fact(_("Bijgewoond"), _("nog niet bekend") if used is None else used),
        Fact(_("Gepland"), euro(sum(g.planned for g in groups), 2)),
        Fact(_("Gefactureerd"), euro(sum(g.billed for g in groups), 2)),
    ]


def _items(group: JobseekerSeats) -> list[Fact]:
    count, line = group.count, group.line
    items = [
        Fact(_("Plaatsen"), group.seats),
        Fact(_("Met naam aanwezig"), group.named.learners),
        Fact(_("Geteld"), count.people if count else _("nog niet geteld")),
        Fact(_("Uren van hen samen"), number(group.hours)),
    ]
    if count is not None:
        name, url = evidence_link(count.evidence)
        items.append(Fact(_("Dienst die de namen bewaart"), count.service))
        items.append(Fact(_("Bewijsstuk"), name, url=url))
    if line is not None:
        state = f"{euro(line.amount, 2)}, {line.get_state_display()}"
        items.append(Fact(_("Factuurlijn"), state, url=address("programmes:invoice", line.public_id)))
    return items


__all__ = ["jobseekers"]
