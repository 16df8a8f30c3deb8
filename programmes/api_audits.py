"""Audits in the API: draws, audited claims with their findings and answers, and what has to be paid back.

Software draws, notes what it saw of the proof and that money came back; the network answers. Whether an audit is
accepted and what is taken back a person says, on the web.
"""

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

from networks.models import Call
from programmes import claim_rules
from programmes.api_versions import VersionField, both_versions
from programmes.claim_transitions import AUDIT_TRANSITIONS
from programmes.models import AuditCase, AuditItem, AuditSample, Recovery, Repayment
from programmes.rules import sight_of
from programmes.services.audit import draw, findings_version, save_findings, take_audit_step
from programmes.services.recovery import record_repayment
from skillnet.api.fields import StrictSerializer
from skillnet.api.schema import NEW_OR_KNOWN
from skillnet.api.steps import step_action
from skillnet.api.views import ReadOnlyView, put_answer, read_body


class SampleSerializer(serializers.ModelSerializer[AuditSample]):
    """One random draw over paid claims: who has the seed and the population draws the same ones again."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    call = serializers.UUIDField(source="call.public_id", read_only=True)
    population = serializers.ListField(child=serializers.CharField(), read_only=True)
    audits = serializers.SerializerMethodField()

    class Meta:
        model = AuditSample
        fields = [
            "id",
            "call",
            "starts_on",
            "ends_on",
            "seed",
            "method",
            "share",
            "least",
            "most",
            "population",
            "audits",
        ]
        read_only_fields = fields

    def get_audits(self, sample: AuditSample) -> list[str]:
        return [str(case.public_id) for case in sample.cases.all()]


class DrawSerializer(StrictSerializer):
    """Which call, and the days between which its claims were paid; a seed makes the draw repeatable."""

    call = serializers.UUIDField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    seed = serializers.CharField(required=False, allow_blank=True, default="", max_length=64)


@extend_schema_view(
    list=extend_schema(operation_id="samples_list", summary="List the draws of one's own calls"),
    retrieve=extend_schema(operation_id="samples_read", summary="Read one draw, with seed and population"),
)
class SampleView(ReadOnlyView):
    """Random draws of paid claims."""

    scope = "claims"
    queryset = AuditSample.objects.none()
    serializer_class = SampleSerializer

    def rows(self) -> QuerySet[AuditSample]:
        mine = AuditSample.objects.filter(call__in=Call.objects.owned_by(self.actor))
        return mine.select_related("call").prefetch_related("cases").order_by("-id")

    @extend_schema(
        operation_id="samples_draw",
        summary="Draw a sample of the claims paid in a period",
        description="A period of a call is drawn once: the same message again gives the draw that there is.",
        request=DrawSerializer,
        responses=NEW_OR_KNOWN(SampleSerializer),
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        values = read_body(DrawSerializer, request)
        call = get_object_or_404(Call.objects.owned_by(self.actor), public_id=values["call"])
        period = {name: values[name] for name in ("starts_on", "ends_on")}
        known = self.rows().filter(call=call, **period).first()
        made = known or draw(call_id=call.pk, actor=self.actor, seed=values["seed"], **period)
        body = dict(self.get_serializer(self.rows().get(pk=made.pk)).data)
        return put_answer(request, "api:audit-samples-detail", body, known is None)


class FindingSerializer(serializers.Serializer[AuditItem]):
    """What was found of one proof, euro: `line` names a cost line, `jobseekers` the edition of their seats."""

    line = serializers.UUIDField(source="line.public_id", read_only=True, allow_null=True, default=None)
    jobseekers = serializers.UUIDField(
        source="jobseeker_share.edition.public_id", read_only=True, allow_null=True, default=None
    )
    company = serializers.CharField(
        source="line.participation.organisation.enterprise_number",
        read_only=True,
        allow_null=True,
        default=None,
    )
    category = serializers.CharField(source="line.category", read_only=True, allow_null=True, default=None)
    description = serializers.CharField(source="about", read_only=True)
    amount = serializers.DecimalField(max_digits=14, decimal_places=2, read_only=True)
    verdict = serializers.ChoiceField(AuditItem.Verdict.choices, read_only=True)
    note = serializers.CharField(read_only=True)


class AuditSerializer(serializers.ModelSerializer[AuditCase]):
    """One audited claim, by the cost line and by the jobseekers' seats in an edition."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    sample = serializers.UUIDField(source="sample.public_id", read_only=True)
    programme = serializers.UUIDField(source="claim.programme.public_id", read_only=True)
    state = serializers.ChoiceField(AuditCase.State.choices, read_only=True)
    items = FindingSerializer(many=True, read_only=True)
    version = serializers.SerializerMethodField(help_text=gettext_lazy("Stuur deze mee met bevindingen."))

    class Meta:
        model = AuditCase
        fields = [
            "id",
            "sample",
            "programme",
            "state",
            "findings",
            "answer_by",
            "answer",
            "closed_at",
            "items",
            "version",
        ]
        read_only_fields = fields

    def get_version(self, case: AuditCase) -> str:
        return findings_version(case)


