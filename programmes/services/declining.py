"""A person says no to a proposal: with a reason, and so that the same plan does not come back the next night."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from catalogue.models import Edition
from matching.models import PoolGap
from networks.models import Gap
from programmes.models import CompanySeats, DeclinedPlan, Programme


def remember_declined(*, programme: Programme) -> None:
    """Keep which editions were declined for which pools, as both are today. In the step's transaction."""
    editions = [
        row.edition
        for row in programme.programme_editions.select_related("edition__offer").order_by("edition_id")
    ]
    seated = _seated(programme)
    rows = []
    for pool_id, gaps in _gaps_of(programme).items():
        companies = {gap.organisation_id for gap in gaps}
        rows += [
            DeclinedPlan(
                programme=programme, pool_id=pool_id, edition=edition, inputs=inputs_of(gaps, edition)
            )
            for edition in editions
            if seated.get(edition.pk, companies) & companies
        ]
    DeclinedPlan.objects.bulk_create(rows, ignore_conflicts=True)


def declined_pairs(
    *, gaps: Mapping[int, Sequence[Gap]], editions: Mapping[int, Edition]
) -> frozenset[tuple[int, int]]:
    """The (pool, edition) pairs that somebody declined and whose inputs are still what they were."""
    rows = DeclinedPlan.objects.filter(pool__in=gaps, edition__in=editions)
    return frozenset(
        (pool, edition)
        for pool, edition, inputs in rows.values_list("pool_id", "edition_id", "inputs")
        if inputs == inputs_of(gaps[pool], editions[edition])
    )


def inputs_of(gaps: Collection[Gap], edition: Edition) -> str:
    """A digest of what a person looked at: the gaps with their people, money and term, the edition with its
    price, dates and seats, and all their words. Who enrolled meanwhile changes nothing."""
    price, basis = edition.effective_price
    offer = edition.offer
    looked_at: list[Any] = [
        [[g.pk, g.learners, g.horizon, str(g.budget), g.mandatory, g.text] for g in sorted(gaps, key=_key)],
        [edition.pk, str(price), basis, str(edition.starts_on), str(edition.ends_on), edition.location],
        [edition.seats if edition.seats is not None else offer.seats, edition.min_seats, offer.text],
    ]
    return hashlib.sha256(json.dumps(looked_at, ensure_ascii=False).encode()).hexdigest()


def _key(gap: Gap) -> int:
    return int(gap.pk)


def _gaps_of(programme: Programme) -> dict[int, list[Gap]]:
    found: dict[int, list[Gap]] = {}
    for row in PoolGap.objects.filter(pool__programme_pools__programme=programme).select_related("gap"):
        found.setdefault(row.pool_id, []).append(row.gap)
    return found


def _seated(programme: Programme) -> dict[int, set[int]]:
    """Who sits in each edition: an edition was declined only for pools whose people it was for."""
    found: dict[int, set[int]] = {}
    rows = CompanySeats.objects.filter(programme_edition__programme=programme)
    for edition, company in rows.values_list("programme_edition__edition_id", "organisation_id"):
        found.setdefault(edition, set()).add(company)
    return found
