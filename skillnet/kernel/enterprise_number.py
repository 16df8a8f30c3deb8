"""Belgian enterprise numbers (ondernemingsnummer, numéro d'entreprise).

Ten digits, of which the last two check the first eight: check = 97 − (first eight mod 97).
Source: Crossroads Bank for Enterprises (KBO/BCE), also the number in a Belgian VAT number.
"""

import re

_PREFIX = re.compile(r"^(?:BTW|TVA|VAT|MWST)?[\s.:]*(?:BE)?", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s.\-/]")
_OLD_LENGTH = 9
_LENGTH = 10


class InvalidEnterpriseNumberError(ValueError):
    """The text is no Belgian enterprise number.

    `code` says why: `enterprise_number_format` or `enterprise_number_check`.
    """

    def __init__(self, code: str, value: str) -> None:
        super().__init__(f"{code}: {value}")
        self.code = code
        self.value = value


def check_digits(first_eight: str) -> str:
    """The two check digits that belong to the first eight digits."""
    return f"{97 - int(first_eight) % 97:02d}"


def parse(text: str) -> str:
    """The ten digits of an enterprise number as people write it ("BE 0123.456.749", "0123456749").

    A number of nine digits is one from before 2005, or one that lost its leading zero in a spreadsheet:
    the zero comes back. Raises InvalidEnterpriseNumberError when it is not a number or its check fails.
    """
    digits = _SEPARATORS.sub("", _PREFIX.sub("", text.strip(), count=1))
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in (_OLD_LENGTH, _LENGTH):
        raise InvalidEnterpriseNumberError("enterprise_number_format", text)
    digits = digits.zfill(_LENGTH)
    if check_digits(digits[:8]) != digits[8:]:
        raise InvalidEnterpriseNumberError("enterprise_number_check", text)
    return digits


def is_valid(text: str) -> bool:
    """Whether `parse` accepts the text."""
    try:
        parse(text)
    except InvalidEnterpriseNumberError:
        return False
    return True


def display(digits: str) -> str:
    """A stored number as people read it: "0123.456.749"."""
    return f"{digits[:4]}.{digits[4:7]}.{digits[7:]}"
