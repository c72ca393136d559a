from rest_framework.pagination import CursorPagination


class Keyset(CursorPagination):
    """By id, newest first; `next` and `previous` are whole addresses."""

    ordering = "-pk"
    page_size_query_param = "page_size"
    max_page_size = 500
