"""Calls, networks and annual plans written through the API; they are read, and take their steps, in `api_calls`."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from networks.addresses import MAX_LINES, read_addresses
from networks.api_calls import (
    CallSerializer,
    CallView,
    NetworkSerializer,
    NetworkView,
    PlanSerializer,
    PlanView,
)
from networks.models import Call, Network, NetworkPlan, Organisation, PlanLine
from networks.own import own_organisation
from networks.rules import may_edit_network, owns_call
from networks.services.calls import remove_criterion, save_call, save_criterion
from networks.services.inviting import invite_addresses
from networks.services.networks import change_network, create_network
from networks.services.plans import add_line, remove_line, save_goals, start_plan
from skillnet.api.authentication import maker_of
from skillnet.api.fields import Euro, Region, StrictSerializer, UnknownText, Whole
from skillnet.api.steps import shown_again
from skillnet.api.views import read_body
from skillnet.kernel.roles import Role

MOST_CRITERIA = 50
MOST_LINES = 100  # of the budget of one year
LISTED_ROLES = [(str(role), role.label) for role in (Role.COMPANY_CONTACT, Role.STEERING_MEMBER)]


class CriterionTextSerializer(StrictSerializer):
    """A criterion: how heavy it weighs among the others, and the highest score."""

    title = serializers.CharField(max_length=200)
    description = UnknownText(max_length=5_000)
    weight = Whole(max_value=100, allow_null=False, default=10)
    max_score = Whole(max_value=100, allow_null=False, default=5)


class CallTextSerializer(StrictSerializer):
    """What a coordinator says of a call. `criteria` replace those that there are, while it is a draft."""

    title = serializers.CharField(max_length=200)
    description = UnknownText(max_length=50_000)
    conditions = UnknownText(max_length=50_000)
    budget_eur = Euro(source="budget")
    opens_on = serializers.DateField(required=False, allow_null=True, default=None)
    closes_on = serializers.DateField(required=False, allow_null=True, default=None)
    review_by = serializers.DateField(required=False, allow_null=True, default=None)
    min_reviewers = Whole(max_value=20, allow_null=False, default=2)
    min_score = Whole(min_value=0, max_value=100)
    criteria = CriterionTextSerializer(many=True, required=False, max_length=MOST_CRITERIA)  # type: ignore[call-arg]  # of a list


class CallWritingView(CallView):
    """Calls through which networks are funded; drafts only for who draws them up."""

    @extend_schema(
        operation_id="calls_create",
        summary="Draw up a call as a draft of the own organisation",
        request=CallTextSerializer,
        responses={201: CallSerializer},
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        if not self.actor.has(Role.COORDINATOR):
            raise PermissionDenied(_("Alleen een coördinator stelt een oproep op."))
        call = self._save(read_body(CallTextSerializer, request), None)
        return self.created(call)

    @extend_schema(
        operation_id="calls_write",
        summary="Change an own call; what is left out stays",
        request=CallTextSerializer(partial=True),
        responses=CallSerializer,
    )
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        call = self.get_object()
        if not owns_call(self.actor, call):
            raise PermissionDenied(_("Alleen de coördinerende overheid past haar oproep aan."))
        self._save(read_part(CallTextSerializer, request), call)
        return shown_again(self, call)

    def _save(self, values: dict[str, Any], call: Call | None) -> Call:
        criteria = values.pop("criteria", None)
        with transaction.atomic():
            saved = save_call(actor=self.actor, values=values, call=call)
            if criteria is not None:
                for known in saved.criteria.all():
                    remove_criterion(actor=self.actor, criterion=known)
                for row in criteria:
                    save_criterion(actor=self.actor, call=saved, values=row)
        return saved


class NetworkTextSerializer(StrictSerializer):
    """What a network says of itself. Name, call and parties are fixed once it is submitted."""

    name = serializers.CharField(max_length=200)
    purpose = UnknownText(max_length=20_000)
    call = serializers.UUIDField(required=False, allow_null=True, default=None)
    sector = UnknownText(max_length=120)
    region = Region()
    contracting_number = UnknownText(
        max_length=20, help_text=gettext_lazy("Ondernemingsnummer van wie tekent. Leeg: de promotor zelf.")
    )
    contracting_name = UnknownText(max_length=200)


class PastedSerializer(StrictSerializer):
    """E-mail addresses, one a line; behind each an enterprise number and a name where the company is new."""

    addresses = serializers.CharField(max_length=50_000)
    role = serializers.ChoiceField(
        LISTED_ROLES,
        default=str(Role.COMPANY_CONTACT),
    )
    organisation = serializers.UUIDField(
        required=False,
        allow_null=True,
        default=None,
        help_text=gettext_lazy("Het lid voor wie adressen zonder ondernemingsnummer zijn."),
    )


class InvitedLineSerializer(serializers.Serializer[Any]):
    """What became of a line: `invited`, `already_in`, `waiting`, `repeated` or `refused`, and what to do."""

    line = serializers.IntegerField(read_only=True)
    text = serializers.CharField(read_only=True)
    outcome = serializers.CharField(read_only=True)
    organisation = serializers.CharField(read_only=True)
    remedy = serializers.CharField(read_only=True)


class NetworkWritingView(NetworkView):
    """Networks that the key's organisation is in, leads or looks after."""

    @extend_schema(
        operation_id="networks_create",
        summary="Draw up a network that the own organisation promotes",
        description="Who made the key becomes its manager.",
        request=NetworkTextSerializer,
        responses={201: NetworkSerializer},
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        actor = self.actor
        if not actor.has(Role.COMPANY_CONTACT, Role.NETWORK_MANAGER):
            raise PermissionDenied(_("Alleen een bedrijf of een netwerkmanager richt een netwerk op."))
        promoter = own_organisation(actor)
        values = self._values(read_body(NetworkTextSerializer, request))
        maker = maker_of(request)
        network = create_network(actor=actor, promoter=promoter, values=values, manager=maker)
        return Response(NetworkSerializer(network).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="networks_write",
        summary="Change a network that one manages; what is left out stays",
        request=NetworkTextSerializer(partial=True),
        responses=NetworkSerializer,
    )
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        network = self._managed()
        change_network(network=network, values=self._values(read_part(NetworkTextSerializer, request)))
        return shown_again(self, network)

    @extend_schema(
        operation_id="networks_invite",
        summary="Invite a list of people; each line stands on its own",
        description="Who is in already, or has an open invitation, is not mailed again.",
        request=PastedSerializer,
        responses={201: InvitedLineSerializer(many=True)},
    )
    @action(detail=True, methods=["post"])
    def invitations(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        network, values = self._managed(), read_body(PastedSerializer, request)
        company = None
        if values["organisation"]:
            members = Organisation.objects.visible_to(self.actor).filter(
                network_members__network=network, network_members__state__in=["invited", "active"]
            )
            company = get_object_or_404(members, public_id=values["organisation"])
        if read_addresses(values["addresses"]).rest:
            raise serializers.ValidationError(
                {"addresses": _("Stuur hoogstens %d mensen tegelijk.") % MAX_LINES}
            )
        done = invite_addresses(
            network=network,
            text=values["addresses"],
            role=Role(values["role"]),
            actor=self.actor,
            organisation=company,
        )
        body = InvitedLineSerializer(done.lines, many=True).data
        return Response(body, status=status.HTTP_201_CREATED)

    def _values(self, values: dict[str, Any]) -> dict[str, Any]:
        """The call as a row: an open one that the key sees."""
        if values.get("call") is not None:
            calls = Call.objects.visible_to(self.actor).filter(state=Call.State.OPEN)
            if (call := calls.filter(public_id=values["call"]).first()) is None:
                raise serializers.ValidationError({"call": _("Deze oproep is er niet, of is niet open.")})
            values["call"] = call
        return values

    def _managed(self) -> Network:
        network: Network = self.get_object()
        if not may_edit_network(self.actor, network):
            raise PermissionDenied(_("Alleen de netwerkmanager doet dit."))
        return network


class PlanLineTextSerializer(StrictSerializer):
    """A line of the budget, in euro per quarter."""

    title = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(PlanLine.Kind.choices)
    learners = Whole()
    quarter_1 = Euro()
    quarter_2 = Euro()
    quarter_3 = Euro()
    quarter_4 = Euro()


class PlanTextSerializer(StrictSerializer):
    """The goals and the lines of a draft; lines replace those that there are."""

    goals = serializers.CharField(required=False, allow_blank=True, max_length=20_000)
    lines = PlanLineTextSerializer(many=True, required=False, max_length=MOST_LINES)  # type: ignore[call-arg]  # of a list


class NewPlanSerializer(PlanTextSerializer):
    """The plan of which network, and of which year."""

    network = serializers.UUIDField()
    year = serializers.IntegerField(min_value=2000, max_value=2100)


class PlanWritingView(PlanView):
    """Annual plans: of one's networks, for a coordinator those that were laid before the steering group."""

    @extend_schema(
        operation_id="plans_create",
        summary="Start the annual plan of a network, or get the one that there is",
        description="Goals and lines are written where they are sent, and the plan is a draft.",
        request=NewPlanSerializer,
        responses={201: PlanSerializer},
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        values = read_body(NewPlanSerializer, request)
        networks = Network.objects.visible_to(self.actor)
        network = get_object_or_404(networks, public_id=values["network"])
        with transaction.atomic():
            plan = start_plan(
                network=network, year=values["year"], goals=values.get("goals", ""), actor=self.actor
            )
            self._write(plan, values)
        return self.created(plan)

    @extend_schema(
        operation_id="plans_write",
        summary="Write the goals and the lines of a draft; what is left out stays",
        request=PlanTextSerializer,
        responses=PlanSerializer,
    )
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        plan = self.get_object()
        with transaction.atomic():
            self._write(plan, read_body(PlanTextSerializer, request))
        return shown_again(self, plan)

    def _write(self, plan: NetworkPlan, values: Mapping[str, Any]) -> None:
        if "goals" in values and values["goals"].strip() != plan.goals:
            save_goals(plan=plan, goals=values["goals"], actor=self.actor)
        if "lines" in values:
            self._write_lines(plan, values["lines"])

    def _write_lines(self, plan: NetworkPlan, rows: Iterable[Mapping[str, Any]]) -> None:
        for line in plan.lines.all():
            remove_line(line=line, actor=self.actor)
        for row in rows:
            add_line(plan=plan, values=row, actor=self.actor)


def read_part(kind: type[StrictSerializer], request: Request) -> dict[str, Any]:
    """What a message says where what is left out stays as it is. Raises ValidationError."""
    serializer = kind(data=request.data, partial=True)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
