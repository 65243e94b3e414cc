"""How many calls one client, one organisation and one citizen may make: a token bucket each.

Each worker process counts for itself: with several workers a caller who is spread over them gets as many times the limit. What all of a
server's callers may do together is for the proxy before it. Confirmed of the national services: 429, on the JSON doors with an empty body.
Ours: the numbers, and what is counted. Sources: RFC 6585, 4; RFC 9110, 10.2.3 (Retry-After).
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock

from hit_maternity.access.principal import Kind, Principal
from hit_maternity.clock import monotonic
from hit_maternity.fhir.outcome import FhirError, refuse

#: Callers that are remembered at a time: one who was not here for the longest is forgotten, and begins again with a full bucket.
MOST_CALLERS = 20_000


@dataclass(frozen=True, slots=True)
class Rate:
    """``calls`` in ``seconds``, evenly; as many at once where the caller has been quiet. 0 calls: no limit."""

    calls: int
    seconds: float = 60.0

    @property
    def per_second(self) -> float:
        return self.calls / self.seconds


class Buckets:
    """A bucket for each caller of one kind. Any thread may spend."""

    def __init__(self, rate: Rate, *, tick: Callable[[], float] = monotonic, most: int = MOST_CALLERS) -> None:
        self._rate = rate
        self._tick = tick
        self._most = most
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # what is left, and when that was so
        self._lock = Lock()

    def spend(self, caller: str, calls: int = 1) -> float:
        """0 where the calls are within the limit, which they count towards; else the seconds until they would be, and nothing is counted.
        Whoever asks for more than a full bucket at once gets it from a full one, and waits the longer for the next."""
        if not self._rate.calls:
            return 0.0
        full, speed = float(self._rate.calls), self._rate.per_second
        with self._lock:
            now = self._tick()
            left, since = self._buckets.get(caller, (full, now))
            left = min(full, left + max(0.0, now - since) * speed)
            needed = min(float(calls), full)
            if left < needed:
                return (needed - left) / speed
            self._buckets[caller] = left - calls, now
            self._buckets.move_to_end(caller)
            if len(self._buckets) > self._most:
                self._buckets.popitem(last=False)
        return 0.0

    def give_back(self, caller: str, calls: int) -> None:
        """Undoes ``spend``."""
        with self._lock:
            if (there := self._buckets.get(caller)) is not None:
                self._buckets[caller] = min(float(self._rate.calls), there[0] + calls), there[1]


class Limits:
    """The limits of one worker. ``client``, ``organisation``, ``citizen``: of each client id, each legal entity, each woman."""

    def __init__(
        self,
        *,
        client: Rate = Rate(600),
        organisation: Rate = Rate(6000),
        citizen: Rate = Rate(120),
        tick: Callable[[], float] = monotonic,
        most: int = MOST_CALLERS,
    ) -> None:
        self._client = Buckets(client, tick=tick, most=most)
        self._organisation = Buckets(organisation, tick=tick, most=most)
        self._citizen = Buckets(citizen, tick=tick, most=most)

    def spend(self, principal: Principal, calls: int = 1) -> None:
        """Counts ``calls`` of a verified caller; a Bundle of many entries is as many calls. Raises ``FhirError`` 429 ``too-many-calls``
        with ``Retry-After`` (whole seconds); a refused call counts towards none of the limits."""
        spent: list[tuple[Buckets, str]] = []
        for buckets, caller in self._callers(principal):
            wait = buckets.spend(caller, calls)
            if wait:
                for other, known in spent:
                    other.give_back(known, calls)
                raise _too_many(wait)
            spent.append((buckets, caller))

    def _callers(self, principal: Principal) -> Iterable[tuple[Buckets, str]]:
        """Whose buckets a call is from. Of a citizen only hers: all women come by the same few clients of Helsenorge."""
        if principal.kind is Kind.CITIZEN:
            person = principal.person
            return [(self._citizen, principal.patient or (person.subject if person and person.subject else principal.client_id))]
        found = [(self._client, f"{principal.issuer} {principal.client_id}")]
        if principal.organisation.legal_entity:
            found.append((self._organisation, principal.organisation.legal_entity))
        return found


def _too_many(seconds: float) -> FhirError:
    wait = max(1, math.ceil(seconds))
    text = "There are more calls than this server takes of one caller. Wait for the seconds of the Retry-After header, and spread them out."
    return refuse(429, "throttled", "too-many-calls", text, Retry_After=str(wait), Cache_Control="no-store")
