"""``hit-maternity packages`` and ``db reindex``, as an operator starts them, and the server that goes by what they did."""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hit_maternity.app import House
from hit_maternity.clock import SystemClock
from hit_maternity.fhir.outcome import FhirError
from hit_maternity.fhir.rest.dispatch import handle
from hit_maternity.fhir.rest.exchange import Request
from hit_maternity.knowledge import knowledge, own_package, package_folder
from hit_maternity.settings import Settings, SettingsError

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("HIT_TEST_DATA", ROOT.parent / "shared" / "data")) / "packages"
CARD = "https://hit-maternity.example/fhir/StructureDefinition/no-domain-Maternity-"
SHOE = {
    "resourceType": "SearchParameter",
    "id": "shoe",
    "url": "https://example.org/shoe",
    "name": "Shoe",
    "status": "draft",
    "description": "Size of her shoes",
    "code": "shoe",
    "base": ["Patient"],
    "type": "string",
    "expression": "Patient.extension.where(url = 'https://example.org/shoe-size').value.as(string)",
}
WOMAN = {
    "resourceType": "Patient",
    "id": "p1",
    "extension": [{"url": "https://example.org/shoe-size", "valueString": "forty"}],
    "name": [{"family": "Testesen"}],
}
Run = Callable[..., subprocess.CompletedProcess[str]]


