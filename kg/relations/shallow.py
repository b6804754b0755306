"""Facts that need no parser: dates of life in parentheses, second names, and co-mentions.

"Rembrandt (1606 – 1669)"               (Rembrandt, bear on, 1606), (Rembrandt, die on, 1669)
"鲁迅（1881年9月25日－1936年10月19日）"     the same predicates
"World Health Organization (WHO)"       (World Health Organization, also known as, WHO)
"Anna met Ben near Rome."               co-mentions of neighbours, where no pattern ties them
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ...core.records import CO_MENTION, Argument, Fact, Label, Mention
from ...core.validity import Interval, edges
from ..definitions import definitions
from ..validity import plain
from .arguments import Indexed, Sentence

_GROUP = re.compile(r"[(（]([^()（）\n]{3,160})[)）]")
_DASH = re.compile(
    r"\s*(?:[–—－~-]|to|bis|至|;|,|；|，|†|died|d\.|gestorben|gest\.|ум\.|fallecid[oa]|mort)\s*", re.I
)
_BORN = re.compile(
    r"\bborn\b|\bb\.|\*|\bgeboren\b|\bgeb\.|\bnacid[oa]\b|\bnació\b|\bn\.\s|\bnée?\b|\bnat[oa]\b|\bnascid[oa]\b|"
    r"\bgeboren\b|\bur\.|\bрод\.|\bродил|生于|出生|生於", re.I,
)  # fmt: skip
_DIED = re.compile(
    r"\bdied\b|\bd\.|†|\bgest\.|\bgestorben\b|\bfallecid[oa]\b|\bmorte?\b|\bm\.\s|\bум\.|\bzm\.|逝世|去世|卒于",
    re.I,
)
_PLACE = re.compile(r"[\s,，]{0,3}(?:in|at|en|à|a|em|w|в|于|於)?\s?[,，]?\s?$", re.I)
_LIVING = frozenset({Label.PER, Label.MISC, Label.ORG, Label.LOC})
"""Labels that a reader may give to a person's name."""
_CALLED = re.compile(r"(?:[^\w();:!?]+(?:of|the|and|de|von|zu|di|\d+(?:st|nd|rd|th)|[^\W\d_a-z]\w*))*\W*")
"""What may stand between a name and the end of its titles: words with capitals, particles, no verb."""
_PART = re.compile(r"(?:-|\b[A-Z][\w.'’]*)\s*\Z")
_TAIL = re.compile(r"\b(?:of|and|de|von|zu|di|the)\s*\Z")
"""What a name that is only the end of another one comes after; the second where it is one word."""
_NEIGHBOUR_PAIRS = 4
_FARTHEST = 120

_LOOSE = frozenset({Label.GROUP, Label.DATE, Label.NUMBER, Label.MONEY, Label.PERCENT})
"""Labels that no co-mention is made of."""


def life_facts(sentence: Sentence) -> Iterator[Fact]:
    """Birth and death in the parenthesis after a person's name, with their places."""
    text, mentions, span = sentence.text, sentence.mentions, sentence.span
    for group in _GROUP.finditer(text, span.start, span.end):
        person = _before(sentence, group.start())
        if person is None:
            continue
        inside = [(at, m) for at, m in mentions if group.start() < m.start and m.end <= group.end()]
        dates = [(at, m) for at, m in inside if m.label is Label.DATE and (m.value or "")[:1].isdigit()]
        words = group.group(1)
        born, died = _BORN.search(words), _DIED.search(words)
        if not dates or len(dates) > 2:
            continue
        known = person[1].label is Label.PER
        full = all(len(m.value or "") >= 10 for _, m in dates)
        if not (born or died) and not (len(dates) == 2 and (known or full) and _ranged(text, dates)):
            continue
        if died and not born and len(dates) == 1:
            yield from _event(sentence, person, "die", dates[0], inside, group.end())
            continue
        stop = dates[1][1].start if len(dates) == 2 else group.end()
        yield from _event(sentence, person, "bear", dates[0], inside, stop)
        if len(dates) == 2:
            yield from _event(sentence, person, "die", dates[1], inside, group.end())


def _ranged(text: str, dates: Indexed) -> bool:
    between = text[dates[0][1].end : dates[1][1].start]
    return len(between) < 40 and _DASH.search(between) is not None


