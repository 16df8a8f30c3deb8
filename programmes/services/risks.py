"""What is late and what is risky in the programmes that a person answers for; calm, and each with its page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from networks.models import Organisation
from programmes.aid.de_minimis import in_window
from programmes.aid.rates import RateNotInForceError, Rates
from programmes.models import (
    AuditCase,
    Claim,
    DeMinimisAid,
    Participation,
    Programme,
    ProgrammeEdition,
    Supplement,
)
from programmes.querysets import ledger_organisations
from programmes.services.terms import CLAIM_LATE_DAYS, NEAR_CEILING_PERCENT, START_RISK_DAYS, days, term
from programmes.states import FUNDED
from skillnet.kernel.actor import Actor
from skillnet.templatetags.ui import date_long, days_left
from skillnet.ui import Todo

MOST = 8
S = Programme.State
PENDING = Supplement.State.PENDING


@dataclass(frozen=True, slots=True)
class NearCeiling:
    """An undertaking with little de minimis room left; euro."""

    organisation: Organisation
    used: Decimal
    ceiling: Decimal

    @property
    def left(self) -> Decimal:
        return self.ceiling - self.used


def late_and_risky(actor: Actor, today: date, rates: Rates | None = None) -> tuple[list[Todo], list[Todo]]:
    """What is late: decisions, lessons that nobody started, claims and answers that did not come. And what is not
    late yet and likely to cost money: no application before the first lesson, payments that failed."""
    horizon, late = today + days(START_RISK_DAYS, today, rates), days(CLAIM_LATE_DAYS, today, rates)
    programmes = _programmes(actor, today, late)
    supplements = _open_supplements(actor, today, horizon)
    return (
        [
            *[
                Todo(p.title, _page(p), text=_why_late(p, late), when=_when(p))
                for p in programmes
                if _is_late(p)
            ],
            *[_undecided(row) for row in supplements if row.state == PENDING],
            *_unanswered(actor, today),
        ],
        [
            *_unconfirmed(actor, today, horizon),
            *[_unpaid(p) for p in programmes if not _is_late(p)],
            *_not_given(actor),
            *[_not_signed(row) for row in supplements if row.state != PENDING],
        ],
    )


def _programmes(actor: Actor, today: date, late: timedelta) -> list[Programme]:
    """Those of which a day has passed, and those of which the payment failed."""
    mine = _answerable(Programme.objects.visible_to(actor), actor, "")
    wanted = (
        Q(state=S.SUBMITTED, decide_by__lt=today)
        | Q(state=S.APPROVED, starts_on__lt=today)
        | Q(state=S.DELIVERED, updated_at__date__lt=today - late)
        | Q(claim__state=Claim.State.PAYMENT_FAILED)
    )
    return list(mine.filter(wanted).order_by("decide_by", "starts_on", "pk")[: 2 * MOST])


def _is_late(programme: Programme) -> bool:
    return programme.state in (S.SUBMITTED, S.APPROVED, S.DELIVERED)


def _unpaid(programme: Programme) -> Todo:
    page = reverse("programmes:claim", args=[programme.public_id])
    return Todo(programme.title, page, text=_("De betaling mislukte; kijk het rekeningnummer na."))


def _unanswered(actor: Actor, today: date) -> list[Todo]:
    hearings = _answerable(AuditCase.objects.visible_to(actor), actor, "claim__programme__").filter(
        state=AuditCase.State.ADVERSARIAL, answer_by__lt=today
    )
    return [
        Todo(
            c.claim.programme.title,
            reverse("programmes:audit_case", args=[c.public_id]),
            text=_("Het netwerk antwoordde niet op de controle."),
            when=days_left(c.answer_by),
        )
        for c in hearings.select_related("claim__programme").order_by("answer_by")[:MOST]
    ]


def _unconfirmed(actor: Actor, today: date, horizon: date) -> list[Todo]:
    soon = Q(programme__starts_on__gt=today, programme__starts_on__lte=horizon)
    open_ones = (
        _answerable(Participation.objects.visible_to(actor), actor, "programme__")
        .filter(soon, state=Participation.State.PROPOSED, programme__state=S.APPROVED)
        .select_related("programme")
    )
    waiting: dict[Programme, int] = {}
    for row in open_ones.order_by("programme__starts_on", "pk"):
        waiting[row.programme] = waiting.get(row.programme, 0) + 1
    return [
        Todo(
            programme.title,
            _page(programme),
            text=ngettext(
                "%(n)s bedrijf bevestigde nog niet: zonder aanvraag vóór de eerste les geen steun.",
                "%(n)s bedrijven bevestigden nog niet: zonder aanvraag vóór de eerste les geen steun.",
                count,
            )
            % {"n": count},
            when=_("eerste les op %(day)s") % {"day": date_long(programme.starts_on)},
        )
        for programme, count in list(waiting.items())[:MOST]
    ]


def _open_supplements(actor: Actor, today: date, horizon: date) -> list[Supplement]:
    """Those that nobody decided in time, and those that lapse soon because a company did not sign."""
    mine = _answerable(Supplement.objects.visible_to(actor), actor, "programme__")
    wanted = Q(state=PENDING, decide_by__lt=today)
    wanted |= Q(state=Supplement.State.SIGNING, sign_by__lte=horizon)
    return list(mine.filter(wanted).select_related("programme").order_by("sign_by", "pk")[: 2 * MOST])


def _undecided(supplement: Supplement) -> Todo:
    return Todo(
        supplement.programme.title,
        reverse("programmes:supplement", args=[supplement.public_id]),
        text=_("De termijn om over de uitbreiding te beslissen is voorbij."),
        when=days_left(supplement.decide_by),
    )


def _not_signed(supplement: Supplement) -> Todo:
    return Todo(
        supplement.programme.title,
        reverse("programmes:supplement", args=[supplement.public_id]),
        text=_("Nog niet alle bedrijven tekenden de uitbreiding; daarna vervalt ze."),
        when=days_left(supplement.sign_by),
    )


def _not_given(actor: Actor) -> list[Todo]:
    """Editions of decided programmes that were cancelled: their seats are empty until another one is chosen."""
    rows = _answerable(ProgrammeEdition.objects.all(), actor, "programme__").filter(
        programme__in=Programme.objects.visible_to(actor),
        programme__state__in=FUNDED,
        edition__state="cancelled",
    )
    return [
        Todo(
            row.programme.title,
            _page(row.programme),
            text=_(
                "“%(offer)s” gaat niet door en er is nog geen andere editie: die plaatsen krijgen geen steun."
            )
            % {"offer": row.edition.offer.title},
        )
        for row in rows.select_related("programme", "edition__offer").order_by("pk")[:MOST]
    ]


def near_ceiling(actor: Actor, today: date, rates: Rates) -> list[NearCeiling]:
    """Undertakings that used most of their ceiling, those with the least room first.

    Linked organisations count together, by the key that they were given; the page of each says it exactly.
    """
    try:
        ceiling = rates.value("de_minimis_ceiling", today)
        years = int(rates.value("de_minimis_window", today))
    except RateNotInForceError:
        return []
    known = ledger_organisations(Organisation.objects.all(), actor)
    rows = (
        DeMinimisAid.objects.filter(organisation__in=known.values("pk"), basis=DeMinimisAid.Basis.DE_MINIMIS)
        .filter(granted_on__gte=today.replace(year=today.year - years, day=min(today.day, 28)))
        .select_related("organisation")
        .prefetch_related("corrections")
    )
    used: dict[int, Decimal] = {}
    shown: dict[int, Organisation] = {}
    for row in rows:
        if in_window(row.granted_on, today, years):
            key = row.organisation.undertaking_key
            used[key] = used.get(key, Decimal(0)) + row.counted
            shown[key] = row.organisation
    if not used:
        return []
    share = _near(today, rates)
    near = [NearCeiling(shown[key], amount, ceiling) for key, amount in used.items()]
    return sorted(
        (n for n in near if n.used >= ceiling * share), key=lambda n: (n.left, n.organisation.name)
    )[:MOST]


def _near(today: date, rates: Rates) -> Decimal:
    """The part of a ceiling or a budget from which on it is worth a look."""
    return term(NEAR_CEILING_PERCENT, today, rates) / 100


def tight_networks(networks: Sequence[Any], today: date, rates: Rates) -> list[Any]:
    """Networks of which most of the budget is bound or asked for, those with the least left first."""
    rest = 1 - _near(today, rates)
    tight = [n for n in networks if n.budget and n.left is not None and n.left <= n.budget * rest]
    return sorted(tight, key=lambda n: (n.left, n.name))[:MOST]


def _answerable(rows: Any, actor: Actor, prefix: str) -> Any:
    """Those that the actor runs or decides on; a company's own home page says what it has to do."""
    wanted = Q(**{f"{prefix}network__in": actor.managed_networks})
    wanted |= Q(**{f"{prefix}network__call__coordinator": actor.organisation_id})
    return rows.filter(wanted)


def _why_late(programme: Programme, late: timedelta) -> str:
    return {
        S.SUBMITTED: _("De termijn om te beslissen is voorbij."),
        S.APPROVED: _("De eerste les is voorbij en het programma is niet als gestart gemeld."),
        S.DELIVERED: ngettext(
            "Al meer dan %(n)s dag gegeven en nog niet afgerekend.",
            "Al meer dan %(n)s dagen gegeven en nog niet afgerekend.",
            late.days,
        )
        % {"n": late.days},
    }[S(programme.state)]


def _when(programme: Programme) -> str:
    if programme.state == S.SUBMITTED:
        return days_left(programme.decide_by)
    return days_left(programme.starts_on) if programme.state == S.APPROVED else ""


def _page(programme: Programme) -> str:
    return reverse("programmes:programme_detail", args=[programme.public_id])
