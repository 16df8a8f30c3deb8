"""What a gap says of itself while somebody writes it, and gaps that are like it."""

from urllib.parse import urlparse
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from matching.services.similar import similar_to
from matching.services.skill_linking import suggest_for
from networks.models import Depth, Direction, Gap
from skillnet.kernel.actor import actor_of
from skillnet.kernel.fields import LANGUAGES
from skillnet.ui import Link


def suggest(request: HttpRequest) -> HttpResponse:
    """Suggestions for the gap form: a fragment of chips; nothing is stored."""
    title, description = request.POST.get("title", ""), request.POST.get("description", "")
    accepted = request.POST.get("skills", "").split()
    suggestions = suggest_for(
        text=f"{title}. {description}" if description else title,
        language=request.POST.get("language", "nl"),
        shown_in=get_language() or "nl",
        actor=actor_of(request),
        accepted=accepted,
        editing=_gap_being_edited(request),
    )
    context = {
        "suggestions": suggestions,
        "accepted": accepted,
        "depth": request.POST.get("depth", ""),
        "direction": request.POST.get("direction", ""),
        "depth_label": dict(Depth.choices).get(suggestions.depth.value, ""),
        "direction_label": dict(Direction.choices).get(suggestions.direction.value, ""),
        "language_label": dict(LANGUAGES).get(suggestions.language, ""),
    }
    return render(request, "matching/suggestions.html", context)


def similar_gaps(request: HttpRequest, public_id: str) -> HttpResponse:
    """A company sees its own gaps that are alike, and of others only pools of enough undertakings."""
    actor = actor_of(request)
    gap = get_object_or_404(Gap.objects.visible_to(actor).with_parties(), public_id=public_id)
    own, pools = similar_to(gap=gap, actor=actor)
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
