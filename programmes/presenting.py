"""A programme as its page shows it: facts, offers with reasons, editions with who sits in them."""

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Exists, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from catalogue.models import Edition, Offer
from matching.links import address
from matching.models import Match, PoolGap
from networks.models import Gap
from programmes.evidence import ChosenOffer, chosen_offers
from programmes.losses import loss_sentence
from programmes.models import (
    FundingLine,
    OtherFunding,
    Participation,
    Programme,
    ProgrammeEdition,
    ProgrammePool,
    Supplement,
    WaitingPlace,
)
from programmes.rules import Sight
from programmes.services.prices import with_kept_prices
from skillnet.kernel import regions
from skillnet.kernel.actor import Actor
from skillnet.templatetags.ui import date_long, days_left, euro, number
from skillnet.ui import Fact, MatchRow

S = Programme.State


def programme_for_page(programmes: Any) -> Any:
    """A queryset that brings all that the page shows of the programme itself."""
    seated = ArrayAgg(
        JSONObject(name="company_seats__organisation__name", learners="company_seats__learners"),
        filter=Q(company_seats__isnull=False),
        order_by="company_seats__organisation__name",
    )
    editions = ProgrammeEdition.objects.select_related("edition__offer__provider__organisation")
    money = OtherFunding.objects.filter(participation=OuterRef("pk"), retracted_at=None)
    people = Participation.objects.select_related("organisation").annotate(has_other_money=Exists(money))
    shown = programmes.select_related("network__call__coordinator", "strategy", "run").with_steering_group()
    pooled = ProgrammePool.objects.filter(programme=OuterRef("pk"))
    asked = Supplement.objects.filter(programme=OuterRef("pk"))
    waits = WaitingPlace.objects.filter(participation__programme=OuterRef("pk"), state="waiting")
    return shown.annotate(
        has_pools=Exists(pooled),
        has_supplements=Exists(asked),
        open_supplement=Subquery(asked.filter(state__in=["signing", "pending"]).values("public_id")[:1]),
        has_waiting=Exists(waits),
    ).prefetch_related(
        Prefetch("participations", queryset=people),
        Prefetch("programme_editions", queryset=with_kept_prices(editions.annotate(seated=seated))),
        Prefetch("funding_lines", queryset=FundingLine.objects.select_related("instrument", "organisation")),
    )


def live(programme: Programme) -> list[Participation]:
    return [p for p in programme.participations.all() if p.state != Participation.State.WITHDRAWN]


def facts_of(programme: Programme, sight: Sight) -> list[Fact]:
    """The figures that sum it up; a company reads its own beside the totals of nobody else."""
    people = live(programme)
    facts = [Fact(_("Bedrijven"), len(people)), Fact(_("Deelnemers"), programme.learners)]
    own = next((p for p in people if p.organisation_id == sight.own_id), None)
    if sight.money or own is None:
        facts += [Fact(_("Kost"), euro(programme.cost)), Fact(_("Netwerksubsidie"), euro(programme.grant))]
        facts.append(Fact(_("Per deelnemer"), _per(programme.cost, programme.learners)))
    else:
        facts += [
            Fact(_("Uw deelnemers"), own.learners),
            Fact(_("Uw kost"), euro(own.cost, 2)),
            Fact(_("Uw subsidie"), euro(own.grant, 2)),
            Fact(_("U betaalt"), euro(own.own_share, 2)),
        ]
    if programme.jobseeker_learners and sight.companies:
        apart = euro(programme.jobseeker_cost) if sight.money else _("afgeschermde lijn")
        facts.append(Fact(_("Werkzoekenden"), programme.jobseeker_learners, hint=apart))
    starts = date_long(programme.starts_on) if programme.starts_on else _("nog niet bekend")
    return [*facts, Fact(_("Start"), starts)]


def _per(amount: Any, learners: int | None) -> str:
    return euro(amount / learners) if amount is not None and learners else _("onbekend")


def subline_of(programme: Programme) -> str:
    """Network, since when it lies where it lies, and how long there is to decide."""
    parts = [programme.network.name]
    if programme.submitted_at:
        parts.append(_("ingediend op %(day)s") % {"day": date_long(programme.submitted_at)})
    if programme.state == S.SUBMITTED and programme.decide_by:
        parts.append(_("te beslissen tegen %(day)s") % {"day": date_long(programme.decide_by)})
        parts.append(days_left(programme.decide_by))
    return " · ".join(parts)


