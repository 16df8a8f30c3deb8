"""Saying that an ownership link ends or goes on: by its two sides, or by who looks after all."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from networks.models import OwnershipLink
from networks.network_forms import DateInput
from networks.rules import may_edit_organisation
from networks.services.link_endings import earliest_end, end_link, keep_link
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused
from skillnet.ui import Link


class LinkEndForm(forms.Form):
    """From when a link counts no more, and why."""

    day = forms.DateField(
        label=gettext_lazy("Geldt niet meer vanaf"), required=False, widget=DateInput(attrs={"type": "date"})
    )
    reason = forms.CharField(
        label=gettext_lazy("Motivering"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Bijvoorbeeld: de aandelen zijn verkocht. Nodig als u voor anderen beslist."),
    )


def link_end(request: HttpRequest, link_id: str) -> HttpResponse:
    """Say that a link ends, or confirm that it does; a coordinator or an administrator decides it."""
    actor = actor_of(request)
    link = _link(actor, link_id)
    confirms = link.ending_by_id not in (None, actor.organisation_id) and _is_side(actor, link)
    form = LinkEndForm(request.POST if request.method == "POST" else None, initial={"day": _first_day(link)})
    if confirms:  # the other side named the day
        del form.fields["day"]
    if request.method == "POST" and form.is_valid():
        try:
            done = end_link(link_id=link.pk, actor=actor, **form.cleaned_data)
        except TransitionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _said(done))
            return redirect(_back(actor, link))
    back = _back(actor, link)
    return render(
        request,
        "networks/link_end.html",
        {
            "page_title": _("Band beëindigen"),
            "subline": str(link),
            "breadcrumbs": [Link(_("Organisatie"), back), Link(_("Band beëindigen"))],
            "form": form,
            "link": link,
            "earliest": earliest_end(link),
            "submit": _("Einde bevestigen") if confirms else _("Beëindigen"),
            "cancel_url": back,
        },
    )


def link_keep(request: HttpRequest, link_id: str) -> HttpResponse:
    """Say that a link goes on of which the end was said."""
    actor = actor_of(request)
    link = _link(actor, link_id)
    try:
        keep_link(link_id=link.pk, actor=actor, reason=request.POST.get("reason", ""))
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("De band blijft gelden."))
    return redirect(_back(actor, link))


def _link(actor: Actor, link_id: str) -> OwnershipLink:
    """A link of the own organisation; for who looks after all, any."""
    if not may_edit_organisation(actor):
        raise Http404
    rows = OwnershipLink.objects.endable_by(actor).select_related("owner", "owned", "ending_by")
    return get_object_or_404(rows, public_id=link_id)


def _is_side(actor: Actor, link: OwnershipLink) -> bool:
    return actor.organisation_id in (link.owner_id, link.owned_id)


def _first_day(link: OwnershipLink) -> str:
    day = link.ending_on or timezone.localdate()
    earliest = earliest_end(link)
    return (max(day, earliest) if earliest else day).isoformat()


def _said(link: OwnershipLink) -> str:
    if link.until is None:
        return _("Genoteerd. De band telt mee tot de andere organisatie het einde bevestigt.")
    if link.until > timezone.localdate():
        return _("De band telt mee tot %s.") % date_format(link.until)
    return _("De band is beëindigd. Wie als één onderneming telt, is opnieuw berekend.")


def _back(actor: Actor, link: OwnershipLink) -> str:
    if actor.has(Role.ADMINISTRATOR):
        return reverse("networks:organisation_detail", args=[link.owned.public_id])
    return reverse("networks:organisation" if _is_side(actor, link) else "home")
