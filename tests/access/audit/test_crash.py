"""A server killed at any moment: every access that was answered is in the log, every resource has its row, and the chains are whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hit_maternity.access.audit.chain import body_of
from hit_maternity.access.audit.keys import Keys
from hit_maternity.access.audit.opening import Audit
from hit_maternity.access.audit.verify import verify
from hit_maternity.fhir.ports import HistoryQuery, Intent
from hit_maternity.store import Store

ROOT = Path(__file__).resolve().parents[3]

#: Reads, writes and reads that are committed together by turns, in two threads on PostgreSQL, and says so once each is done.
WRITER = """
import sys, threading
from datetime import UTC, datetime
from hit_maternity.access.audit.opening import Audit
from hit_maternity.access.principal import Kind, Person, Principal
from hit_maternity.clock import SystemClock
from hit_maternity.fhir.ports import Intent, Version
from hit_maternity.fhir.search.model import IndexRows
from hit_maternity.store.accesses import Proof
from hit_maternity.store.spaces import At, Spaces

store = Spaces(At(sys.argv[1])).open()
clock = SystemClock()
audit = Audit.of(store, b"s" * 32, clock)
midwife = Principal(Kind.PRACTITIONER, "https://helseid.test", "client", person=Person("12847199995", "RASK TESTVARG"))
said = threading.Lock()

def work(name):
    for n in range(1_000_000):
        id = f"{name}-{n}"
        done = [id]
        if n % 4 == 3:
            done = [f"{id}-{m}" for m in range(5)]
            with audit.store.together():
                for each in done:
                    audit.tracing.read(midwife, Intent("read", "Basic", each), (), "kari", (Proof("key", each, clock.now()),))
        elif n % 2:
            audit.tracing.read(midwife, Intent("read", "Basic", id), (), "kari", (Proof("key", id, clock.now()),))
        else:
            version = Version("Basic", id, 1, clock.now(), "POST", b"{}", "kari")
            with audit.store.writing() as writer:
                writer.write(version, IndexRows())
                audit.tracing.within(writer, midwife, Intent("create", "Basic"), (version,), "kari")
        with said:
            print("\\n".join(done), flush=True)

threads = [threading.Thread(target=work, args=(name,)) for name in sys.argv[2:]]
for thread in threads:
    thread.start()
"""


def run_and_kill(url: str, names: list[str], count: int) -> list[str]:
    """What the writer said was done when it was killed after ``count``."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([sys.executable, "-c", WRITER, url, *names], stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT)
    assert process.stdout is not None
    done = []
    for line in process.stdout:
        done.append(line.strip())
        if len(done) >= count:
            break
    process.kill()
    done += [line.strip() for line in process.stdout if line.endswith("\n")]
    process.stdout.close()
    process.wait(30)
    assert len(done) >= count, "the writer ended by itself"
    return done


def logged(audit: Audit) -> list[str]:
    """The id of what each event is about."""
    events = [json.loads(raw) for row in audit.rows.between() if (raw := bytes(body_of(row).event))]
    return [event["entity"][1]["what"]["reference"].split("/")[1] for event in events]


@pytest.mark.parametrize("count", [1, 40, 173])
def test_what_was_answered_is_logged_and_the_chains_are_whole(store: Store, database_url: str, audit: Audit, made, count: int):
    names = ["a"] if store.inline else ["a", "b"]
    done = run_and_kill(database_url, names, count)
    told = logged(audit)
    assert set(done) <= set(told) and len(told) == len(set(told))
    with store.reading() as reader:
        stored = {v.id for v in reader.history(HistoryQuery("Basic", count=1000)).versions}
    assert stored == {id for id in told if int(id.split("-")[1]) % 2 == 0}
    with store.database.reading() as session:
        used = {row[0] for row in session.rows(f"SELECT proof FROM {store.database.names.seen_proof}")}
    assert used == set(told) - stored, "a proof is used up exactly where the read is logged"
    audit.tracing.read(made.midwife(), Intent("read", "Basic", "after"), (), "kari")
    audit.checkpoints.note()
    found = verify(audit.rows, Keys.of(b"s" * 32))
    assert found.findings == [] and found.open == found.chains


def test_the_clock_of_the_rows_is_the_spaces(audit: Audit, made):
    audit.tracing.read(made.midwife(), Intent("read", "Basic", "b1"), (), "kari")
    assert {row.at.replace(second=0, minute=0) for row in audit.rows.between()} == {datetime(2026, 3, 2, 12, tzinfo=UTC)}
