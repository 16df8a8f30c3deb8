"""Cursor pages: stable while rows are added, cheap at any depth."""

from rest_framework.pagination import CursorPagination


class NewestFirstCursor(CursorPagination):
    ordering: str | tuple[str, ...] = "-id"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


class ByRankCursor(NewestFirstCursor):
    """The gaps newest first, and of each gap the best match first."""

    ordering = ("-gap_id", "rank", "id")
