"""Reviews: who has to write one, the form, what others wrote once one may read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, npgettext_lazy

from networks.application_forms import ReviewerForm, ReviewForm
from networks.application_rules import may_handle_application, may_review
from networks.filters import ReviewFilter
from networks.models import ApplicationReview, CallCriterion, NetworkApplication, ReviewScore
from networks.ranking import mark_of_review
from networks.rules import manages, steers
from networks.services.determination import scores_of, weighed_of
from networks.services.reviews import (
    assign_reviewer,
    possible_reviewers,
    save_review,
    unassign_reviewer,
)
from networks.views.helpers import explain
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.addresses import page_of
from skillnet.kernel.transitions import TransitionRefused
from skillnet.lists import ListColumn, ListSpec, list_response
from skillnet.ui import Link


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A review as it is read: its mark out of 100, its scores, and its author unless the applicant reads."""

    author: str
    mark: Decimal
    scores: Sequence[ReviewScore]
    remark: str


REVIEW_LIST = ListSpec(
    columns=[
        ListColumn(
            gettext_lazy("Netwerk"),
            lambda r: r.application.network.name,
            sort="application__network__name",
            url=page_of("networks:review"),
        ),
        ListColumn(
            gettext_lazy("Oproep"), lambda r: r.application.call.title, sort="application__call__title"
        ),
        ListColumn(
            gettext_lazy("Tegen"),
            lambda r: r.application.call.review_by,
            kind="date",
            sort="application__call__review_by",
        ),
        ListColumn(gettext_lazy("Ingediend op"), lambda r: r.submitted_at, kind="date", sort="submitted_at"),
    ],
    noun=npgettext_lazy("count", "beoordeling", "beoordelingen"),
    filename="beoordelingen",
    filterset=ReviewFilter,
    order=("submitted_at", "-pk"),
)


def review_list(request: HttpRequest) -> HttpResponse:
    """What the actor was asked to review, open ones first."""
    rows = ApplicationReview.objects.of(actor_of(request)).select_related(
        "application__network", "application__call"
    )
    return list_response(  # type: ignore[return-value]
        request,
        template="networks/review_list.html",
        queryset=rows.exclude(application__state="draft"),
        spec=REVIEW_LIST,
        context={"page_title": _("Uw beoordelingen")},
    )


def review(request: HttpRequest, public_id: str) -> HttpResponse:
    """Write a review; keeping is not handing in."""
    actor = actor_of(request)
    own = ApplicationReview.objects.of(actor).select_related(
        "application__call", "application__network", "reviewer"
    )
    row = get_object_or_404(own, public_id=public_id)
    form = ReviewForm(request.POST or None, review=row)
    if request.method == "POST" and form.is_valid():
        hand_in = request.POST.get("action") == "hand_in"
        try:
            save_review(
                review=row,
                actor=actor,
                scores=form.scores(),
                remark=form.cleaned_data["remark"],
                hand_in=hand_in,
            )
        except ValidationError as error:
            explain(form, error)
        except TransitionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Uw beoordeling is ingediend.") if hand_in else _("Bewaard."))
            if hand_in:
                return redirect("networks:application_detail", public_id=row.application.public_id)
            return redirect("networks:review", public_id=public_id)
    application = row.application
    answers = {answer.criterion_id: answer.text for answer in application.answers.all()}
    context = {
        "page_title": _("Beoordeling van %s") % application.network.name,
        "breadcrumbs": [
            Link(_("Uw beoordelingen"), reverse("networks:reviews")),
            Link(application.network.name),
        ],
        "review": row,
        "application": application,
        "form": form,
        "may_write": may_review(actor, row),
        "answers": [(c, answers.get(c.pk, "")) for c in application.call.criteria.all()],
        "scores": row.scores.select_related("criterion"),
    }
    return render(request, "networks/review.html", context)


def reviewer_assign(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = actor_of(request)
    application = get_object_or_404(
        NetworkApplication.objects.visible_to(actor).select_related("call", "network"), public_id=public_id
    )
    form = ReviewerForm(request.POST, people=possible_reviewers(application))
    if not may_handle_application(actor, application) or not form.is_valid():
        messages.error(request, _("Kies een beoordelaar uit de lijst."))
        return redirect("networks:application_detail", public_id=public_id)
    try:
        made = assign_reviewer(
            application=application, user_id=int(form.cleaned_data["reviewer"]), actor=actor
        )
    except (TransitionRefused, ValidationError) as refusal:
        messages.error(request, " ".join(getattr(refusal, "messages", [str(refusal)])))
    else:
        messages.success(request, _("%s is gevraagd om te beoordelen.") % made.reviewer)
    return redirect("networks:application_detail", public_id=public_id)


def reviewer_unassign(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = actor_of(request)
    applications = NetworkApplication.objects.visible_to(actor).select_related("call", "network")
    application = get_object_or_404(applications, reviews__public_id=public_id)
    row = get_object_or_404(application.reviews.all(), public_id=public_id)
    try:
        unassign_reviewer(review=row, actor=actor)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("De aanduiding is weggehaald."))
    return redirect("networks:application_detail", public_id=application.public_id)


def review_rows(
    actor: Actor, application: NetworkApplication, criteria: Sequence[CallCriterion]
) -> list[ReviewRow]:
    """The reviews that the actor may read; the network's own people read no names."""
    inside = manages(actor, application.network_id) or steers(actor, application.network_id)
    if application.state in ("draft", "submitted") or (inside and not application.is_decided):
        return []
    weighed = weighed_of(criteria)
    by_key = {criterion.pk: criterion for criterion in criteria}
    rows = (
        ApplicationReview.objects.visible_to(actor)
        .filter(application=application, submitted_at__isnull=False)
        .select_related("reviewer", "organisation")
        .prefetch_related("scores")
    )
    found = []
    for number, row in enumerate(rows, start=1):
        scores = scores_of(row, weighed)
        if scores:
            name = _("Beoordelaar %d") % number if inside else f"{row.reviewer} · {row.organisation.name}"
            lines = list(row.scores.all())
            for line in lines:
                line.criterion = by_key[line.criterion_id]
            found.append(ReviewRow(name, mark_of_review(scores, weighed), lines, row.remark))
    return found
