"""What first: urgency × impact × people, as a matrix whose figures open into rows, and as a list."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, npgettext_lazy

from networks.filters import MORE_FILTERS, UNKNOWN, OpenGapFilter
from networks.models import Gap
from skillnet.charts import heat_level
from skillnet.kernel.actor import actor_of
from skillnet.kernel.addresses import page_of
from skillnet.lists import ListColumn, ListSpec, list_response
from skillnet.ui import Fact, Link

PRIORITY_LIST = ListSpec(
    columns=[
        ListColumn(
            gettext_lazy("Competentiekloof"),
            lambda gap: gap.title,
            sort="title",
            url=page_of("networks:gap_detail"),
        ),
        ListColumn(gettext_lazy("Bedrijf"), lambda gap: gap.organisation.name, sort="organisation__name"),
        ListColumn(
            gettext_lazy("Dringendheid"),
            lambda gap: gap.get_urgency_display() or _("onbekend"),
            sort="urgency_level",
        ),
        ListColumn(
            gettext_lazy("Gevolg"), lambda gap: gap.get_impact_display() or _("onbekend"), sort="impact"
        ),
        ListColumn(gettext_lazy("Mensen"), lambda gap: gap.learners, kind="number", sort="learners"),
        ListColumn(gettext_lazy("Prioriteit"), lambda gap: gap.priority, kind="number", sort="priority"),
        ListColumn(gettext_lazy("Kenmerk"), lambda gap: gap.external_id, export_only=True),
    ],
    noun=npgettext_lazy("count", "open kloof", "open kloven"),
    filename="prioriteiten",
    filterset=OpenGapFilter,
    order=(F("priority").desc(nulls_last=True), "-pk"),
)
URGENCIES = (*Gap.Urgency.values, "")
IMPACTS = (*reversed(Gap.Impact.values), None)


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """Gaps of one urgency and one impact; `level` 0 to 5 shades it; no gaps, no link."""

    gaps: int
    people: int
    level: int | None
    url: str


def priorities(request: HttpRequest) -> HttpResponse:
    """Open gaps by what they weigh; those of which too little is known stand last and are counted apart."""
    actor = actor_of(request)
    gaps = Gap.objects.visible_to(actor).open().with_parties().with_priority()
    counted = _counts(gaps)
    unknown = gaps.filter(Q(urgency="") | Q(impact=None) | Q(learners=None)).count()
    return list_response(  # type: ignore[return-value]
        request,
        template="networks/priorities.html",
        queryset=gaps,
        spec=PRIORITY_LIST,
        context={
            "page_title": _("Prioriteiten"),
            "breadcrumbs": [
                Link(_("Competentiekloven"), reverse("networks:gaps")),
                Link(_("Prioriteiten")),
            ],
            "facts": [
                Fact(_("Open kloven"), sum(n for n, _p in counted.values()), url=_rows({})),
                Fact(_("Mensen"), sum(people for _n, people in counted.values())),
                Fact(
                    _("Nog niet te wegen"), unknown, hint=_("dringendheid, gevolg of aantal mensen ontbreekt")
                ),
            ],
            "urgencies": [str(label) for _v, label in Gap.Urgency.choices] + [_("onbekend")],
            "matrix": _matrix(counted),
            "has_gaps": bool(counted),
            "more_filters": MORE_FILTERS,
            "more_filters_on": any(request.GET.get(name) for name in MORE_FILTERS),
        },
    )


Counts = dict[tuple[str, int | None], tuple[int, int]]


def _counts(gaps: Any) -> Counts:
    rows = gaps.order_by().values("urgency", "impact").annotate(n=Count("pk"), people=Sum("learners"))
    return {(row["urgency"], row["impact"]): (row["n"], row["people"] or 0) for row in rows}


def _matrix(counted: Counts) -> list[tuple[str, list[MatrixCell]]]:
    most = max((gaps for gaps, _people in counted.values()), default=0)
    names = dict(Gap.Impact.choices)
    return [
        (
            str(names[impact]) if impact is not None else _("onbekend"),
            [_cell(counted, urgency, impact, most) for urgency in URGENCIES],
        )
        for impact in IMPACTS
    ]


def _cell(counted: Counts, urgency: str, impact: int | None, most: int) -> MatrixCell:
    gaps, people = counted.get((urgency, impact), (0, 0))
    wanted = {"urgency": urgency or UNKNOWN[0], "impact": str(impact or UNKNOWN[0])}
    return MatrixCell(gaps, people, heat_level(gaps, most), _rows(wanted) if gaps else "")


def _rows(wanted: dict[str, str]) -> str:
    return f"{reverse('networks:gaps')}?{urlencode({'state': 'open'} | wanted)}"
