"""Remarks at a programme."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from programmes.models import Comment, Programme
from programmes.rules import may_comment
from skillnet.kernel.actor import Actor

LONGEST = 4000


def add_comment(*, programme: Programme, actor: Actor, text: str) -> Comment:
    """Keep a remark; raises ValidationError when it says nothing, or too much, or the actor may not."""
    words = text.strip()
    if not may_comment(actor, programme) or actor.user is None or actor.organisation_id is None:
        raise ValidationError(_("U kunt hier geen opmerking plaatsen."))
    if not words:
        raise ValidationError(_("Schrijf eerst een opmerking."))
    if len(words) > LONGEST:
        raise ValidationError(_("Een opmerking telt hoogstens %(n)s tekens.") % {"n": LONGEST})
    return Comment.objects.create(
        programme=programme, user=actor.user, organisation_id=actor.organisation_id, text=words
    )