def _before(sentence: Sentence, at: int) -> tuple[int, Mention] | None:
    """Whose life a parenthesis tells: the name that ends where it opens, or the one that opens the sentence.

    In "Otto, Archduke of Austria (1865 …" the nearest name is only a part of what the first one is called.
    """
    text, found = sentence.text, None
    for index, mention in sentence.mentions:
        gap = text[mention.end : at] if mention.end <= at else "x"
        if not gap.strip(" \u00a0\"”’'»」》") and mention.label in _LIVING:
            found = index, mention
            break
    if found is None:
        return None
    first = next(((n, m) for n, m in sentence.mentions if m.label in _LIVING), found)
    opens = not text[sentence.span.start : first[1].start].strip(" \"“'«「《")
    if opens and first[0] != found[0] and _CALLED.fullmatch(text, first[1].end, found[1].start):
        return first
    if first[0] == found[0] and opens:
        return found
    before = text[sentence.span.start : found[1].start]
    part = _PART.search(before) or (" " not in found[1].text and _TAIL.search(before))
    return None if part or found[1].label is Label.LOC else found


def _event(
    sentence: Sentence,
    person: tuple[int, Mention],
    verb: str,
    date: tuple[int, Mention],
    inside: Indexed,
    stop: int,
) -> Iterator[Fact]:
    """The date of a birth or death, and the place that stands right after it."""
    value = date[1].value
    yield _fact(person, f"{verb} on", date, sentence.ordinal, 0.85, "parenthesis", value)
    for at, mention in inside:
        if mention.label is Label.LOC and date[1].end <= mention.start < stop:
            if _PLACE.match(sentence.text[date[1].end : mention.start]):
                yield _fact(person, f"{verb} in", (at, mention), sentence.ordinal, 0.75, "parenthesis", value)
            break


def definition_facts(sentence: Sentence) -> Iterator[Fact]:
    """Second names: "also known as", with the mentions that stand where the definition does."""
    mentions, at = sentence.mentions, sentence.span.start
    for found in definitions(sentence.text[at : sentence.span.end]):
        name = _covering(mentions, at + found.start, at + found.end)
        other = _covering(mentions, at + found.other_start, at + found.other_end)
        if name is not None and other is not None and name[0] != other[0]:
            yield _fact(name, "also known as", other, sentence.ordinal, 0.8, "definition", None)


def _covering(mentions: Indexed, start: int, end: int) -> tuple[int, Mention] | None:
    for index, mention in mentions:
        if mention.start < end and start < mention.end and not mention.label.is_value:
            shared = min(end, mention.end) - max(start, mention.start)
            if 2 * shared > max(end - start, mention.end - mention.start):
                return index, mention
    return None


def co_mentions(sentence: Sentence, facts: Iterable[Fact], room: int, language: str = "en") -> Iterator[Fact]:
    """Weak facts between neighbouring names of a sentence that no other fact ties, at most `room`.

    Where no parser reads the language and the sentence ties two names alone, its "since" and "until" are
    theirs.
    """
    tied = {frozenset((fact.subject.mention, fact.object.mention)) for fact in facts}
    names = [(at, m) for at, m in sentence.mentions if m.label not in _LOOSE]
    left = min(room, _NEIGHBOUR_PAIRS)
    valid: Interval = (None, None)
    if language != "en" and len(names) == 2 and not tied:
        dates = [(m.start, m.end, m.value) for _, m in sentence.mentions if m.label is Label.DATE and m.value]
        valid = plain(sentence.text, language, dates)
    for first, second in zip(names, names[1:], strict=False):
        if left <= 0:
            return
        same = first[1].text.casefold() == second[1].text.casefold()
        if same or second[1].start - first[1].end > _FARTHEST or frozenset((first[0], second[0])) in tied:
            continue
        left -= 1
        yield _fact(first, CO_MENTION, second, sentence.ordinal, 0.2, CO_MENTION, None, valid)


def _fact(
    subject: tuple[int, Mention], predicate: str, obj: tuple[int, Mention], ordinal: int, confidence: float,
    rule: str, time: str | None, valid: Interval = (None, None),
) -> Fact:  # fmt: skip
    (first, a), (second, b) = subject, obj
    # births and deaths: what happened on a day stays so
    valid_from, valid_to = (edges(time)[0], None) if time is not None else valid
    return Fact(
        subject=Argument(a.text, a.start, a.end, first),
        predicate=predicate,
        object=Argument(b.text, b.start, b.end, second),
        start=min(a.start, b.start),
        end=max(a.end, b.end),
        sentence=ordinal,
        confidence=confidence,
        rule=rule,
        time=time,
        valid_from=valid_from,
        valid_to=valid_to,
    )
