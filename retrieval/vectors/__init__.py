"""Vector search behind one short protocol: `VectorIndex`; FAISS is the embedded engine."""

from .base import VectorIndex
from .faiss_index import FaissIndex, faiss_device

__all__ = ["FaissIndex", "VectorIndex", "faiss_device"]
