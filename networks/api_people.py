"""The own organisation in the API: what it says of itself, its places, its people and who was invited.

`/api/v1/organisations/`, `/api/v1/establishments/`, `/api/v1/memberships/`, `/api/v1/invitations/`.
"""

from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from networks.models import Establishment, Invitation, Membership, Organisation
from networks.rules import (
    invitable_roles,
    may_edit_organisation,
    may_end_membership,
    may_manage_invitation,
)
from networks.services.onboarding import add_establishment, close_establishment
from networks.services.organisations import merge_by_number, save_organisation
from networks.services.people import end_membership, invite_person, remind_invitation, withdraw_invitation
from skillnet.api.fields import PartySerializer, Region, StrictSerializer, UnknownText, ValueList
from skillnet.api.steps import shown_again
from skillnet.api.views import ReadOnlyView, read_body
from skillnet.kernel.fields import LANGUAGES
from skillnet.kernel.roles import Role


class OrganisationSerializer(StrictSerializer):
    """An organisation. Of others than the own one only what is in the public register, and its place."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    enterprise_number = serializers.CharField(read_only=True, allow_null=True)
    kind = serializers.ChoiceField(Organisation.Kind.choices, read_only=True)
    is_verified = serializers.BooleanField(read_only=True)
    name = serializers.CharField(max_length=200)
    language = serializers.ChoiceField(LANGUAGES)
    region = Region()
    municipality = UnknownText(max_length=100)
    nace_code = UnknownText(max_length=10)
    nace_version = UnknownText(max_length=10)
    joint_committee = UnknownText(max_length=10)
    further_committees = ValueList(child=serializers.CharField(max_length=10))


class MergeSerializer(StrictSerializer):
    """Which record stays, and why they are one organisation."""

    number = serializers.CharField(
        max_length=20, help_text=gettext_lazy("Ondernemingsnummer van wie blijft.")
    )
    reason = serializers.CharField(max_length=2_000)


class EstablishmentSerializer(StrictSerializer):
    """A place where an organisation works, with its number in the register."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    organisation = PartySerializer(read_only=True)
    name = serializers.CharField(max_length=200)
    number = serializers.CharField(max_length=20, required=False, allow_null=True, default=None)
    municipality = UnknownText(max_length=100)
    region = Region()
    closed_on = serializers.DateField(read_only=True, allow_null=True)


class MembershipSerializer(serializers.Serializer[Membership]):
    """One role of one person."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    name = serializers.CharField(source="user.name", read_only=True)
    email = serializers.EmailField(source="user.email", read_only=True)
    organisation = PartySerializer(read_only=True)
    role = serializers.ChoiceField(Role.choices, read_only=True)
    network = serializers.UUIDField(source="network.public_id", read_only=True, allow_null=True, default=None)


class InvitationSerializer(StrictSerializer):
    """Somebody who was invited for the own organisation and has not answered."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    organisation = PartySerializer(read_only=True)
    email = serializers.EmailField(max_length=254)
    role = serializers.ChoiceField(Role.choices)
    network = serializers.UUIDField(source="network.public_id", read_only=True, allow_null=True, default=None)
    expires_at = serializers.DateTimeField(read_only=True)
    reminders = serializers.IntegerField(read_only=True)


class OrganisationFilter(django_filters.FilterSet):
    """Filters of the list."""

    enterprise_number = django_filters.CharFilter()

    class Meta:
        model = Organisation
        fields: list[str] = []


class EstablishmentFilter(django_filters.FilterSet):
    """Filters of the list."""

    organisation = django_filters.UUIDFilter(field_name="organisation__public_id")

    class Meta:
        model = Establishment
        fields: list[str] = []


class MembershipFilter(django_filters.FilterSet):
    """Filters of the list."""

    role = django_filters.ChoiceFilter(choices=Role.choices)
    organisation = django_filters.UUIDFilter(field_name="organisation__public_id")

    class Meta:
        model = Membership
        fields: list[str] = []


