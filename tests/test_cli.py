"""The command line, as a user starts it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from hit_maternity import __version__


@pytest.fixture
def run(tmp_path: Path):
    """Runs ``hit-maternity`` in an empty folder; ``HIT_*`` variables are given by name."""

    def command(*arguments: str | Path, **settings: str) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HIT_")}
        environment |= {f"HIT_{name.upper()}": value for name, value in settings.items()}
        environment |= {"PYTHONUTF8": "1", "NO_COLOR": "1", "COLUMNS": "140"}
        called = [sys.executable, "-m", "hit_maternity", *map(str, arguments)]
        return subprocess.run(
            called, cwd=tmp_path, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False
        )

    return command


def put(folder: Path, name: str, resource: object) -> Path:
    path = folder / name
    path.write_text(json.dumps(resource), encoding="utf-8")
    return path


def test_version(run):
    done = run("--version")
    assert (done.returncode, done.stdout.strip()) == (0, f"hit-maternity {__version__}")


def test_the_installed_command_is_the_same(tmp_path: Path):
    command = Path(sys.executable).with_name("hit-maternity" + (".exe" if os.name == "nt" else ""))
    done = subprocess.run([command, "--version"], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.stdout.strip() == f"hit-maternity {__version__}"


def test_help_names_every_command(run):
    told = run("--help").stdout
    for name in ("serve", "demo", "load", "validate", "db"):
        assert f" {name} " in told
    told = run("db", "--help").stdout
    assert " upgrade " in told and " check " in told


@pytest.mark.parametrize("host", ["0.0.0.0", "record.example.no"])
def test_open_access_is_not_served_beyond_loopback(run, host: str):
    done = run("serve", "--host", host, access="open")
    assert done.returncode == 2
    assert "HIT_ACCESS=open" in done.stderr and "--host 127.0.0.1" in done.stderr
    assert "Traceback" not in done.stderr


def test_several_workers_on_sqlite_are_refused(run):
    done = run("serve", "--workers", "2")
    assert done.returncode == 2
    assert "SQLite" in done.stderr and "PostgreSQL" in done.stderr


def test_a_taken_port_is_told(run):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for command in ("serve", "demo"):
            done = run(command, "--port", str(port))
            assert done.returncode == 2
            assert f"Port {port} on 127.0.0.1 is taken" in done.stderr


def test_a_wrong_setting_is_told_and_a_misspelt_one_too(run):
    done = run("serve", port="many", databse_url="x")
    assert done.returncode == 2
    assert "HIT_PORT" in done.stderr
    assert "HIT_DATABSE_URL is no setting; did you mean HIT_DATABASE_URL?" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_cannot_be_reached_is_told_without_its_password(run):
    done = run("serve", database_url="postgresql://someone:secret-word@127.0.0.1:1/none")
    assert done.returncode == 2
    assert "database" in done.stderr
    assert "secret-word" not in done.stderr + done.stdout and "Traceback" not in done.stderr


def test_a_database_file_that_cannot_be_made_is_told(run, tmp_path: Path):
    (tmp_path / "file").write_text("")
    done = run(
        "load", put(tmp_path, "a.json", {"resourceType": "Patient"}), database_url=f"sqlite:///{(tmp_path / 'file').as_posix()}/x.db"
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr and done.stderr.startswith("hit-maternity: ")


def test_load_tells_how_many_went_in_and_what_was_refused(run, tmp_path: Path):
    put(tmp_path, "good.json", {"resourceType": "Patient", "id": "a"})
    put(tmp_path, "bad.json", {"resourceType": "Patient", "gender": "woman", "birthDate": "2026-02-30"})
    done = run("load", ".")
    assert done.returncode == 1
    assert "bad.json: refused (422)" in done.stdout
    assert "Patient.gender" in done.stdout and "Patient.birthDate" in done.stdout
    assert done.stdout.strip().endswith("2 files: 1 resources loaded, 1 refused")
    assert run("load", "good.json").returncode == 0


def test_load_of_what_is_not_there(run):
    done = run("load", "nothing.json")
    assert done.returncode == 2
    assert "There is no nothing.json" in done.stderr


def test_load_into_a_space_that_is_not_there(run, tmp_path: Path):
    done = run("load", put(tmp_path, "a.json", {"resourceType": "Patient"}), "--space", "nowhere")
    assert done.returncode == 2
    assert "There is no space nowhere" in done.stderr


def test_validate_tells_every_fault_and_stores_nothing(run, tmp_path: Path):
    put(tmp_path, "bad.json", {"resourceType": "Patient", "gender": "woman", "birthDate": "2026-02-30"})
    done = run("validate", "bad.json")
    assert done.returncode == 1
    assert "bad.json: Patient is NOT valid" in done.stdout
    assert "error Patient.gender" in done.stdout and "error Patient.birthDate" in done.stdout
    assert done.stdout.strip().endswith("1 resources: 0 valid, 1 not valid")
    assert [path.name for path in tmp_path.iterdir()] == ["bad.json"]


def test_validate_says_so_where_all_is_well(run, tmp_path: Path):
    put(tmp_path, "good.json", {"resourceType": "Patient", "active": True})
    done = run("validate", "good.json", "--errors-only")
    assert done.returncode == 0
    assert done.stdout.splitlines() == ["good.json: Patient is valid", "1 resources: 1 valid, 0 not valid"]


def test_validate_of_a_file_that_is_no_json(run, tmp_path: Path):
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    done = run("validate", "broken.json")
    assert done.returncode == 1
    assert "broken.json: nothing is NOT valid" in done.stdout


def test_spaces_are_made_named_and_dropped(run, database_url: str):
    assert run("spaces", "list", database_url=database_url).stdout.split() == ["default"]
    assert run("spaces", "create", "oslo-1", database_url=database_url).returncode == 0
    assert run("spaces", "list", database_url=database_url).stdout.split() == ["default", "oslo-1"]
    again = run("spaces", "create", "oslo-1", database_url=database_url)
    assert again.returncode == 2 and "already" in again.stderr
    wrong = run("spaces", "create", "../up", database_url=database_url)
    assert wrong.returncode == 2 and "lower-case letters" in wrong.stderr
    assert run("spaces", "drop", "oslo-1", "--yes", database_url=database_url).returncode == 0
    assert run("spaces", "list", database_url=database_url).stdout.split() == ["default"]
    gone = run("spaces", "drop", "default", "--yes", database_url=database_url)
    assert gone.returncode == 2 and "can't be dropped" in gone.stderr


def test_db_check_before_and_after_upgrade(run, database_url: str):
    assert run("db", "upgrade", database_url=database_url).returncode == 0
    done = run("db", "check", database_url=database_url)
    assert (done.returncode, done.stdout.strip()) == (0, "The schema is this program's.")


def test_db_check_of_an_empty_database(run):
    done = run("db", "check")
    assert done.returncode == 1
    assert done.stdout.strip().endswith("The schema is not this program's.")
