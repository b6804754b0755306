"""From bytes to text: byte order marks, UTF-8, UTF-16 without a mark, then a guess by charset-normalizer.

A guess is made from the lines that are not ASCII, and only among encodings that are in use; it holds only
if the whole file decodes by it.
"""

from __future__ import annotations

import codecs
import re

from ...core.errors import BinaryFileError, EncodingError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark begins it
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAGIC = (
    b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x7fELF", b"\x1f\x8b", b"MZ\x90",
    b"BZh", b"\xfd7zXZ\x00", b"7z\xbc\xaf", b"Rar!", b"\xd0\xcf\x11\xe0", b"SQLite format 3\x00", b"RIFF",
    b"OggS", b"ID3", b"\x28\xb5\x2f\xfd", b"\x00asm", b"\xca\xfe\xba\xbe",
)  # fmt: skip
_CANDIDATES = [
    "cp1252", "cp1251", "gb18030", "shift_jis", "euc_jp", "big5", "euc_kr", "cp1250", "koi8_r", "koi8_u",
    "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "iso8859_15", "iso8859_2", "cp874",
]  # fmt: skip
HEAD = 65_536
"""Bytes by which a file is judged before the rest is read."""
_SAMPLE = 32_768
"""Bytes that a guess looks at."""
_DISORDER = 0.35
"""Share of odd neighbours of letters from which charset-normalizer calls a reading a mess (its own: 0.2,
which refuses short texts with many accents)."""
_CONTROL = bytes(c for c in range(32) if c not in b"\t\n\v\f\r\x1b") + b"\x7f"
_CONTROL_SHARE = 0.05
_NUL_SHARE = 0.2


def decode(data: bytes, *, declared: str | None = None) -> str:
    """The text of a whole file.

    Args:
        data: its bytes.
        declared: the encoding that the file itself names, tried after UTF-8.

    Raises:
        BinaryFileError: the bytes are not text.
        EncodingError: they are text, in no encoding that is known here.
    """
    guess = detect(data[:HEAD], whole=len(data) <= HEAD)
    for encoding in dict.fromkeys([guess, *_usable(declared)]):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    for encoding in _guesses(data):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise EncodingError(
        "the characters cannot be decoded: not UTF-8, and no other encoding fits; save the file as UTF-8"
    )


def detect(head: bytes, *, whole: bool) -> str:
    """The encoding of a file as its first bytes tell it; for files that are read as a stream.

    Args:
        head: the first bytes.
        whole: they are all there is, so that a character cut at their end is a mistake.

    Raises:
        BinaryFileError: the bytes are not text.
        EncodingError: they are text, in no encoding that is known here.
    """
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    if head.startswith(_MAGIC):
        raise BinaryFileError("the content is binary, not text")
    sample = head[: len(head) // 2 * 2]
    for encoding, high in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
        nuls = high.count(0)
        if nuls > _NUL_SHARE * len(high) and nuls > 9 * (sample.count(0) - nuls):
            return encoding
    share = (len(head) - len(head.translate(None, _CONTROL))) / max(len(head), 1)
    if share > _CONTROL_SHARE:
        raise BinaryFileError(f"{share:.0%} of the content are control characters: binary, not text")
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head, final=whole)
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8"
    guess = next(iter(_guesses(head)), None)
    if guess is None:
        raise EncodingError("the characters cannot be decoded: not UTF-8, and no other encoding fits")
    return guess


def declared_encoding(head: bytes) -> str | None:
    """The encoding that an HTML or XML head names, such as `<meta charset="windows-1251">`."""
    found = re.search(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", head[:2048], re.IGNORECASE)
    return found.group(1).decode("ascii", "replace") if found else None


def _guesses(data: bytes) -> list[str]:
    from charset_normalizer import from_bytes

    matches = from_bytes(_sample(data), cp_isolation=_CANDIDATES, threshold=_DISORDER)
    known = [match for match in matches if match.encoding in _CANDIDATES]
    # what reads as well as another is the more usual one: accents of French fit Polish code pages, too
    known.sort(key=lambda m: (round(m.chaos, 2), -round(m.coherence, 1), _CANDIDATES.index(m.encoding)))
    return [match.encoding for match in known]


def _sample(data: bytes) -> bytes:
    """Whole lines, so that no character of several bytes is cut, and only those that tell something."""
    lines: list[bytes] = []
    size = 0
    for found in re.finditer(rb"[^\n\x80-\xff]*[\x80-\xff][^\n]*\n?", data):
        line = found.group()
        if len(line) > _SAMPLE:  # in a line without end, the stretch around the first such byte
            first = next(i for i, byte in enumerate(line) if byte > 127)
            line = line[max(0, first - 1000) :][:_SAMPLE]
        lines.append(line)
        size += len(line)
        if size >= _SAMPLE:
            break
    return b"".join(lines)


def _usable(encoding: str | None) -> list[str]:
    try:
        return [codecs.lookup(encoding).name] if encoding else []
    except LookupError:
        return []
