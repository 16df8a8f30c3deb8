"""The API of an edition that is not given: which ones can take its place, and putting one there."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from programmes.api import ProgrammeSerializer
from programmes.models import Programme, ProgrammeEdition
from programmes.presenting_json import with_lines
from programmes.services.other_edition import editions_instead, may_replace_editions, replace_edition
from skillnet.api.fields import StrictSerializer
from skillnet.api.views import ApiView, read_body


class OtherEditionSerializer(StrictSerializer):
    """The other edition, and why where there is something to say."""

    instead = serializers.UUIDField()
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)


class EditionChoiceSerializer(serializers.Serializer[Any]):
    """An edition that can take the place of the one that is not given."""

    id = serializers.UUIDField(source="public_id")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)
    location = serializers.CharField()
    seats_left = serializers.IntegerField(allow_null=True)


class OtherEditionView(ApiView):
    """A cancelled edition of a decided programme."""

    scope = "programmes"

    @extend_schema(
        operation_id="replacements_list",
        summary="Editions that can take the place of one that is not given",
        description="Of the same course, not begun, with room for its seats, and not dearer.",
        responses=EditionChoiceSerializer(many=True),
    )
    def get(self, request: Request, id: str, edition: str) -> Response:
        bought = get_object_or_404(_bought(self._mine(id)), edition__public_id=edition)
        return Response(EditionChoiceSerializer(editions_instead(bought), many=True).data)

    @extend_schema(
        operation_id="replacements_make",
        summary="Put another edition in the place of one that is not given",
        description="Seats, learners and aid go along; 409 says why not. Sending the same twice is once.",
        request=OtherEditionSerializer,
        responses=ProgrammeSerializer,
    )
    def post(self, request: Request, id: str, edition: str) -> Response:
        values = read_body(OtherEditionSerializer, request)
        programme = self._mine(id)
        rows = _bought(programme)
        done = rows.filter(edition__public_id=values["instead"]).exists()
        if not done or rows.filter(edition__public_id=edition).exists():
            bought = get_object_or_404(rows, edition__public_id=edition)
            instead = {row.public_id: row.pk for row in editions_instead(bought)}
            replace_edition(
                programme_id=programme.pk,
                edition_id=bought.edition_id,
                instead_id=instead.get(values["instead"], 0),
                actor=self.actor,
                reason=values["reason"],
            )
        row = with_lines(Programme.objects.visible_to(self.actor)).select_related("network__call")
        shown = get_object_or_404(row, public_id=id)
        return Response(ProgrammeSerializer(shown, context={"actor": self.actor}).data)

    def _mine(self, id: str) -> Programme:
        """A decided programme of a network that the key's organisation manages; else 404."""
        programme: Programme = get_object_or_404(Programme.objects.visible_to(self.actor), public_id=id)
        if not may_replace_editions(self.actor, programme):
            raise Http404
        return programme


def _bought(programme: Programme) -> QuerySet[ProgrammeEdition]:
    return programme.programme_editions.select_related("edition__offer", "programme")
