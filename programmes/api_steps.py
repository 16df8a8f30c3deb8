"""Steps in the API: a programme moved on, a participation confirmed or left, the dossier, the settlement.

They go through the services of the pages. What is decided on somebody's aid is decided by a person who signed
in: a key prepares and reads.
"""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from programmes.api import ProgrammeSerializer
from programmes.models import CostLine, OtherFunding, Participation, Programme
from programmes.presenting_json import with_lines
from programmes.rules import may_commit, sight_of
from programmes.services.commitments import commit_participation, seats_of, withdraw_participation
from programmes.services.dossier import dossier_of
from programmes.services.other_funding import declare_other_funding
from programmes.services.steps import take_step
from programmes.transitions import PROGRAMME_TRANSITIONS
from skillnet.api.fields import StrictSerializer
from skillnet.api.views import ApiView, ReadOnlyView, read_body


class StepSerializer(StrictSerializer):
    """One step of the programme's table, and why where that is asked."""

    action = serializers.ChoiceField(sorted(PROGRAMME_TRANSITIONS.transitions))
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=4000)


class ProgrammeStepView(ApiView):
    """The life of a programme."""

    scope = "programmes"

    @extend_schema(
        operation_id="programmes_step",
        summary="Take a step of a programme: take over, submit, take back, start, deliver, cancel",
        description="409 says in sentences why not. A decision is taken by a person who signed in.",
        request=StepSerializer,
        responses=ProgrammeSerializer,
    )
    def post(self, request: Request, id: str) -> Response:
        values = read_body(StepSerializer, request)
        programme = get_object_or_404(Programme.objects.visible_to(self.actor), public_id=id)
        take_step(
            programme_id=programme.pk,
            action=values["action"],
            actor=self.actor,
            reason=values["reason"],
        )
        row = with_lines(Programme.objects.visible_to(self.actor)).select_related("network__call")
        shown = get_object_or_404(row, public_id=id)
        return Response(ProgrammeSerializer(shown, context={"actor": self.actor}).data)


class DossierView(ApiView):
    """The complete file of a programme."""

    scope = "programmes"

    @extend_schema(
        operation_id="programmes_dossier",
        summary="Read the whole file of a programme, as its JSON on the site",
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request, id: str) -> Response:
        rows = Programme.objects.visible_to(self.actor).select_related(
            "network__call__coordinator", "strategy", "run"
        )
        programme = get_object_or_404(rows, public_id=id)
        sight = sight_of(self.actor, programme)
        if not sight.money:
            raise Http404
        return Response(dossier_of(programme=programme, sight=sight))


class ParticipationSerializer(serializers.Serializer[Participation]):
    """One company in one programme; euro, and only for who may know its money."""

    id = serializers.UUIDField(read_only=True)
    programme = serializers.UUIDField(read_only=True)
    company = serializers.CharField(
        read_only=True, allow_null=True, help_text=gettext_lazy("Ondernemingsnummer.")
    )
    state = serializers.ChoiceField(Participation.State.choices, read_only=True)
    learners = serializers.IntegerField(read_only=True)
    cost = serializers.DecimalField(max_digits=14, decimal_places=2, read_only=True, allow_null=True)
    grant = serializers.DecimalField(max_digits=14, decimal_places=2, read_only=True, allow_null=True)
    own_share = serializers.DecimalField(max_digits=14, decimal_places=2, read_only=True, allow_null=True)
    route = serializers.CharField(read_only=True)
    applied_at = serializers.DateTimeField(read_only=True, allow_null=True)

    def to_representation(self, instance: Participation) -> dict[str, Any]:
        sees = sight_of(self.context["actor"], instance.programme).sees_money_of(instance.organisation_id)
        money = {
            name: str(getattr(instance, name)) if sees else None for name in ("cost", "grant", "own_share")
        }
        return {
            "id": str(instance.public_id),
            "programme": str(instance.programme.public_id),
            "company": instance.organisation.enterprise_number,
            "state": instance.state,
            "learners": instance.learners,
            **money,
            "route": instance.route,
            "applied_at": instance.applied_at.isoformat() if instance.applied_at else None,
        }


class SeatsSerializer(StrictSerializer):
    """How many learners the company sends to an edition."""

    edition = serializers.UUIDField()
    learners = serializers.IntegerField(min_value=0, max_value=100_000)


