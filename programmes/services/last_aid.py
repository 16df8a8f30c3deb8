"""When a group was last given aid: a link that counted on that day goes on counting for it."""

from datetime import date

from django.db.models import Max
from django.utils import timezone

from networks.models import Organisation
from programmes.models import DeMinimisAid, Participation, Programme
from programmes.services.aid_cases import group_of
from programmes.states import AFTER_APPROVAL


def last_aid_of(organisation: Organisation) -> date | None:
    """The last day on which `organisation`, or what is linked to it, was given aid here; None for never.

    Both days count: of the entry in the ledger, and of the decision on the programme, for which the size of the
    group was counted.
    """
    group = group_of(organisation)
    entries = DeMinimisAid.objects.filter(organisation__in=group, participation__isnull=False)
    granted = entries.aggregate(last=Max("granted_on"))["last"]
    plans = Participation.objects.filter(organisation__in=group).exclude(state=Participation.State.WITHDRAWN)
    decided = Programme.objects.filter(pk__in=plans.values("programme"), state__in=AFTER_APPROVAL)
    at = decided.aggregate(last=Max("decided_at"))["last"]
    days = [day for day in (granted, at and timezone.localdate(at)) if day]
    return max(days, default=None)
