"""Evidence: checked by content and size, stored once under the private root, kept as long as the law asks."""

import hashlib
import os
import tempfile
from datetime import date
from decimal import Decimal
from math import ceil
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from programmes.file_types import ALLOWED, FileType, by_extension, matches
from programmes.models import DeclarationFile, Enrolment, EvidenceFile, Participation, Programme
from programmes.rules import teaches
from programmes.services.keeping import KEEP_BASIS, Keeper, years_kept
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused, record_decision
from skillnet.templatetags.ui import date_long, number

MEBIBYTE = 1024 * 1024
CHUNK = 64 * 1024
MOST_FOR_A_PROGRAMME = 2000


def add_evidence(
    *,
    upload: Any,
    kind: str,
    actor: Actor,
    programme: Programme,
    participation: Participation | None = None,
    enrolment: Enrolment | None = None,
) -> EvidenceFile:
    """Keep a file as evidence of a programme, of a company's part in it or of one learner.

    `upload` has `name`, `size` and is readable. The same bytes are stored once, and sending them twice for
    the same subject is one piece of evidence. Raises ValidationError for a file that cannot be taken, and
    TransitionRefused when this person may not add here.
    """
    if not may_add(actor, programme, participation, enrolment):
        raise TransitionRefused(_("U mag deze stap niet zetten."))
    if kind not in EvidenceFile.Kind.values:
        raise ValidationError(_("Kies wat voor stuk het is."))
    known = check_upload(upload)
    digest, size = hash_of(upload)
    with transaction.atomic():
        Programme.objects.select_for_update(of=("self",)).get(pk=programme.pk)
        if programme.evidence_files.count() >= MOST_FOR_A_PROGRAMME:
            raise ValidationError(_("Dit programma heeft al te veel stukken. Bundel ze in één bestand."))
        row, made = EvidenceFile.objects.get_or_create(
            programme=programme,
            participation=participation,
            enrolment=enrolment,
            kind=kind,
            sha256=digest,
            defaults={
                "filename": clean_name(upload.name),
                "content_type": known.content_type,
                "size": size,
                "organisation_id": actor.organisation_id,
                "uploaded_by": actor.user,
            },
        )
        store(upload, digest)
        if made:
            record_decision(
                subject=row,
                action="add",
                from_state="",
                to_state="kept",
                actor=actor,
                evidence={"sha256": digest, "bytes": size, "kind": kind},
            )
    return row


