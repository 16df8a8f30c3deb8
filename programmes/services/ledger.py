"""The de minimis ledger: rolling three years per single undertaking, all or nothing, never above."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from networks.models import Organisation
from programmes.aid.case import Cost
from programmes.aid.de_minimis import in_window, read_ledger
from programmes.aid.texts import render
from programmes.aid.undertaking import single_undertaking
from programmes.models import DeMinimisAid, LedgerCorrection, Participation, Recovery, SupplementLine
from programmes.reasons import aid_language
from programmes.services.aid_cases import AidDates, CompanyCost, assess_company, case_of, group_of
from programmes.services.law import database_rates
from programmes.services.terms import term
from programmes.workdays import add_working_days
from skillnet.accounts.models import User
from skillnet.kernel.actor import Actor
from skillnet.kernel.transitions import record_decision

REGISTER_DAYS = "de_minimis_register_days"
WINDOW_YEARS = "de_minimis_window"
ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Position:
    """Where a single undertaking stands on a day: aid that counts, ceiling and what is left, in euro."""

    names: Sequence[str]
    counted: Sequence[DeMinimisAid]
    expired: Sequence[DeMinimisAid]
    used: Decimal
    ceiling: Decimal
    left: Decimal
    sentences: Sequence[str]
    day: date
    years: int


def undertaking_position(*, organisation: Organisation, day: date | None = None) -> Position:
    """The ledger of the single undertaking of `organisation`, by the pure rules."""
    today = day or timezone.localdate()
    rates = database_rates()
    case = case_of(cost=_nothing(organisation), dates=AidDates(today, today, today))
    members = single_undertaking(case.company, case.links, rates, today).members
    ledger = read_ledger(case.earlier_aid, members, rates, today)
    years = int(rates.value(WINDOW_YEARS, today))
    ids = [int(member) for member in members]
    aid = list(
        DeMinimisAid.objects.filter(organisation__in=ids)
        .select_related("organisation", "participation")
        .prefetch_related("corrections")
    )
    ceiling = rates.value("de_minimis_ceiling", today)
    return Position(
        names=[o.name for o in Organisation.objects.filter(pk__in=ids)],
        counted=[row for row in aid if in_window(row.granted_on, today, years)],
        expired=[row for row in aid if not in_window(row.granted_on, today, years)],
        used=ledger.general,
        ceiling=ceiling,
        left=ledger.left,
        sentences=[render(item, aid_language()) for item in ledger.reasons],
        day=today,
        years=years,
    )


def window_years() -> int:
    """Over how many years, day to day, de minimis aid counts today."""
    return int(term(WINDOW_YEARS, timezone.localdate()))


def counts_today(aid: DeMinimisAid) -> bool:
    """Whether aid of that day is still within the rolling window."""
    return in_window(aid.granted_on, timezone.localdate(), window_years())


def register_deadline(aid: DeMinimisAid) -> date:
    """The last day to enter a grant in the European register (article 6 Reg. (EU) 2023/2831)."""
    days = database_rates().value(REGISTER_DAYS, max(aid.granted_on, REGISTER_SINCE))
    return add_working_days(aid.granted_on, int(days))


# Aid from before this day is not entered; the register did not exist.
REGISTER_SINCE = date(2026, 1, 1)


def mark_registered(*, aid_id: int, actor: Actor, reference: str = "") -> DeMinimisAid:
    """Note that a grant stands in the European register, under which reference and by whom; noting it twice
    keeps the first moment."""
    with transaction.atomic():
        aid: DeMinimisAid = DeMinimisAid.objects.select_for_update(of=("self",)).get(pk=aid_id)
        if aid.registered_at is None:
            aid.registered_at = timezone.now()
            aid.registered_by, aid.register_reference = actor.user, reference.strip()[:80]
            fields = ["registered_at", "registered_by", "register_reference", "updated_at"]
            aid.save(update_fields=fields)
            record_decision(
                subject=aid,
                action="register",
                from_state="",
                to_state="registered",
                actor=actor,
                evidence={"reference": aid.register_reference, "counted": str(aid.counted)},
            )
    return aid


def due_for_register(*, within: timedelta) -> list[tuple[DeMinimisAid, date]]:
    """Grants of ours that must be registered soon or are late, with the last day."""
    rows = DeMinimisAid.objects.to_register().select_related("organisation", "participation__programme")
    dated = [(row, register_deadline(row)) for row in rows if row.granted_on >= REGISTER_SINCE]
    horizon = timezone.localdate() + within
    return sorted(((r, d) for r, d in dated if d <= horizon), key=lambda pair: (pair[1], pair[0].pk))


def _nothing(organisation: Organisation) -> CompanyCost:
    return CompanyCost(organisation, learners=0, hours=None, costs=(), mandatory=False, requested=ZERO)


def grant_de_minimis(*, participation: Participation, day: date | None = None) -> DeMinimisAid:
    """Write the grant of a participation into the ledger; granting twice is one entry.

    Locks every organisation of the group in the order of its key, so that two grants at one instant count
    each other. Raises ValidationError when the whole amount does not fit (Reg. (EU) 2023/2831, art. 3(7)).
    """
    return _grant(participation, participation.grant, participation.cost, day)


def grant_more_de_minimis(
    *, line: SupplementLine, participation: Participation, day: date | None = None
) -> DeMinimisAid:
    """What a supplement grants beside the first decision, as an entry of its own; twice is once.

    The ceiling is counted on the day of this decision, with everything that the ledger holds. Raises
    ValidationError when the whole difference does not fit.
    """
    more = max(line.cost_after - line.cost_before, line.extra)
    return _grant(participation, line.extra, more, day, line)


def _grant(
    participation: Participation,
    amount: Decimal,
    cost: Decimal,
    day: date | None,
    line: SupplementLine | None = None,
) -> DeMinimisAid:
    today = day or timezone.localdate()
    with transaction.atomic():
        lock_undertaking(participation.organisation)
        known = DeMinimisAid.objects.filter(participation=participation, supplement_line=line).first()
        if known:
            return known
        headroom = de_minimis_headroom(
            organisation=participation.organisation, amount=amount, cost=cost, day=today
        )
        if headroom < amount:
            raise ValidationError(
                _("%(name)s heeft nog %(left)s euro de-minimisruimte; %(wanted)s euro past daar niet in.")
                % {"name": participation.organisation.name, "left": headroom, "wanted": amount}
            )
        return DeMinimisAid.objects.create(
            organisation=participation.organisation,
            granted_on=today,
            amount=amount,
            granter=_granter(participation),
            participation=participation,
            supplement_line=line,
        )


def declare_de_minimis(
    *,
    organisation: Organisation,
    granted_on: date,
    amount: Decimal,
    basis: str,
    granter: str,
    user: User | None,
) -> DeMinimisAid:
    """Aid that a company declares to have had elsewhere: it counts as if we had granted it.

    Declaring the same twice is one entry; one that was corrected since may be declared anew. ValidationError.
    """
    aid = DeMinimisAid(
        organisation=organisation,
        granted_on=granted_on,
        amount=amount,
        basis=basis,
        granter=granter,
        declared_by=user,
    )
    with transaction.atomic():
        lock_undertaking(organisation)
        aid.full_clean(exclude=["declared_by", "registered_by"])
        known = DeMinimisAid.objects.filter(
            organisation=organisation,
            granted_on=granted_on,
            amount=aid.amount,
            basis=basis,
            granter=granter,
            participation=None,
            corrections=None,
        ).first()
        if known is not None:
            return known
        aid.save()
    return aid


def de_minimis_headroom(*, organisation: Organisation, amount: Decimal, cost: Decimal, day: date) -> Decimal:
    """What the single undertaking may still receive on `day`, euro, by the pure rules."""
    case = CompanyCost(
        organisation=organisation,
        learners=1,
        hours=None,
        costs=(Cost("trainer", max(cost, amount)),),
        mandatory=False,
        requested=amount,
    )
    dates = AidDates(application=day, start=day, decision=day)
    return assess_company(cost=case, dates=dates, rates=database_rates(), route="de_minimis").outcome.headroom


def lock_undertaking(organisation: Organisation) -> None:
    """Lock every organisation of the group in the order of its key."""
    lock_undertakings([organisation])


def lock_undertakings(organisations: Iterable[Organisation]) -> None:
    """Lock the groups of all of these in one order: who grants to several companies takes them at once, or
    two grants wait for each other in a ring."""
    ids = {member.pk for organisation in organisations for member in group_of(organisation)}
    list(Organisation.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk"))


def _granter(participation: Participation) -> str:
    call = participation.programme.network.call
    return call.coordinator.name if call else participation.programme.network.name


def correct_ledger(
    *, aid_id: int, amount: Decimal, reason: str, actor: Actor, recovery: Recovery | None = None
) -> LedgerCorrection:
    """Lower what an entry of the ledger counts, by `amount` euro; never below zero. Raises ValidationError."""
    with transaction.atomic():
        aid: DeMinimisAid = DeMinimisAid.objects.select_related("organisation").get(pk=aid_id)
        lock_undertaking(aid.organisation)
        if not ZERO < amount <= aid.counted:
            raise ValidationError(_("Een correctie is meer dan 0 en hoogstens wat nog meetelt."))
        return LedgerCorrection.objects.create(
            aid=aid, amount=amount, reason=reason[:300], user=actor.user, recovery=recovery
        )