def pack(folder: Path, name: str, *resources: dict[str, Any], version: str = "1.0.0", **needs: str) -> Path:
    """The file of a package."""
    dependencies = {"hl7.fhir.r4.core": "4.0.1", **{key.replace("_", "."): value for key, value in needs.items()}}
    manifest = {"name": name, "version": version, "fhirVersions": ["4.0.1"], "dependencies": dependencies}
    files = {"package.json": manifest, **{f"{r['resourceType']}-{r['id']}.json": r for r in resources}}
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for member, content in files.items():
            data = json.dumps(content).encode()
            info = tarfile.TarInfo(f"package/{member}")
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    path = folder / f"{name}.tgz"
    path.write_bytes(gzip.compress(out.getvalue(), mtime=0))
    return path


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def command(*arguments: str | Path, **settings: str) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HIT_")}
        environment |= {f"HIT_{name.upper()}": value for name, value in settings.items()}
        environment |= {"PYTHONUTF8": "1", "NO_COLOR": "1", "COLUMNS": "140"}
        called = [sys.executable, "-m", "hit_maternity", *map(str, arguments)]
        return subprocess.run(
            called, cwd=tmp_path, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False
        )

    return command


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Settings]:
    """Settings for a database and a folder of packages of the test's own."""
    for name in list(os.environ):
        if name.startswith("HIT_") and not name.startswith("HIT_TEST_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)

    def make(**values: Any) -> Settings:
        for name, value in values.items():
            monkeypatch.setenv(f"HIT_{name.upper()}", str(value))
        return Settings.from_environment(access="open")

    return make


def call(house: House, method: str, url: str, body: Any = None) -> tuple[int, Any]:
    """Status and body of a call to the default space."""
    opened = house.space("default")
    assert opened is not None
    path, _, query = url.partition("?")
    sent = {"content-type": "application/fhir+json"} if body else {}
    request = Request(
        method, [p for p in path.split("/") if p], query, sent, json.dumps(body).encode() if body else b"", "http://fhir.test/fhir"
    )
    response = handle(opened.server, request)
    return response.status, json.loads(response.body) if response.body else None


# ---------------------------------------------------------------- the commands


def test_packages_are_added_listed_and_removed(run: Run, tmp_path: Path) -> None:
    files = [pack(tmp_path, "a.top", z_base="1.0.x"), pack(tmp_path, "z.base", SHOE)]
    done = run("packages", "add", *files)
    assert (done.returncode, done.stderr) == (0, "")
    assert "a.top 1.0.0: added" in done.stdout and "db reindex" in done.stdout
    assert (tmp_path / "var" / "packages" / "packages.lock.json").is_file()
    told = run("packages", "list").stdout.splitlines()
    assert told[0] == "hit.maternity.no 0.1.0: built in"
    assert [line.partition(":")[0] for line in told[1:]] == ["a.top 1.0.0", "z.base 1.0.0"]
    done = run("packages", "remove", "z.base")
    assert done.returncode == 1 and "a.top 1.0.0 needs z.base" in done.stderr and "[package-needed]" in done.stderr
    assert run("packages", "remove", "z.base", "a.top").returncode == 0
    assert len(run("packages", "list").stdout.splitlines()) == 1


def test_a_refusal_names_every_fault_and_changes_nothing(run: Run, tmp_path: Path) -> None:
    done = run("packages", "add", pack(tmp_path, "a.top", y_base="1.0.0", z_base="1.0.0"), packages="there")
    assert done.returncode == 1
    assert [line.startswith("refused: a.top 1.0.0 needs") for line in done.stderr.splitlines()] == [True, True]
    assert "Traceback" not in done.stderr
    assert list((tmp_path / "there").iterdir()) == []


def test_a_dependency_can_be_done_without_and_that_is_told(run: Run, tmp_path: Path) -> None:
    file = pack(tmp_path, "a.top", hl7_terminology_r4="6.0.0")
    done = run("packages", "add", file, "--without-dependencies", "hl7.terminology.r4")
    assert done.returncode == 0
    assert "warning: a.top 1.0.0 does without hl7.terminology.r4 6.0.0" in done.stdout
    assert "does without hl7.terminology.r4" in run("packages", "list").stdout


def test_a_file_that_is_not_there_is_told(run: Run) -> None:
    done = run("packages", "add", "none.tgz")
    assert (done.returncode, done.stderr.strip()) == (2, "hit-maternity: There is no none.tgz.")


def test_the_norwegian_packages_can_be_added(run: Run) -> None:
    if not DATA.is_dir():
        pytest.skip(f"the Norwegian packages are not there: {DATA}")
    files = sorted(DATA.glob("*.tgz"))
    alone = run("packages", "add", files[1])
    assert alone.returncode == 1 and "needs hl7.fhir.no.basis 2.2.4-test" in alone.stderr
    done = run("packages", "add", *reversed(files))
    assert (done.returncode, done.stderr) == (0, "")
    listed = run("packages", "list")
    assert listed.returncode == 0
    for label in ("hl7.fhir.no.basis 2.2.4-test", "hl7.fhir.no.domain.vitalsigns 0.9.0"):
        assert f"{label}: added" in listed.stdout


def test_the_server_does_not_start_with_a_package_that_changed(run: Run, tmp_path: Path) -> None:
    assert run("packages", "add", pack(tmp_path, "a.b"), packages="there").returncode == 0
    pack(tmp_path / "there", "a.b", SHOE).replace(tmp_path / "there" / "a.b-1.0.0.tgz")
    done = run("serve", "--port", "0", packages="there")
    assert done.returncode == 2
    assert "its sha256 has changed" in done.stderr and "Traceback" not in done.stderr


# ---------------------------------------------------------------- the server


def test_a_search_parameter_that_comes_to_data_is_refused_until_they_are_indexed(
    settings: Callable[..., Settings], run: Run, tmp_path: Path
) -> None:
    before = House(settings(database_url="sqlite:///record.db"))
    assert call(before, "PUT", "Patient/p1", WOMAN)[0] == 201
    assert call(before, "GET", "Patient?shoe=forty")[0] == 400
    before.close()
    package_folder(settings()).add([pack(tmp_path, "a.b", SHOE)], SystemClock().now())

    during = House(settings())
    status, outcome = call(during, "GET", "Patient?shoe=forty")
    assert (status, outcome["issue"][0]["details"]["coding"][0]["code"]) == (503, "search-parameter-unindexed")
    assert call(during, "GET", "Patient?family=testesen")[1]["total"] == 1
    assert call(during, "PUT", "Patient/p2", {**WOMAN, "id": "p2"})[0] == 201
    during.close()

    done = run("db", "reindex", database_url="sqlite:///record.db")
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "default: 2 resources indexed", "")
    after = House(settings())
    found = call(after, "GET", "Patient?shoe=forty")[1]
    assert sorted(e["resource"]["id"] for e in found["entry"]) == ["p1", "p2"]
    after.close()


def test_the_cards_own_search_parameters_find(settings: Callable[..., Settings]) -> None:
    house = House(settings(database_url="sqlite:///record.db"))
    fetus_of = "https://hit-maternity.example/fhir/StructureDefinition/fetus-of"
    fetus = {"resourceType": "Patient", "id": "f1", "extension": [{"url": fetus_of, "valueReference": {"reference": "Patient/p1"}}]}
    assert call(house, "PUT", "Patient/p1", WOMAN)[0] == 201
    assert call(house, "PUT", "Patient/f1", fetus)[0] == 201
    found = call(house, "GET", "Patient?fetus-of=Patient/p1")[1]
    assert [e["resource"]["id"] for e in found["entry"]] == ["f1"]
    codes = {p["name"] for r in call(house, "GET", "metadata")[1]["rest"][0]["resource"] for p in r["searchParam"]}
    assert {"fetus-of", "fetal-status", "episode-of-care", "time-point", "valid-term", "end-reason"} <= codes
    house.close()


