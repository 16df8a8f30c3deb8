"""Awards to publish: the list with its last days, the export for the register, and what was published."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, npgettext_lazy

from programmes.services.publications import MONTHS, mark_published, publication_deadline, to_publish
from programmes.services.terms import term
from skillnet.formats import enterprise_number
from skillnet.kernel.actor import actor_of
from skillnet.kernel.addresses import page_of
from skillnet.kernel.roles import Role
from skillnet.list_filters import simple_filterset
from skillnet.lists import ListColumn, ListSpec, list_response
from skillnet.ui import Link

SME = {"micro", "small", "medium"}

# Annex III GBER: beneficiary and identifier, kind of undertaking, region (NUTS 2), sector (NACE), amount, form,
# date of the award, objective, authority.
PUBLICATION_LIST = ListSpec(
    columns=[
        ListColumn(
            gettext_lazy("Begunstigde"), lambda p: p.organisation.name, sort="organisation__name",
            url=page_of("programmes:commit"),
        ),
        ListColumn(
            gettext_lazy("Ondernemingsnummer"),
            lambda p: enterprise_number(p.organisation.enterprise_number or ""),
        ),
        ListColumn(
            gettext_lazy("Soort onderneming"),
            lambda p: _("kmo") if p.assessment.get("size") in SME else _("grote onderneming"),
            export_only=True,
        ),
        ListColumn(gettext_lazy("Regio (NUTS 2)"), lambda p: p.organisation.region[:4], export_only=True),
        ListColumn(gettext_lazy("NACE"), lambda p: p.organisation.nace_code, export_only=True),
        ListColumn(gettext_lazy("Steun"), lambda p: p.grant, kind="cents", sort="grant"),
        ListColumn(gettext_lazy("Instrument"), lambda p: _("subsidie"), export_only=True),
        ListColumn(
            gettext_lazy("Toegekend op"),
            lambda p: timezone.localdate(p.programme.decided_at), kind="date", sort="programme__decided_at",
        ),
        ListColumn(
            gettext_lazy("Doelstelling"),
            lambda p: _("opleidingssteun (art. 31 Verordening (EU) 651/2014)"), export_only=True,
        ),
        ListColumn(
            gettext_lazy("Steunverlener"),
            lambda p: p.programme.network.call.coordinator.name if p.programme.network.call else "",
            export_only=True,
        ),
        ListColumn(
            gettext_lazy("Publiceren tegen"), publication_deadline, kind="deadline",
            sort="programme__decided_at",
        ),
    ],
    noun=npgettext_lazy("count", "toekenning", "toekenningen"),
    filename="te-publiceren-steun",
    filterset=simple_filterset("organisation__name", "organisation__enterprise_number", "programme__title"),
    order=("programme__decided_at", "pk"),
)  # fmt: skip


def publications(request: HttpRequest) -> HttpResponse:
    """Awards that wait for publication; a coordinator notes what was done."""
    actor = actor_of(request)
    waiting = to_publish(actor)
    marks = actor.has(Role.COORDINATOR)
    return list_response(  # type: ignore[return-value]
        request,
        template="programmes/publications.html",
        queryset=waiting,
        spec=PUBLICATION_LIST,
        context={
            "page_title": _("Te publiceren steun"),
            "breadcrumbs": [
                Link(_("De-minimissteun"), reverse("programmes:ledger")),
                Link(_("Te publiceren")),
            ],
            "months": int(term(MONTHS, timezone.localdate())),
            "waiting": list(waiting[:200]) if marks else [],
            "today": timezone.localdate(),
        },
    )


def published(request: HttpRequest, participation: str) -> HttpResponse:
    """Note the publication of one award."""
    actor = actor_of(request)
    row = get_object_or_404(to_publish(actor), public_id=participation)
    try:
        mark_published(
            participation_id=row.pk,
            actor=actor,
            published_on=parse_date(request.POST.get("published_on", "")),
            reference=request.POST.get("reference", ""),
        )
    except (ValidationError, ValueError) as error:
        said = error.messages if isinstance(error, ValidationError) else [_("Deze dag bestaat niet.")]
        messages.error(request, " ".join(said))
    else:
        messages.success(request, _("Genoteerd: deze steun is gepubliceerd."))
    return redirect("programmes:publications")
