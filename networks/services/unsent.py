"""What a person typed on the gap form and did not send yet: kept on the server, so that no session loses it."""

from collections.abc import Mapping, Sequence

from django.db import transaction

from networks.models import Organisation, UnsentGap
from skillnet.kernel.actor import Actor


def keep_unsent_gap(
    *, actor: Actor, organisation: Organisation, values: Mapping[str, Sequence[str]]
) -> UnsentGap | None:
    """Keep these values for the person and the company; nothing typed keeps nothing. Repeating is harmless."""
    if actor.user is None or not any(
        "".join(values.get(name, [])).strip() for name in ("title", "description")
    ):
        return None
    with transaction.atomic():
        kept, _made = UnsentGap.objects.update_or_create(
            user=actor.user,
            organisation=organisation,
            defaults={"values": {name: list(held) for name, held in values.items()}},
        )
    return kept


def forget_unsent_gap(*, actor: Actor) -> None:
    """The gap was registered, or the person starts anew."""
    UnsentGap.objects.of(actor).delete()
