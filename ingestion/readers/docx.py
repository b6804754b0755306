"""Word documents (.docx): paragraphs and tables in their order.

Title: that of the document's properties, else the first paragraph in the style Title or Heading 1, else
the file's name.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...core.errors import BrokenFileError, DocumentError, DocumentTooLargeError
from ...core.records import Document
from .base import BYTES_PER_CHARACTER, SourceFile

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.table import Table

_TITLE_STYLES = ("Title", "Heading 1")
_DEFAULT_TITLE = "Word Document"
"""What python-docx and some writers put where no title was given."""


def read_docx(file: SourceFile) -> Iterator[Document]:
    """The one document of a .docx file."""
    data = file.data()
    try:
        _check_size(file, data)
        word = _open(data)
        heading, text = _text(word)
        title = (word.core_properties.title or "").strip()
    except DocumentError:
        raise
    except Exception as error:  # zipfile, lxml and python-docx raise a dozen kinds over a broken file
        raise BrokenFileError(f"broken .docx: {type(error).__name__}: {error}") from error
    if title == _DEFAULT_TITLE:
        title = ""
    yield file.document(text, title=title or heading)


def _check_size(file: SourceFile, data: bytes) -> None:
    """A small archive may unpack to gigabytes: its own table says so before anything is unpacked."""
    limit = min(file.limits.max_file_bytes, BYTES_PER_CHARACTER * file.limits.max_characters)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = sum(entry.file_size for entry in archive.infolist() if entry.filename.endswith(".xml"))
    if size > limit:
        raise DocumentTooLargeError(f"the document unpacks to {size:,} bytes; the limit is {limit:,}")


def _open(data: bytes) -> WordDocument:
    import docx

    return docx.Document(io.BytesIO(data))


def _text(word: WordDocument) -> tuple[str, str]:
    from docx.text.paragraph import Paragraph

    heading, blocks = "", list[str]()
    for block in word.iter_inner_content():
        if isinstance(block, Paragraph):
            text = block.text.strip()
            if not heading and text and block.style is not None and block.style.name in _TITLE_STYLES:
                heading = text
        else:
            text = _rows(block)
        if text:
            blocks.append(text)
    return heading, "\n\n".join(blocks)


def _rows(table: Table) -> str:
    rows = []
    for row in table.rows:
        cells: list[str] = []
        for cell in row.cells:
            text = " ".join(cell.text.split())
            if text and (not cells or cells[-1] != text):  # merged cells come once for each place
                cells.append(text)
        if cells:
            rows.append(" | ".join(cells))
    return "\n".join(rows)
