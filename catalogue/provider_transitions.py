"""How a provider is verified, warned, suspended and restored: every step with its reason, none by surprise.

A suspension is announced first, with a term to answer in. It may follow once the term is over or the answer is
there; a restored provider has its offers back as they were.
"""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from catalogue.models import Offer, Provider
from catalogue.onboarding import blocking
from catalogue.rules import may_review_provider, speaks_for_provider
from catalogue.services.facts import refresh_offer_facts
from skillnet.kernel.actor import Actor
from skillnet.kernel.changes import announce_change
from skillnet.kernel.transitions import Transition, TransitionTable, decisions_on

S = Provider.State


def _is_complete(provider: Any) -> list[str]:
    pieces = ", ".join(str(piece.label) for piece in blocking(provider))
    return [_now("Vul eerst aan: %(pieces)s.") % {"pieces": pieces}] if pieces else []


def _was_heard(provider: Any) -> list[str]:
    if provider.respond_until is None or provider.respond_until < timezone.localdate():
        return []
    last = decisions_on(provider).filter(action__in=["announce", "answer"]).order_by("-id").first()
    if last is not None and last.action == "answer":
        return []
    return [
        _now("De verstrekker kan nog antwoorden tot en met %(day)s.")
        % {"day": f"{provider.respond_until:%d/%m/%Y}"}
    ]


def was_verified(provider: Any) -> bool:
    """Whether it was verified when its suspension was announced; nobody becomes so by not being suspended."""
    announced = decisions_on(provider).filter(action="announce").order_by("-id").first()
    return announced is None or announced.from_state == S.VERIFIED


def _may_give_back(actor: Actor, provider: Any) -> bool:
    return may_review_provider(actor, provider) and was_verified(provider)


def _may_let_go(actor: Actor, provider: Any) -> bool:
    return may_review_provider(actor, provider) and not was_verified(provider)


def _provider_changed(provider: Any, action: str, actor: Actor) -> None:
    from catalogue.services.recognition import tell_of_step

    if action == "suspend":
        _swap(provider, Offer.State.ACTIVE, Offer.State.HIDDEN, actor, action)
    elif action in ("restore", "restore_unverified"):
        _swap(provider, Offer.State.HIDDEN, Offer.State.ACTIVE, actor, action)
    tell_of_step(provider=provider, action=action, actor=actor)


def _swap(provider: Any, before: str, after: str, actor: Actor, action: str) -> None:
    """Hide or show all offers of the provider; the matcher hears of it."""
    offers = Offer.objects.filter(provider=provider, state=before)
    touched = list(offers.values_list("pk", flat=True))
    Offer.objects.filter(pk__in=touched).update(state=after, updated_at=timezone.now())
    if touched:
        refresh_offer_facts(today=timezone.localdate(), offer_ids=touched)
        announce_change("offer", touched, actor=actor, reason=action)


PROVIDER_TRANSITIONS = TransitionTable(
    model=Provider,
    transitions={
        "submit": Transition(
            _("Laten nakijken"),
            frozenset({S.UNVERIFIED, S.RETURNED}),
            S.SUBMITTED,
            speaks_for_provider,
            guard=_is_complete,
            style="main",
        ),
        "verify": Transition(
            _("Als nagekeken bevestigen"),
            frozenset({S.UNVERIFIED, S.SUBMITTED, S.RETURNED}),
            S.VERIFIED,
            may_review_provider,
            guard=_is_complete,
            by_person=True,
            needs_reason=True,
            style="main",
        ),
        "return": Transition(
            _("Terugsturen om aan te vullen"),
            frozenset({S.SUBMITTED}),
            S.RETURNED,
            may_review_provider,
            needs_reason=True,
            by_person=True,
        ),
        "announce": Transition(
            _("Schorsing aankondigen"),
            frozenset({S.UNVERIFIED, S.SUBMITTED, S.RETURNED, S.VERIFIED}),
            S.ANNOUNCED,
            may_review_provider,
            needs_reason=True,
            style="stop",
            confirm=_("De verstrekker krijgt uw voornemen te lezen en een termijn om te antwoorden."),
            by_person=True,
        ),
        "answer": Transition(
            _("Antwoorden op de aankondiging"),
            frozenset({S.ANNOUNCED}),
            S.ANNOUNCED,
            speaks_for_provider,
            needs_reason=True,
            style="main",
        ),
        "drop": Transition(
            _("Schorsing laten vallen"),
            frozenset({S.ANNOUNCED}),
            S.VERIFIED,
            _may_give_back,
            needs_reason=True,
            style="main",
            by_person=True,
        ),
        # Who was never verified is not so now: it still has its papers to send in.
        "drop_unverified": Transition(
            _("Schorsing laten vallen"),
            frozenset({S.ANNOUNCED}),
            S.UNVERIFIED,
            _may_let_go,
            needs_reason=True,
            style="main",
            by_person=True,
        ),
        "suspend": Transition(
            _("Schorsen"),
            frozenset({S.ANNOUNCED}),
            S.SUSPENDED,
            may_review_provider,
            guard=_was_heard,
            by_person=True,
            needs_reason=True,
            style="stop",
            confirm=_("Het aanbod van deze verstrekker is dan verborgen tot u de schorsing opheft. Zeker?"),
        ),
        "restore": Transition(
            _("Schorsing opheffen"),
            frozenset({S.SUSPENDED}),
            S.VERIFIED,
            _may_give_back,
            by_person=True,
            needs_reason=True,
            style="main",
        ),
        "restore_unverified": Transition(
            _("Schorsing opheffen"),
            frozenset({S.SUSPENDED}),
            S.UNVERIFIED,
            _may_let_go,
            by_person=True,
            needs_reason=True,
            style="main",
        ),
    },
    after=_provider_changed,
)
