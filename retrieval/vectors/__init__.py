"""Vector search behind one short protocol, `VectorIndex`: in place on the CPU, FAISS on the GPU."""

from .base import VectorIndex
from .exact import ExactIndex, Stored
from .faiss_index import FaissIndex, faiss_device

__all__ = ["ExactIndex", "FaissIndex", "Stored", "VectorIndex", "faiss_device"]
