"""The enterprise number: ten digits of which the last two check the first eight."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillnet.kernel import enterprise_number


@pytest.mark.parametrize(
    "text",
    ["BE 0123.456.749", "0123456749", "be0123456749", " 0123-456-749 ", "123.456.749", "BTW BE 0123.456.749"],
)
def test_ways_of_writing_give_the_same_ten_digits(text: str) -> None:
    assert enterprise_number.parse(text) == "0123456749"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("0123456748", "enterprise_number_check"),
        ("01234567", "enterprise_number_format"),
        ("01234567499", "enterprise_number_format"),
        ("DE 0123456749", "enterprise_number_format"),
        ("٠١٢٣٤٥٦٧٤٩", "enterprise_number_format"),
        ("", "enterprise_number_format"),
    ],
)
def test_what_is_wrong_is_named(text: str, code: str) -> None:
    with pytest.raises(enterprise_number.InvalidEnterpriseNumberError) as caught:
        enterprise_number.parse(text)
    assert caught.value.code == code
    assert not enterprise_number.is_valid(text)


@given(st.integers(min_value=0, max_value=99_999_999))
def test_display_and_parse_are_inverse_and_one_wrong_digit_is_seen(first: int) -> None:
    digits = f"{first:08d}"
    number = digits + f"{97 - first % 97:02d}"
    assert enterprise_number.parse(enterprise_number.display(number)) == number
    wrong = str((int(number[0]) + 1) % 10) + number[1:]
    assert not enterprise_number.is_valid(wrong)
