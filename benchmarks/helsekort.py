"""How long the server works on the card of the normal pregnancy: written as one transaction, then $helsekort, $timeline and
$gestational-age, and the parts of the first.

    python benchmarks/helsekort.py [--runs 200]

In one process on an SQLite file that holds every synthetic pregnancy: the time from the parsed request to the answer's bytes, without
a network. The bars: 0.5 s for the transaction, 15 ms for $helsekort.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from hit_maternity.clock import FixedClock
from hit_maternity.fhir.json import encode
from hit_maternity.fhir.rest.dispatch import handle
from hit_maternity.fhir.rest.exchange import Request, Response, Server
from hit_maternity.fhir.rest.open_guard import OpenGuard
from hit_maternity.knowledge import knowledge
from hit_maternity.maternity.card import Card, collect, facts_of
from hit_maternity.maternity.operations import MATERNITY_OPERATIONS
from hit_maternity.maternity.rules import MaternityRules
from hit_maternity.settings import Settings
from hit_maternity.store import Store, schema
from hit_maternity.store.sqlite import SqliteDatabase
from hit_maternity.testbed.people import Pregnancy, pregnancies

BASE = "http://localhost/fhir"
NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
EPISODE = "normal-pregnancy"


def call(server: Server, method: str, path: str, body: bytes = b"") -> Response:
    return handle(server, Request(method, [p for p in path.split("/") if p], "", {"content-type": "application/fhir+json"}, body, BASE))


def filled(folder: str) -> Server:
    """A server with every pregnancy in it."""
    database = SqliteDatabase(Path(folder) / "hit.db")
    schema.upgrade(database)
    clock = FixedClock(NOW)
    known = knowledge(Settings.from_environment(), clock)
    server = Server(
        known.definitions, known.validator, known.search, Store(database), known.terminology, OpenGuard(), clock,
        rules=MaternityRules(known.search, clock), operations=MATERNITY_OPERATIONS,
    )  # fmt: skip
    for pregnancy in pregnancies():
        write(server, pregnancy)
    return server


def write(server: Server, pregnancy: Pregnancy) -> None:
    """Writes a pregnancy as one transaction."""
    if call(server, "POST", "", encode(pregnancy.bundle())).status != 200:
        raise SystemExit(f"{pregnancy.name} could not be loaded")


def first_writes(server: Server, runs: int) -> list[float]:
    """Seconds of the transaction of the normal pregnancy, each time into an empty space."""
    (normal,) = [p for p in pregnancies() if p.name == "normal"]
    body = encode(normal.bundle())
    taken = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            database = SqliteDatabase(Path(folder) / "empty.db")
            schema.upgrade(database)
            empty = replace(server, store=Store(database))
            begun = time.perf_counter()
            answer = call(empty, "POST", "", body)
            taken.append(time.perf_counter() - begun)
            database.close()
        if answer.status != 200:
            raise SystemExit("the normal pregnancy could not be written")
    return taken


def measure(name: str, run: Callable[[], object], runs: int) -> None:
    """Prints median and best of ``runs``, after some to warm up."""
    for _ in range(5):
        run()
    taken = []
    for _ in range(runs):
        begun = time.perf_counter()
        run()
        taken.append(time.perf_counter() - begun)
    print(f"{name:32} median {statistics.median(taken) * 1000:6.2f} ms   best {min(taken) * 1000:6.2f} ms")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--runs", type=int, default=200)
    runs = options.parse_args().runs
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        server = filled(folder)
        written = first_writes(server, 9)
        middle, best = (1000 * seconds for seconds in (statistics.median(written), min(written)))
        print(f"{'the whole as one transaction':32} median {middle:6.1f} ms   best {best:6.1f} ms")

        def collected() -> Card:
            with server.store.reading() as session:
                return collect(session, server, EPISODE, BASE)

        card = collected()
        size = len(call(server, "GET", f"EpisodeOfCare/{EPISODE}/$helsekort").body)
        print(f"{len(card.resources)} resources, {size / 1024:.0f} KB")
        for name in ("$helsekort", "$timeline", "$gestational-age"):
            measure(name, lambda name=name: call(server, "GET", f"EpisodeOfCare/{EPISODE}/{name}"), runs)  # type: ignore[misc]  # mypy can't infer it
        measure("  collecting the card", collected, runs)
        measure("  its facts", lambda: facts_of(card, NOW.date()), runs)


if __name__ == "__main__":
    main()
