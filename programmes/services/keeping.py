"""How long the papers of granted aid are kept: from the last aid that was granted under its scheme.

Article 12 GBER counts ten years from the day on which the last aid was granted under the scheme; the scheme is
the call. So a grant of today keeps the papers of earlier programmes of its call as well.
"""

from datetime import date, datetime

from django.db.models import Max
from django.db.models.functions import Greatest
from django.utils import timezone

from programmes.aid.de_minimis import anniversary
from programmes.models import Participation, Programme
from programmes.services.terms import RECORD_YEARS, term

KEEP_BASIS = "art. 12 Verordening (EU) 651/2014"


class Keeper:
    """The last day of keeping by programme; one that is asked for many rows reads each call and term once."""

    def __init__(self) -> None:
        self._grants: dict[int, datetime | None] = {}
        self._years: dict[date, int] = {}

    def until(self, programme: Programme) -> date | None:
        """The last day; None while nothing was decided. A later grant of the call moves it on."""
        decided = programme.decided_at
        if decided is None:
            return None
        granted = self._last_grant(programme.network.call_id)
        day = timezone.localdate(max(decided, granted) if granted else decided)
        if day not in self._years:
            self._years[day] = int(term(RECORD_YEARS, day))
        return anniversary(day, self._years[day])

    def _last_grant(self, call_id: int | None) -> datetime | None:
        if call_id is None:
            return None
        if call_id not in self._grants:
            self._grants[call_id] = last_grant(call_id)
        return self._grants[call_id]


def years_kept(day: date | None = None) -> int:
    """For how many years papers of aid that is granted on `day` (today) are kept after the call's last grant."""
    return int(term(RECORD_YEARS, day or timezone.localdate()))


def last_grant(call_id: int) -> datetime | None:
    """When aid last became a company's right in a call: its decision and its own application were both there."""
    rows = Participation.objects.filter(
        programme__network__call=call_id,
        programme__decided_at__isnull=False,
        applied_at__isnull=False,
        grant__gt=0,
    ).exclude(programme__state=Programme.State.REJECTED)
    last: datetime | None = rows.aggregate(last=Max(Greatest("programme__decided_at", "applied_at")))["last"]
    return last


__all__ = ["KEEP_BASIS", "Keeper", "last_grant", "years_kept"]
