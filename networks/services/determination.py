"""Ranking the applications of a call, and deciding on them within its budget."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from networks.application_rules import may_handle_application
from networks.application_transitions import APPLICATION_TRANSITIONS, FUNDING_OUTCOMES, OUTCOMES
from networks.models import (
    ApplicationCondition,
    ApplicationReview,
    Call,
    CallCriterion,
    Network,
    NetworkApplication,
)
from networks.network_transitions import NETWORK_TRANSITIONS
from networks.ranking import (
    Entry,
    Ranked,
    Weighed,
    heaviest_score,
    mark_of_application,
    rank,
    spread,
)
from networks.services.applications import tell_about
from skillnet.formats import euro
from skillnet.kernel.actor import Actor
from skillnet.kernel.transitions import (
    TransitionRefused,
    check_transition,
    decisions_on,
    record_decision,
    run_transition,
)

State = NetworkApplication.State
UNDECIDED = (State.SUBMITTED, State.SCREENING, State.MORE_INFO, State.REVIEW)


@dataclass(frozen=True, slots=True)
class Standing:
    """One line of the ranking: the application, its place, and how far its reviews lie apart (points)."""

    application: NetworkApplication
    ranked: Ranked
    spread: Decimal
    reviews: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is decided on one application. `awarded` is needed to fund it; `conditions` only with conditions."""

    application: NetworkApplication
    action: str
    reason: str
    awarded: Decimal | None = None
    conditions: Sequence[tuple[str, date | None, bool]] = field(default_factory=list)


def ranking_of(call: Call) -> list[Standing]:
    """The reviewed applications of a call, best first, against its budget."""
    criteria = list(call.criteria.all())
    weighed = weighed_of(criteria)
    applications = list(
        call.applications.competing().select_related("network").prefetch_related("reviews__scores")
    )
    standings: dict[int, tuple[NetworkApplication, Decimal, int]] = {}
    entries: list[Entry] = []
    for application in applications:
        reviews = [scores for review in application.reviews.all() if (scores := scores_of(review, weighed))]
        if not reviews:
            continue
        standings[application.pk] = (application, spread(reviews, weighed), len(reviews))
        entries.append(
            Entry(
                key=application.pk,
                mark=mark_of_application(reviews, weighed),
                heaviest=heaviest_score(reviews, weighed),
                requested=application.awarded_budget
                if application.is_funded and application.awarded_budget is not None
                else application.requested_budget or Decimal(0),
                submitted=application.submitted_at.isoformat() if application.submitted_at else "",
                excluded=application.state == State.REJECTED,
            )
        )
    minimum = None if call.min_score is None else Decimal(call.min_score)
    ranked = rank(entries, budget=call.budget, minimum=minimum)
    return [
        Standing(standings[r.entry.key][0], r, standings[r.entry.key][1], standings[r.entry.key][2])
        for r in ranked
    ]


def weighed_of(criteria: Sequence[CallCriterion]) -> list[Weighed]:
    return [Weighed(criterion.pk, criterion.weight, criterion.max_score) for criterion in criteria]


def scores_of(review: ApplicationReview, criteria: Sequence[Weighed]) -> dict[int, int]:
    """Criterion → score of a review that was handed in; empty while it was not."""
    if review.submitted_at is None:
        return {}
    given = {row.criterion_id: row.score for row in review.scores.all() if row.score is not None}
    return given if all(criterion.key in given for criterion in criteria) else {}


def budget_left(call: Call) -> Decimal | None:
    """Euro of the call that nobody was promised; None for a call without a budget."""
    return None if call.budget is None else call.budget - call.applications.all().awarded()


def determine_application(*, outcome: Outcome, actor: Actor) -> NetworkApplication:
    """Decide on one application. Raises TransitionRefused or ValidationError; see `determine_many`."""
    return determine_many(call=outcome.application.call, outcomes=[outcome], actor=actor)[0]


def determine_many(*, call: Call, outcomes: Sequence[Outcome], actor: Actor) -> list[NetworkApplication]:
    """Decide on applications of one call, all or none. The call's row is locked: nobody decides meanwhile,
    and what is promised never passes its budget."""
    with transaction.atomic():
        locked = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
        return [_determine(locked, outcome, actor) for outcome in outcomes]


