"""Tokens kept until shortly before they expire, each fetched by one caller while the others wait."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from hit_maternity.client.clock import Clock
from hit_maternity.client.errors import Unreachable
from hit_maternity.client.tokens import Token
from hit_maternity.client.wire import Flow, Hold

#: Seconds before its end in which a token is no longer given out, at most a fifth of its life.
MARGIN = 60.0
#: More than these are not kept: an attest makes a token of its own for each patient.
MOST = 512


@dataclass(slots=True)
class _Kept:
    lock: threading.Lock = field(default_factory=threading.Lock)
    token: Token | None = None
    fresh_until: float = 0.0


class TokenCache:
    """Tokens by what was asked for. Threads and tasks may share it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._guard = threading.Lock()
        self._all: dict[Hashable, _Kept] = {}

    def get(self, wanted: Hashable, fetch: Callable[[], Flow[Token]], refused: Token | None = None) -> Flow[Token]:
        """The token for ``wanted``, by ``fetch`` where there is none that will do. Where nobody answers, the one that there is will do
        until its very end. ``refused``: one that must not be given again. Raises what ``fetch`` raises."""
        kept = self._kept(wanted)
        found = self._fresh(kept, refused)
        if found is not None:
            return found
        yield Hold(kept.lock)
        try:
            found = self._fresh(kept, refused)
            if found is not None:  # somebody else fetched it meanwhile
                return found
            asked = self._clock()
            try:
                made = yield from fetch()
            except Unreachable:
                old = kept.token
                if old is None or _same(old, refused) or old.expires_at <= self._clock():
                    raise
                return old
            kept.fresh_until = made.expires_at - min(MARGIN, (made.expires_at - asked) / 5)
            kept.token = made
            return made
        finally:
            kept.lock.release()

    def _fresh(self, kept: _Kept, refused: Token | None) -> Token | None:
        token = kept.token
        if token is None or _same(token, refused):
            return None
        return token if self._clock() < kept.fresh_until else None

    def _kept(self, wanted: Hashable) -> _Kept:
        with self._guard:
            found = self._all.setdefault(wanted, _Kept())
            if len(self._all) > MOST:
                now = self._clock()
                old = [name for name, it in self._all.items() if it is not found and not it.lock.locked() and it.fresh_until <= now]
                for name in old or [next(iter(self._all))]:
                    del self._all[name]
            return found


def _same(token: Token, refused: Token | None) -> bool:
    return refused is not None and token.value == refused.value
