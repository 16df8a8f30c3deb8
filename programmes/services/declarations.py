"""What a company declares of de minimis aid elsewhere: its proof, its correction, and what the register needs.

Nothing leaves the ledger: a row that proved wrong, or a grant that was given up, is lowered by a correction.
A row of ours that stood in the European register has to be corrected there too, within the days of
article 6 of Regulation (EU) 2023/2831: that is a task of the coordinator until it is noted.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from programmes.models import DeclarationFile, DeMinimisAid, LedgerCorrection
from programmes.services.evidence_files import check_upload, clean_name, hash_of, store
from programmes.services.ledger import correct_ledger
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused, record_decision

ZERO = Decimal("0.00")
MOST_FILES = 20


def may_correct(actor: Actor, aid: DeMinimisAid) -> bool:
    """Only the company itself, and only what it declared: our own grants follow from decisions."""
    own = actor.has(Role.COMPANY_CONTACT) and aid.organisation_id == actor.organisation_id
    return own and aid.participation_id is None


def attach_proof(*, aid_id: int, upload: Any, actor: Actor) -> DeclarationFile:
    """Keep the letter that proves declared aid; the same bytes are kept once.

    Raises ValidationError for a file that cannot be taken, TransitionRefused for who may not.
    """
    with transaction.atomic():
        aid = DeMinimisAid.objects.select_for_update(of=("self",)).get(pk=aid_id)
        _check(actor, aid)
        known = check_upload(upload)
        digest, size = hash_of(upload)
        if aid.files.count() >= MOST_FILES:
            raise ValidationError(_("Hier zijn al te veel stukken bij. Bundel ze in één bestand."))
        row, _made = DeclarationFile.objects.get_or_create(
            aid=aid,
            sha256=digest,
            defaults={
                "filename": clean_name(upload.name),
                "content_type": known.content_type,
                "size": size,
                "uploaded_by": actor.user,
            },
        )
        store(upload, digest)
    return row


def correct_declaration(*, aid_id: int, actor: Actor, right_amount: Decimal, reason: str) -> LedgerCorrection:
    """Lower declared aid to what it was (0: there was none), with a reason and the letter that proves it.

    More than was declared is new aid: that is declared beside it. Raises ValidationError or TransitionRefused.
    """
    with transaction.atomic():
        aid = DeMinimisAid.objects.select_for_update(of=("self",)).get(pk=aid_id)
        _check(actor, aid)
        if not reason.strip():
            raise ValidationError({"reason": _("Zeg wat er fout was: wie dit naleest moet het begrijpen.")})
        if right_amount >= aid.counted:
            raise ValidationError(
                {"right_amount": _("Dit is niet minder dan wat nu telt. Meer steun geeft u apart aan.")}
            )
        if not aid.files.exists():
            raise ValidationError(
                {"file": _("Voeg de toekenningsbrief of een verklaring van de steunverlener toe.")}
            )
        made = correct_ledger(aid_id=aid.pk, amount=aid.counted - right_amount, reason=reason, actor=actor)
        record_decision(
            subject=aid,
            action="correct",
            from_state="",
            to_state="corrected",
            actor=actor,
            reason=reason,
            evidence={"was": str(right_amount + made.amount), "is": str(right_amount)},
        )
    return made


def give_up_grants(*, participations: Iterable[Any], actor: Actor, reason: str) -> None:
    """Grants that will not be used count for nothing from now on; their rows stay, for the auditor."""
    rows = DeMinimisAid.objects.filter(participation__in=participations).prefetch_related("corrections")
    for aid in rows.order_by("organisation_id", "pk"):
        if aid.counted > ZERO:
            correct_ledger(aid_id=aid.pk, amount=aid.counted, reason=reason, actor=actor)


def mark_corrected(*, aid_id: int, actor: Actor) -> int:
    """Note that the European register follows the corrections of an entry; returns how many were open."""
    open_ones = LedgerCorrection.objects.to_register().filter(aid=aid_id)
    return open_ones.update(register_corrected_at=timezone.now(), register_corrected_by=actor.user)


def _check(actor: Actor, aid: DeMinimisAid) -> None:
    if not may_correct(actor, aid):
        raise TransitionRefused(_("U mag deze stap niet zetten."))


__all__ = [
    "attach_proof",
    "correct_declaration",
    "give_up_grants",
    "mark_corrected",
    "may_correct",
]
