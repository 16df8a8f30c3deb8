"""Claims in the API: `/api/v1/claims/`; a claim goes by the id of its programme."""

from decimal import Decimal
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from programmes import claim_rules
from programmes.api_versions import VersionField, both_versions
from programmes.claim_transitions import CLAIM_TRANSITIONS
from programmes.models import Claim, CostLine, Participation, Programme
from programmes.rules import sight_of
from programmes.services.claim_checks import checks_of
from programmes.services.claims import Line, claim_version, open_claim, save_lines, take_claim_step
from skillnet.api.fields import StrictSerializer
from skillnet.api.filters import InstantFilter
from skillnet.api.schema import NEW_OR_KNOWN
from skillnet.api.views import ReadOnlyView, put_answer, read_body

ZERO = Decimal("0.00")
EXAMPLE = {
    "lines": [
        {
            "company": "0412345678",
            "category": "trainer",
            "description": "Lesgeld",
            "amount": "3000.00",
            "vat": "0.00",
            "invoice": "F-2027-014",
            "evidence": ["01980000-0000-7000-8000-000000000003"],
        }
    ],
    "overrun_note": "",
}


def _euro(**options: Any) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=14, decimal_places=2, min_value=0, **options)


class ClaimLineSerializer(StrictSerializer):
    """An actual cost of one company, euro; `amount` without refundable VAT. Without a company it is a cost that
    the network made for jobseekers (`for_jobseekers`), which the ring-fenced line pays."""

    company = serializers.CharField(
        required=False, allow_null=True, default=None, help_text=gettext_lazy("Ondernemingsnummer.")
    )
    for_jobseekers = serializers.BooleanField(required=False, default=False)
    category = serializers.ChoiceField(CostLine.Category.choices)
    description = serializers.CharField(max_length=300)
    amount = _euro()
    vat = _euro(required=False, default=ZERO)
    invoice = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    evidence = serializers.ListField(child=serializers.UUIDField(), required=False, default=list)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if bool(attrs["company"]) == attrs["for_jobseekers"]:
            sentence = _("Geef een bedrijf, of zeg dat de kost voor werkzoekenden is; niet allebei.")
            raise serializers.ValidationError({"company": sentence})
        return attrs


class ClaimCheckSerializer(serializers.Serializer[Any]):
    """One check and what to do where it is not passed."""

    key = serializers.CharField()
    outcome = serializers.ChoiceField(["pass", "fail", "unknown"])
    sentence = serializers.CharField()
    remedy = serializers.CharField()


class ClaimShareSerializer(serializers.Serializer[Any]):
    """What one company is paid, euro."""

    company = serializers.CharField()
    actual = _euro()
    eligible = _euro()
    payable = _euro()


class JobseekerShareSerializer(serializers.Serializer[Any]):
    """What the ring-fenced line pays for jobseekers in one edition, or (`edition` null) to the network for its
    own costs, euro; never part of the companies' grant."""

    edition = serializers.UUIDField(allow_null=True)
    payee = serializers.CharField(allow_null=True, help_text=gettext_lazy("Ondernemingsnummer."))
    budget_line = serializers.UUIDField()
    invoice_line = serializers.UUIDField(allow_null=True)
    seats = serializers.IntegerField()
    used = serializers.IntegerField()
    invoiced = _euro()
    payable = _euro()


