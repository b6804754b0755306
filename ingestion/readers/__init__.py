"""Files to documents, one small reader a format, found by extension.

A reader is a function from a `SourceFile` to a stream of documents. A file that cannot be read raises one
of the errors below `DocumentError`; in a file of many documents (.csv, .jsonl) a bad one is a `Failure`
with its line and the others go on.

    >>> from pathlib import Path
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     page = Path(folder, "jordan.md")
    ...     _ = page.write_text("# Jordan\\n\\nA *river*.")
    ...     [(d.id, d.title, d.text) for d in read_path(page)]
    [('jordan.md', 'Jordan', 'A river.')]

Text is decoded as UTF-8 where that fits, by a byte order mark, or by a guess that must fit the whole
file.
"""

from .base import FileReader, SourceFile
from .registry import extensions, read_path, reader_for, register

__all__ = ["FileReader", "SourceFile", "extensions", "read_path", "reader_for", "register"]