class CommitSerializer(StrictSerializer):
    """What a company says when it confirms; what is left out stays as it is."""

    learners = SeatsSerializer(many=True, required=False)
    disadvantaged = serializers.IntegerField(required=False, min_value=0, max_value=100_000)
    hourly_cost = serializers.DecimalField(
        max_digits=8, decimal_places=2, min_value=0, required=False, allow_null=True
    )
    declares_de_minimis = serializers.BooleanField(
        required=False,
        default=False,
        help_text=gettext_lazy("Alle de-minimissteun die nog meetelt, is aangegeven."),
    )


class WithdrawSerializer(StrictSerializer):
    """Why a company leaves."""

    reason = serializers.CharField(max_length=4000)


class OtherFundingSerializer(StrictSerializer):
    """What another instrument pays of one kind of cost, euro."""

    instrument = serializers.CharField(max_length=40)
    category = serializers.ChoiceField(CostLine.Category.choices)
    amount = serializers.DecimalField(max_digits=12, decimal_places=2, min_value=0)
    basis = serializers.ChoiceField(OtherFunding.Basis.choices)
    reference = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")


class ParticipationFilter(django_filters.FilterSet):
    """Filters of the list."""

    state = django_filters.ChoiceFilter(choices=Participation.State.choices)
    programme = django_filters.UUIDFilter(field_name="programme__public_id")

    class Meta:
        model = Participation
        fields: list[str] = []


@extend_schema_view(
    list=extend_schema(operation_id="participations_list", summary="List participations that one may see"),
    retrieve=extend_schema(operation_id="participations_read", summary="Read one participation"),
)
class ParticipationView(ReadOnlyView):
    """Companies in programmes: confirming is the aid application."""

    scope = "programmes"
    queryset = Participation.objects.none()
    serializer_class = ParticipationSerializer
    filterset_class = ParticipationFilter

    def rows(self) -> QuerySet[Participation]:
        return (
            Participation.objects.visible_to(self.actor)
            .select_related("programme__network__call", "organisation")
            .prefetch_related(
                "programme__participations", "programme__programme_editions__edition__offer__provider"
            )
        )

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "actor": self.actor}

    @extend_schema(
        operation_id="participations_commit",
        summary="Confirm: promise learners and money, and apply for the aid",
        description="Only the company itself. Doing it twice is one application. 409 says why not.",
        request=CommitSerializer,
        responses=ParticipationSerializer,
    )
    @action(detail=True, methods=["post"])
    def commit(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row, data = self._own(), read_body(CommitSerializer, request)
        says = {name: data[name] for name in ("disadvantaged", "hourly_cost") if name in data}
        commit_participation(
            participation_id=row.pk,
            actor=self.actor,
            learners=_learners(row, data["learners"]) if "learners" in data else None,
            says=says or None,
            declares_de_minimis=data["declares_de_minimis"],
        )
        return self._answer()

    @extend_schema(
        operation_id="participations_withdraw",
        summary="Leave a programme",
        request=WithdrawSerializer,
        responses=ParticipationSerializer,
    )
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row, data = self._own(), read_body(WithdrawSerializer, request)
        withdraw_participation(participation_id=row.pk, actor=self.actor, reason=data["reason"])
        return self._answer()

    @extend_schema(
        operation_id="participations_otherfunding",
        summary="Declare other money for the same costs",
        request=OtherFundingSerializer,
        responses=ParticipationSerializer,
    )
    @action(detail=True, methods=["post"], url_path="other-funding")
    def other_funding(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        data = read_body(OtherFundingSerializer, request)
        declare_other_funding(participation_id=row.pk, actor=self.actor, **data)
        return self._answer()

    def _own(self) -> Participation:
        row: Participation = self.get_object()
        if not may_commit(self.actor, row):
            raise Http404
        return row

    def _answer(self) -> Response:
        return Response(self.get_serializer(self.get_object()).data)


def _learners(row: Participation, sent: list[dict[str, Any]]) -> dict[int, int]:
    """By edition; an edition that is not in the programme is refused by the service."""
    editions = {e.edition.public_id: e.edition_id for e in row.programme.programme_editions.all()}
    known = seats_of(row)
    return known | {editions.get(item["edition"], 0): item["learners"] for item in sent}
