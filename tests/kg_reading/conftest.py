"""What the tests of reading share: one reader with default settings, and one that says what it read."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clew.core.records import Document, Reading
from clew.core.settings import Settings
from clew.kg.reader import Reader


@pytest.fixture(scope="session")
def reader() -> Reader:
    return Reader(Settings())


@pytest.fixture(scope="session")
def read(reader: Reader) -> Callable[..., Reading]:
    """Reads a text; checks the laws that hold for every reading."""

    def of(text: str, title: str = "", **more: str) -> Reading:
        reading = reader.read(Document(more.pop("id", "a"), text, title, **more))
        check_laws(reading)
        return reading

    return of


@pytest.fixture(scope="session")
def laws() -> Callable[[Reading], None]:
    return check_laws


def check_laws(reading: Reading) -> None:
    """Spans quote the document, are in order, and everything has its sentence and passage."""
    document = reading.document
    covered = 0
    for span in reading.sentences:
        assert covered <= span.start < span.end <= len(document.text)
        assert not document.text[covered : span.start].strip()
        assert not document.text[span.start].isspace() and not document.text[span.end - 1].isspace()
        covered = span.end
    assert not document.text[covered:].strip()
    assert reading.passages[0].first == 0 and reading.passages[-1].last == len(reading.sentences)
    for before, after in zip(reading.passages, reading.passages[1:], strict=False):
        assert before.first < after.first <= before.last < after.last
    for passage in reading.passages:
        assert passage.start == reading.sentences[passage.first].start
        assert passage.end == reading.sentences[passage.last - 1].end
    places = set()
    for mention in reading.mentions:
        assert document.part(mention.part)[mention.start : mention.end] == mention.text
        assert mention.text.strip() == mention.text != ""
        assert (mention.value is not None) == mention.label.is_value
        assert 0.0 < mention.score <= 1.0
        places.add((mention.part, mention.start, mention.end))
        if mention.sentence >= 0:
            span = reading.sentences[mention.sentence]
            assert span.start <= mention.start < mention.end <= span.end
    assert len(places) == len(reading.mentions)
    ids = [fact.id_in(document.id) for fact in reading.facts]
    assert len(set(ids)) == len(ids)
    for fact in reading.facts:
        span = reading.sentences[fact.sentence]
        assert span.start <= fact.start < fact.end <= span.end
        assert 0.0 < fact.confidence <= 1.0
        for argument in (fact.subject, fact.object):
            assert document.text[argument.start : argument.end] == argument.text
            assert fact.start <= argument.start and argument.end <= fact.end
            assert argument.mention is None or argument.mention < len(reading.mentions)
    assert all(sum(f.sentence == n for f in reading.facts) <= 8 for n in {f.sentence for f in reading.facts})
