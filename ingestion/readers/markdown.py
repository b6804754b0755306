"""Markdown as plain text: paragraphs kept, marks gone, links by their words.

Title: that of the front matter, else the first heading of the first level, else a heading that the text
begins with, else the file's name. The heading that became the title is not repeated in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ...core.records import Document
from .base import SourceFile
from .html import html_to_text
from .text import plain_text

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FIELD = re.compile(r"""^(title|date)[ \t]*:[ \t]*["']?(.*?)["']?[ \t]*$""", re.MULTILINE | re.IGNORECASE)
_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_PORTION = 500_000
"""Characters parsed at a time, or a little more; a link's address need not be in the same portion."""
_TAG = re.compile(r"<[^<>]*>")


def read_markdown(file: SourceFile) -> Iterator[Document]:
    """The one document of a Markdown file."""
    source = plain_text(file)
    fields: dict[str, str] = {}
    if front := _FRONT.match(source):
        fields = {name.lower(): value for name, value in _FIELD.findall(front.group(1))}
        source = source[front.end() :]
    heading, text = markdown_to_text(source)
    date = _ISO.match(fields.get("date", ""))
    title = fields.get("title") or heading
    yield file.document(text or title, title=title, date=date.group() if date else None)


def markdown_to_text(source: str) -> tuple[str, str]:
    """The title heading ("" without one) and the rest as plain text, paragraphs apart by an empty line.

    >>> markdown_to_text("# Rivers\\n\\nThe *Jordan* flows\\ninto a [sea](x.md).\\n\\n- one\\n- two")
    ('Rivers', 'The Jordan flows into a sea.\\n\\none\\ntwo')
    """
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark").enable("table")
    blocks = [block for portion in _portions(source) for block in _blocks(parser.parse(portion))]
    title = ""
    for i, (kind, text) in enumerate(blocks):
        if kind == "h1" or (i == 0 and kind.startswith("h")):
            title = text
            del blocks[i]
            break
    parts: list[str] = []
    for i, (kind, text) in enumerate(blocks):
        if i:
            parts.append("\n" if kind in ("item", "row") and kind == blocks[i - 1][0] else "\n\n")
        parts.append(text)
    return title, "".join(parts)


def _portions(source: str) -> Iterator[str]:
    """The source in portions of whole blocks: a parsed one takes a hundred times the memory of its text."""
    lines: list[str] = []
    size = 0
    fence = blank = False
    for line in source.splitlines(keepends=True):
        if size >= _PORTION and blank and not fence and not line[:1].isspace():
            yield "".join(lines)
            lines, size = [], 0
        if _FENCE.match(line):
            fence = not fence
        blank = line.isspace()
        lines.append(line)
        size += len(line)
    yield "".join(lines)


def _blocks(tokens: Sequence[Token]) -> Iterator[tuple[str, str]]:
    """(kind, text) of every block: "h1" … "h6", "item" of a list, "row" of a table, "p" for the rest."""
    kind, cells = "p", list[str]()
    for token in tokens:
        match token.type:
            case "heading_open":
                kind = token.tag
            case "paragraph_open":
                kind = "item" if token.hidden else "p"
            case "tr_open":
                kind, cells = "cell", []
            case "tr_close":
                yield "row", " | ".join(cells)
                kind = "p"
            case "inline":
                text = _inline(token.children or ())
                if kind == "cell":
                    cells.append(text)
                elif text:
                    yield kind, text
            case "fence" | "code_block" if token.content.strip():
                yield "p", token.content.strip("\n")
            case "html_block":
                if text := html_to_text(token.content):
                    yield "p", text


def _inline(children: Sequence[Token]) -> str:
    parts: list[str] = []
    for child in children:
        match child.type:
            case "softbreak":
                parts.append(" ")
            case "hardbreak":
                parts.append("\n")
            case "image":
                parts.append(_inline(child.children or ()))
            case "html_inline":
                parts.append("\n" if child.content.startswith("<br") else "")
            case _:
                parts.append(child.content)
    return _TAG.sub("", "".join(parts)).strip() if "<" in "".join(parts) else "".join(parts).strip()
