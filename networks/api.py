"""Competency gaps in the API: `/api/v1/gaps/`."""

from collections.abc import Iterable
from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from networks.models import Depth, Direction, Gap, Mode, Network, Organisation, Transition, WorkTransfer
from networks.rules import may_confirm_gap
from networks.services.gaps import take_gap_action
from networks.services.put_gap import put_gap
from skillnet.api.fields import (
    Cell,
    Euro,
    Languages,
    PartySerializer,
    Regions,
    Skills,
    StrictSerializer,
    UnknownChoice,
    UnknownText,
    ValueList,
    Whole,
)
from skillnet.api.filters import InstantFilter
from skillnet.api.schema import KEY, NEW_OR_KNOWN
from skillnet.api.views import ReadOnlyView, checked_key, find_row, put_answer, put_values
from skillnet.kernel.actor import Actor
from skillnet.kernel.fields import LANGUAGES
from skillnet.kernel.tabular.cells import RowReader
from skillnet.kernel.target_groups import target_group_choices

GAP_EXAMPLE = {
    "title": "Roestvrij staal lassen met TIG",
    "description": "Onze operatoren moeten inox kunnen lassen volgens de eisen van de voedingsindustrie.",
    "language": "nl",
    "learners": 6,
    "urgency": "high",
    "horizon": "1y",
    "depth": "short",
    "direction": "upskilling",
    "mandatory": False,
    "regions": ["BE234"],
    "budget_eur": "5000.00",
    "kind": "ordinary",
    "impact": 3,
    "target_groups": ["workers"],
    "transition": "none",
    "occupation": "lasser",
}


class NetworkField(serializers.SlugRelatedField):
    """A network of which the company is a member, by public id."""

    def __init__(self, **options: Any) -> None:
        super().__init__(slug_field="public_id", queryset=Network.objects.none(), **options)

    def get_queryset(self) -> QuerySet[Network]:
        return Network.objects.visible_to(self.context["view"].actor)

    def to_representation(self, obj: Any) -> str:
        return str(obj.public_id)


class ShareField(Whole):
    """A part of the cost in whole percent."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=0, max_value=100, **options)


def _enterprise_number(reader: RowReader, column: str) -> Any:
    return reader.enterprise_number(column)


class ReceiverField(Cell):
    """An employer by its enterprise number, both ways."""

    def to_representation(self, value: Any) -> str:
        return value.enterprise_number or ""


class TransferSerializer(StrictSerializer):
    """The two employers of a work-to-work gap. Shares are whole percent: all `null`, or together 100."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    state = serializers.ChoiceField(WorkTransfer.State.choices, read_only=True)
    receiving = PartySerializer(read_only=True, allow_null=True)
    receiving_number = ReceiverField(
        _enterprise_number,
        source="receiving",
        required=False,
        allow_null=True,
        default=None,
        help_text=gettext_lazy("Ondernemingsnummer van de nieuwe werkgever, of null zolang die onbekend is."),
    )
    share_government = ShareField()
    share_sending = ShareField()
    share_receiving = ShareField()
    share_worker = ShareField()
    share_sector_fund = ShareField()
    bridge = UnknownChoice(WorkTransfer.Bridge.choices)
    bridge_career_years = Whole(min_value=0, max_value=80)
    bridge_months = Whole(max_value=120)
    bridge_used_before = serializers.BooleanField(required=False, allow_null=True, default=None)
    outcome = UnknownChoice(WorkTransfer.Outcome.choices, read_only=True, required=False)

    def validate_receiving_number(self, value: str | None) -> Organisation | None:
        if value is None:
            return None
        found = Organisation.objects.filter(enterprise_number=value, merged_into=None).first()
        if found is None:
            raise serializers.ValidationError(_("Dit bedrijf is hier nog niet bekend."))
        return found


