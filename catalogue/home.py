"""What `catalogue` asks providers to do on their home page."""

from datetime import timedelta
from urllib.parse import urlencode

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue.capacity_home import capacity_sections
from catalogue.models import Edition, Offer
from catalogue.supply_home import (
    revaluing_sections,
    review_sections,
    verification_todos,
    waiting_sections,
)
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role
from skillnet.kernel.todo import Section, Todo

SOON = timedelta(days=45)
MOST = 5  # editions named one by one


def sections(actor: Actor) -> list[Section]:
    """For a provider: what cannot enter a programme, what starts too empty, what is still a draft."""
    others = [
        *review_sections(actor),
        *revaluing_sections(actor),
        *waiting_sections(actor),
        *capacity_sections(actor),
    ]
    if not actor.has(Role.PROVIDER):
        return others
    own = Offer.objects.visible_to(actor).editable_by(actor)
    todos = [*_incomplete(own), *_short_of_people(actor), *_drafts(own), *verification_todos(actor)]
    return [
        Section(
            title=_("Mijn aanbod"),
            todos=todos,
            empty=_("Alles is in orde: uw aanbod is volledig en gepubliceerd.")
            if own.exists()
            else _("U hebt nog geen aanbod. Voeg één opleiding toe, of voer uw catalogus in als bestand."),
            action_label=_("Aanbod toevoegen"),
            action_url=reverse("catalogue:offer_new"),
        ),
        *others,
    ]


def _incomplete(own: QuerySet[Offer]) -> list[Todo]:
    found = []
    published = own.filter(state=Offer.State.ACTIVE)
    text = _("Wat geen prijs of plaatsen heeft, kan wel bij een kloof passen, maar niet in een programma.")
    if count := published.filter(price=None).count():
        label = ngettext("%(n)d opleiding zonder prijs", "%(n)d opleidingen zonder prijs", count)
        found.append(Todo(label % {"n": count}, _list(state="active", lacks="price"), text))
    if count := published.filter(seats=None).count():
        label = ngettext("%(n)d opleiding zonder plaatsen", "%(n)d opleidingen zonder plaatsen", count)
        found.append(Todo(label % {"n": count}, _list(state="active", lacks="seats"), text))
    return found


def _short_of_people(actor: Actor) -> list[Todo]:
    today = timezone.localdate()
    editions = (
        Edition.objects.visible_to(actor)
        .editable_by(actor)
        .filter(state__in=[Edition.State.PLANNED, Edition.State.OPEN])
        .filter(starts_on__range=(today, today + SOON))
        .filter(enrolled__lt=Coalesce(F("min_seats"), F("offer__min_seats")))
        .select_related("offer")
        .order_by("starts_on", "pk")[:MOST]
    )
    return [_short(edition) for edition in editions]


def _short(edition: Edition) -> Todo:
    minimum = edition.min_seats if edition.min_seats is not None else edition.offer.min_seats
    text = _("%(enrolled)d ingeschreven, minimum %(minimum)d.") % {
        "enrolled": edition.enrolled,
        "minimum": minimum,
    }
    day = edition.starts_on
    when = _("begint op %(day)s") % {"day": f"{day:%d/%m/%Y}"} if day else ""
    return Todo(edition.offer.title, reverse("catalogue:edition_edit", args=[edition.public_id]), text, when)


def _drafts(own: QuerySet[Offer]) -> list[Todo]:
    count = own.filter(state=Offer.State.DRAFT).count()
    if not count:
        return []
    label = ngettext("%(n)d ontwerp", "%(n)d ontwerpen", count) % {"n": count}
    return [Todo(label, _list(state="draft"), _("Niemand ziet een ontwerp tot u het publiceert."))]


def _list(**query: str) -> str:
    return f"{reverse('catalogue:my_offers')}?{urlencode(query)}"
