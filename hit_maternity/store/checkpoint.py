"""Moving what was written from SQLite's log to its file, beside the writers rather than in the middle of one.

Left to itself SQLite does this within the commit that fills the log, and waits there for the disk. Here a thread does most of it while
writing goes on, and only the little that came in meanwhile with the writers held, so that the log can begin again at its start.
Source: https://www.sqlite.org/wal.html#ckpt.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable

#: Pages written to the log between two checkpoints, 16 MB.
PAGES = 4000
#: What a commit writes, measured: some pages whatever it holds, and one for so many rows.
_PAGES_OF_COMMIT, _ROWS_OF_PAGE = 12, 2
#: Log pages at which a commit does the work itself after all, should the thread not keep up: 64 MB.
LAST_RESORT = 16_000
_REST = "PRAGMA wal_checkpoint(PASSIVE)"


class Checkpoints:
    """Starts a thread for every checkpoint; it ends with it. ``writing``: held by whoever writes."""

    __slots__ = ("_connect", "_pages", "_rows", "_running", "_writing")

    def __init__(self, connect: Callable[[], sqlite3.Connection], writing: threading.Lock) -> None:
        self._connect = connect
        self._writing = writing
        self._rows = self._pages = 0
        self._running: threading.Thread | None = None

    def wrote(self, rows: int) -> None:
        """To be told of what is written, with ``writing`` held."""
        self._rows += rows

    def committed(self) -> None:
        """To be told of every commit, with ``writing`` held."""
        self._pages += _PAGES_OF_COMMIT + self._rows // _ROWS_OF_PAGE
        self._rows = 0
        if self._pages < PAGES or (self._running is not None and self._running.is_alive()):
            return
        self._pages = 0
        self._running = threading.Thread(target=self._run, name="checkpoint", daemon=True)
        self._running.start()

    def _run(self) -> None:
        try:
            connection = self._connect()
        except sqlite3.Error:
            return  # the next commit that is in need of it does it
        try:
            connection.execute(_REST).fetchall()
            with self._writing:
                connection.execute(_REST).fetchall()
        except sqlite3.Error:
            return
        finally:
            connection.close()

    def wait(self) -> None:
        """Until none is running."""
        running = self._running
        if running is not None and running is not threading.current_thread():
            running.join()
