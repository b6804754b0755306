"""Which documents a reader sees, and what is said of a filter that cannot be understood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clew.core.errors import QueryError
from clew.core.visibility import Visibility, first_moment, last_moment

BOOK = {"team": "x", "year": 2001, "tags": ["a", "b"], "draft": True, "rating": 4.5}


@pytest.mark.parametrize(
    ("filters", "seen"),
    [
        ({}, True),
        ({"team": "x"}, True),
        ({"team": "X"}, False),
        ({"team": ["y", "x"]}, True),
        ({"team": {"y", "z"}}, False),
        ({"team": []}, False),
        ({"tags": "b"}, True),
        ({"tags": ["c", "b"]}, True),
        ({"year": 2001.0}, True),
        ({"year": "2001"}, False),
        ({"draft": True}, True),
        ({"draft": 1}, False),
        ({"missing": None}, True),
        ({"missing": "x"}, False),
        ({"year": {"gte": 2001, "lt": 2002}}, True),
        ({"year": {"gt": 2001}}, False),
        ({"year": {"gte": "2000"}}, False),
        ({"team": {"gte": "w", "lte": "x"}}, True),
        ({"draft": {"gte": 0}}, False),
        ({"missing": {"lt": 5}}, False),
        ({"team": "x", "year": 1999}, False),
        (lambda metadata: metadata["rating"] > 4, True),
    ],
)
def test_filters_are_met_or_not(filters, seen):
    assert Visibility.of(filters).sees(BOOK, None) is seen


@pytest.mark.parametrize(
    ("labels", "held", "seen"),
    [
        ({}, (), True),
        ({"access": None}, (), True),
        ({"access": []}, (), True),
        ({"access": "board"}, (), False),
        ({"access": "board"}, "board", True),
        ({"access": ["staff", "board"]}, {"board"}, True),
        ({"access": ["staff"]}, {"board"}, False),
        ({"access": ""}, {"board"}, False),
        ({"access": 7}, {"7"}, False),
        ({"access": ["staff", 7]}, {"staff"}, False),
        ({"access": {"staff": True}}, {"staff"}, False),
        ({"access": "board"}, None, True),
        ({"access": "board"}, lambda metadata: "access" not in metadata, False),
    ],
)
def test_labels_admit_or_not_and_unreadable_ones_admit_nobody(labels, held, seen):
    assert Visibility.of(access=held).sees(labels, None) is seen


@pytest.mark.parametrize(
    ("dated", "as_of", "seen"),
    [
        (None, "2001", True),
        ("", "2001", True),
        ("2001", "2001", True),
        ("2001-12-31T23:59:59", "2001", True),
        ("2002", "2001", False),
        ("2001-06", "2001-05-31", False),
        ("2001-06", "2001-06-01", True),
        ("2001-06-01T12:00:00", "2001-06-01T11:59:59Z", False),
        ("2001-06-01T12:00:00+02:00", "2001-06-01T10:00:00", True),
        ("2004-02-29", "2004-02", True),
        ("some day", "2001", True),
    ],
)
def test_documents_dated_later_are_not_seen(dated, as_of, seen):
    assert Visibility.of(as_of=as_of).sees({}, dated) is seen


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"filters": "team=x"}, "mapping of fields"),
        ({"filters": {3: "x"}}, "field 3"),
        ({"filters": {"team": {"min": 3}}}, "'min'"),
        ({"filters": {"team": {}}}, "no bound"),
        ({"filters": {"year": {"gte": None}}}, "gte=None"),
        ({"filters": {"year": {"gte": 1, "lt": "x"}}}, "do not compare"),
        ({"filters": {"year": [{"gte": 1}]}}, r"filters\['year'\]"),
        ({"filters": {"year": float("nan")}}, "nan"),
        ({"filters": {"blob": b"x"}}, "b'x'"),
        ({"access": {"board": True}}, "set of labels"),
        ({"access": [7]}, "label 7"),
        ({"access": 7}, "not int"),
        ({"as_of": "May 2001"}, "May 2001"),
        ({"as_of": "2001-13"}, "2001-13"),
        ({"as_of": ""}, "as_of"),
        ({"as_of": 2001}, "2001"),
    ],
)
def test_what_cannot_be_understood_is_named(arguments, message):
    with pytest.raises(QueryError, match=message):
        Visibility.of(**arguments)


def test_a_function_that_fails_is_a_query_error_that_names_it():
    seen = Visibility.of(access=lambda metadata: metadata["level"] > 3)
    with pytest.raises(QueryError, match="access failed: KeyError"):
        seen.sees({}, None)


def test_equal_specifications_are_equal_keys_and_kinds_are_told_apart():
    one = Visibility.of({"b": [2, 1], "a": "x"}, ["p", "q"], "2001")
    assert one == Visibility.of({"a": ["x"], "b": (1, 2)}, {"q", "p"}, "2001")
    assert len({one, Visibility.of({"a": "x", "b": [1, 2]}, {"q", "p"}, "2001")}) == 1
    assert Visibility.of({"a": True}) != Visibility.of({"a": 1})


@given(st.dates(), st.dates())
def test_days_order_as_dates_do(one, other):
    seen = Visibility.of(as_of=other.isoformat()).sees({}, one.isoformat())
    assert seen is (one <= other)
    assert first_moment(one.isoformat()) < last_moment(one.isoformat())
