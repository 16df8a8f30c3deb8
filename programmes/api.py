"""Co-financed programmes in the API: `/api/v1/programmes/`."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from programmes.models import Programme
from programmes.presenting_json import programme_json, with_lines
from programmes.rules import directs
from skillnet.api.filters import InstantFilter
from skillnet.api.views import ReadOnlyView
from skillnet.kernel.actor import Actor


class FundingSerializer(serializers.Serializer[Any]):
    """Who pays how much of a programme under which article."""

    instrument = serializers.CharField(read_only=True)
    amount = serializers.DecimalField(max_digits=14, decimal_places=2, read_only=True)
    legal_basis = serializers.CharField(read_only=True)


class AlternativeSerializer(serializers.Serializer[Any]):
    """An offer that was not chosen, and what it lost on."""

    offer = serializers.UUIDField(read_only=True, allow_null=True)
    fit = serializers.FloatField(read_only=True, allow_null=True)
    lost_on = serializers.CharField(read_only=True)
    amount = serializers.CharField(
        read_only=True,
        allow_null=True,
        help_text=gettext_lazy("Hoeveel er ontbreekt, in de eenheid van de reden: euro, plaatsen of dagen."),
    )
    sentence = serializers.CharField(read_only=True, help_text=gettext_lazy("In de taal van de vraag."))


class TermsSerializer(serializers.Serializer[Any]):
    """The terms of the objective, in points; they add up to the value."""

    closed = serializers.FloatField(read_only=True)
    public_money = serializers.FloatField(read_only=True)
    providers = serializers.FloatField(read_only=True)
    start = serializers.FloatField(read_only=True)


class AssemblySerializer(serializers.Serializer[Any]):
    """How good the plan is of which a proposal is a part."""

    value = serializers.FloatField(read_only=True)
    bound = serializers.FloatField(
        read_only=True, allow_null=True, help_text=gettext_lazy("Meer kan geen enkel plan halen.")
    )
    gap = serializers.FloatField(read_only=True)
    solver = serializers.CharField(read_only=True)
    terms = TermsSerializer(read_only=True)


class VotesSerializer(serializers.Serializer[Any]):
    """How many organisations of the steering group voted what on the plan as it stands; null for who neither
    runs or steers the network nor decides on it."""

    agreed = serializers.IntegerField(read_only=True)
    against = serializers.IntegerField(read_only=True)


class ProgrammeSerializer(serializers.Serializer[Programme]):
    """Editions bought for pools, with learners, cost and funding; euro excluding VAT."""

    id = serializers.UUIDField(read_only=True)
    pools = serializers.ListField(child=serializers.UUIDField(), read_only=True)
    editions = serializers.ListField(child=serializers.UUIDField(), read_only=True)
    learners = serializers.IntegerField(read_only=True, allow_null=True)
    cost = serializers.DecimalField(max_digits=14, decimal_places=2, read_only=True, allow_null=True)
    funding = FundingSerializer(many=True, read_only=True)
    reasons = serializers.ListField(
        child=serializers.CharField(), read_only=True, help_text=gettext_lazy("In de taal van de vraag.")
    )
    alternatives = AlternativeSerializer(many=True, read_only=True)
    run = serializers.UUIDField(read_only=True, allow_null=True)
    model = serializers.CharField(read_only=True, allow_null=True)
    weights = serializers.IntegerField(
        read_only=True, allow_null=True, help_text=gettext_lazy("De versie van de gewichten.")
    )
    assembly = AssemblySerializer(read_only=True, allow_null=True)
    title = serializers.CharField(read_only=True)
    state = serializers.ChoiceField(Programme.State.choices, read_only=True)
    network = serializers.UUIDField(read_only=True)
    votes = VotesSerializer(read_only=True, allow_null=True)
    starts_on = serializers.DateField(read_only=True, allow_null=True)

    def to_representation(self, instance: Programme) -> dict[str, Any]:
        return {
            **programme_json(instance),
            "title": instance.title,
            "state": instance.state,
            "network": str(instance.network.public_id),
            "votes": _votes(instance, self.context["actor"]),
            "starts_on": instance.starts_on.isoformat() if instance.starts_on else None,
        }


def _votes(programme: Programme, actor: Actor) -> dict[str, int] | None:
    """Two members of a small steering group are known by their number: for who runs, steers or decides."""
    if not directs(actor, programme):
        return None
    said = [vote.agrees for vote in programme.votes.all()]
    return {"agreed": sum(said), "against": len(said) - sum(said)}


class ProgrammeFilter(django_filters.FilterSet):
    """Filters of the list."""

    state = django_filters.ChoiceFilter(choices=Programme.State.choices)
    network = django_filters.UUIDFilter(field_name="network__public_id")
    updated_since = InstantFilter(field_name="updated_at", lookup_expr="gte")

    class Meta:
        model = Programme
        fields: list[str] = []


@extend_schema_view(
    list=extend_schema(operation_id="programmes_list", summary="List programmes that one may see"),
    retrieve=extend_schema(operation_id="programmes_read", summary="Read one programme"),
)
class ProgrammeView(ReadOnlyView):
    """Co-financed programmes, proposals of the matcher among them."""

    scope = "programmes"
    queryset = Programme.objects.none()
    serializer_class = ProgrammeSerializer
    filterset_class = ProgrammeFilter

    def rows(self) -> QuerySet[Programme]:
        return with_lines(Programme.objects.visible_to(self.actor)).select_related("network__call")

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "actor": self.actor}
