"""Applications in the API: written and handed in by the network, screened, ranked and decided by the coordinator.

A review is a person's word and is written on the pages; once it may be read it is read here.
"""

from typing import Any

import django_filters
from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from networks.api_calls import MoneyField
from networks.application_rules import may_handle_application
from networks.application_transitions import APPLICATION_TRANSITIONS, CHECKLIST, OUTCOMES
from networks.models import (
    ApplicationAnswer,
    ApplicationReview,
    Call,
    Network,
    NetworkApplication,
    ReviewScore,
)
from networks.services.applications import (
    save_application,
    save_checklist,
    start_application,
    take_application_action,
)
from networks.services.determination import Outcome, determine_application
from networks.services.reviews import assign_reviewer, possible_reviewers, unassign_reviewer
from skillnet.api.fields import Euro, StrictSerializer, UnknownText
from skillnet.api.steps import shown_again, step_action
from skillnet.api.views import ReadOnlyView, read_body

STEPS = sorted(set(APPLICATION_TRANSITIONS.transitions) - set(OUTCOMES) - {"ask_info"})


class AnswerSerializer(serializers.ModelSerializer[ApplicationAnswer]):
    """What an application says to one criterion."""

    criterion = serializers.CharField(source="criterion.title", read_only=True)

    class Meta:
        model = ApplicationAnswer
        fields = ["criterion", "text"]
        read_only_fields = fields


class ApplicationSerializer(serializers.ModelSerializer[NetworkApplication]):
    """The application of a network; `reasons` and `awarded_eur` once it was decided."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    call = serializers.UUIDField(source="call.public_id", read_only=True)
    network = serializers.UUIDField(source="network.public_id", read_only=True)
    state = serializers.ChoiceField(NetworkApplication.State.choices, read_only=True)
    requested_eur = MoneyField(source="requested_budget", allow_null=True)
    awarded_eur = MoneyField(source="awarded_budget", allow_null=True)
    answers = AnswerSerializer(many=True, read_only=True)
    checklist = serializers.DictField(child=serializers.BooleanField(), read_only=True)

    class Meta:
        model = NetworkApplication
        fields = [
            "id",
            "call",
            "network",
            "state",
            "plan",
            "requested_eur",
            "awarded_eur",
            "answers",
            "checklist",
            "info_asked",
            "info_due_on",
            "info_answer",
            "reasons",
            "submitted_at",
            "decided_at",
            "updated_at",
        ]
        read_only_fields = fields


class NewApplicationSerializer(StrictSerializer):
    """Which network enters which call."""

    network = serializers.UUIDField()
    call = serializers.UUIDField()


class AnswerTextSerializer(StrictSerializer):
    """What one says to one criterion of the call, by its place there (from 1)."""

    criterion = serializers.IntegerField(min_value=1)
    text = UnknownText(max_length=20_000)


class ApplicationTextSerializer(StrictSerializer):
    """What a network writes; what is left out stays as it is."""

    plan = serializers.CharField(required=False, allow_blank=True, max_length=50_000)
    requested_eur = Euro(source="requested_budget", required=False)
    info_answer = serializers.CharField(required=False, allow_blank=True, max_length=20_000)
    answers = AnswerTextSerializer(many=True, required=False)

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        fields["requested_eur"].default = serializers.empty  # left out is not the same as unknown
        return dict(fields)


class InfoSerializer(StrictSerializer):
    """What must be added, and by when."""

    reason = serializers.CharField(max_length=2_000)
    due_on = serializers.DateField()


class ChecklistSerializer(StrictSerializer):
    """What was looked at for completeness."""

    checked = serializers.ListField(child=serializers.ChoiceField([(key, key) for key in CHECKLIST]))


class ConditionSerializer(StrictSerializer):
    """A condition of an approval; `before_start`: met before the network starts."""

    text = serializers.CharField(max_length=500)
    due_on = serializers.DateField(required=False, allow_null=True, default=None)
    before_start = serializers.BooleanField(default=False)


class OutcomeSerializer(StrictSerializer):
    """A decision with its reasons; an approval also with what is awarded."""

    outcome = serializers.ChoiceField([(name, name) for name in OUTCOMES])
    reason = serializers.CharField(max_length=10_000)
    awarded_eur = Euro()
    conditions = ConditionSerializer(many=True, required=False)


class ReviewerSerializer(StrictSerializer):
    """Who reviews, by mail address."""

    email = serializers.EmailField()


class ReviewScoreSerializer(serializers.Serializer[ReviewScore]):
    """The score of one criterion, and why."""

    criterion = serializers.CharField(source="criterion.title", read_only=True)
    score = serializers.IntegerField(read_only=True, allow_null=True)
    remark = serializers.CharField(read_only=True)


class ReviewSerializer(serializers.Serializer[ApplicationReview]):
    """A review that was handed in, without the name of who wrote it."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    application = serializers.UUIDField(source="application.public_id", read_only=True)
    remark = serializers.CharField(read_only=True)
    submitted_at = serializers.DateTimeField(read_only=True)
    scores = ReviewScoreSerializer(many=True, read_only=True)


