"""Recognition, waiting lists and credentials in the API.

`/api/v1/providers/`, `/api/v1/waiting-entries/`, `/api/v1/microcredentials/`, `/api/v1/issued-credentials/`.
"""

from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from catalogue.models import (
    Edition,
    IssuedCredential,
    Microcredential,
    Provider,
    QualityLabel,
    Recognition,
    RecognitionScore,
    WaitingEntry,
)
from catalogue.rules import may_change_offer
from catalogue.services.issuing import issue_credentials
from catalogue.services.waiting import accept_seat, join_waiting_list, leave_waiting_list
from skillnet.api.fields import PartySerializer, ReferenceSerializer, StrictSerializer
from skillnet.api.filters import InstantFilter
from skillnet.api.views import ReadOnlyView, find_row
from skillnet.kernel.roles import Role

MOST_PEOPLE = 200
MOST_ISSUED = 500


class ScoreSerializer(serializers.Serializer[Any]):
    """One criterion of a recognition, 0 to 4."""

    criterion = serializers.ChoiceField(RecognitionScore.Criterion.choices, read_only=True)
    score = serializers.IntegerField(read_only=True)
    remark = serializers.CharField(read_only=True)


class RecognitionSerializer(serializers.Serializer[Any]):
    """One decision about recognition; a later one on the same scheme replaces it."""

    scheme = serializers.CharField(read_only=True)
    outcome = serializers.ChoiceField(Recognition.Outcome.choices, read_only=True)
    reason = serializers.CharField(read_only=True)
    valid_from = serializers.DateField(read_only=True)
    valid_until = serializers.DateField(read_only=True, allow_null=True)
    revalue_on = serializers.DateField(read_only=True, allow_null=True)
    scores = ScoreSerializer(many=True, read_only=True)


class LabelSerializer(serializers.Serializer[Any]):
    """A quality label that the provider says it holds."""

    name = serializers.CharField(read_only=True)
    awarded_by = serializers.CharField(read_only=True)
    number = serializers.CharField(read_only=True)
    valid_from = serializers.DateField(read_only=True, allow_null=True)
    valid_until = serializers.DateField(read_only=True, allow_null=True)


class ProviderDetailSerializer(serializers.Serializer[Any]):
    """Who teaches, where its verification stands, and on what it is recognised."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    name = serializers.CharField(source="organisation.name", read_only=True)
    enterprise_number = serializers.CharField(
        source="organisation.enterprise_number", read_only=True, allow_null=True
    )
    kind = serializers.CharField(read_only=True)
    state = serializers.ChoiceField(Provider.State.choices, read_only=True)
    recognised_since = serializers.DateField(read_only=True, allow_null=True)
    recognised_until = serializers.DateField(read_only=True, allow_null=True)
    recognitions = RecognitionSerializer(many=True, read_only=True)
    labels = LabelSerializer(many=True, read_only=True)


class WaitingSerializer(StrictSerializer):
    """A place on the waiting list of an edition."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    edition = serializers.UUIDField(source="edition.public_id")
    organisation = PartySerializer(read_only=True)
    people = serializers.IntegerField(min_value=1, max_value=MOST_PEOPLE)
    state = serializers.ChoiceField(WaitingEntry.State.choices, read_only=True)
    offered_until = serializers.DateTimeField(read_only=True, allow_null=True)
    created_at = serializers.DateTimeField(read_only=True)


class MicrocredentialSerializer(serializers.Serializer[Any]):
    """A microcredential as the Council Recommendation describes it, with its term of validity."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    offer = ReferenceSerializer(read_only=True)
    title = serializers.CharField(read_only=True)
    issuer_country = serializers.CharField(read_only=True)
    issuer_region = serializers.CharField(read_only=True)
    awarding_body = serializers.CharField(read_only=True)
    outcomes = serializers.ListField(child=serializers.CharField(), read_only=True)
    workload_hours = serializers.DecimalField(7, 2, read_only=True, allow_null=True)
    ects = serializers.DecimalField(5, 2, read_only=True, allow_null=True)
    eqf_level = serializers.IntegerField(read_only=True, allow_null=True)
    assessment = serializers.CharField(read_only=True)
    supervision = serializers.CharField(read_only=True)
    participation = serializers.CharField(read_only=True)
    quality_assurance = serializers.CharField(read_only=True)
    prerequisites = serializers.CharField(read_only=True)
    stacking = serializers.CharField(read_only=True)
    stacks_into = serializers.CharField(read_only=True)
    validity_months = serializers.IntegerField(read_only=True, allow_null=True)
    refresher = ReferenceSerializer(read_only=True, allow_null=True)


class IssuedSerializer(serializers.Serializer[Any]):
    """A credential of one person, known by the issuer's own reference."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    microcredential = serializers.UUIDField(source="microcredential.public_id", read_only=True)
    pseudonym = serializers.CharField(read_only=True)
    issued_on = serializers.DateField(read_only=True)
    expires_on = serializers.DateField(read_only=True, allow_null=True)
    renews = serializers.UUIDField(source="renewed_from.public_id", read_only=True, allow_null=True)


class IssueSerializer(StrictSerializer):
    """Credentials that were issued on one day."""

    microcredential = serializers.UUIDField()
    pseudonyms = serializers.ListField(
        child=serializers.CharField(max_length=40),
        min_length=1,
        max_length=MOST_ISSUED,
        help_text=gettext_lazy("Eigen kenmerken: geen namen, adressen of rijksregisternummers."),
    )
    issued_on = serializers.DateField()


