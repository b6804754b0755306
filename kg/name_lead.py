"""The subject of a first sentence: what a text without a title is about.

The subject is what stands before the first "(", comma or copula ("Nairobi (…) is", "雅典是"); where another
verb follows, a name that the tagger saw at that place, or a run of capitalised words. A sentence that opens
with a pronoun, a preposition or a greeting, or speaks in the first or second person, has no subject to take.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..core.records import Mention, Part, Span
from ..core.text import fold, is_unspaced
from .name_words import ARTICLES, CHAT, COPULAS, HONORIFICS, OPENERS, PARTICLES, ZH_OPENERS

_WINDOW = 600
_LONGEST = 80
_MOST_WORDS = 10
_QUOTES = "\"'“”„«»‘’「」『』《》〈〉*_"
WORD = re.compile(r"[\w][\w'’.&/\-‐‑]*", re.UNICODE)
_CLOSED = re.compile(r"^\s*[\"“«„「『《]\s*([^\"”»“」』》]{2,80}?)\s*,?[\"”»“」』》]")
_ARTICLE = {
    "en": re.compile(r"(?:The|A|An)\s+"),
    "de": re.compile(r"(?:Der|Die|Das|Ein|Eine)\s+"),
    "es": re.compile(r"(?:El|La|Los|Las|Un|Una)\s+"),
    "fr": re.compile(r"(?:Le|La|Les|Un|Une)\s+|L['’]"),
    "it": re.compile(r"(?:Il|Lo|La|Gli|Le|Un|Una)\s+|L['’]"),
    "pt": re.compile(r"(?:O|A|Os|As|Um|Uma)\s+"),
}
_ZH_COPULA = re.compile(r"是|为(?!了)|為|位于|位於|指(?!出)|即|属于|成立于|创立于|出生于|生于")
_ZH_STOP = re.compile(r"[（(，,。：:；;！!？?、—]")
_STOP = re.compile(r"\s*[(（\[]|\s*[,，;]\s|\s+[—–]\s|:\s|\s+-\s")
_STOPWORDS = {
    "en": "the a an is was are were of in and by born",
    "de": "der die das ein eine ist war von und im in den",
    "es": "el la los las un una es fue de y en por con",
    "fr": "le la les un une est était de et en par du des",
    "pt": "o a os as um uma é foi de e em do da",
    "it": "il lo la un una è fu di e in del della",
}
_DEFINITE = {
    "en": r"(?:a|an|one|the|any|either|another)\b",
    "de": r"(?:ein|eine|einer|der|die|das)\b",
    "es": r"(?:un|una|el|la|los|las|uno)\b",
    "fr": r"(?:un|une|le|la|les|l['’]|des)",
}
_INDEFINITE = re.compile(r"(?:an?|eine?|une?|una|um|uma)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Opening:
    """The first sentences as one string, their place in the document's text, and their language."""

    text: str
    start: int
    language: str
    """en, de, es, fr, pt, it, ru or zh: which words define, not a detection of the document's language."""
    later: tuple[str, ...] = ()
    """The two sentences that follow."""


@dataclass(frozen=True, slots=True)
class Lead:
    """The subject of the first sentence; `opening.text[start:end]` holds it."""

    text: str
    start: int
    end: int
    """Where what follows the subject begins: a parenthesis, a comma, the verb."""
    verb: int
    """Where the copula begins, -1 without one."""
    complement: int
    """Where what the copula says begins; `end` without one."""
    sure: bool
    """Every sign of a name is there."""
    defines: bool
    """"X is a …" or "X (…", not any other predicate."""
    indefinite: bool
    """What the copula says begins with an indefinite article."""
    bracketed: bool = False
    """A parenthesis follows the subject, as after a person's name."""
    article: str = ""


