"""Aid assessments in the API: `/api/v1/aid-assessments/`, the same JSON as `manage.py assess_aid`."""

from typing import Any

from django.utils.translation import get_language, gettext_lazy
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from programmes.aid.case import BASES, CATEGORIES, OWNER_KINDS, ROUTES
from programmes.aid.rates import RateNotInForceError
from programmes.aid.reader import InvalidCase
from programmes.aid.sme import Size
from programmes.aid.texts import LANGUAGES
from programmes.services.assess import assess_text
from skillnet.api.parsers import TextParser
from skillnet.api.views import ApiView

CASE_EXAMPLE: dict[str, Any] = {
    "application_date": "2026-03-01",
    "start_date": "2026-04-01",
    "decision_date": "2026-03-20",
    "company": "A",
    "organisations": [
        {
            "id": "A",
            "years": [
                {"year": 2025, "headcount": "40", "turnover": "8000000", "balance_sheet": "6000000"},
            ],
        }
    ],
    "participants": [{"hours": "16"}],
    "costs": [{"category": "trainer", "amount": "4000.00"}],
    "other_aid_same_costs": [{"instrument": "kmo_portefeuille", "amount": "1500.00", "basis": "de_minimis"}],
    "requested": "80000.00",
    "route": "training_aid",
}


def _amount(**options: Any) -> serializers.DecimalField:
    """An amount or a number, written as text so that it never passes through floating point."""
    return serializers.DecimalField(max_digits=15, decimal_places=2, min_value=0, **options)


class YearSerializer(serializers.Serializer[Any]):
    """Approved accounts of one year; headcount in annual work units, euro."""

    year = serializers.IntegerField()
    headcount = _amount(required=False, allow_null=True)
    turnover = _amount(required=False, allow_null=True)
    balance_sheet = _amount(required=False, allow_null=True)


class CaseOrganisationSerializer(serializers.Serializer[Any]):
    """An enterprise with its accounts."""

    id = serializers.CharField()
    years = YearSerializer(many=True, required=False)
    in_difficulty = serializers.BooleanField(required=False)
    recovery_order = serializers.BooleanField(required=False)


class LinkSerializer(serializers.Serializer[Any]):
    """`owner` holds `percent` (the larger of capital and votes) of `owned`."""

    owner = serializers.CharField()
    owned = serializers.CharField()
    percent = _amount(required=False)
    owner_kind = serializers.ChoiceField(OWNER_KINDS, required=False)
    owner_budget = _amount(
        required=False, help_text=gettext_lazy("Jaarbegroting van een lokaal bestuur, in euro.")
    )
    owner_inhabitants = serializers.IntegerField(
        required=False, min_value=0, help_text=gettext_lazy("Aantal inwoners van een lokaal bestuur.")
    )
    majority_votes = serializers.BooleanField(required=False)
    board = serializers.BooleanField(required=False)
    contract = serializers.BooleanField(required=False)


class ParticipantSerializer(serializers.Serializer[Any]):
    """A learner."""

    hours = _amount()
    disadvantaged = serializers.BooleanField(required=False)


class CostSerializer(serializers.Serializer[Any]):
    """An eligible cost, euro; `participants` are positions from 0, absent for everybody."""

    category = serializers.ChoiceField(CATEGORIES)
    amount = _amount()
    participants = serializers.ListField(child=serializers.IntegerField(), required=False)


class EarlierAidSerializer(serializers.Serializer[Any]):
    """Aid that an organisation was granted before."""

    organisation = serializers.CharField()
    date = serializers.DateField()
    amount = _amount()
    basis = serializers.ChoiceField(BASES, required=False)


class OtherAidSerializer(serializers.Serializer[Any]):
    """Other funding of the same costs."""

    instrument = serializers.CharField(required=False)
    amount = _amount()
    basis = serializers.ChoiceField(BASES, required=False)


class AidCaseSerializer(serializers.Serializer[Any]):
    """The case. It describes only: the rules themselves read it (programmes.aid.case)."""

    application_date = serializers.DateField()
    start_date = serializers.DateField()
    decision_date = serializers.DateField()
    mandatory_training = serializers.BooleanField(required=False)
    ad_hoc = serializers.BooleanField(required=False)
    company = serializers.CharField()
    organisations = CaseOrganisationSerializer(many=True, required=False)
    links = LinkSerializer(many=True, required=False)
    participants = ParticipantSerializer(many=True, required=False)
    costs = CostSerializer(many=True, required=False)
    earlier_aid = EarlierAidSerializer(many=True, required=False)
    other_aid_same_costs = OtherAidSerializer(many=True, required=False)
    project_aid = _amount(required=False)
    requested = _amount()
    route = serializers.ChoiceField(ROUTES)


class AidReasonSerializer(serializers.Serializer[Any]):
    """One step of the reasoning, and the row of law on which it stands."""

    rule = serializers.CharField()
    text = serializers.CharField()
    legal_basis = serializers.CharField()
    valid_from = serializers.DateField(allow_null=True)
    valid_to = serializers.DateField(allow_null=True)


class AidAssessmentSerializer(serializers.Serializer[Any]):
    """The outcome; euro, and `intensity` in percent (null for de minimis)."""

    size = serializers.ChoiceField([str(size) for size in Size])
    single_undertaking = serializers.ListField(child=serializers.CharField())
    route = serializers.ChoiceField(["training_aid", "de_minimis", "none"])
    intensity = _amount(allow_null=True)
    maximum_aid = _amount()
    headroom = _amount()
    granted = _amount()
    notify = serializers.BooleanField()
    publish = serializers.BooleanField()
    reasons = AidReasonSerializer(many=True)


class AidAssessmentView(ApiView):
    """Assess one case against the state-aid rules of its dates. Nothing is stored."""

    scope = "programmes"
    stores_nothing = True
    parser_classes = (TextParser,)  # the rules read the text, so that amounts never become floating point

    @extend_schema(
        operation_id="aid_assess",
        summary="Assess the aid for one company in one programme",
        request=AidCaseSerializer,
        responses={200: AidAssessmentSerializer},
        examples=[OpenApiExample("case", value=CASE_EXAMPLE, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        """Give the outcome with its reasoning, in the language of `Accept-Language`."""
        asked = get_language() or "nl"
        language = asked if asked in LANGUAGES else "nl"
        try:
            body: Any = request.data  # the text itself; an empty message comes as an empty dictionary
            assessment = assess_text(body or "")
        except InvalidCase as error:
            raise _refusal(error, language) from error
        except RateNotInForceError as error:
            known = InvalidCase("decision_date", "invalid.before_law", day=error.day)
            raise _refusal(known, language) from error
        return Response(assessment.as_contract(language))


def _refusal(error: InvalidCase, language: str) -> ValidationError:
    return ValidationError({error.field: [ErrorDetail(error.render(language), code=error.rule)]})
