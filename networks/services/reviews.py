"""Reviews: assigned, written in the blind, handed in once."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from networks.application_rules import may_handle_application, may_review
from networks.models import (
    ApplicationReview,
    CallCriterion,
    Membership,
    NetworkApplication,
    ReviewScore,
)
from networks.rules import is_party
from networks.services.telling import tell
from skillnet.accounts.models import User
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused, record_decision

State = NetworkApplication.State
REVIEWERS = (Role.COORDINATOR, Role.ANALYST)


def possible_reviewers(application: NetworkApplication) -> list[Membership]:
    """Coordinators and analysts outside the network who are not assigned yet, one row a person."""
    assigned = application.reviews.values("reviewer")
    held = (
        Membership.objects.current()
        .filter(role__in=REVIEWERS, user__is_active=True)
        .exclude(user__in=assigned)
        .select_related("user", "organisation")
        .order_by("user__name", "user__email", "pk")
    )
    found: dict[int, Membership] = {}
    for membership in held:
        found.setdefault(membership.user_id, membership)
    excluded = _people_of_the_network(application, set(found))
    return [membership for user, membership in found.items() if user not in excluded]


def _people_of_the_network(application: NetworkApplication, users: set[int]) -> set[int]:
    """Of these people, those with a role for an organisation that is a party, or in the network itself."""
    rows = Membership.objects.current().filter(user__in=users)
    inside = set(rows.filter(network=application.network_id).values_list("user", flat=True))
    by_organisation: dict[int, set[int]] = {}
    for user, organisation in rows.values_list("user", "organisation"):
        by_organisation.setdefault(organisation, set()).add(user)
    for organisation, people in by_organisation.items():
        if is_party(application.network, organisations={organisation}):
            inside |= people
    return inside


def assign_reviewer(*, application: NetworkApplication, user_id: int, actor: Actor) -> ApplicationReview:
    """Ask somebody for a review; nobody reviews the own organisation. Asking again changes nothing."""
    with transaction.atomic():
        locked = NetworkApplication.objects.select_for_update(of=("self",)).get(pk=application.pk)
        if not may_handle_application(actor, locked):
            raise TransitionRefused(_("U mag deze stap niet zetten."))
        if locked.state not in (State.SCREENING, State.REVIEW):
            raise TransitionRefused(
                _("Beoordelaars duidt u aan tijdens de ontvankelijkheid of de beoordeling.")
            )
        known = locked.reviews.filter(reviewer=user_id).first()
        if known is not None:
            return known
        chosen = {membership.user_id: membership for membership in possible_reviewers(locked)}.get(user_id)
        if chosen is None:
            raise ValidationError(_("Deze persoon kan niet beoordelen: hij of zij hoort bij het netwerk."))
        review = ApplicationReview.objects.create(
            application=locked, reviewer=chosen.user, organisation=chosen.organisation
        )
        record_decision(
            subject=locked,
            action="assign_reviewer",
            from_state=locked.state,
            to_state=locked.state,
            actor=actor,
            evidence={"reviewer": str(chosen.user), "organisation": chosen.organisation.name},
        )
        _ask(review)
    return review


def unassign_reviewer(*, review: ApplicationReview, actor: Actor) -> None:
    """Take an assignment back that was not handed in."""
    with transaction.atomic():
        locked = ApplicationReview.objects.select_for_update(of=("self",)).get(pk=review.pk)
        application = locked.application
        if not may_handle_application(actor, application):
            raise TransitionRefused(_("U mag deze stap niet zetten."))
        if locked.submitted_at is not None:
            raise TransitionRefused(_("Deze beoordeling is ingediend en blijft staan."))
        name = str(locked.reviewer)
        locked.delete()
        record_decision(
            subject=application,
            action="unassign_reviewer",
            from_state=application.state,
            to_state=application.state,
            actor=actor,
            evidence={"reviewer": name},
        )


def save_review(
    *,
    review: ApplicationReview,
    actor: Actor,
    scores: Mapping[int, tuple[int | None, str]],
    remark: str = "",
    hand_in: bool = False,
) -> ApplicationReview:
    """Keep (criterion → score and remark), and with `hand_in` make it final. Raises ValidationError.

    Handing in needs a score and a remark for every criterion; after that nothing changes any more.
    """
    with transaction.atomic():
        locked = (
            ApplicationReview.objects.select_for_update(of=("self",))
            .select_related("application__call", "application__network")
            .get(pk=review.pk)
        )
        if not may_review(actor, locked):
            raise TransitionRefused(_("U kunt deze beoordeling niet (meer) schrijven."))
        criteria = list(locked.application.call.criteria.all())
        _check_scores(criteria, scores, complete=hand_in)
        locked.remark = remark.strip()
        if hand_in:
            own = set(
                Membership.objects.current().filter(user=actor.user).values_list("organisation", flat=True)
            )
            if is_party(locked.application.network, organisations=set(own)):
                raise TransitionRefused(_("Uw organisatie hoort bij dit netwerk: u kunt niet beoordelen."))
            locked.submitted_at = timezone.now()
        locked.save()
        for criterion in criteria:
            score, why = scores.get(criterion.pk, (None, ""))
            ReviewScore.objects.update_or_create(
                review=locked, criterion=criterion, defaults={"score": score, "remark": why.strip()}
            )
        if hand_in:
            record_decision(
                subject=locked.application,
                action="review",
                from_state=locked.application.state,
                to_state=locked.application.state,
                actor=actor,
            )
    return locked


def _check_scores(
    criteria: list[CallCriterion], scores: Mapping[int, tuple[int | None, str]], *, complete: bool
) -> None:
    problems: dict[str, list[str]] = {}
    for criterion in criteria:
        score, why = scores.get(criterion.pk, (None, ""))
        if score is not None and not 0 <= score <= criterion.max_score:
            said = _("Geef een score van 0 tot %d.") % criterion.max_score
            problems.setdefault(f"score_{criterion.pk}", []).append(said)
        if complete and score is None:
            problems.setdefault(f"score_{criterion.pk}", []).append(_("Geef een score."))
        if complete and not why.strip():
            problems.setdefault(f"remark_{criterion.pk}", []).append(_("Zeg waarom: de aanvrager leest dit."))
    if problems:
        raise ValidationError(problems)


def _ask(review: ApplicationReview) -> None:
    reviewer: User = review.reviewer
    application = review.application
    tell(
        [reviewer],
        key=f"review:{review.pk}",
        template="review_asked",
        address=reverse("networks:review", args=[review.public_id]),
        network=application.network.name,
        call=application.call.title,
        due=application.call.review_by.strftime("%d/%m/%Y") if application.call.review_by else "",
    )
