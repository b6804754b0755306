"""Evidence to answer: prompts, language models, the extractive reader, grounding, abstention,
clarification.

The words of this room:

- *evidence*: the passages of one search, numbered from 1 by rank; a *citation* [n] points at number n and
  holds the quoted span: `document.text[start:end] == quote`, always.
- *unit*: one thing that a question says, a name or a word. The *coverage* of an answer is the share of the
  question's units that the cited sentences bear, each unit weighted by log(1 + sentences / sentences that
  bear it).
- *claim*: a sentence of an answer. Its *support* is 0 when it says a number, name or negation that the
  evidence does not, else the share of its content words in the evidence. `confidence = support · (½
  coverage + 0.3 reliability + 0.2 fit)`; under the setting's threshold the answer is a fixed refusal.
- *clarification*: the question back, when two readings of a name stand close and lead to different answers.

    answer = Answerer(settings).answer("Where was the director of Alpha born?", found)
    answer.text       # 'Delft. According to “Ada Bell”: “Ada Bell was born in Delft.” [2] …'
    answer.short      # 'Delft'
"""

from __future__ import annotations

from .answer import Answer
from .answerer import Answerer
from .confidence import confidence
from .grounding import ground, unbroken
from .page import answer_page
from .prompting import Prompt, build
from .sanitise import sanitise

__all__ = [
    "Answer",
    "Answerer",
    "Prompt",
    "answer_page",
    "build",
    "confidence",
    "ground",
    "sanitise",
    "unbroken",
]
