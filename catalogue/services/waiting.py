"""The waiting list of an edition: who came first is asked first, and has a term to say yes.

The edition's row is the lock of its list. A seat that is offered counts as taken (`Edition.enrolled`) until the
answer, so that it is never promised twice. Who asks for more seats than are free is passed over, not removed:
empty seats help nobody.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.models import Edition, WaitingEntry
from catalogue.services.facts import refresh_offer_facts
from networks.services.telling import contacts_of, teachers_of, tell
from skillnet.kernel.actor import Actor
from skillnet.kernel.terms import SEAT_OFFER, term

S = WaitingEntry.State
TAKING = (Edition.State.PLANNED, Edition.State.OPEN, Edition.State.CONFIRMED)


def join_waiting_list(*, actor: Actor, edition: Edition, people: int) -> WaitingEntry:
    """The actor's company waits for `people` seats; asking again changes the number and keeps the place.

    Raises ValidationError where there is nothing to wait for.
    """
    if actor.organisation_id is None:
        raise ValidationError(_("Alleen een bedrijf zet zich op een wachtlijst."))
    with transaction.atomic():
        edition = _lock(edition.pk)
        _check_open(edition, people)
        live = WaitingEntry.objects.live().filter(edition=edition)
        known = live.filter(organisation=actor.organisation_id).first()
        if known is not None:
            if known.state == S.WAITING and known.people != people:
                known.people = people
                known.save(update_fields=["people", "updated_at"])
            return known
        if _free(edition) >= people and not live.filter(state=S.WAITING).exists():
            raise ValidationError(
                {"people": _("Er is nog plaats. Neem de editie op in een programma of bel de verstrekker.")}
            )
        entry = WaitingEntry.objects.create(
            edition=edition, organisation_id=actor.organisation_id, user=actor.user, people=people
        )
        _advance(edition)
        entry.refresh_from_db()
    return entry


def accept_seat(*, actor: Actor, entry: WaitingEntry) -> WaitingEntry:
    """Yes to the offered seat; once more changes nothing. Raises ValidationError when it is too late."""
    with transaction.atomic():
        edition = _lock(entry.edition_id)
        entry = WaitingEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
        if entry.state == S.ACCEPTED:
            return entry
        if entry.state != S.OFFERED or (entry.offered_until and entry.offered_until < timezone.now()):
            raise ValidationError(
                _("Deze plaats is niet meer voor u: de termijn is voorbij of de lijst is gesloten.")
            )
        _move(entry, S.ACCEPTED)
        _tell_teachers(edition, entry)
    return entry


def leave_waiting_list(*, actor: Actor, entry: WaitingEntry) -> WaitingEntry:
    """Off the list, or no to an offered seat, which the next one then gets. Twice changes nothing."""
    with transaction.atomic():
        edition = _lock(entry.edition_id)
        entry = WaitingEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
        if entry.state in (S.WAITING, S.OFFERED):
            if entry.state == S.OFFERED:
                _release(edition, entry)
            _move(entry, S.LEFT)
            _advance(edition)
    return entry


def advance_waiting_list(*, edition_id: int) -> int:
    """Lapse offers whose term is over, and offer what is free to who is first. How many were offered one."""
    with transaction.atomic():
        return _advance(_lock(edition_id))


def sweep_waiting_lists() -> int:
    """All lists that live: seats also come free by programmes, imports and the API."""
    editions = (
        WaitingEntry.objects.live().order_by("edition_id").values_list("edition_id", flat=True).distinct()
    )
    return sum(advance_waiting_list(edition_id=pk) for pk in list(editions))


def close_waiting_list(*, edition: Edition, reason: str) -> int:
    """The edition takes nobody any more: everyone on its list hears so. Call it within the change itself."""
    live = list(WaitingEntry.objects.live().select_for_update(of=("self",)).filter(edition=edition))
    for entry in live:
        if entry.state == S.OFFERED:
            _release(edition, entry)
        _move(entry, S.CLOSED)
        _tell(edition, entry, "waiting_closed", reason=reason)
    return len(live)


def position_of(entry: WaitingEntry) -> int:
    """How many wait before this one, and itself: 1 is next."""
    before = WaitingEntry.objects.filter(edition=entry.edition_id, state=S.WAITING, pk__lt=entry.pk)
    return before.count() + 1


def _lock(edition_id: int) -> Edition:
    locked = Edition.objects.select_for_update(of=("self",)).select_related("offer__provider__organisation")
    return locked.get(pk=edition_id)


def _free(edition: Edition) -> int:
    return edition.seats_left or 0


def _check_open(edition: Edition, people: int) -> None:
    today = timezone.localdate()
    begun = edition.starts_on is not None and edition.starts_on < today
    late = edition.enrol_until is not None and edition.enrol_until < today
    if edition.state not in TAKING or begun or late:
        raise ValidationError(_("Voor deze editie kan niemand zich nog inschrijven."))
    seats = edition.seats if edition.seats is not None else edition.offer.seats
    if seats is None:
        raise ValidationError(
            _("Van deze editie is niet bekend hoeveel plaatsen er zijn. Bel de verstrekker.")
        )
    if people > seats:
        raise ValidationError({"people": _("De editie heeft maar %(seats)d plaatsen.") % {"seats": seats}})


def _advance(edition: Edition) -> int:
    now = timezone.now()
    live = list(
        WaitingEntry.objects.live().select_for_update(of=("self",)).filter(edition=edition).order_by("id")
    )
    for entry in live:
        if entry.state == S.OFFERED and entry.offered_until and entry.offered_until < now:
            _release(edition, entry)
            _move(entry, S.LAPSED)
            _tell(edition, entry, "waiting_lapsed")
    if edition.state not in TAKING or (edition.starts_on and edition.starts_on < timezone.localdate()):
        return 0
    return _offer_free(edition, (entry for entry in live if entry.state == S.WAITING), now)


def _offer_free(edition: Edition, waiting: Iterable[WaitingEntry], now: datetime) -> int:
    offered = 0
    for entry in waiting:
        if entry.people > _free(edition):
            continue
        _take(edition, entry.people)
        entry.offered_until = now + term(SEAT_OFFER)
        _move(entry, S.OFFERED)
        until = f"{timezone.localtime(entry.offered_until):%d/%m/%Y %H:%M}"
        _tell(edition, entry, "waiting_offered", until=until)
        offered += 1
    return offered


def _take(edition: Edition, people: int) -> None:
    edition.enrolled = max(0, edition.enrolled + people)
    edition.save(update_fields=["enrolled", "updated_at"])
    refresh_offer_facts(today=timezone.localdate(), offer_ids=[edition.offer_id])


def _release(edition: Edition, entry: WaitingEntry) -> None:
    _take(edition, -entry.people)


def _move(entry: WaitingEntry, state: str) -> None:
    entry.state = state
    entry.save(update_fields=["state", "offered_until", "updated_at"])


def _tell(edition: Edition, entry: WaitingEntry, template: str, **more: Any) -> None:
    tell(
        contacts_of(entry.organisation_id),
        key=f"{template}:{entry.pk}:{timezone.now():%Y%m%d%H%M%S}",
        template=template,
        address=reverse("catalogue:waiting", args=[edition.public_id]),
        offer=edition.offer.title,
        day=f"{edition.starts_on:%d/%m/%Y}" if edition.starts_on else "",
        seats=entry.people,
        **more,
    )


def _tell_teachers(edition: Edition, entry: WaitingEntry) -> None:
    tell(
        teachers_of(edition.offer.provider.organisation_id),
        key=f"waiting_accepted:{entry.pk}",
        template="waiting_accepted",
        address=reverse("catalogue:edition_edit", args=[edition.public_id]),
        offer=edition.offer.title,
        company=entry.organisation.name,
        seats=entry.people,
    )
