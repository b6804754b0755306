"""A sentence as a pipeline sees it: mended without moving a character, with titles standing in as one word.

Small parsers stumble over "Assigned to Danger was filmed", "Amara( born 1989)" and ALL CAPITALS. So they
read a view: spaces and line breaks are put right in place, capitals are toned down, and each title inside
the sentence is one word that they know for a title. Offsets of the view's words in the sentence are kept
beside it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

STAND_IN = "Hamlet"
_BLANKS = re.compile(r"[^\S ]")
_LATE_BRACKET = re.compile(r"(?<=\w)([(\[]) (?=\w)")
_LATE_QUOTE = re.compile(r"(?<=[\w,])([\"“]) (?=[^\s\"“”][^\"“”\n]{0,100}[\"”])")
_WORDS = re.compile(r"[^\W\d_]{2,}")


def view(text: str) -> str:
    """The text with the same length, mended for a parser.

    >>> view("Amara( born 1989) played.\\n"), view("THE SHIP SANK OFF MALTA")
    ('Amara (born 1989) played. ', 'The Ship Sank Off Malta')
    """
    mended = _BLANKS.sub(" ", text)
    mended = _LATE_BRACKET.sub(r" \1", mended)
    if mended.count('"') % 2 == 0:
        mended = _LATE_QUOTE.sub(r" \1", mended)
    words = _WORDS.findall(mended)
    if len(words) >= 3 and sum(word.isupper() for word in words) > 0.8 * len(words):
        toned = _WORDS.sub(lambda found: found.group().capitalize(), mended)
        mended = toned if len(toned) == len(mended) else mended
    return mended


def make_doc(nlp: Language, text: str, atoms: Sequence[tuple[int, int]]) -> tuple[Doc, list[tuple[int, int]]]:
    """A tokenised view of a sentence and the offsets of its tokens in the sentence.

    Args:
        atoms: places to be read as one word, in order, without overlap.
    """
    from spacy.tokens import Doc as Made

    plain = nlp.tokenizer(view(text))
    offsets = [(token.idx, token.idx + len(token.text)) for token in plain]
    if not atoms:
        return plain, offsets
    words: list[str] = []
    spaces: list[bool] = []
    places: list[tuple[int, int]] = []
    waiting = list(atoms)
    for token, (start, end) in zip(plain, offsets, strict=True):
        while waiting and waiting[0][1] <= start:
            waiting.pop(0)
        if waiting and start < waiting[0][1] and waiting[0][0] < end:
            if places and places[-1] == waiting[0]:
                spaces[-1] = bool(token.whitespace_)
                continue
            words.append(STAND_IN)
            places.append(waiting[0])
        else:
            words.append(token.text)
            places.append((start, end))
        spaces.append(bool(token.whitespace_))
    return Made(nlp.vocab, words=words, spaces=spaces), places