class NewFindingSerializer(StrictSerializer):
    """A finding on one cost line (`line`), or on the jobseekers' seats in one edition (`jobseekers`)."""

    line = serializers.UUIDField(required=False, allow_null=True, default=None)
    jobseekers = serializers.UUIDField(required=False, allow_null=True, default=None)
    verdict = serializers.ChoiceField(AuditItem.Verdict.choices, allow_blank=True)
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=300)


class FindingsSerializer(StrictSerializer):
    """Findings; lines that are left out keep theirs."""

    items = NewFindingSerializer(many=True, allow_empty=False)
    version = VersionField()


class AuditFilter(django_filters.FilterSet):
    """Filters of the list."""

    state = django_filters.ChoiceFilter(choices=AuditCase.State.choices)
    programme = django_filters.UUIDFilter(field_name="claim__programme__public_id")
    sample = django_filters.UUIDFilter(field_name="sample__public_id")

    class Meta:
        model = AuditCase
        fields: list[str] = []


def _named(item: AuditItem) -> tuple[Any, Any]:
    """What names an item outside: its cost line, or the edition of the jobseekers."""
    share = item.jobseeker_share
    return (
        item.line.public_id if item.line else None,
        share.edition.public_id if share is not None and share.edition is not None else None,
    )


def _take(case: AuditCase, step: str, actor: Any, reason: str) -> None:
    words = {"answer": reason} if step == "answer" else {"reason": reason}
    take_audit_step(case_id=case.pk, action=step, actor=actor, **words)


