"""Filters of the lists of `networks`."""

import django_filters
from django import forms
from django.contrib.postgres.search import SearchQuery
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from networks.models import Call, Gap, Network, NetworkMember, Organisation, Transition
from skillnet.accounts.models import User
from skillnet.kernel.actor import actor_of
from skillnet.kernel.fields import TEXT_SEARCH_CONFIGS
from skillnet.kernel.models import Rate
from skillnet.kernel.names import fold
from skillnet.kernel.rate_names import keys_named
from skillnet.kernel.roles import Role
from skillnet.kernel.target_groups import target_group_choices
from skillnet.list_filters import SEARCH_BOX, FilledFilter, WordsFilter

UNKNOWN = ("unknown", _("onbekend"))
MORE_FILTERS = (
    "impact",
    "kind",
    "transition",
    "target_group",
    "progress",
)  # those that few need, behind a summary


def full_text(queryset: QuerySet[Gap], words: str) -> QuerySet[Gap]:
    """Rows whose text has these words, each read in its own language, or whose reference is just that."""
    wanted = Q(external_id__iexact=words) | Q(title__icontains=words)
    for language, config in TEXT_SEARCH_CONFIGS.items():
        wanted |= Q(language=language, search=SearchQuery(words, config=config, search_type="websearch"))
    return queryset.filter(wanted)


class GapFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Zoeken"), method="search", widget=SEARCH_BOX)
    state = django_filters.ChoiceFilter(label=_("Toestand"), choices=Gap.State, empty_label=_("alle"))
    urgency = django_filters.ChoiceFilter(
        label=_("Dringendheid"),
        choices=[*Gap.Urgency.choices, UNKNOWN],
        empty_label=_("alle"),
        method="known_or_not",
    )
    impact = django_filters.ChoiceFilter(
        label=_("Gevolg"),
        choices=[*((str(value), label) for value, label in Gap.Impact.choices), UNKNOWN],
        empty_label=_("alle"),
        method="known_or_not",
    )
    kind = django_filters.ChoiceFilter(label=_("Soort"), choices=Gap.Kind, empty_label=_("alle"))
    transition = django_filters.ChoiceFilter(
        label=_("Omslag"),
        choices=[*Transition.choices, UNKNOWN],
        empty_label=_("alle"),
        method="known_or_not",
    )
    target_group = django_filters.ChoiceFilter(
        label=_("Voor wie"), choices=target_group_choices(), empty_label=_("alle"), method="for_group"
    )
    progress = django_filters.ChoiceFilter(
        label=_("Hoe ver"),
        choices=[("none", _("nog zonder match")), ("matched", _("met match")), ("pooled", _("gebundeld"))],
        empty_label=_("alle"),
        method="how_far",
    )
    network = django_filters.ModelChoiceFilter(
        label=_("Netwerk"),
        queryset=lambda request: Network.objects.visible_to(actor_of(request)),
        empty_label=_("alle"),
    )

    class Meta:
        model = Gap
        fields = [
            "q",
            "state",
            "urgency",
            "impact",
            "kind",
            "transition",
            "target_group",
            "progress",
            "network",
        ]

    def search(self, queryset: QuerySet[Gap], name: str, value: str) -> QuerySet[Gap]:
        return full_text(queryset, value)

    def known_or_not(self, queryset: QuerySet[Gap], name: str, value: str) -> QuerySet[Gap]:
        """Rows with this value, or those where nobody filled it in."""
        if value != UNKNOWN[0]:
            return queryset.filter(**{name: value})
        return queryset.filter(impact=None) if name == "impact" else queryset.filter(**{name: ""})

    def how_far(self, queryset: QuerySet[Gap], name: str, value: str) -> QuerySet[Gap]:
        return queryset.at_stage(value)  # type: ignore[attr-defined,no-any-return]

    def for_group(self, queryset: QuerySet[Gap], name: str, value: str) -> QuerySet[Gap]:
        return queryset.filter(target_groups__contains=[value])


