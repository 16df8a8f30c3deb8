"""What a file would change, or changed: counts, rows with old and new values, and the choice to apply it."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, npgettext_lazy
from django.utils.translation import gettext as _

from skillnet.imports.asleep import asleep_in
from skillnet.imports.cancelled import cancelled_in
from skillnet.imports.kinds import KINDS
from skillnet.imports.reading import has_shrunk, imports_visible_to, problem_from
from skillnet.kernel.actor import actor_of
from skillnet.kernel.importing import STAYS_CANCELLED
from skillnet.kernel.models import ImportDifference, ImportFile
from skillnet.kernel.tabular.problems import render as sentence
from skillnet.lists import ListColumn, ListSpec, list_response
from skillnet.ui import Fact, Link

SHOWN_CHANGES = 6
SHOWN_CHARACTERS = 160
Outcome = ImportDifference.Outcome
FACTS = (
    (Outcome.NEW, gettext_lazy("Nieuw")),
    (Outcome.CHANGED, gettext_lazy("Gewijzigd")),
    (Outcome.UNCHANGED, gettext_lazy("Ongewijzigd")),
    (Outcome.REFUSED, gettext_lazy("Geweigerd")),
    (Outcome.MISSING, gettext_lazy("Niet in dit bestand")),
)
UNTOLD: dict[str, Any] = {
    Outcome.NEW: gettext_lazy("komt erbij"),
    Outcome.CHANGED: gettext_lazy("verandert"),
    Outcome.UNCHANGED: gettext_lazy("blijft gelijk"),
    Outcome.MISSING: gettext_lazy("blijft zoals ze is"),
}


class DifferenceFilter(django_filters.FilterSet):
    """By what would happen, and by reference or title."""

    q = django_filters.CharFilter(
        label=gettext_lazy("Zoeken"),
        method="search",
        widget=forms.TextInput(attrs={"type": "search", "data-search": ""}),
    )
    outcome = django_filters.ChoiceFilter(
        label=gettext_lazy("Uitkomst"), choices=Outcome, empty_label=gettext_lazy("alle")
    )

    class Meta:
        model = ImportDifference
        fields = ["q", "outcome"]

    def search(self, queryset: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(Q(key__icontains=value) | Q(title__icontains=value))


def told(difference: ImportDifference, *, whole: bool = False) -> str:
    """The changes of a row, or why it is refused, as text; shortened on a page, `whole` in a file."""
    if difference.outcome == Outcome.REFUSED:
        return " / ".join(sentence(problem_from(stored), _language()) for stored in difference.changes)
    if not difference.changes:
        return str(UNTOLD[difference.outcome])
    shown = difference.changes if whole else difference.changes[:SHOWN_CHANGES]
    parts = [_one(change, whole=whole) for change in shown]
    if len(shown) < len(difference.changes):
        parts.append(_("en nog %(n)d kolommen") % {"n": len(difference.changes) - len(shown)})
    return " · ".join(parts)


def _one(change: dict[str, str], *, whole: bool) -> str:
    if change["column"] == STAYS_CANCELLED:
        return _("editie %(edition)s is geannuleerd en blijft dat") % {"edition": change["new"]}
    empty = _("leeg")
    old, new = (change[side] if whole else _short(change[side]) for side in ("old", "new"))
    return f"{change['column']}: {old or empty} → {new or empty}"


def _short(text: str) -> str:
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 1]}…"


DIFFERENCES = ListSpec(
    columns=[
        ListColumn(gettext_lazy("Eigen kenmerk"), lambda row: row.key, sort="key"),
        ListColumn(gettext_lazy("Titel"), lambda row: row.title, sort="title"),
        ListColumn(
            gettext_lazy("Uitkomst"),
            lambda row: row.get_outcome_display(),
            kind="state",
            sort="outcome",
            state=lambda row: row.outcome,
        ),
        ListColumn(gettext_lazy("Oud → nieuw, of de reden"), lambda row: told(row)),
        ListColumn(gettext_lazy("Rij"), lambda row: row.line or "–", kind="number", sort="line"),
    ],
    noun=npgettext_lazy("count", "rij", "rijen"),
    filename="verschillen",
    filterset=DifferenceFilter,
    order=("pk",),
)


def import_differences(request: HttpRequest, public_id: str) -> HttpResponse:
    """The rows of a comparison; while it waits, also the form that applies it."""
    file = get_object_or_404(imports_visible_to(actor_of(request)), public_id=public_id)
    if not file.plan:
        return redirect("import_detail", public_id=public_id)
    waiting = file.state == ImportFile.State.COMPARED
    missing = file.plan.get(Outcome.MISSING, 0)
    detail = reverse("import_detail", args=[file.public_id])
    context = {
        "page_title": _("Verschillen: %(file)s") % {"file": file.filename},
        "breadcrumbs": [
            Link(_("Ingevoerde bestanden"), reverse("imports")),
            *([] if waiting else [Link(file.filename, detail)]),
            Link(file.filename if waiting else _("Verschillen")),
        ],
        "file": file,
        "facts": [
            Fact(label, file.plan.get(outcome, 0), url=_url(file, outcome) if file.plan.get(outcome) else "")
            for outcome, label in FACTS
        ],
        "waiting": waiting,
        "shrunk_from": has_shrunk(file) if waiting else None,
        "missing": missing,
        "asleep": asleep_in(file) if waiting else 0,
        "cancelled": cancelled_in(file) if waiting else [],
        "can_archive": waiting and missing and KINDS[file.kind].archive is not None,
        "nothing": not file.plan.get(Outcome.NEW) and not file.plan.get(Outcome.CHANGED),
        "refused": file.plan.get(Outcome.REFUSED, 0),
        "of": sum(file.plan.get(outcome, 0) for outcome in Outcome.values),
    }
    return list_response(  # type: ignore[return-value]
        request,
        template="site/import_differences.html",
        queryset=ImportDifference.objects.filter(file=file),
        spec=DIFFERENCES,
        context=context,
    )


def _url(file: ImportFile, outcome: str) -> str:
    return f"{reverse('import_differences', args=[file.public_id])}?outcome={outcome}#list"


def _language() -> str:
    return get_language() or "nl"
