"""Describing, copying, publishing and archiving offers, and their editions."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.models import Edition, Offer, Provider
from catalogue.services.facts import refresh_offer_facts
from catalogue.services.waiting import advance_waiting_list
from catalogue.transitions import EDITION_TRANSITIONS, OFFER_TRANSITIONS
from networks.services.gaps import new_external_id
from skillnet.kernel.actor import Actor
from skillnet.kernel.changes import announce_change
from skillnet.kernel.importing import changes_of
from skillnet.kernel.transitions import run_transition

# What describes an offer, and so what a copy takes along.
DESCRIBING = ("title", "description", "outcomes", "language", "teaching_languages", "mode", "hours", "ects",
              "workplace_hours", "vks_level", "dayparts", "entry_requirements", "funder", "kmo_registered",
              "vov_id", "voucher_registered", "policy_domain", "stream", "eqf_level", "depth", "direction",
              "price", "price_basis", "seats", "min_seats", "regions",
              "credential", "skills", "mandatory", "supply_subsidy_pct", "isced_f", "url", "target_groups",
              "transition", "is_stem", "cefr_level", "kmo_theme", "assessment")  # fmt: skip
# What people who are enrolled have to know about.
MOVING = frozenset({"starts_on", "ends_on", "location"})
DERIVED = ["search", "public_id", "outcomes_text", "places", "open_until", "is_closed"]


def save_offer(
    *,
    actor: Actor,
    provider: Provider,
    values: Mapping[str, Any],
    offer: Offer | None = None,
    as_draft: bool = False,
) -> Offer:
    """Create an offer of `provider`, or change `offer`; only the fields in `values` are touched.

    `as_draft`: a new one is seen by its provider only until it is published. Saving without a change does
    nothing; a change of a published offer is matched. Raises ValidationError.
    """
    with transaction.atomic():
        if offer is None:
            state = Offer.State.DRAFT if as_draft else Offer.State.ACTIVE
            offer = Offer(provider=provider, external_id=new_external_id("A"), state=state)
        else:
            offer = Offer.objects.select_for_update(of=("self",)).get(pk=offer.pk)
        changed = changes_of(offer, dict(values))
        if offer.pk and not changed:
            return offer
        check_offer(offer)
        offer.full_clean(exclude=[*DERIVED, "provider"])
        offer.save()
        _tell(offer, actor, "offer")
    return offer


def take_offer_action(*, offer: Offer, action: str, actor: Actor, reason: str = "") -> Offer:
    """Publish, withdraw or archive; the matcher hears of it. Raises TransitionRefused."""
    changed: Offer = run_transition(
        table=OFFER_TRANSITIONS, pk=offer.pk, action=action, actor=actor, reason=reason
    )
    return changed


def copy_offer(*, offer: Offer, actor: Actor) -> Offer:
    """A draft with the same description and no editions, to start the next offer from."""
    values = {name: getattr(offer, name) for name in DESCRIBING}
    values["title"] = _("%(title)s (kopie)") % {"title": offer.title[:280]}
    return save_offer(actor=actor, provider=offer.provider, values=values, as_draft=True)


def save_edition(
    *, actor: Actor, offer: Offer, values: Mapping[str, Any], edition: Edition | None = None
) -> Edition:
    """Create an edition of `offer`, or change `edition`; what it leaves empty, the offer says.

    Saving without a change does nothing; the offer's facts follow a change. Raises ValidationError.
    """
    with transaction.atomic():
        if edition is not None:  # the edition before its offer, as its steps and its waiting list lock them
            edition = Edition.objects.select_for_update(of=("self",)).get(pk=edition.pk, offer=offer)
        offer = Offer.objects.select_for_update(of=("self",)).get(pk=offer.pk)
        if edition is None:
            edition = Edition(offer=offer, external_id=new_external_id("E"))
        changed = changes_of(edition, dict(values))
        if edition.pk and not changed:
            return edition
        check_edition(edition, offer)
        edition.full_clean(exclude=["public_id", "offer"])
        edition.save()
        _tell(offer, actor, "edition")
        if advance_waiting_list(edition_id=edition.pk):
            edition.refresh_from_db(fields=["enrolled"])
        if MOVING.intersection(changed):
            announce_change("edition", [edition.pk], actor=actor, reason="moved")
    return edition


def take_edition_action(*, edition: Edition, action: str, actor: Actor, reason: str = "") -> Edition:
    """Open, confirm, start, deliver, cancel or reopen an edition. Raises TransitionRefused."""
    changed: Edition = run_transition(
        table=EDITION_TRANSITIONS, pk=edition.pk, action=action, actor=actor, reason=reason
    )
    return changed


def _tell(offer: Offer, actor: Actor, reason: str) -> None:
    """What follows from any change of an offer or its editions: its stored facts, and a small run."""
    refresh_offer_facts(today=timezone.localdate(), offer_ids=[offer.pk])
    if offer.state == Offer.State.ACTIVE:
        announce_change("offer", [offer.pk], actor=actor, reason=reason)


def _check_group(least: int | None, most: int | None) -> None:
    if least is not None and most is not None and least > most:
        raise ValidationError({"min_seats": _("Het minimum is hoger dan het aantal plaatsen.")})


def check_offer(offer: Offer) -> None:
    """What the database refuses too, said beside the field that it is about. Raises ValidationError."""
    _check_group(offer.min_seats, offer.seats)


def check_edition(edition: Edition, offer: Offer) -> None:
    """What the database refuses too, said beside the field that it is about."""
    _check_group(edition.min_seats, edition.seats if edition.seats is not None else offer.seats)
    if edition.starts_on and edition.ends_on and edition.ends_on < edition.starts_on:
        raise ValidationError({"ends_on": _("De editie eindigt voor ze begint.")})
    if edition.seats is not None and edition.enrolled > edition.seats:
        raise ValidationError(
            {"enrolled": _("Er zijn meer mensen ingeschreven dan er plaatsen zijn. Verhoog de plaatsen.")}
        )
