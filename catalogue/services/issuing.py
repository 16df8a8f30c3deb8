"""The register of issued credentials and the maintenance contract: issue, renew, and how many are renewed."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.models import IssuedCredential, Microcredential
from catalogue.validity import expiry_of
from networks.models import Organisation
from skillnet.kernel.actor import Actor
from skillnet.kernel.transitions import record_decision

REFERENCE = re.compile(r"[^\W_][\w./:#+-]{0,39}")
"""A reference of the issuer's own is one word; a name or an address has a space or a comma in it."""
NATIONAL_DIGITS, NATIONAL_MODULUS = 11, 97


@dataclass(frozen=True, slots=True)
class Renewal:
    """Of the credentials whose term ended before `day`: how many there were and how many were renewed."""

    ended: int
    renewed: int

    @property
    def rate(self) -> float | None:
        """0..1; None while none has ended."""
        return self.renewed / self.ended if self.ended else None


def issue_credentials(
    *,
    actor: Actor,
    credential: Microcredential,
    pseudonyms: Sequence[str],
    issued_on: date,
    organisation: Organisation | None = None,
) -> list[IssuedCredential]:
    """Enter credentials that were issued on one day; a known pseudonym of that day changes nothing.

    Somebody who holds this credential already renews it: the new one replaces the latest. Raises
    ValidationError.
    """
    wanted = list(dict.fromkeys(name.strip() for name in pseudonyms if name.strip()))
    _check(wanted, issued_on)
    with transaction.atomic():
        credential = Microcredential.objects.select_for_update(of=("self",)).get(pk=credential.pk)
        known = {row.pseudonym for row in credential.issued.filter(issued_on=issued_on, pseudonym__in=wanted)}
        held = _latest(credential, wanted, issued_on)
        rows = [
            IssuedCredential(
                microcredential=credential,
                pseudonym=name,
                organisation=organisation,
                issued_on=issued_on,
                expires_on=expiry_of(issued_on, credential.validity_months),
                renewed_from=held.get(name),
            )
            for name in wanted
            if name not in known
        ]
        try:
            return IssuedCredential.objects.bulk_create(rows)
        except IntegrityError as error:
            raise ValidationError(_("Een van deze bewijzen is al verlengd.")) from error


def withdraw_issued(*, actor: Actor, issued: IssuedCredential, reason: str) -> None:
    """Takes out an entry that was a mistake; the history keeps it, with the reason. One that was renewed stays.

    Raises ValidationError.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Geef een motivering: wie dit leest moet begrijpen waarom.")})
    with transaction.atomic():
        row = IssuedCredential.objects.select_for_update(of=("self",)).filter(pk=issued.pk).first()
        if row is None:
            return
        if IssuedCredential.objects.filter(renewed_from=row).exists():
            raise ValidationError(_("Dit bewijs is al verlengd en blijft daarom staan."))
        record_decision(
            subject=row,
            action="withdraw",
            from_state="issued",
            to_state="withdrawn",
            actor=actor,
            reason=reason,
        )
        row.delete()


def renewal_of(credential: Microcredential, day: date) -> Renewal:
    """How well the maintenance contract works."""
    ended = credential.issued.filter(expires_on__lt=day)
    return Renewal(ended.count(), ended.filter(renewal__isnull=False).count())


def _latest(credential: Microcredential, names: Iterable[str], day: date) -> dict[str, IssuedCredential]:
    """The credential that each holder's new one renews: the newest before that day without a renewal."""
    rows = credential.issued.filter(pseudonym__in=list(names), issued_on__lt=day, renewal=None)
    return {row.pseudonym: row for row in rows.order_by("issued_on", "id")}


def _check(names: Sequence[str], issued_on: date) -> None:
    if not names:
        raise ValidationError({"pseudonyms": _("Geef minstens één kenmerk.")})
    for name in names:
        if not REFERENCE.fullmatch(name) or is_national_number(name):
            refusal = _(
                "“%(name)s” is geen eigen kenmerk. Geef één woord van hoogstens 40 tekens, zonder spaties: geen "
                "naam, adres of rijksregisternummer."
            ) % {"name": name[:60]}
            raise ValidationError({"pseudonyms": refusal})
    if issued_on > timezone.localdate():
        raise ValidationError({"issued_on": _("De dag van uitreiking ligt in de toekomst.")})


def is_national_number(text: str) -> bool:
    """Whether the digits are a Belgian national number: yymmdd, a serial and 97 − rest of division by 97, with a
    2 before the number for who was born from 2000 on (royal decree of 3 April 1984, article 1)."""
    digits = re.sub(r"\D", "", text)
    if len(digits) != NATIONAL_DIGITS or re.search(r"[^\d.\s-]", text):
        return False
    number, check = digits[:9], int(digits[9:])
    return check in {NATIONAL_MODULUS - int(born + number) % NATIONAL_MODULUS for born in ("", "2")}
