"""A made-up corpus of any size: names, words and vectors distributed as in a real one, from a seed.

Words follow Zipf's law; about half of the names that a text mentions are those of other documents, a few of
which are named by very many; one name in five is shared by several documents. Vectors lie near centres that
lie near each other, as those of an embedder do: uniform ones are all equally far and make every index look
bad.
"""

from __future__ import annotations

from bisect import bisect
from functools import cached_property
from itertools import accumulate
from random import Random

import numpy as np
from numpy.typing import NDArray

from clew.core.records import Document, Label, Mention, Name, Part, Passage, Reading, ReadingVectors, Span

Floats = NDArray[np.float32]

_ONSETS = "b br c ch d dr f g gr h k l m n p pr r s st t tr v w".split()
_VOWELS = "a e i o u ai ea ou".split()
_CODAS = "l m n r s t nd rt ".split(" ")
_GLUE = "the of and in to a was for is on as by with he at from his an were it".split()
_FIRST = "Ada Boris Chen Dora Emil Fatima Goran Hana Ines Jonas Kira Lars Mira Nils Olga Pavel".split()
_KINDS = "film album novel river village footballer company".split()
_TOPICS = 256


class Corpus:
    """Documents by number, each a function of the seed and its number."""

    def __init__(self, documents: int, *, dimension: int = 384, words: int = 60_000, seed: int = 0) -> None:
        self.documents = documents
        self.dimension = dimension
        self._seed = seed
        rng = Random(seed)
        self._words = [*_GLUE, *(_word(rng) for _ in range(words))]
        self._zipf = list(accumulate(1.0 / (3.0 + rank) for rank in range(len(self._words))))
        centres = np.random.default_rng(seed)
        common = centres.standard_normal(dimension, dtype=np.float32) * 1.6
        self._centres = common + centres.standard_normal((_TOPICS, dimension), dtype=np.float32) * 0.6

    @cached_property
    def titles(self) -> list[str]:
        """The title of each document."""
        return [self._title(number) for number in range(self.documents)]

    def id(self, number: int) -> str:
        """The id of a document."""
        return f"d{number:07}"

    def reading(self, number: int, version: int = 0) -> tuple[Reading, ReadingVectors]:
        """One document as a reader and an embedder would give it; another version has another text."""
        rng = Random(f"{self._seed} {number} {version}")
        title = self.titles[number] if number < self.documents else self._title(number)
        text, spans, mentions = "", [], []
        for ordinal in range(rng.randint(3, 5)):
            words: list[str] = rng.choices(self._words, cum_weights=self._zipf, k=rng.randint(12, 24))
            words[0] = words[0].title()
            names = {rng.randrange(1, len(words)): self._named(rng) for _ in range(rng.randint(1, 3))}
            start = len(text)
            for place, word in enumerate(words):
                if place in names:
                    name = names[place]
                    span = (len(text), len(text) + len(name))
                    mentions.append(Mention(Part.TEXT, *span, name, Label.PER, "tagger", 0.9, ordinal))
                    word = name
                text += word + " "
            text = text[:-1] + ". "
            spans.append(Span(start, len(text) - 1))
        text = text[:-1]
        document = Document(self.id(number), text, title, {"source": "made up"}, "en")
        passage = Passage(0, 0, len(text), 0, len(spans), "en")
        reading = Reading(
            document, "en", "made@1", tuple(spans), (passage,), tuple(mentions), (), _names(title), Label.PER
        )
        return reading, self._vectors(number, version, len(spans))

    def question(self, number: int) -> tuple[str, Floats]:
        """A question that names a document and has words of another, and its vector."""
        rng = Random(f"question {self._seed} {number}")
        words = rng.choices(self._words[len(_GLUE) :], cum_weights=self._zipf[len(_GLUE) :], k=4)
        name = self.titles[rng.randrange(self.documents)]
        text = f"Which {words[0]} of {name} was {words[1]} by the {words[2]} {words[3]}?"
        return text, self._vectors(-1 - number, 0, 0).passages[0]

    def _vectors(self, number: int, version: int, sentences: int) -> ReadingVectors:
        rng = np.random.default_rng([self._seed, abs(number), number < 0, version])
        rows = rng.standard_normal((sentences + 2, self.dimension), dtype=np.float32)
        rows += self._centres[rng.integers(_TOPICS)]
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return ReadingVectors(rows[:1], rows[2:], rows[1])

    def _title(self, number: int) -> str:
        rng = Random(f"title {self._seed} {number}")
        kind = rng.random()
        if kind < 0.5:
            return f"{rng.choice(_FIRST)} {_word(rng).title()}"
        if kind < 0.7:
            return f"{rng.choice(self._words[20:4000]).title()} ({rng.choice(_KINDS)})"
        if kind < 0.85:
            return f"The {_word(rng).title()} of {_word(rng).title()}"
        return _word(rng).title() + _word(rng)

    def _named(self, rng: Random) -> str:
        """A name in a text: of another document, the first ones by far the most often, or of nobody known."""
        if rng.random() < 0.5:
            return f"{rng.choice(_FIRST)} {_word(rng).title()}"
        return self.titles[int(self.documents ** rng.random()) - 1].partition(" (")[0]


def _word(rng: Random) -> str:
    return "".join(
        rng.choice(_ONSETS) + rng.choice(_VOWELS) + rng.choice(_CODAS)
        for _ in range(1 + bisect((0.15, 0.75), rng.random()))
    )


def _names(title: str) -> tuple[Name, ...]:
    names = [Name(title, "title", 1.0)]
    bare, parenthesis, _ = title.partition(" (")
    if parenthesis:
        names.append(Name(bare, "base", 0.9))
    elif title.split()[0] in _FIRST:
        names.append(Name(title.split()[1], "part", 0.5))
    return tuple(names)
