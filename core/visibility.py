"""Who sees what: which documents a reader sees, by their metadata, their labels and their date.

A `Visibility` says it; `sees` decides it of one document, by nothing but that document's own metadata and
date. What a reader may not see is taken out before anything is counted, so everything else follows from it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Literal, TypedDict

from .errors import QueryError

ACCESS = "access"
"""Key of the metadata under which a document's labels stand: one label or a list of them."""

Predicate = Callable[[Mapping[str, Any]], bool]
"""Metadata of a document to whether it is seen."""
Filters = Mapping[str, Any] | Predicate
Access = Collection[str] | Predicate


class Seen(TypedDict, total=False):
    """The arguments of a question that say which documents its reader sees, as `Visibility.of` takes them."""

    filters: Filters | None
    access: Access | None
    as_of: str | None


_BOUNDS = ("gt", "gte", "lt", "lte")
_PARTIAL = re.compile(r"(\d{4})(?:-(\d\d))?")

_Kind = Literal["none", "truth", "number", "text"]
_Scalar = tuple[_Kind, Any]
"""A value with what kind it is of: True is not 1, and values of two kinds are never compared."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What one field of the metadata must be; a list meets it when one of its values does."""

    field: str
    values: tuple[_Scalar, ...] = ()
    """Any of these; none when there are bounds."""
    bounds: tuple[tuple[str, _Scalar], ...] = ()
    """All of these, by "gt", "gte", "lt", "lte"."""

    def met(self, metadata: Mapping[str, Any]) -> bool:
        """True when the metadata meets it; a field that is not there is None."""
        held = metadata.get(self.field)
        return any(self._one(each) for each in (held if isinstance(held, list) else [held]))

    def _one(self, value: Any) -> bool:
        seen = _scalar(value)
        if seen is None:
            return False
        if not self.bounds:
            return seen in self.values
        return all(seen[0] == limit[0] and _within(seen[1], name, limit[1]) for name, limit in self.bounds)


@dataclass(frozen=True, slots=True)
class Visibility:
    """Which documents a reader sees; with equal specifications one sees the same."""

    filters: tuple[Condition, ...] | Predicate = ()
    access: frozenset[str] | Predicate | None = None
    """Labels that the reader holds; None sees everything."""
    as_of: str | None = None

    @classmethod
    def of(
        cls, filters: Filters | None = None, access: Access | None = None, as_of: str | None = None
    ) -> Visibility:
        """What these arguments of a question say.

        Args:
            filters: field of the metadata to a value, a list of values (any of them), or bounds such as
                {"gte": 2000, "lt": 2010}; or a function of the metadata.
            access: labels that the reader holds; or a function of the metadata.
            as_of: ISO 8601 date; a year or month counts to its end.

        Raises:
            QueryError: one of them cannot be understood; the message says which.
        """
        if as_of is not None:
            last_moment(as_of)
        return cls(_filters(filters), _access(access), as_of)

    @property
    def everything(self) -> bool:
        """True when nothing is asked: every document is seen."""
        return not callable(self.filters) and not self.filters and self.access is None and self.as_of is None

    @property
    def lasting(self) -> bool:
        """True when the same metadata will always be seen the same; a caller's function may change."""
        return not callable(self.filters) and not callable(self.access)

    def sees(self, metadata: Mapping[str, Any], dated: str | None) -> bool:
        """True when a document with this metadata and date is seen.

        Raises:
            QueryError: a caller's function failed on it.
        """
        if self.as_of is not None and _later(dated, self.as_of):
            return False
        if callable(self.access):
            if not _answered("access", self.access, metadata):
                return False
        elif self.access is not None and not _admitted(metadata, self.access):
            return False
        if callable(self.filters):
            return _answered("filters", self.filters, metadata)
        return all(condition.met(metadata) for condition in self.filters)


def _later(dated: str | None, as_of: str) -> bool:
    try:
        return bool(dated) and first_moment(dated or "") > last_moment(as_of)
    except ValueError:
        return False  # not read as a date: undated


def labels_of(metadata: Mapping[str, Any]) -> frozenset[str] | None:
    """Labels of a document, none for a public one; None when they cannot be read: then nobody holds them.

    >>> labels_of({}), labels_of({"access": "board"}), labels_of({"access": {"board": True}})
    (frozenset(), frozenset({'board'}), None)
    """
    said = metadata.get(ACCESS)
    if said is None:
        return frozenset()
    given = said if isinstance(said, list) else [said]
    return frozenset(given) if all(isinstance(label, str) for label in given) else None


def first_moment(text: str) -> datetime:
    """Where the time begins that an ISO 8601 date, year or month names; UTC where no zone is given.

    Raises:
        ValueError: it is none.
    """
    return _period(text)[0]


