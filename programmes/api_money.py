"""Instruments, advice, cost lines and SME status in the API."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalogue.models import Offer
from networks.models import Organisation
from programmes.aid.rates import RateNotInForceError
from programmes.aid.sme import Size
from programmes.models import CostLine, Participation, Programme
from programmes.reasons import aid_language
from programmes.rules import sight_of
from programmes.services.advice import Advice, advise
from programmes.services.law import database_rates
from programmes.services.register import Described, current, described
from programmes.services.sme_status import SmeStatus, save_figures, sme_status
from skillnet.api.fields import StrictSerializer
from skillnet.api.problems import Conflict
from skillnet.api.views import ApiView, read_body
from skillnet.kernel.roles import Role


class RateSerializer(serializers.Serializer[Any]):
    """A dated row: from `valid_from` up to and including `valid_to`, open when null."""

    key = serializers.CharField()
    value = serializers.DecimalField(max_digits=18, decimal_places=6)
    unit = serializers.CharField()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)
    legal_basis = serializers.CharField()
    is_current = serializers.BooleanField()


class CombinationSerializer(serializers.Serializer[Any]):
    """What an instrument does together with another one."""

    other = serializers.CharField()
    severity = serializers.ChoiceField(["blocks", "legal_cap", "policy_flag"])
    text = serializers.CharField()
    certain = serializers.BooleanField()


class InstrumentSerializer(serializers.Serializer[Any]):
    """A scheme that pays; texts in the language of the question, budget in euro a year, null where unknown."""

    key = serializers.CharField()
    name = serializers.CharField()
    funder = serializers.CharField()
    policy_domain = serializers.CharField()
    beneficiary = serializers.CharField()
    side = serializers.ChoiceField(["demand", "supply", "mixed", "employers"])
    costs = serializers.ListField(child=serializers.CharField())
    basis = serializers.CharField()
    budget_eur = serializers.DecimalField(max_digits=15, decimal_places=2, allow_null=True)
    apply = serializers.CharField()
    conditions = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    certain = serializers.BooleanField()
    rates = RateSerializer(many=True)
    combinations = CombinationSerializer(many=True)


def _instrument(found: Described) -> dict[str, Any]:
    item = found.instrument
    now = current(found.rates, timezone.localdate())
    return {
        "key": item.key,
        "name": found.name,
        "funder": item.funder,
        "policy_domain": item.domain,
        "beneficiary": item.beneficiary,
        "side": item.side,
        "costs": list(item.costs),
        "basis": item.basis,
        "budget_eur": None if item.budget_meur is None else f"{item.budget_meur * 1_000_000:.2f}",
        "apply": found.apply,
        "conditions": found.conditions,
        "source": item.source,
        "certain": item.certain,
        "rates": [
            {
                "key": row.key,
                "value": f"{row.value:.6f}",
                "unit": row.unit,
                "valid_from": row.valid_from.isoformat(),
                "valid_to": row.valid_to.isoformat() if row.valid_to else None,
                "legal_basis": row.legal_basis,
                "is_current": row in now,
            }
            for row in found.rates
        ],
        "combinations": [
            {"other": c.other, "severity": str(c.severity), "text": c.sentence, "certain": c.certain}
            for c in found.combinations
        ],
    }


class InstrumentsView(ApiView):
    """The register of instruments with its dated rates and what they exclude."""

    scope = "programmes"

    @extend_schema(
        operation_id="instruments_list",
        summary="List the instruments that pay for training",
        responses={200: InstrumentSerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        """Every instrument, by key."""
        return Response([_instrument(found) for _key, found in sorted(described(aid_language()).items())])


class AdviceSerializer(serializers.Serializer[Any]):
    """One instrument for one company in a programme; euro, null where facts are missing."""

    instrument = serializers.CharField()
    name = serializers.CharField()
    fits = serializers.BooleanField()
    amount = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    per_learner = serializers.BooleanField()
    deadline = serializers.DateField(allow_null=True)
    conditions = serializers.CharField()
    reasons = serializers.ListField(child=serializers.CharField())
    assumed = serializers.ListField(child=serializers.CharField())
    warnings = serializers.ListField(child=serializers.CharField())
    certain = serializers.BooleanField()


class CompanyAdviceSerializer(serializers.Serializer[Any]):
    """The advice for one company."""

    company = serializers.CharField()
    organisation = serializers.UUIDField()
    advice = AdviceSerializer(many=True)


def _advice(item: Advice) -> dict[str, Any]:
    return {
        "instrument": item.key,
        "name": item.name,
        "fits": item.fits,
        "amount": None if item.amount is None else f"{item.amount:.2f}",
        "per_learner": item.per_learner,
        "deadline": item.deadline.isoformat() if item.deadline else None,
        "conditions": item.conditions,
        "reasons": list(item.why),
        "assumed": list(item.assumed),
        "warnings": list(item.warnings),
        "certain": item.certain,
    }


class ProgrammePartView(ApiView):
    """Base of what hangs below one programme that the key may see."""

    scope = "programmes"

    def programme(self, key: Any) -> Programme:
        visible = Programme.objects.visible_to(self.actor).select_related("network__call")
        found: Programme = get_object_or_404(visible, public_id=key)
        return found

    def people(self, programme: Programme) -> list[Participation]:
        """Participations whose money the key may read."""
        sight = sight_of(self.actor, programme)
        rows: QuerySet[Participation] = programme.participations.live().select_related("organisation")
        return [p for p in rows if sight.sees_money_of(p.organisation_id)]


class ProgrammeAdviceView(ProgrammePartView):
    """Which other instruments fit each company of a programme."""

    @extend_schema(
        operation_id="programme_advice",
        summary="Advise on instruments for the companies of a programme",
        responses={200: CompanyAdviceSerializer(many=True)},
    )
    def get(self, request: Request, id: Any) -> Response:
        """An estimate for each company whose money one may read; never a promise."""
        programme = self.programme(id)
        offers = list(
            Offer.objects.filter(editions__programme_editions__programme=programme)
            .select_related("provider")
            .distinct()
        )
        rates = database_rates()
        found = []
        for row in self.people(programme):
            row.programme = programme
            found.append(
                {
                    "company": row.organisation.name,
                    "organisation": str(row.organisation.public_id),
                    "advice": [_advice(a) for a in advise(participation=row, offers=offers, rates=rates)],
                }
            )
        return Response(found)


class CostLineSerializer(serializers.Serializer[Any]):
    """A line of the cost plan, euro excluding VAT; `eligible` is what counts under article 31(3)."""

    category = serializers.ChoiceField(CostLine.Category.choices)
    group = serializers.ChoiceField(CostLine.Group.choices)
    description = serializers.CharField()
    amount = serializers.DecimalField(max_digits=14, decimal_places=2)
    vat = serializers.DecimalField(max_digits=14, decimal_places=2)
    vat_is_refundable = serializers.BooleanField()
    eligible = serializers.DecimalField(max_digits=14, decimal_places=2)
    company = serializers.CharField(allow_null=True)
    is_manual = serializers.BooleanField()


class ProgrammeCostsView(ProgrammePartView):
    """The cost plan of a programme."""

    @extend_schema(
        operation_id="programme_costs",
        summary="Read the cost lines of a programme",
        responses={200: CostLineSerializer(many=True)},
    )
    def get(self, request: Request, id: Any) -> Response:
        """Every line for who reads all money; a company reads shared lines and its own."""
        programme = self.programme(id)
        sight = sight_of(self.actor, programme)
        if not sight.companies:
            raise Http404
        lines = programme.cost_lines.select_related("organisation")
        shown = [x for x in lines if x.organisation_id is None or sight.sees_money_of(x.organisation_id)]
        return Response([_cost_line(line) for line in shown])


def _cost_line(line: CostLine) -> dict[str, Any]:
    return {
        "category": line.category,
        "group": line.group,
        "description": line.description,
        "amount": str(line.amount),
        "vat": str(line.vat),
        "vat_is_refundable": line.vat_is_refundable,
        "eligible": str(line.eligible),
        "company": line.organisation.name if line.organisation else None,
        "is_manual": line.is_manual,
    }


class CountedSerializer(serializers.Serializer[Any]):
    """An enterprise whose figures count, and for how many percent."""

    name = serializers.CharField()
    enterprise_number = serializers.CharField(allow_null=True)
    relation = serializers.ChoiceField(["self", "linked", "partner", "exempt"])
    share = serializers.DecimalField(max_digits=5, decimal_places=2)
    last_year = serializers.IntegerField(allow_null=True)


class SmeYearSerializer(serializers.Serializer[Any]):
    """Figures of one year, added up; headcount in annual work units, euro."""

    year = serializers.IntegerField()
    headcount = serializers.DecimalField(max_digits=12, decimal_places=2)
    turnover = serializers.DecimalField(max_digits=16, decimal_places=2)
    balance_sheet = serializers.DecimalField(max_digits=16, decimal_places=2)


class SmeStatusSerializer(serializers.Serializer[Any]):
    """The size of the own organisation, what decided it, and what keeps it from being certain."""

    size = serializers.ChoiceField([str(size) for size in Size])
    certain = serializers.BooleanField()
    doubts = serializers.ListField(child=serializers.CharField())
    enterprises = CountedSerializer(many=True)
    years = SmeYearSerializer(many=True)
    reasons = serializers.ListField(child=serializers.CharField())


class YearFiguresSerializer(StrictSerializer):
    """Approved figures of one year: headcount in annual work units, euro; null is unknown."""

    year = serializers.IntegerField(min_value=1, max_value=9_999)
    headcount = serializers.DecimalField(9, 2, min_value=0, allow_null=True)
    turnover = serializers.DecimalField(14, 2, min_value=0, allow_null=True)
    balance_sheet = serializers.DecimalField(14, 2, min_value=0, allow_null=True)


MOST_YEARS = 50


class FiguresSerializer(StrictSerializer):
    """The figures of one or more years; years that are left out stay as they are."""

    years = YearFiguresSerializer(many=True, allow_empty=False, max_length=MOST_YEARS)  # type: ignore[call-arg]  # of a list


class SmeStatusView(ApiView):
    """The size of the organisation whose key this is."""

    scope = "programmes"

    @extend_schema(
        operation_id="sme_figures",
        summary="Write the own figures that decide the SME status",
        description="Who owns whom is said at `/ownership-links/`; a person declares what bars aid, on the web.",
        request=FiguresSerializer,
        responses={200: SmeStatusSerializer},
    )
    def put(self, request: Request) -> Response:
        """Answers with the status that follows; sending the same twice changes nothing."""
        if not self.actor.has(Role.COMPANY_CONTACT):
            raise PermissionDenied(_("Alleen het bedrijf zelf vult zijn cijfers in."))
        own = get_object_or_404(Organisation.objects.visible_to(self.actor), pk=self.actor.organisation_id)
        years = read_body(FiguresSerializer, request)["years"]
        save_figures(organisation=own, years={row["year"]: _figures(row) for row in years})
        return self.get(request)

    @extend_schema(
        operation_id="sme_status", summary="Read the own SME status", responses={200: SmeStatusSerializer}
    )
    def get(self, request: Request) -> Response:
        """By Annex I of Regulation (EU) 651/2014, with linked and partner enterprises, today."""
        visible = Organisation.objects.visible_to(self.actor)
        own = get_object_or_404(visible, pk=self.actor.organisation_id)
        try:
            return Response(_sme(sme_status(organisation=own)))
        except RateNotInForceError as error:
            raise Conflict(
                _("Voor deze dag is geen bevestigd criterium van grootte bekend. Een beheerder vult het aan.")
            ) from error


def _figures(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "year"}


def _sme(status: SmeStatus) -> dict[str, Any]:
    return {
        "size": str(status.size),
        "certain": status.is_certain,
        "doubts": list(status.doubts),
        "enterprises": [
            {
                "name": e.organisation.name,
                "enterprise_number": e.organisation.enterprise_number,
                "relation": e.relation,
                "share": f"{e.share:.2f}",
                "last_year": e.accounts.year if e.accounts else None,
            }
            for e in status.enterprises
        ],
        "years": [
            {
                "year": y.year,
                "headcount": f"{y.headcount:.2f}",
                "turnover": f"{y.turnover:.2f}",
                "balance_sheet": f"{y.balance_sheet:.2f}",
            }
            for y in status.years
        ],
        "reasons": [sentence.text for sentence in status.sentences],
    }
