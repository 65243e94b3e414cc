"""The log: an object a line, without what an exception carries."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from hit_maternity.clock import FixedClock
from hit_maternity.door import log
from hit_maternity.door.traffic import Call, RequestLog

CLOCK = FixedClock(datetime(2026, 11, 21, 9, 30, tzinfo=UTC))


@pytest.fixture(autouse=True)
def restore_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def told(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().err


def test_json_is_an_object_a_line_with_what_was_told_beside(capsys: pytest.CaptureFixture[str]):
    log.configure(CLOCK, "info", "json")
    logging.getLogger("hit_maternity.x").warning("The %s is full", "disk", extra={"request_id": "r1"})
    assert json.loads(told(capsys)) == {
        "time": "2026-11-21T09:30:00.000+00:00",
        "level": "warning",
        "logger": "hit_maternity.x",
        "event": "The disk is full",
        "request_id": "r1",
    }


def test_text_is_for_people(capsys: pytest.CaptureFixture[str]):
    log.configure(CLOCK, "info", "text")
    logging.getLogger("hit_maternity.x").error("Bad", extra={"request_id": "r1"})
    assert told(capsys) == "2026-11-21T09:30:00.000+00:00 error hit_maternity.x: Bad request_id=r1\n"


def test_what_is_below_the_level_is_not_told(capsys: pytest.CaptureFixture[str]):
    log.configure(CLOCK, "warning", "json")
    logging.getLogger("hit_maternity.x").info("quiet")
    assert told(capsys) == ""


def test_a_fault_is_told_by_kind_and_place_and_never_by_its_words(capsys: pytest.CaptureFixture[str]):
    log.configure(CLOCK, "info", "json")
    try:
        try:
            raise KeyError("Kari Nordmann")
        except KeyError as first:
            raise ValueError("23860150271") from first
    except ValueError:
        logging.getLogger("hit_maternity.x").exception("A call failed")
    line = told(capsys)
    assert "Nordmann" not in line.replace('raise KeyError(\\"Kari Nordmann\\")', "")
    assert json.loads(line)["fault"].count("test_log.py") == 2
    assert json.loads(line)["fault"].endswith("KeyError")
    assert "ValueError\ncaused by" in json.loads(line)["fault"]


def test_a_call_is_a_line_of_its_own():
    stream = io.StringIO()
    RequestLog(CLOCK, "json", stream).observe(Call("fhir", "search-type", "GET", 200, 0.01234, "r1"))
    assert json.loads(stream.getvalue()) == {
        "time": "2026-11-21T09:30:00.000+00:00", "level": "info", "event": "request", "door": "fhir", "interaction": "search-type",
        "method": "GET", "status": 200, "ms": 12.34, "request_id": "r1",
    }  # fmt: skip
    stream = io.StringIO()
    RequestLog(CLOCK, "text", stream).observe(Call("fhir", "read", "PROPFIND", 405, 0.001, "r1"))
    assert stream.getvalue() == "2026-11-21T09:30:00.000+00:00 405 OTHER fhir read 1.0 ms r1\n"
