"""What one run changed: which matches came and went, and why; a list like the others."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, npgettext_lazy

from matching.filters import ChangeFilter
from matching.models import MatchChange, MatchRun
from skillnet.kernel.actor import actor_of
from skillnet.kernel.addresses import page_of
from skillnet.lists import ListColumn, ListSpec, list_response
from skillnet.ui import Link

CHANGE_LIST = ListSpec(
    columns=[
        ListColumn(
            gettext_lazy("Kloof"),
            lambda change: change.gap.title,
            sort="gap__title",
            url=page_of("matching:gap_matches", "gap"),
            note=lambda change: change.gap.organisation.name,
        ),
        ListColumn(
            gettext_lazy("Aanbod"),
            lambda change: change.offer.title,
            sort="offer__title",
            note=lambda change: change.offer.provider.organisation.name,
        ),
        ListColumn(
            gettext_lazy("Wat"),
            lambda change: change.get_kind_display(),
            kind="state",
            sort="kind",
            state=lambda change: "good" if change.kind == MatchChange.Kind.NEW else "",
        ),
        ListColumn(gettext_lazy("Waarom"), lambda change: change.get_reason_display(), sort="reason"),
        ListColumn(
            gettext_lazy("Score ervoor"), lambda change: change.old_score, kind="score", sort="old_score"
        ),
        ListColumn(
            gettext_lazy("Score erna"), lambda change: change.new_score, kind="score", sort="new_score"
        ),
        ListColumn(gettext_lazy("Bedrijf"), lambda change: change.gap.organisation.name, export_only=True),
        ListColumn(
            gettext_lazy("Verstrekker"),
            lambda change: change.offer.provider.organisation.name,
            export_only=True,
        ),
    ],
    noun=npgettext_lazy("count", "verandering", "veranderingen"),
    filename="veranderde-matches",
    filterset=ChangeFilter,
    order=("gap__title", "gap", "-kind", "-new_score", "-old_score", "offer"),
)


def run_changes(request: HttpRequest, public_id: str) -> HttpResponse:
    """Every match that this run brought or took from a gap that the actor may see, with the reason."""
    actor = actor_of(request)
    run = get_object_or_404(MatchRun.objects.visible_to(actor), public_id=public_id)
    changes: Any = MatchChange.objects.visible_to(actor).filter(run=run).with_parties()
    page = reverse("matching:run_detail", args=[run.public_id])
    context = {
        "page_title": _("Veranderde matches van run #%(number)s") % {"number": run.pk},
        "breadcrumbs": [
            Link(_("Runs"), reverse("matching:runs")),
            Link(f"#{run.pk}", page),
            Link(_("Veranderde matches")),
        ],
        "run_url": page,
    }
    return list_response(  # type: ignore[return-value]
        request, template="matching/run_changes.html", queryset=changes, spec=CHANGE_LIST, context=context
    )
