"""The few tags every template has."""

from __future__ import annotations

import re
from functools import lru_cache

import nh3
from django import template
from django.conf import settings
from django.template.defaulttags import CsrfTokenNode
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition import dates
from coalition.markup import parser

register = template.Library()
_TAGS = {"p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "h1", "h2", "h3", "h4", "table", "thead",
         "tbody", "tr", "th", "td", "a"}  # fmt: skip


@lru_cache(maxsize=256)
def _svg(name: str) -> str:
    """One of Tabler's outline icons, as installed."""
    text = (settings.ICONS / f"{name}.svg").read_text()
    inner = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    inner = inner.partition(">")[2].rpartition("</svg>")[0].strip()
    return (
        '<svg class="icon" viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" stroke-width="2"'
        f' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{inner}</svg>'
    )


@register.simple_tag
def icon(name):
    return mark_safe(_svg(name))  # noqa: S308  our own installed files


@register.filter
def markdown(text):
    """CommonMark as safe HTML: no raw HTML, no images, links marked as leading away."""
    return mark_safe(  # noqa: S308  cleaned by nh3
        nh3.clean(
            parser.render(text),
            tags=_TAGS,
            attributes={"a": {"href"}},
            url_schemes={"http", "https", "mailto"},
            link_rel="noopener noreferrer nofollow",
        )
    )


@register.filter(expects_localtime=True)
def last_day(before):
    """The last day of what ends before a day."""
    return dates.last_day(before) if before else "–"


@register.filter
def ago(moment):
    """When something happened, relative, with the exact instant on focus and hover."""
    return _time(moment, _relative(moment)) if moment else ""


@register.filter
def left(moment):
    """How long until something is due, or since when it is over."""
    if not moment:
        return ""
    seconds = (moment - timezone.now()).total_seconds()
    words = _span(abs(seconds))
    return _time(moment, _("%(span)s left") % {"span": words} if seconds > 0 else _("over by %(span)s") % {"span": words})


def _time(moment, words):
    exact = timezone.localtime(moment)
    return format_html('<time datetime="{}" title="{}">{}</time>', exact.isoformat(), f"{exact:%a %d %b %Y, %H:%M %Z}", words)


def _relative(moment) -> str:
    seconds = (timezone.now() - moment).total_seconds()
    if seconds < 0:
        return _("in %(span)s") % {"span": _span(-seconds)}
    if seconds < 60:
        return _("just now")
    if seconds < 30 * 86400:
        return _("%(span)s ago") % {"span": _span(seconds)}
    return f"{timezone.localtime(moment):%d %b %Y}"


def _span(seconds: float) -> str:
    minutes = int(seconds // 60)
    if minutes < 60:
        return ngettext("%(n)d minute", "%(n)d minutes", max(minutes, 1)) % {"n": max(minutes, 1)}
    hours = minutes // 60
    if hours < 48:
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    return ngettext("%(n)d day", "%(n)d days", hours // 24) % {"n": hours // 24}


@register.filter
def lookup(mapping, key):
    return mapping.get(key) if mapping else None


@register.filter
def initials(label):
    """Two letters for somebody, from their name alone."""
    words = [word for word in re.split(r"\W+", str(label).split(" · ")[0]) if word]
    return "".join(word[0] for word in words[:2]).upper() or "?"


@register.simple_tag(takes_context=True)
def query(context, **changes):
    """The present address's query with some names changed; None drops one."""
    copy = context["request"].GET.copy()
    for name, value in changes.items():
        copy.pop(name, None)
        if value is not None:
            copy[name] = value
    return "?" + copy.urlencode()


@register.filter
def field_of(form, name):
    return form[name]


@register.simple_tag(takes_context=True, name="csrf_token")
def csrf_and_seat(context):
    """Django's token, and for whom the page was drawn: a form of before a switch of seats must not act for the other organisation."""
    viewer = context.get("viewer")
    seat = format_html('<input type="hidden" name="acting_for" value="{}">', viewer.seat_id) if viewer and viewer.seat_id else ""
    return format_html("{}{}", CsrfTokenNode().render(context), seat)
