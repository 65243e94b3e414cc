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

    def command(*arguments: str | Path, locale: str = "C", **settings: str) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HIT_")}
        environment |= {f"HIT_{name.upper()}": value for name, value in settings.items()}
        environment |= {"PYTHONUTF8": "1", "NO_COLOR": "1", "COLUMNS": "140", "LC_ALL": locale}
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


BAD = {"resourceType": "Patient", "gender": "woman", "birthDate": "2026-02-30"}
NARRATIVE = {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">A patient</div>'}
GOOD = {"resourceType": "Patient", "text": NARRATIVE, "active": True}


def test_validate_tells_every_fault_and_its_place_and_stores_nothing(run, tmp_path: Path):
    (tmp_path / "bad.json").write_text(json.dumps(BAD, indent=2), encoding="utf-8")
    done = run("validate", "bad.json", "--errors-only")
    told = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (1, "")
    assert told[:2] == ["bad.json", "  Patient: NOT valid (2 errors)"]
    assert [line.split() for line in told if line.startswith("    error")] == [
        ["error", "3:3", "Patient.gender", "[binding-required]"],
        ["error", "4:3", "Patient.birthDate", "[primitive-date]"],
    ]
    assert "is not in the value set http://hl7.org/fhir/ValueSet/administrative-gender" in done.stdout
    assert told[-1] == "1 resource in 1 file: 0 valid, 1 not valid; 2 errors, 0 warnings."
    assert [path.name for path in tmp_path.iterdir()] == ["bad.json"]


def test_validate_says_so_where_all_is_well(run, tmp_path: Path):
    put(tmp_path, "good.json", GOOD)
    done = run("validate", "good.json")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "good.json",
        "  Patient: valid",
        "1 resource in 1 file: 1 valid, 0 not valid; 0 errors, 0 warnings.",
    ]


def test_validate_speaks_norwegian(run, tmp_path: Path):
    put(tmp_path, "bad.json", BAD)
    asked = run("validate", "bad.json", "--language", "nb")
    assert asked.returncode == 1
    assert "  Patient: IKKE gyldig (2 feil, 1 advarsel)" in asked.stdout.splitlines()
    assert "er ikke i verdisettet" in asked.stdout and asked.stdout.splitlines()[-1].startswith("1 ressurs i 1 fil: ")
    assert run("validate", "bad.json", locale="nb_NO.UTF-8").stdout == asked.stdout
    assert "NOT valid" in run("validate", "bad.json", "--language", "en", locale="nb_NO.UTF-8").stdout


def test_validate_reads_folders_of_json_xml_and_ndjson(run, tmp_path: Path):
    folder = tmp_path / "of"
    (folder / "deep").mkdir(parents=True)
    put(folder, "b.json", {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": BAD}, {"resource": GOOD}]})
    (folder / "deep" / "a.xml").write_text('<Patient xmlns="http://hl7.org/fhir">\n  <gender value="woman"/>\n</Patient>', encoding="utf-8")
    lines = [json.dumps(GOOD), "", json.dumps(BAD), "{broken"]
    (folder / "all.ndjson").write_text("\n".join(lines), encoding="utf-8")
    done = run("validate", "of", "--errors-only")
    assert done.returncode == 1
    shown = [line.split() for line in done.stdout.splitlines() if line.startswith("    error")]
    assert [(place.partition(":")[0], where) for _, place, where, *_ in shown] == [
        ("3", "Patient.gender"),
        ("3", "Patient.birthDate"),
        ("4", "no"),
        ("1", "Bundle.entry[0].resource.gender"),
        ("1", "Bundle.entry[0].resource.birthDate"),
        ("2", "Patient.gender"),
    ]
    assert "  line 3: Patient: NOT valid (2 errors)" in done.stdout.splitlines()
    assert done.stdout.splitlines()[-1] == "5 resources in 3 files: 1 valid, 4 not valid; 6 errors, 0 warnings."


def test_validate_gives_an_outcome_a_resource_to_programs(run, tmp_path: Path):
    (tmp_path / "all.ndjson").write_text(f"{json.dumps(GOOD)}\n{json.dumps(BAD)}\n", encoding="utf-8")
    done = run("validate", "all.ndjson", "--format", "json")
    assert done.returncode == 1
    well, ill = [json.loads(line) for line in done.stdout.splitlines()]
    assert [i["details"]["coding"][0]["code"] for i in well["issue"]] == ["ok"]
    gender = next(i for i in ill["issue"] if i.get("expression") == ["Patient.gender"])
    assert {x["url"].rpartition("-")[2]: x["valueInteger"] for x in gender["extension"]} == {
        "line": 2,
        "col": json.dumps(BAD).index('"gender') + 1,
    }
    assert ill["extension"][0]["valueString"] == "all.ndjson#2"


def test_validate_holds_resources_against_a_profile(run, tmp_path: Path):
    put(tmp_path, "o.json", {"resourceType": "Observation", "text": NARRATIVE, "status": "final", "code": {"text": "x"}})
    profile = "http://hl7.org/fhir/StructureDefinition/vitalsigns"
    assert run("validate", "o.json").returncode == 0
    done = run("validate", "o.json", "--profile", profile)
    assert done.returncode == 1 and "wants category at least 1 time" in done.stdout
    unknown = run("validate", "o.json", "--profile", "http://nowhere.test/x", "--profile", profile)
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert "There is no profile http://nowhere.test/x here" in unknown.stderr


def test_validate_of_what_cannot_be_read(run, tmp_path: Path):
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    done = run("validate", "broken.json")
    assert done.returncode == 1
    assert "  no resource: NOT valid (1 error)" in done.stdout.splitlines() and "1:1" in done.stdout
    missing = run("validate", "broken.json", "nothing.json")
    assert (missing.returncode, missing.stdout) == (2, "") and "There is no nothing.json" in missing.stderr
    (tmp_path / "empty").mkdir()
    assert run("validate", "empty").returncode == 2
    assert run("validate", "broken.json", "--language", "sv").returncode == 2


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
