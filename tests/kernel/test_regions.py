"""NUTS regions of Belgium: names, nesting and distances."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillnet.kernel import regions

codes = st.sampled_from(sorted(regions.REGIONS))


def test_three_levels_are_complete() -> None:
    levels = [region.level for region in regions.REGIONS.values()]
    assert [levels.count(level) for level in (1, 2, 3)] == [3, 11, 44]
    assert regions.children("BE2") == ("BE21", "BE22", "BE23", "BE24", "BE25")
    assert regions.display_name("BE234", "fr") == "Gand"


@given(codes)
def test_every_region_hangs_under_a_known_parent(code: str) -> None:
    up = regions.parent(code)
    assert (up is None) == (regions.REGIONS[code].level == 1)
    assert up is None or (code in regions.children(up) and regions.contains(up, code))
    assert regions.REGIONS[code].level == 3 or regions.children(code)


@given(codes, codes)
def test_distance_is_symmetric_and_zero_only_within(one: str, other: str) -> None:
    km = regions.distance_km(one, other)
    assert km == regions.distance_km(other, one)
    assert km is not None
    assert (km == 0) == (regions.overlaps(one, other) or regions.overlaps(other, one))
    assert km < 300


@pytest.mark.parametrize(
    ("one", "other", "km"), [("BE211", "BE234", 63), ("BE258", "BE225", 199), ("BE100", "BE24", 11)]
)
def test_known_distances(one: str, other: str, km: float) -> None:
    assert regions.distance_km(one, other) == pytest.approx(km, abs=3)


def test_foreign_regions_have_no_known_distance() -> None:
    assert regions.distance_km("NL41", "BE213") is None
    assert regions.nearest_km(["NL41", "BE213"], ["BE211"]) == regions.distance_km("BE213", "BE211")
    assert regions.nearest_km([], ["BE211"]) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [("be2", "BE2"), (" BE234", "BE234"), ("BE221", "BE224"), ("NL41", "NL41"), ("BE", None), ("BE9", None),
     ("BE2345", None), ("ZZ1", None), ("Gent", None), ("", None)],
)  # fmt: skip
def test_what_counts_as_a_code(text: str, code: str | None) -> None:
    assert regions.resolve(text) == code


def test_retired_codes_lead_to_current_ones() -> None:
    for old, new in regions.RETIRED.items():
        assert old not in regions.REGIONS
        assert new in regions.REGIONS
