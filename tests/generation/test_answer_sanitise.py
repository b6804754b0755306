"""Answers of language models lose what could call home or run, whole or in pieces."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clew.generation.sanitise import Stream, sanitise

CASES = [
    ("See [here](http://evil.example).", "See here."),
    ("A ![x](http://evil.example/p.png) b", "A b"),
    ("A ![x][ref] b\n[ref]: http://evil.example/p.png", "A b"),
    ("[text][ref] [1][2]", "text [1][2]"),
    ("So it is [1](http://evil.example) [2].", "So it is [1] [2]."),
    ("<img src=x onerror=alert(1)>hi<script>alert(1)</script>", "hialert(1)"),
    ("<scr<b>ipt>x", "x"),
    ("<http://evil.example>", ""),
    ("go to http://evil.example/?q=secret now", "go to (link removed) now"),
    ("javascript:alert(1) data:text/html,x www.evil.example", "(link removed) (link removed) (link removed)"),
    ("a\u200bb\u202ec", "abc"),
    ("3 < 4 and 5 > 2", "3 < 4 and 5 > 2"),
    ("普通文字[1]，没有链接。", "普通文字[1]，没有链接。"),
]


@pytest.mark.parametrize(("said", "kept"), CASES)
def test_markup_and_links_go_and_citations_stay(said: str, kept: str) -> None:
    assert sanitise(said) == kept


def test_an_address_that_the_evidence_says_may_be_repeated() -> None:
    evidence = "The library is at https://lib.example/books today."
    said = "It is at https://lib.example/books [1] and https://lib.example/evil."
    assert sanitise(said, evidence) == "It is at https://lib.example/books [1] and (link removed)"


@given(
    st.lists(
        st.sampled_from([*(s for s, _ in CASES), "[", "](", "http", "://x.y", "<", ">", "! ", "[1]", "词"])
    )
)
def test_what_is_shown_in_pieces_holds_no_more_than_the_whole(parts: list[str]) -> None:
    stream = Stream()
    shown = "".join(stream.feed(c) for part in parts for c in part) + stream.close()
    assert not re.search(r"(?<![A-Za-z0-9])(?:https?://|www\.)\w", shown)
    assert "<img" not in shown and "<script" not in shown
