"""When something holds: partial dates and the stretches between them.

A partial date is ISO 8601 with the precision that a text has: "2019", "2019-03", "2019-03-05"; years before
1 are "-0043" for 44 BC. It stands for all the days that it leaves open. An end that is None is open.

    holds_at("2011", "2019", "2015-06")      True
    holds_at("2011", "2019", "2020")         False
    surely_overlap(("2011", "2019"), ("2019", None))    False: one may have followed the other within 2019
"""

from __future__ import annotations

import re

Day = tuple[int, int, int]
"""Year, month and day, to compare; a month's last day counts as its 31st, whatever the calendar says."""

Interval = tuple[str | None, str | None]
"""From and to, both inclusive partial dates; None is open."""

_PARTIAL = re.compile(r"(-?\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?")
_EARLIEST: Day = (-10_000, 1, 1)
_LATEST: Day = (10_000, 12, 31)


def is_partial(text: str) -> bool:
    """True for a partial date.

    >>> is_partial("2019-03"), is_partial("-0043"), is_partial("197X"), is_partial("2019-13")
    (True, True, False, False)
    """
    return _PARTIAL.fullmatch(text) is not None


def first_day(partial: str) -> Day:
    """The first day that a partial date may mean.

    Raises:
        ValueError: it is no partial date.
    """
    year, month, day = _parts(partial)
    return year, month or 1, day or 1


def last_day(partial: str) -> Day:
    """The last day that a partial date may mean.

    Raises:
        ValueError: it is no partial date.
    """
    year, month, day = _parts(partial)
    return year, month or 12, day or 31


def holds_at(valid_from: str | None, valid_to: str | None, day: str) -> bool:
    """True where the stretch may hold on a day, which may be partial itself: 2019 is any day of it."""
    begun = valid_from is None or first_day(valid_from) <= last_day(day)
    return begun and (valid_to is None or first_day(day) <= last_day(valid_to))


def surely_overlap(one: Interval, other: Interval) -> bool:
    """True where two stretches share a day, whichever days their partial dates mean."""
    starts = [last_day(start) for start, _ in (one, other) if start is not None]
    ends = [first_day(end) for _, end in (one, other) if end is not None]
    return max(starts, default=_EARLIEST) <= min(ends, default=_LATEST)


def compatible(one: str, other: str) -> bool:
    """True where two partial dates may mean the same day: one says no more than the other leaves open.

    >>> compatible("1976", "1976-04-01"), compatible("1976-05", "1976-04-01")
    (True, False)
    """
    return first_day(one) <= last_day(other) and first_day(other) <= last_day(one)


def ordered(valid_from: str | None, valid_to: str | None) -> bool:
    """True where the end does not lie before the start."""
    return valid_from is None or valid_to is None or first_day(valid_from) <= last_day(valid_to)


def newness(valid_from: str | None, valid_to: str | None) -> tuple[Day, Day]:
    """What sorts stretches from old to new: by their end, an open one last of those that began, then start.

    A stretch of which nothing is known comes before all others.
    """
    if valid_from is None and valid_to is None:
        return _EARLIEST, _EARLIEST
    end = _LATEST if valid_to is None else last_day(valid_to)
    return end, _EARLIEST if valid_from is None else first_day(valid_from)


def partial_of(moment: str | None) -> str | None:
    """The date of an ISO 8601 date or time as a partial date, None where it has none.

    >>> partial_of("2019-05-31T12:00:00Z"), partial_of("2019"), partial_of("spring")
    ('2019-05-31', '2019', None)
    """
    day = (moment or "")[:10]
    return day if is_partial(day) else None


def edges(value: str) -> Interval:
    """First and last partial date of a value as dates in text are written: "197X" is 1970 to 1979.

    What has no year is (None, None).

    >>> edges("197X"), edges("18XX"), edges("2019-03"), edges("--06-02")
    (('1970', '1979'), ('1800', '1899'), ('2019-03', '2019-03'), (None, None))
    """
    if re.fullmatch(r"\d{2,3}X{1,2}", value) and len(value) == 4:
        return value.replace("X", "0"), value.replace("X", "9")
    return (value, value) if is_partial(value) else (None, None)


def _parts(partial: str) -> tuple[int, int | None, int | None]:
    found = _PARTIAL.fullmatch(partial)
    if found is None:
        raise ValueError(f"{partial!r} is no date of the form 2019, 2019-03 or 2019-03-05")
    year, month, day = found.groups()
    return int(year), int(month) if month else None, int(day) if day else None
