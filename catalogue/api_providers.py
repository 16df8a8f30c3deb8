"""Providers in the API: who they are, their steps, the recognition of others and the labels of their own.

`/api/v1/providers/` and `/api/v1/quality-labels/`.
"""

from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from catalogue.models import Provider, QualityLabel, Recognition, RecognitionScore
from catalogue.provider_transitions import PROVIDER_TRANSITIONS
from catalogue.rules import may_review_provider, teaches_for
from catalogue.services.providers import register_provider, save_provider
from catalogue.services.recognition import (
    decide_recognition,
    end_label,
    restore_label,
    save_label,
    take_provider_step,
)
from networks.models import Organisation
from skillnet.api.authentication import maker_of
from skillnet.api.fields import StrictSerializer, UnknownText
from skillnet.api.filters import InstantFilter
from skillnet.api.steps import shown_again, step_action
from skillnet.api.views import ReadOnlyView, read_body
from skillnet.kernel.roles import Role


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


class NewScoreSerializer(StrictSerializer):
    """The score of one criterion, 0 to 4, and what it stands on."""

    criterion = serializers.ChoiceField(RecognitionScore.Criterion.choices)
    score = serializers.IntegerField(min_value=0, max_value=4)
    remark = UnknownText(max_length=500)


class NewRecognitionSerializer(StrictSerializer):
    """A decision about a provider; the provider reads the reason, and of a recognition everybody."""

    scheme = serializers.CharField(max_length=100)
    outcome = serializers.ChoiceField(Recognition.Outcome.choices)
    reason = serializers.CharField(max_length=5_000)
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(required=False, allow_null=True, default=None)
    revalue_on = serializers.DateField(required=False, allow_null=True, default=None)
    scores = NewScoreSerializer(many=True, required=False)


class ProfileSerializer(StrictSerializer):
    """What a provider says of itself; what is left out stays."""

    kind = serializers.ChoiceField(Provider.Kind.choices, required=False)
    description = serializers.CharField(required=False, allow_blank=True, max_length=10_000)
    website = serializers.URLField(required=False, allow_blank=True, max_length=200)
    kmo_number = serializers.CharField(required=False, allow_blank=True, max_length=40)


class NewProfileSerializer(ProfileSerializer):
    """What a new provider says of itself: its kind at least."""

    kind = serializers.ChoiceField(Provider.Kind.choices)


class ProviderFilter(django_filters.FilterSet):
    """Filters of the list."""

    kind = django_filters.ChoiceFilter(choices=Provider.Kind.choices)
    state = django_filters.ChoiceFilter(choices=Provider.State.choices)
    updated_since = InstantFilter(field_name="updated_at", lookup_expr="gte")

    class Meta:
        model = Provider
        fields: list[str] = []


def _take(row: Any, step: str, actor: Any, reason: str) -> None:
    take_provider_step(provider=row, action=step, actor=actor, reason=reason)


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

    @extend_schema(
        operation_id="providers_register",
        summary="Register the own organisation as a provider; it is verified before its supply is shown",
        description="A provider that is there already gets these values. Its supply is kept with a key as provider.",
        request=NewProfileSerializer,
        responses={201: ProviderDetailSerializer},
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        own = self.actor.organisation_id
        if own is None or not self.actor.has(Role.COMPANY_CONTACT, Role.PROVIDER):
            raise PermissionDenied(_("Alleen een organisatie meldt zichzelf aan als opleidingsverstrekker."))
        values = read_body(NewProfileSerializer, request)
        organisation = Organisation.objects.visible_to(self.actor).get(pk=own)
        made = register_provider(
            actor=self.actor, organisation=organisation, values=values, keeper=maker_of(request)
        )
        shown = self.rows().filter(pk=made.pk).first() or made
        return Response(self.get_serializer(shown).data, status=status.HTTP_201_CREATED)

    step = step_action(
        "providers", steps=PROVIDER_TRANSITIONS.transitions, take=_take, shows=ProviderDetailSerializer
    )

    @extend_schema(
        operation_id="providers_write",
        summary="Change the own profile; what is left out stays",
        request=ProfileSerializer,
        responses=ProviderDetailSerializer,
    )
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        provider = self.get_object()
        if not teaches_for(self.actor, provider.organisation_id):
            raise PermissionDenied(_("U past alleen uw eigen profiel aan."))
        values = read_body(ProfileSerializer, request)
        own = Organisation.objects.visible_to(self.actor).get(pk=provider.organisation_id)
        save_provider(actor=self.actor, organisation=own, values=values)
        return shown_again(self, provider)

    @extend_schema(
        operation_id="providers_recognise",
        summary="Recognise a provider for something, refuse it or withdraw it; earlier decisions stay",
        description="A person decides it: a key is told so with 409 (ADR 0010).",
        request=NewRecognitionSerializer,
        responses={201: RecognitionSerializer},
    )
    @action(detail=True, methods=["post"])
    def recognitions(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        provider = self.get_object()
        if not may_review_provider(self.actor, provider):
            raise PermissionDenied(_("U erkent geen verstrekkers."))
        values = read_body(NewRecognitionSerializer, request)
        scores = {row["criterion"]: (row["score"], row["remark"]) for row in values.pop("scores", [])}
        made = decide_recognition(actor=self.actor, provider=provider, values=values, scores=scores)
        return Response(RecognitionSerializer(made).data, status=status.HTTP_201_CREATED)


class OwnLabelSerializer(StrictSerializer):
    """A label that the own provider says it holds."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    name = serializers.CharField(max_length=100)
    awarded_by = UnknownText(max_length=150)
    number = UnknownText(max_length=60)
    valid_from = serializers.DateField(required=False, allow_null=True, default=None)
    valid_until = serializers.DateField(required=False, allow_null=True, default=None)
    ended_at = serializers.DateTimeField(read_only=True, allow_null=True)


@extend_schema_view(
    list=extend_schema(operation_id="labels_list", summary="List the labels of the own provider"),
    retrieve=extend_schema(operation_id="labels_read", summary="Read one own label"),
)
class LabelView(ReadOnlyView):
    """Quality labels of the own provider; those of others stand with the provider."""

    scope = "offers"
    queryset = QualityLabel.objects.none()
    serializer_class = OwnLabelSerializer

    def rows(self) -> QuerySet[QualityLabel]:
        """The ended ones too: they may be shown again."""
        return QualityLabel.objects.editable_by(self.actor)

    @extend_schema(
        operation_id="labels_add",
        summary="Say that the own provider holds a label",
        responses={201: OwnLabelSerializer},
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        provider = Provider.objects.of(self.actor).first() if self._teaches() else None
        if provider is None:
            raise PermissionDenied(_("Alleen een verstrekker vult zijn labels aan."))
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        label = save_label(actor=self.actor, provider=provider, values=serializer.validated_data)
        return self.created(label)

    @extend_schema(
        operation_id="labels_end",
        summary="Show a label no more; it stays readable here",
        responses={204: None},
    )
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        end_label(actor=self.actor, label=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        operation_id="labels_restore",
        summary="Show a label again",
        request=None,
        responses=OwnLabelSerializer,
    )
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        label = self.get_object()
        restore_label(actor=self.actor, label=label)
        return shown_again(self, label)

    def _teaches(self) -> bool:
        own = self.actor.organisation_id
        return own is not None and teaches_for(self.actor, own)
