"""One process a folder sends at a time. The lock is one of SQLite on a file of its own, which the operating system takes back when its
holder dies, however it dies; it never runs out while the holder lives, so nobody sends what another is sending."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hit_maternity.ehr.local.database import make_private


class Busy(Exception):
    """Another process synchronises this folder."""


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Holds the lock at ``path``. Raises ``Busy`` at once where another holds it."""
    make_private(path)
    connection = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            raise Busy("Another process synchronises this folder now.") from None
        yield
    finally:
        connection.close()
