"""Votes of the steering group on a programme in the API: below `/api/v1/programmes/<id>/votes/`."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from programmes.api_money import ProgrammePartView
from programmes.models import Programme
from programmes.rules import may_read_dossier
from programmes.services.votes import votes_json, votes_of


class ProgrammeVoteSerializer(serializers.Serializer[Any]):
    """The vote of one organisation of the steering group."""

    organisation = serializers.CharField(read_only=True)
    agrees = serializers.BooleanField(read_only=True)
    remark = serializers.CharField(read_only=True)
    at = serializers.DateTimeField(read_only=True)


class ProgrammeVotesSerializer(serializers.Serializer[Any]):
    """The votes on the plan as it stands, and how many there must be."""

    needed = serializers.IntegerField(
        read_only=True,
        allow_null=True,
        help_text=gettext_lazy("Leeg als het netwerk geen stuurgroep heeft: dan is geen stem nodig."),
    )
    accepted = serializers.BooleanField(read_only=True)
    votes = ProgrammeVoteSerializer(many=True, read_only=True)


class ProgrammeVotesView(ProgrammePartView):
    """How the steering group judges a programme before it is submitted; voting is for a person, on the web."""

    @extend_schema(
        operation_id="programmes_votes",
        summary="Read how the steering group voted on a programme",
        responses=ProgrammeVotesSerializer,
    )
    def get(self, request: Request, id: str) -> Response:
        programme = self.programme(id)
        if not may_read_dossier(self.actor, programme):
            raise Http404
        return Response(_answer(programme))


def _answer(programme: Programme) -> dict[str, Any]:
    count = votes_of(programme)
    return {
        "needed": None if count is None else count.needed,
        "accepted": count is None or count.is_accepted,
        "votes": votes_json(programme.votes.select_related("organisation")),
    }
