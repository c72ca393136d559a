"""Markdown as people may write it here: CommonMark with tables and strikethrough, never raw HTML."""

from markdown_it import MarkdownIt

parser = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table").enable("strikethrough")
