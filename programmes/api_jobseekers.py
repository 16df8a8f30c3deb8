"""Jobseekers' seats in the API: below `/api/v1/programmes/<id>/jobseekers/`; who came is counted by edition."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from programmes.api_money import ProgrammePartView
from programmes.api_versions import VersionField, both_versions
from programmes.models import EvidenceFile, Programme
from programmes.rules import sight_of
from programmes.services.jobseeker_counts import Count, count_jobseekers, count_version, may_count
from programmes.services.jobseekers import JobseekerSeats, jobseeker_seats
from skillnet.api.fields import StrictSerializer
from skillnet.api.views import read_body

EXAMPLE = {
    "edition": "01980000-0000-7000-8000-000000000002",
    "people": 2,
    "hours": "64.00",
    "service": "VDAB Gent",
    "evidence": "01980000-0000-7000-8000-000000000003",
}


class SeatsSerializer(serializers.Serializer[JobseekerSeats]):
    """The jobseekers in one edition: seats, who came by name and by count, what is due and billed; euro. `used`
    is null while it is not known how many came."""

    edition = serializers.UUIDField()
    offer = serializers.CharField()
    seats = serializers.IntegerField()
    named = serializers.IntegerField(help_text=gettext_lazy("Met naam ingeschreven en aanwezig."))
    counted = serializers.IntegerField(allow_null=True)
    used = serializers.IntegerField(allow_null=True)
    hours = serializers.DecimalField(max_digits=10, decimal_places=2)
    service = serializers.CharField(allow_null=True)
    evidence = serializers.UUIDField(allow_null=True)
    planned = serializers.DecimalField(max_digits=14, decimal_places=2)
    due = serializers.DecimalField(max_digits=14, decimal_places=2)
    billed = serializers.DecimalField(max_digits=14, decimal_places=2)
    version = serializers.CharField()


class CountSerializer(StrictSerializer):
    """How many came beside those by name, the hours of all of them together, and who keeps their names."""

    edition = serializers.UUIDField()
    people = serializers.IntegerField(min_value=0)
    hours = serializers.DecimalField(max_digits=8, decimal_places=2, min_value=0)
    service = serializers.CharField(max_length=200)
    evidence = serializers.UUIDField(
        required=False,
        allow_null=True,
        default=None,
        help_text=gettext_lazy("Het bewijsstuk dat eerst is opgestuurd; later mag het ontbreken."),
    )
    version = VersionField()


class ProgrammeJobseekersView(ProgrammePartView):
    """Jobseekers in a programme. Those by name are enrolled as anybody (`stream` jobseeker)."""

    scope = "enrolments"

    @extend_schema(
        operation_id="jobseekers_read",
        summary="Read how many jobseekers came to each edition",
        description="Who runs, steers or decides reads all of them, a provider its own editions.",
        responses={200: SeatsSerializer(many=True)},
    )
    def get(self, request: Request, id: Any) -> Response:
        return self._answer(self.programme(id))

    @extend_schema(
        operation_id="jobseekers_count",
        summary="Count the jobseekers whose names a service keeps",
        description="By the network's manager or who teaches the edition. Send the signed list first as evidence "
        "of the kind `attendance`. The same again changes nothing; a count that somebody changed since you read "
        "its `version` is a 409 that holds both.",
        request=CountSerializer,
        responses={200: SeatsSerializer(many=True)},
        examples=[OpenApiExample("count", value=EXAMPLE, request_only=True)],
    )
    def put(self, request: Request, id: Any) -> Response:
        programme, values = self.programme(id), read_body(CountSerializer, request)
        group = next((g for g in self._readable(programme) if g.edition.public_id == values["edition"]), None)
        if group is None or not may_count(self.actor, programme, group.edition):
            raise Http404
        with both_versions(sent=request.data, current=lambda: {"jobseekers": self._rows(programme)}):
            count_jobseekers(
                programme=programme,
                edition_id=group.edition.pk,
                actor=self.actor,
                count=Count(values["people"], values["hours"], values["service"]),
                evidence=self._evidence(programme, values["evidence"]),
                version=values["version"],
            )
        return self._answer(programme)

    def _evidence(self, programme: Programme, key: Any) -> EvidenceFile | None:
        if key is None:
            return None
        seen = EvidenceFile.objects.visible_to(self.actor).filter(kind=EvidenceFile.Kind.ATTENDANCE)
        file: EvidenceFile = get_object_or_404(seen, programme=programme, public_id=key)
        return file

    def _readable(self, programme: Programme) -> list[JobseekerSeats]:
        groups = jobseeker_seats(programme)
        if sight_of(self.actor, programme).money:
            return groups
        return [g for g in groups if may_count(self.actor, programme, g.edition)]

    def _answer(self, programme: Programme) -> Response:
        rows = self._rows(programme)
        if not rows:
            raise Http404
        return Response(rows)

    def _rows(self, programme: Programme) -> list[dict[str, Any]]:
        return [_row(group) for group in self._readable(programme)]


def _row(group: JobseekerSeats) -> dict[str, Any]:
    count = group.count
    return {
        "edition": str(group.edition.public_id),
        "offer": group.edition.offer.title,
        "seats": group.seats,
        "named": group.named.learners,
        "counted": count.people if count else None,
        "used": group.used,
        "hours": str(group.hours),
        "service": count.service if count else None,
        "evidence": str(count.evidence.public_id) if count else None,
        "planned": str(group.planned),
        "due": str(group.due),
        "billed": str(group.billed),
        "version": count_version(group),
    }


__all__ = ["ProgrammeJobseekersView"]
