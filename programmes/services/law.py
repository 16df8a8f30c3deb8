"""The dated law: from the readable files of the repository into rows, and from rows to the pure rules."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange  # type: ignore[import-untyped]

from programmes.aid.rates import RateRow, Rates, load_rates
from programmes.aid.register import Instrument as InstrumentRow
from programmes.aid.register import load_instruments
from programmes.models import Instrument
from skillnet.kernel.models import Rate, RateKey


def load_law() -> int:
    """Load the files' rows that the database does not have; what an administrator changed stays.

    Safe to repeat. Returns how many rows were added.
    """
    with transaction.atomic():
        rows = load_rates()
        keys = _keys_for(rows)
        held = _confirmed_periods()
        missing = []
        for row in rows:
            period = _period(row)
            if not any(_overlap(period, other) for other in held.setdefault(row.key, [])):
                held[row.key].append(period)
                missing.append(_rate(row, keys[row.key]))
        Rate.objects.bulk_create(missing)
        _load_instruments()
    return len(missing)


def _keys_for(rows: Iterable[RateRow]) -> dict[str, RateKey]:
    units = {row.key: row.unit for row in rows}
    RateKey.objects.bulk_create(
        (RateKey(name=name, unit=unit) for name, unit in units.items()), ignore_conflicts=True
    )
    return {key.name: key for key in RateKey.objects.filter(name__in=units)}


def _confirmed_periods() -> dict[str, list[DateRange]]:
    held: dict[str, list[DateRange]] = {}
    for name, period in Rate.objects.confirmed().values_list("key__name", "period"):
        held.setdefault(name, []).append(period)
    return held


def _overlap(one: DateRange, other: DateRange) -> bool:
    """Whether two half-open periods share a day; no last day means for ever."""
    begins_before = other.upper is None or one.lower < other.upper
    return begins_before and (one.upper is None or other.lower < one.upper)


def _rate(row: RateRow, key: RateKey) -> Rate:
    return Rate(
        key=key,
        value=row.value,
        period=_period(row),
        legal_basis=row.legal_basis,
        source=row.source,
        is_certain=row.certain,
        state=Rate.State.CONFIRMED,
    )


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
    """Write the instruments that are new or that the files describe otherwise than the database does."""
    held = {instrument.code: instrument for instrument in Instrument.objects.all()}
    wanted = [_instrument(code, instrument) for code, instrument in load_instruments().items()]
    wanted += [Instrument(code=code, names=names, legal_basis="-") for code, names in OWN_INSTRUMENTS.items()]
    changed = [one for one in wanted if one.code not in held or _said(one) != _said(held[one.code])]
    Instrument.objects.bulk_create(changed, update_conflicts=True, unique_fields=["code"], update_fields=SAID)


SAID = ("names", "funder", "is_demand_side", "legal_basis", "conditions")


def _said(instrument: Instrument) -> tuple[object, ...]:
    return tuple(getattr(instrument, field) for field in SAID)


def _instrument(code: str, instrument: InstrumentRow) -> Instrument:
    return Instrument(
        code=code,
        names=dict(instrument.name),
        funder=instrument.funder,
        is_demand_side=instrument.side == "demand",
        legal_basis=instrument.source[:300],
        conditions={"texts": dict(instrument.conditions), "apply": dict(instrument.apply)},
    )
