"""The de minimis ledger: rolling three years per single undertaking, all or nothing, never above the ceiling."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from networks.models import Organisation
from programmes.models import DeMinimisAid, Participation
from programmes.services.aid_cases import AidDates, CompanyCost, assess_company, group_of
from programmes.services.law import database_rates
from skillnet.accounts.models import User


def grant_de_minimis(*, participation: Participation, day: date | None = None) -> DeMinimisAid:
    """Write the grant of a participation into the ledger; granting twice is one entry.

    Locks every organisation of the group in the order of its key, so that two grants at one instant count each
    other. Raises ValidationError when the whole amount does not fit (Regulation 2023/2831, article 3(7)).
    """
    today = day or timezone.localdate()
    with transaction.atomic():
        lock_undertaking(participation.organisation)
        known = DeMinimisAid.objects.filter(participation=participation).first()
        if known:
            return known
        headroom = de_minimis_headroom(
            organisation=participation.organisation,
            amount=participation.grant,
            cost=participation.cost,
            day=today,
        )
        if headroom < participation.grant:
            raise ValidationError(
                _("%(name)s heeft nog %(left)s euro de-minimisruimte; %(wanted)s euro past daar niet in.")
                % {"name": participation.organisation.name, "left": headroom, "wanted": participation.grant}
            )
        return DeMinimisAid.objects.create(
            organisation=participation.organisation,
            granted_on=today,
            amount=participation.grant,
            granter=_granter(participation),
            participation=participation,
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
    """Aid that a company declares to have had elsewhere: it counts as if we had granted it."""
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
        aid.full_clean()
        aid.save()
    return aid


def de_minimis_headroom(*, organisation: Organisation, amount: Decimal, cost: Decimal, day: date) -> Decimal:
    """What the single undertaking may still receive on `day`, euro, by the pure rules."""
    case = CompanyCost(
        organisation=organisation,
        learners=1,
        hours=None,
        costs=(("trainer", max(cost, amount)),),
        mandatory=False,
        requested=amount,
    )
    dates = AidDates(application=day, start=day, decision=day)
    return assess_company(cost=case, dates=dates, rates=database_rates(), route="de_minimis").outcome.headroom


def lock_undertaking(organisation: Organisation) -> None:
    ids = [member.pk for member in group_of(organisation)]
    list(Organisation.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk"))


def _granter(participation: Participation) -> str:
    call = participation.programme.network.call
    return call.coordinator.name if call else participation.programme.network.name
