"""The demo: starts, prints what to try, and what it prints works when pasted."""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]


class Demo:
    """A running demo in a folder of its own."""

    def __init__(self, folder: Path, **settings: str) -> None:
        with socket.socket() as opened:
            opened.bind(("127.0.0.1", 0))
            self.port = int(opened.getsockname()[1])
        command = [sys.executable, "-m", "hit_maternity", "demo", "--port", str(self.port)]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HIT_")}
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env={**environment, **{f"HIT_{name.upper()}": value for name, value in settings.items()}, "PYTHONUTF8": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )
        assert self.process.stdout
        self.printed: list[str] = []
        for line in self.process.stdout:
            self.printed.append(line.rstrip("\n"))
            if "Ctrl+C" in line:
                break

    def stop(self) -> int:
        self.process.terminate()
        code = self.process.wait(20)
        if self.process.stdout:
            self.process.stdout.close()
        return code


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("a demo")


@pytest.fixture(scope="module")
def demo(folder: Path) -> Iterator[Demo]:
    running = Demo(folder)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def open_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("an open demo")


@pytest.fixture(scope="module")
def open_demo(open_folder: Path) -> Iterator[Demo]:
    running = Demo(open_folder, access="open")
    yield running
    running.stop()


def done(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """What a line that was pasted into a shell prints."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HIT_")} | {"PYTHONUTF8": "1"}
    return subprocess.run(command, shell=True, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)


def commands_of(demo: Demo) -> list[str]:
    """The line below each comment."""
    lines = [line.strip() for line in demo.printed]
    return [command for comment, command in itertools.pairwise(lines) if comment.startswith("# ")]


def test_it_says_where_it_is_and_nothing_was_refused(demo: Demo):
    assert demo.printed[0] == f"hit-maternity is ready: http://127.0.0.1:{demo.port}"
    assert demo.process.poll() is None


CURL = pytest.mark.skipif(shutil.which("curl") is None, reason="the commands use curl, which is not on this machine")


def of_both_kinds(card: dict[str, Any], sought: dict[str, Any], faults: dict[str, Any], visit: dict[str, Any]) -> None:
    """What the commands that both demos print give."""
    assert any(entry["resource"]["id"] == "under-way-pregnancy" for entry in card["entry"])
    assert [entry["resource"]["id"] for entry in sought["entry"]] == ["pre-eclampsia-mother"]
    assert len([issue for issue in faults["issue"] if issue["severity"] == "error"]) >= 5
    assert {entry["response"]["status"][:3] for entry in visit["entry"]} == {"201"}


def of_pressures(pressures: dict[str, Any]) -> None:
    """The newest first."""
    newest_first = [entry["resource"]["effectiveDateTime"] for entry in pressures["entry"]]
    assert newest_first == sorted(newest_first, reverse=True) and len(newest_first) > 3


@CURL
def test_every_command_it_prints_works_as_it_stands(demo: Demo, folder: Path):
    outcomes = [done(command, folder) for command in commands_of(demo)]
    *taken, refused = outcomes
    assert all(it.returncode == 0 for it in taken), [it.stderr for it in taken]
    pressures, card, sought, faults, visit, weight, national, height, by_curl = (json.loads(it.stdout) for it in taken)
    of_pressures(pressures)
    of_both_kinds(card, sought, faults, visit)
    assert '"value": 72.40' in taken[5].stdout
    assert '"motherWeight":72.40' in taken[6].stdout.replace(" ", "") and national["metadata"]["recordStatus"] == {"status": "ACTIVE"}
    assert height["measurement"] == 29 and height["metadata"]["version"] == 1
    assert weight["entry"][0]["resource"]["encounter"]["reference"].startswith("Encounter/under-way-visit-")
    assert by_curl["id"] == "under-way-mother"
    assert refused.returncode == 1 and "HTTP 403" in refused.stderr
    assert json.loads(refused.stdout)["issue"][0]["details"]["coding"][0]["code"] == "role-not-allowed"


@CURL
def test_with_open_access_every_command_works_as_it_stands(open_demo: Demo, open_folder: Path):
    outcomes = [done(command, open_folder) for command in commands_of(open_demo)]
    assert all(it.returncode == 0 for it in outcomes), [it.stderr for it in outcomes]
    women, pressures, heart_rates, card, sought, faults, visit, _, timeline = (json.loads(it.stdout) for it in outcomes)
    assert {entry["resource"]["id"] for entry in women["entry"]} == {"under-way-mother", "new-record-mother"}
    of_pressures(pressures)
    assert {entry["resource"]["focus"][0]["reference"] for entry in heart_rates["entry"]} == {"Patient/twins-fetus-2"}
    of_both_kinds(card, sought, faults, visit)
    assert '"value": 72.40' in outcomes[-2].stdout and timeline["parameter"]


def test_there_is_no_back_door(demo: Demo):
    base = f"http://127.0.0.1:{demo.port}"
    for path in ("Patient/under-way-mother", "Patient", "EpisodeOfCare/under-way-pregnancy/$helsekort"):
        answer = httpx.get(f"{base}/fhir/{path}")
        assert answer.status_code == 401 and answer.headers["www-authenticate"].startswith("DPoP ")
        assert "Jorunn" not in answer.text
    assert httpx.get(f"{base}/fhir/metadata").status_code == 200
    assert httpx.post(f"{base}/sts/ttt/v2/create-test-token-with-key", json={"audience": "nhn:maternity-record"}).status_code == 401


@CURL
def test_the_readme_s_calls_work(demo: Demo, folder: Path):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = [
        line for line in text.splitlines() if line.startswith(("curl", ".venv/bin/hit-maternity call", ".venv/bin/hit-maternity token"))
    ]
    assert len(commands) >= 4
    own = str(Path(sys.executable).with_name("hit-maternity"))
    for command in commands:
        moved = command.replace("127.0.0.1:8080", f"127.0.0.1:{demo.port}").replace(
            "hit_maternity/testbed", f"{ROOT}/hit_maternity/testbed"
        )
        called = re.sub(r"\.venv/bin/hit-maternity (call|token)", rf"{own} \1 --server http://127.0.0.1:{demo.port}", moved)
        outcome = done(called, folder)
        assert outcome.returncode == 0, (command, outcome.stderr)
        told = json.loads(outcome.stdout)
        if "/api/" in command:
            assert {"hasGivenConsent", "metadata"} & set(told), command
        else:
            assert told["resourceType"] in ("Bundle", "CapabilityStatement", "OperationOutcome", "Patient"), command


def test_started_again_it_loads_nothing_twice(tmp_path: Path):
    first = Demo(tmp_path, access="open")
    first.stop()
    again = Demo(tmp_path, access="open")
    try:
        url = f"http://127.0.0.1:{again.port}/fhir/Patient/under-way-mother"
        assert httpx.get(url).json()["meta"]["versionId"] == "1"
    finally:
        again.stop()
    assert sorted(path.name for path in (tmp_path / "var").iterdir() if path.suffix in (".db", ".key")) == ["demo.db", "demo.key"]
