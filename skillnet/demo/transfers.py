"""Two passages from work to work in the demo: one that both employers agreed, one that waits for an answer."""

from typing import Any

from networks.models import Gap, Organisation, WorkTransfer
from networks.models.transfers import PAYERS
from networks.services.transfers import save_transfer, take_transfer_action
from skillnet.kernel.actor import SYSTEM

# Reference of the gap, name of the new employer, percent by payer, and whether it said yes.
PASSAGES: tuple[tuple[str, str, tuple[int, ...], bool], ...] = (
    ("MEUTER-03", "Zetelmakerij Callens", (40, 20, 30, 0, 10), True),
    ("PAK-03", "Kanaaldok Warehousing", (50, 25, 15, 0, 10), False),
)


def load_transfers() -> None:
    """Name the employers and the split; loading again changes nothing."""
    for reference, receiver, shares, agreed in PASSAGES:
        gap = Gap.objects.get(external_id=reference, kind=Gap.Kind.WORK_TO_WORK)
        transfer = WorkTransfer.objects.get(gap=gap)
        if transfer.receiving_id is not None:
            continue
        values: dict[str, Any] = dict(zip(PAYERS, shares, strict=True))
        values["receiving"] = Organisation.objects.get(name=receiver)
        transfer = save_transfer(actor=SYSTEM, transfer=transfer, values=values)
        if agreed:
            take_transfer_action(transfer=transfer, action="confirm", actor=SYSTEM)