@extend_schema_view(
    list=extend_schema(operation_id="organisations_list", summary="List the organisations that one sees"),
    retrieve=extend_schema(operation_id="organisations_read", summary="Read one organisation"),
)
class OrganisationView(ReadOnlyView):
    """The own organisation, and the members of the networks that one manages or steers."""

    scope = "organisations"
    queryset = Organisation.objects.none()
    serializer_class = OrganisationSerializer
    filterset_class = OrganisationFilter

    def rows(self) -> QuerySet[Organisation]:
        return Organisation.objects.visible_to(self.actor).filter(merged_into=None)

    @extend_schema(
        operation_id="organisations_write",
        summary="Change what the own organisation says of itself; what is left out stays",
        request=OrganisationSerializer(partial=True),
        responses=OrganisationSerializer,
    )
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        organisation = self.get_object()
        _check_own(self, organisation)
        serializer = self.get_serializer(data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        save_organisation(organisation=organisation, values=serializer.validated_data)
        return shown_again(self, organisation)

    @extend_schema(
        operation_id="organisations_merge",
        summary="Make a double record one with another, which stays; for administrators",
        description="Everything of this record goes to the one with `number`; the trail says who, when and why. "
        "A person decides it: a key is told so with 409 (ADR 0010).",
        request=MergeSerializer,
        responses=OrganisationSerializer,
    )
    @action(detail=True, methods=["post"])
    def merge(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        duplicate: Organisation = self.get_object()
        if not self.actor.has(Role.ADMINISTRATOR):
            raise PermissionDenied(_("Alleen een beheerder voegt organisaties samen."))
        values = read_body(MergeSerializer, request)
        kept, _moved = merge_by_number(duplicate=duplicate, actor=self.actor, **values)
        return Response(self.get_serializer(kept).data)


@extend_schema_view(
    list=extend_schema(operation_id="establishments_list", summary="List places of organisations"),
    retrieve=extend_schema(operation_id="establishments_read", summary="Read one place"),
)
class EstablishmentView(ReadOnlyView):
    """Places of the organisations that one sees; those of the own one are added and closed."""

    scope = "organisations"
    queryset = Establishment.objects.none()
    serializer_class = EstablishmentSerializer
    filterset_class = EstablishmentFilter

    def rows(self) -> QuerySet[Establishment]:
        return Establishment.objects.visible_to(self.actor).select_related("organisation")

    @extend_schema(
        operation_id="establishments_add",
        summary="Add a place of the own organisation",
        responses={201: EstablishmentSerializer},
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        own = get_object_or_404(
            Organisation.objects.visible_to(self.actor), pk=self.actor.organisation_id or 0
        )
        _check_own(self, own)
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        place = add_establishment(organisation=own, values=serializer.validated_data)
        return self.created(place)

    @extend_schema(
        operation_id="establishments_close",
        summary="Close a place of the own organisation from today; it stays readable",
        responses={204: None},
    )
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        place = self.get_object()
        _check_own(self, place.organisation)
        close_establishment(establishment=place, day=timezone.localdate())
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema_view(
    list=extend_schema(operation_id="memberships_list", summary="List who works for what, now"),
    retrieve=extend_schema(operation_id="memberships_read", summary="Read one role of one person"),
)
class MembershipView(ReadOnlyView):
    """Colleagues with their roles, and the people of the networks that one manages or steers."""

    scope = "people"
    queryset = Membership.objects.none()
    serializer_class = MembershipSerializer
    filterset_class = MembershipFilter

    def rows(self) -> QuerySet[Membership]:
        seen = Membership.objects.visible_to(self.actor).current()
        return seen.select_related("user", "organisation", "network")

    @extend_schema(
        operation_id="memberships_end",
        summary="Take a role away; what the person did stays",
        responses={204: None},
    )
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        membership = self.get_object()
        if not may_end_membership(self.actor, membership):
            raise PermissionDenied(_("Deze rol kunt u niet beëindigen."))
        end_membership(membership_id=membership.pk, actor=self.actor)
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema_view(
    list=extend_schema(operation_id="invitations_list", summary="List invitations that wait for an answer"),
    retrieve=extend_schema(operation_id="invitations_read", summary="Read one invitation"),
)
class InvitationView(ReadOnlyView):
    """Invitations of the own organisation and of the networks that one manages. The link goes by mail only."""

    scope = "people"
    queryset = Invitation.objects.none()
    serializer_class = InvitationSerializer

    def rows(self) -> QuerySet[Invitation]:
        waiting = Invitation.objects.visible_to(self.actor).unanswered()
        return waiting.select_related("organisation", "network")

    @extend_schema(
        operation_id="invitations_create",
        summary="Invite a colleague for a role that one may give; an open invitation is sent again",
        responses={201: InvitationSerializer},
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        own = get_object_or_404(
            Organisation.objects.visible_to(self.actor), pk=self.actor.organisation_id or 0
        )
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        role = Role(serializer.validated_data["role"])
        if role not in invitable_roles(self.actor):
            raise serializers.ValidationError({"role": _("Deze rol kunt u niet geven.")})
        made = invite_person(
            email=serializer.validated_data["email"], organisation=own, role=role, actor=self.actor
        )
        return self.created(made)

    @extend_schema(
        operation_id="invitations_remind",
        summary="Send an open invitation again; the earlier link stops working",
        request=None,
        responses=InvitationSerializer,
    )
    @action(detail=True, methods=["post"])
    def remind(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        invitation = self._managed()
        remind_invitation(invitation=invitation, actor=self.actor)
        return shown_again(self, invitation)

    @extend_schema(
        operation_id="invitations_withdraw",
        summary="Withdraw an invitation: its link stops working",
        responses={204: None},
    )
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        withdraw_invitation(invitation_id=self._managed().pk)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _managed(self) -> Invitation:
        invitation: Invitation = self.get_object()
        if not may_manage_invitation(self.actor, invitation):
            raise Http404
        return invitation


def _check_own(view: Any, organisation: Organisation) -> None:
    if organisation.pk != view.actor.organisation_id or not may_edit_organisation(view.actor):
        raise PermissionDenied(_("U past alleen uw eigen organisatie aan."))