@extend_schema_view(
    list=extend_schema(operation_id="audits_list", summary="List audits that one may see"),
    retrieve=extend_schema(operation_id="audits_read", summary="Read one audit, with its findings"),
)
class AuditView(ReadOnlyView):
    """Audited claims. A step `answer` is the network's answer, in `reason`."""

    scope = "claims"
    queryset = AuditCase.objects.none()
    serializer_class = AuditSerializer
    filterset_class = AuditFilter
    step = step_action("audits", steps=AUDIT_TRANSITIONS.transitions, take=_take, shows=AuditSerializer)

    def rows(self) -> QuerySet[AuditCase]:
        return (
            AuditCase.objects.visible_to(self.actor)
            .select_related("sample", "claim__programme__network__call")
            .prefetch_related(
                "items__line__participation__organisation",
                "items__jobseeker_share__edition__offer",
            )
        )

    @extend_schema(
        operation_id="audits_findings",
        summary="Note what was found of the proof",
        description="Sending the same again changes nothing. With the `version` that you read, findings that "
        "somebody else changed since are a 409 that holds both versions.",
        request=FindingsSerializer,
        responses=AuditSerializer,
    )
    @action(detail=True, methods=["put"])
    def findings(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        values = read_body(FindingsSerializer, request)
        case = self.get_object()
        if not claim_rules.notes_findings(self.actor, case):
            raise Http404
        items = {_named(item): item.pk for item in case.items.all()}
        sent = [(row["line"], row["jobseekers"]) for row in values["items"]]
        unknown = [str(line or edition) for line, edition in sent if (line, edition) not in items]
        if unknown:
            raise serializers.ValidationError({"items": unknown}, code="unknown")
        with both_versions(sent=request.data, current=lambda: self._body(case.pk)):
            save_findings(
                case_id=case.pk,
                actor=self.actor,
                verdicts={
                    items[key]: (row["verdict"], row["note"])
                    for key, row in zip(sent, values["items"], strict=True)
                },
                version=values["version"],
            )
        return Response(self._body(case.pk))

    def _body(self, pk: int) -> dict[str, Any]:
        return dict(self.get_serializer(self.rows().get(pk=pk)).data)


class RepaymentSerializer(serializers.Serializer[Repayment]):
    """One payment that came back, euro."""

    amount = serializers.DecimalField(max_digits=14, decimal_places=2, read_only=True)
    paid_on = serializers.DateField(read_only=True)


class RecoverySerializer(serializers.ModelSerializer[Recovery]):
    """What one organisation has to pay back, euro, with the words that go with the payment. `jobseekers`: it was
    paid for them from the ring-fenced line."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    audit = serializers.UUIDField(source="case.public_id", read_only=True)
    programme = serializers.UUIDField(source="programme.public_id", read_only=True)
    company = serializers.CharField(source="payer.enterprise_number", read_only=True, allow_null=True)
    jobseekers = serializers.SerializerMethodField()
    state = serializers.ChoiceField(Recovery.State.choices, read_only=True)
    left = serializers.DecimalField(max_digits=14, decimal_places=2, read_only=True)
    repayments = RepaymentSerializer(many=True, read_only=True)

    class Meta:
        model = Recovery
        fields = [
            "id",
            "audit",
            "programme",
            "company",
            "jobseekers",
            "state",
            "amount",
            "reason",
            "reference",
            "account",
            "account_holder",
            "due_on",
            "repaid_on",
            "left",
            "repayments",
        ]
        read_only_fields = fields

    def get_jobseekers(self, recovery: Recovery) -> bool:
        return recovery.jobseeker_share_id is not None


class RepaidSerializer(StrictSerializer):
    """The day on which the money came back, and how much of it; without an amount all that is left."""

    repaid_on = serializers.DateField()
    amount = serializers.DecimalField(
        max_digits=14, decimal_places=2, required=False, allow_null=True, default=None
    )


class RecoveryFilter(django_filters.FilterSet):
    """Filters of the list."""

    state = django_filters.ChoiceFilter(choices=Recovery.State.choices)
    due_before = django_filters.DateFilter(field_name="due_on", lookup_expr="lt")

    class Meta:
        model = Recovery
        fields: list[str] = []


@extend_schema_view(
    list=extend_schema(operation_id="recoveries_list", summary="List money that has to come back"),
    retrieve=extend_schema(operation_id="recoveries_read", summary="Read one recovery"),
)
class RecoveryView(ReadOnlyView):
    """Money that comes back after an audit; who pays back reads its own."""

    scope = "claims"
    queryset = Recovery.objects.none()
    serializer_class = RecoverySerializer
    filterset_class = RecoveryFilter

    def rows(self) -> QuerySet[Recovery]:
        return Recovery.objects.visible_to(self.actor).with_payer().prefetch_related("repayments")

    @extend_schema(
        operation_id="recoveries_repaid",
        summary="Note that the money came back",
        description="A part leaves the rest due. Noting the same payment twice is noting it once.",
        request=RepaidSerializer,
        responses=RecoverySerializer,
    )
    @action(detail=True, methods=["post"])
    def repaid(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        values = read_body(RepaidSerializer, request)
        recovery = self.get_object()
        if not sight_of(self.actor, recovery.programme).money:
            raise Http404
        record_repayment(recovery_id=recovery.pk, actor=self.actor, **values)
        return Response(self.get_serializer(self.get_object()).data)


__all__ = ["AuditView", "RecoveryView", "SampleView"]
