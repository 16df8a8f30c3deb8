"""What each step of a supplement sets in motion, in the transaction of the step."""

from django.urls import reverse

from networks.services.telling import contacts_of, coordinators_of, managers_of
from programmes.models import Supplement
from programmes.services.step_notices import message_context, send
from programmes.services.supplement_plan import SupplementPlan
from programmes.services.supplement_writing import write_supplement
from skillnet.accounts.models import User
from skillnet.kernel.actor import Actor

TEMPLATE = "programme_supplement"
# Who waits for it: the coordinator decides; everybody hears what came of it.
TO_COORDINATOR = ("complete", "sign")
ENDED = ("grant", "refuse", "decline", "withdraw", "lapse")


def after_supplement_step(
    *, supplement: Supplement, action: str, actor: Actor, plan: SupplementPlan | None = None
) -> None:
    """Granted: the plan is written. Whoever waited for this step hears of it."""
    if action == "grant" and plan is not None:
        write_supplement(supplement=supplement, plan=plan, actor=actor)
    tell_of_supplement(supplement=supplement, action=action, actor=actor)


def tell_of_supplement(*, supplement: Supplement, action: str, actor: Actor) -> None:
    """Never the one who took the step."""
    people = [user for user in _readers(supplement, action) if user != actor.user]
    context = supplement_context(supplement, action, actor.label)
    send(people, key=f"supplement:{supplement.pk}:{action}", context=context, template=TEMPLATE)


def supplement_context(supplement: Supplement, action: str, who: str) -> dict[str, object]:
    """What the message says; JSON, rendered later in the language of the reader."""
    return message_context(supplement.programme, action, who) | {
        "path": supplement_path(supplement),
        "extra": str(supplement.extra),
        "sign_by": supplement.sign_by.isoformat(),
        "decide_by": supplement.decide_by.isoformat() if supplement.decide_by else "",
    }


def supplement_path(supplement: Supplement) -> str:
    return reverse("programmes:supplement", args=[supplement.public_id])


def to_sign_people(supplement: Supplement) -> list[User]:
    """The people of the companies whose word is still asked."""
    rows = supplement.lines.filter(needs_word=True, signed_at=None)
    return contacts_of(*rows.values_list("organisation", flat=True))


def _readers(supplement: Supplement, action: str) -> list[User]:
    network = supplement.programme.network
    if action in TO_COORDINATOR:
        return coordinators_of(network)
    if action == "ask":
        return to_sign_people(supplement)
    companies = contacts_of(*supplement.lines.values_list("organisation", flat=True))
    # A coordinator hears of what lay with it and ended otherwise.
    waited = coordinators_of(network) if supplement.ready_at and action in ("withdraw", "lapse") else []
    return [*managers_of(network), *companies, *waited] if action in ENDED else managers_of(network)


__all__ = [
    "after_supplement_step",
    "supplement_context",
    "supplement_path",
    "tell_of_supplement",
    "to_sign_people",
]
