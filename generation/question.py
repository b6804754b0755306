"""What a question asks for: its kind, the words that evidence must bear, and the things that it
compares."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..core.results import Query, QueryEntity, SearchResult
from ..core.text import fold, has_unspaced, without_parenthesis
from ..kg.words import Comparison, Words, words_of
from ..retrieval.asking import Kind, compared, kind_of, lowered
from .tokens import Token, segment, tokens


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing that the question says: evidence bears it by any of its keys, or names it."""

    text: str
    start: int
    keys: frozenset[str]
    names: tuple[str, ...] = ()
    """Folded names and aliases, of things only."""

    @property
    def is_name(self) -> bool:
        """True for things that have a name, false for words."""
        return bool(self.names)

    @property
    def is_relation(self) -> bool:
        """True for words that name a relation ("founder", "born")."""
        return any(key.startswith("@") for key in self.keys)

    def share(self, keys: frozenset[str], folded: str) -> float:
        """How much of it a text bears, 0..1; of a name, the share of its words where the text cuts it
        short."""
        if not self.names:
            return _share_of_words(self.keys, keys)
        if any(_contains(folded, name) for name in self.names):
            return 1.0
        return 0.9 * len(self.keys & keys) / len(self.keys) if self.keys else 0.0


@dataclass(frozen=True, slots=True)
class Question:
    """A question as the reader understands it."""

    text: str
    language: str
    kind: Kind
    units: tuple[Unit, ...]
    focus: str = ""
    """The noun that a "which" or "what" asks for, lower case."""
    comparison: Comparison | None = None
    same: bool = False
    """True where the question asks whether two things agree."""
    operands: tuple[Unit, ...] = ()
    """The two things that a choice or a "same" compares."""

    @property
    def words(self) -> Words:
        """The words of the question's language."""
        return words_of(self.language)

    @property
    def names(self) -> tuple[Unit, ...]:
        """The units that name something."""
        return tuple(u for u in self.units if u.is_name)


_CONVERSE = {
    "father": ("child", "parent"),
    "mother": ("child", "parent"),
    "parent": ("child", "father", "mother"),
    "child": ("father", "mother", "parent"),
}
"""Relations that say the same from the other side: "the father of X" and "X, son of"."""
_HINTS = {
    "person": Kind.PERSON,
    "place": Kind.PLACE,
    "date": Kind.DATE,
    "number": Kind.NUMBER,
    "yes-no": Kind.YES_NO,
}
_FOCUS = {
    "en": r"\b(?:which|what)(?:['’]s| is| was| are| were)?(?: the| an?)? ([\w-]+)",
    "de": r"\bwelche[rsnm]? (\w+)|\bwas für (?:ein|eine|einen) (\w+)",
    "es": r"\b(?:qué|cuál es (?:el|la)) (\w+)",
    "fr": r"\bquel(?:le)?s?(?: est (?:le|la|l['’]))? ?(\w+)",
    "ru": r"\bкак(?:ой|ая|ое|ие|ом|ую) (\w+)",
    "zh": r"(?:哪(?:一)?[个座条部家种所颗]?|什么)([\u4e00-\u9fff]{1,2})",
}


def understand(text: str, language: str, found: SearchResult) -> Question:
    """The question, with what search already understood of it.

    Args:
        language: ISO 639-1 code of the question.
    """
    words = words_of(language)
    lower = lowered(text)
    names = _names(text, language, found)
    operands = _operands(text, names, words)
    same = bool(words.same and words.same.search(lower)) and len(names) >= 2
    kind = _kind(lower, words, found.query, bool(operands))
    comparison = _comparison(lower, words) if kind is not Kind.YES_NO else None
    if not operands and len(names) == 2 and comparison is not None and comparison.relation != "any":
        operands = (names[0], names[1])
    if same and words.same_date is not None and words.same_date.search(lower):
        operands = (names[0], names[1])
        comparison = Comparison("birth" if "@birth" in _relations(text, language) else "any", "min", "date")
    comparison = comparison if operands else None
    if kind is Kind.CHOICE and comparison is None and not operands:
        kind = Kind.OPEN
    units = _units(text, language, names)
    if kind in (Kind.DEFINITION, Kind.PERSON) and not any(not u.is_name for u in units):
        kind = Kind.DEFINITION
    elif kind is Kind.DEFINITION:
        kind = Kind.NAME
    return Question(
        text=text,
        language=language,
        kind=kind,
        units=units,
        focus=_focus(lower, words),
        comparison=comparison,
        same=same,
        operands=operands if operands else tuple(names[:2]) if same else (),
    )


