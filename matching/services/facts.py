"""Rows of gaps and offers as the facts that the pure engine reads."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet
from django.utils.timezone import localdate

from catalogue.models import Edition, Offer
from matching.engine.facts import EditionFacts, GapFacts, OfferFacts
from matching.models import KeptOut, PoolGap
from networks.models import Gap

# A course of at least so many contact hours is deep unless its provider says otherwise.
DEEP_FROM_HOURS = 40
FILLED_IN = ("description", "mode", "hours", "price", "eqf_level", "credential", "isced_f", "url")
# What `gap_facts` reads of a gap: a run reads ten thousand of them, and their texts are long.
FACTS_OF_GAPS = (
    "organisation__undertaking_id",
    "network_id",
    "language",
    "learners",
    "learner_languages",
    "depth",
    "direction",
    "eqf_level",
    "modes",
    "regions",
    "horizon",
    "budget",
    "skills",
    "mandatory",
)
OPEN_STATES = ("planned", "open", "confirmed")


def gap_facts(gaps: Iterable[Gap]) -> list[GapFacts]:
    """Facts of gaps that were read `with_parties()`; two more queries for what people said by hand."""
    gaps = list(gaps)
    ids = [gap.pk for gap in gaps]
    # A lock holds in the gap's own network: who moves to another one leaves it behind.
    here = PoolGap.objects.filter(gap__in=ids, is_locked=True, pool__network=F("gap__network"))
    locked = dict(here.values_list("gap_id", "pool_id"))
    out = set(KeptOut.objects.filter(gap__in=ids, pool=None).values_list("gap_id", flat=True))
    return [_gap(gap, locked.get(gap.pk), gap.pk in out) for gap in gaps]


def offer_facts(offers: Sequence[Offer]) -> list[OfferFacts]:
    """Facts of offers that were read `with_provider()`; one query more, for their editions."""
    editions = _editions(Edition.objects.filter(offer__in=[offer.pk for offer in offers]))
    return [_offer(offer, editions[offer.pk]) for offer in offers]


def facts_of_offer(offer: Offer, editions: tuple[EditionFacts, ...]) -> OfferFacts:
    """Facts of one offer with just these editions; it need not be saved, as that of a bid is not."""
    return _offer(offer, editions)


def _gap(gap: Gap, pool_id: int | None, kept_out: bool) -> GapFacts:
    budget = gap.budget / gap.learners if gap.budget is not None and gap.learners else None
    return GapFacts(
        id=gap.pk,
        company=gap.organisation_id,
        undertaking=gap.organisation.undertaking_key,
        network=gap.network_id,
        language=gap.language,
        learners=gap.learners,
        learner_languages=frozenset(gap.learner_languages),
        depth=gap.depth or None,  # type: ignore[arg-type]
        direction=gap.direction or None,  # type: ignore[arg-type]
        eqf_level=gap.eqf_level,
        modes=frozenset(gap.modes),
        regions=frozenset(gap.regions),
        horizon=gap.horizon or None,  # type: ignore[arg-type]
        budget_per_learner=budget,
        skills=frozenset(gap.skills),
        mandatory=gap.mandatory,
        locked_to=pool_id,
        kept_out=kept_out,
    )


def _offer(offer: Offer, editions: tuple[EditionFacts, ...]) -> OfferFacts:
    filled = sum(1 for name in FILLED_IN if getattr(offer, name) not in (None, "", []))
    return OfferFacts(
        id=offer.pk,
        provider=offer.provider_id,
        language=offer.language,
        teaching_languages=frozenset(offer.teaching_languages),
        mode=offer.mode or None,  # type: ignore[arg-type]
        depth=depth_of(offer),  # type: ignore[arg-type]
        direction=offer.direction or None,  # type: ignore[arg-type]
        eqf_level=offer.eqf_level,
        regions=frozenset(offer.regions),
        price_per_learner=price_per_learner(offer.price, offer.price_basis, offer.seats),
        seats_left=None if editions else offer.seats,
        editions=editions,
        skills=frozenset(offer.skills),
        recognised=True if offer.provider.is_recognised_on(localdate()) else None,
        quality_label=True if offer.provider.quality_label else None,
        completeness=filled / len(FILLED_IN),
        mandatory=offer.mandatory,
    )


def depth_of(offer: Offer) -> str | None:
    """Short or deep: as the provider says, else by contact hours, else unknown."""
    if offer.depth:
        return offer.depth
    if offer.hours is None:
        return None
    return "deep" if offer.hours >= DEEP_FROM_HOURS else "short"


def price_per_learner(price: Decimal | None, basis: str, seats: int | None) -> Decimal | None:
    """Euro for one participant; a price for a whole edition is spread over its seats."""
    if price is None or basis != Offer.PriceBasis.EDITION:
        return price
    return price / seats if seats else None


def _editions(editions: QuerySet[Edition]) -> dict[int, tuple[EditionFacts, ...]]:
    grouped: dict[int, list[EditionFacts]] = defaultdict(list)
    rows: Iterable[tuple[Any, ...]] = editions.exclude(state="cancelled").values_list(
        "id", "offer_id", "starts_on", "ends_on", "seats", "offer__seats", "enrolled", "region", "state"
    )
    for pk, offer_id, starts_on, ends_on, seats, offer_seats, enrolled, region, state in rows:
        room = seats if seats is not None else offer_seats
        left = 0 if state not in OPEN_STATES else None if room is None else max(0, room - enrolled)
        grouped[offer_id].append(
            EditionFacts(id=pk, starts_on=starts_on, ends_on=ends_on, seats_left=left, region=region or None)
        )
    return defaultdict(tuple, {key: tuple(value) for key, value in grouped.items()})


def first_start(facts: OfferFacts, today: date) -> date | None:
    return min((e.starts_on for e in facts.open_editions(today) if e.starts_on), default=None)
