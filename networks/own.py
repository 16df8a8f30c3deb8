"""The organisation that somebody works for at this moment."""

from django.shortcuts import get_object_or_404

from networks.models import Organisation
from skillnet.kernel.actor import Actor


def own_organisation(actor: Actor) -> Organisation:
    """The actor's current organisation. Raises Http404 where there is none."""
    return get_object_or_404(Organisation.objects.visible_to(actor), pk=actor.organisation_id)
