"""The subject of a first sentence: what a text without a title is about.

The subject is what stands before the first "(", comma or copula ("Nairobi (…) is", "雅典是"); where another
verb follows, a name that the tagger saw at that place, or a run of capitalised words. A sentence that opens
with a pronoun, a preposition or a greeting, or speaks in the first or second person, has no subject to take.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..core.records import Label, Mention, Part
from ..core.text import fold
from .name_opening import WORD, Opening
from .name_words import ARTICLES, CHAT, COPULAS, HONORIFICS, OPENERS, PARTICLES, TYPE_WORDS, ZH_OPENERS

_LONGEST = 80
_FARTHEST = 350
"""Characters from a subject to its copula, parentheses between them included."""
_MOST_WORDS = 10
_QUOTES = "\"'“”„«»‘’「」『』《》〈〉*_"
_TITLE_SMALL = (PARTICLES | OPENERS) - CHAT["en"]
_CLOSED = re.compile(r"^\s*[\"“«„「『《]\s*([^\"”»“」』》]{2,80}?)\s*,?[\"”»“」』》]")
_ARTICLE = {
    "en": re.compile(r"(?:The|A|An)\s+"),
    "de": re.compile(r"(?:Der|Die|Das|Ein|Eine)\s+"),
    "es": re.compile(r"(?:El|La|Los|Las|Un|Una)\s+"),
    "fr": re.compile(r"(?:Le|La|Les|Un|Une)\s+|L['’]"),
    "it": re.compile(r"(?:Il|Lo|La|Gli|Le|Un|Una)\s+|L['’]"),
    "pt": re.compile(r"(?:O|A|Os|As|Um|Uma)\s+"),
}
_ZH_COPULA = re.compile(
    r"(?<![但就于还都也可的只总])是|(?<![视名称成分作因认以称列定改])[为為](?!了)|位于|位於|指(?!出)|即|属于|成立于|创立于|出生于|生于"
)
_ZH_VERBAL = re.compile(
    r"[的了被把很也都就可]|通常|报道|开始|取代|由于|具有|进入|颁布|认为|表示|包括|不久|以来|使用|以其|担心|提供|需要|发现|"
    r"\d{3,4}\s*年|之后|之前|期间|已经|其中|大多|多数|所有"
)
"""What a name does not hold, and a sentence that begins with one does."""
_ZH_STOP = re.compile(r"[（(，,。：:；;！!？?、—]")
_STOP = re.compile(r"\s*[(（\[]|\s*[,，;]\s|\s+[—–]\s|:\s|\s+-\s")
_DEFINITE = {
    "en": r"(?:a|an|one|the|any|either|another)\b",
    "de": r"(?:ein|eine|einer|der|die|das)\b",
    "es": r"(?:un|una|el|la|los|las|uno)\b",
    "fr": r"(?:un|une|le|la|les|l['’]|des)",
}
_ASIDE = re.compile(r"[(（][^()（）]*[)）]?|[\"“«„][^\"”»“]*[\"”»“]?")
"""What a sentence says in parentheses or in quotes."""
_LIVED = re.compile(r"\s*[(（]\s*(?:born\b|b\.|c\.|\d|[^\x00-\x7f])")
"""A parenthesis as it follows a person's name."""
_INDEFINITE = re.compile(r"(?:an?|eine?|une?|una|um|uma)\b", re.IGNORECASE)


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
    if stop is not None and stop.start() == end and seen < end and not _zh_closes(text, stop, copula):
        return None
    if re.search(r"[我你您吗呢吧啊]", text[:40]) or text.rstrip().endswith(("！", "？", "!", "?")):
        return None
    quoted = text[first - 1 : first] in ("《", "「", "『") if first else False
    if not quoted and seen < end and (len(name) > 14 or _ZH_VERBAL.search(name)):
        return None
    verb = copula.start() if copula is not None else -1
    bracketed = text[end : end + 1] in ("（", "(")
    defines = copula is not None or bracketed
    after = copula.end() if copula is not None else end
    return Lead(name, first, end, verb, after, defines, defines, text[after : after + 1] == "一", bracketed)


