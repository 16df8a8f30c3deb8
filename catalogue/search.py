"""Search by meaning, as `catalogue` asks for it without knowing who can do it.

`matching`, which lies above, registers its search in `AppConfig.ready`; without one, words alone are used.
"""

from collections.abc import Callable

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQuery
from django.db.models import BigIntegerField, F, Func, IntegerField, Q, QuerySet, Value
from django.db.models.expressions import RawSQL

from catalogue.models import Offer
from skillnet.kernel.fields import TEXT_SEARCH_CONFIGS

MeaningSearch = Callable[[str], list[int]]
_searches: list[MeaningSearch] = []


def register_meaning_search(search: MeaningSearch) -> None:
    """`search` takes what a person typed and gives primary keys of published offers, best first."""
    _searches[:] = [search]


def search_offers(queryset: QuerySet[Offer], typed: str) -> QuerySet[Offer]:
    """The offers that fit what was typed, annotated with `place` (0 is best) to sort by."""
    found = _searches[0](typed) if _searches else []
    if not found:
        return with_words(queryset, typed).annotate(place=Value(0))
    # One array instead of hundreds of cases and parameters: Django takes longer to write those than PostgreSQL to sort.
    places = Value(found, output_field=ArrayField(BigIntegerField()))
    place = Func(places, F("pk"), function="array_position", output_field=IntegerField())
    any_of_them = RawSQL("SELECT unnest(%s::bigint[])", [found])
    return queryset.filter(pk__in=any_of_them).annotate(place=place - 1)


def with_words(queryset: QuerySet[Offer], typed: str) -> QuerySet[Offer]:
    """Offers that have these words, each read in its own language, or whose reference or title is that."""
    wanted = Q(external_id__iexact=typed) | Q(title__icontains=typed)
    for language, config in TEXT_SEARCH_CONFIGS.items():
        wanted |= Q(language=language, search=SearchQuery(typed, config=config, search_type="websearch"))
    return queryset.filter(wanted)
