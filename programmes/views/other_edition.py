"""Another edition in the place of one that is not given: which ones can, and choosing one."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from catalogue.models import Edition
from programmes.models import Programme, ProgrammeEdition
from programmes.presenting import when_of, where_of
from programmes.services.other_edition import (
    dearer_editions,
    editions_instead,
    may_replace_editions,
    replace_edition,
)
from skillnet.kernel.actor import actor_of
from skillnet.kernel.transitions import TransitionRefused
from skillnet.ui import Link


def other_edition(request: HttpRequest, public_id: str, edition: str) -> HttpResponse:
    """The editions that can take the place of a cancelled one, and the choice among them."""
    actor = actor_of(request)
    rows = Programme.objects.visible_to(actor).with_parties()
    programme: Programme = get_object_or_404(rows, public_id=public_id)
    bought = (
        programme.programme_editions.select_related("edition__offer__provider__organisation")
        .filter(edition__public_id=edition, edition__state="cancelled")
        .first()
    )
    if bought is None or not may_replace_editions(actor, programme):
        raise Http404
    bought.programme = programme
    choices = editions_instead(bought)
    if request.method != "POST":
        return render(request, "programmes/delivery/other_edition.html", _page(programme, bought, choices))
    wanted = next((e.pk for e in choices if str(e.public_id) == request.POST.get("instead")), 0)
    try:
        replace_edition(
            programme_id=programme.pk,
            edition_id=bought.edition_id,
            instead_id=wanted,
            actor=actor,
            reason=request.POST.get("reason", "")[:500],
        )
    except TransitionRefused as refusal:
        for sentence in refusal.reasons:
            messages.error(request, sentence)
        page = _page(programme, bought, choices)
        return render(request, "programmes/delivery/other_edition.html", page, status=409)
    messages.success(
        request,
        _("De andere editie staat in het plan. Plaatsen, deelnemers en steun zijn meeverhuisd."),
    )
    return redirect("programmes:enrolments", public_id=programme.public_id)


def _page(programme: Programme, bought: ProgrammeEdition, choices: list[Any]) -> dict[str, Any]:
    address = reverse("programmes:programme_detail", args=[programme.public_id])
    return {
        "page_title": _("Een andere editie kiezen"),
        "breadcrumbs": [
            Link(_("Programma’s"), reverse("programmes:programmes")),
            Link(programme.title, address),
            Link(_("Een andere editie kiezen")),
        ],
        "programme": programme,
        "programme_url": address,
        "bought": bought,
        "was": when_of(bought.edition),
        "choices": [_choice(e) for e in choices],
        "dearer": [_choice(e) for e in dearer_editions(bought)],
    }


def _choice(edition: Edition) -> dict[str, Any]:
    return {
        "id": str(edition.public_id),
        "when": when_of(edition),
        "where": where_of(edition),
        "left": edition.seats_left,
    }
