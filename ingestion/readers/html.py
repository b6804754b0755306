"""HTML: the text that a reader of the page came for, in paragraphs, without navigation, scripts and
styles.

Title: `og:title`, else `<title>`, else the first `<h1>`, else the file's name. Date: the publication date
that the page's metadata gives.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...core.errors import DocumentTooLargeError
from ...core.records import Document
from ...core.text import squeeze
from .base import SourceFile
from .encoding import declared_encoding, decode

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

_BOILERPLATE = frozenset(
    "nav script style noscript template aside footer form iframe object svg canvas button dialog head".split()
)
_BOILERPLATE_ROLES = frozenset({"navigation", "banner", "contentinfo", "search"})
_PARAGRAPHS = frozenset(
    "address article blockquote body center details div dl fieldset figcaption figure h1 h2 h3 h4 h5 h6"
    " header hr main ol p pre section summary table ul".split()
)
_LINES = frozenset("br dd dt li tr caption option".split())
_CELLS = frozenset({"td", "th"})
_PARAGRAPH, _LINE = "\x1e", "\x1f"
_BYTES_PER_CHARACTER = 2
"""Bytes of a page for one character of its text at most; parsing takes twenty times the page in memory."""
MOST_TAGS = 500_000
"""A parsed tag takes 1.4 kB, so that a small file may fill the memory: this many take 0.7 GB."""
_START_TAG = re.compile(r"<[A-Za-z]")
_PROLOG = re.compile(r"\A\s*<\?xml[^>]*\?>")
_DATES = ("article:published_time", "date", "dc.date", "dcterms.date", "datepublished")
_ISO = re.compile(r"\d{4}-\d\d-\d\d")


def read_html(file: SourceFile) -> Iterator[Document]:
    """The one document of a page."""
    data = file.data(most=_BYTES_PER_CHARACTER * file.limits.max_characters)
    markup = decode(data, declared=declared_encoding(data))
    if (tags := len(_START_TAG.findall(markup))) > MOST_TAGS:
        raise DocumentTooLargeError(f"page of {tags:,} tags; the limit is {MOST_TAGS:,}: split it")
    soup = _parse(markup)
    title, date = _title(soup), _date(soup)
    yield file.document(_plain(soup), title=title, date=date)


def html_to_text(markup: str) -> str:
    """The visible text of a piece of HTML, paragraphs apart by an empty line.

    >>> html_to_text("<nav>Home</nav><p>One &amp;\\n two</p><p>three</p>")
    'One & two\\n\\nthree'
    """
    return _plain(_parse(markup)) if "<" in markup else squeeze(html.unescape(markup))


def _parse(markup: str) -> BeautifulSoup:
    from bs4 import BeautifulSoup

    body = _PROLOG.sub("", markup)
    return BeautifulSoup(body if "<" in body else f"<p>{body}</p>", "lxml")


def _plain(soup: BeautifulSoup) -> str:
    root: Tag = soup.find("main") or soup.body or soup
    paragraphs = []
    for paragraph in "".join(_pieces(root)).split(_PARAGRAPH):
        lines = [line for line in map(squeeze, paragraph.split(_LINE)) if line]
        if lines:
            paragraphs.append("\n".join(lines))
    return "\n\n".join(paragraphs)


def _pieces(root: Tag) -> Iterator[str]:
    """Strings below a tag and the breaks between them; a walk of its own, since pages nest without limit."""
    from bs4 import Tag
    from bs4.element import CData, NavigableString

    open_tags: list[tuple[Iterator[object], str, bool]] = [(iter(root.contents), "", False)]
    while open_tags:
        inside, end, verbatim = open_tags[-1]
        child = next(inside, None)
        if child is None:
            open_tags.pop()
            yield end
        elif isinstance(child, Tag):
            if not _is_boilerplate(child):
                mark = _mark(child.name)
                yield mark
                open_tags.append((iter(child.contents), mark, verbatim or child.name == "pre"))
        elif type(child) in (NavigableString, CData):  # the other kinds are comments, scripts …
            yield str(child).replace("\n", _LINE) if verbatim else str(child)


def _mark(name: str) -> str:
    if name in _PARAGRAPHS:
        return _PARAGRAPH
    return _LINE if name in _LINES else " " if name in _CELLS else ""


def _is_boilerplate(tag: Tag) -> bool:
    if tag.name in _BOILERPLATE or "hidden" in tag.attrs or tag.get("aria-hidden") == "true":
        return True
    if tag.get("role") in _BOILERPLATE_ROLES:
        return True
    return tag.name == "header" and tag.find(["h1", "h2"]) is None


def _title(soup: BeautifulSoup) -> str:
    named = soup.find("meta", attrs={"property": "og:title"})
    if named is not None and squeeze(str(named.get("content") or "")):
        return squeeze(str(named["content"]))
    for tag in (soup.find("title"), soup.find("h1")):
        if tag is not None and squeeze(tag.get_text()):
            return squeeze(tag.get_text())
    return ""


def _date(soup: BeautifulSoup) -> str | None:
    for meta in soup.find_all("meta"):
        name = str(meta.get("property") or meta.get("name") or meta.get("itemprop") or "").casefold()
        if name in _DATES and (found := _ISO.match(str(meta.get("content") or ""))):
            return found.group()
    return None
