"""Invoice lines in the API: `/api/v1/invoice-lines/`."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from programmes.models import InvoiceLine
from programmes.services.invoices import mark_invoiced, mark_paid
from skillnet.api.fields import StrictSerializer, UnknownText
from skillnet.api.views import ReadOnlyView, read_body


class InvoiceLineSerializer(serializers.ModelSerializer[InvoiceLine]):
    """What one company owes one provider for its seats in an edition; euro excluding VAT.

    A line with stream `jobseeker` is billed to the coordinator of the call (`company`), paid from the ring-fenced
    `budget_line` with the claim.
    """

    id = serializers.UUIDField(source="public_id", read_only=True)
    programme = serializers.UUIDField(source="programme.public_id", read_only=True)
    edition = serializers.UUIDField(source="edition.public_id", read_only=True)
    company = serializers.CharField(source="organisation.name", read_only=True)
    company_enterprise_number = serializers.CharField(source="organisation.enterprise_number", read_only=True)
    provider = serializers.CharField(source="edition.offer.provider.organisation.name", read_only=True)
    stream = serializers.ChoiceField(InvoiceLine.Stream.choices, read_only=True)
    budget_line = serializers.UUIDField(source="budget_line.public_id", read_only=True, allow_null=True)
    state = serializers.ChoiceField(InvoiceLine.State.choices, read_only=True)

    class Meta:
        model = InvoiceLine
        fields = [
            "id",
            "programme",
            "edition",
            "stream",
            "budget_line",
            "company",
            "company_enterprise_number",
            "provider",
            "learners",
            "unit_price",
            "amount",
            "vat_note",
            "state",
            "invoice_number",
            "invoiced_on",
            "paid_on",
        ]
        read_only_fields = fields


class InvoicedSerializer(StrictSerializer):
    """Number and day of the bill."""

    invoice_number = serializers.CharField(max_length=60)
    invoiced_on = serializers.DateField()
    vat_note = UnknownText(max_length=200)


class PaidSerializer(StrictSerializer):
    """Day of the payment."""

    paid_on = serializers.DateField()


class InvoiceLineFilter(django_filters.FilterSet):
    """Filters of the list."""

    state = django_filters.ChoiceFilter(choices=InvoiceLine.State.choices)
    programme = django_filters.UUIDFilter(field_name="programme__public_id")

    class Meta:
        model = InvoiceLine
        fields: list[str] = []


@extend_schema_view(
    list=extend_schema(
        operation_id="invoices_list", summary="List invoice lines that one bills, pays or watches"
    ),
    retrieve=extend_schema(operation_id="invoices_read", summary="Read one invoice line"),
)
class InvoiceLineView(ReadOnlyView):
    """Invoice lines, one for each company in an edition of an approved programme."""

    scope = "invoices"
    queryset = InvoiceLine.objects.none()
    serializer_class = InvoiceLineSerializer
    filterset_class = InvoiceLineFilter

    def rows(self) -> QuerySet[InvoiceLine]:
        return InvoiceLine.objects.visible_to(self.actor).with_parties()

    @extend_schema(
        operation_id="invoices_invoiced",
        summary="Say that a line was billed",
        request=InvoicedSerializer,
        responses=InvoiceLineSerializer,
    )
    @action(detail=True, methods=["post"])
    def invoiced(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        data = read_body(InvoicedSerializer, request)
        mark_invoiced(
            line=self.get_object(),
            actor=self.actor,
            number=data["invoice_number"],
            invoiced_on=data["invoiced_on"],
            vat_note=data["vat_note"],
        )
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(
        operation_id="invoices_paid",
        summary="Say that a line is paid",
        request=PaidSerializer,
        responses=InvoiceLineSerializer,
    )
    @action(detail=True, methods=["post"])
    def paid(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        data = read_body(PaidSerializer, request)
        mark_paid(line=self.get_object(), actor=self.actor, paid_on=data["paid_on"])
        return Response(self.get_serializer(self.get_object()).data)
