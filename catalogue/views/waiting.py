"""The waiting list of an edition as a company sees it, and all of its lists."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, npgettext_lazy

from catalogue.models import Edition, WaitingEntry
from catalogue.services.waiting import accept_seat, join_waiting_list, leave_waiting_list, position_of
from catalogue.views.presenting import decimal_text
from networks.views.helpers import explain
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.addresses import page_of
from skillnet.kernel.terms import SEAT_OFFER, term
from skillnet.list_filters import simple_filterset
from skillnet.lists import ListColumn, ListSpec, list_response
from skillnet.templatetags.ui import date_long
from skillnet.ui import Fact, Link

S = WaitingEntry.State
MOST_PEOPLE = 200
STEPS = {"accept": accept_seat, "leave": leave_waiting_list}


class JoinForm(forms.Form):
    """For how many one waits."""

    people = forms.IntegerField(
        label=gettext_lazy("Voor hoeveel mensen?"), min_value=1, max_value=MOST_PEOPLE, initial=1
    )


MY_LIST = ListSpec(
    columns=[
        ListColumn(
            gettext_lazy("Opleiding"),
            lambda entry: entry.edition.offer.title,
            sort="edition__offer__title",
            url=page_of("catalogue:waiting", "edition"),
        ),
        ListColumn(
            gettext_lazy("Begint"), lambda entry: entry.edition.starts_on, kind="date",
            sort="edition__starts_on",
        ),
        ListColumn(gettext_lazy("Mensen"), lambda entry: entry.people, kind="number", sort="people"),
        ListColumn(
            gettext_lazy("Toestand"),
            lambda entry: entry.get_state_display(),
            kind="state",
            sort="state",
            state=lambda entry: entry.state,
        ),
    ],
    noun=npgettext_lazy("count", "wachtlijst", "wachtlijsten"),
    filename="wachtlijsten",
    filterset=simple_filterset("edition__offer__title", state=(gettext_lazy("Toestand"), WaitingEntry.State.choices)),
)  # fmt: skip


def waiting(request: HttpRequest, public_id: str) -> HttpResponse:
    """The edition, one's place on its list, and the way on or off it."""
    actor = actor_of(request)
    edition = _edition(actor, public_id)
    mine = WaitingEntry.objects.visible_to(actor).editable_by(actor).filter(edition=edition)
    entry = mine.live().first()
    form = JoinForm(request.POST or None, initial={"people": entry.people if entry else 1})
    if request.method == "POST" and form.is_valid():
        try:
            join_waiting_list(actor=actor, edition=edition, people=form.cleaned_data["people"])
        except ValidationError as error:
            explain(form, error)
        else:
            messages.success(request, _("U staat op de wachtlijst. Zodra er plaats is, krijgt u bericht."))
            return redirect("catalogue:waiting", public_id=public_id)
    return render(request, "catalogue/waiting.html", _context(edition, entry or mine.last(), form))


def waiting_step(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take the offered seat, or leave the list."""
    actor = actor_of(request)
    own = WaitingEntry.objects.visible_to(actor).editable_by(actor).select_related("edition")
    entry = get_object_or_404(own, public_id=public_id)
    step = STEPS.get(request.POST.get("action", ""))
    if step is None:
        raise Http404
    try:
        entry = step(actor=actor, entry=entry)
        said = _("De plaats is voor u. De verstrekker neemt contact op.")
        messages.success(
            request, said if entry.state == S.ACCEPTED else _("U staat niet meer op de wachtlijst.")
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("catalogue:waiting", public_id=entry.edition.public_id)


def my_waiting(request: HttpRequest) -> HttpResponse:
    """Everything that the own company waits for, or waited for."""
    actor = actor_of(request)
    own = WaitingEntry.objects.visible_to(actor).editable_by(actor)
    return list_response(  # type: ignore[return-value]
        request,
        template="catalogue/my_waiting.html",
        queryset=own.select_related("edition__offer"),
        spec=MY_LIST,
        context={
            "page_title": _("Mijn wachtlijsten"),
            "days": term(SEAT_OFFER).days,
            "breadcrumbs": [Link(_("Aanbod"), reverse("catalogue:offers")), Link(_("Mijn wachtlijsten"))],
        },
    )


def _context(edition: Edition, entry: WaitingEntry | None, form: JoinForm) -> dict[str, Any]:
    live = entry is not None and entry.state in (S.WAITING, S.OFFERED)
    offer = edition.offer
    seats = edition.seats if edition.seats is not None else offer.seats
    return {
        "page_title": _("Wachtlijst"),
        "days": term(SEAT_OFFER).days,
        "breadcrumbs": [
            Link(_("Aanbod"), reverse("catalogue:offers")),
            Link(offer.title, reverse("catalogue:offer_detail", args=[offer.public_id])),
            Link(_("Wachtlijst")),
        ],
        "edition": edition,
        "offer": offer,
        "entry": entry,
        "live": live,
        "position": position_of(entry) if entry is not None and entry.state == S.WAITING else None,
        "form": form,
        "facts": [
            Fact(_("Begint"), date_long(edition.starts_on) if edition.starts_on else _("datum in overleg")),
            Fact(_("Plaatsen"), decimal_text(seats) or _("onbekend")),
            Fact(_("Vrij"), _("onbekend") if edition.seats_left is None else edition.seats_left),
            Fact(_("Wachtenden"), WaitingEntry.objects.live().filter(edition=edition).count()),
        ],
    }


def _edition(actor: Actor, public_id: str) -> Edition:
    editions = Edition.objects.visible_to(actor).select_related("offer__provider__organisation")
    return get_object_or_404(editions, public_id=public_id)
