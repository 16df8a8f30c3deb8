"""What a provider delivers: the programmes that bought its editions."""

from typing import Any

from django.db.models import Count, Min, Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, npgettext_lazy

from programmes.models import Programme
from skillnet.kernel.actor import actor_of
from skillnet.kernel.addresses import page_of
from skillnet.list_filters import simple_filterset
from skillnet.lists import ListColumn, ListSpec, list_response

DELIVERY_LIST = ListSpec(
    columns=[
        ListColumn(
            gettext_lazy("Programma"),
            lambda p: p.title,
            sort="title",
            url=page_of("programmes:enrolments"),
        ),
        ListColumn(gettext_lazy("Netwerk"), lambda p: p.network.name, sort="network__name"),
        ListColumn(gettext_lazy("Eerste les"), lambda p: p.first_day, kind="date", sort="first_day"),
        ListColumn(gettext_lazy("Deelnemers"), lambda p: p.people, kind="number", sort="people"),
        ListColumn(gettext_lazy("Aanwezigheid nog open"), lambda p: p.unknown, kind="number", sort="unknown"),
        ListColumn(
            gettext_lazy("Toestand"),
            lambda p: p.get_state_display(),
            kind="state",
            sort="state",
            state=lambda p: p.state,
        ),
    ],
    noun=npgettext_lazy("count", "levering", "leveringen"),
    filename="leveringen",
    filterset=simple_filterset(
        "title", "network__name", state=(gettext_lazy("Toestand"), Programme.State.choices)
    ),
    order=("first_day", "pk"),
)


def deliveries(request: HttpRequest) -> HttpResponse:
    """Programmes with editions of the own organisation, from approval on."""
    actor = actor_of(request)
    own = Q(enrolments__edition__offer__provider__organisation=actor.organisation_id)
    seated = own & ~Q(enrolments__state__in=["waitlisted", "cancelled"])
    mine = Q(programme_editions__edition__offer__provider__organisation=actor.organisation_id)
    rows: Any = (
        Programme.objects.visible_to(actor)
        .filter(mine)
        .annotate(
            first_day=Min("programme_editions__edition__starts_on", filter=mine),
            people=Count("enrolments", filter=seated, distinct=True),
            unknown=Count(
                "enrolments", filter=own & Q(enrolments__state__in=["requested", "confirmed"]), distinct=True
            ),
        )
        .select_related("network")
    )
    return list_response(  # type: ignore[return-value]
        request,
        template="programmes/delivery/deliveries.html",
        queryset=rows,
        spec=DELIVERY_LIST,
        context={"page_title": _("Leveringen")},
    )
