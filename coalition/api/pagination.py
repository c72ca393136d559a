from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination


class Keyset(CursorPagination):
    """By id, newest first; `next` and `previous` are whole addresses."""

    ordering = "-pk"
    page_size_query_param = "page_size"
    max_page_size = 500

    def decode_cursor(self, request):
        """Raises NotFound for a cursor that nobody gave out."""
        cursor = super().decode_cursor(request)
        if cursor and cursor.position is not None and not (cursor.position.isdecimal() and len(cursor.position) < 19):
            raise NotFound(self.invalid_cursor_message)
        return cursor
