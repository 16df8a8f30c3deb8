"""The ranked matches of one gap, with reasons, and what people say of them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from matching.models import Match
from matching.services.presenting import is_unfinished, job_of, match_cards, newest_run_for, verdicts_of
from matching.services.shortages import shortages_of_gap
from matching.services.unreadable import unreadable_gaps
from matching.services.verdicts import record_verdict, withdraw_verdict
from networks.models import Gap
from networks.rules import may_change_gap
from skillnet.kernel.actor import actor_of
from skillnet.ui import Link

STOP_POLLING = 286  # htmx's own status: swap this once more and ask no longer


def gap_matches(request: HttpRequest, public_id: str) -> HttpResponse:
    """Matches of a gap; while a run concerns it, the fragment asks again every two seconds."""
    actor = actor_of(request)
    gap = get_object_or_404(Gap.objects.visible_to(actor).with_parties(), public_id=public_id)
    matches = Match.objects.visible_to(actor).filter(gap=gap).with_offer().order_by("rank")
    run = newest_run_for(gap)
    busy = is_unfinished(run)
    language = (get_language() or "nl")[:2]
    context = {
        "page_title": _("Wat deze kloof kan sluiten"),
        "breadcrumbs": [
            Link(_("Competentiekloven"), reverse("networks:gaps")),
            Link(gap.title, reverse("networks:gap_detail", args=[gap.public_id])),
            Link(_("Matches")),
        ],
        "gap": gap,
        "cards": match_cards(gap=gap, matches=list(matches), actor=actor),
        "run": run,
        "job": job_of(run) if run and busy else None,
        "may_change": may_change_gap(actor, gap),
        "shortages": [(hit, hit.name(language)) for hit in shortages_of_gap(gap)],
        "is_unreadable": not busy and gap.pk in unreadable_gaps([gap]),
    }
    if not request.htmx:  # type: ignore[attr-defined]
        return render(request, "matching/gap_matches.html", context)
    return render(request, "matching/gap_matches.html#matches", context, status=200 if busy else STOP_POLLING)


def verdict(request: HttpRequest, public_id: str) -> HttpResponse:
    """Fits, does not fit and why, or never mind."""
    actor = actor_of(request)
    match = get_object_or_404(
        Match.objects.visible_to(actor).select_related("gap", "offer"), public_id=public_id
    )
    error = ""
    try:
        if request.POST.get("answer") == "withdraw":
            withdraw_verdict(match=match, actor=actor)
        else:
            record_verdict(
                match=match,
                answer=request.POST.get("answer", ""),
                reason=request.POST.get("reason", ""),
                actor=actor,
            )
    except ValidationError as refusal:
        error = " ".join(refusal.messages)
    if request.htmx:  # type: ignore[attr-defined]
        card = {"match": match, "verdict": verdicts_of(actor, match.gap).get(match.offer_id)}
        return render(request, "matching/gap_matches.html#verdict", {"card": card, "error": error})
    if error:
        messages.error(request, error)
    else:
        messages.success(request, _("Bewaard. Uw oordeel helpt de matcher beter te wegen."))
    return redirect("matching:gap_matches", public_id=match.gap.public_id)
