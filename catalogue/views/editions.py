"""Editions and the microcredential of a provider's own offer."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from catalogue.forms import EditionForm, MicrocredentialForm
from catalogue.microcredentials import ELEMENTS, ISSUED_ONLY, findings
from catalogue.models import Edition, Microcredential, Offer, WaitingEntry
from catalogue.reading import credential_record
from catalogue.services.consequences import consequences
from catalogue.services.microcredentials import save_microcredential
from catalogue.services.offers import save_edition, take_edition_action
from catalogue.services.supply_history import CREDENTIAL_HISTORY, EDITION_HISTORY
from catalogue.transitions import EDITION_TRANSITIONS
from catalogue.views.own import editable_offer
from catalogue.wording import ELEMENTS as ELEMENT_NAMES
from catalogue.wording import FINDINGS
from networks.views.helpers import events_of, explain, panel_actions
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.history import last_change
from skillnet.kernel.terms import SEAT_OFFER, term
from skillnet.kernel.transitions import TransitionRefused
from skillnet.ui import Fact, Link


def edition_new(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = actor_of(request)
    return _edition_form(request, actor, editable_offer(actor, public_id), None)


def edition_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """The edition, its steps and what was decided."""
    actor = actor_of(request)
    edition = _editable(actor, public_id)
    return _edition_form(request, actor, edition.offer, edition)


def edition_action(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = actor_of(request)
    edition = _editable(actor, public_id)
    action = request.POST.get("action", "")
    if action not in EDITION_TRANSITIONS.transitions:
        raise Http404
    try:
        edition = take_edition_action(
            edition=edition, action=action, actor=actor, reason=request.POST.get("reason", "")
        )
        messages.success(
            request, _("De editie staat nu op “%(state)s”.") % {"state": edition.get_state_display()}
        )
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("catalogue:edition_edit", public_id=public_id)


def microcredential_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """The eleven elements, with what each still lacks."""
    actor = actor_of(request)
    offer = editable_offer(actor, public_id)
    known = Microcredential.objects.visible_to(actor).filter(offer=offer).first()
    initial = None if known else _from_offer(offer)
    form = MicrocredentialForm(request.POST or None, instance=known, initial=initial, offer=offer)
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_microcredential(actor=actor, offer=offer, values=form.cleaned_data)
        except ValidationError as error:
            explain(form, error)
        else:
            messages.success(request, _("De microcredential is bewaard."))
            return redirect("catalogue:microcredential_detail", public_id=saved.public_id)
    return render(
        request,
        "catalogue/microcredential_form.html",
        {
            "page_title": _("Microcredential"),
            "breadcrumbs": _crumbs(offer, _("Microcredential")),
            "offer": offer,
            "form": form,
            "elements": element_facts(known),
            "undo_url": _credential_undo_url(offer, known),
            "cancel_url": reverse("catalogue:offer_detail", args=[offer.public_id]),
        },
    )


def element_facts(credential: Microcredential | None) -> list[Fact]:
    """The eleven elements: filled in, to be done, doubtful, or only known when it is issued."""
    found = {f.element: f for f in findings(credential_record(credential))} if credential else {}
    facts = []
    for element in ELEMENTS:
        label = f"{element}. {ELEMENT_NAMES[element]}"
        if element in ISSUED_ONLY:
            facts.append(Fact(label, _("komt bij de uitreiking")))
        elif element in found:
            facts.append(Fact(label, FINDINGS[found[element].code]))
        else:
            facts.append(Fact(label, _("ingevuld") if credential else ""))
    return facts


def _edition_form(request: HttpRequest, actor: Actor, offer: Offer, edition: Edition | None) -> HttpResponse:
    form = EditionForm(request.POST or None, instance=edition)
    if request.method == "POST" and form.is_valid():
        try:
            save_edition(actor=actor, offer=offer, values=form.cleaned_data, edition=edition)
        except ValidationError as error:
            explain(form, error)
        else:
            messages.success(request, _("De editie is bewaard."))
            return redirect("catalogue:offer_detail", public_id=offer.public_id)
    title = _("Editie aanpassen") if edition else _("Editie toevoegen")
    steps = EDITION_TRANSITIONS.available(edition, actor) if edition else {}
    return render(
        request,
        "catalogue/edition_form.html",
        {
            "page_title": title,
            "breadcrumbs": _crumbs(offer, title),
            "offer": offer,
            "edition": edition,
            "form": form,
            "days": term(SEAT_OFFER).days if edition else 0,
            "panel": panel_actions(steps),
            "events": events_of(edition, EDITION_TRANSITIONS) if edition else [],
            "waiting": waiting_rows(actor, edition) if edition else [],
            "consequences": consequences(edition) if edition and "cancel" in steps else [],
            "cancel_url": reverse("catalogue:offer_detail", args=[offer.public_id]),
            "undo_url": _undo_url(edition),
        },
    )


def _credential_undo_url(offer: Offer, credential: Microcredential | None) -> str:
    if credential is None or last_change(credential, CREDENTIAL_HISTORY) is None:
        return ""
    return reverse("catalogue:microcredential_undo", args=[offer.public_id])


def _undo_url(edition: Edition | None) -> str:
    """Where the last change is put back; empty when there was none."""
    if edition is None or last_change(edition, EDITION_HISTORY) is None:
        return ""
    return reverse("catalogue:edition_undo", args=[edition.public_id])


def waiting_rows(actor: Actor, edition: Edition) -> list[WaitingEntry]:
    """Who waits for a seat in the edition, whoever came first first."""
    live = WaitingEntry.objects.visible_to(actor).live().filter(edition=edition)
    return list(live.select_related("organisation").order_by("id"))


def _editable(actor: Actor, public_id: str) -> Edition:
    editions = Edition.objects.visible_to(actor).editable_by(actor)
    return get_object_or_404(editions.select_related("offer__provider__organisation"), public_id=public_id)


def _crumbs(offer: Offer, here: str) -> list[Link]:
    return [
        Link(_("Mijn aanbod"), reverse("catalogue:my_offers")),
        Link(offer.title, reverse("catalogue:offer_detail", args=[offer.public_id])),
        Link(here),
    ]


def _from_offer(offer: Offer) -> dict[str, object]:
    """What the offer already says, to start from."""
    return {
        "title": offer.title,
        "awarding_body": offer.provider.organisation.name,
        "outcomes": offer.outcomes,
        "workload_hours": offer.hours,
        "ects": offer.ects,
        "eqf_level": offer.eqf_level,
        "participation": offer.get_mode_display(),
    }
