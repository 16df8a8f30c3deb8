"""Awards that have to stand in the transparency register of the Commission (article 9 and Annex III GBER)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from programmes.models import Participation, Publication, SupplementLine
from programmes.services.law import database_rates
from programmes.states import BOUND
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused, record_decision

MONTHS = "publication_months"


@dataclass(frozen=True, slots=True)
class Due:
    """An award that waits for its publication, and the last day for it."""

    participation: Participation
    deadline: date


def to_publish(actor: Actor) -> Any:
    """Awards above the threshold that were not published yet, or less of them than was granted since, for the
    coordinator who publishes them."""
    return awards(actor).filter(Q(publication=None) | Q(publication__amount__lt=F("grant")))


def awards(actor: Actor) -> Any:
    """Every award above the threshold, published or not."""
    rows = Participation.objects.visible_to(actor).filter(
        assessment__publish=True,
        grant__gt=0,
        programme__state__in=BOUND,
        programme__decided_at__isnull=False,
    )
    if actor.has(Role.COORDINATOR) and not actor.is_system:
        rows = rows.filter(programme__network__call__coordinator=actor.organisation_id)
    granted = SupplementLine.objects.filter(
        participation=OuterRef("pk"), supplement__state="granted"
    ).order_by("-supplement__decided_at")
    return (
        rows.select_related("organisation", "programme__network__call__coordinator", "publication")
        .annotate(
            raised_at=Subquery(granted.values("supplement__decided_at")[:1]),
            crossed_at=Subquery(
                granted.filter(crosses_publication=True).values("supplement__decided_at")[:1]
            ),
        )
        .order_by("programme__decided_at", "pk")
    )


def publication_deadline(participation: Participation) -> date:
    """The last day: so many months after the decision, by the row of law of that day (article 9(4))."""
    granted = timezone.localdate(_granted_at(participation))
    months = int(database_rates().value(MONTHS, granted))
    years, month = divmod(granted.month - 1 + months, 12)
    last = (date(granted.year + years + (month == 11), (month + 1) % 12 + 1, 1) - date.resolution).day
    return date(granted.year + years, month + 1, min(granted.day, last))


def _granted_at(row: Participation) -> datetime:
    """When the award passed the threshold: by the decision, or by a supplement; what was published of it less
    than was granted since, counts from that later decision."""
    at: datetime = row.programme.decided_at  # type: ignore[assignment]  # awards are of what was decided
    published = getattr(row, "publication", None)
    if published is not None and published.amount is not None and published.amount < row.grant:
        return getattr(row, "raised_at", None) or at
    return getattr(row, "crossed_at", None) or at


def due_for_publication(rows: Iterable[Participation]) -> list[Due]:
    """With the last day of each, the most urgent first."""
    found = [Due(row, publication_deadline(row)) for row in rows]
    return sorted(found, key=lambda item: (item.deadline, item.participation.pk))


def mark_published(
    *, participation_id: int, actor: Actor, published_on: date | None, reference: str
) -> Publication:
    """Note where an award was published; noting it twice keeps the first. Raises ValidationError."""
    with transaction.atomic():
        row = to_publish(actor).select_for_update(of=("self",)).filter(pk=participation_id).first()
        if row is None:
            known = Publication.objects.filter(participation=participation_id).first()
            if known is None:
                raise TransitionRefused(_("Deze steun moet niet gepubliceerd worden."))
            return known
        if published_on is None or published_on > timezone.localdate():
            raise ValidationError(_("Geef de dag van de publicatie; ze ligt niet in de toekomst."))
        if not reference.strip():
            raise ValidationError(_("Geef het kenmerk waaronder de steun gepubliceerd is."))
        made, _new = Publication.objects.update_or_create(
            participation=row,
            defaults={
                "published_on": published_on,
                "reference": reference.strip()[:80],
                "published_by": actor.user,
                "amount": row.grant,
            },
        )
        record_decision(
            subject=row,
            action="publish",
            from_state=row.state,
            to_state=row.state,
            actor=actor,
            evidence={
                "reference": made.reference,
                "on": published_on.isoformat(),
                "amount": str(row.grant),
            },
        )
    return made


__all__ = ["Due", "awards", "due_for_publication", "mark_published", "publication_deadline", "to_publish"]
