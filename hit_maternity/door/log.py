"""The log: what the program and its libraries tell on standard error, an object a line or words."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from typing import Any, Literal

from hit_maternity.clock import Clock

#: Libraries that would repeat what the request log tells, with paths in it.
QUIET = ("uvicorn.access", "httpx", "httpcore", "alembic", "asyncio")
#: What every ``LogRecord`` has; anything else was passed as ``extra`` and is told.
_PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message", "taskName"}


class _Lines(logging.Formatter):
    def __init__(self, clock: Clock, form: Literal["json", "text"]) -> None:
        super().__init__()
        self._clock = clock
        self._json = form == "json"

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "time": self._clock.now().isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        told.update((name, value) for name, value in vars(record).items() if name not in _PLAIN)
        fault = _where(record.exc_info[1]) if record.exc_info else ""
        if self._json:
            return json.dumps(told | ({"fault": fault} if fault else {}), default=str, ensure_ascii=False)
        words = f"{told.pop('time')} {told.pop('level')} {told.pop('logger')}: {told.pop('event')}"
        words += "".join(f" {name}={value}" for name, value in told.items())
        return f"{words}\n{fault}" if fault else words


def _where(fault: BaseException | None) -> str:
    """The kinds of the faults and the places they passed; not their messages, which may carry a patient's data."""
    told = []
    while fault is not None:
        told.append("".join(traceback.format_tb(fault.__traceback__)) + type(fault).__qualname__)
        fault = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
    return "\ncaused by\n".join(told)


def configure(clock: Clock, level: str, form: Literal["json", "text"]) -> None:
    """Sends every logger's words of ``level`` and above to standard error in ``form``; takes the place of what was set up before."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines(clock, form))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in ("uvicorn", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers[:] = []
        logger.propagate = True
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
