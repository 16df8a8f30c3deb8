"""The steps of an enrolment: one table, read by pages, services, the API and tests."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes.models import Enrolment, Programme
from programmes.rules import manages
from programmes.states import GIVEN
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import Transition, TransitionTable

E = Enrolment.State
P = Programme.State
# From approval on it is sure that a seat is paid for; after the settlement nothing moves any more.
OPEN_FOR_ENROLMENT = (P.APPROVED, P.RUNNING)
OPEN_FOR_ATTENDANCE = (P.RUNNING, P.DELIVERED)


def learner_scope(enrolment: Any) -> str:
    """What the holder of an invitation's link may speak for: this one enrolment."""
    return f"learner:{enrolment.pk}"


def enrols(actor: Actor, enrolment: Any) -> bool:
    """The company itself; for jobseekers, of whom no company speaks, the network's manager."""
    if enrolment.participation is None:
        return manages(actor, enrolment.programme)
    return (
        actor.has(Role.COMPANY_CONTACT) and actor.organisation_id == enrolment.participation.organisation_id
    )


def teaches(actor: Actor, enrolment: Any) -> bool:
    deliverer = enrolment.edition.offer.provider.organisation_id
    return actor.has(Role.PROVIDER) and actor.organisation_id == deliverer


def records(actor: Actor, enrolment: Any) -> bool:
    """Who says that somebody came: the deliverer, the own company, the network's manager."""
    return teaches(actor, enrolment) or enrols(actor, enrolment) or manages(actor, enrolment.programme)


def answers(actor: Actor, enrolment: Any) -> bool:
    return learner_scope(enrolment) in actor.scopes


def _confirms(actor: Actor, enrolment: Any) -> bool:
    return actor.is_system or answers(actor, enrolment) or enrols(actor, enrolment)


def _is_system(actor: Actor, _enrolment: Any) -> bool:
    return actor.is_system


def has_begun(enrolment: Any) -> bool:
    starts_on = enrolment.edition.starts_on
    return starts_on is not None and starts_on <= timezone.localdate()


def can_change(enrolment: Enrolment) -> list[str]:
    """Names move from approval until the programme was delivered."""
    if enrolment.programme.state in OPEN_FOR_ENROLMENT:
        return []
    return [
        _("Dit programma staat op “%(state)s”: inschrijvingen wijzigen kan niet meer.")
        % {"state": enrolment.programme.get_state_display()}
    ]


def can_be_withdrawn(enrolment: Enrolment) -> list[str]:
    reasons = can_change(enrolment)
    if not reasons and has_begun(enrolment) and enrolment.state != E.WAITLISTED:
        reasons.append(
            _("De eerste les is geweest. Meld wie niet kwam als “niet gekomen”, of vervang de deelnemer.")
        )
    return reasons


def can_be_replaced(enrolment: Enrolment) -> list[str]:
    reasons = can_change(enrolment)
    if not reasons and enrolment.attendance.filter(hours__gt=0).exists():
        reasons.append(_("Deze deelnemer volgde al lessen en kan niet meer vervangen worden."))
    return reasons


def can_be_recorded(enrolment: Enrolment) -> list[str]:
    """Attendance is a fact: it is recorded after the first lesson and until the settlement."""
    programme = enrolment.programme
    if programme.state not in OPEN_FOR_ATTENDANCE:
        return [
            _("Dit programma staat op “%(state)s”: aanwezigheden worden genoteerd terwijl het loopt.")
            % {"state": programme.get_state_display()}
        ]
    if enrolment.edition.starts_on is not None and not has_begun(enrolment):
        return [_("De eerste les moet nog komen.")]
    return []


def can_be_certified(enrolment: Enrolment) -> list[str]:
    if enrolment.programme.state in (P.RUNNING, *GIVEN):
        return []
    return [_("Een bewijs volgt op een opleiding die gegeven is.")]


WAITING_OR_SEATED = frozenset({E.REQUESTED, E.WAITLISTED, E.CONFIRMED})

ENROLMENT_TRANSITIONS = TransitionTable(
    model=Enrolment,
    transitions={
        "confirm": Transition(
            gettext_lazy("Inschrijven"), frozenset({E.REQUESTED}), E.CONFIRMED, _confirms, guard=can_change
        ),
        "wait": Transition(
            gettext_lazy("Op de wachtlijst zetten"),
            frozenset({E.REQUESTED, E.CONFIRMED}),
            E.WAITLISTED,
            _is_system,
        ),
        "promote": Transition(
            gettext_lazy("Doorschuiven"), frozenset({E.WAITLISTED}), E.CONFIRMED, _is_system, guard=can_change
        ),
        "refuse": Transition(
            gettext_lazy("Niet meedoen"), WAITING_OR_SEATED, E.CANCELLED, answers, stamp="closed_at"
        ),
        "withdraw": Transition(
            gettext_lazy("Schrappen"),
            WAITING_OR_SEATED,
            E.CANCELLED,
            enrols,
            guard=can_be_withdrawn,
            stamp="closed_at",
            style="stop",
        ),
        "replace": Transition(
            gettext_lazy("Vervangen"),
            frozenset({E.REQUESTED, E.CONFIRMED, E.NO_SHOW}),
            E.CANCELLED,
            enrols,
            guard=can_be_replaced,
            stamp="closed_at",
        ),
        "close": Transition(
            gettext_lazy("Afsluiten"), WAITING_OR_SEATED, E.CANCELLED, _is_system, stamp="closed_at"
        ),
        "attend": Transition(
            gettext_lazy("Aanwezig"),
            frozenset({E.REQUESTED, E.CONFIRMED, E.NO_SHOW}),
            E.ATTENDED,
            records,
            guard=can_be_recorded,
            stamp="closed_at",
            style="main",
        ),
        "no_show": Transition(
            gettext_lazy("Niet gekomen"),
            frozenset({E.REQUESTED, E.CONFIRMED, E.ATTENDED}),
            E.NO_SHOW,
            records,
            guard=can_be_recorded,
            stamp="closed_at",
            style="stop",
        ),
        "certify": Transition(
            gettext_lazy("Bewijs uitgereikt"),
            frozenset({E.ATTENDED}),
            E.CERTIFIED,
            teaches,
            guard=can_be_certified,
        ),
    },
)
