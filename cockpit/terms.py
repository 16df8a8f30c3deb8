"""The words of the cockpit: names of regions, quadrants and reasons, and the filters that pages share."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from networks.models import Depth, Direction
from skillnet.kernel import regions

SEVERAL = "several"  # a gap that may be taught in more than one province
ONLINE = "online"
DEPTHS, DIRECTIONS = ("short", "deep", ""), ("upskilling", "reskilling", "")
PROVINCES = ("BE10", "BE21", "BE22", "BE23", "BE24", "BE25")

UNMET_REASONS: Mapping[str, object] = {
    "no_offer": gettext_lazy("geen enkel aanbod komt in de buurt"),
    "no_edition": gettext_lazy("er is geen editie gepland"),
    "unknown_price_or_seats": gettext_lazy("prijs of plaatsen zijn niet bekend"),
    "horizon": gettext_lazy("het begint te laat"),
    "declined": gettext_lazy("de netwerkmanager wees het voorstel af"),
    "fit": gettext_lazy("het beste aanbod past niet goed genoeg"),
    "seats": gettext_lazy("te weinig vrije plaatsen"),
    "group": gettext_lazy("de groep is te klein voor een editie"),
    "price": gettext_lazy("te duur voor het budget van de bedrijven"),
    "network_budget": gettext_lazy("het netwerk heeft geen budget meer"),
    "call_budget": gettext_lazy("de oproep heeft geen budget meer"),
    "provider_cap": gettext_lazy("de verstrekker zit aan zijn maximum"),
    "headroom": gettext_lazy("geen steunruimte meer bij de ondernemingen"),
    "lock": gettext_lazy("een persoon hield het aanbod tegen"),
    "value": gettext_lazy("het aanbod is zijn prijs niet waard"),
    "learners": gettext_lazy("het aantal deelnemers is onbekend"),
    "undertakings": gettext_lazy("te weinig onafhankelijke bedrijven"),
    "subject": gettext_lazy("het aanbod gaat over iets anders"),
    "few_subject": gettext_lazy("het aanbod gaat maar voor één onafhankelijk bedrijf over wat het vraagt"),
    "few_price": gettext_lazy("slechts één onafhankelijk bedrijf kan het betalen"),
    "few_horizon": gettext_lazy("slechts één onafhankelijk bedrijf kan op tijd beginnen"),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What a page is narrowed to; empty is everything. `year` holds for what begins in it."""

    region: str = ""
    sector: str = ""
    provider_kind: str = ""
    year: int | None = None

    def demand(self) -> dict[str, str | None]:
        """As axes of the cubes that count undertakings."""
        return {"region": self.region or None, "sector": self.sector or None}

    def query(self, **more: str) -> str:
        """As the query of an address, with the question mark; empty when nothing is set."""
        wanted = {
            "region": self.region,
            "sector": self.sector,
            "provider_kind": self.provider_kind,
            "year": str(self.year or ""),
            **more,
        }
        text = urlencode({name: value for name, value in wanted.items() if value})
        return f"?{text}" if text else ""


def region_name(code: str) -> str:
    if code == SEVERAL:
        return _("meerdere provincies")
    if code == ONLINE:
        return _("online")
    return regions.display_name(code, get_language() or "nl") if code else _("regio onbekend")


def sector_name(sector: str) -> str:
    return sector or _("zonder sector")


def quadrant_name(depth: str, direction: str) -> str:
    """The kind of training in words; either half may be unknown."""
    if not depth and not direction:
        return _("soort onbekend")
    return f"{depth_name(depth)}, {direction_name(direction)}"


def depth_name(code: str) -> str:
    if not code:
        return _("duur onbekend")
    names = {Depth.SHORT: _("kort"), Depth.DEEP: _("diepgaand")}
    return names[Depth(code)]


def direction_name(code: str) -> str:
    if not code:
        return _("richting onbekend")
    names = {Direction.UPSKILLING: _("bijscholing"), Direction.RESKILLING: _("omscholing")}
    return names[Direction(code)]


def reason_name(record: Mapping[str, object] | None) -> str:
    """Why a pool is unmet, in words."""
    reason = str((record or {}).get("reason") or "")
    return str(UNMET_REASONS.get(reason) or _("de matcher vond geen passende editie"))
