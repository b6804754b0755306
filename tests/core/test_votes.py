"""What votes add up to, as laws."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from clew.core.votes import Vote, balance

votes = st.lists(
    st.builds(
        Vote,
        st.sampled_from(["ann", "bob", "cid", ""]),
        st.booleans(),
        st.floats(0, 1),
        st.sampled_from(["2020", "2021"]),
    ),
    max_size=12,
)


@given(votes)
def test_the_balance_is_bounded(cast):
    assert -1 < balance(cast) < 1


@given(votes, st.randoms(use_true_random=False))
def test_the_order_of_votes_does_not_matter(cast, random):
    distinct = list({(v.author, v.weight, v.at): v for v in cast}.values())
    shuffled = random.sample(distinct, len(distinct))
    assert balance(distinct) == balance(shuffled)


@given(st.booleans(), st.floats(0, 1))
def test_a_thousand_votes_of_one_author_equal_one(helpful, weight):
    vote = Vote("ann", helpful, weight)
    assert balance([vote] * 1000) == balance([vote])


@given(st.integers(0, 200))
def test_more_people_say_more_and_never_run_away(count):
    crowd = [Vote(str(n), True, 1.0) for n in range(count)]
    assert balance(crowd) <= balance([*crowd, Vote("more", True, 1.0)]) < 1


@given(votes)
def test_votes_that_bear_on_nothing_change_nothing(cast):
    silent = [Vote(f"x{n}", vote.helpful, 0.0) for n, vote in enumerate(cast)]
    assert balance([*cast, *silent]) == balance(cast)


def test_a_persons_later_word_counts():
    first, second = Vote("ann", True, 1.0, "2020"), Vote("ann", False, 1.0, "2021")
    assert balance([second, first]) == balance([second]) == -0.5
