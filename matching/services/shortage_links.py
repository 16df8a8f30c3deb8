"""Linking shortage occupations to ESCO by hand."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from matching.models import Occupation
from matching.rules import may_manage_shortages
from matching.services.revaluing import list_changed, shown_standings
from matching.shortage_models import ShortageOccupation
from skillnet.kernel.actor import Actor
from skillnet.kernel.transitions import record_decision


def link_occupation(*, row: ShortageOccupation, occupation_uri: str, actor: Actor) -> ShortageOccupation:
    """A person says which ESCO occupation this is; it brings the skills, and priorities follow.

    Raises ValidationError.
    """
    if not may_manage_shortages(actor):
        raise ValidationError(_("Alleen een coördinator of beheerder koppelt knelpuntberoepen."))
    with transaction.atomic():
        before_link = shown_standings()
        locked = ShortageOccupation.objects.select_for_update(of=("self",)).get(pk=row.pk)
        occupation = Occupation.objects.filter(uri=occupation_uri).first()
        if occupation is None or not occupation.essential:
            raise ValidationError(_("Kies een ESCO-beroep met vaardigheden uit de lijst."))
        if locked.occupation_id == occupation.pk and locked.link == ShortageOccupation.Link.PERSON:
            return locked
        before, locked.link = locked.link, ShortageOccupation.Link.PERSON
        locked.occupation, locked.skills = occupation, list(occupation.essential)
        locked.save()
        record_decision(
            subject=locked,
            action="link",
            from_state=before,
            to_state=locked.link,
            actor=actor,
            evidence={"occupation": occupation.uri},
        )
        list_changed(listing=locked.listing, before=before_link)
    return locked
