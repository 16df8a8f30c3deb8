"""Unmet demand: pools that no offer closes, why not, what comes nearest, and since when."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, npgettext_lazy

from cockpit import figures
from cockpit.pages import Page
from cockpit.unmet import unmet_pools
from skillnet.kernel.actor import actor_of
from skillnet.lists import ListColumn, ListSpec

UNMET = ListSpec(
    columns=[
        ListColumn(
            gettext_lazy("Gebundelde vraag"), lambda row: row.title, sort="title", note=lambda row: row.sector
        ),
        ListColumn(gettext_lazy("Sector"), lambda row: row.sector, export_only=True),
        ListColumn(gettext_lazy("Waar"), lambda row: row.regions),
        ListColumn(
            gettext_lazy("Ondernemingen"), lambda row: row.undertakings, kind="number", sort="undertakings"
        ),
        ListColumn(gettext_lazy("Deelnemers"), lambda row: row.learners, kind="number", sort="learners"),
        ListColumn(gettext_lazy("Voorrang"), lambda row: row.priority, kind="score", sort="priority"),
        ListColumn(gettext_lazy("Waarom"), lambda row: row.reason, sort="reason"),
        ListColumn(
            gettext_lazy("Dichtstbij"),
            lambda row: row.nearest or _("niets"),
            url=lambda row: row.nearest_url,
        ),
        ListColumn(gettext_lazy("Sinds"), lambda row: row.since, kind="date", sort="since"),
    ],
    noun=npgettext_lazy("count", "hiaat", "hiaten"),
    filename="cockpit-hiaten",
)


def unmet(request: HttpRequest) -> HttpResponse:
    page = Page(request, fields=("region", "sector"))
    actor = actor_of(request)
    rows = unmet_pools(actor, page.filters)
    if page.wants_file():
        return page.file(UNMET, page.sorted(UNMET, rows))
    return page.render(
        "cockpit/unmet.html",
        title=_("Hiaten"),
        lede=_("Vraag van meerdere bedrijven die geen enkel aanbod sluit."),
        counts=figures.pool_counts(actor, page.filters),
        k=settings.K_ANONYMITY,
        **page.table(UNMET, rows),
    )
