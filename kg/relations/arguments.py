"""Clauses to facts: a chunk is tied to the mention that holds its head, or kept as a literal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ...core.records import Argument, Fact, Label, Mention, Span
from ...core.text import fold
from ...core.validity import Interval, edges
from ..topic import Topic
from ..validity import Role, Standing, role_of_word, stretch
from .patterns import Chunk, Clause

LIMIT = 8
"""Facts kept of one sentence, co-mentions included."""
_EMPTY = frozenset(
    """
    one ones other others that this these those it he she they who which what there such same something
    someone anything everyone everything nothing part way thing things member members number first last lot
    kind type name time times result example age home year years day days addition order fact case end death
    birth no variety
    """.split()
)
_OWN = re.compile(r"(?:his|her|its|their|my|our|your)\b", re.I)
_BRACKET = re.compile(r"\s?\(((?:from |since |until )?\d{4}[^()]{0,30})\)")
_LETTER = re.compile(r"[^\W\d_]")

Indexed = Sequence[tuple[int, Mention]]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its mentions, by their places in the reading, and what its pronouns may mean."""

    text: str
    """Of the whole document."""
    span: Span
    ordinal: int
    mentions: Indexed
    topic: Topic | None = None
    day: str | None = None
    """Date of the document."""

    def label(self, argument: Argument) -> Label | None:
        """Label of the mention that an argument is tied to, None for literals."""
        if argument.mention is None:
            return None
        if self.topic is not None and argument.mention == self.topic.place:
            return self.topic.mention.label
        return next(mention.label for at, mention in self.mentions if at == argument.mention)

    def argument(self, chunk: Chunk) -> Argument | None:
        """The mention that holds the chunk's head, the topic if meant, or a literal worth keeping."""
        head = self.span.start + chunk.head_start
        for at, mention in self.mentions:
            if mention.start <= head < mention.end:
                return Argument(mention.text, mention.start, mention.end, at)
        start, end = self.span.start + chunk.start, self.span.start + chunk.end
        own = [mention for _, mention in self.mentions]
        if self.topic is not None and self.topic.means(self.text, start, end, self.span, self.ordinal, own):
            return Argument(self.text[start:end], start, end, self.topic.place)
        return None if chunk.pronoun else self._literal(start, end, head)

    def _literal(self, start: int, end: int, head: int) -> Argument | None:
        for _, mention in self.mentions:
            if mention.start < start < mention.end <= head:
                start = mention.end
        while start < end and not self.text[start].isalnum():
            start += 1
        words = self.text[start:end]
        if not 2 <= len(words) <= 100 or words.casefold() in _EMPTY:
            return None
        if not _LETTER.search(words) or _OWN.match(words) or any(c in words for c in '"“”—'):
            return None
        return Argument(words, start, end)


def facts_of(sentence: Sentence, clauses: Iterable[Clause]) -> list[Fact]:
    """Facts of one sentence: those with at least one name, most readable first.

    Args:
        clauses: by offsets in the sentence.
    """
    found: dict[tuple[int, str, int], Fact] = {}
    for clause in clauses:
        subject, obj = sentence.argument(clause.subject), sentence.argument(clause.object)
        if subject is None or obj is None or (subject.start < obj.end and obj.start < subject.end):
            continue
        if not _worth(sentence, subject, obj):
            continue
        valid = _valid(sentence, clause, obj)
        fact = Fact(
            subject=subject,
            predicate=clause.predicate,
            object=obj,
            start=min(sentence.span.start + clause.start, subject.start, obj.start),
            end=max(sentence.span.start + clause.end, subject.end, obj.end),
            sentence=sentence.ordinal,
            confidence=round(clause.confidence * _trust(sentence, subject, obj), 3),
            rule=clause.rule,
            negated=clause.negated,
            modality=clause.modality or ("former" if clause.standing is Standing.FORMER else None),
            time=_time(sentence, clause),
            valid_from=valid[0],
            valid_to=valid[1],
        )
        key = (subject.start, clause.predicate, obj.start)
        if key not in found or found[key].confidence < fact.confidence:
            found[key] = fact
    return sorted(found.values(), key=lambda f: (-f.confidence, f.subject.start, f.object.start, f.predicate))


def _worth(sentence: Sentence, subject: Argument, obj: Argument) -> bool:
    """True where one argument at least is a name, the subject is no bare value, and they are not the same."""
    first, second = sentence.label(subject), sentence.label(obj)
    if subject.mention is not None and (subject.mention == obj.mention or _alike(subject.text, obj.text)):
        return False
    if first is not None and first.is_value:
        return False
    return first is not None or (second is not None and not second.is_value)


def _alike(first: str, second: str) -> bool:
    """True where one name is a part of the other."""
    one, other = set(fold(first).split()), set(fold(second).split())
    return one <= other or other <= one


def _trust(sentence: Sentence, subject: Argument, obj: Argument) -> float:
    """What is left of a clause's confidence: literals and what only means the topic cost some."""
    trust = 1.0
    for argument, literal in ((subject, 0.7), (obj, 0.85)):
        if argument.mention is None:
            trust *= literal
        elif sentence.topic is not None and argument.mention == sentence.topic.place:
            trust *= 1.0 if argument.text == sentence.topic.mention.text else 0.9
    return trust


def _valid(sentence: Sentence, clause: Clause, obj: Argument) -> Interval:
    """From when to when the clause holds, by its own words or by the date that is its object."""
    at = sentence.span.start
    dates = [(m.start, m.end, m.value) for _, m in sentence.mentions if m.label is Label.DATE and m.value]
    places = [(at + start, at + end) for start, end in clause.when]
    own = next((value for start, end, value in dates if start <= obj.start and obj.end <= end), None)
    if own is not None:
        role = role_of_word(clause.predicate.rpartition(" ")[2])
        first, last = edges(own)
        ends = role is Role.TO or (role is Role.AT and clause.lasting)
        return (None if role is Role.TO else first), (last if ends else None)
    if clause.lasting and sentence.label(obj) in (Label.ORG, Label.LOC, Label.MISC):
        # "mayor of Delft (2008 – 2016)"; after a person stand the dates of a life
        bracket = _BRACKET.match(sentence.text, obj.end, sentence.span.end)
        places += [bracket.span(1)] if bracket is not None and not places else []
    return stretch(
        sentence.text,
        places,
        dates,
        lasting=clause.lasting,
        standing=clause.standing,
        day=sentence.day,
    )


def _time(sentence: Sentence, clause: Clause) -> str | None:
    if clause.time is None:
        return None
    start, end = sentence.span.start + clause.time[0], sentence.span.start + clause.time[1]
    for _, mention in sentence.mentions:
        if mention.label is Label.DATE and start <= mention.start and mention.end <= end:
            return mention.value
    return None
