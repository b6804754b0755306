"""Names that a document gives to what it is about: from its title, else its first sentence, and its aliases.

A titled document has its title, the title without its parenthesis ("Mercury (planet)" is "Mercury") and the
part before a comma ("Troy, Ohio" is "Troy"); one without a title has the subject of its first sentence.
Both gain the aliases that the first sentences give, at less trust. Texts that define nothing (a chat line, a
page from the middle of something) have no lead and no aliases; nor has a message in a thread (metadata
`thread`), which goes on with what was said before it.
"""

from __future__ import annotations

import html
from collections.abc import Iterable

from ..core.records import Document, Label, Mention, Name, Span
from ..core.text import fold, has_unspaced, is_unspaced, squeeze, without_parenthesis
from .name_aliases import aliases_of, familiar, person_parts, without_honorific, without_legal_form
from .name_lead import Lead, find_lead
from .name_opening import opening
from .name_type import type_of

_LONGEST_TITLE = 150
_LONGEST = 90
_LONGEST_ADDITION = 6
"""Words after the comma of a title; a longer title goes on with a list or a description."""


def names_of(
    document: Document, sentences: tuple[Span, ...], mentions: tuple[Mention, ...]
) -> tuple[tuple[Name, ...], Label]:
    """Names of what the document is about, best first, and the type of it as its own words show it.

    `sentences` are spans of the text, in order. No two names fold to the same form.

    >>> text = "Ada Lovelace (born Ada Byron) was an English mathematician."
    >>> names, about = names_of(Document("a", text), (Span(0, len(text)),), ())
    >>> [(n.text, n.kind) for n in names], about.value
    ([('Ada Lovelace', 'lead'), ('Ada Byron', 'alias')], 'PER')
    """
    title = squeeze(html.unescape(document.title))
    speaks_along = not title and document.metadata.get("thread") not in (None, "")
    start = None if speaks_along else opening(document.text, sentences, document.language)
    lead = find_lead(start, mentions, without_parenthesis(title)) if start is not None else None
    if title and lead is not None and not _speaks_of(title, lead):
        lead = None
    about = type_of(title, start, lead, mentions)
    names: list[Name] = list(_of_title(title, about))
    if start is not None and lead is not None:
        if title:
            names.append(Name(lead.text, "alias", 0.75))
        else:
            names.append(Name(lead.text, "lead", 0.9 if lead.sure else 0.7))
            if lead.article:
                names.append(Name(f"{lead.article}{lead.text}", "alias", 0.8 if lead.sure else 0.6))
        names += aliases_of(start, lead, about)
    if about in (Label.ORG, Label.MISC):
        known = [n for n in names if n.kind in ("title", "base", "lead", "alias") and n.weight >= 0.7]
        names += [Name(bare, "part", 0.75) for name in known if (bare := without_legal_form(name.text))]
    if about is Label.PER:
        known = [n for n in names if n.kind in ("title", "base", "lead", "alias") and n.weight >= 0.7]
        names += [Name(bare, "part", 0.8) for name in known if (bare := without_honorific(name.text))]
        names += [part for name in known for part in person_parts(name.text)]
        said = start.text[lead.complement :] if start is not None and lead is not None else ""
        names += [part for name in known for part in familiar(name.text, said)]
    return _best(names), about


def _of_title(title: str, about: Label) -> Iterable[Name]:
    if not title or len(title) > _LONGEST_TITLE:
        return
    yield Name(title, "title", 1.0)
    base = without_parenthesis(title)
    if base != title:
        yield Name(base, "base", 0.9)
    head, _, rest = base.replace("，", ", ").partition(", ")
    head = head.strip()
    says_where_or_who = 0 < len(rest.split()) <= _LONGEST_ADDITION  # "Ohio", "Duke of Albany"
    if says_where_or_who and len(head) > (1 if is_unspaced(head) else 2) and about is not Label.WORK:
        yield Name(head, "comma", 0.5)


def _speaks_of(title: str, lead: Lead) -> bool:
    """True when the subject of the first sentence is what the title names, as far as words can tell."""
    said, titled = fold(lead.text).split(), fold(without_parenthesis(title)).split()
    if said == titled or not titled:
        return said == titled
    if lead.text[:1].islower() and len(said) > 2:
        return False
    if titled[: len(said)] == said or (titled[-len(said) :] == said and len(said) * 2 > len(titled)):
        return lead.defines
    if _abbreviates(titled, said):
        return True
    if said[-1] == titled[-1] or said[0] == titled[0]:
        return lead.sure and lead.bracketed and len(titled) <= 4 and not any(c.isdigit() for c in lead.text)
    return lead.sure and (lead.indefinite or has_unspaced(lead.text) != has_unspaced(title))


def _abbreviates(short: list[str], long: list[str]) -> bool:
    """True when all words of `short` are in `long`, in order, whole or as initials."""
    rest = iter(long)
    return all(any(w == other or (len(w) == 1 and other[0] == w) for other in rest) for w in short)


def _best(names: Iterable[Name]) -> tuple[Name, ...]:
    best: dict[str, Name] = {}
    for name in names:
        key = fold(name.text)
        if not key or len(name.text) > (_LONGEST_TITLE if name.kind == "title" else _LONGEST):
            continue
        if name.kind not in ("title", "base") and _is_junk(name.text, key):
            continue
        known = best.get(key)
        if known is None or (name.weight > known.weight and known.kind not in ("title", "lead")):
            best[key] = name
    return tuple(sorted(best.values(), key=lambda n: -n.weight))


def _is_junk(text: str, key: str) -> bool:
    """True for what would match by accident: digits, single letters, words in small letters."""
    if not any(c.isalpha() for c in key):
        return True
    return len(key) < 2 or (" " not in key and text.islower())
