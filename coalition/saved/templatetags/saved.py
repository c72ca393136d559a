"""The saved views of the list page one is on."""

from __future__ import annotations

from django import template

from coalition.saved.models import SavedView, filters_of
from coalition.saved.registry import pages

register = template.Library()


@register.inclusion_tag("_parts/_views.html", takes_context=True)
def saved_views(context):
    """A row of this page's views, the one that is on marked, and a way to save the filters that are set."""
    request = context["request"]
    page = request.resolver_match.view_name
    if page not in pages or not request.viewer.desk_id:
        return {}
    now = filters_of(request.GET)
    views = list(SavedView.objects.for_viewer(request.viewer).filter(page=page)[:30])
    for view in views:
        view.is_on = view.query == now
    return {"views": views, "page": page, "query": now, "can_save": bool(now) and not any(view.is_on for view in views)}
