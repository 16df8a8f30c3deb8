"""Offers and editions in the API: `/api/v1/offers/` and `/api/v1/editions/`."""

from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from catalogue.models import Edition, Offer, Provider
from catalogue.rules import teaches_for
from catalogue.services.offers import take_edition_action, take_offer_action
from catalogue.services.put_offer import archive_offer, cancel_edition, put_edition, put_offer
from catalogue.transitions import EDITION_TRANSITIONS, OFFER_TRANSITIONS
from networks.models import Depth, Direction, Mode, Transition
from skillnet.api.fields import (
    Euro,
    Languages,
    PartySerializer,
    ReferenceSerializer,
    Region,
    Regions,
    Skills,
    StrictSerializer,
    UnknownChoice,
    UnknownText,
    ValueList,
    Whole,
)
from skillnet.api.filters import InstantFilter
from skillnet.api.schema import KEY, NEW_OR_KNOWN
from skillnet.api.steps import step_action
from skillnet.api.views import ReadOnlyView, checked_key, find_row, put_answer, put_values
from skillnet.kernel.fields import LANGUAGES
from skillnet.kernel.target_groups import target_group_choices

OFFER_EXAMPLE = {
    "title": "TIG-lassen van roestvrij staal",
    "description": "U leert inox lassen met de TIG-techniek, van lasvoorbereiding tot nabehandeling.",
    "outcomes": ["Last inox in alle posities", "Beoordeelt een las op zicht"],
    "language": "nl",
    "teaching_languages": ["nl"],
    "mode": "classroom",
    "hours": "24.00",
    "depth": "short",
    "direction": "upskilling",
    "price_eur": "450.00",
    "price_basis": "participant",
    "seats": 12,
    "regions": ["BE234"],
    "credential": "certificate",
}
EDITION_EXAMPLE = {"starts_on": "2027-03-02", "ends_on": "2027-03-04", "seats": 12, "region": "BE234"}
OFFER_KEY = OpenApiParameter(
    "offer", OpenApiTypes.STR, OpenApiParameter.PATH, description="Own reference of the offer, or public id."
)
EDITION_KEY = OpenApiParameter(
    "id", OpenApiTypes.STR, OpenApiParameter.PATH, description="Own reference of the edition."
)


def _number(**options: Any) -> serializers.DecimalField:
    """A number with two decimals that may be unknown."""
    shape = {"required": False, "allow_null": True, "default": None, "min_value": 0, "decimal_places": 2}
    return serializers.DecimalField(**(shape | options))


class ProviderSerializer(PartySerializer):
    """Who teaches."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    name = serializers.CharField(source="organisation.name", read_only=True)
    kind = serializers.CharField(read_only=True, help_text=gettext_lazy("Leeg: onbekend."))


class OfferSerializer(StrictSerializer):
    """Something that a provider teaches. `null`, "" and [] are unknown, not zero."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    external_id = serializers.CharField(
        required=False, max_length=100, help_text=gettext_lazy("Het kenmerk van de verstrekker zelf.")
    )
    provider = ProviderSerializer(read_only=True)
    title = serializers.CharField(max_length=300)
    description = UnknownText()
    outcomes = ValueList(child=serializers.CharField(max_length=2000))
    language = serializers.ChoiceField(LANGUAGES, help_text=gettext_lazy("Taal van de tekst."))
    teaching_languages = Languages()
    mode = UnknownChoice(Mode.choices)
    hours = _number(max_digits=7, help_text=gettext_lazy("Contacturen."))
    workplace_hours = _number(max_digits=7, help_text=gettext_lazy("Uren op de werkplek."))
    ects = _number(max_digits=5)
    eqf_level = Whole(max_value=8)
    vks_level = Whole(max_value=8)
    dayparts = ValueList(child=serializers.ChoiceField(Offer.Daypart.choices))
    entry_requirements = UnknownText()
    depth = UnknownChoice(Depth.choices)
    direction = UnknownChoice(Direction.choices)
    price_eur = Euro(source="price", help_text=gettext_lazy("Euro excl. btw."))
    price_basis = serializers.ChoiceField(
        Offer.PriceBasis.choices, required=False, default=Offer.PriceBasis.PARTICIPANT
    )
    seats = Whole(help_text=gettext_lazy("Plaatsen per editie."))
    min_seats = Whole()
    regions = Regions()
    credential = UnknownChoice(Offer.Credential.choices)
    assessment = UnknownText(max_length=300, help_text=gettext_lazy("Hoe wordt getoetst."))
    skills = Skills()
    target_groups = ValueList(child=serializers.ChoiceField(target_group_choices()))
    transition = UnknownChoice(Transition.choices)
    is_stem = serializers.BooleanField(required=False, allow_null=True, default=None)
    cefr_level = UnknownChoice(Offer.CefrLevel.choices)
    mandatory = serializers.BooleanField(required=False, allow_null=True, default=None)
    supply_subsidy_pct = _number(max_digits=5, max_value=100)
    funder = UnknownText(max_length=120, help_text=gettext_lazy("Wie de aanbodsubsidie betaalt."))
    kmo_registered = serializers.BooleanField(required=False, allow_null=True, default=None)
    vov_id = UnknownText(max_length=40, help_text=gettext_lazy("Nummer in de opleidingsdatabank."))
    kmo_theme = UnknownChoice(
        Offer.KmoTheme.choices, help_text=gettext_lazy("Thema van de kmo-portefeuille.")
    )
    voucher_registered = serializers.BooleanField(required=False, allow_null=True, default=None)
    isced_f = serializers.RegexField(r"^(\d{2,4})?$", required=False, allow_blank=True, default="")
    url = serializers.URLField(required=False, allow_blank=True, default="", max_length=500)
    state = serializers.ChoiceField(Offer.State.choices, read_only=True)
    created_at = serializers.DateTimeField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)