def opening(text: str, sentences: tuple[Span, ...], language: str | None) -> Opening | None:
    """The first sentence, joined with the next ones where it was split within a parenthesis or a name."""
    if not sentences:
        return None
    sentences = sentences[_headings(text, sentences) :]
    start, last = sentences[0].start, 0
    while start < sentences[0].end and (text[start].isspace() or text[start] in "#>-•="):
        start += 1
    end = sentences[0].end
    for last in range(1, min(4, len(sentences))):
        head = text[start:end]
        open_ = head.count("(") + head.count("（") > head.count(")") + head.count("）")
        if not open_ and len(head.strip()) >= 25 and not re.search(r"\b[A-Z][a-z]?\.\s*$", head):
            last -= 1
            break
        if not open_ and is_unspaced(head):
            last -= 1
            break
        end = sentences[last].end
    head = text[start : min(end, start + _WINDOW)].replace("\n", " ").rstrip()
    if not head:
        return None
    later = tuple(text[s.start : min(s.end, s.start + 200)] for s in sentences[last + 1 : last + 3])
    return Opening(head, start, _language(head, language), later)


def _headings(text: str, sentences: tuple[Span, ...]) -> int:
    """How many of the first sentences are lines of their own without a full stop, before running text."""
    for skipped, span in enumerate(sentences[:3]):
        piece = text[span.start : span.end].rstrip()
        alone = span.end == len(text) or "\n" in text[span.start + len(piece) : span.end + 1]
        if (
            not piece
            or (not alone and "\n" not in text[span.end - 1 : span.end + 1])
            or piece[-1] in ".!?。！？:：)）"
        ):
            return skipped
    return 0


def _language(head: str, given: str | None) -> str:
    if is_unspaced(head):
        return "zh"
    if re.search(r"[\u0400-\u04ff]", head[:60]) and not re.match(r"[\W_]*[A-Za-z]{2}", head):
        return "ru"
    if given is not None and given[:2] in _STOPWORDS:
        return given[:2]
    words = [w.casefold() for w in WORD.findall(head)]
    votes = {name: sum(w in line.split() for w in words) for name, line in _STOPWORDS.items()}
    return max(votes, key=lambda name: (votes[name], name == "en"))


def find_lead(start: Opening, mentions: tuple[Mention, ...], title: str = "") -> Lead | None:
    """The subject of the first sentence, the title where it opens with that; None where there is none."""
    if start.language == "zh":
        return _chinese(start, mentions, title)
    titled = _opens_with(start, title) if title else None
    if titled is not None:
        return titled
    return _spaced(start, mentions)


def _opens_with(start: Opening, title: str) -> Lead | None:
    article = _ARTICLE[start.language].match(start.text) if start.language in _ARTICLE else None
    for first in (0, article.end() if article else 0):
        named = re.compile(rf"[{_QUOTES}\s]*({re.escape(title)})(?!\w)[{_QUOTES}\s]*", re.IGNORECASE)
        opened = named.match(start.text, first)
        if opened is not None:
            copula = _copula(start, opened.end() - 1)
            return _lead(start, title, opened.start(1), opened.end(1), copula, True)
    return None


def _named_at(start: Opening, mentions: tuple[Mention, ...], place: int) -> int:
    """End of the longest name that the tagger saw at a place of the opening, or -1."""
    ends = [
        m.end - start.start
        for m in mentions
        if m.part is Part.TEXT and m.start - start.start == place and not m.label.is_value
    ]
    return max(ends, default=-1)


def _chinese(start: Opening, mentions: tuple[Mention, ...], title: str) -> Lead | None:
    text = start.text
    first = len(text) - len(text.lstrip(_QUOTES + " "))
    stop = _ZH_STOP.search(text, first)
    copula = _ZH_COPULA.search(text, first + 1)
    seen = _named_at(start, mentions, first)
    if title and text.startswith(title, first):
        seen = first + len(title)
    while copula is not None and copula.start() < seen:
        copula = _ZH_COPULA.search(text, copula.end())
    ends = [m.start() for m in (stop, copula) if m is not None]
    end = min(ends, default=seen)
    if seen > 0 and (not ends or (copula is None and seen < end)):
        end = seen
    name = text[first:end].strip(_QUOTES + " ") if end > first else ""
    if not 2 <= len(name) <= 20 or any(name.startswith(o) for o in ZH_OPENERS) and seen < end:
        return None
    if copula is None and stop is not None and stop.group() not in "（(" and seen < end:
        return None
    if re.search(r"[我你您吗呢吧啊]", text[:40]) or text.rstrip().endswith(("！", "？", "!", "?")):
        return None
    if "的" in name[1:-1] and len(name) > 8 and text[first - 1 : first] not in ("《", "「", "『"):
        return None
    verb = copula.start() if copula is not None else -1
    bracketed = text[end : end + 1] in ("（", "(")
    defines = copula is not None or bracketed
    after = copula.end() if copula is not None else end
    return Lead(name, first, end, verb, after, defines, defines, text[after : after + 1] == "一", bracketed)


