"""Account numbers: what people write is read, one wrong digit is seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillnet.kernel import iban

EXAMPLE = "BE71096123456769"  # the example of the register of ISO 13616


def belgian(first_ten: int) -> str:
    return iban.with_check("BE", f"{first_ten:010d}{first_ten % 97 or 97:02d}")


@pytest.mark.parametrize(
    "text", [EXAMPLE, "be71 0961 2345 6769", "BE71-0961.2345 6769", " BE71\u00a00961 2345 6769"]
)
def test_written_as_people_write_it(text: str) -> None:
    assert iban.parse(text) == EXAMPLE
    assert iban.grouped(EXAMPLE) == "BE71 0961 2345 6769"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "iban_format"),
        ("096-1234567-69", "iban_format"),
        ("BE71 0961 2345 676", "iban_length"),
        ("BE71 0961 2345 6768", "iban_check"),
        ("BE17 0961 2345 6769", "iban_check"),
        ("NL91 ABNA 0417 1643 01", "iban_check"),
        ("ＢＥ71096123456769", "iban_format"),
        (iban.with_check("BE", "096123456768"), "iban_check"),  # right for Europe, wrong for Belgium
    ],
)
def test_what_is_none_says_why(text: str, code: str) -> None:
    with pytest.raises(iban.InvalidIbanError) as refused:
        iban.parse(text)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "text",
    ["NL91ABNA0417164300", "FR1420041010050500013M02606", "DE89370400440532013000", "LU280019400644750000"],
)
def test_neighbours(text: str) -> None:
    assert iban.is_valid(text)


@given(st.integers(0, 10**10 - 1), st.integers(2, 15), st.integers(1, 9))
def test_one_wrong_digit_is_always_seen(account: int, place: int, more: int) -> None:
    right = belgian(account)
    assert iban.is_valid(right)
    wrong = right[:place] + str((int(right[place]) + more) % 10) + right[place + 1 :]
    assert not iban.is_valid(wrong)
