"""Mentions: of the candidates that overlap the most certain, each name with one type in the whole document.

Certain candidates (`CERTAIN` and up) win by length, the others by score; the weakest must be seen twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ..core.records import Document, Label, Mention, Part
from ..core.text import fold, without_parenthesis
from .candidates import Candidate
from .name_cues import DEMONYMS, PLACES

CERTAIN = 0.7
KEEP = 0.4
"""Candidates below this need another mention of the same name in the document."""


def resolve(candidates: Iterable[Candidate], document: Document) -> list[Mention]:
    """Mentions without overlap, in the order of the text; a name has one label in the whole document."""
    every = sorted(set(candidates), key=_rank)
    taken: list[Candidate] = []
    busy: dict[int, list[Candidate]] = defaultdict(list)
    weak: list[Candidate] = []
    for candidate in every:
        if any(candidate.start < o.end and o.start < candidate.end for o in busy[candidate.sentence]):
            continue
        if candidate.score < KEEP:
            weak.append(candidate)
            continue
        busy[candidate.sentence].append(candidate)
        taken.append(candidate)
    taken.extend(_confirmed(weak, taken, busy, document))
    labels = _labels(every, taken, document.text)
    mentions = []
    for c in sorted(taken, key=lambda c: (c.start, c.end)):
        text = document.text[c.start : c.end]
        fixed = c.label.is_value or (c.source == "pattern" and c.label is Label.WORK)
        label = c.label if fixed else labels.get(fold(text), c.label)
        mentions.append(
            Mention(Part.TEXT, c.start, c.end, text, label, c.source, c.score, c.sentence, c.value)
        )
    return mentions


def _rank(c: Candidate) -> tuple[bool, int, float, int, int, str, str]:
    """Certain ones first, of these the longest; then the others by score."""
    certain = c.score >= CERTAIN
    return (
        not certain,
        c.start - c.end if certain else 0,
        -c.score,
        c.start - c.end,
        c.start,
        c.source,
        c.label,
    )


def _confirmed(
    weak: Sequence[Candidate],
    taken: Sequence[Candidate],
    busy: dict[int, list[Candidate]],
    document: Document,
) -> list[Candidate]:
    """Weak candidates whose name the document also gives elsewhere, in its title or in a better place."""
    known = {fold(document.text[c.start : c.end]) for c in taken if not c.label.is_value}
    for name in (document.title, *(document.text[c.start : c.end] for c in taken if c.label is Label.PER)):
        known.update(fold(name).split())
    found = []
    for candidate in weak:
        name = fold(document.text[candidate.start : candidate.end])
        free = all(candidate.start >= o.end or o.start >= candidate.end for o in busy[candidate.sentence])
        if name in known and free:
            busy[candidate.sentence].append(candidate)
            found.append(replace(candidate, score=KEEP))
    return found


def _labels(every: Sequence[Candidate], taken: Sequence[Candidate], text: str) -> dict[str, Label]:
    """The label with most weight for each name, over all candidates; last names take their person's."""
    weights: dict[str, dict[Label, float]] = defaultdict(lambda: defaultdict(float))
    for c in every:
        if not c.label.is_value:
            weight = 0.05 if c.label is Label.MISC else (2.0 if c.source == "tagger" else 1.0)
            name = fold(text[c.start : c.end])
            weights[name][c.label] += weight * c.score
            if name in PLACES and c.label is not Label.LOC:
                weights[name][Label.LOC] += 1.5 * weight * c.score
    found = {name: max(sorted(w), key=lambda label: w[label]) for name, w in weights.items()}
    for name in found:
        if name in DEMONYMS and found[name] in (Label.LOC, Label.PER, Label.ORG, Label.MISC):
            found[name] = Label.GROUP
    persons = [name.split() for name in sorted(found) if found[name] is Label.PER and " " in name]
    for parts in persons:
        if (
            parts[-1] in found
            and len(parts[-1]) > 2
            and found[parts[-1]] in (Label.MISC, Label.ORG, Label.LOC)
        ):
            found[parts[-1]] = Label.PER
    return found


def title_mentions(document: Document, label: Label) -> list[Mention]:
    """The whole title, and the title without its parenthesis, as mentions of the part TITLE."""
    title = document.title
    stripped = title.strip()
    if not any(c.isalnum() for c in stripped):
        return []
    start = title.index(stripped)
    found = [Mention(Part.TITLE, start, start + len(stripped), stripped, label, "title", 1.0)]
    base = without_parenthesis(stripped)
    if base != stripped:
        found.append(Mention(Part.TITLE, start, start + len(base), base, label, "title", 0.9))
    return found
