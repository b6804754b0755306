"""Words as the lexical index counts them: stemmed; pairs of characters where words have no spaces."""

from __future__ import annotations

import re
import threading
from functools import lru_cache
from typing import Any

from ..core.text import script_pieces
from .stopwords import STOP_CHARACTERS, STOP_WORDS

_RUN = re.compile(r"[^\W_]+")
_SNOWBALL = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "fi": "finnish", "fr": "french", "hi": "hindi", "hu": "hungarian", "id": "indonesian",
    "it": "italian", "lt": "lithuanian", "ne": "nepali", "nl": "dutch", "no": "norwegian", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
}  # fmt: skip
_local = threading.local()


def words(text: str) -> list[tuple[str, bool]]:
    """Runs of letters and digits of one kind of script, lower case; True for scripts without spaces."""
    runs = _RUN.findall(text.casefold())
    if text.isascii():  # no script without spaces
        return [(run, False) for run in runs]
    return [piece for run in runs for piece in script_pieces(run)]


def terms(text: str, language: str) -> list[str]:
    """The terms of a text, repeated as often as they occur.

    >>> terms("Running rivers, 東京都", "en")
    ['run', 'river', '東', '東京', '京', '京都', '都']
    """
    if text.isascii():  # no script without spaces
        return [stem(run, language) for run in _RUN.findall(text.lower())]
    found: list[str] = []
    for word, unspaced in words(text):
        if unspaced:
            found += _pairs(word)
        else:
            found.append(stem(word, language))
    return found


def question_terms(text: str, languages: tuple[str, ...], language: str) -> dict[tuple[str, ...], str]:
    """Distinct words of a question without stop words: as each of the corpus' languages stems them, as said.

    A question may stand in another language than the passages: a name in it then still meets its stem there.

    Args:
        languages: languages of the passages.
        language: language of the question, whose stop words go.
    """
    stop = STOP_WORDS.get(language, frozenset())
    stemmers = languages or (language,)
    found: dict[tuple[str, ...], str] = {}
    for word, unspaced in words(text):
        if unspaced:
            found.update({(p,): p for p in _pairs(word) if not STOP_CHARACTERS.issuperset(p)})
        elif word not in stop:
            found.setdefault(tuple(dict.fromkeys(stem(word, each) for each in stemmers)), word)
    return found


def _pairs(run: str) -> list[str]:
    """Single characters and neighbouring pairs, in order."""
    found = []
    for i, character in enumerate(run):
        found.append(character)
        if i + 1 < len(run):
            found.append(run[i : i + 2])
    return found


@lru_cache(maxsize=500_000)
def stem(word: str, language: str) -> str:
    """The Snowball stem (M. Porter, 2001) in languages that have one, else the word."""
    name = _SNOWBALL.get(language)
    if name is None:
        return word
    stemmers: dict[str, Any] | None = getattr(_local, "stemmers", None)
    if stemmers is None:
        stemmers = _local.stemmers = {}
    if name not in stemmers:
        import Stemmer

        stemmers[name] = Stemmer.Stemmer(name)
    stemmed: str = stemmers[name].stemWord(word)
    return stemmed
