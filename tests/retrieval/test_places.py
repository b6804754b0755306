"""All places of all names: what a search for some of them finds is a selection."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from clew.core.text import fold
from clew.kg.automaton import NameAutomaton, OverlappingNames
from clew.retrieval.places import leftmost_longest

_WORDS = st.sampled_from(
    ["New", "York", "Times", "new", "york", "iPhone", "苹果", "公司", "ab苹果", "3", "É", "ß", "-"]
)
_NAMES = st.lists(st.lists(_WORDS, min_size=1, max_size=3).map(" ".join), min_size=1, max_size=10).map(
    lambda names: sorted({fold(name) for name in names} - {""}) or ["x"]
)
_TEXTS = st.lists(st.tuples(_WORDS, st.sampled_from([" ", "", ", ", "  "])), max_size=14).map(
    lambda pieces: "".join(word + gap for word, gap in pieces)
)


@given(names=_NAMES, text=_TEXTS, data=st.data())
def test_any_choice_of_names_is_found_where_a_search_for_them_finds_them(names, text, data):
    kept = sorted(data.draw(st.sets(st.sampled_from(names))))
    number = {names.index(name): i for i, name in enumerate(kept)}
    places = [place for place in OverlappingNames(names).find(text) if place.index in number]
    start, end = (np.array([getattr(p, side) for p in places], np.int64) for side in ("start", "end"))
    rows = leftmost_longest(np.zeros(len(places), np.int64), start, end).tolist()
    chosen = [(places[row].at, number[places[row].index]) for row in rows if places[row].named]
    assert chosen == [(match.start, match.index) for match in NameAutomaton(kept).find(text)]


_STRETCHES = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 30), st.integers(1, 9)), max_size=40)


@given(_STRETCHES)
def test_leftmost_longest_is_what_a_plain_scan_takes(stretches):
    rows = sorted((group, start, -length) for group, start, length in stretches)
    group, start, end = (
        (
            np.array(column, np.int64)
            for column in zip(*[(g, s, s - less) for g, s, less in rows], strict=True)
        )
        if rows
        else (np.empty(0, np.int64),) * 3
    )
    taken, last = [], (-1, 0)
    for row, (g, s, less) in enumerate(rows):
        if (g, s) >= last:
            taken.append(row)
            last = (g, s - less)
    assert leftmost_longest(group, start, end).tolist() == taken
