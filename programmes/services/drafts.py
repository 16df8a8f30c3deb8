"""Drafts by hand: a network manager makes a programme of a pool, or changes who sits where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.models import Edition, Offer
from matching.models import Pool, PoolGap
from matching.services.choosing import chosen_bids
from matching.services.demand_cards import settle_pools
from matching.services.fits import PoolOffer, pool_offers
from networks.models import Organisation
from networks.network_state import why_nothing_new
from programmes.models import Programme, ProgrammePool
from programmes.services.explain import together_record, with_ids
from programmes.services.plan_versions import check_plan
from programmes.services.plans import PlanError, PlanFacts, Seats, facts_of, seats_of_programme, write_plan
from programmes.services.retiring import retire_proposals
from programmes.states import CHANGEABLE
from skillnet.kernel.actor import Actor
from skillnet.kernel.transitions import record_decision

MOST_CHOICES = 12


@dataclass(frozen=True, slots=True)
class EditionChoice:
    """An edition that fits a pool, and what is still missing before it can be bought."""

    edition: Edition
    fit: float
    covered: int
    gaps: int

    @property
    def lacks(self) -> list[str]:
        """Names of fields that a person must fill in first."""
        missing = []
        if self.edition.effective_price[0] is None:
            missing.append("price")
        if self.edition.seats_left is None:
            missing.append("seats")
        if self.edition.starts_on is None:
            missing.append("starts_on")
        return missing


@dataclass(frozen=True, slots=True)
class FillIn:
    """What a person filled in where an edition says nothing: euro excl. VAT, seats, first day."""

    price: Decimal | None = None
    price_basis: str = ""
    seats: int | None = None
    starts_on: date | None = None


def edition_choices(*, pools: Sequence[Pool], today: date | None = None) -> list[EditionChoice]:
    """Editions of offers that fit these pools, best first; also such without price or seats."""
    fits: dict[int, PoolOffer] = {}
    for rows in pool_offers([pool.pk for pool in pools]).values():
        for row in rows:
            if row.offer_id not in fits or row.fit > fits[row.offer_id].fit:
                fits[row.offer_id] = row
    editions = (
        Edition.objects.filter(offer__in=fits)
        .upcoming(today or timezone.localdate())
        .select_related("offer__provider__organisation")
    )
    choices = [
        EditionChoice(e, fits[e.offer_id].fit, fits[e.offer_id].covered, fits[e.offer_id].gaps)
        for e in editions
        if e.seats_left != 0
    ]
    ranked = sorted(choices, key=lambda c: (-c.fit, c.edition.starts_on or date.max, c.edition.pk))
    return _with_chosen(pools, ranked)[:MOST_CHOICES]


def _with_chosen(pools: Sequence[Pool], choices: list[EditionChoice]) -> list[EditionChoice]:
    """The editions of bids that the network chose for these pools come first, whatever they score."""
    known = {choice.edition.pk: choice for choice in choices}
    first = []
    for pool, bid in chosen_bids({p.pk: p for p in pools}).items():
        if bid.edition is not None and bid.edition.seats_left != 0:
            gaps = PoolGap.objects.filter(pool=pool).count()
            first.append(known.get(bid.edition.pk) or EditionChoice(bid.edition, 0.0, gaps, gaps))
    chosen = {choice.edition.pk for choice in first}
    return [*first, *(choice for choice in choices if choice.edition.pk not in chosen)]


def learners_of_pool(pool: Pool) -> dict[Organisation, int | None]:
    """Learners per company, as its gaps in the pool say; None where none of them says."""
    found: dict[Organisation, int | None] = {}
    rows = (
        PoolGap.objects.filter(pool=pool)
        .select_related("gap__organisation")
        .order_by("gap__organisation__name")
    )
    for row in rows:
        company = row.gap.organisation
        known = found.get(company)
        found[company] = (known or 0) + row.gap.learners if row.gap.learners else known
    return found


def draft_programme(
    *, actor: Actor, pool: Pool, edition: Edition, learners: Mapping[int, int], fill_in: FillIn | None = None
) -> Programme:
    """Make a draft for a pool by hand; the bare proposal that held the pool gives way.

    `learners` is by organisation. Raises ValidationError with what is missing.
    """
    with transaction.atomic():
        pool = Pool.objects.select_for_update(of=("self",)).get(pk=pool.pk)
        refusal = why_nothing_new(pool.network)
        if refusal:
            raise ValidationError(refusal)
        _release(pool)
        edition = fill_in_edition(edition_id=edition.pk, fill_in=fill_in or FillIn())
        companies = {o.pk: o for o in learners_of_pool(pool)}
        seats = [Seats(edition, companies[pk], n) for pk, n in learners.items() if n and pk in companies]
        _check_seats(seats)
        programme = Programme(
            network_id=pool.network_id,
            title=pool.title,
            state=Programme.State.DRAFT,
            created_by=actor.user,
            reasons=_reasons(pool, edition, seats),
            alternatives=_alternatives(pool, edition),
        )
        programme.save()
        ProgrammePool.objects.create(programme=programme, pool=pool)
        _plan(programme, seats)
        Pool.objects.filter(pk=pool.pk).update(state=Pool.State.FROZEN)
        settle_pools(pool_ids=[pool.pk])
        record_decision(
            subject=programme,
            action="draft",
            from_state="",
            to_state=programme.state,
            actor=actor,
            evidence=_totals(programme),
        )
    return programme


def change_programme(
    *,
    actor: Actor,
    programme_id: int,
    learners: Mapping[tuple[int, int], int],
    title: str = "",
    jobseekers: Mapping[int, int] | None = None,
    version: str | None = None,
) -> Programme:
    """Change editions, seats and learners of a draft: `learners` is by (edition, organisation).

    `jobseekers` is by edition; None keeps what is planned. The plan is made again; the history keeps the
    versions. Raises ValidationError, and ChangedMeanwhile where a colleague saved the plan since `version`
    (`plan_versions.plan_version`) was read.
    """
    with transaction.atomic():
        programme = Programme.objects.select_for_update(of=("self",)).get(pk=programme_id)
        if programme.state not in CHANGEABLE:
            raise ValidationError(
                _(
                    "Een programma verandert u als ontwerp of nadat het is teruggestuurd; dit staat op "
                    "“%(state)s”."
                )
                % {"state": programme.get_state_display()}
            )
        before = _totals(programme)
        seats = _seats(programme, {key: count for key, count in learners.items() if count})
        facts = facts_of(programme)
        if jobseekers is not None:
            facts = replace(facts, jobseekers={pk: n for pk, n in jobseekers.items() if n})
        _check_seats(seats, facts.jobseekers)
        check_plan(programme, version, title=title.strip(), seats=seats, jobseekers=facts.jobseekers)
        if title.strip():
            programme.title = title.strip()[:300]
            programme.save(update_fields=["title", "updated_at"])
        _plan(programme, seats, facts)
        record_decision(
            subject=programme,
            action="change",
            from_state=programme.state,
            to_state=programme.state,
            actor=actor,
            evidence={"before": before, "after": _totals(programme)},
        )
    return programme


def fill_in_edition(*, edition_id: int, fill_in: FillIn) -> Edition:
    """Write what a person knows into an edition that does not say; what its provider said stays."""
    edition: Edition = (
        Edition.objects.select_for_update(of=("self",))
        .select_related("offer__provider__organisation")
        .get(pk=edition_id)
    )
    if edition.effective_price[0] is None and fill_in.price is not None:
        edition.price, edition.price_basis = (
            fill_in.price,
            fill_in.price_basis or Offer.PriceBasis.PARTICIPANT,
        )
    if edition.seats_left is None and fill_in.seats is not None:
        edition.seats = fill_in.seats
    if edition.starts_on is None and fill_in.starts_on is not None:
        edition.starts_on = fill_in.starts_on
    edition.full_clean(validate_unique=False)
    edition.save()
    return edition


def candidate_companies(programme: Programme) -> dict[int, Organisation]:
    """Companies that may sit in the programme: those of its pools and those that take part."""
    found = {s.organisation.pk: s.organisation for s in seats_of_programme(programme)}
    rows = PoolGap.objects.filter(pool__programme_pools__programme=programme).select_related(
        "gap__organisation"
    )
    for row in rows:
        found.setdefault(row.gap.organisation_id, row.gap.organisation)
    return dict(sorted(found.items(), key=lambda item: (item[1].name, item[0])))


def _release(pool: Pool) -> None:
    """The pool must be free: in no programme that a person works on."""
    live = Programme.objects.filter(programme_pools__pool=pool, programme_pools__is_live=True)
    if live.exclude(state=Programme.State.PROPOSAL).exists() or pool.state == Pool.State.DISSOLVED:
        raise ValidationError(_("Deze gebundelde vraag zit al in een programma of bestaat niet meer."))
    retire_proposals(programme_ids=list(live.values_list("pk", flat=True)))


def _seats(programme: Programme, learners: Mapping[tuple[int, int], int]) -> list[Seats]:
    companies = candidate_companies(programme)
    editions = {
        e.pk: e
        for e in Edition.objects.select_related("offer__provider__organisation").filter(
            pk__in={edition for edition, _organisation in learners}
        )
    }
    return [
        Seats(editions[edition], companies[organisation], count)
        for (edition, organisation), count in sorted(learners.items())
        if edition in editions and organisation in companies
    ]


def _check_seats(seats: Sequence[Seats], jobseekers: Mapping[int, int] | None = None) -> None:
    if not seats:
        raise ValidationError(_("Vul voor minstens één bedrijf deelnemers in."))
    apart = jobseekers or {}
    if set(apart) - {s.edition.pk for s in seats}:
        raise ValidationError(
            _("Werkzoekenden volgen een editie samen met bedrijven: vul ook deelnemers van een bedrijf in.")
        )
    for edition in {s.edition.pk: s.edition for s in seats}.values():
        wanted = sum(s.learners for s in seats if s.edition.pk == edition.pk) + apart.get(edition.pk, 0)
        left = edition.seats_left
        if left is None:
            raise ValidationError(
                _("“%(offer)s” zegt niet hoeveel plaatsen er zijn. Vul ze in.")
                % {"offer": edition.offer.title}
            )
        if wanted > left:
            raise ValidationError(
                _("“%(offer)s” heeft nog %(left)s plaatsen; u vraagt er %(wanted)s.")
                % {"offer": edition.offer.title, "left": left, "wanted": wanted}
            )


def _plan(programme: Programme, seats: Sequence[Seats], facts: PlanFacts | None = None) -> None:
    try:
        write_plan(programme=programme, seats=seats, facts=facts)
    except PlanError as error:
        raise ValidationError(str(error)) from error


def _totals(programme: Programme) -> dict[str, Any]:
    return {
        "learners": programme.learners,
        "cost": None if programme.cost is None else str(programme.cost),
        "grant": None if programme.grant is None else str(programme.grant),
        "jobseekers": programme.jobseeker_learners,
        "jobseeker_cost": str(programme.jobseeker_cost),
    }


def _reasons(pool: Pool, edition: Edition, seats: Sequence[Seats]) -> list[dict[str, Any]]:
    row = next((r for r in pool_offers([pool.pk])[pool.pk] if r.offer_id == edition.offer_id), None)
    return [
        together_record(pool, [row.gap for row in pool.pool_gaps.select_related("gap__organisation")]),
        {
            "key": "offer",
            "offer": edition.offer.title,
            "provider": edition.offer.provider.organisation.name,
            "fit": round(row.fit, 3) if row else None,
            "covered": row.covered if row else 0,
            "gaps": row.gaps if row else pool.pool_gaps.count(),
            "learners": sum(s.learners for s in seats),
            "starts_on": edition.starts_on.isoformat() if edition.starts_on else None,
        },
        {"key": "by_hand"},
    ]


def _alternatives(pool: Pool, edition: Edition) -> list[dict[str, Any]]:
    """The next best offers; a person chose, so what they lost on is that choice or their fit."""
    rows = pool_offers([pool.pk])[pool.pk]
    best = next((r.fit for r in rows if r.offer_id == edition.offer_id), 0.0)
    return with_ids(
        [
            {
                "offer_id": row.offer_id,
                "fit": round(row.fit, 3),
                "lost_on": "fit" if row.fit < best else "by_hand",
                "by": round(best - row.fit, 3),
            }
            for row in rows
            if row.offer_id != edition.offer_id
        ][:2]
    )