def check_upload(upload: Any) -> FileType:
    """What the file is; raises ValidationError with what to do when it is too big, empty or not what it says."""
    size = int(upload.size or 0)
    most = settings.MAX_EVIDENCE_BYTES
    if size > most:
        raise ValidationError(
            _(
                "Dit bestand is te groot: %(size)s MB. Een bewijsstuk is hoogstens %(most)s MB; scan "
                "zuiniger of splits het."
            )
            % {"size": _mebibytes(size), "most": most // MEBIBYTE}
        )
    if size == 0:
        raise ValidationError(_("Dit bestand is leeg."))
    known = by_extension(upload.name)
    if known is None:
        raise ValidationError(
            _("Dit soort bestand nemen we niet aan. Stuur %(types)s.") % {"types": ", ".join(ALLOWED)}
        )
    if not matches(known, _readable(upload)):
        raise ValidationError(
            _("Dit bestand is geen %(type)s, ook al heet het zo. Bewaar het opnieuw in het juiste formaat.")
            % {"type": known.extensions[0].upper()}
        )
    return known


def _mebibytes(size: int) -> str:
    """With one decimal; up where it would read as just big enough."""
    exact = Decimal(size) / MEBIBYTE
    shown = max(round(exact, 1), ceil(Decimal(settings.MAX_EVIDENCE_BYTES * 10 + 1) / MEBIBYTE) / Decimal(10))
    return number(shown, 1)


def may_add(
    actor: Actor,
    programme: Programme,
    participation: Participation | None = None,
    enrolment: Enrolment | None = None,
) -> bool:
    """Manager of the network: everywhere. A company: at its own part and learners. The deliverer: at the
    programme (its attendance list, its invoice) and its learners."""
    if programme.network_id in actor.managed_networks:
        return True
    subject = participation or (enrolment.participation if enrolment else None)
    is_own = subject is not None and subject.organisation_id == actor.organisation_id
    if is_own and actor.has(Role.COMPANY_CONTACT):
        return True
    own = participation is None and (enrolment is None or _teaches_one(actor, enrolment))
    return own and actor.has(Role.PROVIDER) and teaches(actor, programme)


def _teaches_one(actor: Actor, enrolment: Enrolment) -> bool:
    return enrolment.edition.offer.provider.organisation_id == actor.organisation_id


def keep_until(row: EvidenceFile) -> date | None:
    """The last day of the years that the law asks, from the last grant of the call; None while nothing was
    decided."""
    return Keeper().until(row.programme)


def remove_evidence(*, evidence_id: int, actor: Actor, reason: str = "") -> None:
    """Remove a piece of evidence; refused with the legal reason while it has to be kept.

    Raises TransitionRefused. The bytes go once no other row names them.
    """
    with transaction.atomic():
        row = (
            EvidenceFile.objects.select_for_update(of=("self",))
            .select_related("programme__network")
            .get(pk=evidence_id)
        )
        if not _may_remove(actor, row):
            raise TransitionRefused(_("Alleen wie het stuk opstuurde of de netwerkmanager kan het wissen."))
        until = keep_until(row)
        if until is not None and timezone.localdate() <= until:
            raise TransitionRefused(
                _(
                    "Dit stuk bewijst een toegekende steun en blijft bewaard tot en met %(day)s: %(years)s jaar na "
                    "de laatste toekenning van de oproep (%(basis)s). Is het fout, voeg dan het juiste stuk toe."
                )
                % {"day": date_long(until), "years": years_kept(), "basis": KEEP_BASIS}
            )
        record_decision(
            subject=row.programme,
            action="remove_evidence",
            from_state=row.programme.state,
            to_state=row.programme.state,
            actor=actor,
            reason=reason,
            evidence={"sha256": row.sha256, "kind": row.kind, "bytes": row.size},
        )
        digest = row.sha256
        row.delete()
        if not (
            EvidenceFile.objects.filter(sha256=digest).exists()
            or DeclarationFile.objects.filter(sha256=digest).exists()
        ):
            transaction.on_commit(lambda: path_of(digest).unlink(missing_ok=True))


def _may_remove(actor: Actor, row: EvidenceFile) -> bool:
    own = row.organisation_id is not None and row.organisation_id == actor.organisation_id
    return own or row.programme.network_id in actor.managed_networks


def path_of(digest: str) -> Path:
    """Where the bytes of a hash lie, under the private root."""
    return Path(settings.PRIVATE_ROOT) / "evidence" / digest[:2] / digest


def open_evidence(row: EvidenceFile | DeclarationFile) -> BinaryIO:
    """The bytes; FileNotFoundError where the private root lost them."""
    return path_of(row.sha256).open("rb")


def clean_name(name: str) -> str:
    """The name without folders and without signs that a header or a file system stumbles over."""
    base = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(sign for sign in base if sign.isprintable() and sign not in '<>:"|?*')
    return kept[-200:].strip() or "bewijsstuk"


def hash_of(upload: Any) -> tuple[str, int]:
    """SHA-256 of the bytes, and how many there are."""
    file, size, digest = _readable(upload), 0, hashlib.sha256()
    file.seek(0)
    while chunk := file.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
    file.seek(0)
    return digest.hexdigest(), size


def store(upload: Any, digest: str) -> None:
    """Write the bytes under their hash, whole or not at all; bytes that lie there already stay."""
    target = path_of(digest)
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = _readable(upload)
    file.seek(0)
    handle, temporary = tempfile.mkstemp(dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            while chunk := file.read(CHUNK):
                out.write(chunk)
        Path(temporary).chmod(0o600)
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _readable(upload: Any) -> BinaryIO:
    file: BinaryIO = getattr(upload, "file", upload)
    return file
