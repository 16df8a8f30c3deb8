"""What people say of matches, with the components as they were, so that weights can be learned later."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from matching.models import Match, MatchRun, Verdict
from skillnet.kernel.actor import Actor


def record_verdict(*, match: Match, answer: str, reason: str = "", actor: Actor) -> Verdict:
    """Record that a match fits or does not; a person has one verdict on a pair, the last word counts.

    Kept with it: the run, the model and the weights that scored the match, not those of today.
    A "does not fit" needs a reason: without one nobody can learn from it. Raises ValidationError.
    """
    if answer not in Verdict.Answer.values or actor.user is None:
        raise ValidationError(_("Kies of dit aanbod past of niet past."))
    reason = reason.strip()[:500]
    if answer == Verdict.Answer.DOES_NOT_FIT and not reason:
        raise ValidationError(
            _("Zeg in enkele woorden waarom dit aanbod niet past; daar leert de matcher van.")
        )
    scored_by = MatchRun.objects.select_related("profile").get(pk=match.run_id)
    with transaction.atomic():
        verdict, _created = Verdict.objects.update_or_create(
            gap=match.gap,
            offer=match.offer,
            user=actor.user,
            defaults={
                "answer": answer,
                "reason": reason,
                "score": match.score,
                "components": match.components,
                "run": scored_by,
                "revision_id": scored_by.revision_id,
                "profile_version": scored_by.profile.version if scored_by.profile else None,
            },
        )
    return verdict


def withdraw_verdict(*, match: Match, actor: Actor) -> None:
    """Take back what this person said of a match; safe to repeat."""
    Verdict.objects.filter(gap=match.gap_id, offer=match.offer_id, user=actor.user).delete()
