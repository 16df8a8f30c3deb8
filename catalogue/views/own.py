"""A provider's own offers: list, form, steps, copy, calendar, profile."""

import datetime as dt
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, npgettext_lazy

from catalogue.completeness import completeness
from catalogue.filters import OwnOfferFilter
from catalogue.forms import OfferForm, ProviderForm
from catalogue.models import Edition, Offer, Provider, QualityLabel
from catalogue.reading import offer_record
from catalogue.services.offers import copy_offer, save_offer, take_offer_action
from catalogue.services.providers import provider_of, register_provider, save_provider
from catalogue.services.supply_history import OFFER_HISTORY, PROVIDER_HISTORY
from catalogue.transitions import OFFER_TRANSITIONS
from catalogue.views.calendars import month_of
from catalogue.views.presenting import missing_pieces, provider_properties
from catalogue.views.recognising import review_context
from catalogue.views.suggesting import initial_of, read_offer, values_of
from networks.gap_posts import suggestion_context
from networks.own import own_organisation
from networks.suggesting import take
from networks.views.helpers import explain
from skillnet.charts import Period, calendar
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.addresses import page_of
from skillnet.kernel.history import last_change
from skillnet.kernel.transitions import TransitionRefused, decisions_on
from skillnet.lists import ListColumn, ListSpec, list_response
from skillnet.ui import Action, Link, Tab

CALENDAR_BEFORE = dt.timedelta(days=30)
CALENDAR_AFTER = dt.timedelta(days=365)
CALENDAR_MOST = 60  # bars; more is no picture


def score_of(offer: Any) -> Any:
    """Completeness of an offer whose editions and microcredential are loaded; kept for the row's cells."""
    if not hasattr(offer, "assessed"):
        editions = offer.editions.all()
        for edition in editions:
            edition.offer = offer
        offer.assessed = completeness(offer_record(offer, editions, getattr(offer, "microcredential", None)))
    return offer.assessed


def _first_missing(offer: Any) -> str:
    pieces = missing_pieces(score_of(offer))
    return str(pieces[0]["label"]) if pieces else _("niets")


OWN_LIST = ListSpec(
    columns=[
        ListColumn(
            gettext_lazy("Aanbod"),
            lambda offer: offer.title,
            sort="title",
            url=page_of("catalogue:offer_detail"),
        ),
        ListColumn(
            gettext_lazy("Volledig"),
            lambda offer: score_of(offer).score / 100,
            kind="percent",
        ),
        ListColumn(gettext_lazy("Vul eerst aan"), _first_missing),
        ListColumn(gettext_lazy("Prijs"), lambda offer: offer.price, kind="euro", sort="price"),
        ListColumn(
            gettext_lazy("Eerste start"), lambda offer: offer.next_start, kind="date", sort="next_start"
        ),
        ListColumn(gettext_lazy("Vrije plaatsen"), lambda offer: offer.free_seats, kind="number"),
        ListColumn(
            gettext_lazy("Toestand"),
            lambda offer: offer.get_state_display(),
            kind="state",
            sort="state",
            state=lambda offer: offer.state,
        ),
        ListColumn(gettext_lazy("Kenmerk"), lambda offer: offer.external_id, sort="external_id"),
    ],
    noun=npgettext_lazy("count", "opleiding", "opleidingen"),
    filename="mijn-aanbod",
    filterset=OwnOfferFilter,
)


def tabs(current: str) -> list[Tab]:
    """The pages of a provider's own supply."""
    pages = [
        ("catalogue:my_offers", _("Opleidingen")),
        ("catalogue:my_editions", _("Edities")),
        ("catalogue:editions_calendar", _("Kalender")),
        ("catalogue:my_provider", _("Profiel")),
    ]
    return [Tab(label, reverse(name), current=name == current) for name, label in pages]


