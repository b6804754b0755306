"""Text and spans: normalisation of names, folding, content ids.

Offsets never move: normal forms are for comparing and looking up, the stored text stays as it came.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache

_SPACE = re.compile(r"\s+")
_NOT_WORD = re.compile(r"[\W_]+")
_PARENTHESIS = re.compile(r"\s*[(（][^()（）]*[)）]\s*$")
_UNSPACED = (
    "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0002fa1f"
    "\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff]"
)
_CJK = re.compile(_UNSPACED)
_JOINERS = "\u200c\u200d"
_NEEDS_JOINER = re.compile("[\u0600-\u0dff]")
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0000-\U000e0fff]")
_PIECES = re.compile(f"({_UNSPACED}+)|[^{_UNSPACED[1:-1]}]+")


def content_id(*parts: str) -> str:
    """The id that a content has everywhere: 80 bits of BLAKE2b over the parts, as 20 hexadecimal digits."""
    encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
    data = b"".join([len(part).to_bytes(8, "little") + part for part in encoded])
    return hashlib.blake2b(data, digest_size=10).hexdigest()


def salted_id(salt: str, *parts: str) -> str:
    """A `content_id` that is another one with another salt, so that no list made beforehand has it."""
    return content_id("salted", salt, *parts)


@lru_cache(maxsize=200_000)
def fold(text: str) -> str:
    """Case-, accent-, width- and punctuation-free form in which names are compared.

    >>> fold("São  Paulo's"), fold("ＩＢＭ Corp."), fold("苹果（公司）")
    ('sao paulo s', 'ibm corp', '苹果 公司')
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _NOT_WORD.sub(" ", unicodedata.normalize("NFKC", bare)).strip()


def without_parenthesis(name: str) -> str:
    """The name without a trailing parenthesis, which says which one is meant.

    >>> without_parenthesis("Mercury (planet)"), without_parenthesis("(Untitled)")
    ('Mercury', '(Untitled)')
    """
    return _PARENTHESIS.sub("", name).strip() or name


def parenthesis(name: str) -> str:
    """What stands in the trailing parenthesis of a name, or "".

    >>> parenthesis("Mercury (planet)")
    'planet'
    """
    found = _PARENTHESIS.search(name)
    return found.group().strip()[1:-1].strip() if found else ""


def squeeze(text: str) -> str:
    """The text with every run of white space as one space."""
    return _SPACE.sub(" ", text).strip()


def is_unspaced(text: str) -> bool:
    """True when the text is mostly of a script without spaces between words (Chinese, Japanese, Thai …)."""
    letters = sum(c.isalpha() for c in text)
    return letters > 0 and 2 * len(_CJK.findall(text)) > letters


def has_unspaced(text: str) -> bool:
    """True when any character is of a script that writes words without spaces."""
    return _CJK.search(text) is not None


def script_pieces(text: str) -> list[tuple[str, bool]]:
    """The text cut where scripts with and without spaces between words meet, and True for those without.

    >>> script_pieces("iPhone手机")
    [('iPhone', False), ('手机', True)]
    """
    return [(match.group(), match.group(1) is not None) for match in _PIECES.finditer(text)]


def clean(text: str) -> str:
    """The text as a store can keep it: NUL and lone surrogates become U+FFFD, one for one; offsets hold."""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = "".join("\ufffd" if 0xD800 <= ord(c) <= 0xDFFF else c for c in text)
    return text


def visible(text: str) -> str:
    """The text without characters that cannot be seen: they could smuggle words past a reader.

    Joiners stay where Arabic and Indic scripts need them.
    """
    text = _SELECTORS.sub("", text)
    if text.isprintable():
        return text
    kept = []
    for i, character in enumerate(text):
        category = unicodedata.category(character)
        if character in _JOINERS and i and _NEEDS_JOINER.match(text[i - 1]):
            kept.append(character)
        elif category == "Cc" and character not in "\n\t":
            kept.append(" ")
        elif category not in ("Cf", "Co", "Cs", "Cn"):
            kept.append(character)
    return "".join(kept)
