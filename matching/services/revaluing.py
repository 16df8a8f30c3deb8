"""What a strategy or a list of shortage occupations does to the urgency of demand, and what follows for supply.

Only what outsiders may read of a pool is used, its shown figures and shown fits, and the skills that the offer
itself names. So being put up for revaluing tells a provider nothing of a company, and what changed is the strategy
or the list and nothing else.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from catalogue.models import Offer, Revaluation
from catalogue.services.revaluing import Ground, put_up_for_revaluing
from matching.engine.priority import PARTS, Priority, priority
from matching.models import Pool
from matching.services.figures import fits_told, shown_figures, told_fit
from matching.services.fits import GOOD_ENOUGH
from matching.services.priorities import demand_of, read_reference, refresh_all_priorities
from matching.services.shortages import current_lists
from matching.services.terms import term
from matching.shortage_models import ShortageList
from skillnet.kernel.rates import value_on

LEAST_SHIFT_UNTIL_SET = Decimal(10)
PERCENT = 100


@dataclass(frozen=True, slots=True)
class Standing:
    """How urgent the demand is that an offer answers, as outsiders can work it out, and by which weights."""

    found: Priority
    weights: Mapping[str, float]


Standings = Mapping[tuple[int, int], Standing]
"""By pool and offer."""


def shown_standings(*, day: date | None = None) -> dict[tuple[int, int], Standing]:
    """Of each pool of at least k undertakings and each offer that fits it well.

    By the strategy and the lists as they are; `day`: on which the lists are read, empty is today.
    """
    pools = list(Pool.objects.live().filter(undertakings__gte=settings.K_ANONYMITY).order_by("pk"))
    figures = shown_figures(pools)
    fitting = {pool.pk: _fitting(pool) for pool in pools if pool.pk in figures}
    taught = _skills_of({offer for offers in fitting.values() for offer in offers})
    asked = {uri for shown in figures.values() for uri in shown.skills}
    reference = read_reference(asked | {uri for skills in taught.values() for uri in skills}, day=day)
    standings = {}
    for pool, offers in fitting.items():
        shown = figures[pool]
        for offer in offers & taught.keys():
            outside = Pool(
                skills=sorted({*shown.skills, *taught[offer]}),
                regions=list(shown.regions),
                undertakings=shown.undertakings,
            )
            found = priority(demand_of(outside, reference, None), reference.strategy)
            standings[pool, offer] = Standing(found, reference.strategy.weights)
    return standings


def _fitting(pool: Pool) -> frozenset[int]:
    return frozenset(offer for offer, (fit, _n) in fits_told(pool).items() if fit >= GOOD_ENOUGH)


def _skills_of(offers: Collection[int]) -> dict[int, Sequence[str]]:
    return dict(Offer.objects.filter(pk__in=offers).values_list("pk", "skills"))


def put_up_what_moved(
    *, before: Standings, cause: Revaluation.Cause, reference: str, today: date | None = None
) -> list[Revaluation]:
    """Compare with how it was `before` the change, within its transaction; put up what moved far enough.

    An offer that fits several pools is put up for the one that moved most.
    """
    day = today or timezone.localdate()
    least = least_shift(day)
    grounds: dict[int, Ground] = {}
    for (pool, offer), after in shown_standings(day=day).items():
        if (earlier := before.get((pool, offer))) is None:
            continue
        shift = after.found.score - earlier.found.score
        if abs(shift) < least:
            continue
        ground = Ground(cause.value, reference, told_fit(shift) or 0.0, _moved(earlier, after))
        known = grounds.get(offer)
        if known is None or abs(ground.shift) > abs(known.shift):
            grounds[offer] = ground
    return put_up_for_revaluing(grounds=grounds, due_on=day + term("revaluation_days", day))


def least_shift(day: date) -> float:
    """From which change of the score (0..1) things are put up: a dated rate, in points of a hundred."""
    return float(value_on("revaluation_shift", day, LEAST_SHIFT_UNTIL_SET)) / PERCENT


def list_changed(*, listing: ShortageList, before: Standings) -> None:
    """Priorities follow a changed list, within its transaction; one of a year to come counts when that begins."""
    day = timezone.localdate()
    if not is_in_force(listing, day):
        return
    refresh_all_priorities()
    listing.revalued_on = day
    listing.save(update_fields=["revalued_on", "updated_at"])
    put_up_what_moved(before=before, cause=Revaluation.Cause.SHORTAGE, reference=str(listing))


def is_in_force(listing: ShortageList, day: date) -> bool:
    """Whether this list is the one of its region that counts on `day`."""
    return any(row.pk == listing.pk for row in current_lists(day=day, region=listing.region))


def count_new_lists(*, today: date | None = None) -> int:
    """Lists that were read in before their year began count from its first day; how many began to."""
    day = today or timezone.localdate()
    with transaction.atomic():
        rows = ShortageList.objects.select_for_update(of=("self",), skip_locked=True).filter(revalued_on=None)
        fresh = [row for row in rows.order_by("year", "region") if is_in_force(row, day)]
        if not fresh:
            return 0
        before = shown_standings(day=date(min(row.year for row in fresh) - 1, 12, 31))
        refresh_all_priorities()
        ShortageList.objects.filter(pk__in=[row.pk for row in fresh]).update(revalued_on=day)
        names = ", ".join(str(row) for row in fresh)
        put_up_what_moved(before=before, cause=Revaluation.Cause.SHORTAGE, reference=names, today=day)
    return len(fresh)


def _moved(before: Standing, after: Standing) -> dict[str, dict[str, float | None]]:
    """The parts of the score whose value or weight is another now, as far as anything is known of them."""
    found = {}
    for name in PARTS:
        pairs = {
            "before": told_fit(before.found.parts.get(name)),
            "after": told_fit(after.found.parts.get(name)),
            "weight_before": round(before.weights.get(name, 0.0), 4),
            "weight_after": round(after.weights.get(name, 0.0), 4),
        }
        if pairs["before"] is None and pairs["after"] is None:
            continue
        if pairs["before"] != pairs["after"] or pairs["weight_before"] != pairs["weight_after"]:
            found[name] = pairs
    return found
