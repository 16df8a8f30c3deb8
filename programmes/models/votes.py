"""How the steering group of a network judges a programme before it is submitted."""

import pghistory
from django.db import models
from django.db.models import Q

from networks.models import SteeringVote
from programmes.models.programmes import Programme


@pghistory.track(exclude=["updated_at"])
class ProgrammeVote(SteeringVote):
    """One vote of one organisation of the steering group on the plan of a programme as it stands.

    A plan that changes is voted on again: its votes are deleted, and the decisions keep what they were.
    """

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="votes")

    class Meta(SteeringVote.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "organisation"], name="one_programme_vote_for_each_organisation"
            ),
            models.CheckConstraint(
                name="programme_vote_against_says_why", condition=Q(agrees=True) | ~Q(remark="")
            ),
        ]
