"""Companies in networks through the API: asked in, asking, accepted, gone."""

from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from networks.models import Network, NetworkMember
from networks.rules import manages
from networks.services.members import add_company_by_number, request_membership, take_member_action
from networks.transitions import MEMBER_TRANSITIONS
from skillnet.api.fields import PartySerializer, StrictSerializer, UnknownText
from skillnet.api.steps import step_action
from skillnet.api.views import ReadOnlyView, read_body
from skillnet.kernel.roles import Role


class MemberSerializer(serializers.ModelSerializer[NetworkMember]):
    """A company in a network."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    network = serializers.UUIDField(source="network.public_id", read_only=True)
    organisation = PartySerializer(read_only=True)
    state = serializers.ChoiceField(NetworkMember.State.choices, read_only=True)

    class Meta:
        model = NetworkMember
        fields = ["id", "network", "organisation", "state", "joined_on", "left_on"]
        read_only_fields = fields


class NewMemberSerializer(StrictSerializer):
    """Which company, for the network's manager; a company that asks for itself leaves it out."""

    network = serializers.UUIDField()
    enterprise_number = UnknownText(max_length=20)
    name = UnknownText(max_length=200)


class MemberFilter(django_filters.FilterSet):
    """Filters of the list."""

    state = django_filters.ChoiceFilter(choices=NetworkMember.State.choices)
    network = django_filters.UUIDFilter(field_name="network__public_id")

    class Meta:
        model = NetworkMember
        fields: list[str] = []


def _take(row: Any, step: str, actor: Any, reason: str) -> None:
    take_member_action(member=row, action=step, actor=actor, reason=reason)


@extend_schema_view(
    list=extend_schema(operation_id="members_list", summary="List the companies of networks"),
    retrieve=extend_schema(operation_id="members_read", summary="Read one membership"),
)
class MemberView(ReadOnlyView):
    """Companies in the networks that this key may see."""

    scope = "networks"
    queryset = NetworkMember.objects.none()
    serializer_class = MemberSerializer
    filterset_class = MemberFilter
    step = step_action("members", steps=MEMBER_TRANSITIONS.transitions, take=_take, shows=MemberSerializer)

    def rows(self) -> QuerySet[NetworkMember]:
        return NetworkMember.objects.visible_to(self.actor).select_related("network__call", "organisation")

    @extend_schema(
        operation_id="members_add",
        summary="Ask a company into a network, or ask to join one",
        description="A manager names the company by its number; a company asks for itself. Asking again changes "
        "nothing; who asks what the other side asked already is a member at once.",
        request=NewMemberSerializer,
        responses={201: MemberSerializer},
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        values = read_body(NewMemberSerializer, request)
        member = self._add(**values)
        shown = self.rows().filter(pk=member.pk).first() or member
        return Response(self.get_serializer(shown).data, status=status.HTTP_201_CREATED)

    def _add(self, network: Any, enterprise_number: str, name: str) -> NetworkMember:
        actor = self.actor
        seen = Network.objects.visible_to(actor)
        if actor.has(Role.COMPANY_CONTACT) and actor.organisation_id is not None:
            joinable = Network.objects.joinable_by(actor)
            found = Network.objects.filter(Q(pk__in=seen.values("pk")) | Q(pk__in=joinable.values("pk")))
            chosen = get_object_or_404(found, public_id=network)
            return request_membership(network=chosen, organisation_id=actor.organisation_id, actor=actor)
        chosen = get_object_or_404(seen, public_id=network)
        if not manages(actor, chosen.pk):
            raise PermissionDenied(_("Alleen de netwerkmanager vraagt bedrijven in het netwerk."))
        return add_company_by_number(network=chosen, number=enterprise_number, name=name, actor=actor)
