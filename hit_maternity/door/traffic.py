"""Metrics and the request log: what is told of a finished call. Never a path, a query, an id of a resource or a body.

Metrics: Prometheus text format, https://prometheus.io/docs/instrumenting/exposition_formats/.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import Literal, TextIO

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess, values
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from hit_maternity.clock import Clock

#: Upper bounds of the latency histogram, in seconds.
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
#: The methods that are told by name; whatever else a client invents is told as OTHER, so that labels stay few.
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Call:
    """A finished call. ``door``: ``fhir`` or ``service``; ``interaction``: a FHIR interaction's code, or the service's route.
    ``event_id`` and ``generation`` of headers: of a call at the national JSON door."""

    door: str
    interaction: str
    method: str
    status: int
    seconds: float
    request_id: str
    event_id: str = ""
    generation: str = ""


class Metrics:
    """Counts calls and their seconds by door, interaction, method and status."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        labels = ["door", "interaction"]
        told = "Seconds from a call's arrival to its answer."
        self._count = Counter("hit_requests", "Calls answered.", [*labels, "method", "status"], registry=self._registry)
        self._seconds = Histogram("hit_request_seconds", told, labels, buckets=BUCKETS, registry=self._registry)
        self._counters: dict[tuple[str, str, str, int], Counter] = {}
        self._histograms: dict[tuple[str, str], Histogram] = {}

    def observe(self, call: Call) -> None:
        """Counts ``call``."""
        method = call.method if call.method in METHODS else "OTHER"
        interaction = call.interaction or "none"
        key = (call.door, interaction, method, call.status)
        counter = self._counters.get(key)
        if counter is None:
            counter = self._counters[key] = self._count.labels(call.door, interaction, method, str(call.status))
        counter.inc()
        histogram = self._histograms.get(key[:2])
        if histogram is None:
            histogram = self._histograms[key[:2]] = self._seconds.labels(call.door, interaction)
        histogram.observe(call.seconds)

    def exposition(self) -> tuple[bytes, str]:
        """The metrics as text and its media type; of all workers together where there are several."""
        registry = self._registry
        if values.ValueClass.__name__ == "MmapedValue":
            registry = CollectorRegistry()
            multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library leaves it untyped
        return generate_latest(registry), CONTENT_TYPE_PLAIN_0_0_4


class RequestLog:
    """Writes a line a call, an object (``json``) or words (``text``), to standard output; what is wrong goes to standard error."""

    def __init__(self, clock: Clock, form: Literal["json", "text"], stream: TextIO | None = None) -> None:
        self._clock = clock
        self._json = form == "json"
        self._stream = stream or sys.stdout

    def observe(self, call: Call) -> None:
        """Tells ``call``."""
        moment = self._clock.now().isoformat(timespec="milliseconds")
        milliseconds = round(call.seconds * 1000, 2)
        method = call.method if call.method in METHODS else "OTHER"
        if self._json:
            more = f',"event_id":{json.dumps(call.event_id)},"headers":"{call.generation}"' if call.event_id else ""
            line = (
                f'{{"time":"{moment}","level":"info","event":"request","door":"{call.door}","interaction":{json.dumps(call.interaction)},'
                f'"method":"{method}","status":{call.status},"ms":{milliseconds},"request_id":"{call.request_id}"{more}}}\n'
            )
        else:
            more = f" {call.event_id} {call.generation}" if call.event_id else ""
            line = f"{moment} {call.status} {method} {call.door} {call.interaction} {milliseconds} ms {call.request_id}{more}\n"
        self._stream.write(line)
        self._stream.flush()
