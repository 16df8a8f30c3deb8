"""Who owns whom, in the API: `/api/v1/ownership-links/`. Linked organisations count as one undertaking."""

from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from networks.models import Organisation, OwnershipLink
from networks.rules import may_edit_organisation
from networks.services.link_endings import end_link
from networks.services.undertakings import add_link, confirm_link
from skillnet.api.fields import PartySerializer, StrictSerializer, UnknownText
from skillnet.api.views import ReadOnlyView, read_body


class OwnershipLinkSerializer(serializers.Serializer[OwnershipLink]):
    """One organisation holds a part of another. `confirmed` is false while only one side says so.

    `ending_on`: the day from which it ends once the side that did not say so confirms it; `until`: it ended.
    """

    id = serializers.UUIDField(source="public_id", read_only=True)
    owner = PartySerializer(read_only=True)
    owned = PartySerializer(read_only=True)
    percent = serializers.DecimalField(5, 2, read_only=True, allow_null=True)
    owner_kind = serializers.ChoiceField(OwnershipLink.OwnerKind.choices, read_only=True)
    owner_budget = serializers.DecimalField(14, 2, read_only=True, allow_null=True)
    owner_inhabitants = serializers.IntegerField(read_only=True, allow_null=True)
    majority_votes = serializers.BooleanField(read_only=True)
    board = serializers.BooleanField(read_only=True)
    contract = serializers.BooleanField(read_only=True)
    since = serializers.DateField(read_only=True, allow_null=True)
    until = serializers.DateField(read_only=True, allow_null=True)
    confirmed = serializers.SerializerMethodField()
    ending_by = PartySerializer(read_only=True, allow_null=True)
    ending_on = serializers.DateField(read_only=True, allow_null=True)

    def get_confirmed(self, link: OwnershipLink) -> bool:
        return link.claimed_by_id is None


class NewLinkSerializer(StrictSerializer):
    """What the own organisation says: it `owns` the other, or is `owned` by it."""

    direction = serializers.ChoiceField([("owns", "owns"), ("owned", "owned")])
    number = serializers.CharField(max_length=20, help_text=gettext_lazy("Ondernemingsnummer van de andere."))
    other_name = UnknownText(max_length=200)
    percent = serializers.DecimalField(5, 2, min_value=0, max_value=100)
    owner_kind = serializers.ChoiceField(
        OwnershipLink.OwnerKind.choices, default=OwnershipLink.OwnerKind.COMPANY
    )
    owner_budget = serializers.DecimalField(14, 2, min_value=0, required=False, allow_null=True, default=None)
    owner_inhabitants = serializers.IntegerField(
        min_value=0, max_value=2_000_000_000, required=False, allow_null=True, default=None
    )
    majority_votes = serializers.BooleanField(default=False)
    board = serializers.BooleanField(default=False)
    contract = serializers.BooleanField(default=False)
    since = serializers.DateField(required=False, allow_null=True, default=None)


class OwnershipLinkFilter(django_filters.FilterSet):
    """Filters of the list."""

    ended = django_filters.BooleanFilter(field_name="until", lookup_expr="isnull", exclude=True)

    class Meta:
        model = OwnershipLink
        fields: list[str] = []


@extend_schema_view(
    list=extend_schema(
        operation_id="links_list", summary="List who owns the own organisation, and whom it owns"
    ),
    retrieve=extend_schema(operation_id="links_read", summary="Read one link"),
)
class OwnershipLinkView(ReadOnlyView):
    """Links of the own organisation to either side; linked companies count as one."""

    scope = "organisations"
    queryset = OwnershipLink.objects.none()
    serializer_class = OwnershipLinkSerializer
    filterset_class = OwnershipLinkFilter

    def rows(self) -> QuerySet[OwnershipLink]:
        own = Q(pk__in=OwnershipLink.objects.of(self.actor).values("pk"))
        claimed = Q(pk__in=OwnershipLink.objects.to_confirm_by(self.actor).values("pk"))
        return OwnershipLink.objects.filter(own | claimed).select_related("owner", "owned", "ending_by")

    @extend_schema(
        operation_id="links_add",
        summary="Say that the own organisation owns another, or is owned by it",
        description="It binds who says it at once, and the other one when that one confirms.",
        request=NewLinkSerializer,
        responses={201: OwnershipLinkSerializer},
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        self._check_right()
        own = get_object_or_404(
            Organisation.objects.visible_to(self.actor), pk=self.actor.organisation_id or 0
        )
        values = read_body(NewLinkSerializer, request)
        owned = values.pop("direction") == "owned"
        link = add_link(actor=self.actor, organisation=own, values=values, owned_by_other=owned)
        return self.created(link)

    @extend_schema(
        operation_id="links_confirm",
        summary="Say that what another organisation said of the own one is true",
        request=None,
        responses=OwnershipLinkSerializer,
    )
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        self._check_right()
        link: OwnershipLink = self.get_object()
        confirm_link(link_id=link.pk, actor=self.actor)
        link.refresh_from_db(fields=["claimed_by"])
        return Response(self.get_serializer(link).data)

    @extend_schema(
        operation_id="links_end",
        summary="End a link that only one side says, from today; it stays on record",
        description="The end of a confirmed link is said by a person and confirmed by one of the other side: 409.",
        responses={204: None},
    )
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        self._check_right()
        link: OwnershipLink = self.get_object()
        if not OwnershipLink.objects.of(self.actor).filter(pk=link.pk).exists():
            raise Http404
        end_link(link_id=link.pk, actor=self.actor)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _check_right(self) -> None:
        if not may_edit_organisation(self.actor):
            raise PermissionDenied(_("U past alleen uw eigen organisatie aan."))
