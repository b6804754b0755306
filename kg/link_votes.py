"""How people's votes on links move the readings of a name: by likeness of the words around it.

A vote was given on one name in one text. On the same name in another text it counts as far as the texts
share words (Jaccard, without the name's own). It changes the odds of the entity voted on by at most
e^±`SWAY`; a correction pins its entity where the texts are like, from `LIKE` on.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ..core.errors import NotFoundError
from ..core.records import Candidate, Link
from ..core.text import fold, has_unspaced
from ..core.votes import Vote, balance
from ..storage.readable import Readable
from ..storage.rows import Feedback, name_key

NIL = "NIL"
"""What a correction says where the name means nothing that the store knows."""
SWAY = 3.0
LIKE = 0.3
PINNED = 0.95
"""Score of an entity that a correction pins."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class _OnLink:
    entity: str
    words: frozenset[str]
    vote: Vote | None
    correction: str


@dataclass(frozen=True, slots=True)
class LinkVotes:
    """The votes on links, by folded name."""

    by_name: dict[str, tuple[_OnLink, ...]]

    @classmethod
    def of(cls, said: Iterable[Feedback]) -> LinkVotes:
        """Those of the votes that are on links, oldest first."""
        found: defaultdict[str, list[_OnLink]] = defaultdict(list)
        for each in said:
            if each.kind != "link":
                continue
            name = name_key(str(each.details.get("mention", "")))
            vote = None if each.helpful is None else Vote(each.author, each.helpful, 1.0, each.at)
            words = words_around(str(each.details.get("context", "")), name)
            found[name].append(
                _OnLink(
                    str(each.details.get("entity") or NIL),
                    words,
                    vote,
                    str(each.details.get("correction") or ""),
                )
            )
        return cls({name: tuple(votes) for name, votes in found.items()})

    def sway(self, name: str, text: str) -> dict[str, float]:
        """Entity -> what is added to its log odds as the meaning of a folded name in a text."""
        votes: defaultdict[str, list[Vote]] = defaultdict(list)
        words = words_around(text, name)
        for each in self.by_name.get(name, ()):
            if each.vote is not None:
                votes[each.entity].append(replace(each.vote, weight=likeness(words, each.words)))
        return {entity: SWAY * balance(cast) for entity, cast in votes.items()}

    def pinned(self, name: str, text: str) -> str | None:
        """The entity, or `NIL`, that a correction gives the name in the text likest to this one."""
        words = words_around(text, name)
        best, pinned = LIKE, None
        for each in self.by_name.get(name, ()):
            near = likeness(words, each.words)
            if each.correction and near >= best:
                best, pinned = near, each.correction
        return pinned


def voted(link: Link, text: str, votes: LinkVotes, store: Readable) -> Link:
    """The link as people's votes leave it; scores of candidates and NIL still sum to 1."""
    name = name_key(link.text)
    if name not in votes.by_name:
        return link
    odds = {candidate.entity: candidate.score for candidate in link.candidates}
    odds[NIL] = max(0.0, 1.0 - sum(odds.values()))
    known = {candidate.entity: candidate for candidate in link.candidates}
    for entity, sway in votes.sway(name, text).items():
        if entity in odds:
            odds[entity] *= math.exp(sway)
    pinned = votes.pinned(name, text)
    if pinned is not None and pinned not in odds:
        pinned = _fetched(pinned, known, store)
    if pinned is not None:
        rest = sum(value for entity, value in odds.items() if entity != pinned) or 1.0
        odds = {entity: (1.0 - PINNED) * value / rest for entity, value in odds.items()}
        odds[pinned] = PINNED
    total = sum(odds.values())
    scores = {entity: value / total for entity, value in odds.items()}
    candidates = sorted(
        (replace(known[entity], score=scores[entity]) for entity in known), key=lambda c: (-c.score, c.entity)
    )
    if not candidates or scores[NIL] > 0.5:
        return replace(link, entity=None, name=link.text, score=scores[NIL], candidates=tuple(candidates))
    best = candidates[0]
    label = link.label if best.entity == link.entity else store.entity(best.entity).label
    return replace(
        link, label=label, entity=best.entity, name=best.name, score=best.score, candidates=tuple(candidates)
    )


def _fetched(entity: str, known: dict[str, Candidate], store: Readable) -> str | None:
    """The entity of a correction that the name did not bring up, None where it is gone."""
    try:
        found = store.entity(entity)
    except NotFoundError:
        return None
    known[entity] = Candidate(entity, found.name, 0.0, found.description)
    return entity


def words_around(text: str, name: str) -> frozenset[str]:
    """The folded words of a text but for the name's; pairs of characters where words have no spaces."""
    own = set(name.split())
    found: set[str] = set()
    for word in _WORD.findall(fold(text)):
        if has_unspaced(word):
            found.update(word[i : i + 2] for i in range(max(1, len(word) - 1)))
        elif word not in own:
            found.add(word)
    return frozenset(found)


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Share of words in common, 0..1; two empty ones are alike."""
    return len(one & other) / len(one | other) if one or other else 1.0