class GapSerializer(StrictSerializer):
    """What a company's people must be able to do and cannot yet. `null`, "" and [] are unknown, not zero."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    external_id = serializers.CharField(
        required=False, max_length=100, help_text=gettext_lazy("Het kenmerk van het bedrijf zelf.")
    )
    organisation = PartySerializer(read_only=True)
    network = NetworkField(
        required=False, allow_null=True, default=None, help_text=gettext_lazy("Openbare id van het netwerk.")
    )
    title = serializers.CharField(max_length=300)
    description = UnknownText()
    language = serializers.ChoiceField(LANGUAGES, help_text=gettext_lazy("Taal van de tekst."))
    learners = Whole()
    urgency = UnknownChoice(Gap.Urgency.choices)
    horizon = UnknownChoice(Gap.Horizon.choices)
    depth = UnknownChoice(Depth.choices)
    direction = UnknownChoice(Direction.choices)
    mandatory = serializers.BooleanField(required=False, allow_null=True, default=None)
    regions = Regions()
    skills = Skills()
    budget_eur = Euro(source="budget")
    eqf_level = Whole(max_value=8)
    learner_languages = Languages()
    modes = ValueList(child=serializers.ChoiceField(Mode.choices))
    kind = serializers.ChoiceField(Gap.Kind.choices, required=False, default=Gap.Kind.ORDINARY)
    impact = Whole(max_value=4, help_text=gettext_lazy("1 gering, 2 merkbaar, 3 groot, 4 bepalend."))
    target_groups = ValueList(child=serializers.ChoiceField(target_group_choices()))
    transition = UnknownChoice(Transition.choices)
    occupation = UnknownText(max_length=200)
    planned_start = serializers.DateField(required=False, allow_null=True, default=None)
    hire_scheme = UnknownChoice(
        Gap.HireScheme.choices, help_text=gettext_lazy("Alleen bij aanwerven en opleiden.")
    )
    transfer = TransferSerializer(
        required=False,
        allow_null=True,
        help_text=gettext_lazy(
            "Alleen bij van werk naar werk. Weggelaten of null: de afspraak blijft zoals ze is."
        ),
    )
    copied_from = serializers.UUIDField(source="copied_from.public_id", read_only=True, default=None)
    state = serializers.ChoiceField(Gap.State.choices, read_only=True)
    created_at = serializers.DateTimeField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        kind = attrs.get("kind")
        if attrs.get("hire_scheme") and kind != Gap.Kind.HIRE_AND_TRAIN:
            raise serializers.ValidationError(
                {"hire_scheme": _("Dit past alleen bij aanwerven en opleiden.")}
            )
        if attrs.get("transfer") and kind != Gap.Kind.WORK_TO_WORK:
            raise serializers.ValidationError({"transfer": _("Dit past alleen bij van werk naar werk.")})
        return attrs

    def to_representation(self, instance: Gap) -> dict[str, Any]:
        """A gap of another kind has no transfer: `null`."""
        has_transfer = hasattr(instance, "transfer")
        shown = dict(super().to_representation(instance))
        return shown | ({} if has_transfer else {"transfer": None})


class GapFilter(django_filters.FilterSet):
    """Filters of the list."""

    network = django_filters.UUIDFilter(field_name="network__public_id")
    organisation = django_filters.UUIDFilter(field_name="organisation__public_id")
    external_id = django_filters.CharFilter()
    state = django_filters.ChoiceFilter(choices=Gap.State.choices)
    urgency = django_filters.ChoiceFilter(choices=Gap.Urgency.choices)
    depth = django_filters.ChoiceFilter(choices=Depth.choices)
    direction = django_filters.ChoiceFilter(choices=Direction.choices)
    language = django_filters.ChoiceFilter(choices=LANGUAGES)
    kind = django_filters.ChoiceFilter(choices=Gap.Kind.choices)
    transition = django_filters.ChoiceFilter(choices=Transition.choices)
    impact = django_filters.NumberFilter()
    target_group = django_filters.ChoiceFilter(
        choices=target_group_choices(), field_name="target_groups", method="for_group"
    )
    updated_since = InstantFilter(field_name="updated_at", lookup_expr="gte")

    class Meta:
        model = Gap
        fields: list[str] = []

    def for_group(self, queryset: QuerySet[Gap], name: str, value: str) -> QuerySet[Gap]:
        return queryset.filter(target_groups__contains=[value])


@extend_schema_view(
    list=extend_schema(operation_id="gaps_list", summary="List the gaps that this key may see"),
    retrieve=extend_schema(operation_id="gaps_read", summary="Read one gap", parameters=[KEY]),
)
class GapView(ReadOnlyView):
    """Competency gaps of the own company, or of the networks that the key's role reaches."""

    scope = "gaps"
    queryset = Gap.objects.none()
    serializer_class = GapSerializer
    filterset_class = GapFilter
    lookup_value_converter = ""
    lookup_value_regex = ".+"

    def rows(self) -> QuerySet[Gap]:
        return gaps_read_by(self.actor)

    def get_object(self) -> Gap:
        return find_row(self.rows(), self.kwargs["id"], organisation=self.actor.organisation_id)

    @extend_schema(
        operation_id="gaps_put",
        summary="Create or replace a gap of the own company by its own reference",
        description="Fields left out become unknown. Sending the same again changes nothing.",
        parameters=[KEY],
        responses=NEW_OR_KNOWN(GapSerializer),
        examples=[OpenApiExample("gap", value=GAP_EXAMPLE, request_only=True)],
    )
    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        company = own_company(self.actor)
        key = checked_key(self.kwargs["id"], request.data)
        values = put_values(self.get_serializer(data=request.data))
        gap, is_new = put_gap(actor=self.actor, organisation=company, external_id=key, values=values)
        body = self.get_serializer(self.rows().get(pk=gap.pk)).data
        return put_answer(request, "api:gaps-detail", body, is_new)

    @extend_schema(
        operation_id="gaps_archive",
        summary="Archive a gap: it is matched no more, and stays readable",
        parameters=[KEY],
        responses={204: None},
    )
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        editable = Gap.objects.editable_by(self.actor)
        gap = find_row(editable, self.kwargs["id"], organisation=self.actor.organisation_id)
        if gap.state != Gap.State.ARCHIVED:
            take_gap_action(gap=gap, action="archive", actor=self.actor)
        return Response(status=status.HTTP_204_NO_CONTENT)


def gaps_read_by(actor: Actor) -> QuerySet[Gap]:
    """The gaps that a key reads, with all that their message says."""
    return Gap.objects.visible_to(actor).with_parties().select_related("transfer__receiving", "copied_from")


def new_gaps(view: GenericViewSet[Any], gaps: Iterable[Gap], actor: Actor) -> Response:
    """201 with the gaps that one message made, in the order in which they were made."""
    rows = gaps_read_by(actor).filter(pk__in=[gap.pk for gap in gaps]).order_by("pk")
    body = GapSerializer(rows, many=True, context=view.get_serializer_context()).data
    return Response(body, status=status.HTTP_201_CREATED)


def own_company(actor: Actor) -> Organisation:
    """The company that writes its own gaps; a key of another role has none (403)."""
    own = actor.organisation_id
    if own is None or not may_confirm_gap(actor, own):
        raise PermissionDenied(
            _("Alleen een bedrijf schrijft zijn eigen kloven: maak een sleutel als bedrijf.")
        )
    return Organisation.objects.visible_to(actor).get(pk=own)
