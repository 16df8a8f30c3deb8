"""What people change in pools, posted from a pool or from the list of gaps in none."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, loads
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.models import Pool
from matching.services.by_hand import (
    Change,
    keep_out,
    lock_gap,
    move_gap,
    release_gap,
    rename_pool,
    undo_change,
)
from matching.services.pool_reads import readable_pools
from networks.models import Gap
from skillnet.kernel.actor import Actor, actor_of

UNDO_SECONDS = 24 * 3600
DONE: dict[str, Any] = {
    "move": gettext_lazy("“%(gap)s” staat nu in de gekozen bundel en blijft daar, ook na een volgende run."),
    "lock": gettext_lazy("“%(gap)s” blijft in deze bundel, wat de matcher ook vindt."),
    "unlock": gettext_lazy("“%(gap)s” is weer aan de matcher."),
    "keep_out": gettext_lazy("“%(gap)s” komt niet meer in deze bundel."),
    "keep_out_all": gettext_lazy("“%(gap)s” wordt niet meer gebundeld."),
    "release": gettext_lazy("De matcher beslist weer over “%(gap)s”."),
}


def gap_placement(request: HttpRequest, public_id: str) -> HttpResponse:
    """Move, lock, unlock, keep out, release, or undo the last of these."""
    actor = actor_of(request)
    gap = get_object_or_404(Gap.objects.visible_to(actor).with_parties(), public_id=public_id)
    action = request.POST.get("action", "")
    try:
        if action == "undo":
            _undo(request, gap, actor)
        else:
            change = _change(request, gap, actor, action)
            text = str(DONE[action]) % {"gap": gap.title}
            messages.success(request, text)
            request.session["pool_undo"] = {
                "change": change.as_record(),
                "gap": str(gap.public_id),
                "text": text,
            }
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return _back(request, actor)


def pool_action(request: HttpRequest, public_id: str) -> HttpResponse:
    """Give a pool the title that people outside its network read."""
    actor = actor_of(request)
    pool = get_object_or_404(readable_pools(actor), public_id=public_id)
    if request.POST.get("action") != "rename":
        raise Http404
    try:
        rename_pool(pool=pool, title=request.POST.get("title", ""), actor=actor)
        messages.success(request, _("De openbare titel is bewaard."))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("matching:pool_detail", public_id=public_id)


def _change(request: HttpRequest, gap: Gap, actor: Actor, action: str) -> Change:
    if action == "move":
        target = readable_pools(actor).filter(public_id=_uuid(request.POST.get("pool", ""))).first()
        if target is None:
            raise ValidationError(_("Kies een bundel van dit netwerk."))
        return move_gap(gap=gap, pool=target, actor=actor)
    changes: dict[str, Callable[[], Change]] = {
        "lock": lambda: lock_gap(gap=gap, actor=actor),
        "unlock": lambda: lock_gap(gap=gap, actor=actor, locked=False),
        "keep_out": lambda: keep_out(gap=gap, actor=actor),
        "keep_out_all": lambda: keep_out(gap=gap, actor=actor, of_all=True),
        "release": lambda: release_gap(gap=gap, actor=actor),
    }
    if action not in changes:
        raise Http404
    return changes[action]()


def _undo(request: HttpRequest, gap: Gap, actor: Actor) -> None:
    try:
        record = loads(request.POST.get("token", ""), salt="pool-undo", max_age=UNDO_SECONDS)
    except BadSignature as error:
        raise ValidationError(
            _("Dit kan niet meer ongedaan worden; pas de bundel met de hand aan.")
        ) from error
    undo_change(change=Change.from_record(record), gap=gap, actor=actor)
    messages.success(request, _("Ongedaan gemaakt."))


def _back(request: HttpRequest, actor: Actor) -> HttpResponse:
    """To the pool that the form came from, as long as it is there."""
    origin = request.POST.get("from", "")
    pools = Pool.objects.visible_to(actor).live()
    if origin and pools.filter(public_id=_uuid(origin)).exists():
        return redirect("matching:pool_detail", public_id=origin)
    return redirect("matching:unpooled" if not origin else "matching:pools")


def _uuid(text: str) -> UUID:
    """What a form posted as an identity; an identity of nothing when it is none."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
