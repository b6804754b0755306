"""What people's votes add up to: bounded, and no louder for being repeated.

    balance = (n⁺ - n⁻) / (n⁺ + n⁻ + c)

lies between -1 and 1; n⁺ and n⁻ are the weights of the votes for and against, one vote an author, c = 1. One
vote gives 1/2, two that agree 2/3: a crowd says more than one person, and no crowd says more than 1.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

CAUTION = 1.0
"""c: votes that it takes to reach one half."""


@dataclass(frozen=True, slots=True)
class Vote:
    """One person's word on one target, and how far it bears on the case at hand."""

    author: str
    helpful: bool
    weight: float
    """0..1: how like the case at hand is to the one voted on."""
    at: str = ""
    """ISO 8601 time; of two votes of an author with one weight the later counts."""


def balance(votes: Iterable[Vote]) -> float:
    """What votes on one target add up to, -1..1; 0 without any.

    Of each author the vote counts that bears most on the case at hand; who gives no name is one author.
    """
    counted: dict[str, Vote] = {}
    for vote in votes:
        known = counted.get(vote.author)
        if known is None or (vote.weight, vote.at) > (known.weight, known.at):
            counted[vote.author] = vote
    weights = sorted((vote.helpful, vote.weight) for vote in counted.values())
    plus = sum(weight for helpful, weight in weights if helpful)
    minus = sum(weight for helpful, weight in weights if not helpful)
    return (plus - minus) / (plus + minus + CAUTION)
