"""The sentences for what the pure parts of `catalogue` say in codes."""

from typing import Any

from django.utils.translation import gettext_lazy as _

# Code of a missing piece → what it is, and why it matters to the provider.
MISSING: dict[str, tuple[Any, Any]] = {
    "description": (
        _("Omschrijving van minstens twee zinnen"),
        _("De matcher leest wat u schrijft: een titel alleen wordt zelden gevonden."),
    ),
    "price": (_("Prijs"), _("Zonder prijs kan het aanbod niet in een programma.")),
    "dates": (_("Een editie met een begindatum"), _("Zonder data weet niemand wanneer het kan.")),
    "seats": (_("Aantal plaatsen"), _("Zonder plaatsen kan het aanbod niet in een programma.")),
    "outcomes": (
        _("Leerresultaten"),
        _("Bedrijven zoeken wat hun mensen nadien kunnen, niet wat er behandeld wordt."),
    ),
    "hours": (_("Duur in uren of ECTS-punten"), _("Bedrijven en steunmaatregelen rekenen met de duur.")),
    "mode": (_("Lesvorm"), _("Bedrijven filteren op lesvorm.")),
    "regions": (_("Waar u les geeft"), _("Zonder plaats telt de nabijheid niet mee.")),
    "teaching_languages": (_("Lestalen"), _("Deelnemers moeten de lestaal verstaan.")),
    "quadrant": (_("Diepgang en richting"), _("Zo past het bij korte of lange trajecten.")),
    "credential": (_("Bewijs"), _("Deelnemers willen weten wat ze in handen krijgen.")),
    "dayparts": (
        _("Wanneer u les geeft"),
        _("Overdag, ’s avonds, in het weekend of in de vakantie: mensen zoeken wat bij hun uren past."),
    ),
    "eqf_level": (_("EQF- of VKS-niveau"), _("Het niveau telt mee in de match.")),
    "isced_f": (
        _("Studiegebied (ISCED-F)"),
        _("Zo ziet de overheid waar aanbod ontbreekt en waar het dubbel is."),
    ),
    "funder": (
        _("Wie de aanbodsubsidie betaalt"),
        _("Zonder de naam van de betaler kan niemand nagaan of een kost twee keer betaald wordt."),
    ),
    "kmo_theme": (
        _("Thema van de kmo-portefeuille"),
        _("De kmo-portefeuille betaalt alleen binnen haar acht thema’s: zeg in welk uw opleiding past."),
    ),
    "assessment": (
        _("Hoe wordt getoetst"),
        _("Een bewijs zegt meer als wie het leest, weet hoe het verdiend is."),
    ),
    "skills": (_("Vaardigheden (ESCO)"), _("Gedeelde vaardigheden maken de match zekerder.")),
    "microcredential": (
        _("Beschrijving van de microcredential"),
        _("U belooft een microcredential: beschrijf de elf elementen."),
    ),
}

# Number of an element of Council Recommendation 2022/C 243/02, Annex I → its name.
ELEMENTS: dict[int, Any] = {
    1: _("Identificatie van de lerende"),
    2: _("Titel van de microcredential"),
    3: _("Land of regio van de uitreiker"),
    4: _("Uitreikende instantie"),
    5: _("Datum van uitreiking"),
    6: _("Leerresultaten"),
    7: _("Studielast"),
    8: _("Niveau"),
    9: _("Wijze van toetsing"),
    10: _("Vorm van deelname"),
    11: _("Kwaliteitszorg"),
}

FINDINGS: dict[str, Any] = {
    "missing": _("Dit element is verplicht. Vul het in."),
    "country": _("Gebruik de landcode van twee hoofdletters, bijvoorbeeld BE."),
    "ects_ratio": _("Eén ECTS-punt staat voor 25 tot 30 uur. Kijk na of uren en punten kloppen."),
    "no_ects": _("De aanbeveling vraagt ECTS-punten waar dat kan."),
    "no_level": _("Vul het niveau in als het er een heeft: werkgevers vergelijken erop."),
    "level": _("Een EQF-niveau is 1 tot 8."),
}

# Parts of the need-to-have score, as the talent strategy calls them.
PRIORITY_PARTS: dict[str, Any] = {
    "shortage": _("Knelpuntberoep"),
    "stem": _("STEM"),
    "forecast": _("Voorspeld tekort"),
    "transition": _("Groen of digitaal"),
    "undertakings": _("Ondernemingen die het vragen"),
    "supply": _("Gebrek aan aanbod"),
}
