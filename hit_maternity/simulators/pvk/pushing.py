"""The pushes: every change of a setting goes to the data controller, until he has answered 2xx.

Source: PVK replication by REST: the same objects, with a system token of Helsenorge; 2xx is the receipt (confirmed). How often it is tried
again is not published (inferred): after a second, doubled each time, up to an hour, and without end.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx

from hit_maternity.clock import Clock
from hit_maternity.simulators.pvk.register import PrivacySetting

FIRST, LONGEST = timedelta(seconds=1), timedelta(hours=1)


@dataclass(slots=True)
class Push:
    """One change on its way. ``status``: of the last answer, None where there was none."""

    setting: PrivacySetting
    due: datetime
    attempts: int = 0
    status: int | None = None


class Pusher:
    """Pushes to ``url``. ``token``: makes Helsenorge's system token; a citizen's changes go one after another, in their order."""

    def __init__(self, client: httpx.Client, url: str, token: Callable[[], str], clock: Clock) -> None:
        self._client = client
        self._url = url
        self._token = token
        self._clock = clock
        self._queue: deque[Push] = deque()
        self._lock = threading.Lock()

    def add(self, setting: PrivacySetting) -> None:
        """Puts a change at the end of the queue."""
        self._queue.append(Push(setting, self._clock.now()))

    def round(self) -> int:
        """Sends what is due; how many were taken."""
        taken, behind = 0, set[str]()
        with self._lock:
            for push in list(self._queue):
                pid = push.setting.pid
                if pid in behind or push.due > self._clock.now() or not self._send(push):
                    behind.add(pid)
                    continue
                self._queue.remove(push)
                taken += 1
        return taken

    def _send(self, push: Push) -> bool:
        headers = {"authorization": f"Bearer {self._token()}"}
        push.attempts += 1
        try:
            push.status = self._client.post(self._url, json=push.setting.as_json(), headers=headers).status_code
        except httpx.HTTPError:
            push.status = None
        if push.status is not None and 200 <= push.status < 300:
            return True
        push.due = self._clock.now() + min(FIRST * 2 ** min(push.attempts - 1, 20), LONGEST)
        return False

    def waiting(self) -> list[Push]:
        """What is still to be taken, oldest first."""
        return list(self._queue)
