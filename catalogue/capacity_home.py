"""What the capacity exchange asks people to do on their home page."""

from django.urls import reverse
from django.utils.translation import gettext as _

from catalogue.capacity_transitions import span_words
from catalogue.models import CapacityRequest
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role
from skillnet.kernel.todo import Section, Todo

MOST = 5


def capacity_sections(actor: Actor) -> list[Section]:
    """Requests that wait for an answer of the own organisation; nothing when there is none."""
    if not actor.has(Role.COMPANY_CONTACT, Role.PROVIDER, Role.NETWORK_MANAGER):
        return []
    waiting = CapacityRequest.objects.visible_to(actor).filter(
        state=CapacityRequest.State.REQUESTED, capacity__organisation=actor.organisation_id
    )
    todos = [
        Todo(
            row.capacity.title,
            reverse("catalogue:capacity_detail", args=[row.capacity.public_id]),
            text=_("%(who)s vraagt %(n)s.") % {"who": row.organisation.name, "n": row.quantity},
            when=span_words(row.starts_on, row.ends_on),
        )
        for row in waiting.select_related("capacity", "organisation").order_by("pk")[:MOST]
    ]
    if not todos:
        return []
    return [
        Section(
            _("Gevraagde capaciteit"),
            todos,
            action_label=_("Alle aanvragen"),
            action_url=reverse("catalogue:capacity_requests"),
        )
    ]
