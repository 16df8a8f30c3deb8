"""Shortage occupations in the API: `/api/v1/shortage-occupations/`, the same for every key.

A coordinator or administrator also reads a yearly list in and says which ESCO occupation a row is.
"""

from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from matching.rules import may_manage_shortages
from matching.services.shortage_import import import_shortages
from matching.services.shortage_links import link_occupation
from matching.shortage_models import ShortageOccupation
from skillnet.api.fields import StrictSerializer
from skillnet.api.parsers import BoundedJsonParser
from skillnet.api.uploads import BoundedUpload
from skillnet.api.views import ReadOnlyView, read_body
from skillnet.kernel.tabular import read_rows
from skillnet.kernel.tabular.problems import FileProblem
from skillnet.kernel.tabular.problems import render as sentence


class ShortageSerializer(serializers.ModelSerializer[ShortageOccupation]):
    """One occupation on the list of a year and a region, with its causes and the ESCO skills it needs."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    year = serializers.IntegerField(source="listing.year", read_only=True)
    region = serializers.CharField(source="listing.region", read_only=True)
    names = serializers.DictField(child=serializers.CharField(), read_only=True)
    causes = serializers.ListField(
        child=serializers.ChoiceField(ShortageOccupation.Cause.choices), read_only=True
    )
    occupation = serializers.CharField(source="occupation.uri", read_only=True, allow_null=True, default=None)
    link = serializers.ChoiceField(ShortageOccupation.Link.choices, read_only=True)

    class Meta:
        model = ShortageOccupation
        fields = [
            "id",
            "year",
            "region",
            "code",
            "names",
            "group",
            "causes",
            "is_ministerial",
            "occupation",
            "skills",
            "link",
        ]
        read_only_fields = fields


class ShortageFilter(django_filters.FilterSet):
    """Filters of the list."""

    year = django_filters.NumberFilter(field_name="listing__year", min_value=2000, max_value=2100)
    region = django_filters.CharFilter(field_name="listing__region")
    skill = django_filters.CharFilter(method="with_skill", label="ESCO URI")

    class Meta:
        model = ShortageOccupation
        fields: list[str] = []

    def with_skill(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return rows.filter(skills__contains=[value])


class NewShortageListSerializer(StrictSerializer):
    """The official list of one year and region, as CSV or XLSX."""

    year = serializers.IntegerField(min_value=2000, max_value=2100)
    region = serializers.CharField(max_length=40, help_text=gettext_lazy("BE1, BE2 of BE3."))
    file = serializers.FileField(allow_empty_file=True)
    accept_loss = serializers.BooleanField(
        required=False,
        default=False,
        help_text=gettext_lazy("Meer dan de helft van de vorige lijst viel weg: dat klopt"),
    )


class RowProblemSerializer(serializers.Serializer[Any]):
    """A row that stayed out, and why."""

    line = serializers.IntegerField(read_only=True)
    message = serializers.CharField(read_only=True)


class ShortageReportSerializer(serializers.Serializer[Any]):
    """What reading the list in did; sending it again changes nothing."""

    created = serializers.IntegerField(read_only=True)
    changed = serializers.IntegerField(read_only=True)
    unchanged = serializers.IntegerField(read_only=True)
    dropped = serializers.IntegerField(read_only=True)
    linked = serializers.IntegerField(read_only=True)
    other_regions = serializers.IntegerField(read_only=True)
    problems = RowProblemSerializer(many=True, read_only=True)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        counts = ("created", "changed", "unchanged", "dropped", "linked", "other_regions")
        problems = [{"line": line, "message": what} for line, what in instance.problems]
        return {name: getattr(instance, name) for name in counts} | {"problems": problems}


class ShortageLinkSerializer(StrictSerializer):
    """The ESCO occupation that a row of the list is."""

    occupation = serializers.CharField(max_length=300, help_text=gettext_lazy("URI van een ESCO-beroep."))


@extend_schema_view(
    list=extend_schema(operation_id="shortages_list", summary="List shortage occupations"),
    retrieve=extend_schema(operation_id="shortages_read", summary="Read one shortage occupation"),
)
class ShortageView(BoundedUpload, ReadOnlyView):
    """The official lists as they were read in, of every year."""

    scope = "gaps"
    queryset = ShortageOccupation.objects.none()
    serializer_class = ShortageSerializer
    filterset_class = ShortageFilter
    parser_classes = [BoundedJsonParser, MultiPartParser]

    def rows(self) -> QuerySet[ShortageOccupation]:
        return (
            ShortageOccupation.objects.filter(is_listed=True)
            .select_related("listing", "occupation")
            .order_by("-listing__year", "listing__region", "key")
        )

    @extend_schema(
        operation_id="shortages_import",
        summary="Read the list of a year and region in, with its causes, linked to ESCO",
        description="For coordinators and administrators. What a person linked stays; what the list lacks is no "
        "longer listed. A list that lost more than half waits for `accept_loss`.",
        request={"multipart/form-data": NewShortageListSerializer},
        responses={200: ShortageReportSerializer},
        filters=False,
    )
    @action(detail=False, methods=["post"], url_path="imports", pagination_class=None)
    def imports(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        values = read_body(NewShortageListSerializer, request)
        self._check_right()
        file = values["file"]
        try:
            with read_rows(file, filename=file.name) as table:
                report = import_shortages(
                    table,
                    year=values["year"],
                    region=values["region"],
                    actor=self.actor,
                    source=file.name,
                    accept_loss=values["accept_loss"],
                )
        except FileProblem as problem:
            raise serializers.ValidationError(
                {"file": sentence(problem, get_language() or "nl")}
            ) from problem
        return Response(ShortageReportSerializer(report).data)

    @extend_schema(
        operation_id="shortages_link",
        summary="Say which ESCO occupation a row is: it brings the skills, and priorities follow",
        description="For coordinators and administrators. It stays when the list is read in again.",
        request=ShortageLinkSerializer,
        responses={200: ShortageSerializer},
    )
    @action(detail=True, methods=["put"])
    def link(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        values = read_body(ShortageLinkSerializer, request)
        self._check_right()
        link_occupation(row=row, occupation_uri=values["occupation"], actor=self.actor)
        return Response(self.get_serializer(self.get_object()).data)

    def _check_right(self) -> None:
        if not may_manage_shortages(self.actor):
            raise PermissionDenied(_("Alleen een coördinator of beheerder leest een lijst in."))
