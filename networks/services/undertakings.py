"""Keeping `Organisation.undertaking` true to the ownership links that hold today."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from networks.models import Organisation, OwnershipLink
from networks.services.parties import find_company
from networks.undertakings import group_undertakings
from skillnet.kernel.actor import Actor
from skillnet.kernel.transitions import record_decision

WHOLE = Decimal(100)
LOCK = 0x55_4E_44_45  # one recomputation at a time; any number that nothing else locks by


def refresh_undertakings(*, day: date | None = None) -> int:
    """Group all organisations anew by the control links of `day` (default: today in Brussels).

    One transaction; two at once wait for each other. Returns how many organisations changed.
    """
    day = day or timezone.localdate()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        groups = group_undertakings(_control_links(day))
        known = dict(
            Organisation.objects.filter(Q(undertaking__isnull=False) | Q(pk__in=groups)).values_list(
                "pk", "undertaking"
            )
        )
        changed = [pk for pk, undertaking in known.items() if undertaking != groups.get(pk)]
        for root in {groups.get(pk) for pk in changed}:
            members = [pk for pk in changed if groups.get(pk) == root]
            Organisation.objects.filter(pk__in=members).update(undertaking=root)
    return len(changed)


def add_link(
    *, actor: Actor, organisation: Organisation, values: Mapping[str, Any], owned_by_other: bool
) -> OwnershipLink:
    """Record that another organisation owns `organisation`, or is owned by it; undertakings are counted anew.

    In `values`, `number` and `other_name` name the other one. Raises ValidationError.
    """
    with transaction.atomic():
        details = dict(values)
        other = find_company(number=details.pop("number"), name=details.pop("other_name", ""))
        owner, owned = (other, organisation) if owned_by_other else (organisation, other)
        if owner == owned:
            raise ValidationError({"number": _("Een organisatie bezit zichzelf niet.")})
        link = OwnershipLink(owner=owner, owned=owned, **details)
        _check_link(link)
        link.full_clean()
        link.save()
        refresh_undertakings()
        record_decision(subject=link, action="add", from_state="", to_state="recorded", actor=actor)
    return link


def _check_link(link: OwnershipLink) -> None:
    """What no share register can say: more than the whole in one hand, or the same holding twice."""
    percent = Decimal(link.percent) if link.percent is not None else Decimal(0)
    if not 0 <= percent <= WHOLE:
        raise ValidationError({"percent": _("Een percentage ligt tussen 0 en 100.")})
    standing = OwnershipLink.objects.filter(owned=link.owned, until=None)
    if standing.filter(owner=link.owner).exists():
        raise ValidationError(
            {"number": _("Deze band staat er al. Beëindig de oude eerst als het percentage veranderde.")}
        )


def end_link(*, link_id: int, actor: Actor, day: date | None = None) -> OwnershipLink:
    """The link holds until `day` (default today); it stays on record. Ending it twice changes nothing."""
    day = day or timezone.localdate()
    with transaction.atomic():
        link = OwnershipLink.objects.select_for_update(of=("self",)).get(pk=link_id)
        if link.until is None or link.until > day:
            link.until = max(day, link.since or day)
            link.save(update_fields=["until", "updated_at"])
            refresh_undertakings()
            record_decision(subject=link, action="end", from_state="recorded", to_state="ended", actor=actor)
    return link


def _control_links(day: date) -> list[tuple[int, int]]:
    """Links of control that hold on `day`; on its last day a link holds no more.

    A public owner ties nothing together: companies that share no more than a public body stay apart.
    """
    held = OwnershipLink.objects.exclude(owner_kind=OwnershipLink.OwnerKind.PUBLIC).filter(
        Q(since=None) | Q(since__lte=day),
        Q(until=None) | Q(until__gt=day),
        Q(percent__gt=50) | Q(majority_votes=True) | Q(board=True) | Q(contract=True),
    )
    return list(held.values_list("owner_id", "owned_id"))
