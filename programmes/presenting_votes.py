"""How the steering group votes on a programme, as its page shows it."""

from typing import Any

from django.db.models import Prefetch, prefetch_related_objects

from programmes.models import Programme, ProgrammeVote
from programmes.rules import Sight, may_vote
from programmes.services.votes import VOTED_IN, votes_of
from skillnet.kernel.actor import Actor


def vote_panel(programme: Programme, actor: Actor, sight: Sight) -> dict[str, Any]:
    """The tally, who voted what, and the own vote: for who runs, steers or decides. Read `programme_for_page`.

    A tally stands only where a vote can still be cast: afterwards the votes alone tell what was decided.
    """
    if not sight.money or programme.state == Programme.State.PROPOSAL:
        return {}
    if not (getattr(programme, "steering_seats", 0) or getattr(programme, "has_votes", False)):
        return {}
    rows = ProgrammeVote.objects.select_related("organisation", "user")
    prefetch_related_objects([programme], Prefetch("votes", queryset=rows))
    votes = list(programme.votes.all())
    return {
        "votes": votes,
        "tally": votes_of(programme) if programme.state in VOTED_IN else None,
        "may_vote": may_vote(actor, programme),
        "own_vote": next((v for v in votes if v.organisation_id == actor.organisation_id), None),
    }
