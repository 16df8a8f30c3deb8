"""Cursor pages: stable while rows are added, cheap at any depth."""

from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request


class NewestFirstCursor(CursorPagination):
    ordering: str | tuple[str, ...] = "-id"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200

    def decode_cursor(self, request: Request) -> Cursor | None:
        """A position is a whole number in each of our orderings; what somebody made up is no page."""
        cursor: Cursor | None = super().decode_cursor(request)
        if cursor and cursor.position is not None and not _is_id(str(cursor.position)):
            raise NotFound(self.invalid_cursor_message)
        return cursor


class OldestFirstCursor(NewestFirstCursor):
    """Rows in the order in which they came: that of a file."""

    ordering = "id"


class ByRankCursor(NewestFirstCursor):
    """The gaps newest first, and of each gap the best match first."""

    ordering = ("-gap_id", "rank", "id")


class BestFitCursor(NewestFirstCursor):
    """What fits the key's own offers best first."""

    ordering = ("-order_of_fit", "-id")


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19
