"""Finding rows that name the same thing twice within one file."""

from collections.abc import Hashable

from skillnet.kernel.names import normalise_organisation_name


class SeenKeys:
    """The keys that a file has named so far, each with the line where it was first.

    A party is found by enterprise number, else by normalised name (design.md section 5); so a row with
    only a name is the same party as a row of that name with a number, while one name under two numbers
    is two parties. Memory: about 300 bytes a row.
    """

    def __init__(self) -> None:
        self._by_number: dict[Hashable, int] = {}
        self._by_name: dict[Hashable, int] = {}
        self._by_name_alone: dict[Hashable, int] = {}

    def first_line(self, *, number: str | None, name: str, key: Hashable, line: int) -> int | None:
        """The line where this party named this key before; None, and remembered, when it is new."""
        named = (normalise_organisation_name(name), key)
        if number is None:
            earlier = self._by_name.get(named)
        else:
            earlier = self._by_number.get((number, key), self._by_name_alone.get(named))
        if earlier is not None:
            return earlier
        self._by_name[named] = line
        if number is None:
            self._by_name_alone[named] = line
        else:
            self._by_number[number, key] = line
        return None
