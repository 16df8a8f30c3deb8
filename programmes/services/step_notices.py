"""Who hears of a step of a programme, and what the message says."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from networks.models import Organisation
from networks.services.telling import contacts_of, coordinators_of, managers_of, notify
from programmes.models import Participation, Programme
from skillnet.accounts.models import User
from skillnet.kernel.actor import Actor

TO_COORDINATOR = ("submit", "sign", "recall")
TO_COMPANIES = ("approve", "cancel")


def tell_of_step(*, programme: Programme, action: str, actor: Actor) -> None:
    """Who waits for this step hears of it: the coordinator of a submission and of a first signature, manager and
    companies of a decision; never the one who took it."""
    send(
        [user for user in _readers(programme, action) if user != actor.user],
        key=f"programme:{programme.pk}:{action}",
        context=message_context(programme, action, actor.label)
        | ({"path": "/programmas/"} if action == "recall" else {}),  # a draft is the coordinator's no more
    )


def tell_manager(*, programme: Programme, action: str, who: str) -> None:
    """A company confirmed or left: its network's managers hear of it."""
    send(
        managers_of(programme.network),
        key=f"programme:{programme.pk}:{action}:{who[:60]}",
        context=message_context(programme, action, who),
    )


def tell_company(*, programme: Programme, action: str, organisation: Organisation) -> None:
    """Something was decided on a company's place in the programme: its own people hear of it."""
    send(
        contacts_of(organisation.pk),
        key=f"programme:{programme.pk}:{action}:{organisation.pk}",
        context=message_context(programme, action, organisation.name),
    )


def send(
    people: Iterable[User], *, key: str, context: dict[str, Any], template: str = "programme_step"
) -> None:
    """A message to each of these people, however many roles they hold; once for each `key` and second."""
    stamp = timezone.now().isoformat(timespec="seconds")
    notify(people, key=f"{key}:{stamp}", template=template, context=context)


def message_context(programme: Programme, action: str, who: str) -> dict[str, Any]:
    """What the message of a step says; JSON, rendered later in the language of the reader."""
    by = programme.decide_by
    return {
        "days": (by - timezone.localdate()).days if by else None,
        "programme": programme.title,
        "network": programme.network.name,
        "state": programme.state,
        "path": f"/programmas/{programme.public_id}/",
        "action": action,
        "who": who,
    }


def contacts_of_companies(rows: QuerySet[Participation]) -> list[User]:
    """The people of the companies that take part."""
    return contacts_of(*rows.values_list("organisation", flat=True))


def _readers(programme: Programme, action: str) -> list[User]:
    if action in TO_COORDINATOR:
        return coordinators_of(programme.network)
    if action not in TO_COMPANIES:
        return managers_of(programme.network)
    return [*managers_of(programme.network), *contacts_of_companies(programme.participations.all())]


__all__ = ["contacts_of_companies", "message_context", "send", "tell_company", "tell_manager", "tell_of_step"]
