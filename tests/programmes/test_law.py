"""Loading the dated law: whole, once, and never over what people decided."""

from datetime import date
from decimal import Decimal

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange  # type: ignore[import-untyped]

from programmes.aid.rates import load_rates
from programmes.models import Instrument
from programmes.services.law import load_law
from skillnet.kernel.models import Rate, RateKey

pytestmark = pytest.mark.django_db


def test_every_row_of_the_files_is_there_and_a_second_time_adds_nothing() -> None:
    assert load_law() == len(list(load_rates())) == Rate.objects.confirmed().count()
    assert {key.unit for key in RateKey.objects.all()} == {row.unit for row in load_rates()}
    events = Instrument.objects.count()
    assert load_law() == 0
    assert Instrument.objects.count() == events


def test_what_an_administrator_confirmed_stays() -> None:
    row = next(iter(load_rates()))
    key = RateKey.objects.create(name=row.key, unit=row.unit)
    own = Rate.objects.create(
        key=key,
        value=Decimal("123"),
        period=DateRange(date(1990, 1, 1), None),
        legal_basis="besluit",
        state=Rate.State.CONFIRMED,
    )
    load_law()
    assert list(key.rates.confirmed()) == [own]


def test_what_the_files_say_of_an_instrument_replaces_what_stood_there() -> None:
    load_law()
    one = Instrument.objects.exclude(funder="").order_by("code").first()
    assert one is not None
    funder, one.funder = one.funder, "iemand anders"
    one.save()
    load_law()
    one.refresh_from_db()
    assert one.funder == funder
