"""One tree of errors; a message says what is wrong, with both figures where two disagree, and the way out.

    ClewError
    ├── SettingsError
    ├── InputError
    │   ├── DocumentError
    │   │   ├── EmptyDocumentError
    │   │   ├── BinaryFileError
    │   │   ├── EncodingError
    │   │   ├── DocumentTooLargeError
    │   │   ├── BrokenFileError
    │   │   ├── UnsupportedFileError
    │   │   ├── UnreadableFileError
    │   │   ├── MalformedDocumentError
    │   │   └── DuplicateDocumentError
    │   ├── MissingPathError
    │   └── QueryError
    ├── StoreError
    │   ├── StoreVersionError
    │   ├── StoreLockedError
    │   ├── StoreReadOnlyError
    │   ├── StoreCorruptError
    │   ├── EmbedderMismatchError
    │   ├── SnapshotError
    │   ├── ArchiveError
    │   └── NotFoundError
    ├── ModelError
    │   ├── ModelMissingError
    │   └── ModelHashError
    ├── WorkerError
    ├── MissingExtraError
    └── GenerationError
"""


class ClewError(Exception):
    """Base of every error that Clew raises on purpose."""


class SettingsError(ClewError):
    """A setting is unknown or out of range; the message names the path to it."""


class InputError(ClewError):
    """The caller gave something that cannot be used."""


class DocumentError(InputError):
    """One document cannot be ingested; others are not touched."""


class EmptyDocumentError(DocumentError):
    """The document has no text."""


class BinaryFileError(DocumentError):
    """The file is not text and not of a format that a reader knows."""


class EncodingError(DocumentError):
    """The file's characters cannot be decoded."""


class DocumentTooLargeError(DocumentError):
    """The document is larger than the setting allows."""


class BrokenFileError(DocumentError):
    """The file says that it is of a format which its content breaks."""


class UnsupportedFileError(DocumentError):
    """No reader knows the file's extension."""


class UnreadableFileError(DocumentError):
    """The operating system refuses to give the file, or it is no regular file."""


class MalformedDocumentError(DocumentError):
    """A document's record lacks a field, or a field is not of the kind that it must be."""


class DuplicateDocumentError(DocumentError):
    """The same id came twice in one ingestion with different content."""


class MissingPathError(InputError):
    """A path or pattern matches no file."""


class QueryError(InputError):
    """A question or an argument of a search cannot be used."""


class StoreError(ClewError):
    """The database refuses or is not what it should be."""


class StoreVersionError(StoreError):
    """The store was written by a newer Clew, or the database belongs to something else."""


class StoreLockedError(StoreError):
    """Another process held the database for longer than the time-out."""


class StoreReadOnlyError(StoreError):
    """The database or its folder cannot be written."""


class StoreCorruptError(StoreError):
    """The database file is damaged."""


class EmbedderMismatchError(StoreError):
    """The store was made with another embedder than the one given."""


class SnapshotError(StoreError):
    """A saved projection is missing, damaged or old; it is rebuilt from the tables."""


class ArchiveError(StoreError):
    """An archive or a named snapshot is damaged, cut short, newer than this library, or none at all."""


class NotFoundError(StoreError):
    """No document, entity or decision has that id in this namespace."""


class ModelError(ClewError):
    """A model cannot be used."""


class ModelMissingError(ModelError):
    """A model is not on this machine; the message names the command that brings it."""


class ModelHashError(ModelError):
    """A model's file is not the one that was published."""


class WorkerError(ClewError):
    """A worker process could not start, or died; what was committed stays."""


class MissingExtraError(ClewError):
    """An optional package is not installed; the message names the pip command."""


class GenerationError(ClewError):
    """A language model failed, stalled or returned nothing usable."""


def named(name: str, message: str) -> ClewError | None:
    """An error of the class with this name, as a dead letter or another process tells it; None for others.

    >>> named("EmptyDocumentError", "a.txt is empty")
    EmptyDocumentError('a.txt is empty')
    """
    kind = globals().get(name)
    return kind(message) if isinstance(kind, type) and issubclass(kind, ClewError) else None
