"""The dated law: from the readable files of the repository into rows, and from rows to the pure rules."""

from datetime import timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange  # type: ignore[import-untyped]

from programmes.aid.rates import RateRow, Rates, load_rates
from programmes.aid.register import load_instruments
from programmes.models import Instrument
from skillnet.kernel.models import Rate, RateKey


def load_law() -> int:
    """Load the files' rows that the database does not have; what an administrator changed stays.

    Safe to repeat. Returns how many rows were added.
    """
    added = 0
    with transaction.atomic():
        for row in load_rates():
            key, _made = RateKey.objects.get_or_create(name=row.key, defaults={"unit": row.unit})
            if key.rates.filter(period__overlap=_period(row), state=Rate.State.CONFIRMED).exists():
                continue
            Rate.objects.create(
                key=key,
                value=row.value,
                period=_period(row),
                legal_basis=row.legal_basis,
                source=row.source,
                is_certain=row.certain,
                state=Rate.State.CONFIRMED,
            )
            added += 1
        _load_instruments()
    return added


def database_rates() -> Rates:
    """All confirmed rows as the pure rules read them."""
    return Rates(_row(rate) for rate in Rate.objects.confirmed().select_related("key"))


def _period(row: RateRow) -> DateRange:
    """The database keeps half-open periods: the last day on which a row holds is inside."""
    return DateRange(row.valid_from, row.valid_to + timedelta(days=1) if row.valid_to else None)


def _row(rate: Rate) -> RateRow:
    return RateRow(
        key=rate.key.name,
        value=rate.value,
        unit=rate.key.unit,
        valid_from=rate.period.lower,
        valid_to=rate.period.upper - timedelta(days=1) if rate.period.upper else None,
        legal_basis=rate.legal_basis,
        source=rate.source or "-",
        certain=rate.is_certain,
    )


COMPANY_SHARE = "company_share"
JOBSEEKER_SEATS = "jobseeker_seats"
OWN_INSTRUMENTS = {
    COMPANY_SHARE: {
        "nl": "Eigen deel van het bedrijf",
        "fr": "Part de l’entreprise",
        "en": "Company’s own share",
    },
    JOBSEEKER_SEATS: {
        "nl": "Afgeschermde lijn voor werkzoekenden",
        "fr": "Ligne réservée aux demandeurs d’emploi",
        "en": "Ring-fenced line for jobseekers",
    },
}


def _load_instruments() -> None:
    for code, instrument in load_instruments().items():
        Instrument.objects.update_or_create(
            code=code,
            defaults={
                "names": dict(instrument.name),
                "funder": instrument.funder,
                "is_demand_side": instrument.side == "demand",
                "legal_basis": instrument.source[:300],
                "conditions": {"texts": dict(instrument.conditions), "apply": dict(instrument.apply)},
            },
        )
    for code, names in OWN_INSTRUMENTS.items():
        Instrument.objects.update_or_create(code=code, defaults={"names": names, "legal_basis": "-"})
