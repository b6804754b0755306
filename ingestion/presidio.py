"""What Presidio's pattern recognisers find, for those who install it (extra `privacy`).

Only recognisers that look at patterns and check digits are used: no model, no network. Names of persons and
places, dates and web addresses stay, since they are what a graph is made of; e-mail addresses are found by
`core.redaction`, because Presidio's recogniser of them would fetch a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

from ..core.errors import MissingExtraError
from ..core.redaction import Detector, Place

PRESIDIO = "presidio"
LEAST_SCORE = 0.6
"""Score under which a pattern is only a guess: it needs a check digit or a word beside it."""
_LEFT = frozenset({"EMAIL_ADDRESS", "URL", "DATE_TIME"})


def presidio_detector() -> Detector:
    """A detector of what Presidio knows.

    Raises:
        MissingExtraError: it is not installed.
    """
    if find_spec("presidio_analyzer") is None:
        raise MissingExtraError('redact="presidio" needs Presidio: pip install "clew[privacy]"')
    from presidio_analyzer import PatternRecognizer, RecognizerRegistry

    registry = RecognizerRegistry()
    registry.load_predefined_recognizers()
    recognizers = [r for r in registry.recognizers if isinstance(r, PatternRecognizer)]
    used = [r for r in recognizers if not _LEFT.intersection(r.supported_entities)]

    def detect(text: str) -> Iterator[Place]:
        for recognizer in used:
            results: list[Any] = recognizer.analyze(text, recognizer.supported_entities)
            for found in results:
                if found.score >= LEAST_SCORE:
                    value = re.sub(r"[\s-]", "", text[found.start : found.end]).upper()
                    yield Place(found.start, found.end, found.entity_type.lower(), value)

    return detect
