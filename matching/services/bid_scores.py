"""How well each bid closes its pool: the same arithmetic as for offers that stand in the catalogue.

A bid is read as the offer and the edition that it would become, so an old offer and a new one are comparable.
Words are left out (they are counted over the catalogue, in which a new offer does not stand yet).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
from django.utils import timezone

from catalogue.models import Offer
from matching.embedder import CosineScale
from matching.engine.facts import EditionFacts, GapFacts, OfferFacts
from matching.engine.scoring import COMPONENTS, Evidence, Score, WeightsProfile, score
from matching.engine.skills import SkillTable
from matching.models import Bid, Pool
from matching.services import facts as rows
from matching.services.score import active_profile
from matching.services.skills import skill_table
from matching.services.vectors import active_revision, embedder, read_vectors
from networks.models import Gap

SPREAD_OVER = 200  # gaps; a pool is bounded by what sits in a room


@dataclass(frozen=True, slots=True)
class BidScore:
    """`fit` and `certainty` 0..1, weighted by learners; per component (least, mean, greatest), None unknown."""

    fit: float
    certainty: float
    components: dict[str, tuple[float, float, float] | None]


@dataclass(frozen=True, slots=True)
class Ruler:
    """What all bids are measured by: read once."""

    scale: CosineScale
    profile: WeightsProfile
    skills: SkillTable
    today: date


def price_per_learner(bid: Bid) -> Decimal | None:
    """Euro for one participant, when all seats are taken."""
    return rows.price_per_learner(bid.price, bid.price_basis, bid.seats)


def total_price(bid: Bid, learners: int | None) -> Decimal | None:
    """Euro for the pool's learners (at most the seats, at least the minimum); the whole for a price per edition."""
    price: Decimal | None = bid.price
    if price is None or bid.price_basis == Offer.PriceBasis.EDITION:
        return price
    if learners is None:
        return None
    return price * max(min(learners, bid.seats or learners), bid.min_seats or 0)


def covered(bid: Bid, learners: int | None) -> int | None:
    """How many of the pool's learners have a seat; None where their number is unknown."""
    return None if learners is None else min(learners, bid.seats or learners)


def score_bids(pool: Pool, bids: Sequence[Bid]) -> dict[int, BidScore]:
    """Scores of bids that were read `with_parties()`, by key; empty before the matcher ever read the gaps."""
    gaps = list(Gap.objects.filter(pool_gap__pool=pool).with_parties().order_by("pk")[:SPREAD_OVER])
    revision = active_revision()
    if not gaps or not bids or revision is None:
        return {}
    vectors = read_vectors(revision=revision, kind="gap", ids=[gap.pk for gap in gaps]).astype(np.float64)
    texts = embedder().encode_documents([bid.text for bid in bids]).astype(np.float64)
    cosines = vectors @ texts.T
    facts = rows.gap_facts(gaps)
    ruler = Ruler(embedder().cosine_scale, active_profile(), skill_table(), timezone.localdate())
    return {
        bid.pk: _one(facts, _facts_of(bid), [float(c) for c in cosines[:, place]], ruler)
        for place, bid in enumerate(bids)
    }


def _one(gaps: Sequence[GapFacts], offer: OfferFacts, cosines: Sequence[float], ruler: Ruler) -> BidScore:
    scores: list[Score] = [
        score(
            gap,
            offer,
            Evidence(meaning=ruler.scale.to_unit(cosine)),
            ruler.profile,
            ruler.today,
            skills=ruler.skills,
        )
        for gap, cosine in zip(gaps, cosines, strict=True)
    ]
    weights = [float(gap.learners or 1) for gap in gaps]
    whole = sum(weights)
    return BidScore(
        fit=sum(s.score * w for s, w in zip(scores, weights, strict=True)) / whole,
        certainty=sum(s.certainty * w for s, w in zip(scores, weights, strict=True)) / whole,
        components={name: _spread([s.components.get(name) for s in scores]) for name in COMPONENTS},
    )


def _spread(values: Sequence[float | None]) -> tuple[float, float, float] | None:
    known = [value for value in values if value is not None]
    return (min(known), sum(known) / len(known), max(known)) if known else None


def _facts_of(bid: Bid) -> OfferFacts:
    """The bid as the offer that it is or would become, with the one edition that it proposes."""
    base = bid.offer
    offer = Offer(
        pk=base.pk if base else 0,
        provider=bid.provider,
        title=bid.title,
        description=bid.description,
        language=bid.language,
        teaching_languages=base.teaching_languages if base else [bid.language],
        mode=bid.mode,
        hours=bid.hours,
        depth=base.depth if base else "",
        direction=base.direction if base else "",
        eqf_level=base.eqf_level if base else None,
        price=bid.price,
        price_basis=bid.price_basis,
        seats=bid.seats,
        regions=[bid.region] if bid.region else (base.regions if base else []),
        credential=base.credential if base else "",
        skills=base.skills if base else [],
        mandatory=base.mandatory if base else None,
        isced_f=base.isced_f if base else "",
        url=base.url if base else "",
    )
    edition = EditionFacts(
        id=0, starts_on=bid.starts_on, ends_on=bid.ends_on, seats_left=bid.seats, region=bid.region or None
    )
    return rows.facts_of_offer(offer, (edition,))
