"""``hit-maternity audit``, as an operator starts it."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from hit_maternity.access.audit.opening import Audit
from hit_maternity.access.principal import Kind, Person, Principal
from hit_maternity.clock import SystemClock
from hit_maternity.fhir.ports import Intent
from hit_maternity.secret import key_from
from hit_maternity.store.spaces import At, Spaces

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path, sqlite_url: str) -> Run:
    """Runs ``hit-maternity audit`` on the database."""

    def command(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HIT_")}
        environment |= {"HIT_DATABASE_URL": sqlite_url, "PYTHONUTF8": "1", "NO_COLOR": "1", "COLUMNS": "140"}
        environment |= {f"HIT_{name.upper()}": value for name, value in settings.items()}
        called = [sys.executable, "-m", "hit_maternity", "audit", *arguments]
        return subprocess.run(
            called, cwd=tmp_path, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False
        )

    return command


@pytest.fixture
def key(tmp_path: Path) -> bytes:
    return key_from(tmp_path / "hit.key")


@pytest.fixture
def read(sqlite_url: str, key: bytes) -> Callable[..., None]:
    """Reads of a patient's record, by a server that then ends in good order."""

    def run(patient: str, count: int, space: str = "default") -> None:
        midwife = Principal(Kind.PRACTITIONER, "https://helseid.test", "client", person=Person("12847199995", "RASK TESTVARG"))
        with closing(Spaces(At(sqlite_url))) as spaces:
            store = spaces.open(space) or spaces.create(space)
            audit = Audit.of(store, key, SystemClock(), space)
            for n in range(count):
                audit.tracing.read(midwife, Intent("read", "Observation", f"o{n}"), (), patient)
            audit.close()

    return run


def tamper(tmp_path: Path, statement: str) -> None:
    with closing(sqlite3.connect(tmp_path / "hit.db")) as connection, connection:
        connection.execute(statement)


def events(done: subprocess.CompletedProcess[str]) -> list[dict]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_good_log_is_told_as_that(run: Run, read):
    read("kari", 3)
    read("anne", 2, "other")
    done = run("verify")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "default: 5 rows in 1 chains, 0 of them open: as they were written",
        "other: 4 rows in 1 chains, 0 of them open: as they were written",
    ]


def test_what_was_tampered_with_is_told_and_where(run: Run, read, tmp_path: Path):
    read("kari", 5)
    tamper(tmp_path, "UPDATE audit SET patient = 'anne' WHERE seq = 2")
    tamper(tmp_path, "DELETE FROM audit WHERE seq IN (4, 5)")
    done = run("verify", "--space", "default")
    assert done.returncode == 1
    changed, missing, summary = done.stdout.splitlines()
    assert changed.endswith("row 2: not what was written: changed, moved or put in")
    assert missing.endswith("rows 4 to 5: taken out")
    assert summary.endswith("NOT as they were written (2 findings)")


def test_an_export_bears_witness_to_what_was_cut_off(run: Run, read, tmp_path: Path):
    read("kari", 3)
    done = run("export", "--form", "rows", "--output", "kept.ndjson")
    assert (done.returncode, done.stdout) == (0, "")
    assert run("verify", "--against", "kept.ndjson").returncode == 0
    tamper(tmp_path, "DELETE FROM audit WHERE seq > 3")
    assert run("verify").returncode == 0
    done = run("verify", "--against", "kept.ndjson")
    assert done.returncode == 1 and "rows 4 to 5: cut off the end" in done.stdout


def test_another_key_is_told_and_none_is_made(run: Run, read, tmp_path: Path):
    read("kari", 1)
    key_from(tmp_path / "other.key")
    done = run("verify", key_file="other.key")
    assert done.returncode == 1 and "made with another key" in done.stdout
    done = run("verify", key_file="none.key")
    assert done.returncode == 2 and "There is no none.key" in done.stderr
    assert not (tmp_path / "none.key").exists()


def test_an_export_is_one_audit_event_a_line_and_logged_itself(run: Run, read):
    read("kari", 2)
    read("anne", 1)
    done = run("export")
    assert (done.returncode, done.stderr) == (0, "")
    assert [(e["resourceType"], e["entity"][0]["what"]["reference"]) for e in events(done)] == [
        ("AuditEvent", "Patient/kari"),
        ("AuditEvent", "Patient/kari"),
        ("AuditEvent", "Patient/anne"),
    ]
    assert "12847199995" not in done.stdout and "sealed" not in done.stdout
    again = events(run("export"))
    assert len(again) == 4 and again[-1]["type"]["code"] == "110106"
    assert run("verify").returncode == 0


def test_an_export_of_one_patient_is_in_her_log(run: Run, read):
    read("kari", 1)
    read("anne", 1)
    assert len(events(run("export", "--patient", "kari"))) == 1
    told = events(run("export", "--patient", "kari"))
    assert [e["type"]["code"] for e in told] == ["110110", "110106"]


def test_an_export_of_a_time(run: Run, read):
    read("kari", 1)
    assert events(run("export", "--until", "2026-01-01")) == []
    assert len(events(run("export", "--since", "2026-01-01", "--until", "2999-01-01T00:00Z"))) == 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("export", "--space", "none"), "There is no space none."),
        (("verify", "--space", "none"), "There is no space none."),
        (("export", "--since", "yesterday"), "yesterday is no day"),
        (("export", "--since", "2026-01-01T08:00"), "no moment with its time zone"),
        (("verify", "--against", "missing.ndjson"), "There is no missing.ndjson"),
        (("verify", "--against", "wrong.ndjson"), "Line 1 is no row"),
    ],
)
def test_what_can_not_be_done_is_told(run: Run, key: bytes, tmp_path: Path, arguments, words):
    (tmp_path / "wrong.ndjson").write_text("{}\n")
    done = run(*arguments)
    assert done.returncode == 2
    assert words in " ".join(done.stderr.replace("│", " ").split())


def test_a_database_that_is_none_yet_is_told(run: Run, key: bytes, tmp_path: Path):
    done = run("verify", database_url="sqlite:///empty.db", key_file="hit.key")
    assert done.returncode == 2 and "hit-maternity db upgrade" in done.stderr
