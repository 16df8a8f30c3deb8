"""The page that shows what last changed on something, and puts it back once the person says so."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from skillnet.kernel.actor import actor_of
from skillnet.kernel.history import Undoable, last_change, undo_last_change
from skillnet.kernel.transitions import TransitionRefused
from skillnet.ui import Link


def undo_page(
    request: HttpRequest, *, row: Any, kind: Undoable, crumbs: Sequence[Link], back: str
) -> HttpResponse:
    """`row` is one that the person may change; `crumbs` lead to it, `back` is its page."""
    change = last_change(row, kind)
    if change is None:
        messages.info(request, _("Hieraan is nog niets veranderd."))
        return redirect(back)
    if request.method == "POST":
        asked = request.POST.get("version"), request.POST.get("latest")
        seen = replace(change, version=_number(asked[0]), latest=_number(asked[1]))
        try:
            undo_last_change(row=row, kind=kind, actor=actor_of(request), seen=seen)
            messages.success(request, _("De vorige versie staat er weer."))
            return redirect(back)
        except TransitionRefused as refusal:
            messages.error(request, str(refusal))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
    title = _("Laatste wijziging ongedaan maken")
    context = {
        "page_title": title,
        "breadcrumbs": [*crumbs, Link(title)],
        "row": row,
        "change": change,
        "cancel_url": back,
    }
    return render(request, "networks/undo.html", context)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() else 0
