"""What a gap says of itself while somebody writes it, and gaps that are like it."""

from urllib.parse import urlparse
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _

from matching.services.gap_reading import read_gap
from matching.services.similar import similar_to
from networks.gap_posts import suggestion_context, text_of
from networks.models import Gap
from skillnet.kernel.actor import actor_of
from skillnet.kernel.asking import AskedTooOften
from skillnet.ui import Link


def suggest(request: HttpRequest) -> HttpResponse:
    """Suggestions for the gap form: a fragment of it; nothing is stored."""
    found = read_gap(text_of(request, editing=_gap_being_edited(request)))
    return render(request, "networks/_suggestions.html", suggestion_context(found))


def similar_gaps(request: HttpRequest, public_id: str) -> HttpResponse:
    """A company sees its own gaps that are alike, and of others only pools of enough undertakings."""
    actor = actor_of(request)
    gap = get_object_or_404(Gap.objects.visible_to(actor).with_parties(), public_id=public_id)
    try:
        own, pools = similar_to(gap=gap, actor=actor)
    except AskedTooOften as refusal:
        messages.error(request, str(refusal))
        return redirect("networks:gap_detail", public_id=gap.public_id)
    context = {
        "page_title": _("Gelijkende kloven"),
        "breadcrumbs": [
            Link(_("Competentiekloven"), reverse("networks:gaps")),
            Link(gap.title, reverse("networks:gap_detail", args=[gap.public_id])),
            Link(_("Gelijkende kloven")),
        ],
        "gap": gap,
        "own": own,
        "pools": pools,
        "k": settings.K_ANONYMITY,
    }
    return render(request, "matching/similar_gaps.html", context)


def _gap_being_edited(request: HttpRequest) -> UUID | None:
    """The gap of the page from which htmx asks, so that it is not called its own double."""
    path = urlparse(request.headers.get("HX-Current-URL", "")).path
    try:
        found = resolve(path)
    except Resolver404:
        return None
    return found.kwargs.get("public_id") if found.view_name == "networks:gap_edit" else None
