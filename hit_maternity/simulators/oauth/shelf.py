"""What lives between two calls: pushed requests, codes, refresh tokens, ids that may be used once.

Each thing is a small file under the issuer's folder, so that several processes share them and they outlive a restart. A thing is found
by a random handle of which only the hash is kept; what may be taken once is renamed away first, which one caller alone can do.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import threading
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from hit_maternity.clock import Clock
from hit_maternity.simulators.private_files import place_private

#: After so many things that were put down, the expired ones are thrown away.
SWEEP_EVERY = 256


@dataclass(slots=True)
class _Count:
    since_sweep: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True, slots=True)
class Shelf:
    """Keeps JSON values for some seconds in ``folder``."""

    folder: Path
    clock: Clock
    _count: _Count = field(default_factory=_Count)

    def put(self, kind: str, value: Any, seconds: int) -> str:
        """Keeps ``value``; its handle, 43 characters fit for an address."""
        handle = secrets.token_urlsafe(32)
        self._write(self._path(kind, handle), value, seconds)
        return handle

    def get(self, kind: str, handle: str) -> Any | None:
        """The value, which stays; None where it is unknown, expired or taken."""
        return self._read(self._path(kind, handle))

    def take(self, kind: str, handle: str) -> Any | None:
        """The value, which is gone from then on; of several callers one gets it."""
        path = self._path(kind, handle)
        own = path.with_suffix(f".{secrets.token_hex(8)}")
        try:
            os.rename(path, own)
        except OSError:
            return None
        try:
            return self._read(own)
        finally:
            own.unlink(missing_ok=True)

    def first(self, kind: str, name: str, seconds: int) -> bool:
        """Whether ``name`` comes for the first time within ``seconds``; of several callers one is told so."""
        path = self._path(kind, name)
        if path.exists() and self._read(path) is None:
            path.unlink(missing_ok=True)
        return self._write(path, True, seconds)

    def sweep(self) -> int:
        """Throws away what has expired; how many."""
        gone = 0
        for path in self.folder.glob("*.json") if self.folder.exists() else ():
            if self._read(path) is None:
                path.unlink(missing_ok=True)
                gone += 1
        return gone

    def _path(self, kind: str, handle: str) -> Path:
        return self.folder / f"{kind}-{hashlib.sha256(handle.encode('utf-8', 'surrogatepass')).hexdigest()}.json"

    def _write(self, path: Path, value: Any, seconds: int) -> bool:
        with self._count.lock:
            self._count.since_sweep += 1
            due = self._count.since_sweep >= SWEEP_EVERY
            if due:
                self._count.since_sweep = 0
        if due:
            self.sweep()
        until = self.clock.now().timestamp() + seconds
        return place_private(path, json.dumps({"until": until, "value": value}).encode())

    def _read(self, path: Path) -> Any | None:
        try:
            kept = json.loads(path.read_bytes())
        except (OSError, ValueError):
            return None
        return kept["value"] if datetime.fromtimestamp(kept["until"], self.clock.now().tzinfo) > self.clock.now() else None