def _copula(start: Opening, begin: int) -> re.Match[str] | None:
    """The first copula at or after a place, outside of parentheses."""
    depth, outside = 0, []
    for c in start.text:
        depth += c in "(（["
        outside.append(" " if depth else c)
        depth = max(0, depth - (c in ")）]"))
    flat = "".join(outside)
    words = "|".join(COPULAS.get(start.language, COPULAS["en"]).split())
    pattern = rf"(?<=[\s\"”»)])(?:{words})(?=\s)"
    if start.language == "ru":
        pattern += r"|(?<=\s)[—–-](?=\s)"
    return re.compile(pattern).search(flat, begin)


def _spaced(start: Opening, mentions: tuple[Mention, ...]) -> Lead | None:
    text = start.text
    first = len(text) - len(text.lstrip(" \t"))
    titled = _title_case(start, first)
    if titled is not None:
        return titled
    quoted = _CLOSED.match(text, first)
    if quoted is not None:
        return _quoted(start, first, quoted)
    article = _ARTICLE[start.language].match(text, first) if start.language in _ARTICLE else None
    if article is not None:
        first = article.end()
    if _chats(text, text[first:], start.language):
        return None
    copula, stop = _copula(start, first + 1), _STOP.search(text, first)
    seen = _named_at(start, mentions, first)
    end = min((m.start() for m in (stop, copula) if m is not None), default=-1)
    if not _closes(end, stop, copula) or end - first > _LONGEST:
        end, copula = max(seen, _capitals(text, first)), None
    name = text[first:end].strip(" " + _QUOTES) if end > 0 else ""
    if copula is not None and copula.start() - first > 350:
        copula = None
    is_name = _is_name(name, seen >= end, article is not None)
    end, name = _bracketed_nickname(text, end, name)
    lead = _lead(start, name, first, end, copula, is_name)
    term = article is None and copula is not None and lead.defines and _is_term(name)
    if not name or not (is_name or term):
        return None
    if len(WORD.findall(name)) == 1 and not lead.defines and seen < end:
        return None
    return replace(lead, article=article.group()) if article and is_name else lead


def _lead(
    start: Opening, name: str, first: int, end: int, copula: re.Match[str] | None, is_name: bool
) -> Lead:
    text = start.text
    after = copula.end() if copula is not None else end
    said = text[after:].lstrip()
    definite = copula is not None and (
        start.language == "ru"
        or re.match(_DEFINITE.get(start.language, _DEFINITE["en"]), said, re.I) is not None
    )
    bracketed = re.match(r"\s*[(（]", text[end:]) is not None
    defines = definite or bracketed
    verb = copula.start() if copula is not None else -1
    indefinite = _INDEFINITE.match(said) is not None
    return Lead(name, first, end, verb, after, is_name and defines, defines, indefinite, bracketed)


def _title_case(start: Opening, first: int) -> Lead | None:
    """A subject of three words or more, all but particles in capitals, that a copula with an article defines.

    Such a one is a title whatever word it opens with ("Under the Roof of Night is a novel by …").
    """
    if start.language != "en" or start.text[first : first + 1] in _QUOTES:
        return None
    copula = _copula(start, first + 1)
    if (
        copula is None
        or copula.start() - first > _LONGEST
        or not _INDEFINITE.match(start.text[copula.end() :].lstrip())
    ):
        return None
    name = start.text[first : copula.start()].strip()
    words = WORD.findall(name)
    small = [w for w in words if w[0].islower()]
    plain = not re.search(r"[,;(（]|\.\s", name) and all(w in PARTICLES or w in OPENERS for w in small)
    if len(words) < 3 or len(words) - len(small) < 2 or not plain or _ARTICLE["en"].match(name):
        return None
    return _lead(start, name, first, copula.start(), copula, True)


