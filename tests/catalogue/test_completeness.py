"""What an offer lacks, and what that costs."""

from collections.abc import Callable
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.completeness import ASSESSMENT, FUNDER, KMO_THEME, MICROCREDENTIAL, PIECES, completeness
from catalogue.records import OfferRecord
from catalogue.wording import MISSING
from tests.catalogue.records import edition, offer

EMPTY: dict[str, Any] = {
    "description": "", "price": None, "seats": None, "outcomes": (), "hours": None, "ects": None, "mode": "",
    "regions": (), "teaching_languages": (), "depth": "", "credential": "", "eqf_level": None, "skills": (),
    "editions": (), "dayparts": (), "isced_f": "",
}  # fmt: skip


def codes(record: OfferRecord) -> set[str]:
    return {piece.code for piece in completeness(record).missing}


def test_a_full_offer_is_complete() -> None:
    assert completeness(offer()).score == 100
    assert completeness(offer()).missing == ()


def test_weights_add_up_to_a_hundred_and_an_empty_offer_has_none() -> None:
    assert sum(piece.weight for piece, _present in PIECES) == 100
    assert completeness(offer(**EMPTY, microcredential=None)).score == 0


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"description": "Kort."}, "description"),
        ({"price": None, "editions": (edition(price=None),)}, "price"),
        ({"seats": None, "editions": (edition(seats=None),)}, "seats"),
        ({"editions": (edition(starts_on=None),)}, "dates"),
        ({"editions": (edition(state="cancelled"),)}, "dates"),
        ({"regions": ()}, "regions"),
        ({"direction": ""}, "quadrant"),
        ({"dayparts": ()}, "dayparts"),
        ({"isced_f": ""}, "isced_f"),
        ({"supply_subsidy_pct": Decimal(80)}, "funder"),
        ({"kmo_registered": True}, "kmo_theme"),
        ({"credential": "certificate", "microcredential": None}, "assessment"),
        ({"microcredential": None}, "microcredential"),
    ],
)
def test_each_missing_piece_is_named(values: dict[str, Any], code: str) -> None:
    assert codes(offer(**values)) == {code}


@pytest.mark.parametrize(
    "values",
    [
        {"price": None},  # its edition has one
        {"seats": None},
        {"regions": (), "mode": "online"},
        {"hours": None},  # ECTS say how long
        {"hours": None, "ects": None, "workplace_hours": Decimal(40)},
        {"eqf_level": None, "vks_level": 4},
        {"supply_subsidy_pct": Decimal(80), "funder": "Onderwijs en Vorming"},
        {"kmo_registered": True, "kmo_theme": "digital"},
        {"credential": "certificate", "microcredential": None, "assessment": "proef"},
        {"credential": "none", "microcredential": None},
    ],
)
def test_what_is_said_elsewhere_is_not_missing(values: dict[str, Any]) -> None:
    assert codes(offer(**values)) == set()


def test_heaviest_first() -> None:
    weights = [piece.weight for piece in completeness(offer(**EMPTY, microcredential=None)).missing]
    assert weights == sorted(weights, reverse=True)


def test_every_piece_has_words_and_a_reason() -> None:
    others = {piece.code for piece in (MICROCREDENTIAL, FUNDER, KMO_THEME, ASSESSMENT)}
    assert set(MISSING) == {piece.code for piece, _present in PIECES} | others
    names = {field.name for field in fields(OfferRecord)}
    assert all(piece.field in names | {""} for piece, _present in PIECES)


@given(st.sets(st.sampled_from(sorted(EMPTY))), st.sampled_from(sorted(EMPTY)))
def test_filling_in_never_lowers_the_score(emptied: set[str], one: str) -> None:
    keep: Callable[[set[str]], OfferRecord] = lambda names: replace(  # noqa: E731
        offer(credential="certificate"), **{name: EMPTY[name] for name in names}
    )
    assert completeness(keep(emptied | {one})).score <= completeness(keep(emptied - {one})).score
