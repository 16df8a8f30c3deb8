"""Supplements in the API: asking more for a decided programme, signing for it, following what is decided.

A key prepares: it counts a request through, asks and signs. Who grants or refuses is a person who signed in.
"""

from collections.abc import Mapping
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from catalogue.models import Edition
from networks.models import Organisation
from programmes.models import Programme, Supplement, SupplementLine
from programmes.rules import sight_of
from programmes.services.supplement_checks import supplement_problems
from programmes.services.supplement_plan import SupplementPlan
from programmes.services.supplement_seats import Change
from programmes.services.supplements import ask_supplement, planned, sign_supplement, take_supplement_step
from programmes.supplement_rules import may_ask
from skillnet.api.fields import StrictSerializer
from skillnet.api.filters import InstantFilter
from skillnet.api.steps import step_action
from skillnet.api.views import ApiView, ReadOnlyView, read_body

STEPS = ("decline", "grant", "refuse", "withdraw")


def _euro(**options: Any) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=14, decimal_places=2, **options)


class ChangedCompanySerializer(serializers.Serializer[Any]):
    """One company before (as decided) and after; euro excluding VAT."""

    company = serializers.CharField(allow_null=True, help_text=gettext_lazy("Ondernemingsnummer."))
    learners_before = serializers.IntegerField()
    learners_after = serializers.IntegerField()
    cost_before = _euro()
    cost_after = _euro()
    grant_before = _euro()
    grant_after = _euro()
    own_share_before = _euro()
    own_share_after = _euro()
    route = serializers.CharField()
    needs_word = serializers.BooleanField()
    signed_at = serializers.DateTimeField(allow_null=True)


class SupplementSerializer(serializers.Serializer[Supplement]):
    """A supplement; its companies only for who may know their money."""

    id = serializers.UUIDField(read_only=True)
    programme = serializers.UUIDField(read_only=True)
    state = serializers.ChoiceField(Supplement.State.choices, read_only=True)
    reason = serializers.CharField(read_only=True)
    cost_before = _euro(read_only=True, allow_null=True)
    cost_after = _euro(read_only=True, allow_null=True)
    grant_before = _euro(read_only=True, allow_null=True)
    grant_after = _euro(read_only=True, allow_null=True)
    begins_on = serializers.DateField(read_only=True)
    sign_by = serializers.DateField(read_only=True)
    decide_by = serializers.DateField(read_only=True, allow_null=True)
    decided_at = serializers.DateTimeField(read_only=True, allow_null=True)
    companies = ChangedCompanySerializer(many=True, read_only=True)

    def to_representation(self, instance: Supplement) -> dict[str, Any]:
        actor = self.context["actor"]
        sight = sight_of(actor, instance.programme)
        lines = [
            line
            for line in instance.lines.all()
            if sight.sees_money_of(line.organisation_id) or line.organisation_id == actor.organisation_id
        ]
        # A company reads its own part; what the whole comes to is for who reads all.
        names = ("cost_before", "cost_after", "grant_before", "grant_after")
        whole = {
            name: str(getattr(instance, name)) if not sight.companies or sight.money else None
            for name in names
        }
        return {
            "id": str(instance.public_id),
            "programme": str(instance.programme.public_id),
            "state": instance.state,
            "reason": instance.reason,
            **whole,
            "begins_on": instance.begins_on.isoformat(),
            "sign_by": instance.sign_by.isoformat(),
            "decide_by": instance.decide_by.isoformat() if instance.decide_by else None,
            "decided_at": instance.decided_at.isoformat() if instance.decided_at else None,
            "companies": [_company(line) for line in lines],
        }


def _company(line: Any) -> dict[str, Any]:
    signed = getattr(line, "signed_at", None)
    return {
        "company": line.organisation.enterprise_number,
        "learners_before": line.learners_before,
        "learners_after": line.learners_after,
        "cost_before": str(line.cost_before),
        "cost_after": str(line.cost_after),
        "grant_before": str(line.grant_before),
        "grant_after": str(line.grant_after),
        "own_share_before": str(line.own_before),
        "own_share_after": str(line.own_after),
        "route": line.route,
        "needs_word": line.needs_word,
        "signed_at": signed.isoformat() if signed else None,
    }


class AskedSeatsSerializer(StrictSerializer):
    """How many learners of a company an edition holds in all, with the supplement."""

    edition = serializers.UUIDField()
    company = serializers.CharField(help_text=gettext_lazy("Ondernemingsnummer."))
    learners = serializers.IntegerField(min_value=0, max_value=100_000)


class AskedEditionSerializer(StrictSerializer):
    """Another edition in the place of one that is not given."""

    edition = serializers.UUIDField()
    instead = serializers.UUIDField()


class AskSupplementSerializer(StrictSerializer):
    """What is asked beside the decision; with `only_count` nothing is asked and the outcome is shown."""

    seats = AskedSeatsSerializer(many=True, required=False, default=list)
    instead = AskedEditionSerializer(many=True, required=False, default=list)
    aid_for = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        default=list,
        help_text=gettext_lazy(
            "Bedrijven die meer steun vragen voor dezelfde plaatsen, met hun ondernemingsnummer."
        ),
    )
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=4000)
    only_count = serializers.BooleanField(required=False, default=False)


