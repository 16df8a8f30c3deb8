"""Taking back what an import wrote to a catalogue; what somebody changed since stays, nothing is deleted."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.models import Edition, Microcredential, Offer, Provider, WaitingEntry
from catalogue.services.facts import refresh_offer_facts
from catalogue.services.microcredentials import check_elements
from catalogue.services.offers import (
    MOVING,
    check_edition,
    check_offer,
    take_edition_action,
    take_offer_action,
)
from catalogue.services.supply_history import CREDENTIAL_HISTORY, EDITION_HISTORY, OFFER_HISTORY
from catalogue.transitions import EDITION_TRANSITIONS, OFFER_TRANSITIONS
from skillnet.kernel.actor import Actor
from skillnet.kernel.bulk import update_rows
from skillnet.kernel.changes import announce_change
from skillnet.kernel.importing import changes_of
from skillnet.kernel.taking_back import Restored, Returnable, take_back
from skillnet.kernel.transitions import run_transitions


def take_back_offers(
    *, actor: Actor, provider: Provider, contexts: Sequence[UUID], tell: Callable[[Restored], None]
) -> Restored:
    """New offers are archived, what was archived comes back, changed ones get their old values back.

    Editions first: a new one in which nobody is enrolled does not go ahead. Microcredentials last: one that the
    import described goes with its offer. Safe to do again after a stop; what went back before it is matched too.
    """
    done = Restored()
    try:
        take_back(EDITIONS, contexts, actor=actor, done=done, tell=tell, offer__provider=provider)
        done.touched = _offers_of(done.touched)
        take_back(OFFERS, contexts, actor=actor, done=done, tell=tell, provider=provider)
        changed, done.touched = done.touched, []
        take_back(CREDENTIALS, contexts, actor=actor, done=done, tell=tell, offer__provider=provider)
        done.touched = changed
    finally:
        with transaction.atomic():
            announce_change("offer", sorted(set(done.touched)), actor=actor, reason="import")
    return done


def _offers_of(editions: Sequence[int]) -> list[int]:
    found: set[int] = set()
    for start in range(0, len(editions), AT_ONCE):
        rows = Edition.objects.filter(pk__in=editions[start : start + AT_ONCE])
        found.update(rows.values_list("offer", flat=True))
    return list(found)


AT_ONCE = 5_000


def _cancel(edition: Edition, actor: Actor) -> bool:
    if edition.enrolled:
        return False
    take_edition_action(edition=edition, action="cancel", actor=actor, reason=_edition_reason())
    return True


def _cancel_many(editions: Sequence[Edition], actor: Actor) -> set[int]:
    """Of an edition that somebody waits for, each hears that it is off: that goes one by one."""
    waited_for = _waited_for(editions)
    stay = {row.pk for row in editions if row.enrolled}
    for row in editions:
        if row.pk in waited_for and row.pk not in stay:
            _cancel(row, actor)
    rows = [row for row in editions if row.pk not in stay and row.pk not in waited_for]
    gone = run_transitions(
        table=EDITION_TRANSITIONS, rows=rows, action="cancel", actor=actor, reason=_edition_reason()
    )
    _editions_changed(gone, [row.pk for row in gone], "cancel", actor)
    return stay | {row.pk for row in rows} - {row.pk for row in gone}


def _save_editions(pairs: Sequence[tuple[Edition, dict[str, Any]]], actor: Actor) -> set[int]:
    waited_for = _waited_for([row for row, _values in pairs])
    alone = [(row, values) for row, values in pairs if row.pk in waited_for]
    for row, values in alone:
        EDITION_HISTORY.save(row, values, actor)
    changed, moved, names = [], [], set()
    for row, values in pairs:
        if row.pk in waited_for:
            continue
        fields = changes_of(row, values)
        check_edition(row, row.offer)
        row.clean_fields(exclude=["public_id", "offer"])
        changed.append(row)
        names.update(fields)
        if MOVING.intersection(fields):
            moved.append(row.pk)
    update_rows(changed, sorted(names))
    _editions_changed(changed, moved, "moved", actor)
    return set()


def _waited_for(editions: Sequence[Edition]) -> set[int]:
    live = WaitingEntry.objects.live().filter(edition__in=editions)
    return set(live.values_list("edition", flat=True))


def _editions_changed(editions: Sequence[Edition], told: Sequence[int], reason: str, actor: Actor) -> None:
    refresh_offer_facts(today=timezone.localdate(), offer_ids=sorted({row.offer_id for row in editions}))
    announce_change("edition", list(told), actor=actor, reason=reason)


def _edition_reason() -> str:
    return _("De invoer van deze editie is teruggedraaid.")


def _archive(offer: Offer, actor: Actor) -> bool:
    take_offer_action(offer=offer, action="archive", actor=actor, reason=_offer_reason())
    return True


def _archive_many(offers: Sequence[Offer], actor: Actor) -> set[int]:
    gone = run_transitions(
        table=OFFER_TRANSITIONS, rows=offers, action="archive", actor=actor, reason=_offer_reason()
    )
    refresh_offer_facts(today=timezone.localdate(), offer_ids=[row.pk for row in gone])
    return {row.pk for row in offers} - {row.pk for row in gone}


def _save_offers(pairs: Sequence[tuple[Offer, dict[str, Any]]], actor: Actor) -> set[int]:
    """Old values first, then the old state by its own step: an import archives too."""
    changed, names = [], set()
    back: dict[str, list[Offer]] = {"publish": [], "withdraw": []}
    for row, values in pairs:
        state = values.pop("state", None)
        if state is not None:
            back[_step_to(state)].append(row)
        if fields := changes_of(row, values):
            check_offer(row)
            row.clean_fields(exclude=["search", "public_id", "provider"])
            row.outcomes_text = "\n".join(row.outcomes)
            changed.append(row)
            names.update([*fields, "outcomes_text"])
    update_rows(changed, sorted(names))
    stay: set[int] = set()
    for action, rows in back.items():
        gone = run_transitions(table=OFFER_TRANSITIONS, rows=rows, action=action, actor=actor)
        stay |= {row.pk for row in rows} - {row.pk for row in gone}
    refresh_offer_facts(today=timezone.localdate(), offer_ids=[row.pk for row, _values in pairs])
    return stay


def _save_offer(offer: Offer, values: dict[str, Any], actor: Actor) -> None:
    state = values.pop("state", None)
    saved = OFFER_HISTORY.save(offer, values, actor)
    if state is not None:
        take_offer_action(offer=saved, action=_step_to(state), actor=actor)


def _save_credentials(pairs: Sequence[tuple[Microcredential, dict[str, Any]]], actor: Actor) -> set[int]:
    names: set[str] = set()
    for row, values in pairs:
        names.update(changes_of(row, values))
        check_elements(row)
        row.clean_fields(exclude=["public_id", "offer"])
    update_rows([row for row, _values in pairs], sorted(names))
    return set()


def _step_to(state: str) -> str:
    return "publish" if state == Offer.State.ACTIVE else "withdraw"


def _offer_reason() -> str:
    return _("De invoer van dit aanbod is teruggedraaid.")


EDITIONS = Returnable(
    model=Edition,
    fields=EDITION_HISTORY.fields,
    save=EDITION_HISTORY.save,
    is_gone=lambda edition: edition.state == Edition.State.CANCELLED,
    remove=_cancel,
    save_many=_save_editions,
    remove_many=_cancel_many,
    related=("offer__provider",),
)
OFFERS = Returnable(
    model=Offer,
    fields=(*OFFER_HISTORY.fields, "state"),
    save=_save_offer,
    is_gone=lambda offer: offer.state == Offer.State.ARCHIVED,
    remove=_archive,
    save_many=_save_offers,
    remove_many=_archive_many,
    related=("provider",),
)
CREDENTIALS = Returnable(
    model=Microcredential,
    fields=CREDENTIAL_HISTORY.fields,
    save=CREDENTIAL_HISTORY.save,
    is_gone=lambda credential: credential.offer.state == Offer.State.ARCHIVED,
    remove=lambda _credential, _actor: False,  # of an offer that was there already: its people look at it
    save_many=_save_credentials,
    related=("offer",),
)
