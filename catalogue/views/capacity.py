"""The capacity exchange: search, one offer with its days and requests, the own ones, and the calendar."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, npgettext_lazy
from django.utils.translation import gettext as _

from catalogue.capacity_calendar import capacity_calendar
from catalogue.capacity_forms import CapacityFilter, CapacityForm, CapacityRequestFilter, RequestForm
from catalogue.capacity_transitions import CAPACITY_TRANSITIONS, REQUEST_TRANSITIONS, span_words
from catalogue.models import CapacityOffer, CapacityRequest
from catalogue.rules import TRADERS
from catalogue.services.capacity import (
    contact_of,
    request_capacity,
    save_capacity,
    take_capacity_action,
    take_request_action,
)
from catalogue.views.capacity_days import promised_month
from networks.views.helpers import events_of, explain, panel_actions
from skillnet.kernel import regions
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.addresses import page_of
from skillnet.kernel.transitions import TransitionRefused
from skillnet.lists import ListColumn, ListSpec, list_response
from skillnet.templatetags.ui import date_long, euro
from skillnet.ui import Action, Fact, Link, Tab


def place_of(capacity: CapacityOffer) -> str:
    name = regions.display_name(capacity.region, get_language() or "nl") if capacity.region else ""
    if name and name in capacity.location:
        return capacity.location
    return ", ".join(filter(None, (capacity.location, name)))


def price_of(capacity: CapacityOffer) -> str:
    if capacity.price is None:
        return _("af te spreken")
    if not capacity.price:
        return _("gratis")
    return f"{euro(capacity.price)} {capacity.get_price_unit_display()}"


def _left_note(capacity: CapacityOffer) -> str:
    """Of what is on offer and full on its fullest day: that other days are free."""
    return "" if capacity.left else _("op andere dagen wel")


CAPACITY_LIST = ListSpec(
    columns=[
        ListColumn(
            gettext_lazy("Wat"),
            lambda c: c.title,
            sort="title",
            url=page_of("catalogue:capacity_detail"),
        ),
        ListColumn(gettext_lazy("Soort"), lambda c: c.get_kind_display(), sort="kind"),
        ListColumn(gettext_lazy("Van"), lambda c: c.organisation.name, sort="organisation__name"),
        ListColumn(gettext_lazy("Waar"), place_of),
        ListColumn(gettext_lazy("Vrij vanaf"), lambda c: c.starts_on, kind="date", sort="starts_on"),
        ListColumn(gettext_lazy("Tot en met"), lambda c: c.ends_on, kind="date", sort="ends_on"),
        ListColumn(gettext_lazy("Vrij"), lambda c: c.left, kind="number", sort="units_left", note=_left_note),
        ListColumn(gettext_lazy("Prijs (excl. btw)"), price_of, sort="price"),
        ListColumn(gettext_lazy("Voorwaarden"), lambda c: c.conditions, export_only=True),
    ],
    noun=npgettext_lazy("count", "aangeboden", "aangeboden"),
    filename="capaciteitsbeurs",
    filterset=CapacityFilter,
    order=("starts_on", "pk"),
)

OWN_LIST = ListSpec(
    columns=[
        *CAPACITY_LIST.columns[:2],
        *CAPACITY_LIST.columns[4:7],
        ListColumn(gettext_lazy("Toegezegd"), lambda c: c.taken, kind="number", sort="taken"),
        ListColumn(
            gettext_lazy("Toestand"),
            lambda c: c.get_state_display(),
            kind="state",
            sort="state",
            state=lambda c: c.state,
        ),
    ],
    noun=npgettext_lazy("count", "aangeboden", "aangeboden"),
    filename="mijn-capaciteit",
    filterset=CapacityFilter,
)

REQUEST_LIST = ListSpec(
    columns=[
        ListColumn(
            gettext_lazy("Wat"),
            lambda r: r.capacity.title,
            sort="capacity__title",
            url=page_of("catalogue:capacity_detail", "capacity"),
        ),
        ListColumn(gettext_lazy("Gevraagd door"), lambda r: r.organisation.name, sort="organisation__name"),
        ListColumn(
            gettext_lazy("Aan"), lambda r: r.capacity.organisation.name, sort="capacity__organisation__name"
        ),
        ListColumn(gettext_lazy("Hoeveel"), lambda r: r.quantity, kind="number", sort="quantity"),
        ListColumn(gettext_lazy("Van"), lambda r: r.starts_on, kind="date", sort="starts_on"),
        ListColumn(gettext_lazy("Tot en met"), lambda r: r.ends_on, kind="date", sort="ends_on"),
        ListColumn(
            gettext_lazy("Toestand"),
            lambda r: r.get_state_display(),
            kind="state",
            sort="state",
            state=lambda r: r.state,
        ),
        ListColumn(gettext_lazy("Motivering"), lambda r: r.reason, export_only=True),
    ],
    noun=npgettext_lazy("count", "aanvraag", "aanvragen"),
    filename="aanvragen-capaciteit",
    filterset=CapacityRequestFilter,
)


def tabs(current: str) -> list[Tab]:
    """The pages of the exchange."""
    pages = [
        ("catalogue:capacity", _("Zoeken")),
        ("catalogue:capacity_own", _("Wat wij aanbieden")),
        ("catalogue:capacity_requests", _("Aanvragen")),
    ]
    return [Tab(label, reverse(name), current=name == current) for name, label in pages]


def capacity_list(request: HttpRequest) -> HttpResponse:
    """What is on offer now; the address holds the search, so it can be passed on."""
    actor = actor_of(request)
    offers = CapacityOffer.objects.visible_to(actor).on_offer(timezone.localdate())
    return list_response(  # type: ignore[return-value]
        request,
        template="catalogue/capacity_list.html",
        queryset=offers.select_related("organisation").annotate(units_left=F("quantity") - F("taken")),
        spec=CAPACITY_LIST,
        context={
            "page_title": _("Capaciteitsbeurs"),
            "tabs": tabs("catalogue:capacity"),
            "actions": [Action(_("Iets aanbieden"), reverse("catalogue:capacity_new"), tone="main")],
        },
    )


def capacity_own(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    own = CapacityOffer.objects.visible_to(actor).of(actor).select_related("organisation")
    return list_response(  # type: ignore[return-value]
        request,
        template="catalogue/capacity_list.html",
        queryset=own.annotate(units_left=F("quantity") - F("taken")),
        spec=OWN_LIST,
        context={
            "page_title": _("Wat wij aanbieden"),
            "tabs": tabs("catalogue:capacity_own"),
            "is_own": True,
            "actions": [
                Action(_("Iets aanbieden"), reverse("catalogue:capacity_new"), tone="main"),
                Action(_("Kalender (iCalendar)"), reverse("catalogue:capacity_calendar"), download=True),
            ],
        },
    )


def capacity_requests(request: HttpRequest) -> HttpResponse:
    """What the own organisation asked, and what is asked of it."""
    actor = actor_of(request)
    rows = CapacityRequest.objects.visible_to(actor).select_related("organisation", "capacity__organisation")
    return list_response(  # type: ignore[return-value]
        request,
        template="catalogue/capacity_requests.html",
        queryset=rows,
        spec=REQUEST_LIST,
        context={"page_title": _("Aanvragen"), "tabs": tabs("catalogue:capacity_requests")},
    )


def capacity_new(request: HttpRequest) -> HttpResponse:
    return _form(request, actor_of(request), None)


def capacity_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = actor_of(request)
    return _form(request, actor, _own(actor, public_id))


def capacity_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """One offer; who may, asks for it here, and its owner answers here."""
    actor = actor_of(request)
    capacity = _visible(actor, public_id)
    is_own = capacity.organisation_id == actor.organisation_id
    form = RequestForm(request.POST or None, capacity=capacity)
    if request.method == "POST" and form.is_valid():
        try:
            request_capacity(capacity=capacity, actor=actor, **form.cleaned_data)
        except ValidationError as error:
            explain(form, error)
        else:
            messages.success(request, _("Uw aanvraag is verstuurd. U hoort wat de aanbieder antwoordt."))
            return redirect("catalogue:capacity_detail", public_id=public_id)
    requests = (
        CapacityRequest.objects.visible_to(actor)
        .filter(capacity=capacity)
        .select_related("organisation", "capacity")
    )
    rows: list[dict[str, Any]] = [
        {
            "row": row,
            "when": span_words(row.starts_on, row.ends_on),
            "steps": panel_actions(REQUEST_TRANSITIONS.available(row, actor)),
            "contact": contact_of(request=row, actor=actor),
        }
        for row in requests
    ]
    today = timezone.localdate()
    is_free = CapacityOffer.objects.visible_to(actor).on_offer(today).filter(pk=capacity.pk).exists()
    may_ask = not is_own and actor.has(*TRADERS) and is_free
    context: dict[str, Any] = {
        "page_title": capacity.title,
        "breadcrumbs": [Link(_("Capaciteitsbeurs"), reverse("catalogue:capacity")), Link(capacity.title)],
        "capacity": capacity,
        "is_own": is_own,
        "asked_before": any(row["row"].state in ("requested", "confirmed") for row in rows),
        "month": promised_month(request, actor, capacity),
        "facts": _facts(capacity, is_free),
        "properties": _properties(capacity),
        "form": form if may_ask else None,
        "requests": rows,
        "panel": panel_actions(CAPACITY_TRANSITIONS.available(capacity, actor)),
        "actions": _actions(capacity, is_own),
        "events": events_of(capacity, CAPACITY_TRANSITIONS) if is_own else [],
    }
    return render(request, "catalogue/capacity_detail.html", context)


def capacity_action(request: HttpRequest, public_id: str) -> HttpResponse:
    """Close or reopen the own offer."""
    actor = actor_of(request)
    capacity = _own(actor, public_id)
    action = request.POST.get("action", "")
    if action not in ("close", "reopen"):
        raise Http404
    try:
        moved = take_capacity_action(
            capacity=capacity, action=action, actor=actor, reason=request.POST.get("reason", "")
        )
        messages.success(request, _("Dit staat nu op “%(state)s”.") % {"state": moved.get_state_display()})
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("catalogue:capacity_detail", public_id=public_id)


def capacity_request_action(request: HttpRequest, public_id: str) -> HttpResponse:
    """Confirm, refuse or cancel a request."""
    actor = actor_of(request)
    rows = CapacityRequest.objects.visible_to(actor).select_related("capacity", "organisation")
    row = get_object_or_404(rows, public_id=public_id)
    action = request.POST.get("action", "")
    if action not in ("confirm", "refuse", "cancel"):
        raise Http404
    try:
        moved = take_request_action(
            request=row, action=action, actor=actor, reason=request.POST.get("reason", "")
        )
        messages.success(
            request, _("De aanvraag staat nu op “%(state)s”.") % {"state": moved.get_state_display()}
        )
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("catalogue:capacity_detail", public_id=row.capacity.public_id)


def capacity_calendar_file(request: HttpRequest) -> HttpResponse:
    """What the own organisation offers, promised and was promised, as a calendar file."""
    actor = actor_of(request)
    own = CapacityOffer.objects.visible_to(actor).of(actor).exclude(state=CapacityOffer.State.CLOSED)
    promised = CapacityRequest.objects.visible_to(actor).promised()
    text = capacity_calendar(
        offers=list(own),
        promised=list(promised.select_related("capacity", "organisation")),
        now=timezone.now(),
        site_url=settings.SITE_URL,
    )
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="capaciteit.ics"'
    return response


def _form(request: HttpRequest, actor: Actor, capacity: CapacityOffer | None) -> HttpResponse:
    form = CapacityForm(request.POST or None, instance=capacity)
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_capacity(actor=actor, values=form.cleaned_data, capacity=capacity)
        except ValidationError as error:
            explain(form, error)
        else:
            messages.success(request, _("Bewaard. Wie bij een organisatie werkt, kan dit nu vinden."))
            return redirect("catalogue:capacity_detail", public_id=saved.public_id)
    title = _("Aanpassen") if capacity else _("Vrije capaciteit aanbieden")
    context = {
        "page_title": title,
        "breadcrumbs": [Link(_("Capaciteitsbeurs"), reverse("catalogue:capacity")), Link(title)],
        "form": form,
        "cancel_url": reverse("catalogue:capacity_own"),
    }
    return render(request, "catalogue/capacity_form.html", context)


def _facts(capacity: CapacityOffer, is_free: bool) -> list[Fact]:
    return [
        _free(capacity, is_free),
        Fact(_("Vrij vanaf"), date_long(capacity.starts_on)),
        Fact(_("Tot en met"), date_long(capacity.ends_on)),
        Fact(_("Prijs (excl. btw)"), price_of(capacity)),
    ]


def _free(capacity: CapacityOffer, is_free: bool) -> Fact:
    hint = _("van %(n)s") % {"n": capacity.quantity}
    if is_free and not capacity.left:
        hint += ", " + _("op andere dagen wel")
    return Fact(_("Nog vrij"), capacity.left, hint=hint)


def _properties(capacity: CapacityOffer) -> list[Fact]:
    return [
        Fact(_("Soort"), capacity.get_kind_display()),
        Fact(_("Waar"), place_of(capacity)),
        Fact(_("Voorwaarden"), capacity.conditions),
    ]


def _actions(capacity: CapacityOffer, is_own: bool) -> list[Action]:
    if not is_own:
        return []
    return [Action(_("Aanpassen"), reverse("catalogue:capacity_edit", args=[capacity.public_id]))]


def _visible(actor: Actor, public_id: str) -> CapacityOffer:
    offers = CapacityOffer.objects.visible_to(actor).select_related("organisation")
    return get_object_or_404(offers, public_id=public_id)


def _own(actor: Actor, public_id: str) -> CapacityOffer:
    own = CapacityOffer.objects.visible_to(actor).of(actor).select_related("organisation")
    return get_object_or_404(own, public_id=public_id)