class EditionSerializer(StrictSerializer):
    """One dated run of an offer. What it leaves unknown, its offer says."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    external_id = serializers.CharField(required=False, max_length=100)
    offer = ReferenceSerializer(read_only=True)
    starts_on = serializers.DateField(required=False, allow_null=True, default=None)
    ends_on = serializers.DateField(required=False, allow_null=True, default=None)
    seats = Whole()
    min_seats = Whole()
    enrolled = Whole(min_value=0, allow_null=False, default=0)
    price_eur = Euro(source="price", help_text=gettext_lazy("Euro excl. btw."))
    price_basis = UnknownChoice(Offer.PriceBasis.choices)
    region = Region(help_text=gettext_lazy("NUTS-code."))
    location = UnknownText(max_length=200)
    schedule = UnknownText(max_length=300)
    enrol_until = serializers.DateField(required=False, allow_null=True, default=None)
    state = serializers.ChoiceField(Edition.State.choices, read_only=True)
    created_at = serializers.DateTimeField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)


class OfferFilter(django_filters.FilterSet):
    """Filters of the list."""

    provider = django_filters.UUIDFilter(field_name="provider__public_id")
    provider_kind = django_filters.ChoiceFilter(field_name="provider__kind", choices=Provider.Kind.choices)
    external_id = django_filters.CharFilter()
    state = django_filters.ChoiceFilter(choices=Offer.State.choices)
    mode = django_filters.ChoiceFilter(choices=Mode.choices)
    daypart = django_filters.ChoiceFilter(choices=Offer.Daypart.choices, method="at_daypart")
    depth = django_filters.ChoiceFilter(choices=Depth.choices)
    direction = django_filters.ChoiceFilter(choices=Direction.choices)
    language = django_filters.ChoiceFilter(choices=LANGUAGES)
    price_max = django_filters.NumberFilter(field_name="price", lookup_expr="lte")
    updated_since = InstantFilter(field_name="updated_at", lookup_expr="gte")

    class Meta:
        model = Offer
        fields: list[str] = []

    def at_daypart(self, queryset: QuerySet[Offer], name: str, value: str) -> QuerySet[Offer]:
        return queryset.filter(dayparts__contains=[value])


class EditionFilter(django_filters.FilterSet):
    """Filters of the list."""

    offer = django_filters.UUIDFilter(field_name="offer__public_id")
    state = django_filters.ChoiceFilter(choices=Edition.State.choices)
    starts_after = django_filters.DateFilter(field_name="starts_on", lookup_expr="gte")
    starts_before = django_filters.DateFilter(field_name="starts_on", lookup_expr="lte")
    updated_since = InstantFilter(field_name="updated_at", lookup_expr="gte")

    class Meta:
        model = Edition
        fields: list[str] = []


def _take_offer(row: Any, step: str, actor: Any, reason: str) -> None:
    take_offer_action(offer=row, action=step, actor=actor, reason=reason)


def _take_edition(row: Any, step: str, actor: Any, reason: str) -> None:
    take_edition_action(edition=row, action=step, actor=actor, reason=reason)


@extend_schema_view(
    list=extend_schema(operation_id="offers_list", summary="List published offers, and all of the own ones"),
    retrieve=extend_schema(operation_id="offers_read", summary="Read one offer", parameters=[KEY]),
)
class OfferView(ReadOnlyView):
    """Offers: those that are published, and a provider's own in every state."""

    scope = "offers"
    queryset = Offer.objects.none()
    serializer_class = OfferSerializer
    filterset_class = OfferFilter
    lookup_value_converter = ""
    lookup_value_regex = ".+"

    def rows(self) -> QuerySet[Offer]:
        return Offer.objects.visible_to(self.actor).with_provider()

    def get_object(self) -> Offer:
        return find_row(self.rows(), self.kwargs["id"], provider__organisation=self.actor.organisation_id)

    @extend_schema(
        operation_id="offers_put",
        summary="Create or replace an offer of the own organisation by its own reference",
        description="Fields left out become unknown. Sending the same again changes nothing.",
        parameters=[KEY],
        responses=NEW_OR_KNOWN(OfferSerializer),
        examples=[OpenApiExample("offer", value=OFFER_EXAMPLE, request_only=True)],
    )
    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        provider = self._own_provider()
        key = checked_key(self.kwargs["id"], request.data)
        values = put_values(self.get_serializer(data=request.data))
        offer, is_new = put_offer(actor=self.actor, provider=provider, external_id=key, values=values)
        body = self.get_serializer(self.rows().get(pk=offer.pk)).data
        return put_answer(request, "api:offers-detail", body, is_new)

    @extend_schema(
        operation_id="offers_archive",
        summary="Archive an offer: it is matched no more, and stays readable for its provider",
        parameters=[KEY],
        responses={204: None},
    )
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        editable = Offer.objects.editable_by(self.actor)
        offer = find_row(editable, self.kwargs["id"], provider__organisation=self.actor.organisation_id)
        archive_offer(offer=offer, actor=self.actor)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _own_provider(self) -> Provider:
        own = self.actor.organisation_id
        provider = Provider.objects.of(self.actor).first() if own and teaches_for(self.actor, own) else None
        if provider is None:
            raise PermissionDenied(
                _("Alleen een verstrekker schrijft zijn aanbod: maak een sleutel als opleidingsverstrekker.")
            )
        return provider