class ApplicationFilter(django_filters.FilterSet):
    """Filters of the list."""

    state = django_filters.ChoiceFilter(choices=NetworkApplication.State.choices)
    call = django_filters.UUIDFilter(field_name="call__public_id")
    network = django_filters.UUIDFilter(field_name="network__public_id")

    class Meta:
        model = NetworkApplication
        fields: list[str] = []


class ReviewFilter(django_filters.FilterSet):
    """Filters of the list."""

    application = django_filters.UUIDFilter(field_name="application__public_id")

    class Meta:
        model = ApplicationReview
        fields: list[str] = []


def _take(row: Any, step: str, actor: Any, reason: str) -> None:
    take_application_action(application=row, action=step, actor=actor, reason=reason)


@extend_schema_view(
    list=extend_schema(operation_id="applications_list", summary="List applications"),
    retrieve=extend_schema(operation_id="applications_read", summary="Read one application"),
)
class ApplicationView(ReadOnlyView):
    """Applications of the networks that the key's role reaches; for a coordinator those that were handed in."""

    scope = "networks"
    queryset = NetworkApplication.objects.none()
    serializer_class = ApplicationSerializer
    filterset_class = ApplicationFilter
    step = step_action("applications", steps=STEPS, take=_take, shows=ApplicationSerializer)

    def rows(self) -> QuerySet[NetworkApplication]:
        answers = ApplicationAnswer.objects.select_related("criterion")
        return (
            NetworkApplication.objects.visible_to(self.actor)
            .select_related("call", "network")
            .prefetch_related(Prefetch("answers", queryset=answers))
        )

    @extend_schema(
        operation_id="applications_submit",
        summary="Hand an application in",
        description="Refused with all reasons when something lacks; handing in again changes nothing.",
        request=None,
        responses=ApplicationSerializer,
    )
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        application = take_application_action(
            application=self.get_object(), action="submit", actor=self.actor
        )
        return Response(self.get_serializer(self.rows().get(pk=application.pk)).data)

    @extend_schema(
        operation_id="applications_start",
        summary="Enter a call with a network, as a draft; the one that there is, if any",
        request=NewApplicationSerializer,
        responses={201: ApplicationSerializer},
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        values = read_body(NewApplicationSerializer, request)
        network = get_object_or_404(Network.objects.visible_to(self.actor), public_id=values["network"])
        call = get_object_or_404(Call.objects.visible_to(self.actor), public_id=values["call"])
        made = start_application(network=network, call=call, actor=self.actor)
        return self.created(made)

    @extend_schema(
        operation_id="applications_write",
        summary="Write the plan, the requested budget and the answers; what is left out stays",
        request=ApplicationTextSerializer,
        responses=ApplicationSerializer,
    )
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        application = self.get_object()
        values = read_body(ApplicationTextSerializer, request)
        criteria = list(application.call.criteria.all())
        answers = {}
        for answer in values.pop("answers", []):
            if answer["criterion"] > len(criteria):
                raise serializers.ValidationError({"answers": _("De oproep heeft dit criterium niet.")})
            answers[criteria[answer["criterion"] - 1].pk] = answer["text"]
        save_application(application=application, actor=self.actor, values=values, answers=answers)
        return shown_again(self, application)

    @extend_schema(
        operation_id="applications_ask",
        summary="Ask the network to add something, by a day",
        request=InfoSerializer,
        responses=ApplicationSerializer,
    )
    @action(detail=True, methods=["post"], url_path="ask-info")
    def ask_info(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        application = self.get_object()
        values = read_body(InfoSerializer, request)
        take_application_action(
            application=application,
            action="ask_info",
            actor=self.actor,
            reason=values["reason"],
            info_due_on=values["due_on"],
        )
        return shown_again(self, application)

    @extend_schema(
        operation_id="applications_check",
        summary="Say what was looked at for completeness",
        request=ChecklistSerializer,
        responses=ApplicationSerializer,
    )
    @action(detail=True, methods=["put"])
    def checklist(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        application = self.get_object()
        checked = dict.fromkeys(read_body(ChecklistSerializer, request)["checked"], True)
        save_checklist(application=application, actor=self.actor, checked=checked)
        return shown_again(self, application)

    @extend_schema(
        operation_id="applications_decide",
        summary="Decide, with reasons, budget and conditions",
        description="A person decides: a key is refused (409), and prepares what is decided on.",
        request=OutcomeSerializer,
        responses=ApplicationSerializer,
    )
    @action(detail=True, methods=["post"])
    def decision(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        application = self.get_object()
        values = read_body(OutcomeSerializer, request)
        conditions = [(c["text"], c["due_on"], c["before_start"]) for c in values.get("conditions", [])]
        outcome = Outcome(
            application, values["outcome"], values["reason"], values["awarded_eur"], conditions=conditions
        )
        determine_application(outcome=outcome, actor=self.actor)
        return shown_again(self, application)

    @extend_schema(
        operation_id="applications_assign",
        summary="Ask somebody for a review, by mail address; asking again changes nothing",
        request=ReviewerSerializer,
        responses={204: None},
    )
    @action(detail=True, methods=["post"])
    def reviewers(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        application = self._handled()
        email = read_body(ReviewerSerializer, request)["email"].casefold()
        assigned = {row.reviewer.email.casefold() for row in application.reviews.select_related("reviewer")}
        able = {row.user.email.casefold(): row.user_id for row in possible_reviewers(application)}
        if email not in assigned | able.keys():
            raise serializers.ValidationError({"email": _("Deze persoon kan deze aanvraag niet beoordelen.")})
        if email in able:
            assign_reviewer(application=application, user_id=able[email], actor=self.actor)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        operation_id="applications_unassign",
        summary="Take an assignment back that was not handed in",
        request=ReviewerSerializer,
        responses={204: None},
    )
    @action(detail=True, methods=["post"], url_path="reviewers/withdraw")
    def withdraw_reviewer(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        application = self._handled()
        email = read_body(ReviewerSerializer, request)["email"]
        review = application.reviews.filter(reviewer__email__iexact=email).first()
        if review is not None:
            unassign_reviewer(review=review, actor=self.actor)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _handled(self) -> NetworkApplication:
        """The application, for who may ask for reviews of it; others learn nothing of reviewers."""
        application: NetworkApplication = self.get_object()
        if not may_handle_application(self.actor, application):
            raise Http404
        return application


@extend_schema_view(
    list=extend_schema(operation_id="reviews_list", summary="List reviews that one may read"),
    retrieve=extend_schema(operation_id="reviews_read", summary="Read one review"),
)
class ReviewView(ReadOnlyView):
    """Reviews: the coordinator's once all are in, the applicant's once it was decided."""

    scope = "networks"
    queryset = ApplicationReview.objects.none()
    serializer_class = ReviewSerializer
    filterset_class = ReviewFilter

    def rows(self) -> QuerySet[ApplicationReview]:
        seen = ApplicationReview.objects.visible_to(self.actor).submitted()
        return seen.select_related("application").prefetch_related("scores__criterion")
