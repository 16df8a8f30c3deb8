"""A pasted list of people to invite: one a line, with perhaps the number and name of a company."""

import re
from dataclasses import dataclass, field, replace

from skillnet.kernel.enterprise_number import InvalidEnterpriseNumberError, parse

_ADDRESS = re.compile(r"<?([^\s<>,;\"']+@[^\s<>,;\"']+\.[^\s<>,;\"']+)>?")
_NUMBER = re.compile(r"\b(?:BE\s?)?[01]?\d{3}[.\s]?\d{3}[.\s]?\d{3}\b", re.IGNORECASE)
_SEPARATORS = " \t,;|\"'<>"
MAX_LINES = 500


@dataclass(frozen=True, slots=True)
class Invitee:
    """Somebody to invite. Without a number the company is the one chosen beside the list."""

    email: str
    number: str = ""
    company: str = ""
    line: int = 0


@dataclass(slots=True)
class AddressList:
    """What a pasted list says: whom to invite, the lines that cannot be read, and those that repeat one."""

    invitees: list[Invitee] = field(default_factory=list)
    unread: list[tuple[int, str]] = field(default_factory=list)
    repeats: list[tuple[int, str]] = field(default_factory=list)


def read_addresses(text: str) -> AddressList:
    """Read a pasted list, from a spreadsheet or a mail program alike; repeats and empty lines are skipped.

    Only the first MAX_LINES lines are read. A line without an address, or with a number whose check digits do
    not fit, is in `unread` with its number and text.
    """
    result = AddressList()
    seen: set[str] = set()
    for number, line in enumerate(text.splitlines()[:MAX_LINES], start=1):
        if not line.strip():
            continue
        invitee = _read_line(line)
        if invitee is None:
            result.unread.append((number, line.strip()[:100]))
        elif invitee.email not in seen:
            seen.add(invitee.email)
            result.invitees.append(replace(invitee, line=number))
        else:
            result.repeats.append((number, invitee.email))
    return result


def has_address(line: str) -> bool:
    """Whether there is anything like an e-mail address in a line; else the number in it is what is wrong."""
    return _ADDRESS.search(line) is not None


def _read_line(line: str) -> Invitee | None:
    found = _ADDRESS.search(line)
    if found is None:
        return None
    rest = line[: found.start()] + " " + line[found.end() :]
    number = _NUMBER.search(rest)
    if number is None:
        return Invitee(found.group(1).lower())
    try:
        digits = parse(number.group())
    except InvalidEnterpriseNumberError:
        return None
    company = f"{rest[: number.start()]} {rest[number.end() :]}".strip(_SEPARATORS)
    return Invitee(found.group(1).lower(), digits, " ".join(company.split()))