def _determine(call: Call, outcome: Outcome, actor: Actor) -> NetworkApplication:
    if outcome.action not in OUTCOMES:
        raise TransitionRefused(_("Kies een beslissing."))
    application = (
        NetworkApplication.objects.select_for_update(of=("self",))
        .select_related("network", "call")
        .get(pk=outcome.application.pk)
    )
    if _is_done(application, outcome, actor):
        return application
    check_transition(
        table=APPLICATION_TRANSITIONS,
        instance=application,
        action=outcome.action,
        actor=actor,
        reason=outcome.reason,
    )
    _check_moment(call, outcome.action)
    application.reasons = outcome.reason.strip()
    if outcome.action in FUNDING_OUTCOMES:
        application.awarded_budget = _within_budget(call, application, outcome)
    application.save()
    _set_conditions(application, outcome)
    changed: NetworkApplication = run_transition(
        table=APPLICATION_TRANSITIONS,
        pk=application.pk,
        action=outcome.action,
        actor=actor,
        reason=outcome.reason,
        evidence={"awarded": str(application.awarded_budget or ""), "budget": str(call.budget)},
    )
    if outcome.action in FUNDING_OUTCOMES:
        _award(changed, actor, outcome.reason)
    tell_about(changed, outcome.action, actor, outcome.reason)
    return changed


def _is_done(application: NetworkApplication, outcome: Outcome, actor: Actor) -> bool:
    """The same person pressed the same button twice."""
    if application.state != APPLICATION_TRANSITIONS.transitions[outcome.action].target:
        return False
    last = decisions_on(application).order_by("-id").first()
    return last is not None and last.action == outcome.action and last.user == actor.user


def _check_moment(call: Call, action: str) -> None:
    if action == "promote":
        if call.state not in (Call.State.UNDER_REVIEW, Call.State.DECIDED):
            raise TransitionRefused(_("De oproep is niet in beoordeling."))
        return
    if call.state != Call.State.UNDER_REVIEW:
        raise TransitionRefused(_("Start eerst de beoordeling van de oproep."))
    if call.applications.filter(state__in=UNDECIDED).exists():
        raise TransitionRefused(
            _("Er zijn nog aanvragen zonder volledige beoordeling: wie eerder beslist, schikt zonder hen.")
        )


def _within_budget(call: Call, application: NetworkApplication, outcome: Outcome) -> Decimal:
    awarded = outcome.awarded if outcome.awarded is not None else application.requested_budget
    if awarded is None or awarded <= 0:
        raise ValidationError(_("Vul in hoeveel u toekent."))
    if application.requested_budget is not None and awarded > application.requested_budget:
        raise ValidationError(_("U kent meer toe dan gevraagd is."))
    left = budget_left(call)
    if left is not None and awarded > left:
        raise TransitionRefused(
            _("Dat past niet in het budget: er is nog %(left)s, en %(name)s krijgt %(wanted)s.")
            % {"left": euro(left, "nl"), "name": application.network.name, "wanted": euro(awarded, "nl")}
        )
    return awarded


def _set_conditions(application: NetworkApplication, outcome: Outcome) -> None:
    wanted = [(text.strip(), due, first) for text, due, first in outcome.conditions if text.strip()]
    if outcome.action == "approve_with_conditions" and not wanted:
        raise ValidationError(_("Schrijf minstens één voorwaarde."))
    if outcome.action != "approve_with_conditions":
        return
    ApplicationCondition.objects.bulk_create(
        ApplicationCondition(application=application, text=text[:500], due_on=due, before_start=first)
        for text, due, first in wanted
    )


def _award(application: NetworkApplication, actor: Actor, reason: str) -> None:
    run_transition(
        table=NETWORK_TRANSITIONS, pk=application.network_id, action="award", actor=actor, reason=reason
    )
    Network.objects.filter(pk=application.network_id).update(
        budget=application.awarded_budget, updated_at=timezone.now()
    )


def settle_condition(
    *, condition: ApplicationCondition, state: str, actor: Actor, reason: str = ""
) -> ApplicationCondition:
    """The coordinator finds a condition met, or waives it (then with a reason). Twice changes nothing."""
    with transaction.atomic():
        locked = (
            ApplicationCondition.objects.select_for_update(of=("self",))
            .select_related("application__call", "application__network")
            .get(pk=condition.pk)
        )
        if not may_handle_application(actor, locked.application):
            raise TransitionRefused(_("U mag deze stap niet zetten."))
        if state not in (ApplicationCondition.State.MET, ApplicationCondition.State.WAIVED):
            raise TransitionRefused(_("Kies een beslissing."))
        if locked.state == state:
            return locked
        if locked.state != ApplicationCondition.State.OPEN:
            raise TransitionRefused(_("Over deze voorwaarde is al beslist."))
        if state == ApplicationCondition.State.WAIVED and not reason.strip():
            raise TransitionRefused(_("Zeg waarom de voorwaarde vervalt."))
        locked.state, locked.settled_on = state, timezone.localdate()
        locked.save()
        record_decision(
            subject=locked.application,
            action=f"condition_{state}",
            from_state=locked.application.state,
            to_state=locked.application.state,
            actor=actor,
            reason=reason,
            evidence={"condition": locked.text},
        )
    return locked
