"""Putting back what last changed on an own offer, edition, microcredential or profile."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from catalogue.models import Edition, Microcredential, Offer, Provider
from catalogue.services.supply_history import (
    CREDENTIAL_HISTORY,
    EDITION_HISTORY,
    OFFER_HISTORY,
    PROVIDER_HISTORY,
)
from catalogue.views.own import editable_offer
from networks.views.undoing import undo_page
from skillnet.kernel.actor import actor_of
from skillnet.ui import Link


def offer_undo(request: HttpRequest, public_id: str) -> HttpResponse:
    offer = editable_offer(actor_of(request), public_id)
    back = reverse("catalogue:offer_detail", args=[offer.public_id])
    return undo_page(request, row=offer, kind=OFFER_HISTORY, crumbs=_crumbs(offer), back=back)


def edition_undo(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = actor_of(request)
    own = Edition.objects.visible_to(actor).editable_by(actor).select_related("offer__provider")
    edition = get_object_or_404(own, public_id=public_id)
    back = reverse("catalogue:edition_edit", args=[edition.public_id])
    crumbs = [*_crumbs(edition.offer), Link(_("Editie aanpassen"), back)]
    return undo_page(request, row=edition, kind=EDITION_HISTORY, crumbs=crumbs, back=back)


def microcredential_undo(request: HttpRequest, public_id: str) -> HttpResponse:
    """`public_id` is the offer's, as for the form."""
    actor = actor_of(request)
    offer = editable_offer(actor, public_id)
    found = Microcredential.objects.visible_to(actor).select_related("offer__provider")
    credential = get_object_or_404(found, offer=offer)
    back = reverse("catalogue:microcredential_detail", args=[credential.public_id])
    crumbs = [*_crumbs(offer), Link(_("Microcredential"), back)]
    return undo_page(request, row=credential, kind=CREDENTIAL_HISTORY, crumbs=crumbs, back=back)


def provider_undo(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    own = Provider.objects.visible_to(actor).of(actor).select_related("organisation")
    provider = get_object_or_404(own)
    back = reverse("catalogue:my_provider")
    crumbs = [*_crumbs(), Link(_("Profiel als verstrekker"), back)]
    return undo_page(request, row=provider, kind=PROVIDER_HISTORY, crumbs=crumbs, back=back)


def _crumbs(offer: Offer | None = None) -> list[Link]:
    """The way to what is put back: the own supply, and the offer that it is or belongs to."""
    supply = Link(_("Mijn aanbod"), reverse("catalogue:my_offers"))
    if offer is None:
        return [supply]
    return [supply, Link(offer.title, reverse("catalogue:offer_detail", args=[offer.public_id]))]
