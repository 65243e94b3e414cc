"""A midwife's EHR, a doctor's and a birth unit's, by their commands, against a running server with access on and its local HelseID."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

import httpx
import pytest
from click.testing import Result
from typer.testing import CliRunner

from hit_maternity.cli import app
from hit_maternity.clock import SystemClock
from hit_maternity.ehr.desk import Desk
from hit_maternity.ehr.home import Home
from hit_maternity.ehr.login import LoggedIn
from hit_maternity.ehr.sync import Sync
from hit_maternity.ehr.waiting import Backoff
from hit_maternity.ehr.workplace import Workplace
from hit_maternity.token_calls import patient_number

Run = Callable[..., Result]


class Demo:
    """``hit-maternity demo`` in ``folder``; it is ready. What it tells goes to the file ``told``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as opened:
            opened.bind(("127.0.0.1", 0))
            port = int(opened.getsockname()[1])
        self.address = f"http://127.0.0.1:{port}"
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("HIT_")} | {"PYTHONUTF8": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hit_maternity", "demo", "--port", str(port)],
            cwd=folder,
            env=self.environment | {"HIT_LOG_LEVEL": "info"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )
        assert self.process.stdout
        assert any("Ctrl+C" in line for line in self.process.stdout), "the demo ended"

    def consent(self, *arguments: str) -> None:
        """Runs ``hit-maternity consent``."""
        given = self.environment | {"HIT_DATABASE_URL": f"sqlite:///{(self.folder / 'var/demo.db').as_posix()}"}
        subprocess.run([sys.executable, "-m", "hit_maternity", "consent", *arguments], cwd=self.folder, env=given, check=True)

    def stop(self) -> None:
        self.process.terminate()
        self.process.communicate(timeout=20)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    running = Demo(tmp_path_factory.mktemp("demo"))
    yield running
    running.stop()


@pytest.fixture
def run(demo: Demo, tmp_path: Path) -> Run:
    """Runs a verb of an EHR: ``midwife``, ``doctor`` or ``birth-unit``, each made at its first verb."""

    def run_one(who: str, *arguments: str) -> Result:
        face = "midwife" if who == "doctor" else who
        begin = ["ehr", face, "--folder", str(tmp_path / who)]
        if not (tmp_path / who).exists():
            as_doctor = ["--as", "lege"] if who == "doctor" else []
            made = CliRunner().invoke(app, [*begin, "init", "--server", demo.address, *as_doctor])
            assert made.exit_code == 0, made.output
        done = CliRunner(env={"COLUMNS": "200"}).invoke(app, [*begin, *arguments])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done

    return run_one


def test_three_systems_follow_one_woman_to_the_birth(run: Run) -> None:
    nin, today = patient_number("under-way"), date.today().isoformat()
    said: list[str] = []

    def told(*arguments: str, code: int = 0) -> str:
        done = run(*arguments)
        said.append(done.output)
        assert done.exit_code == code, done.output
        return done.output

    for who in ("midwife", "doctor", "birth-unit"):
        told(who, "add-patient", "--demo", "under-way")
        assert told(who, "open", "P1") == "P1 UW: read, 0 sent\n"
    visit = ("--weight", "72,40", "--bp", "118/76", "--urine", "neg", "--heart", "148", "--feels", "--fundal-height", "24")
    told("midwife", "visit", "P1", "--date", today, "--week", "24+2", *visit)
    assert "only here" in told("midwife", "show", "P1")
    assert told("midwife", "sync") == "P1 UW: read, 2 sent\n"
    assert told("midwife", "sync") == "P1 UW: 0 sent\n"
    assert told("doctor", "status") == "P1 UW: active, something changed\n"
    assert told("doctor", "status", "--watch", "1", "--times", "1") == "P1 UW: read, 0 sent\n"
    assert "72.40" in told("doctor", "show", "P1")

    told("midwife", "write", "P1", "clinicalTests", "hemoglobinAt3rdTrimester=11.9", "groupBStreptococci=false")
    told("doctor", "write", "P1", "clinicalTests", "hemoglobinAt3rdTrimester=11.2", "chlamydia=false")
    assert "1 sent" in told("midwife", "sync")
    assert "1 in conflict" in told("doctor", "sync", code=1)
    conflict = told("doctor", "conflicts", code=1).splitlines()[1].split()
    assert conflict[2:4] == ["clinicalTests", "hemoglobinAt3rdTrimester"] and conflict[5:7] == ["11.2", "11.9"]
    told("doctor", "resolve", conflict[0], "edited", "hemoglobinAt3rdTrimester=11.5")
    assert "1 sent" in told("doctor", "sync")
    told("midwife", "sync")
    for who in ("midwife", "doctor"):
        shown = " ".join(told(who, "show", "P1").split())
        assert all(f"{it} sent" in shown for it in ("hemoglobinAt3rdTrimester 11.5", "groupBStreptococci false", "chlamydia false"))

    assert "72.40" in told("birth-unit", "read", "P1")
    told("birth-unit", "birth", "P1", f"1:alive:{datetime.now(UTC).isoformat(timespec='minutes')}")
    told("birth-unit", "end", "P1", "--delivery-date", datetime.now(UTC).date().isoformat(), "--live-birth")
    assert told("birth-unit", "sync") == "P1 UW: read, 2 sent\n"
    told("midwife", "write", "P1", "mother", "occupationAndIndustry=late")
    assert "ended" in told("midwife", "sync", code=1) + told("midwife", "queue")
    assert "Livebirth" in told("midwife", "show", "P1")
    assert not any(nin in it for it in said)


class Losing(httpx.HTTPTransport):
    """Loses the answer of the next POST of an appointment, which has arrived."""

    lost = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = super().handle_request(request)
        if request.method == "POST" and request.url.path.endswith("/antenatalAppointments") and not self.lost:
            self.lost = answer.status_code
            answer.close()
            raise httpx.ReadTimeout("lost", request=request)
        return answer


def test_an_answer_that_is_lost_on_the_way_makes_no_second_visit(run: Run, demo: Demo, tmp_path: Path) -> None:
    run("midwife", "add-patient", "--demo", "rhd-negative")
    home = Home.open(tmp_path / "midwife")
    local, transport, clock = home.record(), Losing(), SystemClock()
    service = LoggedIn(home, httpx.Client(transport=transport))
    identity = home.settings.identity
    desk, place = Desk(local, identity, clock), Workplace(local, service, identity, clock, Random(1), Backoff())
    sync = Sync(place, home.lock)
    desk.open(1)
    assert sync.run(eager=True)[0].complete
    before = sum(it.type == "antenatalAppointments" for it in local.parts.of(1))
    desk.add_item(1, "antenatalAppointments", {"appointmentDate": date.today().isoformat(), "note": "once"})
    assert sync.run(eager=True)[0].words == "The national record doesn't answer." and transport.lost == 201
    assert sync.run(eager=True)[0].complete
    items = [it for it in local.parts.of(1) if it.type == "antenatalAppointments"]
    assert len(items) == before + 1 and all(it.state in ("equal", "struck") for it in items)
    service.close()
    local.close()


def test_a_woman_who_withdraws_leaves_nothing_but_the_own_journal(run: Run, demo: Demo, tmp_path: Path) -> None:
    run("midwife", "add-patient", "--demo", "twins")
    assert "1 sent" in run("midwife", "open", "P1").output
    run("midwife", "write", "P1", "mother", "occupationAndIndustry=baker")
    run("midwife", "sync")
    demo.consent("withdraw", "twins-mother", "--yes")
    synced = run("midwife", "sync")
    assert "has withdrawn" in synced.output
    assert "Brygga" not in run("midwife", "show", "P1").output and "baker" not in run("midwife", "show", "P1").output
    assert "baker" in run("midwife", "journal", "P1").output
    assert not any(b"Brygga" in it.read_bytes() for it in (tmp_path / "midwife").iterdir())


def test_tokens_may_come_from_the_service_of_test_tokens(run: Run, demo: Demo, tmp_path: Path) -> None:
    httpx.get(f"{demo.address}/sts/ttt/v2/faults")  # the first call makes the key
    key = demo.folder / "var/sts/helseid/ttt.key"
    begin = ["ehr", "midwife", "--folder", str(tmp_path / "ttt")]
    runner = CliRunner(env={"COLUMNS": "200"})
    made = runner.invoke(app, [*begin, "init", "--server", demo.address, "--login", "ttt", "--ttt-key", str(key)])
    assert made.exit_code == 0, made.output
    runner.invoke(app, [*begin, "add-patient", "--demo", "interpreter"])
    assert "something changed" in runner.invoke(app, [*begin, "status"]).output
    opened = runner.invoke(app, [*begin, "open", "P1"])
    assert opened.exit_code == 0 and "read" in opened.output, opened.output


def test_the_five_minutes_of_the_documentation_work_as_they_stand(demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = (Path(__file__).parents[2] / "docs/ehr.md").read_text(encoding="utf-8").partition("## The verbs")[0]
    lines = [line.split()[1:] for line in text.splitlines() if line.startswith("hit-maternity ")]
    assert len(lines) > 15
    now = datetime.now(UTC)
    for line in lines:
        # The woman of the other test has given birth by now; and the birth of this one is today.
        words = [it.replace("under-way", "gestational-diabetes").replace("2026-08-13T04:12:00+02:00", now.isoformat()) for it in line]
        words = [it.replace("2026-08-13", now.date().isoformat()) for it in words]
        more = ["--server", demo.address] if "init" in words else []
        done = CliRunner(env={"COLUMNS": "200"}).invoke(app, [*words, *more])
        expected = 1 if "conflicts" in words or ("doctor" in " ".join(words) and words[-1] == "sync") else 0
        assert done.exit_code == expected, (words, done.output)
    assert "72.40" in CliRunner().invoke(app, ["ehr", "birth-unit", "show", "P1"]).output
    listed = CliRunner(env={"COLUMNS": "200"}).invoke(app, ["ehr", "birth-unit", "patients"]).output
    assert "ended" in listed