def _quoted(start: Opening, first: int, quoted: re.Match[str]) -> Lead | None:
    """A title in quotes, where a parenthesis or a copula follows and not a speaker."""
    copula = _copula(start, quoted.end())
    near = copula is not None and copula.start() - quoted.end() < 90
    rest = start.text[quoted.end() :].lstrip()
    if not near and not rest.startswith("("):
        return None
    if rest[:1] in ",;" or quoted.group(1).rstrip().endswith((",", "?!")):
        return None
    return _lead(start, quoted.group(1).strip(), first, quoted.end(), copula if near else None, True)


def _chats(text: str, rest: str, language: str) -> bool:
    """True when the sentence opens or speaks in a way that defines nothing."""
    persons = CHAT.get(language, CHAT["en"])
    if any(w.casefold() in persons and not (len(w) > 1 and w.isupper()) for w in WORD.findall(text[:160])):
        return True
    head = WORD.match(rest.lstrip(_QUOTES + " "))
    opens = head is not None and head.group().rstrip(".").casefold() in OPENERS
    return head is None or opens or text.rstrip().endswith(("?", "!"))


def _closes(end: int, stop: re.Match[str] | None, copula: re.Match[str] | None) -> bool:
    """True when what stands at `end` can end a subject: a comma does only where a verb follows it later."""
    if end < 0:
        return False
    if stop is None or stop.start() != end:
        return True
    mark = stop.group().strip()
    if mark in ("(", "（", "["):
        return True
    if mark.startswith((":", "-")):
        return False
    return copula is not None and copula.start() - end < 250


def _capitals(text: str, first: int) -> int:
    """End of a run of two or more capitalised words at a place, or -1."""
    words: list[re.Match[str]] = []
    for word in _words(text, first):
        if not (word.group()[0].isupper() or (words and word.group() in PARTICLES)):
            break
        words.append(word)
        if word.group()[-1] == "." and len(word.group()) > 3:
            break
    while words and words[-1].group() in PARTICLES:
        words.pop()
    return words[-1].end() if len(words) >= 2 else -1


def _words(text: str, first: int) -> Iterator[re.Match[str]]:
    end = first
    for word in WORD.finditer(text, first):
        if text[end : word.start()].strip():
            return
        end = word.end()
        yield word


def _bracketed_nickname(text: str, end: int, name: str) -> tuple[int, str]:
    """Joins a family name that stands after a nickname in a parenthesis: "Hendrik (Henk) Visser (born …"."""
    match = re.compile(r"\s*\(\s*\w+\s*\)\s+([^\W\d_][\w-]+)(?=\s*\()").match(text, max(end, 0))
    if match is None or not match.group(1)[0].isupper():
        return end, name
    return match.end(), f"{name} {match.group(1)}"


def _is_name(name: str, seen: bool, after_article: bool) -> bool:
    """True when capitals (or a script without any) say that this is a name and no sentence."""
    words = WORD.findall(name)
    if not words or len(words) > _MOST_WORDS or not 2 <= len(name):
        return False
    if not any(c.isalpha() for c in name):
        return False
    content = [w for w in words if w.casefold() not in PARTICLES and w.casefold() not in ARTICLES]
    if not content:
        return False
    capital = sum(not w[0].islower() or any(c.isupper() for c in w) for w in content)
    if len(content) == 1:
        return capital == 1 and (seen or fold(content[0]) not in HONORIFICS)
    return capital * 2 > len(content) or seen or (after_article and capital * 2 >= len(content))


def _is_term(name: str) -> bool:
    """True for a common noun that the sentence defines ("Computer bridge is a …")."""
    return 1 <= len(WORD.findall(name)) <= 4 and len(name) > 3 and name[0].isupper()
