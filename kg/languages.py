"""The language of a text: its script first, then py3langid over the languages that share the script.

The answer is an ISO 639-1 code, or "und" when nothing can be said: no letters, or too few for the classifier
to prefer one language. Short text in a script of one language (Thai, Greek, Korean …) needs no classifier.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Collection
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

UNKNOWN = "und"

LATIN = frozenset(
    "en de es fr it pt nl pl sv da no fi cs sk hu ro hr sl et lv lt tr vi id ms ca sq is af tl sw eu "
    "gl".split()
)
CYRILLIC = frozenset("ru uk bg sr mk be kk".split())
ARABIC = frozenset("ar fa ur".split())
DEVANAGARI = frozenset("hi mr ne".split())
LANGUAGES = LATIN | CYRILLIC | ARABIC | DEVANAGARI
"""Languages that the classifier chooses among; those with a script of their own are not in it."""

_SCRIPTS: tuple[tuple[str, str], ...] = (
    ("[\u3040-\u309f\u30a0-\u30fa\u30fc-\u30ff\uff66-\uff9d]", "ja"),
    ("[\uac00-\ud7a3\u1100-\u11ff\u3130-\u318f]", "ko"),
    ("[\u4e00-\u9fff\u3400-\u4dbf\uf900-\ufaff\u3007]", "zh"),
    ("[\u0e01-\u0e5b]", "th"),
    ("[\u0e81-\u0eff]", "lo"),
    ("[\u1000-\u109f]", "my"),
    ("[\u1780-\u17ff]", "km"),
    ("[\u0370-\u03ff\u1f00-\u1fff]", "el"),
    ("[\u0590-\u05ff]", "he"),
    ("[\u0530-\u058f]", "hy"),
    ("[\u10a0-\u10ff]", "ka"),
    ("[\u0980-\u09ff]", "bn"),
    ("[\u0a00-\u0a7f]", "pa"),
    ("[\u0a80-\u0aff]", "gu"),
    ("[\u0b80-\u0bff]", "ta"),
    ("[\u0c00-\u0c7f]", "te"),
    ("[\u0c80-\u0cff]", "kn"),
    ("[\u0d00-\u0d7f]", "ml"),
    ("[\u0d80-\u0dff]", "si"),
    ("[\u1200-\u137f]", "am"),
    ("[\u0900-\u097f]", "DEVANAGARI"),
    ("[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]", "ARABIC"),
    ("[\u0400-\u04ff]", "CYRILLIC"),
    ("[A-Za-z\u00aa-\u024f\u1e00-\u1eff]", "LATIN"),
)
_FAMILIES = {"DEVANAGARI": DEVANAGARI, "ARABIC": ARABIC, "CYRILLIC": CYRILLIC, "LATIN": LATIN}
_PATTERNS = tuple((re.compile(pattern), name) for pattern, name in _SCRIPTS)
_SPARSE = frozenset({"ja", "ko", "zh"})
"""Scripts that say more in a letter: a third of the letters is enough."""
_LETTERS_OF = (
    (re.compile("[іїєґ]", re.I), "uk"),
    (re.compile("[ўў]", re.I), "be"),
    (re.compile("[ђјљњћџ]", re.I), "sr"),
    (re.compile("[ыэё]", re.I), "ru"),
    (re.compile("[پچژگکی]"), "fa"),
)
_FUNCTION_WORDS = {
    "en": "the of and is was are were by with from that which for his her born on at as an has had not it "
    "its in a who to may she film or be been have there this their when where what refer",
    "de": "der die das und ist war ein eine einer von mit für auf dem den des im sind wurde nicht zu sich "
    "als in wer",
    "fr": "le la les des et est était un une du dans par pour sur avec qui au aux ne pas que de en né ce il "
    "elle",
    "es": "el la los las y es fue un una del en por para con que su se como de al no nació quién más lo",
    "it": "il lo la gli di e è era un una del della nel nella per con che si sono da non dei delle al in "
    "nato",
    "pt": "o a os as e é foi um uma do da dos das em no na por para com que se não ao de nasceu",
    "nl": "de het een en is was van met voor op door dat die zijn niet werd in te aan hij geboren",
    "pl": "i w z na jest był była się do nie to że o od po przez oraz jako",
    "sv": "och är var en ett av med för på som den det inte till från i född",
    "da": "og er var en et af med for på som den det ikke til fra i født",
    "ro": "și este a fost un o din cu pentru pe care de la în nu se",
    "tr": "ve bir bu da de ile için olarak olan çok ne kim nedir",
    "ca": "el la els les i és va un una del amb per que no de en a al",
    "cs": "a je v na se že s z do byl byla jako pro od po",
    "hu": "a az és egy van volt nem hogy meg is",
    "fi": "ja on oli ei se joka että hän myös",
    "id": "dan yang di adalah dengan untuk dari pada ini itu",
    "ru": "и в на не что с по из был была это как для от к о он она его а кто где когда является",
    "uk": "і в на не що з по із був була це як для від та він вона його й",
    "bg": "и в на не че с по от е са за да се като той",
}
_VOTES: dict[str, tuple[str, ...]] = {}
for _language, _words in _FUNCTION_WORDS.items():
    for _word in set(_words.split()):
        _VOTES[_word] = (*_VOTES.get(_word, ()), _language)
_ENGLISH = re.compile(r"\b(?:(?:is|was) an?|(?:of|in|by|to) the)\b")
_SAMPLE = 3000
_NOISE = re.compile(r"https?://\S+|\S+@\S+|[@#]\w+|[\d_]+")
_lock = threading.Lock()


def detect(text: str, among: Collection[str] | None = None) -> str:
    """The language of a text, among the given ones if any, or "und" when nothing can be said.

    Reads the first 3,000 characters. Text in two scripts has the language of the one with more letters,
    where a Chinese, Japanese or Korean letter counts for three.

    >>> detect("Wer hat dieses Buch geschrieben?"), detect("谁写了这本书？"), detect("12 + 5")
    ('de', 'zh', 'und')
    """
    sample = _NOISE.sub(" ", text[:_SAMPLE])
    script = _script(sample)
    if script is None:
        return UNKNOWN
    family = _FAMILIES.get(script)
    if family is None:
        return script if among is None or script in among else UNKNOWN
    allowed = family if among is None else family & set(among)
    if len(allowed) <= 1:
        return next(iter(allowed), UNKNOWN)
    return _classify(sample, allowed, strict=among is None)


def script_of(text: str) -> str | None:
    """The script with most letters: the language that alone writes it, the name of a family of languages
    ("LATIN", "CYRILLIC", "ARABIC", "DEVANAGARI"), or None without letters."""
    return _script(text[:_SAMPLE])


def _script(sample: str) -> str | None:
    counts = {name: len(pattern.findall(sample)) for pattern, name in _PATTERNS}
    letters = sum(counts.values())
    if letters == 0:
        return None
    han = counts["zh"]
    if counts["ja"] and counts["ja"] >= 0.05 * (han + counts["ja"]):
        counts["ja"] += han
        counts["zh"] = 0
    for name in _SPARSE:
        counts[name] *= 3
    return max(counts, key=lambda name: (counts[name], name))


def _classify(sample: str, allowed: frozenset[str], strict: bool) -> str:
    words = re.findall(r"[^\W\d_]+", sample)
    voted, margin = _vote(words, allowed)
    if voted is not None and margin >= 2.0:
        return voted
    ranked = dict(_identifier(allowed).rank(unicodedata.normalize("NFC", sample)))
    best: str = max(ranked, key=lambda language: (ranked[language], language))
    if not strict:
        return best
    for letters, language in _LETTERS_OF:
        if language in allowed and len(letters.findall(sample)) >= max(1, len(words) // 8):
            return language
    if ranked[best] >= _needed(words):
        return best
    return voted if voted is not None and margin > 0.4 else UNKNOWN


def _vote(words: list[str], allowed: frozenset[str]) -> tuple[str | None, float]:
    """Language whose function words the text uses most, and by how many more than the next one's."""
    votes: dict[str, float] = {}
    for word in words:
        voters = [v for v in _VOTES.get(word.lower(), ()) if v in allowed]
        for voter in voters:
            votes[voter] = votes.get(voter, 0.0) + (1.0 if len(word) > 1 else 0.4) / len(voters)
    if "en" in allowed:
        votes["en"] = votes.get("en", 0.0) + 2 * len(_ENGLISH.findall(" ".join(words)))
    if not votes:
        return None, 0.0
    ranked = sorted(votes.items(), key=lambda item: (-item[1], item[0]))
    return ranked[0][0], ranked[0][1] - (ranked[1][1] * 1.5 if len(ranked) > 1 else 0.0)


def _needed(words: list[str]) -> float:
    """Probability that the classifier must give: names and single words say little of a language."""
    small = sum(not word[0].isupper() for word in words)
    if len(words) <= 2 or small == 0:
        return 0.9
    return 0.5 if len(words) <= 6 else 0.3


@lru_cache(maxsize=64)
def _identifier(allowed: frozenset[str]) -> LanguageIdentifier:
    """A classifier of its own for a set of languages: py3langid's restriction is state."""
    from py3langid.langid import LanguageIdentifier

    whole = _whole()
    restricted = LanguageIdentifier.__new__(LanguageIdentifier)
    for slot in LanguageIdentifier.__slots__:
        setattr(restricted, slot, getattr(whole, slot))
    restricted.set_languages(sorted(allowed & set(whole.labels)))
    return restricted


def _whole() -> LanguageIdentifier:
    with _lock:
        return _load()


@lru_cache(maxsize=1)
def _load() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
