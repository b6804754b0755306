"""What a document is about, where later sentences say "he", "it" or "the film" of it.

Only what is nearly sure: the document's own name stands in its first sentences, the pronoun fits it, and
nobody else came between. Coreference between other mentions is not decided here.

    "Ford was an American director. He made Stagecoach."      He -> Ford
    "Ford met Hawks. Hawks was tall. He made westerns."       He -> nobody
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from ..core.records import Label, Mention, Span
from ..core.text import fold

_PERSONAL = re.compile(r"\b(he|she)\b", re.I)
_NEUTER = re.compile(r"\bit\b", re.I)
_EARLY = 40
"""Characters within which a pronoun opens its sentence."""


@dataclass(frozen=True, slots=True)
class Topic:
    """The mention that names the document's subject, and what else means it."""

    place: int
    """Of the mention among the reading's mentions."""
    mention: Mention
    pronoun: str
    """The one pronoun that may mean it."""
    nouns: frozenset[str]
    """What the document says it is: "film" after "is a 1948 film"."""
    alive: frozenset[int]
    """Sentences in which the pronoun still means it."""

    def means(
        self, text: str, start: int, end: int, sentence: Span, ordinal: int, own: Iterable[Mention]
    ) -> bool:
        """True when the words at [start, end) mean the topic."""
        words = text[start:end].lower()
        if words == self.pronoun and ordinal in self.alive:
            rival = any(
                m.label is self.mention.label and m.end <= start and not _same(m, self.mention) for m in own
            )
            return start - sentence.start <= _EARLY or not rival
        before = text[max(sentence.start, start - 5) : start].lower()
        return words in self.nouns and re.search(r"\b(?:the|this) $", before) is not None


def find_topic(
    text: str,
    sentences: Sequence[Span],
    mentions: Sequence[Mention],
    about: Label,
    named: Collection[str],
    nouns: Iterable[str],
) -> Topic | None:
    """The topic of a document, or None where its name does not stand in the first two sentences.

    Args:
        named: folded names of what the document is about.
        nouns: last words of what copulas say the title's mention is.
    """
    early = [at for at, m in enumerate(mentions) if m.sentence <= 1 and not m.label.is_value]
    place = next(
        (at for at in early if mentions[at].source == "title" or fold(mentions[at].text) in named), None
    )
    if place is None:
        return None
    topic = mentions[place]
    person = about is Label.PER or (about is Label.MISC and topic.label is Label.PER)
    pattern = _PERSONAL if person else _NEUTER
    first = pattern.search(text, topic.end)
    pronoun = first.group().lower() if first else ""
    alive = _alive(text, sentences, mentions, topic, pronoun)
    return Topic(place, topic, pronoun, frozenset(n.lower() for n in nouns), alive)


def _alive(
    text: str, sentences: Sequence[Span], mentions: Sequence[Mention], topic: Mention, pronoun: str
) -> frozenset[int]:
    """Sentences in which the topic is still spoken of."""
    if not pronoun:
        return frozenset()
    by_sentence: dict[int, list[Mention]] = {}
    for mention in mentions:
        by_sentence.setdefault(mention.sentence, []).append(mention)
    spoken = re.compile(rf"\W*(?:\w+\W+){{0,3}}{pronoun}\b", re.I)
    found = set()
    alive = False
    for ordinal, sentence in enumerate(sentences):
        if ordinal >= topic.sentence and alive:
            found.add(ordinal)
        own = by_sentence.get(ordinal, [])
        named = any(_same(m, topic) for m in own)
        rivals = [m for m in own if m.label is topic.label and not _same(m, topic)]
        if named:
            alive = not rivals or _first(own, topic.label, topic)
        elif not (alive and spoken.match(text, sentence.start, sentence.end)) and rivals:
            alive = False
        if ordinal == topic.sentence and alive:
            found.add(ordinal)
    return frozenset(found)


def _first(own: Sequence[Mention], label: Label, topic: Mention) -> bool:
    """True when the first mention of the topic's type in a sentence is the topic."""
    alike = [m for m in own if m.label is label]
    return not alike or _same(alike[0], topic)


def _same(mention: Mention, topic: Mention) -> bool:
    """True for the topic's name and parts of it."""
    if mention.source == "title":
        return True
    parts = fold(topic.text).split()
    words = fold(mention.text).split()
    return bool(words) and all(word in parts for word in words)
