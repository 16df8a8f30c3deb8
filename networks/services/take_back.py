"""Taking back what an import wrote to the gaps of a company; what somebody changed since stays."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from networks.models import Gap, Network, NetworkMember, Organisation, WorkTransfer
from networks.network_state import why_nothing_new
from networks.rules import may_confirm_gap
from networks.services.gap_history import GAP_HISTORY
from networks.services.gaps import take_gap_action
from networks.services.transfers import keep_transfers_in_step
from networks.transitions import GAP_TRANSITIONS
from skillnet.kernel.actor import Actor
from skillnet.kernel.bulk import update_rows
from skillnet.kernel.changes import announce_change
from skillnet.kernel.importing import changes_of
from skillnet.kernel.taking_back import Restored, Returnable, take_back
from skillnet.kernel.transitions import run_transitions

Values = dict[str, Any]


def take_back_gaps(
    *,
    actor: Actor,
    organisation: Organisation,
    contexts: Sequence[UUID],
    tell: Callable[[Restored], None],
) -> Restored:
    """New gaps are archived, changed ones get their old values back; safe to do again after a stop."""
    done = Restored()
    try:
        take_back(GAPS, contexts, actor=actor, done=done, tell=tell, organisation=organisation)
    finally:
        with transaction.atomic():
            announce_change("gap", sorted(set(done.touched)), actor=actor, reason="import")
    return done


def _archive(gap: Gap, actor: Actor) -> bool:
    take_gap_action(gap=gap, action="archive", actor=actor)
    return True


def _archive_many(gaps: Sequence[Gap], actor: Actor) -> set[int]:
    gone = run_transitions(table=GAP_TRANSITIONS, rows=gaps, action="archive", actor=actor)
    return {gap.pk for gap in gaps} - {gap.pk for gap in gone}


def _save_many(pairs: Sequence[tuple[Gap, Values]], actor: Actor) -> set[int]:
    """In one statement, save what asks the company's word once more and what an employer was named for."""
    named = _named_employers([gap for gap, _values in pairs])
    alone = {
        gap.pk for gap, _values in pairs if gap.pk in named or not may_confirm_gap(actor, gap.organisation_id)
    }
    stay = _outside(pairs)
    changed: list[Gap] = []
    names: set[str] = set()
    for gap, values in pairs:
        if gap.pk in alone:
            GAP_HISTORY.save(gap, values, actor)
        elif gap.pk not in stay:
            names.update(changes_of(gap, values))
            gap.clean_fields(
                exclude=["search", "public_id", "organisation", "network", "entered_by", "copied_from"]
            )
            changed.append(gap)
    update_rows(changed, sorted(names))
    keep_transfers_in_step(gaps=changed)
    return stay


def _named_employers(gaps: Sequence[Gap]) -> set[int]:
    known = WorkTransfer.objects.filter(gap__in=gaps).exclude(state=WorkTransfer.State.SEARCHING)
    return set(known.values_list("gap", flat=True))


def _outside(pairs: Sequence[tuple[Gap, Values]]) -> set[int]:
    """Gaps whose old network their company has left, or takes nothing new: these stay as they are."""
    goes_to = {gap.pk: values.get("network_id", gap.network_id) for gap, values in pairs}
    networks = Network.objects.in_bulk({network for network in goes_to.values() if network is not None})
    members = NetworkMember.objects.active().filter(network__in=networks)
    member_of = set(members.values_list("network", "organisation"))
    stay = set()
    for gap, _values in pairs:
        network = networks.get(goes_to[gap.pk]) if goes_to[gap.pk] is not None else None
        if network is None:
            continue
        is_moved = network.pk != gap.network_id
        if (network.pk, gap.organisation_id) not in member_of or (is_moved and why_nothing_new(network)):
            stay.add(gap.pk)
    return stay


GAPS = Returnable(
    model=Gap,
    fields=GAP_HISTORY.fields,
    save=GAP_HISTORY.save,
    is_gone=lambda gap: gap.state == Gap.State.ARCHIVED,
    remove=_archive,
    save_many=_save_many,
    remove_many=_archive_many,
    related=("organisation",),
)