def my_offers(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    own = Offer.objects.visible_to(actor).editable_by(actor).with_provider()
    loaded = own.select_related("microcredential").prefetch_related("editions")
    return list_response(  # type: ignore[return-value]
        request,
        template="catalogue/my_offers.html",
        queryset=loaded.with_next_edition(timezone.localdate()),
        spec=OWN_LIST,
        context={
            "page_title": _("Mijn aanbod"),
            "tabs": tabs("catalogue:my_offers"),
            "actions": _list_actions(),
            "undo": _undo(request, actor),
        },
    )


def offer_new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    return _offer_form(
        request, actor=actor, provider=provider_of(organisation=own_organisation(actor)), offer=None
    )


def offer_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = actor_of(request)
    offer = editable_offer(actor, public_id)
    return _offer_form(request, actor=actor, provider=offer.provider, offer=offer)


def offer_action(request: HttpRequest, public_id: str) -> HttpResponse:
    """Publish, withdraw or archive; an archived offer can be brought back from the list that follows."""
    actor = actor_of(request)
    offer = editable_offer(actor, public_id)
    action = request.POST.get("action", "")
    if action not in OFFER_TRANSITIONS.transitions:
        raise Http404
    try:
        offer = take_offer_action(
            offer=offer, action=action, actor=actor, reason=request.POST.get("reason", "")
        )
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("catalogue:offer_detail", public_id=public_id)
    if action == "archive":
        return redirect(f"{reverse('catalogue:my_offers')}?{urlencode({'undo': str(offer.public_id)})}")
    messages.success(request, _("Het aanbod staat nu op “%(state)s”.") % {"state": offer.get_state_display()})
    return redirect("catalogue:offer_detail", public_id=public_id)


def offer_copy(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = actor_of(request)
    copy = copy_offer(offer=editable_offer(actor, public_id), actor=actor)
    messages.success(request, _("Gekopieerd als ontwerp. Pas aan wat anders is."))
    return redirect("catalogue:offer_edit", public_id=copy.public_id)


def editions_calendar(request: HttpRequest) -> HttpResponse:
    """The coming year of the provider's editions."""
    actor = actor_of(request)
    today = timezone.localdate()
    starts, ends = today - CALENDAR_BEFORE, today + CALENDAR_AFTER
    coming = _own_editions(actor).exclude(state=Edition.State.CANCELLED)
    editions = coming.filter(starts_on__lte=ends, starts_on__gte=starts).order_by("starts_on", "pk")
    shown = list(editions[:CALENDAR_MOST])
    provider = Provider.objects.visible_to(actor).of(actor).first()
    return render(
        request,
        "catalogue/editions_calendar.html",
        {
            "page_title": _("Kalender van de edities"),
            "tabs": tabs("catalogue:editions_calendar"),
            "chart": calendar([_period(e) for e in shown], starts_on=starts, ends_on=ends, today=today),
            "count": editions.count(),
            "most": CALENDAR_MOST,
            "provider": provider,
            "month": month_of(request, _own_editions(actor), own=actor.organisation_id),
        },
    )


def _own_editions(actor: Actor) -> QuerySet[Edition]:
    dated = Edition.objects.visible_to(actor).editable_by(actor).exclude(starts_on=None)
    return dated.exclude(offer__state=Offer.State.ARCHIVED).select_related("offer__provider")


def my_provider(request: HttpRequest) -> HttpResponse:
    """The profile that others see; the first save makes it."""
    actor = actor_of(request)
    organisation = own_organisation(actor)
    provider = Provider.objects.visible_to(actor).of(actor).first()
    form = ProviderForm(request.POST or None, instance=provider)
    if request.method == "POST" and form.is_valid():
        try:
            save_provider(actor=actor, organisation=organisation, values=form.cleaned_data)
        except ValidationError as error:
            explain(form, error)
        else:
            messages.success(request, _("Uw profiel is bewaard."))
            return redirect("catalogue:my_provider")
    return render(
        request,
        "catalogue/my_provider.html",
        {
            "page_title": _("Profiel als verstrekker"),
            "tabs": tabs("catalogue:my_provider"),
            "form": form,
            "organisation": organisation,
            "provider": provider,
            "properties": provider_properties(provider) if provider else [],
            "ended_label": _ended_label(request, actor),
            "has_changed": provider is not None and last_change(provider, PROVIDER_HISTORY) is not None,
            **(review_context(actor, provider) if provider else {}),
        },
    )


def provider_register(request: HttpRequest) -> HttpResponse:
    """A company that trains others registers itself; its academy is a provider like any other."""
    actor = actor_of(request)
    organisation = own_organisation(actor)
    provider = Provider.objects.visible_to(actor).of(actor).first()
    initial = {"kind": Provider.Kind.ACADEMY}
    form = ProviderForm(request.POST or None, instance=provider, initial=None if provider else initial)
    if request.method == "POST" and form.is_valid():
        try:
            register_provider(actor=actor, organisation=organisation, values=form.cleaned_data)
        except ValidationError as error:
            explain(form, error)
        else:
            messages.success(request, _("U bent nu ook opleidingsverstrekker. Voeg uw eerste aanbod toe."))
            return redirect("catalogue:my_offers")
    context = {"page_title": _("Zelf opleidingen aanbieden"), "form": form, "organisation": organisation}
    return render(request, "catalogue/provider_register.html", context)


def editable_offer(actor: Actor, public_id: str) -> Offer:
    offers = Offer.objects.visible_to(actor).editable_by(actor).with_provider()
    return get_object_or_404(offers, public_id=public_id)


def _offer_form(
    request: HttpRequest, *, actor: Actor, provider: Provider, offer: Offer | None
) -> HttpResponse:
    initial = {"language": provider.organisation.language} if offer is None else None
    said: dict[str, Any] = {}
    if "suggest" in request.POST or "take" in request.POST:
        form, said = _with_suggestions(request, actor, offer)
    else:
        form = OfferForm(request.POST or None, instance=offer, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            saved = save_offer(
                actor=actor, provider=provider, values=form.cleaned_data, offer=offer, as_draft=True
            )
        except ValidationError as error:
            explain(form, error)
        else:
            messages.success(request, _saved_message(saved))
            return redirect("catalogue:offer_detail", public_id=saved.public_id)
    title = _("Aanbod aanpassen") if offer else _("Aanbod toevoegen")
    cancel = (
        reverse("catalogue:offer_detail", args=[offer.public_id]) if offer else reverse("catalogue:my_offers")
    )
    crumbs = [Link(_("Mijn aanbod"), reverse("catalogue:my_offers")), Link(offer.title if offer else title)]
    context = {"page_title": title, "form": form, "offer": offer, "cancel_url": cancel, "breadcrumbs": crumbs}
    if offer is not None and last_change(offer, OFFER_HISTORY) is not None:
        context["undo_url"] = reverse("catalogue:offer_undo", args=[offer.public_id])
    return render(request, "catalogue/offer_form.html", context | said)


def _with_suggestions(
    request: HttpRequest, actor: Actor, offer: Offer | None
) -> tuple[OfferForm, dict[str, Any]]:
    """The same form with what its text says, and with what was taken filled in: works without script."""
    found = read_offer(request.POST, actor)
    values = values_of(request.POST)
    if "take" in request.POST:
        values = take(values, request.POST["take"], found)
        held = {one: one.value in values.get(one.field, []) for one in found.suggestions}
        found = replace(found, suggestions=[replace(one, taken=taken) for one, taken in held.items()])
    return OfferForm(instance=offer, initial=initial_of(values)), suggestion_context(found)


def _saved_message(offer: Offer) -> str:
    if offer.state == Offer.State.ACTIVE:
        return _("Bewaard. De matcher zoekt nu bij welke kloven dit past.")
    return _("Bewaard als ontwerp. Niemand anders ziet het tot u het publiceert.")


def _list_actions() -> list[Action]:
    return [
        Action(_("Aanbod toevoegen"), reverse("catalogue:offer_new"), tone="main"),
        Action(_("Bestand invoeren"), reverse("import_new", args=["offers"])),
        Action(_("Uitvoeren als CSV"), reverse("interchange_export", args=["offers", "csv"]), download=True),
    ]


def _ended_label(request: HttpRequest, actor: Actor) -> QualityLabel | None:
    """The label that was just taken off the page, to put it back."""
    try:
        wanted = UUID(request.GET.get("label", ""))
    except ValueError:
        return None
    return QualityLabel.objects.editable_by(actor).exclude(ended_at=None).filter(public_id=wanted).first()


def _undo(request: HttpRequest, actor: Actor) -> dict[str, Any] | None:
    """The way back for the offer that was just archived: to where it came from."""
    try:
        wanted = UUID(request.GET.get("undo", ""))
    except ValueError:
        return None
    archived = Offer.objects.visible_to(actor).editable_by(actor).filter(state=Offer.State.ARCHIVED)
    found = archived.filter(public_id=wanted).first()
    if found is None:
        return None
    last = decisions_on(found).last()
    action = "publish" if last is not None and last.from_state == Offer.State.ACTIVE else "withdraw"
    return {"offer": found, "action": action}


def _period(edition: Edition) -> Period:
    assert edition.starts_on is not None  # noqa: S101  the query asks for a start
    minimum = edition.min_seats if edition.min_seats is not None else edition.offer.min_seats
    short = minimum is not None and edition.enrolled < minimum
    note = _("%(enrolled)d ingeschreven") % {"enrolled": edition.enrolled}
    if short:
        note += ", " + _("minimum %(minimum)d") % {"minimum": minimum}
    return Period(
        label=edition.offer.title,
        starts_on=edition.starts_on,
        ends_on=edition.ends_on or edition.starts_on,
        url=reverse("catalogue:edition_edit", args=[edition.public_id]),
        note=note,
    )
