"""The demo: starts, prints what to try, and what it prints works when pasted."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]


class Demo:
    """A running demo in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as opened:
            opened.bind(("127.0.0.1", 0))
            self.port = int(opened.getsockname()[1])
        command = [sys.executable, "-m", "hit_maternity", "demo", "--port", str(self.port)]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HIT_")}
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env={**environment, "PYTHONUTF8": "1"},
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


def test_it_says_where_it_is_and_nothing_was_refused(demo: Demo):
    assert demo.printed[0] == f"hit-maternity is ready: http://127.0.0.1:{demo.port}"
    assert demo.process.poll() is None


@pytest.mark.skipif(shutil.which("curl") is None, reason="the commands use curl, which is not on this machine")
def test_every_command_it_prints_works_as_it_stands(demo: Demo, folder: Path):
    commands = [line.strip() for line in demo.printed if line.strip().startswith("curl")]
    told = []
    for command in commands:
        done = subprocess.run(command, shell=True, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=True)
        told.append(json.loads(done.stdout))
    women, pressures, heart_rates, card, timeline, sought, faults, visit, weight = told
    assert {entry["resource"]["id"] for entry in women["entry"]} == {"under-way-mother", "new-record-mother"}
    newest_first = [entry["resource"]["effectiveDateTime"] for entry in pressures["entry"]]
    assert newest_first == sorted(newest_first, reverse=True) and len(newest_first) > 3
    assert {entry["resource"]["focus"][0]["reference"] for entry in heart_rates["entry"]} == {"Patient/twins-fetus-2"}
    assert any(entry["resource"]["id"] == "under-way-pregnancy" for entry in card["entry"])
    assert timeline["parameter"]
    assert [entry["resource"]["id"] for entry in sought["entry"]] == ["pre-eclampsia-mother"]
    assert len([issue for issue in faults["issue"] if issue["severity"] == "error"]) >= 5
    assert {entry["response"]["status"][:3] for entry in visit["entry"]} == {"201"}
    assert '"value": 72.40' in done.stdout
    assert weight["entry"][0]["resource"]["encounter"]["reference"].startswith("Encounter/under-way-visit-")


@pytest.mark.skipif(shutil.which("curl") is None, reason="the commands use curl, which is not on this machine")
def test_the_readme_s_calls_work(demo: Demo):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = [line for line in text.splitlines() if line.startswith("curl")]
    assert len(commands) >= 4
    for command in commands:
        moved = command.replace("127.0.0.1:8080", f"127.0.0.1:{demo.port}")
        done = subprocess.run(moved, shell=True, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True)
        assert json.loads(done.stdout)["resourceType"] in ("Bundle", "CapabilityStatement", "OperationOutcome"), command


def test_started_again_it_loads_nothing_twice(tmp_path: Path):
    first = Demo(tmp_path)
    first.stop()
    again = Demo(tmp_path)
    try:
        url = f"http://127.0.0.1:{again.port}/fhir/Patient/under-way-mother"
        assert httpx.get(url).json()["meta"]["versionId"] == "1"
    finally:
        again.stop()
    assert sorted(path.name for path in (tmp_path / "var").iterdir() if path.suffix in (".db", ".key")) == ["demo.db", "demo.key"]