@extend_schema_view(
    list=extend_schema(operation_id="editions_list", summary="List editions of offers that one may see"),
    retrieve=extend_schema(operation_id="editions_read", summary="Read one edition"),
)
class EditionView(ReadOnlyView):
    """Editions: dated runs of offers."""

    scope = "offers"
    queryset = Edition.objects.none()
    serializer_class = EditionSerializer
    filterset_class = EditionFilter
    step = step_action(
        "editions", steps=EDITION_TRANSITIONS.transitions, take=_take_edition, shows=EditionSerializer
    )

    def rows(self) -> QuerySet[Edition]:
        return Edition.objects.visible_to(self.actor).select_related("offer")

    @extend_schema(
        operation_id="editions_cancel",
        summary="Cancel an edition; it stays readable",
        responses={204: None},
    )
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        edition = find_row(Edition.objects.editable_by(self.actor), str(self.kwargs["id"]), offer=None)
        cancel_edition(edition=edition, actor=self.actor)
        return Response(status=status.HTTP_204_NO_CONTENT)


class OfferEditionView(ReadOnlyView):
    """Editions of one own offer, by own reference."""

    scope = "offers"
    queryset = Edition.objects.none()
    serializer_class = EditionSerializer

    @extend_schema(
        operation_id="editions_put",
        summary="Create or replace an edition of an own offer by its own reference",
        description="Fields left out become unknown. Sending the same again changes nothing.",
        parameters=[OFFER_KEY, EDITION_KEY],
        responses=NEW_OR_KNOWN(EditionSerializer),
        examples=[OpenApiExample("edition", value=EDITION_EXAMPLE, request_only=True)],
    )
    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        editable = Offer.objects.editable_by(self.actor)
        offer = find_row(editable, self.kwargs["offer"], provider__organisation=self.actor.organisation_id)
        key = checked_key(self.kwargs["id"], request.data)
        values = put_values(self.get_serializer(data=request.data))
        edition, is_new = put_edition(actor=self.actor, offer=offer, external_id=key, values=values)
        shown = Edition.objects.visible_to(self.actor).select_related("offer").get(pk=edition.pk)
        return put_answer(request, "api:editions-detail", self.get_serializer(shown).data, is_new)


class OfferStepView(OfferView):
    """Steps of one offer: published, withdrawn, archived."""

    step = step_action(
        "offers",
        steps=OFFER_TRANSITIONS.transitions,
        take=_take_offer,
        shows=OfferSerializer,
        parameters=[KEY],
    )
