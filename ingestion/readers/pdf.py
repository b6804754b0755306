"""PDF: the text layer, page by page, with the lines of a paragraph joined.

Title: that of the document's properties, else the file's name. A scan without a text layer is an empty
document.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from ...core.errors import BrokenFileError, DocumentError, EmptyDocumentError
from ...core.records import Document
from ...core.text import has_unspaced, squeeze
from .base import SourceFile, too_long

_HYPHEN = re.compile(r"(\w)[-\u00ad\u2010]\n(?=[^\W\d_A-Z])")
_PARAGRAPH = re.compile(r"\n[ \t]*\n\s*")
_UNTITLED = re.compile(
    r"(untitled|microsoft (word|powerpoint|excel)\b|.*\.(docx?|tex|dvi|indd|qxd|pdf)$)", re.IGNORECASE
)


def read_pdf(file: SourceFile) -> Iterator[Document]:
    """The one document of a PDF file."""
    data = file.data()
    if b"%PDF-" not in data[:1024]:
        raise BrokenFileError("no PDF: the header %PDF- is missing")
    try:
        title, text = _extract(file, data)
    except DocumentError:
        raise
    except RecursionError as error:
        raise BrokenFileError("broken PDF: its objects are nested without end") from error
    except Exception as error:  # pypdf raises whatever its parser meets in a broken file
        raise BrokenFileError(f"broken PDF: {type(error).__name__}: {error}") from error
    if not text.strip():
        raise EmptyDocumentError("the PDF has no text layer (a scan?); run it through OCR first")
    yield file.document(text, title=title)


def _extract(file: SourceFile, data: bytes) -> tuple[str, str]:
    from pypdf import PasswordType, PdfReader

    reader = PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted and reader.decrypt("") is PasswordType.NOT_DECRYPTED:
        raise BrokenFileError("the PDF is encrypted; save it without a password")
    pages: list[str] = []
    characters = 0
    for page in reader.pages:
        pages.append(page.extract_text().strip())
        characters += len(pages[-1])
        if characters > file.limits.max_characters:
            raise too_long(characters, file.limits)
    title = squeeze(str((reader.metadata.title if reader.metadata else None) or ""))
    return "" if _UNTITLED.match(title) else title, reflow("\n\n".join(p for p in pages if p))


def reflow(text: str) -> str:
    """Lines of a paragraph as one, words divided at line ends whole again; empty lines stay paragraphs.

    >>> reflow("The Jor-\\ndan is a\\nriver.\\n\\nIt ends in a sea.")
    'The Jordan is a river.\\n\\nIt ends in a sea.'
    """
    paragraphs = []
    for paragraph in _PARAGRAPH.split(_HYPHEN.sub(r"\1", text.replace("\r", ""))):
        lines = [squeeze(line) for line in paragraph.split("\n")]
        whole = ""
        for line in filter(None, lines):
            joint = "" if not whole or (has_unspaced(whole[-1]) and has_unspaced(line[0])) else " "
            whole += joint + line
        if whole:
            paragraphs.append(whole.replace("\u00ad", ""))
    return "\n\n".join(paragraphs)
