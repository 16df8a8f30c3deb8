"""Shortage occupations in the API: `/api/v1/shortage-occupations/`, the same for every key."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from matching.shortage_models import ShortageOccupation
from skillnet.api.views import ReadOnlyView


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


@extend_schema_view(
    list=extend_schema(operation_id="shortages_list", summary="List shortage occupations"),
    retrieve=extend_schema(operation_id="shortages_read", summary="Read one shortage occupation"),
)
class ShortageView(ReadOnlyView):
    """The official lists as they were read in, of every year."""

    scope = "gaps"
    queryset = ShortageOccupation.objects.none()
    serializer_class = ShortageSerializer
    filterset_class = ShortageFilter

    def rows(self) -> QuerySet[ShortageOccupation]:
        return (
            ShortageOccupation.objects.filter(is_listed=True)
            .select_related("listing", "occupation")
            .order_by("-listing__year", "listing__region", "key")
        )
