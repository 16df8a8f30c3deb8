"""The steps of offers and editions; each refreshes the facts that the matcher reads."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from catalogue.models import Edition, Offer
from catalogue.rules import may_change_edition, may_change_offer
from catalogue.services.facts import refresh_offer_facts
from catalogue.services.waiting import close_waiting_list
from skillnet.kernel.actor import Actor
from skillnet.kernel.changes import announce_change
from skillnet.kernel.transitions import Transition, TransitionTable, decisions_on

O = Offer.State  # noqa: E741  one letter a model, as in networks.transitions
E = Edition.State


def _offer_changed(offer: Any, action: str, actor: Actor) -> None:
    refresh_offer_facts(today=timezone.localdate(), offer_ids=[offer.pk])
    announce_change("offer", [offer.pk], actor=actor, reason=action)


CLOSING = ("cancel", "start", "deliver")


def _edition_changed(edition: Any, action: str, actor: Actor) -> None:
    """The waiting list closes with the edition, and whoever is on it hears why."""
    if action in CLOSING:
        reason = decisions_on(edition).order_by("-id").values_list("reason", flat=True).first() or ""
        close_waiting_list(edition=edition, reason=reason if action == "cancel" else "")
    refresh_offer_facts(today=timezone.localdate(), offer_ids=[edition.offer_id])
    announce_change("offer", [edition.offer_id], actor=actor, reason=action)
    announce_change("edition", [edition.pk], actor=actor, reason=action)


def _has_begun(edition: Any) -> list[str]:
    if edition.starts_on is None:
        return [_now("Vul eerst in wanneer de editie begint.")]
    if edition.starts_on > timezone.localdate():
        return [_now("Deze editie is nog niet begonnen.")]
    return []


OFFER_TRANSITIONS = TransitionTable(
    model=Offer,
    transitions={
        "publish": Transition(
            _("Publiceren"),
            frozenset({O.DRAFT, O.ARCHIVED}),
            O.ACTIVE,
            may_change_offer,
            style="main",
            confirm=_("Iedereen ziet dit aanbod dan, en de matcher zoekt bij welke kloven het past."),
        ),
        "withdraw": Transition(
            _("Terug naar ontwerp"),
            frozenset({O.ACTIVE, O.ARCHIVED}),
            O.DRAFT,
            may_change_offer,
            confirm=_("Alleen u ziet het dan nog; nieuwe kloven vinden het niet meer."),
        ),
        "archive": Transition(
            _("Archiveren"),
            frozenset({O.DRAFT, O.ACTIVE}),
            O.ARCHIVED,
            may_change_offer,
            style="stop",
            confirm=_("Het aanbod verdwijnt uit de catalogus. Wat eraan vasthangt, blijft leesbaar. Zeker?"),
        ),
    },
    after=_offer_changed,
)

EDITION_TRANSITIONS = TransitionTable(
    model=Edition,
    transitions={
        "open": Transition(
            _("Inschrijving openen"),
            frozenset({E.PLANNED}),
            E.OPEN,
            may_change_edition,
            style="main",
            confirm=_("Bedrijven zien deze editie dan en kunnen plaatsen vragen."),
        ),
        "confirm": Transition(
            _("Melden dat ze doorgaat"),
            frozenset({E.PLANNED, E.OPEN}),
            E.CONFIRMED,
            may_change_edition,
            style="main",
            confirm=_("Wie ingeschreven is, krijgt te horen dat de editie doorgaat."),
        ),
        "start": Transition(
            _("Als begonnen melden"),
            frozenset({E.OPEN, E.CONFIRMED}),
            E.RUNNING,
            may_change_edition,
            guard=_has_begun,
        ),
        "deliver": Transition(
            _("Als gegeven melden"),
            frozenset({E.CONFIRMED, E.RUNNING}),
            E.DELIVERED,
            may_change_edition,
            guard=_has_begun,
        ),
        "cancel": Transition(
            _("Editie annuleren"),
            frozenset({E.PLANNED, E.OPEN, E.CONFIRMED}),
            E.CANCELLED,
            may_change_edition,
            needs_reason=True,
            style="stop",
            confirm=_("Wie ingeschreven is of wacht, krijgt te horen dat de editie niet doorgaat. Zeker?"),
        ),
        "reopen": Transition(_("Heropenen"), frozenset({E.CANCELLED}), E.OPEN, may_change_edition),
    },
    after=_edition_changed,
)
