"""Units of dated rates in words, as pages show them; a unit without words is shown as it is."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from skillnet.templatetags.ui import number

UNITS = {
    "percent": _("%"),
    "percent_of_wages": _("% van de lonen"),
    "percentage_point": _("procentpunt"),
    "points": _("punten op honderd"),
    "euro": _("euro"),
    "euro_excl_vat": _("euro zonder btw"),
    "euro_per_award": _("euro per toekenning"),
    "euro_per_hour": _("euro per uur"),
    "euro_per_month": _("euro per maand"),
    "euro_per_person_day": _("euro per persoon en dag"),
    "euro_per_project": _("euro per project"),
    "euro_per_three_years": _("euro over drie jaar"),
    "euro_per_undertaking": _("euro per onderneming"),
    "euro_per_year": _("euro per jaar"),
    "score_per_euro": _("score per euro"),
    "accounting_periods": _("boekjaren"),
    "awu": _("voltijdse werknemers"),
    "people": _("mensen"),
    "files": _("dossiers"),
    "quotes": _("offertes"),
    "ects": _("studiepunten"),
    "hours": _("uur"),
    "hours_per_week": _("uur per week"),
    "hours_per_year": _("uur per jaar"),
    "days": _("dagen"),
    "calendar_days": _("kalenderdagen"),
    "working_days": _("werkdagen"),
    "months": _("maanden"),
    "years": _("jaar"),
}
SWITCH = "flag"
MOST_PLACES = 6


def unit_words(unit: str) -> str:
    """The unit as it follows a value; empty for a switch."""
    return "" if unit == SWITCH else str(UNITS.get(unit, unit))


def value_words(value: Decimal, unit: str) -> str:
    """A value with its unit, no more decimals than it has; a switch says whether the rule holds."""
    if unit == SWITCH:
        return str(_("ja, deze regel geldt") if value else _("nee, deze regel geldt niet"))
    return f"{number(value, MOST_PLACES)}\N{NO-BREAK SPACE}{unit_words(unit)}".strip()