def _relations(text: str, language: str) -> frozenset[str]:
    return frozenset("@" + t.relation for t in tokens(text, language) if t.relation)


def _kind(lower: str, words: Words, query: Query, compares: bool) -> Kind:
    kind = kind_of(lower, words, compares=compares)
    return _HINTS.get(query.answer_type or "", Kind.OPEN) if kind is Kind.OPEN else kind


def _focus(lower: str, words: Words) -> str:
    match = re.search(_FOCUS.get(words.code, r"(?!)"), lower)
    return next((g for g in match.groups() if g), "") if match else ""


def _comparison(lower: str, words: Words) -> Comparison | None:
    for pattern, comparison in words.comparisons:
        if pattern.search(lower):
            return comparison
    return None


def _names(text: str, language: str, found: SearchResult) -> list[Unit]:
    """What search saw named in the question, then other names by their capitals, in order, without
    overlap."""
    aliases = {e.id: (e.name, *e.aliases) for e in found.entities}
    spans: list[tuple[int, int, QueryEntity | None]] = []
    for seen in found.query.entities:
        placed = 0 <= seen.start < seen.end <= len(text)
        if placed and seen.candidates and not _overlaps(spans, seen.start, seen.end):
            spans.append((seen.start, seen.end, seen))
    for start, end in _titled(text, found) + _capitals(text, language):
        if not _overlaps(spans, start, end):
            spans.append((start, end, None))
    units = []
    for start, end, entity in sorted(spans, key=lambda s: s[0]):
        known = [
            n for c in (entity.candidates if entity else ()) for n in (c.name, *aliases.get(c.entity, ()))
        ]
        seen_names = dict.fromkeys(fold(without_parenthesis(n)) for n in (text[start:end], *known))
        key = frozenset(t.key for t in tokens(text[start:end], language) if t.key)
        folded = tuple(n for n in seen_names if n)
        if folded:
            units.append(Unit(text[start:end], start, key, folded))
    return units


def _titled(text: str, found: SearchResult) -> list[tuple[int, int]]:
    """Places in the question of titles of the evidence, longest first."""
    titles = {t for hit in found.passages for t in (hit.title, without_parenthesis(hit.title)) if len(t) > 1}
    places: list[tuple[int, int]] = []
    for title in sorted(titles, key=lambda t: (-len(t), t)):
        match = re.search(re.escape(title), text, re.IGNORECASE)
        if (
            match is None
            or not _bounded(text, *match.span())
            or not (title[0].isupper() or has_unspaced(title))
        ):
            continue
        if not any(start < match.end() and match.start() < end for start, end in places):
            places.append(match.span())
    return places


def _bounded(text: str, start: int, end: int) -> bool:
    """True when no word is cut, in scripts that separate words."""
    left = start > 0 and text[start - 1].isalnum() and text[start].isalnum()
    right = end < len(text) and text[end].isalnum() and text[end - 1].isalnum()
    return has_unspaced(text[start:end]) or not (left or right)


def _capitals(text: str, language: str) -> list[tuple[int, int]]:
    """Runs of words with capitals, but for the first word of the question and German's common nouns."""
    if language == "de":
        return _german(text)
    runs: list[tuple[int, int]] = []
    for token in tokens(text, language):
        capital = any(c.isupper() for c in token.text)
        if not token.key or not (capital or token.text[0].isdigit() and runs):
            continue
        gap = text[runs[-1][1] : token.start] if runs else None
        joined = gap is not None and re.fullmatch(
            r"[ .'’&-]{1,2}| (?:of|de|of the|del|la|du|von|van|da|the) ", gap
        )
        if joined:
            runs[-1] = (runs[-1][0], token.end)
        elif capital and not (token.start <= 1 and _common(token, language)):
            runs.append((token.start, token.end))
    return [r for r in runs if has_letters(text[r[0] : r[1]])]