class ProviderFilter(django_filters.FilterSet):
    """Filters of the list."""

    kind = django_filters.ChoiceFilter(choices=Provider.Kind.choices)
    state = django_filters.ChoiceFilter(choices=Provider.State.choices)
    updated_since = InstantFilter(field_name="updated_at", lookup_expr="gte")

    class Meta:
        model = Provider
        fields: list[str] = []


@extend_schema_view(
    list=extend_schema(operation_id="providers_list", summary="List providers with their recognition"),
    retrieve=extend_schema(operation_id="providers_read", summary="Read one provider"),
)
class ProviderView(ReadOnlyView):
    """Providers: who is recognised is public; refusals are for the provider itself."""

    scope = "offers"
    queryset = Provider.objects.none()
    serializer_class = ProviderDetailSerializer
    filterset_class = ProviderFilter

    def rows(self) -> QuerySet[Provider]:
        known = Recognition.objects.visible_to(self.actor).prefetch_related("scores")
        labels = QualityLabel.objects.visible_to(self.actor)
        return Provider.objects.visible_to(self.actor).prefetch_related(
            Prefetch("recognitions", queryset=known), Prefetch("labels", queryset=labels)
        )


@extend_schema_view(
    list=extend_schema(operation_id="waitingentries_list", summary="List places on waiting lists"),
    retrieve=extend_schema(operation_id="waitingentries_read", summary="Read one place"),
)
class WaitingView(ReadOnlyView):
    """Waiting lists: a company's own places, and those for a provider's own editions."""

    scope = "offers"
    queryset = WaitingEntry.objects.none()
    serializer_class = WaitingSerializer
    filterset_fields = ("state",)

    def rows(self) -> QuerySet[WaitingEntry]:
        return WaitingEntry.objects.visible_to(self.actor).select_related("edition", "organisation")

    @extend_schema(
        operation_id="waitingentries_join",
        summary="Wait for seats in a full edition; doing it twice keeps the place",
        responses={200: WaitingSerializer},
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        if not self.actor.has(Role.COMPANY_CONTACT):
            raise PermissionDenied(_("Alleen een bedrijf zet zich op een wachtlijst."))
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        values = serializer.validated_data
        edition = find_row(
            Edition.objects.visible_to(self.actor), str(values["edition"]["public_id"]), offer=None
        )
        entry = join_waiting_list(actor=self.actor, edition=edition, people=values["people"])
        return Response(self.get_serializer(self.rows().get(pk=entry.pk)).data)

    @extend_schema(
        operation_id="waitingentries_accept",
        summary="Take the offered seats",
        request=None,
        responses={200: WaitingSerializer},
    )
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        entry = accept_seat(actor=self.actor, entry=self._own())
        return Response(self.get_serializer(self.rows().get(pk=entry.pk)).data)

    @extend_schema(
        operation_id="waitingentries_leave",
        summary="Leave the list or refuse the seats",
        responses={204: None},
    )
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        leave_waiting_list(actor=self.actor, entry=self._own())
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _own(self) -> WaitingEntry:
        own = WaitingEntry.objects.visible_to(self.actor).editable_by(self.actor)
        return get_object_or_404(own, public_id=self.kwargs["id"])


@extend_schema_view(
    list=extend_schema(operation_id="microcredentials_list", summary="List microcredentials"),
    retrieve=extend_schema(operation_id="microcredentials_read", summary="Read one microcredential"),
)
class MicrocredentialView(ReadOnlyView):
    """Microcredentials of offers that one may see."""

    scope = "offers"
    queryset = Microcredential.objects.none()
    serializer_class = MicrocredentialSerializer

    def rows(self) -> QuerySet[Microcredential]:
        return Microcredential.objects.visible_to(self.actor).select_related("offer", "refresher")


@extend_schema_view(
    list=extend_schema(operation_id="issuedcredentials_list", summary="List issued credentials"),
    retrieve=extend_schema(operation_id="issuedcredentials_read", summary="Read one issued credential"),
)
class IssuedView(ReadOnlyView):
    """Issued credentials: the issuer's, and those of the company whose people hold them."""

    scope = "offers"
    queryset = IssuedCredential.objects.none()
    serializer_class = IssuedSerializer

    def rows(self) -> QuerySet[IssuedCredential]:
        seen = IssuedCredential.objects.visible_to(self.actor)
        return seen.select_related("microcredential", "renewed_from")

    @extend_schema(
        operation_id="issuedcredentials_add",
        summary="Enter issued credentials; a reference that comes back renews",
        request=IssueSerializer,
        responses={201: IssuedSerializer(many=True)},
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        serializer = IssueSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        values = serializer.validated_data
        seen = Microcredential.objects.visible_to(self.actor).select_related("offer__provider")
        credential = seen.filter(public_id=values["microcredential"]).first()
        if credential is None or not may_change_offer(self.actor, credential.offer):
            raise PermissionDenied(_("Alleen wie het bewijs uitreikt, vult dit register aan."))
        rows = issue_credentials(
            actor=self.actor,
            credential=credential,
            pseudonyms=values["pseudonyms"],
            issued_on=values["issued_on"],
        )
        shown = self.rows().filter(pk__in=[row.pk for row in rows]).order_by("pk")
        return Response(self.get_serializer(shown, many=True).data, status=status.HTTP_201_CREATED)
