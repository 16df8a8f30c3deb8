"""Pooled demand as providers read it: counts of at least k undertakings, ranked by their own fit."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, FloatField, IntegerField, Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, Least, Round
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.models import Offer, Provider
from matching.models import DemandCard, Pool, ProviderInterest
from matching.services.figures import FIT_STEPS, fits_told
from matching.services.fits import GOOD_ENOUGH
from networks.network_state import CLOSED_TO_NEW
from networks.services.telling import managers_of, notify
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role

HIDDEN = (DemandCard.State.ANSWERED, DemandCard.State.EXPIRED, DemandCard.State.CLOSED)
# The best of the fits that outsiders are told (matching.services.figures), of these offers.
BEST_FIT = """(SELECT max((told.value ->> 0)::float8)
    FROM jsonb_each(matching_pool.shown -> 'fits') AS told WHERE told.key = ANY(%s))"""

MOST_RANKED = 99_999
"""Undertakings that still count in the order of two demands that fit as well."""

ALIKE = 3
"""Offers that are named to say what a demand is about."""


def demand_for(actor: Actor) -> QuerySet[Pool]:
    """Pools that the actor may see as counts and that still ask for an answer.

    Annotated: `own_fit`, the best fit (0..1, in twentieths) of an offer of its own; `shown_undertakings` and
    `shown_learners`, the figures that outsiders read, so that sorting tells no more than the page; `told_unmet`; and
    `order_of_fit`, a whole number: the larger, the better an own offer fits, then the more undertakings ask it.
    """
    own = Offer.objects.editable_by(actor).active().values_list("pk", flat=True)
    pools = Pool.objects.anonymous_to(actor).with_told_unmet().select_related("network", "demand_card")
    pools = pools.exclude(network__state__in=CLOSED_TO_NEW)  # nothing can be bought for them
    return pools.filter(_asking()).annotate(
        own_fit=RawSQL(BEST_FIT, [[str(pk) for pk in own]], FloatField()),  # noqa: S611  keys go as a parameter
        shown_undertakings=_shown_number("undertakings"),
        shown_learners=_shown_number("learners"),
        order_of_fit=_order_of_fit(),
    )


def _order_of_fit() -> Cast:
    """What no own offer comes near has no fit, and comes last."""
    steps = Coalesce(Round(F("own_fit") * FIT_STEPS) + 1, Value(0.0))
    many = Least(Coalesce(F("shown_undertakings"), Value(0)), Value(MOST_RANKED))
    return Cast(steps * (MOST_RANKED + 1) + many, IntegerField())


def _asking() -> Q:
    """No card that was answered, closed or has run out: those are hidden from providers."""
    hidden = Q(demand_card__state__in=HIDDEN)
    late = Q(demand_card__state=DemandCard.State.OPEN, demand_card__expires_on__lt=timezone.localdate())
    return ~(hidden | late)


def _shown_number(name: str) -> Cast:
    return Cast(KeyTextTransform(name, KeyTextTransform("figures", "shown")), IntegerField())


def own_offers_for(pool: Pool, actor: Actor) -> list[tuple[Offer, float, str]]:
    """The actor's own published offers that fit the pool well enough, best first: fit and, where that may be
    said, how many of the gaps it fits ("4/4")."""
    return own_offers_of([pool], actor)[pool.pk]


def own_offers_of(pools: Sequence[Pool], actor: Actor) -> dict[int, list[tuple[Offer, float, str]]]:
    """The same of many pools, by pool, in one query."""
    fits = {
        pool.pk: {pk: told for pk, told in fits_told(pool).items() if told[0] >= GOOD_ENOUGH}
        for pool in pools
    }
    wanted = {pk for told in fits.values() for pk in told}
    own = {offer.pk: offer for offer in Offer.objects.editable_by(actor).active().filter(pk__in=wanted)}
    return {
        pool: sorted(((own[pk], *told[pk]) for pk in told if pk in own), key=lambda row: (-row[1], row[0].pk))
        for pool, told in fits.items()
    }


def alike_of(pools: Sequence[Pool]) -> dict[int, list[Offer]]:
    """Published offers, of whoever, that fit all gaps of each pool: what is asked in words that anybody may
    read, where its companies share too few of their own. Best first; one query.

    Only what outsiders are told of fits counts, so that it changes as slowly (matching.services.figures).
    """
    fits = {
        pool.pk: sorted((-fit, pk) for pk, (fit, cover) in fits_told(pool).items() if _fits_all(fit, cover))
        for pool in pools
    }
    wanted = {pk for rows in fits.values() for _fit, pk in rows}
    offers = {offer.pk: offer for offer in Offer.objects.active().with_provider().filter(pk__in=wanted)}
    return {pool: [offers[pk] for _fit, pk in rows if pk in offers][:ALIKE] for pool, rows in fits.items()}


def _fits_all(fit: float, cover: str) -> bool:
    covered, _slash, gaps = cover.partition("/")
    return fit >= GOOD_ENOUGH and cover != "" and covered == gaps


def nearest_own(pool: Pool, actor: Actor) -> tuple[Offer, float] | None:
    """The actor's published offer that comes nearest, however far that is, and its fit."""
    fits = fits_told(pool)
    own = list(Offer.objects.editable_by(actor).active().filter(pk__in=fits))
    best = max(own, key=lambda offer: (fits[offer.pk][0], -offer.pk), default=None)
    return (best, fits[best.pk][0]) if best is not None and fits[best.pk][0] > 0 else None


def interest_of(pool: Pool, actor: Actor) -> ProviderInterest | None:
    return ProviderInterest.objects.filter(
        pool=pool, provider__organisation=actor.organisation_id, state=ProviderInterest.State.OPEN
    ).first()


def interests_in(pool: Pool) -> list[ProviderInterest]:
    """Providers that could teach what this pool asks, for the people of its network."""
    open_ones = pool.interests.filter(state=ProviderInterest.State.OPEN)
    return list(open_ones.select_related("provider__organisation"))


def register_interest(*, pool: Pool, actor: Actor, note: str = "") -> ProviderInterest:
    """A provider says that it could teach this; managers of the network hear it once. Safe to repeat.

    Raises ValidationError when the organisation is no provider or the pool is no longer shown.
    """
    provider = Provider.objects.of(actor).first() if actor.has(Role.PROVIDER) else None
    if provider is None:
        raise ValidationError(_("Alleen een opleidingsverstrekker kan belangstelling melden."))
    with transaction.atomic():
        shown = Pool.objects.anonymous_to(actor).select_for_update(of=("self",)).filter(pk=pool.pk).first()
        if shown is None:
            raise ValidationError(_("Deze vraag bestaat niet meer."))
        interest, _created = ProviderInterest.objects.update_or_create(
            pool=shown,
            provider=provider,
            defaults={"note": note.strip()[:1000], "state": ProviderInterest.State.OPEN, "user": actor.user},
        )
        notify(
            managers_of(shown.network_id),
            key=f"interest:{interest.pk}",
            template="provider_interest",
            context={"provider": str(provider), "pool": shown.title, "note": interest.note},
        )
    return interest


def withdraw_interest(*, pool: Pool, actor: Actor) -> None:
    """Take one's interest back; safe to repeat."""
    ProviderInterest.objects.filter(pool=pool, provider__organisation=actor.organisation_id).update(
        state=ProviderInterest.State.WITHDRAWN
    )