class ClaimSerializer(serializers.Serializer[Claim]):
    """The settlement of one programme; lines and shares only of the companies that the key may read."""

    id = serializers.UUIDField(read_only=True, help_text=gettext_lazy("Kenmerk van het programma."))
    state = serializers.ChoiceField(Claim.State.choices, read_only=True)
    payable = _euro(read_only=True, allow_null=True)
    reference = serializers.CharField(read_only=True, allow_null=True)
    paid_on = serializers.DateField(read_only=True, allow_null=True)
    overrun_note = serializers.CharField(read_only=True)
    lines = ClaimLineSerializer(many=True, read_only=True)
    shares = ClaimShareSerializer(many=True, read_only=True)
    jobseekers_payable = _euro(read_only=True, allow_null=True)
    jobseekers = JobseekerShareSerializer(many=True, read_only=True)
    checks = ClaimCheckSerializer(many=True, read_only=True)
    version = serializers.CharField(
        read_only=True,
        allow_null=True,
        help_text=gettext_lazy(
            "Stuur deze mee als u de lijnen vervangt: dan gaat geen werk van iemand anders verloren."
        ),
    )

    def to_representation(self, instance: Claim) -> dict[str, Any]:
        sight = sight_of(self.context["actor"], instance.programme)
        seen = [
            line
            for line in instance.lines.all()
            if (
                sight.sees_money_of(line.participation.organisation_id) if line.participation else sight.money
            )
        ]
        shares = [s for s in instance.shares.all() if sight.sees_money_of(s.participation.organisation_id)]
        return {
            "id": str(instance.programme.public_id),
            "state": instance.state,
            "payable": str(instance.payable) if sight.money and instance.payable is not None else None,
            "reference": instance.reference if sight.money else None,
            "paid_on": instance.paid_on.isoformat() if instance.paid_on else None,
            "overrun_note": instance.overrun_note,
            "lines": [_line(line) for line in seen],
            "shares": [
                {
                    "company": s.participation.organisation.enterprise_number,
                    "actual": str(s.actual),
                    "eligible": str(s.eligible),
                    "payable": str(s.payable),
                }
                for s in shares
            ],
            "jobseekers_payable": _jobseekers_payable(instance) if sight.money else None,
            "jobseekers": _jobseekers(instance) if sight.money else [],
            "checks": self._checks(instance, sight.money),
            "version": claim_version(instance) if sight.money else None,
        }

    def _checks(self, instance: Claim, sees_all: bool) -> list[dict[str, str]]:
        if not (sees_all and self.context.get("checks")):
            return []
        return [
            {"key": c.key, "outcome": c.outcome, "sentence": c.sentence, "remedy": c.remedy}
            for c in checks_of(instance)
        ]


def _jobseekers_payable(claim: Claim) -> str | None:
    return None if claim.jobseekers_payable is None else str(claim.jobseekers_payable)


def _jobseekers(claim: Claim) -> list[dict[str, Any]]:
    return [
        {
            "edition": str(share.edition.public_id) if share.edition else None,
            "payee": share.paid_to.enterprise_number,
            "budget_line": str(share.budget_line.public_id),
            "invoice_line": str(share.invoice_line.public_id) if share.invoice_line else None,
            "seats": share.seats,
            "used": share.used,
            "invoiced": str(share.invoiced),
            "payable": str(share.payable),
        }
        for share in claim.jobseeker_shares.all()
    ]


def _line(line: Any) -> dict[str, Any]:
    return {
        "company": line.participation.organisation.enterprise_number if line.participation else None,
        "for_jobseekers": line.participation_id is None,
        "category": line.category,
        "description": line.description,
        "amount": str(line.amount),
        "vat": str(line.vat),
        "invoice": line.invoice,
        "evidence": [str(file.public_id) for file in line.evidence.all()],
    }


class NewClaimSerializer(StrictSerializer):
    """All cost lines of a claim."""

    lines = ClaimLineSerializer(many=True)
    overrun_note = serializers.CharField(required=False, allow_blank=True, default="", max_length=4000)
    version = VersionField()


class ClaimStepSerializer(StrictSerializer):
    """One step of the claim's table; a payment has its day and the bank's reference."""

    step = serializers.ChoiceField(sorted(CLAIM_TRANSITIONS.transitions))
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=4000)
    paid_on = serializers.DateField(required=False, allow_null=True, default=None)
    payment_reference = serializers.CharField(required=False, allow_blank=True, default="", max_length=80)


class ClaimFilter(django_filters.FilterSet):
    """Filters of the list."""

    state = django_filters.ChoiceFilter(choices=Claim.State.choices)
    network = django_filters.UUIDFilter(field_name="programme__network__public_id")
    updated_since = InstantFilter(field_name="updated_at", lookup_expr="gte")

    class Meta:
        model = Claim
        fields: list[str] = []