class OutlookSerializer(serializers.Serializer[Any]):
    """What a request would come to, and what is in its way."""

    extra = _euro()
    companies = ChangedCompanySerializer(many=True)
    problems = serializers.ListField(child=serializers.CharField())


class SignSupplementSerializer(StrictSerializer):
    """The company's word; de minimis aid asks it that all of its aid is declared."""

    declares_de_minimis = serializers.BooleanField(required=False, default=False)


class ProgrammeSupplementView(ApiView):
    """Asking a supplement to a decided programme."""

    scope = "programmes"

    @extend_schema(
        operation_id="supplements_ask",
        summary="Ask more aid for a decided programme, or count it through first",
        description="By who manages the network. 201 with the supplement, 200 with the outcome of `only_count`; "
        "409 says every reason why not. Sending the same twice is one request.",
        request=AskSupplementSerializer,
        responses={200: OutlookSerializer, 201: SupplementSerializer},
    )
    def post(self, request: Request, id: str) -> Response:
        values = read_body(AskSupplementSerializer, request)
        programme = get_object_or_404(
            Programme.objects.visible_to(self.actor).select_related("network__call"), public_id=id
        )
        if not may_ask(self.actor, programme):
            raise Http404
        change = _change(programme, values)
        if values["only_count"]:
            return Response(_outlook(programme, planned(programme, change)))
        made = ask_supplement(
            programme_id=programme.pk, change=change, reason=values["reason"], actor=self.actor
        )
        shown = _rows(Supplement.objects.visible_to(self.actor)).get(pk=made.pk)
        body = SupplementSerializer(shown, context={"actor": self.actor}).data
        return Response(body, status=status.HTTP_201_CREATED)


def _outlook(programme: Programme, plan: SupplementPlan) -> dict[str, Any]:
    return {
        "extra": str(plan.extra),
        "companies": [_company(line) for line in plan.lines],
        "problems": supplement_problems(programme, plan),
    }


def _change(programme: Programme, values: Mapping[str, Any]) -> Change:
    numbers = {row["company"] for row in values["seats"]} | set(values["aid_for"])
    companies = dict(
        Organisation.objects.filter(enterprise_number__in=numbers, merged_into=None).values_list(
            "enterprise_number", "pk"
        )
    )
    if numbers - set(companies):
        unknown = ", ".join(sorted(numbers - set(companies)))
        raise serializers.ValidationError(
            {"seats": [_("Onbekend ondernemingsnummer: %(number)s.") % {"number": unknown}]}
        )
    ids = {row["edition"] for row in [*values["seats"], *values["instead"]]}
    ids |= {row["instead"] for row in values["instead"]}
    editions = dict(Edition.objects.filter(public_id__in=ids).values_list("public_id", "pk"))
    return Change(
        seats={
            (editions.get(row["edition"], 0), companies[row["company"]]): row["learners"]
            for row in values["seats"]
        },
        instead={editions.get(r["edition"], 0): editions.get(r["instead"], 0) for r in values["instead"]},
        aid_for=frozenset(companies[number] for number in values["aid_for"]),
    )


def _rows(supplements: QuerySet[Supplement]) -> QuerySet[Supplement]:
    return supplements.select_related("programme__network__call").prefetch_related(
        "lines__organisation",
        "programme__participations",
        "programme__programme_editions__edition__offer__provider",
    )


class SupplementFilterSet(django_filters.FilterSet):
    """Filters of the list."""

    state = django_filters.ChoiceFilter(choices=Supplement.State.choices)
    programme = django_filters.UUIDFilter(field_name="programme__public_id")
    updated_since = InstantFilter(field_name="updated_at", lookup_expr="gte")

    class Meta:
        model = Supplement
        fields: list[str] = []


@extend_schema_view(
    list=extend_schema(operation_id="supplements_list", summary="List supplements that one may see"),
    retrieve=extend_schema(operation_id="supplements_read", summary="Read one supplement"),
)
class SupplementView(ReadOnlyView):
    """More aid for a decided programme: asked, signed, granted or refused."""

    scope = "programmes"
    queryset = Supplement.objects.none()
    serializer_class = SupplementSerializer
    filterset_class = SupplementFilterSet

    def rows(self) -> QuerySet[Supplement]:
        return _rows(Supplement.objects.visible_to(self.actor))

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "actor": self.actor}

    @extend_schema(
        operation_id="supplements_sign",
        summary="Sign for the own company: its application for what is added",
        description="Only the company itself. Signing twice is once. 409 says why not.",
        request=SignSupplementSerializer,
        responses=SupplementSerializer,
    )
    @action(detail=True, methods=["post"])
    def sign(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        data = read_body(SignSupplementSerializer, request)
        supplement = self.get_object()
        own = SupplementLine.objects.of(self.actor).filter(supplement=supplement).first()
        if own is None:
            raise Http404
        sign_supplement(line_id=own.pk, actor=self.actor, declares_de_minimis=data["declares_de_minimis"])
        return Response(self.get_serializer(self.rows().get(pk=supplement.pk)).data)

    step = step_action(
        "supplements",
        steps=STEPS,
        take=lambda row, step, actor, reason: take_supplement_step(
            supplement_id=row.pk, action=step, actor=actor, reason=reason
        ),
        shows=SupplementSerializer,
    )
