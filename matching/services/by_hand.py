"""What people change in pools: move, lock, keep out, release, rename. Runs respect it; it can be undone.

Every change holds the network's row, as pooling does, so a run and a person never write at once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from matching.models import KeptOut, Pool, PoolGap
from matching.rules import may_pool_by_hand
from matching.services.describing import contents_of, describe_pools, gaps_of, recount_pools
from matching.services.vectors import active_revision
from networks.models import Gap, Network
from skillnet.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a gap is: its pool, how it came there, and from which pools (None: from all) people keep it."""

    pool_id: int | None = None
    origin: str = ""
    is_locked: bool = False
    kept_out: tuple[int | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A change of one gap's placement, as an undo needs it."""

    gap_id: int
    before: Placement
    after: Placement

    def as_record(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "Change":
        before, after = (
            Placement(**{**record[side], "kept_out": tuple(record[side]["kept_out"])})
            for side in ("before", "after")
        )
        return cls(record["gap_id"], before, after)


def move_gap(*, gap: Gap, pool: Pool, actor: Actor) -> Change:
    """Put a gap in another pool of its network and lock it there. Raises ValidationError."""
    with _changing(gap, actor) as before:
        _check_target(gap, pool)
        KeptOut.objects.filter(gap=gap, pool=pool).delete()
        KeptOut.objects.filter(gap=gap, pool=None).delete()
        _place(gap, Placement(pool.pk, PoolGap.Origin.PERSON, True), before)
        _note(pool.pk, "moved_in", gap, actor)
        if before.pool_id != pool.pk:
            _note(before.pool_id, "moved_out", gap, actor)
        return Change(gap.pk, before, placement_of(gap.pk))


def lock_gap(*, gap: Gap, actor: Actor, locked: bool = True) -> Change:
    """Keep a gap where it is whatever later runs find, or leave it to the matcher again."""
    with _changing(gap, actor) as before:
        if before.pool_id is None:
            raise ValidationError(_("Deze kloof zit in geen bundel. Zet ze eerst in een bundel."))
        PoolGap.objects.filter(gap=gap).update(is_locked=locked)
        _note(before.pool_id, "locked" if locked else "unlocked", gap, actor)
        return Change(gap.pk, before, placement_of(gap.pk))


def keep_out(*, gap: Gap, actor: Actor, of_all: bool = False) -> Change:
    """Take a gap out of its pool for good, or (`of_all`) leave it out of every pool."""
    with _changing(gap, actor) as before:
        if before.pool_id is None and not of_all:
            raise ValidationError(_("Deze kloof zit in geen bundel."))
        KeptOut.objects.get_or_create(
            gap=gap, pool_id=None if of_all else before.pool_id, defaults={"user": _person(actor)}
        )
        _place(gap, Placement(), before)
        _note(before.pool_id, "kept_out", gap, actor)
        return Change(gap.pk, before, placement_of(gap.pk))


def release_gap(*, gap: Gap, actor: Actor) -> Change:
    """Forget what people decided of a gap: the next run places it as it sees fit."""
    with _changing(gap, actor) as before:
        KeptOut.objects.filter(gap=gap).delete()
        PoolGap.objects.filter(gap=gap).update(is_locked=False, origin=PoolGap.Origin.ENGINE)
        _note(before.pool_id, "released", gap, actor)
        return Change(gap.pk, before, placement_of(gap.pk))


def undo_change(*, change: Change, gap: Gap, actor: Actor) -> None:
    """Put a gap back where it was, unless it has moved since. Raises ValidationError."""
    with _changing(gap, actor) as now:
        if gap.pk != change.gap_id or now != change.after:
            raise ValidationError(
                _("Er is intussen iets anders gewijzigd; dit kan niet meer ongedaan worden.")
            )
        if change.before.pool_id is not None:
            _reopen(change.before.pool_id)
        KeptOut.objects.filter(gap=gap).delete()
        KeptOut.objects.bulk_create(
            [KeptOut(gap=gap, pool_id=pk, user=_person(actor)) for pk in change.before.kept_out]
        )
        _place(gap, change.before, now)
        _note(change.before.pool_id or now.pool_id, "undone", gap, actor)


def rename_pool(*, pool: Pool, title: str, actor: Actor) -> Pool:
    """Give a pool the title that people outside its network read; empty lets the matcher title it again.

    Raises ValidationError when a company's name stands in it: a title may not tell whose weakness it is.
    """
    title = title.strip()[:300]
    with transaction.atomic():
        locked = Pool.objects.select_for_update(of=("self",)).select_related("network__call").get(pk=pool.pk)
        _check_right(actor, locked.network)
        gaps = list(gaps_of(locked.pk))
        for gap in gaps:
            if title and gap.organisation.name.casefold() in title.casefold():
                raise ValidationError(
                    _("Laat de naam van een bedrijf weg: deze titel lezen ook mensen buiten het netwerk.")
                )
        locked.is_titled_by_hand = bool(title)
        locked.public_title = title
        revision = active_revision()
        if not title and gaps and revision is not None:
            describe_pools([contents_of(locked, gaps, revision)])
        locked.save()
    return locked


def placement_of(gap_id: int) -> Placement:
    row = PoolGap.objects.filter(gap=gap_id).first()
    out = tuple(KeptOut.objects.filter(gap=gap_id).order_by("pool").values_list("pool_id", flat=True))
    if row is None:
        return Placement(kept_out=out)
    return Placement(row.pool_id, row.origin, row.is_locked, out)


@contextmanager
def _changing(gap: Gap, actor: Actor) -> Iterator[Placement]:
    """Hold the network and the gap; give where the gap is now; recount the pools afterwards."""
    if gap.network_id is None:
        raise ValidationError(_("Deze kloof hoort bij geen netwerk en kan dus niet gebundeld worden."))
    with transaction.atomic():
        network = (
            Network.objects.select_for_update(of=("self",)).select_related("call").get(pk=gap.network_id)
        )
        _check_right(actor, network)
        before = placement_of(gap.pk)
        _check_not_frozen(before.pool_id)
        yield before
        after = placement_of(gap.pk)
        recount_pools(pool_ids=[pk for pk in {before.pool_id, after.pool_id} if pk is not None])


def _check_right(actor: Actor, network: Network) -> None:
    if not may_pool_by_hand(actor, network):
        raise ValidationError(_("Alleen de netwerkmanager of de coördinator van de oproep kan dit."))


def _check_not_frozen(pool_id: int | None) -> None:
    if pool_id and Pool.objects.filter(pk=pool_id, state=Pool.State.FROZEN).exists():
        raise ValidationError(
            _("Deze bundel zit in een programma en ligt vast. Pas het programma aan, of annuleer het eerst.")
        )


def _check_target(gap: Gap, pool: Pool) -> None:
    if pool.network_id != gap.network_id:
        raise ValidationError(_("Een kloof kan alleen naar een bundel van haar eigen netwerk."))
    if gap.state != Gap.State.OPEN:
        raise ValidationError(_("Alleen een open kloof kan gebundeld worden."))
    if pool.state == Pool.State.DISSOLVED:
        raise ValidationError(_("Deze bundel bestaat niet meer."))
    _check_not_frozen(pool.pk)


def _place(gap: Gap, wanted: Placement, before: Placement) -> None:
    if wanted.pool_id is None:
        PoolGap.objects.filter(gap=gap).delete()
        return
    PoolGap.objects.update_or_create(
        gap=gap,
        defaults={"pool_id": wanted.pool_id, "origin": wanted.origin, "is_locked": wanted.is_locked},
    )


def _reopen(pool_id: int) -> None:
    """A pool that ended because it was emptied lives again; one that a run merged away does not."""
    pool = Pool.objects.select_for_update(of=("self",)).get(pk=pool_id)
    if pool.state != Pool.State.DISSOLVED:
        return
    if not any(entry.get("what") == "emptied" for entry in pool.history[-1:]):
        raise ValidationError(_("De bundel van toen bestaat niet meer. Kies een andere bundel."))
    pool.state = Pool.State.OPEN
    pool.save(update_fields=["state", "updated_at"])


def _note(pool_id: int | None, what: str, gap: Gap, actor: Actor) -> None:
    """History names the gap by its identity: who may not read the gap does not read it here either."""
    if pool_id is None:
        return
    pool = Pool.objects.select_for_update(of=("self",)).get(pk=pool_id)
    entry = {
        "at": timezone.now().isoformat(),
        "what": what,
        "gap": str(gap.public_id),
        "by": actor.label,
    }
    pool.history = [*pool.history, entry]
    pool.save(update_fields=["history", "updated_at"])


def _person(actor: Actor) -> Any:
    if actor.user is None:
        raise ValidationError(_("Alleen een persoon kan dit beslissen."))
    return actor.user