def last_moment(text: str) -> datetime:
    """Where it ends.

    >>> last_moment("2019-02").isoformat()
    '2019-02-28T23:59:59.999999+00:00'

    Raises:
        QueryError: it is no date.
    """
    try:
        return _period(text)[1]
    except (ValueError, TypeError, OverflowError):
        raise QueryError(
            f"as_of is {text!r}, not an ISO 8601 date such as '2019', '2019-05' or '2019-05-31'"
        ) from None


@lru_cache(maxsize=10_000)
def _period(text: str) -> tuple[datetime, datetime]:
    partial = _PARTIAL.fullmatch(text)
    if partial is None and len(text) > 10:
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        return moment, moment
    if partial is None:
        first = last = date.fromisoformat(text)
    elif partial[2] is None:
        first, last = date(int(partial[1]), 1, 1), date(int(partial[1]), 12, 31)
    else:
        first = date(int(partial[1]), int(partial[2]), 1)
        last = first.replace(day=28) + timedelta(days=4)  # some day of the next month
        last -= timedelta(days=last.day)
    return datetime.combine(first, time.min, UTC), datetime.combine(last, time.max, UTC)


def _filters(given: Filters | None) -> tuple[Condition, ...] | Predicate:
    if given is None:
        return ()
    if callable(given):
        return given
    if not isinstance(given, Mapping):
        raise QueryError(f"filters is a mapping of fields or a function, not {type(given).__name__}")
    return tuple(sorted((_condition(name, value) for name, value in given.items()), key=repr))


def _condition(field: Any, asked: Any) -> Condition:
    if not isinstance(field, str):
        raise QueryError(f"filters has the field {field!r}: fields of metadata are strings")
    if isinstance(asked, Mapping):
        return Condition(field, bounds=_bounds(field, asked))
    several = isinstance(asked, Collection) and not isinstance(asked, str | bytes)
    values = {_value(field, each) for each in (asked if several else [asked])}
    return Condition(field, tuple(sorted(values, key=repr)))


def _bounds(field: str, asked: Mapping[Any, Any]) -> tuple[tuple[str, _Scalar], ...]:
    unknown = [name for name in asked if name not in _BOUNDS]
    if unknown or not asked:
        said = f"the bound {unknown[0]!r}" if unknown else "no bound"
        raise QueryError(f"filters[{field!r}] has {said}: a range is given by {', '.join(_BOUNDS)}")
    limits = tuple((name, _value(field, asked[name])) for name in _BOUNDS if name in asked)
    for name, (kind, value) in limits:
        if kind not in ("number", "text"):
            raise QueryError(f"filters[{field!r}] has {name}={value!r}: a bound is a number or a string")
    if len({kind for _, (kind, _) in limits}) > 1:
        raise QueryError(f"filters[{field!r}] has a number and a string as bounds: they do not compare")
    return limits


def _value(field: str, value: Any) -> _Scalar:
    found = _scalar(value)
    if found is None:
        raise QueryError(
            f"filters[{field!r}] asks for {value!r}: give a string, a number, a truth value, None, a list of "
            f"them, or bounds"
        )
    return found


def _scalar(value: Any) -> _Scalar | None:
    if value is None:
        return "none", None
    if isinstance(value, bool):
        return "truth", value
    if isinstance(value, int | float):
        return None if value != value else ("number", value)
    return ("text", str(value)) if isinstance(value, str) else None


def _within(value: Any, name: str, limit: Any) -> bool:
    if name == "gt":
        return bool(value > limit)
    if name == "gte":
        return bool(value >= limit)
    return bool(value < limit) if name == "lt" else bool(value <= limit)


def _access(given: Access | None) -> frozenset[str] | Predicate | None:
    if given is None or callable(given):
        return given
    if isinstance(given, str):
        return frozenset({given})
    if not isinstance(given, Collection) or isinstance(given, Mapping | bytes):
        raise QueryError(f"access is a set of labels or a function, not {type(given).__name__}")
    for label in given:
        if not isinstance(label, str):
            raise QueryError(f"access has the label {label!r}: labels are strings")
    return frozenset(given)


def _admitted(metadata: Mapping[str, Any], held: frozenset[str]) -> bool:
    labels = labels_of(metadata)
    return labels is not None and (not labels or not labels.isdisjoint(held))


def _answered(argument: str, predicate: Predicate, metadata: Mapping[str, Any]) -> bool:
    try:
        return bool(predicate(metadata))
    except Exception as error:
        raise QueryError(
            f"the function given as {argument} failed: {type(error).__name__}: {error}"
        ) from error
