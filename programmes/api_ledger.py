"""The de minimis ledger in the API: read, declare, note what stands in the European register."""

from decimal import Decimal
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from networks.models import Organisation
from programmes.models import DeMinimisAid
from programmes.services.declarations import mark_corrected
from programmes.services.ledger import declare_de_minimis, mark_registered, register_deadline
from skillnet.api.fields import StrictSerializer
from skillnet.api.views import ReadOnlyView, read_body
from skillnet.kernel.roles import Role


class DeMinimisSerializer(serializers.Serializer[DeMinimisAid]):
    """One entry; `counted` is what still counts of `amount`, euro."""

    id = serializers.UUIDField(read_only=True)
    company = serializers.CharField(read_only=True, allow_null=True)
    granted_on = serializers.DateField(read_only=True)
    amount = serializers.DecimalField(max_digits=14, decimal_places=2, read_only=True)
    counted = serializers.DecimalField(max_digits=14, decimal_places=2, read_only=True)
    basis = serializers.ChoiceField(DeMinimisAid.Basis.choices, read_only=True)
    granter = serializers.CharField(read_only=True)
    is_declared = serializers.BooleanField(read_only=True)
    register_by = serializers.DateField(read_only=True, allow_null=True)
    registered_at = serializers.DateTimeField(read_only=True, allow_null=True)
    register_reference = serializers.CharField(read_only=True)

    def to_representation(self, instance: DeMinimisAid) -> dict[str, Any]:
        ours = instance.participation_id is not None
        return {
            "id": str(instance.public_id),
            "company": instance.organisation.enterprise_number,
            "granted_on": instance.granted_on.isoformat(),
            "amount": str(instance.amount),
            "counted": str(instance.counted),
            "basis": instance.basis,
            "granter": instance.granter,
            "is_declared": not ours,
            "register_by": register_deadline(instance).isoformat() if ours else None,
            "registered_at": instance.registered_at.isoformat() if instance.registered_at else None,
            "register_reference": instance.register_reference,
        }


class NewDeMinimisSerializer(StrictSerializer):
    """Aid that the key's company had elsewhere."""

    granted_on = serializers.DateField()
    amount = serializers.DecimalField(max_digits=12, decimal_places=2, min_value=Decimal("0.01"))
    basis = serializers.ChoiceField(DeMinimisAid.Basis.choices)
    granter = serializers.CharField(max_length=200)


class RegisteredSerializer(StrictSerializer):
    """Under which reference it stands in the register."""

    reference = serializers.CharField(
        max_length=80, required=False, allow_blank=True, default="", help_text=gettext_lazy("eAIR-kenmerk.")
    )


class DeMinimisFilter(django_filters.FilterSet):
    """Filters of the list."""

    company = django_filters.CharFilter(field_name="organisation__enterprise_number")
    granted_since = django_filters.DateFilter(field_name="granted_on", lookup_expr="gte")

    class Meta:
        model = DeMinimisAid
        fields: list[str] = []


@extend_schema_view(
    list=extend_schema(operation_id="deminimis_list", summary="List de minimis aid that one may see"),
    retrieve=extend_schema(operation_id="deminimis_read", summary="Read one entry of the ledger"),
)
class DeMinimisView(ReadOnlyView):
    """The ledger of de minimis aid, by single undertaking."""

    scope = "programmes"
    queryset = DeMinimisAid.objects.none()
    serializer_class = DeMinimisSerializer
    filterset_class = DeMinimisFilter

    def rows(self) -> QuerySet[DeMinimisAid]:
        return (
            DeMinimisAid.objects.visible_to(self.actor)
            .select_related("organisation")
            .prefetch_related("corrections")
        )

    @extend_schema(
        operation_id="deminimis_declare",
        summary="Declare aid that the company had elsewhere",
        description="Declaring the same twice is one entry.",
        request=NewDeMinimisSerializer,
        responses={201: DeMinimisSerializer},
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        values = read_body(NewDeMinimisSerializer, request)
        if not self.actor.has(Role.COMPANY_CONTACT):
            raise Http404
        own = get_object_or_404(Organisation.objects.visible_to(self.actor), pk=self.actor.organisation_id)
        aid = declare_de_minimis(organisation=own, user=self.actor.user, **values)
        return self.created(aid)

    @extend_schema(
        operation_id="deminimis_registered",
        summary="Note that an entry stands in the European register",
        request=RegisteredSerializer,
        responses=DeMinimisSerializer,
    )
    @action(detail=True, methods=["post"])
    def registered(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        values = read_body(RegisteredSerializer, request)
        aid = self._registered_by_me()
        mark_registered(aid_id=aid.pk, actor=self.actor, reference=values["reference"])
        return Response(self.get_serializer(self.rows().get(pk=aid.pk)).data)

    @extend_schema(
        operation_id="deminimis_registercorrected",
        summary="Note that the European register follows what was corrected here",
        description="Noting it twice changes nothing.",
        request=None,
        responses=DeMinimisSerializer,
    )
    @action(detail=True, methods=["post"], url_path="register-corrected")
    def register_corrected(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        aid = self._registered_by_me()
        mark_corrected(aid_id=aid.pk, actor=self.actor)
        return Response(self.get_serializer(self.rows().get(pk=aid.pk)).data)

    def _registered_by_me(self) -> DeMinimisAid:
        """A grant of a programme of the key's own calls; any other is not found."""
        mine = self.rows().filter(
            participation__programme__network__call__coordinator=self.actor.organisation_id
        )
        aid: DeMinimisAid | None = mine.filter(public_id=self.kwargs["id"]).first()
        if aid is None or not self.actor.has(Role.COORDINATOR):
            raise Http404
        return aid
