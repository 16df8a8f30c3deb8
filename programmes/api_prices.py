"""Market prices and the evaluation of a programme in the API: below `/api/v1/programmes/<id>/`."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from programmes.aid.market_price import Verdict
from programmes.api_money import ProgrammePartView
from programmes.models import Evaluation, PriceEvidence, Programme
from programmes.rules import sight_of
from programmes.services.evaluations import evaluation_json, save_evaluation
from programmes.services.price_evidence import add_price_evidence
from programmes.services.prices import prices_json
from skillnet.api.fields import StrictSerializer
from skillnet.api.views import read_body

ADDED = ("kind", "supplier", "amount", "is_chosen", "source", "why")


class ProofSerializer(serializers.Serializer[Any]):
    """One quote, bid or public price; euro for one learner, excluding VAT."""

    kind = serializers.ChoiceField(PriceEvidence.Kind.choices)
    kind_label = serializers.CharField()
    supplier = serializers.CharField()
    amount = serializers.DecimalField(max_digits=14, decimal_places=2)
    is_chosen = serializers.BooleanField()
    is_automatic = serializers.BooleanField()
    source = serializers.CharField(allow_null=True)  # type: ignore[assignment]  # a field of that name
    why = serializers.CharField(allow_null=True)
    file = serializers.CharField(allow_null=True)
    sha256 = serializers.CharField(allow_null=True)


class EditionPriceSerializer(serializers.Serializer[Any]):
    """What is paid for an edition, and whether it is shown to be a market price."""

    offer = serializers.CharField()
    edition = serializers.UUIDField()
    paid_per_learner = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    verdict = serializers.ChoiceField([str(verdict) for verdict in Verdict])
    is_shown = serializers.BooleanField()
    sentence = serializers.CharField()
    proofs = ProofSerializer(many=True)


class AddPriceSerializer(StrictSerializer):
    """A quote or a public price; the file itself is added on the site."""

    edition = serializers.UUIDField()
    kind = serializers.ChoiceField([str(PriceEvidence.Kind.QUOTE), str(PriceEvidence.Kind.LIST_PRICE)])
    supplier = serializers.CharField(max_length=200)
    amount = serializers.DecimalField(max_digits=12, decimal_places=2, min_value=0)
    is_chosen = serializers.BooleanField(required=False, default=False)
    source = serializers.CharField(max_length=500)  # type: ignore[assignment]
    why = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class ProgrammePricesView(ProgrammePartView):
    """What shows that the prices of a programme are market prices."""

    @extend_schema(
        operation_id="prices_read",
        summary="Read what shows that each price is a market price",
        responses={200: EditionPriceSerializer(many=True)},
    )
    def get(self, request: Request, id: Any) -> Response:
        """For who runs or steers the network, or decides on it."""
        return Response(prices_json(self._seen(id)))

    @extend_schema(
        operation_id="prices_add",
        summary="Add a quote or a public price",
        description="Only who runs the network. The same twice is one. 409 says why not.",
        request=AddPriceSerializer,
        responses={200: EditionPriceSerializer(many=True)},
    )
    def post(self, request: Request, id: Any) -> Response:
        programme, data = self._seen(id), read_body(AddPriceSerializer, request)
        editions = {
            row.edition.public_id: row.edition_id
            for row in programme.programme_editions.select_related("edition")
        }
        add_price_evidence(
            programme_id=programme.pk,
            edition_id=editions.get(data["edition"], 0),
            actor=self.actor,
            values={name: data[name] for name in ADDED},
        )
        return Response(prices_json(self._seen(id)))

    def _seen(self, key: Any) -> Programme:
        programme = self.programme(key)
        if not sight_of(self.actor, programme).money:
            raise Http404
        return programme


class EvaluationSerializer(serializers.Serializer[Any]):
    """What the network concludes of a programme."""

    worked = serializers.CharField()
    to_change = serializers.CharField(allow_null=True)
    again = serializers.ChoiceField(Evaluation.Again.choices)
    again_label = serializers.CharField()
    satisfaction = serializers.DecimalField(max_digits=3, decimal_places=1, allow_null=True)
    written_by = serializers.CharField(allow_null=True)
    at = serializers.DateTimeField()


class WriteEvaluationSerializer(StrictSerializer):
    """The same, to be written."""

    worked = serializers.CharField(max_length=4000)
    to_change = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")
    again = serializers.ChoiceField(Evaluation.Again.choices)
    satisfaction = serializers.DecimalField(
        max_digits=3,
        decimal_places=1,
        min_value=0,
        max_value=10,
        required=False,
        allow_null=True,
        default=None,
    )


class ProgrammeEvaluationView(ProgrammePartView):
    """The evaluation of a programme."""

    @extend_schema(
        operation_id="evaluation_read",
        summary="Read the evaluation of a programme",
        responses={200: EvaluationSerializer},
    )
    def get(self, request: Request, id: Any) -> Response:
        """404 while there is none."""
        return self._answer(id)

    @extend_schema(
        operation_id="evaluation_write",
        summary="Write the evaluation of a programme, or write it again",
        description="Only who runs the network, until the programme is closed. 409 says why not.",
        request=WriteEvaluationSerializer,
        responses={200: EvaluationSerializer},
    )
    def put(self, request: Request, id: Any) -> Response:
        data = read_body(WriteEvaluationSerializer, request)
        save_evaluation(programme_id=self.programme(id).pk, actor=self.actor, values=data)
        return self._answer(id)

    def _answer(self, key: Any) -> Response:
        programme = self.programme(key)
        if not Evaluation.objects.visible_to(self.actor).filter(programme=programme).exists():
            raise Http404
        return Response(evaluation_json(programme))


__all__ = ["ProgrammeEvaluationView", "ProgrammePricesView"]
