"""Account numbers (IBAN, ISO 13616): as people write them, checked, and as people read them.

The check: the first four signs go to the end, letters become numbers (A = 10 … Z = 35), and the whole modulo 97
is 1 (ISO 7064, MOD 97-10). A Belgian number also carries its own check: the first ten of its twelve digits
modulo 97, where 0 is written 97.
"""

import re

_SHAPE = re.compile(r"^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$")
_SEPARATORS = re.compile(r"[\s.\-\u00a0\u202f]")
# How long the number is where most payments of this product go (register of ISO 13616, SWIFT).
_LENGTHS = {"BE": 16, "NL": 18, "LU": 20, "DE": 22, "FR": 27}
_MODULUS = 97


class InvalidIbanError(ValueError):
    """The text is no account number. `code` says why: `iban_format`, `iban_length` or `iban_check`."""

    def __init__(self, code: str, value: str) -> None:
        super().__init__(f"{code}: {value}")
        self.code = code
        self.value = value


def parse(text: str) -> str:
    """The account number without spaces ("be71 0961-2345 6769" gives "BE71096123456769").

    Raises InvalidIbanError where it is none.
    """
    iban = _SEPARATORS.sub("", text).upper()
    if not iban.isascii() or not _SHAPE.match(iban):
        raise InvalidIbanError("iban_format", text)
    if len(iban) != _LENGTHS.get(iban[:2], len(iban)):
        raise InvalidIbanError("iban_length", text)
    if _remainder(iban) != 1 or (iban.startswith("BE") and not _belgian(iban[4:])):
        raise InvalidIbanError("iban_check", text)
    return iban


def is_valid(text: str) -> bool:
    """Whether it is an account number as it is stored: without spaces, in capitals."""
    try:
        return parse(text) == text
    except InvalidIbanError:
        return False


def grouped(iban: str) -> str:
    """In groups of four, as on a bank statement: "BE71 0961 2345 6769"."""
    return " ".join(iban[place : place + 4] for place in range(0, len(iban), 4))


def with_check(country: str, account: str) -> str:
    """The account number of a national one: with its two check digits in front."""
    return f"{country}{98 - _remainder(f'{country}00{account}'):02d}{account}"


def _remainder(iban: str) -> int:
    turned = iban[4:] + iban[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % _MODULUS


def _belgian(digits: str) -> bool:
    return digits.isdigit() and int(digits[-2:]) == (int(digits[:-2]) % _MODULUS or _MODULUS)


__all__ = ["InvalidIbanError", "grouped", "is_valid", "parse", "with_check"]
