"""Votes of the steering group on a programme: cast while its plan is open, gone when the plan changes."""

from typing import Any

from django.utils.translation import gettext as _

from networks.needs import Tally, tally
from networks.services import voting
from networks.transitions import steering_seats
from programmes.models import CompanySeats, Programme, ProgrammeVote
from programmes.services.vote_calls import ask_steering_group
from programmes.states import CHANGEABLE
from skillnet.kernel.actor import SYSTEM, Actor
from skillnet.kernel.transitions import record_decision

VOTED_IN = CHANGEABLE


def vote_on_programme(*, programme: Programme, actor: Actor, agrees: bool, remark: str = "") -> ProgrammeVote:
    """The vote of the actor's organisation on the plan as it stands; see `networks.services.voting`.

    Raises TransitionRefused, and ValidationError for a vote against without a word why.
    """
    vote: ProgrammeVote = voting.cast_vote(
        subject=programme,
        open_in=VOTED_IN,
        closed=_("Over dit programma valt nu niet te stemmen."),
        actor=actor,
        agrees=agrees,
        remark=remark,
    )
    return vote


def votes_of(programme: Programme) -> Tally | None:
    """How the steering group voted on the plan; None where the network has no steering group to ask.

    What a page has read already (`with_steering_group`) is not read again.
    """
    known: int | None = getattr(programme, "steering_seats", None)
    seats = steering_seats(programme.network) if known is None else known
    if not seats:
        return None
    return tally([vote.agrees for vote in programme.votes.all()], members=seats)


def plan_voted_on(programme: Programme) -> tuple[Any, ...] | None:
    """What was voted on, to compare with after a change; None where no vote hangs on it."""
    if programme.state not in VOTED_IN or not ProgrammeVote.objects.filter(programme=programme).exists():
        return None
    seats = CompanySeats.objects.filter(programme_edition__programme=programme).order_by(
        "programme_edition__edition_id", "organisation_id"
    )
    shares = programme.participations.exclude(state="withdrawn").order_by("organisation_id")
    return (
        programme.starts_on,
        programme.jobseeker_learners,
        programme.jobseeker_cost,
        *seats.values_list("programme_edition__edition_id", "organisation_id", "learners"),
        *shares.values_list("organisation_id", "learners", "cost", "grant"),
    )


def drop_votes(programme: Programme) -> None:
    """Take the votes on an open plan away because it changed. Call it in the transaction that changes the plan."""
    if programme.state not in VOTED_IN:
        return
    rows = ProgrammeVote.objects.filter(programme=programme).select_related("organisation")
    gone = votes_json(rows)
    if not gone:
        return
    rows.delete()
    record_decision(
        subject=programme,
        action="reset_votes",
        from_state=programme.state,
        to_state=programme.state,
        actor=SYSTEM,
        evidence={"votes": gone},
    )
    ask_steering_group(programme=programme, why="changed")


def votes_json(votes: Any) -> list[dict[str, Any]]:
    """Who voted what and why, oldest first; read with their organisations. Instants in ISO 8601, UTC."""
    return [
        {
            "organisation": vote.organisation.name,
            "agrees": vote.agrees,
            "remark": vote.remark,
            "at": vote.updated_at.isoformat(),
        }
        for vote in votes
    ]


def vote_evidence(programme: Programme) -> dict[str, Any]:
    """What a submission relied on; nothing where there is no steering group to ask."""
    count = votes_of(programme)
    if count is None:
        return {}
    votes = votes_json(programme.votes.select_related("organisation"))
    return {"votes": votes, "votes_needed": count.needed}