def test_a_folder_that_is_named_must_be_there(settings: Callable[..., Settings]) -> None:
    with pytest.raises(FhirError) as raised:
        knowledge(settings(packages="nowhere"))
    assert [i.rule for i in raised.value.issues] == ["packages-folder-missing"]


def test_what_is_done_without_is_logged_at_the_start(
    settings: Callable[..., Settings], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    package_folder(settings()).add([pack(tmp_path, "a.top", z_base="1.0.0")], SystemClock().now(), ["z.base"])
    knowledge(settings())
    assert "a.top 1.0.0 does without z.base 1.0.0" in caplog.text


def test_our_own_package_would_be_taken_if_it_were_not_ours() -> None:
    from hit_maternity.fhir.definitions import Definitions
    from hit_maternity.fhir.packages import read_file
    from hit_maternity.fhir.packages.verification import Verifier

    own = read_file(own_package())
    assert own.sha256 == read_file(own_package(), ours=True).sha256
    assert own.heads == read_file(own_package(), ours=True).heads
    assert Verifier(Definitions.with_packages([own])).faults(own) == []


# ---------------------------------------------------------------- required profiles


def test_a_resource_must_claim_a_profile_that_is_required(settings: Callable[..., Settings]) -> None:
    asked = f"Patient={CARD}Patient-mother|{CARD}Patient-fetus"
    house = House(settings(database_url="sqlite:///record.db", required_profiles=asked))
    status, outcome = call(house, "PUT", "Patient/p1", WOMAN)
    assert status == 422
    issue = next(i for i in outcome["issue"] if i["severity"] == "error")
    assert issue["details"]["coding"][0]["code"] == "profile-required"
    assert f"{CARD}Patient-mother" in issue["details"]["text"] and f"{CARD}Patient-fetus" in issue["details"]["text"]
    assert issue["expression"] == ["Patient"]
    assert call(house, "GET", "Patient/p1")[0] == 404
    other = {**WOMAN, "meta": {"profile": ["https://example.org/other"]}}
    assert call(house, "PUT", "Patient/p1", other)[0] == 422
    organization = {"resourceType": "Organization", "id": "o1", "name": "Testby"}
    assert call(house, "PUT", "Organization/o1", organization)[0] == 201
    entry = {"resource": WOMAN, "request": {"method": "PUT", "url": "Patient/p1"}}
    transaction = {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}
    status, outcome = call(house, "POST", "", transaction)
    assert status == 422 and outcome["issue"][0]["expression"][0].startswith("Bundle.entry[0]")
    house.close()


def test_what_is_claimed_must_be_met_too(settings: Callable[..., Settings]) -> None:
    known = knowledge(settings(required_profiles=f"Patient={CARD}Patient-mother|0.1.0"))
    claiming = {**WOMAN, "meta": {"profile": [f"{CARD}Patient-mother|0.1.0"]}}
    rules = {i.rule for i in known.validator.validate(claiming) if i.severity == "error"}
    assert "profile-required" not in rules
    assert rules


def test_the_pregnancies_are_taken_where_the_profiles_of_the_card_are_required(settings: Callable[..., Settings]) -> None:
    from hit_maternity.testbed.people import pregnancies

    validator = knowledge(settings(required_profiles="card")).validator
    for pregnancy in pregnancies()[:2]:
        for resource in pregnancy.resources():
            assert [i for i in validator.validate(resource) if i.rule == "profile-required"] == []
    bare = {"resourceType": "Observation", "status": "final", "code": {"text": "x"}}
    assert "profile-required" in [i.rule for i in validator.validate(bare)]


@pytest.mark.parametrize("given", ["Patient", "Patient=", "Patient=a", "=https://example.org/a", "karte"])
def test_required_profiles_that_can_not_be_read_are_told(settings: Callable[..., Settings], given: str) -> None:
    with pytest.raises(SettingsError, match="HIT_REQUIRED_PROFILES: give `card`, or profiles by type"):
        settings(required_profiles=given)


@pytest.mark.parametrize(
    "given", ["Banana=https://example.org/a", "Patient=https://example.org/none", f"Patient={CARD}Encounter-antenatal"]
)
def test_required_profiles_that_are_not_loaded_are_told(settings: Callable[..., Settings], given: str) -> None:
    with pytest.raises(FhirError) as raised:
        knowledge(settings(required_profiles=given))
    assert {i.rule for i in raised.value.issues} == {"required-profile-unknown"}
