"""Is the process alive, and can it work: ``/health/live`` and ``/health/ready``."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

from hit_maternity.door.messages import Answer

JSON = "application/json"
_FRESH = {"cache-control": "no-store"}


class Health:
    """``faults`` looks at the database and gives a sentence for each thing that keeps the server from working."""

    def __init__(self, faults: Callable[[], list[str]]) -> None:
        self._faults = faults

    def live(self) -> Answer:
        """200: the process answers."""
        return Answer(200, b'{"status":"alive"}', JSON, dict(_FRESH))

    async def ready(self) -> Answer:
        """200 where the database answers and its schema is this program's, else 503 with the reasons."""
        faults = await asyncio.to_thread(self._faults)
        body = json.dumps({"status": "not ready", "faults": faults} if faults else {"status": "ready"}, separators=(",", ":"))
        return Answer(503 if faults else 200, body.encode(), JSON, dict(_FRESH))