class OpenGapFilter(GapFilter):
    """Of gaps that are open already: nothing to choose there."""

    state = None

    class Meta:
        model = Gap
        fields = [name for name in GapFilter.Meta.fields if name != "state"]


class NetworkFilter(WordsFilter):
    search_in = ("name", "sector")
    state = django_filters.ChoiceFilter(label=_("Toestand"), choices=Network.State, empty_label=_("alle"))
    call = django_filters.ModelChoiceFilter(
        label=_("Oproep"),
        queryset=lambda request: Call.objects.visible_to(actor_of(request)),
        empty_label=_("alle"),
    )

    class Meta:
        model = Network
        fields = ["q", "state", "call"]


class MemberFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Zoeken"), field_name="organisation__name", lookup_expr="icontains",
                                  widget=SEARCH_BOX)  # fmt: skip
    state = django_filters.ChoiceFilter(
        label=_("Toestand"), choices=NetworkMember.State, empty_label=_("alle")
    )

    class Meta:
        model = NetworkMember
        fields = ["q", "state"]


class InvitationFilter(WordsFilter):
    """Who was invited: words of an address or organisation, a role, reminded or not yet."""

    search_in = ("email", "organisation__name")
    role = django_filters.ChoiceFilter(label=_("Rol"), choices=Role.choices, empty_label=_("alle"))
    reminded = FilledFilter(label=_("Herinnerd"), field_name="reminded_at")


class ReviewFilter(WordsFilter):
    """What one was asked to review: words of the network or call, handed in or not yet."""

    search_in = ("application__network__name", "application__call__title")
    handed_in = FilledFilter(label=_("Ingediend"), field_name="submitted_at")


class OrganisationFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Zoeken"), method="search", widget=SEARCH_BOX)
    kind = django_filters.ChoiceFilter(label=_("Soort"), choices=Organisation.Kind, empty_label=_("alle"))
    is_verified = django_filters.BooleanFilter(
        label=_("Geverifieerd"),
        widget=forms.Select(choices=[("", _("alle")), ("true", _("ja")), ("false", _("nee"))]),
    )
    double = django_filters.ChoiceFilter(
        label=_("Dubbel"),
        choices=[("yes", _("zelfde naam als een ander dossier"))],
        method="named_twice",
        empty_label=_("alle"),
    )

    class Meta:
        model = Organisation
        fields = ["q", "kind", "is_verified"]

    def named_twice(self, queryset: QuerySet[Organisation], name: str, value: str) -> QuerySet[Organisation]:
        known = Organisation.objects.filter(merged_into=None).values("normalised_name")
        twice = known.annotate(records=Count("pk")).filter(records__gt=1).values("normalised_name")
        return queryset.filter(normalised_name__in=twice)

    def search(self, queryset: QuerySet[Organisation], name: str, value: str) -> QuerySet[Organisation]:
        digits = "".join(character for character in value if character.isdigit())
        wanted = Q(normalised_name__contains=fold(value)) | Q(name__icontains=value)
        return queryset.filter(wanted | Q(enterprise_number__startswith=digits) if digits else wanted)


class UserFilter(WordsFilter):
    search_in = ("name", "email")
    role = django_filters.ChoiceFilter(
        label=_("Rol"),
        field_name="memberships__role",
        choices=Role.choices,
        empty_label=_("alle"),
        distinct=True,
    )

    class Meta:
        model = User
        fields = ["q", "role"]


class RateFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Zoeken"), method="search", widget=SEARCH_BOX)
    state = django_filters.ChoiceFilter(label=_("Toestand"), choices=Rate.State, empty_label=_("alle"))

    class Meta:
        model = Rate
        fields = ["q", "state"]

    def search(self, queryset: QuerySet[Rate], _name: str, value: str) -> QuerySet[Rate]:
        """By the key or by the article: an administrator rather knows the latter."""
        named = Q(key__name__in=keys_named(value)) | Q(key__name__icontains=value)
        return queryset.filter(named | Q(legal_basis__icontains=value))