def _german(text: str) -> list[tuple[int, int]]:
    """Runs of two capitals or more: one alone may be any noun."""
    found = re.finditer(r"(?<![\w])[A-ZÄÖÜ][\w-]+(?: (?:von |van |de )?[A-ZÄÖÜ][\w-]+)+", text)
    return [m.span() for m in found if m.start() > 0]


def _common(token: Token, language: str) -> bool:
    """True for a first word that is no name as far as its relation shows."""
    return bool(token.relation) or token.text.casefold() in words_of(language).stop


def has_letters(text: str) -> bool:
    """True when any character is a letter."""
    return any(c.isalpha() for c in text)


def _operands(text: str, names: Sequence[Unit], words: Words) -> tuple[Unit, ...]:
    """The two things on either side of an "or"."""
    by_place = {(n.start, n.start + len(n.text)): n for n in names}
    sides = []
    for start, end in compared(text, list(by_place), words):
        side = text[start:end]
        key = frozenset(t.key for t in tokens(side, words.code) if t.key)
        sides.append(by_place.get((start, end)) or Unit(side, start, key, (fold(side),)))
    return tuple(sides) if all(any(unit.names) for unit in sides) else ()


def _units(text: str, language: str, names: Sequence[Unit]) -> tuple[Unit, ...]:
    """Names as a whole, and the other words that carry content."""
    taken = [(n.start, n.start + len(n.text)) for n in names]
    asked = _asked(text, words_of(language))
    units = list(names)
    relations: set[str] = set()
    if language == "zh":
        return tuple(sorted([*units, *_segmented(text, taken + asked)], key=lambda u: u.start))
    for token in tokens(text, language):
        inside = any(start < token.end and token.start < end for start, end in (*taken, *asked))
        if token.relation and not any(s <= token.start and token.end <= e for s, e in taken):
            if token.relation not in relations:
                relations.add(token.relation)
                implied = {"@" + r for r in _CONVERSE.get(token.relation, ())}
                keys = frozenset({"@" + token.relation, token.key, *implied} - {""})
                units.append(Unit(token.text, token.start, keys))
                taken.append((token.start, token.end))
        elif token.key and not inside:
            units.append(Unit(token.text, token.start, frozenset({token.key})))
    return tuple(sorted(units, key=lambda u: u.start))


def _segmented(text: str, taken: list[tuple[int, int]]) -> list[Unit]:
    """Words of Chinese: what relations speak of, then what the segmenter finds around them."""
    units: list[Unit] = []
    seen = tokens(text, "zh")
    for token in seen:
        if token.relation and not any(s <= token.start and token.end <= e for s, e in taken):
            units.append(Unit(token.text, token.start, frozenset({"@" + token.relation})))
            taken = [*taken, (token.start, token.end)]
    at = 0
    for word, _ in segment(text):
        start, end = at, at + len(word)
        at = end
        if not any(s < end and start < e for s, e in taken):
            pairs = frozenset(t.key for t in seen if t.key and start <= t.start and t.end <= end)
            if pairs:
                units.append(Unit(word, start, pairs))
    return units


def _asked(text: str, words: Words) -> list[tuple[int, int]]:
    """Places of the question words themselves, where words are not separated: evidence never bears them."""
    if words.code != "zh":
        return []
    found = re.finditer(
        "什么时候|什么|在?哪(?:里人?|儿|些|座|个|家|种|位|部|所|条|一?[天年])?|多少|怎么|如何|何时|谁|吗|呢|还是|请问|叫做?|的是",
        text,
    )
    return [m.span() for m in found]


def _overlaps(spans: Sequence[tuple[int, int, object]], start: int, end: int) -> bool:
    return any(s < end and start < e for s, e, _ in spans)


def _share_of_words(own: frozenset[str], keys: frozenset[str]) -> float:
    """1 when any of the keys is there; of one word in pairs of characters, the share that is."""
    if own.isdisjoint(keys):
        return 0.0
    pairs = [k for k in own if len(k) == 2 and has_unspaced(k)]
    return len(keys.intersection(pairs)) / len(pairs) if len(pairs) == len(own) else 1.0


def _contains(folded: str, name: str) -> bool:
    """True when the name stands in the folded text on word boundaries (anywhere, in scripts without
    spaces)."""
    if has_unspaced(name):
        return name in folded
    return f" {name} " in f" {folded} "
