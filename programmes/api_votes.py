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
from programmes.services.votes import vote_on_programme, votes_json, votes_of
from skillnet.api.fields import StrictSerializer
from skillnet.api.views import read_body


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


class CastVoteSerializer(StrictSerializer):
    """Agree, or not agree and why."""

    agrees = serializers.BooleanField()
    remark = serializers.CharField(required=False, allow_blank=True, default="", max_length=4000)


class ProgrammeVotesView(ProgrammePartView):
    """How the steering group judges a programme before it is submitted."""

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

    @extend_schema(
        operation_id="programmes_vote",
        summary="Vote on a programme for the own organisation; voting again replaces the vote",
        description="409 says in sentences why not. A vote is cast by a person who signed in.",
        request=CastVoteSerializer,
        responses=ProgrammeVotesSerializer,
    )
    def post(self, request: Request, id: str) -> Response:
        values = read_body(CastVoteSerializer, request)
        programme = self.programme(id)
        vote_on_programme(
            programme=programme, actor=self.actor, agrees=values["agrees"], remark=values["remark"]
        )
        return Response(_answer(programme))


def _answer(programme: Programme) -> dict[str, Any]:
    count = votes_of(programme)
    return {
        "needed": None if count is None else count.needed,
        "accepted": count is None or count.is_accepted,
        "votes": votes_json(programme.votes.select_related("organisation")),
    }
