"""Progress: a bar, log lines, a callback, or silence."""

from __future__ import annotations

import logging

import pytest

from clew.core.errors import SettingsError
from clew.core.progress import ProgressEvent, Reporter


def test_a_callback_gets_every_step_and_a_last_event() -> None:
    events: list[ProgressEvent] = []
    with Reporter("ingest", show=events.append, total=3) as reporter:
        reporter.advance()
        reporter.advance(2, failed=1)
        reporter.stage("resolve")
    assert [(e.done, e.failed, e.stage, e.finished) for e in events] == [
        (1, 0, "", False), (3, 1, "", False), (3, 1, "resolve", False), (3, 1, "resolve", True),
    ]  # fmt: skip
    assert events[-1].total == 3 and events[-1].rate > 0 and events[-1].seconds_left == 0


def test_the_last_event_comes_also_after_an_error() -> None:
    events: list[ProgressEvent] = []
    with pytest.raises(KeyError), Reporter("ingest", show=events.append) as reporter:
        reporter.advance()
        raise KeyError
    assert events[-1].finished and events[-1].seconds_left is None


def test_log_lines_are_few_and_end_with_the_count(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "clew"), Reporter("ingest", show="log", total=1000) as reporter:
        for _ in range(1000):
            reporter.advance()
    assert len(caplog.messages) == 1
    assert caplog.messages[0].startswith("ingest: 1000 of 1000, 0 failed")


@pytest.mark.parametrize("total", [None, 2])
def test_a_bar_is_drawn_on_standard_error(total: int | None, capfd: pytest.CaptureFixture[str]) -> None:
    with Reporter("ingest", show="bar", total=total) as reporter:
        reporter.advance(2, failed=1)
    out, err = capfd.readouterr()
    assert out == "" and "ingest" in err and "2/2" in err and "1 failed" in err


def test_auto_is_log_lines_where_there_is_no_terminal(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.INFO, "clew"), Reporter("ingest", show="auto") as reporter:
        reporter.advance()
    assert caplog.messages and capfd.readouterr() == ("", "")


def test_none_is_silent(capfd: pytest.CaptureFixture[str]) -> None:
    with Reporter("ingest") as reporter:
        reporter.advance()
    assert capfd.readouterr() == ("", "")


def test_anything_else_is_refused() -> None:
    with pytest.raises(SettingsError, match="callable"):
        Reporter("ingest", show="loud")  # type: ignore[arg-type]