def _zh_closes(text: str, stop: re.Match[str], copula: re.Match[str] | None) -> bool:
    """True when the mark ends a subject: after a comma a later clause has to begin with the copula."""
    if stop.group() in "（(":
        return True
    return stop.group() not in "：:" and copula is not None and text[copula.start() - 1] in "，,）)”」"


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
    name = _unquoted(text[first:end]) if end > 0 else ""
    if copula is not None and copula.start() - first > _FARTHEST:
        copula = None
    is_name = _is_name(name, seen >= end, article is not None) or _is_work(name, copula, start)
    end, name = _bracketed_nickname(text, end, name)
    lead = _lead(start, name, first, end, copula, is_name)
    term = article is None and copula is not None and copula.start() <= end + 1 and _is_term(name, lead, text)
    if not name or not (is_name or term):
        return None
    if not lead.defines and seen < end and not _stands_alone(name, start.language, article):
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
    """A subject with capitals throughout but for particles, that a copula with an article defines.

    Such a one is a title whatever word it opens with ("Under the Roof of Night is a novel by …"); one of two
    words only where a parenthesis as of a person follows ("He Jianjun (born 1960) is a director").
    """
    text = start.text
    if start.language != "en" or text[first : first + 1] in _QUOTES:
        return None
    article = _ARTICLE["en"].match(text, first)
    begin = article.end() if article else first
    copula, bracket = _copula(start, begin + 1), text.find("(", begin)
    if copula is None or copula.start() - begin > _FARTHEST:
        return None
    end = bracket if 0 <= bracket < copula.start() else copula.start()
    said = text[copula.end() :].lstrip()
    if end - begin > _LONGEST or not re.match(_DEFINITE["en"], said, re.IGNORECASE):
        return None
    name = text[begin:end].strip()
    words = WORD.findall(name)
    small = [w for w in words if w[0].islower()]
    plain = not re.search(r"[,;(!?]|\.\s", name) and all(w in _TITLE_SMALL for w in small)
    short = len(words) == 2 and article is None and _LIVED.match(text, begin + len(name)) is not None
    if not plain or len(words) - len(small) < 2 or (len(words) < 3 and not short):
        return None
    lead = _lead(start, name, begin, begin + len(name), copula, True)
    return replace(lead, article=article.group()) if article else lead


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
    words = WORD.findall(_ASIDE.sub(" ", text[:160]))
    if any(_is_person(words, at, persons) for at in range(len(words))):
        return True
    head = WORD.match(rest.lstrip(_QUOTES + " "))
    opens = head is not None and head.group().rstrip(".").casefold() in OPENERS
    return head is None or opens or text.rstrip().endswith(("?", "!"))


def _is_person(words: list[str], at: int, persons: frozenset[str]) -> bool:
    """True for a first or second person, but not within a name: "Love Me Again", "Antonio I Ordelaffi"."""
    word, before, behind = words[at], words[:at][-1:], words[at + 1 :][:1]
    if word.casefold() not in persons or (len(word) > 1 and word.isupper()):
        return False
    if word == "I":  # or the first of a name
        named = bool(before) and before[0][0].isupper()
        return not named or (at < 2 and not any(w[0].isupper() for w in behind))
    return at == 0 or word[0].islower() or word.startswith("I")


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


def _unquoted(name: str) -> str:
    """The name without quotes around it; without any where only one of a pair is inside."""
    bare = name.strip(" " + _QUOTES)
    return re.sub(r"[\"“”„«»]", "", bare) if sum(c in '"“”„«»' for c in bare) % 2 else bare


def _stands_alone(name: str, language: str, article: re.Match[str] | None) -> bool:
    """True when the form alone makes a name of what no tagger saw and the sentence does not define.

    German writes every noun with a capital, so there it never does.
    """
    if article is not None and article.group().strip().casefold() in (
        "a",
        "an",
        "un",
        "una",
        "une",
        "um",
        "uma",
    ):
        return False
    return language != "de" and len(WORD.findall(name)) > 1 and not name[0].islower()


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
    plain = [w for w in content if w.islower() and w not in OPENERS]
    if len(words) > 3 and len(plain) > 1 and not seen:
        return False
    capital = sum(not w[0].islower() or any(c.isupper() for c in w) for w in content)
    if (
        after_article
        and name[0].islower()
        and not seen
        and not any(content[0] in t for t in TYPE_WORDS.values())
    ):
        return False
    if len(content) == 1:
        return capital == 1 and (seen or fold(content[0]) not in HONORIFICS)
    return capital * 2 > len(content) or seen or (after_article and capital * 2 >= len(content))


def _is_work(name: str, copula: re.Match[str] | None, start: Opening) -> bool:
    """True where what follows says "is a 1951 Argentine film" or the like: titles are written in any way."""
    said = start.text[copula.end() :].lstrip()[:80] if copula is not None else ""
    if not name[:1].isupper() or len(WORD.findall(name)) > _MOST_WORDS or not _INDEFINITE.match(said):
        return False
    table = TYPE_WORDS.get(start.language, TYPE_WORDS["en"])
    return any(table.get(word.casefold().rstrip(".")) is Label.WORK for word in WORD.findall(said)[:6])


def _is_term(name: str, lead: Lead, text: str) -> bool:
    """True for a common noun that the sentence defines ("Computer bridge is a …")."""
    said = text[lead.complement :].lstrip()
    praised = re.match(
        r"(?:the|a|an)\s+(?:very\s+)?(?:best|most|key|only|same|great|good|big|must|mix)\b", said
    )
    return (
        lead.defines
        and not praised
        and 1 <= len(WORD.findall(name)) <= 4
        and len(name) > 3
        and name[0].isupper()
    )
