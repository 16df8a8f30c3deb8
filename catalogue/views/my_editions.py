"""All dated runs of a provider in one list: to find, sort and export; the calendar shows the same ones."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, npgettext_lazy

from catalogue.models import Edition
from catalogue.views.own import tabs
from skillnet.kernel.actor import actor_of
from skillnet.kernel.addresses import page_of
from skillnet.list_filters import simple_filterset
from skillnet.lists import ListColumn, ListSpec, list_response

EDITION_LIST = ListSpec(
    columns=[
        ListColumn(
            gettext_lazy("Opleiding"),
            lambda edition: edition.offer.title,
            sort="offer__title",
            url=page_of("catalogue:edition_edit"),
        ),
        ListColumn(gettext_lazy("Begint"), lambda edition: edition.starts_on, kind="date", sort="starts_on"),
        ListColumn(gettext_lazy("Eindigt"), lambda edition: edition.ends_on, kind="date", sort="ends_on"),
        ListColumn(gettext_lazy("Waar"), lambda edition: edition.location, sort="location"),
        ListColumn(
            gettext_lazy("Ingeschreven"), lambda edition: edition.enrolled, kind="number", sort="enrolled"
        ),
        ListColumn(gettext_lazy("Vrije plaatsen"), lambda edition: edition.seats_left, kind="number"),
        ListColumn(
            gettext_lazy("Toestand"),
            lambda edition: edition.get_state_display(),
            kind="state",
            sort="state",
            state=lambda edition: edition.state,
        ),
    ],
    noun=npgettext_lazy("count", "editie", "edities"),
    filename="edities",
    filterset=simple_filterset(
        "offer__title", "location", state=(gettext_lazy("Toestand"), Edition.State.choices)
    ),
    order=("-starts_on", "-pk"),
)


def my_editions(request: HttpRequest) -> HttpResponse:
    """The runs of one's own offers, the latest first."""
    actor = actor_of(request)
    own: QuerySet[Edition] = Edition.objects.visible_to(actor).editable_by(actor).select_related("offer")
    return list_response(  # type: ignore[return-value]
        request,
        template="catalogue/my_editions.html",
        queryset=own,
        spec=EDITION_LIST,
        context={"page_title": _("Mijn edities"), "tabs": tabs("catalogue:my_editions")},
    )
