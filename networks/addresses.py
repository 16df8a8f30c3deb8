"""A pasted list of people to invite: each line with perhaps the number and name of their company."""

import re
from collections.abc import Sequence
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
    rest: str = ""
    """What was not read any more, as it was pasted."""


def read_addresses(text: str) -> AddressList:
    """Read a pasted list, from a spreadsheet or a mail program alike; repeats and empty lines are skipped.

    At most MAX_LINES lines and as many people are read; the `rest` comes back. A line may hold several people,
    as a mail program puts a whole list on one. A line without an address, or with a number whose check digits
    do not fit, is in `unread` with its number and text.
    """
    result = AddressList()
    seen: set[str] = set()
    lines = text.splitlines()
    for number, line in enumerate(lines, start=1):
        room = MAX_LINES - len(result.invitees)
        if number > MAX_LINES or room < 1:
            result.rest = "\n".join(lines[number - 1 :]).strip()
            break
        people = _read_line(line)
        if not people and line.strip():
            result.unread.append((number, line.strip()[:100]))
        _sort_out(people[:room], number, seen, result)
        if len(people) > room:
            result.rest = "\n".join([_as_line(people[room:]), *lines[number:]]).strip()
            break
    return result


def _sort_out(people: Sequence[Invitee], line: int, seen: set[str], result: AddressList) -> None:
    for invitee in people:
        if invitee.email in seen:
            result.repeats.append((line, invitee.email))
        else:
            seen.add(invitee.email)
            result.invitees.append(replace(invitee, line=line))


def _as_line(people: Sequence[Invitee]) -> str:
    """People of one company as a line that reads as they did."""
    return " ".join(["; ".join(one.email for one in people), people[0].number, people[0].company]).strip()


def has_address(line: str) -> bool:
    """Whether there is anything like an e-mail address in a line; else the number in it is what is wrong."""
    return _ADDRESS.search(line) is not None


def _read_line(line: str) -> list[Invitee]:
    """Everybody on a line, for the company that it names; none where nothing or a wrong number can be read."""
    found = [match.group(1).lower() for match in _ADDRESS.finditer(line)]
    rest = _ADDRESS.sub(" ", line)
    number = _NUMBER.search(rest)
    if not found or number is None:
        return [Invitee(email) for email in found]
    try:
        digits = parse(number.group())
    except InvalidEnterpriseNumberError:
        return []
    company = f"{rest[: number.start()]} {rest[number.end() :]}".strip(_SEPARATORS)
    return [Invitee(email, digits, " ".join(company.split())) for email in found]
