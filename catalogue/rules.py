"""Who may do what with rows of `catalogue`: predicates of an actor and an object."""

from typing import Any

from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role

# Who speaks for a company, a provider or a network asks for capacity and offers it.
TRADERS = (Role.COMPANY_CONTACT, Role.PROVIDER, Role.NETWORK_MANAGER)


def teaches_for(actor: Actor, organisation_id: int) -> bool:
    """Whether the actor speaks for this organisation as a provider."""
    return actor.is_system or (actor.has(Role.PROVIDER) and actor.organisation_id == organisation_id)


def may_change_offer(actor: Actor, offer: Any) -> bool:
    return teaches_for(actor, offer.provider.organisation_id)


def may_change_edition(actor: Actor, edition: Any) -> bool:
    return may_change_offer(actor, edition.offer)


def speaks_for_provider(actor: Actor, provider: Any) -> bool:
    return teaches_for(actor, provider.organisation_id)


def may_review_provider(actor: Actor, provider: Any) -> bool:
    """Whoever verifies, recognises or suspends; never for an organisation that the person works for too."""
    if actor.is_system:
        return True
    reviews = actor.has(Role.ADMINISTRATOR, Role.COORDINATOR)
    return reviews and provider.organisation_id not in actor.own_organisations


def may_revalue(actor: Actor, revaluation: Any) -> bool:
    """Who awards a credential looks at it again; a recognition is for who recognises."""
    if revaluation.microcredential_id is not None:
        return may_change_offer(actor, revaluation.microcredential.offer)
    return may_review_provider(actor, revaluation.recognition.provider)
