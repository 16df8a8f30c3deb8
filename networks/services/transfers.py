"""From work to work: name the other employer, agree who pays, let it say yes, record what came of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from networks.models import Gap, WorkTransfer
from networks.models.transfers import PAYERS
from networks.rules import is_sending_company
from networks.services.telling import contacts_of, tell
from networks.transfer_transitions import TRANSFER_TRANSITIONS
from networks.work_to_work import filled_split, split_problem
from skillnet.kernel.actor import Actor
from skillnet.kernel.importing import changes_of
from skillnet.kernel.transitions import TransitionRefused, record_decision, run_transition

State = WorkTransfer.State
AGREED = {"receiving", *PAYERS}
"""What the new employer says yes to: a change of these asks its word again."""


def keep_transfer_in_step(*, gap: Gap) -> None:
    """A work-to-work gap has its transfer, another kind has none. Inside the caller's transaction.

    Raises ValidationError where the kind changes after an employer was named: that trail stays.
    """
    transfer = WorkTransfer.objects.select_for_update().filter(gap=gap).first()
    if gap.kind == Gap.Kind.WORK_TO_WORK:
        if transfer is None:
            WorkTransfer.objects.create(gap=gap)
    elif transfer is not None:
        if transfer.state != State.SEARCHING:
            raise ValidationError(
                {"kind": _("Er is al een nieuwe werkgever betrokken. Rond eerst de overgang af.")}
            )
        transfer.delete()


def keep_transfers_in_step(*, gaps: Sequence[Gap]) -> None:
    """The same for many gaps of a file, in two statements; where an employer was named the trail stays."""
    moving = [gap for gap in gaps if gap.kind == Gap.Kind.WORK_TO_WORK]
    others = [gap.pk for gap in gaps if gap.kind != Gap.Kind.WORK_TO_WORK]
    WorkTransfer.objects.bulk_create([WorkTransfer(gap=gap) for gap in moving], ignore_conflicts=True)
    WorkTransfer.objects.filter(gap__in=others, state=State.SEARCHING).delete()


def save_transfer(*, actor: Actor, transfer: WorkTransfer, values: Mapping[str, Any]) -> WorkTransfer:
    """Name the receiving employer, the cost split and the bridge; only columns in `values` are touched.

    A new employer, or another split than it said yes to, waits for its word. Raises ValidationError, and
    TransitionRefused when it is finished or not the sender's.
    """
    with transaction.atomic():
        transfer = WorkTransfer.objects.select_for_update(of=("self",)).get(pk=transfer.pk)
        if not is_sending_company(actor, transfer):
            raise TransitionRefused(_("Alleen de oude werkgever past de overgang aan."))
        if transfer.state == State.FINISHED:
            raise TransitionRefused(_("Deze overgang is afgerond en verandert niet meer."))
        changed = changes_of(transfer, dict(values) | _split(transfer, values))
        if not changed:
            return transfer
        _check_receiver(transfer)
        before = transfer.state
        if AGREED & set(changed):
            transfer.state = State.PROPOSED if transfer.receiving_id else State.SEARCHING
        transfer.full_clean(exclude=["gap", "receiving"])
        transfer.save()
        record_decision(
            subject=transfer,
            action="propose" if transfer.state == State.PROPOSED else "change",
            from_state=before,
            to_state=transfer.state,
            actor=actor,
            evidence={"changed": sorted(changed)},
        )
        if transfer.state == State.PROPOSED and AGREED & set(changed):
            _ask_receiver(transfer)
    return transfer


def take_transfer_action(
    *, transfer: WorkTransfer, action: str, actor: Actor, reason: str = ""
) -> WorkTransfer:
    """Confirm or decline by the new employer; the old one is told."""
    with transaction.atomic():
        changed: WorkTransfer = run_transition(
            table=TRANSFER_TRANSITIONS, pk=transfer.pk, action=action, actor=actor, reason=reason
        )
        _tell(changed, changed.gap.organisation_id, f"{action}:{changed.updated_at.isoformat()}",
              "gap_transfer_answered")  # fmt: skip
    return changed


def finish_transfer(*, transfer: WorkTransfer, outcome: str, actor: Actor, reason: str = "") -> WorkTransfer:
    """Record what came of it, once. Raises ValidationError for an outcome that is none."""
    if outcome not in WorkTransfer.Outcome.values:
        raise ValidationError({"outcome": _("Kies hoe het afliep.")})
    with transaction.atomic():
        locked = WorkTransfer.objects.select_for_update(of=("self",)).get(pk=transfer.pk)
        if locked.state == State.FINISHED and locked.outcome == outcome:
            return locked
        if outcome == WorkTransfer.Outcome.HIRED and locked.state != State.CONFIRMED:
            raise TransitionRefused(_("De nieuwe werkgever heeft nog niet bevestigd."))
        finished: WorkTransfer = run_transition(
            table=TRANSFER_TRANSITIONS,
            pk=transfer.pk,
            action="finish",
            actor=actor,
            reason=reason,
            evidence={"outcome": outcome},
            values={"outcome": outcome},
        )
    return finished


def _split(transfer: WorkTransfer, values: Mapping[str, Any]) -> dict[str, Any]:
    """The shares as they will be, checked; raises ValidationError with the sum."""
    shares = {name: values.get(name, getattr(transfer, name)) for name in PAYERS}
    problem, total = split_problem(shares)
    if problem == "sum":
        raise ValidationError(
            {
                "share_government": _("Samen moet het 100 procent zijn; nu is het %(total)d.")
                % {"total": total}
            }
        )
    if problem:
        raise ValidationError({"share_government": _("Elk deel ligt tussen 0 en 100 procent.")})
    return dict(filled_split(shares))


def _check_receiver(transfer: WorkTransfer) -> None:
    if transfer.receiving_id is not None and transfer.receiving_id == transfer.gap.organisation_id:
        raise ValidationError(
            {"receiving": _("De nieuwe werkgever is een ander bedrijf dan de oude. Kies het andere.")}
        )


def _ask_receiver(transfer: WorkTransfer) -> None:
    assert transfer.receiving_id is not None  # noqa: S101  only called for a named employer
    _tell(transfer, transfer.receiving_id, f"ask:{transfer.updated_at.isoformat()}", "gap_transfer_proposed")


def _tell(transfer: WorkTransfer, organisation_id: int, what: str, template: str) -> None:
    tell(
        contacts_of(organisation_id),
        key=f"transfer:{transfer.pk}:{what}",
        template=template,
        address=reverse("networks:transfer_detail", args=[transfer.public_id]),
        title=transfer.gap.title,
        sender=transfer.gap.organisation.name,
        receiver=transfer.receiving.name if transfer.receiving else "",
        state=transfer.get_state_display(),
    )
