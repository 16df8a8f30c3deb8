"""Waiting lists and credentials in the API.

`/api/v1/waiting-entries/`, `/api/v1/microcredentials/`, `/api/v1/issued-credentials/`.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from catalogue.models import (
    Edition,
    IssuedCredential,
    Microcredential,
    Offer,
    WaitingEntry,
)
from catalogue.reading import issued_credential
from catalogue.rules import may_change_offer
from catalogue.services.issuing import issue_credentials, withdraw_issued
from catalogue.services.microcredentials import save_microcredential
from catalogue.services.waiting import accept_seat, join_waiting_list, leave_waiting_list
from skillnet.api.fields import (
    Euro,
    PartySerializer,
    ReferenceSerializer,
    Region,
    StrictSerializer,
    UnknownChoice,
    UnknownText,
    ValueList,
    Whole,
)
from skillnet.api.views import ReadOnlyView, find_row, read_body
from skillnet.kernel.roles import Role

MOST_PEOPLE = 200
MOST_ISSUED = 500


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


class MicrocredentialTextSerializer(StrictSerializer):
    """The elements of the Council Recommendation (Annex I) that a description has."""

    offer = serializers.UUIDField()
    title = UnknownText(max_length=300)
    issuer_country = serializers.CharField(max_length=2, default="BE")
    issuer_region = Region()
    awarding_body = UnknownText(max_length=200)
    outcomes = ValueList(child=serializers.CharField(max_length=2_000))
    workload_hours = Euro(max_digits=7)
    ects = Euro(max_digits=5)
    eqf_level = Whole(max_value=8)
    assessment = UnknownText(max_length=200)
    supervision = UnknownChoice(Microcredential.Supervision.choices)
    participation = UnknownText(max_length=200)
    quality_assurance = UnknownText(max_length=200)
    prerequisites = UnknownText()
    stacking = UnknownChoice(Microcredential.Stacking.choices)
    stacks_into = UnknownText(max_length=300)
    validity_months = Whole(max_value=600)
    refresher = serializers.UUIDField(required=False, allow_null=True, default=None)


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


class WithdrawIssuedSerializer(StrictSerializer):
    """Why the entry was wrong."""

    reason = serializers.CharField(max_length=2_000)


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
        published = Offer.objects.visible_to(self.actor)
        seen = Microcredential.objects.visible_to(self.actor).select_related("offer")
        return seen.prefetch_related(Prefetch("refresher", queryset=published))

    @extend_schema(
        operation_id="microcredentials_save",
        summary="Describe the microcredential of an own offer, or change it",
        description="Refused with the elements of the Council Recommendation that are missing. What is left out "
        "becomes unknown.",
        request=MicrocredentialTextSerializer,
        responses={200: MicrocredentialSerializer},
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        serializer = MicrocredentialTextSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        values = dict(serializer.validated_data)
        own = Offer.objects.editable_by(self.actor)
        offer = get_object_or_404(own, public_id=values.pop("offer"))
        refresher = values.pop("refresher")
        if refresher is not None:
            values["refresher"] = own.filter(provider=offer.provider_id, public_id=refresher).first()
            if values["refresher"] is None:
                raise serializers.ValidationError({"refresher": _("Dit aanbod is niet van u.")})
        saved = save_microcredential(actor=self.actor, offer=offer, values=values)
        return Response(self.get_serializer(self.rows().get(pk=saved.pk)).data)


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
        operation_id="issuedcredentials_document",
        summary="Read one as a European Digital Credential, unsigned: its issuer seals it",
        description="JSON-LD of the European Learning Model v3, for who issued it and the company of its holder.",
        responses=OpenApiTypes.OBJECT,
    )
    @action(detail=True)
    def document(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        rows = self.rows().select_related("microcredential__offer__provider__organisation")
        row = get_object_or_404(rows, public_id=self.kwargs["id"])
        return Response(issued_credential(row), headers={"Cache-Control": "private, no-store"})

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

    @extend_schema(
        operation_id="issuedcredentials_withdraw",
        summary="Take out an entry that was a mistake, with the reason; one that was renewed stays",
        request=WithdrawIssuedSerializer,
        responses={204: None},
    )
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row: IssuedCredential = self.get_object()
        if not may_change_offer(self.actor, row.microcredential.offer):
            raise PermissionDenied(_("Alleen wie het bewijs uitreikt, vult dit register aan."))
        reason = read_body(WithdrawIssuedSerializer, request)["reason"]
        withdraw_issued(actor=self.actor, issued=row, reason=reason)
        return Response(status=status.HTTP_204_NO_CONTENT)
