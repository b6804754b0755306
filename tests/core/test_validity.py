"""Partial dates and the stretches between them, as laws."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clew.core.validity import (
    compatible,
    edges,
    first_day,
    holds_at,
    is_partial,
    last_day,
    newness,
    ordered,
    partial_of,
    surely_overlap,
)

days = st.dates(datetime.date(1000, 1, 1), datetime.date(2999, 12, 31)).map(str)
partials = st.builds(lambda day, length: day[:length], days, st.sampled_from([4, 7, 10]))
intervals = st.tuples(st.none() | partials, st.none() | partials).filter(lambda i: ordered(*i))


@given(partials, days)
def test_a_partial_date_is_the_days_that_begin_with_it(partial, day):
    inside = first_day(partial) <= first_day(day) <= last_day(partial)
    assert inside == day.startswith(partial)


@given(days, days)
def test_whole_days_compare_as_dates(one, other):
    assert (first_day(one) < first_day(other)) == (one < other)


@given(intervals, partials)
def test_what_holds_on_a_day_holds_in_its_month_and_year(interval, partial):
    if holds_at(*interval, partial):
        assert holds_at(*interval, partial[:4]) and holds_at(*interval, partial[:7])


@given(intervals)
def test_a_stretch_holds_at_both_of_its_ends(interval):
    for end in interval:
        assert end is None or holds_at(*interval, end)


@given(days, days, days)
def test_nothing_holds_before_it_begins_or_after_it_ends(a, b, c):
    first, middle, last = sorted((a, b, c))
    assert holds_at(first, last, middle)
    assert middle == last or not holds_at(first, middle, last)
    assert middle == first or not holds_at(middle, last, first)


@given(intervals, intervals)
def test_overlap_has_no_order_and_is_never_claimed_of_stretches_that_may_be_apart(one, other):
    assert surely_overlap(one, other) == surely_overlap(other, one)
    if surely_overlap(one, other):
        for (_, end), (start, _) in ((one, other), (other, one)):
            assert end is None or start is None or first_day(end) >= last_day(start)


@given(partials, partials)
def test_dates_are_compatible_where_one_begins_the_other(one, other):
    assert compatible(one, other) == (one.startswith(other) or other.startswith(one))


@given(days, days)
def test_what_still_holds_is_newer_than_what_ended(start, end):
    assert newness(start, None) > newness(start, max(start, end))
    assert newness(None, None) < newness(start, None)


@given(st.text(max_size=12))
def test_no_other_text_is_a_date(text):
    assert is_partial(text) == (partial_of(text) == text and text != "")
    if not is_partial(text):
        with pytest.raises(ValueError, match="is no date"):
            first_day(text)


def test_decades_and_centuries_have_edges_and_days_without_a_year_have_none():
    assert edges("197X") == ("1970", "1979") and edges("18XX") == ("1800", "1899")
    assert edges("--06-02") == (None, None) and edges("-0043") == ("-0043", "-0043")
    assert first_day("-0043") < first_day("0043")
