"""The filters of the cockpit, the same on every page that they make sense on."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue.models import Provider
from cockpit.terms import PROVINCES, Filters, region_name, sector_name
from networks.models import Network

ALL = ("", _("alle"))
YEARS_BACK, YEARS_AHEAD = 2, 2


class FilterForm(forms.Form):
    """A region, a sector, a kind of provider and a year; only the fields named in `fields` are there."""

    region = forms.ChoiceField(label=_("Regio"), required=False)
    sector = forms.ChoiceField(label=_("Sector van het netwerk"), required=False)
    provider_kind = forms.ChoiceField(
        label=_("Soort verstrekker"), required=False, choices=[ALL, *Provider.Kind.choices]
    )
    year = forms.TypedChoiceField(
        label=_("Begint in"), required=False, coerce=int, empty_value=None, choices=[]
    )

    def __init__(self, data: QueryDict, *, fields: Collection[str]) -> None:
        super().__init__(data)
        for name in set(self.fields) - set(fields):
            del self.fields[name]
        self._offer("region", [(code, region_name(code)) for code in PROVINCES])
        self._offer("year", [(str(year), str(year)) for year in _years()])
        if "sector" in self.fields:
            self._offer("sector", [(name, sector_name(name)) for name in _sectors()])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field: Any = self.fields.get(name)
        if field is not None:
            field.choices = [ALL, *choices]

    def filters(self) -> Filters:
        """What was chosen; a value that is not offered counts as not chosen."""
        self.is_valid()
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        return Filters(**chosen)


def _years() -> range:
    this = timezone.localdate().year
    return range(this - YEARS_BACK, this + YEARS_AHEAD + 1)


def _sectors() -> list[str]:
    sectors = Network.objects.exclude(sector="").exclude(state=Network.State.DRAFT)
    return list(sectors.order_by("sector").values_list("sector", flat=True).distinct())