def offers_of(programme: Programme, actor: Actor) -> list[ChosenOffer]:
    """The bought offers with their evidence; words only of gaps that the actor may read."""
    offers = list(
        {row.edition.offer_id: row.edition.offer for row in programme.programme_editions.all()}.values()
    )
    pools = [row.pool_id for row in programme.programme_pools.all()]
    gaps = list(
        Gap.objects.visible_to(actor)
        .filter(pool_gap__pool__in=pools)
        .with_parties()
        .order_by("organisation__name", "pk")
    )
    matches = list(Match.objects.visible_to(actor).filter(gap__in=gaps, offer__in=offers)) if gaps else []
    return chosen_offers(offers=offers, gaps=gaps, matches=matches)


def gap_counts(programme: Programme) -> dict[str, int]:
    """How much demand there is, for who may not read the words."""
    pools = [row.pool_id for row in programme.programme_pools.all()]
    rows = list(PoolGap.objects.filter(pool__in=pools).values_list("gap__organisation"))
    return {"gaps": len(rows), "companies": len(set(rows))}


def match_rows(programme: Programme, chosen: Sequence[ChosenOffer]) -> list[MatchRow]:
    """Bought offers with their meters, the best first; the score is the one on which they were chosen."""
    fits = {str(r.get("offer")): r.get("fit") for r in programme.reasons if r.get("key") == "offer"}
    rows = [
        MatchRow(
            score=score,
            title=item.offer.title,
            url=address("catalogue:offer_detail", item.offer.public_id),
            meta=_offer_meta(item.offer),
            price=item.price,
            components=item.parts,
            certainty=item.certainty,
        )
        for item in chosen
        if (score := fits.get(item.offer.title) or item.score) is not None
    ]
    return sorted(rows, key=lambda row: -row.score)


def runners_up(programme: Programme) -> list[MatchRow]:
    """The next best offers, and what they lost on."""
    from matching.services.presenting import price_text

    records = sorted(programme.alternatives, key=lambda r: -(r.get("fit") or 0))
    records = list({r["offer_id"]: r for r in records}.values())[:2]
    offers = Offer.objects.with_provider().in_bulk([r["offer_id"] for r in records])
    return [
        MatchRow(
            score=record["fit"],
            title=offer.title,
            url=address("catalogue:offer_detail", offer.public_id),
            meta=_offer_meta(offer),
            price=price_text(offer),
            sentence=loss_sentence(record),
        )
        for record in records
        if (offer := offers.get(record["offer_id"])) is not None
    ]


def _offer_meta(offer: Offer) -> str:
    parts = [str(offer.provider), str(offer.get_mode_display()) if offer.mode else ""]
    if offer.hours is not None:
        parts.append(_("%(hours)s contacturen") % {"hours": number(offer.hours)})
    if offer.credential and offer.credential != Offer.Credential.NONE:
        parts.append(str(offer.get_credential_display()))
    return " · ".join(part for part in parts if part)


def editions_of(programme: Programme, sight: Sight) -> list[dict[str, Any]]:
    """What is bought, when and where, and who sits in it."""
    return [
        {
            "edition": row.edition,
            "offer": row.edition.offer,
            "url": address("catalogue:offer_detail", row.edition.offer.public_id),
            "when": when_of(row.edition),
            "where": where_of(row.edition),
            "seats": row.seats,
            "is_cancelled": row.edition.state == Edition.State.CANCELLED,
            "companies": [
                f"{seat['name']} ({seat['learners']})"
                for seat in row.seated or []  # type: ignore[attr-defined]
                if sight.companies
            ]
            + ([f"{_('werkzoekenden')} ({row.jobseeker_seats})"] if row.jobseeker_seats else []),
        }
        for row in programme.programme_editions.all()
    ]


def where_of(edition: Edition) -> str:
    """The place, or the region by its name."""
    return edition.location or (regions.display_name(edition.region) if edition.region else "")


def when_of(edition: Edition) -> str:
    """First to last day in words."""
    if edition.starts_on is None:
        return _("startdatum onbekend")
    if edition.ends_on is None or edition.ends_on == edition.starts_on:
        return date_long(edition.starts_on)
    return _("%(first)s tot %(last)s") % {
        "first": date_long(edition.starts_on),
        "last": date_long(edition.ends_on),
    }
