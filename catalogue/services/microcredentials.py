"""Describing a microcredential; the eleven elements decide whether it may be kept."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from catalogue.microcredentials import findings
from catalogue.models import Microcredential, Offer
from catalogue.records import CredentialRecord
from catalogue.wording import FINDINGS
from skillnet.kernel.actor import Actor
from skillnet.kernel.importing import changes_of


def save_microcredential(*, actor: Actor, offer: Offer, values: Mapping[str, Any]) -> Microcredential:
    """Create or change the microcredential of `offer`, which then says that it ends in one.

    Raises ValidationError with one message for each element that is missing or wrong.
    """
    with transaction.atomic():
        offer = Offer.objects.select_for_update(of=("self",)).get(pk=offer.pk)
        credential = Microcredential.objects.filter(offer=offer).first() or Microcredential(offer=offer)
        changed = changes_of(credential, dict(values))
        check_elements(credential)
        if changed or credential.pk is None:
            credential.full_clean(exclude=["public_id", "offer"])
            credential.save()
        if offer.credential != Offer.Credential.MICROCREDENTIAL:
            offer.credential = Offer.Credential.MICROCREDENTIAL
            offer.save(update_fields=["credential", "updated_at"])
    return credential


def check_elements(credential: Microcredential) -> None:
    """Raises ValidationError with one message for each element that is missing or wrong."""
    record = CredentialRecord(
        id="",
        url="",
        title=credential.title,
        issuer_country=credential.issuer_country,
        awarding_body=credential.awarding_body,
        outcomes=tuple(credential.outcomes),
        workload_hours=credential.workload_hours,
        ects=credential.ects,
        eqf_level=credential.eqf_level,
        assessment=credential.assessment,
        participation=credential.participation,
        quality_assurance=credential.quality_assurance,
    )
    errors = {f.field: str(FINDINGS[f.code]) for f in findings(record) if f.blocks}
    if errors:
        raise ValidationError(errors)
