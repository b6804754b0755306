"""The face of Clew: `KnowledgeBase`, documents in, evidence and answers out."""

from __future__ import annotations

from .face.documents import Documents
from .face.keeping import Keeping
from .face.knowledge import Knowledge
from .face.questions import Questions


class KnowledgeBase(Documents, Questions, Knowledge, Keeping):
    """One namespace of a store, with the models that read, find and answer.

    Safe to share between threads; the sync methods can be called inside a running event loop. Models load
    when they are first needed.

    Args:
        target: a path (made when it does not exist), ":memory:", an SQLAlchemy URL or an Engine.
        namespace: what is in one namespace is not seen from another.
        settings: validated settings, or a nested dict of them; environment and file fill in what is not
        given.
        embedder: an embedder of one's own; the settings' `models.embedder` when None.
        read_only: never write; a store that does not exist is an error.

    Raises:
        SettingsError: a setting is unknown or out of range.
        EmbedderMismatchError: the store was made with another embedder.
        StoreVersionError, StoreCorruptError, StoreReadOnlyError, StoreLockedError: the database is not
        usable.
        ModelMissingError, ModelHashError: the embedder is not on this machine.
    """
