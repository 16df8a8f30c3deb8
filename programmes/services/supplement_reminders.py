"""Reminders of supplements: companies that did not sign yet, decisions that are late; what is over lapses."""

from django.utils import timezone

from networks.services.telling import coordinators_of, notify
from programmes.models import Supplement
from programmes.services.supplement_follow_up import TEMPLATE, supplement_context, to_sign_people
from programmes.services.supplements import lapse_supplements
from programmes.services.terms import COMMITMENT_REMINDER_DAYS, days
from skillnet.accounts.models import User


def remind_supplements() -> int:
    """Once a week at most to each; returns how many were told."""
    lapse_supplements()
    today = timezone.localdate()
    soon = today + days(COMMITMENT_REMINDER_DAYS, today)
    rows = Supplement.objects.with_parties()
    told = 0
    for supplement in rows.filter(state=Supplement.State.SIGNING, sign_by__lte=soon):
        told += _tell(to_sign_people(supplement), supplement, "sign_reminder")
    for supplement in rows.to_decide().filter(decide_by__lt=today):
        told += _tell(coordinators_of(supplement.programme.network), supplement, "late")
    return told


def _tell(people: list[User], supplement: Supplement, action: str) -> int:
    year, week, _day = timezone.localdate().isocalendar()
    key = f"deadline:supplement:{action}:{supplement.pk}:{year}-{week}"
    return notify(people, key=key, template=TEMPLATE, context=supplement_context(supplement, action, ""))


__all__ = ["remind_supplements"]