@extend_schema_view(
    list=extend_schema(operation_id="claims_list", summary="List claims that one may see"),
    retrieve=extend_schema(
        operation_id="claims_read", summary="Read the claim of one programme, with its checks"
    ),
)
class ClaimView(ReadOnlyView):
    """Settlements of programmes."""

    scope = "claims"
    queryset = Claim.objects.none()
    serializer_class = ClaimSerializer
    filterset_class = ClaimFilter
    lookup_field = "programme__public_id"

    def rows(self) -> QuerySet[Claim]:
        return (
            Claim.objects.visible_to(self.actor)
            .with_parties()
            .prefetch_related(
                "lines__participation__organisation",
                "lines__evidence",
                "shares__participation__organisation",
                "jobseeker_shares__edition__offer__provider__organisation",
                "jobseeker_shares__payee",
                "jobseeker_shares__budget_line",
                "jobseeker_shares__invoice_line",
                "programme__participations__organisation",
                "programme__programme_editions__edition__offer__provider",
            )
        )

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "actor": self.actor, "checks": self.action != "list"}

    @extend_schema(
        operation_id="claims_put",
        summary="Draw up the claim of a delivered programme, or replace its cost lines",
        description="Lines left out are gone. Sending the same again changes nothing. Only while the claim is "
        "with the network. With the `version` that you read, a claim that somebody else changed since is a 409 "
        "that holds both versions.",
        request=NewClaimSerializer,
        responses=NEW_OR_KNOWN(ClaimSerializer),
        examples=[OpenApiExample("claim", value=EXAMPLE, request_only=True)],
    )
    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        values = read_body(NewClaimSerializer, request)
        programme = self._programme()
        is_new = not Claim.objects.filter(programme=programme).exists()
        claim = open_claim(programme_id=programme.pk, actor=self.actor)
        with both_versions(sent=request.data, current=lambda: self._body(claim.pk)):
            save_lines(
                claim_id=claim.pk,
                actor=self.actor,
                lines=_lines_of(claim, values["lines"]),
                overrun_note=values["overrun_note"],
                version=values["version"],
            )
        return put_answer(request, "api:claims-detail", self._body(claim.pk), is_new)

    @extend_schema(
        operation_id="claims_submit",
        summary="Submit the claim to the coordinator, or submit it again",
        description="409 says what is missing, in sentences.",
        request=None,
        responses=ClaimSerializer,
    )
    @action(detail=True, methods=["post"], url_path="submit")
    def submit(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        claim = self.get_object()
        if not claim_rules.draws_up(self.actor, claim):
            raise Http404
        back = claim.state in (Claim.State.CHANGES_STAFF, Claim.State.CHANGES_FINANCE)
        take_claim_step(claim_id=claim.pk, action="resubmit" if back else "submit", actor=self.actor)
        return Response(self._body(claim.pk))

    @extend_schema(
        operation_id="claims_step",
        summary="Take a step of a claim",
        description="The network's software submits. Who approves, declines, sends back or pays is a person who "
        "signed in: 409 for a key.",
        request=ClaimStepSerializer,
        responses=ClaimSerializer,
    )
    @action(detail=True, methods=["post"], url_path="steps")
    def step(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        values = read_body(ClaimStepSerializer, request)
        claim = self.get_object()
        take_claim_step(
            claim_id=claim.pk,
            action=values["step"],
            actor=self.actor,
            reason=values["reason"],
            paid_on=values["paid_on"],
            payment_reference=values["payment_reference"],
        )
        return Response(self._body(claim.pk))

    def _programme(self) -> Programme:
        """One that the key's organisation runs; any other is not found."""
        rows = Programme.objects.visible_to(self.actor).managed_by(self.actor)
        found: Programme | None = rows.filter(public_id=self.kwargs["id"]).first()
        if found is None:
            raise Http404
        return found

    def _body(self, pk: int) -> dict[str, Any]:
        return dict(self.get_serializer(self.rows().get(pk=pk)).data)


def _lines_of(claim: Claim, sent: list[dict[str, Any]]) -> list[Line]:
    """Lines as the service takes them; the same line again keeps its row."""
    companies = {
        p.organisation.enterprise_number: p.pk
        for p in Participation.objects.filter(programme=claim.programme_id).select_related("organisation")
    }
    known: dict[tuple[Any, ...], list[str]] = {}
    for row in claim.lines.order_by("pk"):
        known.setdefault((row.participation_id, row.category, row.description), []).append(str(row.public_id))
    lines = []
    for values in sent:
        company = None if values["for_jobseekers"] else companies.get(values["company"], 0)
        places = known.get((company, values["category"], values["description"]), [])
        lines.append(
            Line(
                company=company,
                category=values["category"],
                description=values["description"],
                amount=values["amount"],
                vat=values["vat"],
                invoice=values["invoice"],
                evidence=tuple(str(key) for key in values["evidence"]),
                id=places.pop(0) if places else "",
            )
        )
    return lines
