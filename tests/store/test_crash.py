"""A writer killed at any moment: what it was told is there stays there, and nothing is there by half."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from hit_maternity.fhir.search.model import Condition, Query, SearchParameter, TokenValue
from hit_maternity.store import Store, schema
from hit_maternity.store.spaces import At, Spaces

ROOT = Path(__file__).resolve().parents[2]
MARK = SearchParameter("Task", "mark", "token", "urn:mark", "")

#: Writes transactions of three resources each, every third an update of the one before, and says so once each is committed.
WRITER = """
import sys
from datetime import UTC, datetime
from hit_maternity.fhir.ports import OutboxMessage, Version
from hit_maternity.fhir.search.model import DateRow, IndexRows, StringRow, TokenRow, parameter_key
from hit_maternity.store.spaces import At, Spaces

store = Spaces(At(sys.argv[1])).open()
worker, mark = sys.argv[2], parameter_key("Task", "mark")

def put(writer, id, version, round):
    rows = IndexRows(token=[TokenRow(mark, 0, "", f"{worker}-{round}")])
    rows.string = [StringRow(parameter_key("Task", "name"), 0, f"name {n} {round}", "x" * 50) for n in range(5)]
    rows.date = [DateRow(parameter_key("Task", "date"), 0, round * 1000, round * 1000 + 1)]
    body = b"%d" % round + b"x" * 3000
    writer.write(Version("Task", id, version, datetime(2026, 1, 1, tzinfo=UTC), "PUT", body), rows)

for round in range(1_000_000):
    with store.writing() as writer:
        for part in range(3):
            put(writer, f"{worker}-{round}-{part}", 1, round)
        previous = writer.lock("Task", f"{worker}-steady")
        put(writer, f"{worker}-steady", previous.version + 1 if previous else 1, round)
        writer.publish(OutboxMessage("topic", f"{worker}-{round}", b""))
    print(round, flush=True)
"""


def start(database_url: str, worker: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PGAPPNAME": f"crash-{worker}"}
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, database_url, worker], stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT
    )


def acknowledged(writer: subprocess.Popen[str], rounds: int) -> int:
    """Reads what the writer says until it has done so many rounds, kills it, and gives the last round that it told of."""
    assert writer.stdout is not None
    last = -1
    for line in writer.stdout:
        last = int(line)
        if last >= rounds:
            break
    writer.kill()
    for line in writer.stdout:
        if line.endswith("\n"):
            last = int(line)
    writer.stdout.close()
    writer.wait(30)
    assert last >= rounds, "the writer ended by itself"
    return last


def marked(store: Store, worker: str, round: int) -> list[tuple[str, bytes | None]]:
    with store.reading() as reader:
        condition = Condition((MARK,), None, (TokenValue("", f"{worker}-{round}"),))
        return sorted((v.id, v.body) for v in reader.search(Query(("Task",), (condition,))).matches)


def check(store: Store, worker: str, told: int) -> None:
    steady, database = f"{worker}-steady", store.database
    if database.dialect.name == "postgresql":  # the server may still be busy with what the writer sent last
        busy = f"SELECT count(*), pg_sleep(0.05) FROM pg_stat_activity WHERE application_name = 'crash-{worker}'"
        with database.reading() as session:
            while (session.row(busy) or (0,))[0]:
                pass
    with store.reading() as reader:
        head = reader.get("Task", steady)
        assert head is not None and head.body is not None
        done = int(head.body.rstrip(b"x"))
        # one transaction may have been committed and not yet told of
        assert done in (told, told + 1)
        assert head.version == done + 1
        for round in (0, done // 2, done):
            old = reader.get_version("Task", steady, round + 1)
            assert old is not None and old.body == b"%d" % round + b"x" * 3000
    for round in range(done + 2):
        made = [f"{worker}-{round}-{part}" for part in range(3)] if round <= done else []
        found = marked(store, worker, round)
        assert [id for id, _ in found] == sorted(made + [steady] * (round == done))
        assert all(body == b"%d" % round + b"x" * 3000 for _, body in found)
        with store.reading() as reader:
            for part in range(3):
                assert (reader.get("Task", f"{worker}-{round}-{part}") is not None) == (round <= done)
    with database.reading() as session:
        topics = session.row(f"SELECT count(*) FROM {database.names.outbox} WHERE idempotency LIKE '{worker}-%'")
        assert topics == (done + 1,)
        orphans = f"SELECT count(*) FROM {{}} i WHERE NOT EXISTS (SELECT 1 FROM {database.names.resource} r WHERE r.key = i.key)"
        for table in (database.names.index_text, database.names.index_range, database.names.timeline, database.names.resource_version):
            assert session.row(orphans.format(table)) == (0,)
        if database.dialect.name == "sqlite":
            assert session.rows("PRAGMA integrity_check") == [("ok",)]


@pytest.mark.parametrize("rounds", [5, 37, 150])
def test_a_writer_killed_in_the_middle_loses_nothing_and_leaves_nothing_half_done(database_url: str, rounds: int):
    worker = f"w{uuid.uuid4().hex[:8]}"
    told = acknowledged(start(database_url, worker), rounds)
    spaces = Spaces(At(database_url))
    try:
        store = spaces.open()
        assert store is not None
        check(store, worker, told)
        assert schema.differences(store.database) == []
        with store.writing() as writer:  # and work goes on
            assert writer.lock("Task", f"{worker}-steady") is not None
    finally:
        spaces.close()


def test_several_writers_killed_at_once_on_postgresql(postgresql_url: str):
    writers = {name: start(postgresql_url, name) for name in (f"{part}{uuid.uuid4().hex[:8]}" for part in "abc")}
    told = {name: acknowledged(writer, 20) for name, writer in writers.items()}
    spaces = Spaces(At(postgresql_url))
    try:
        store = spaces.open()
        assert store is not None
        for name, last in told.items():
            check(store, name, last)
    finally:
        spaces.close()
