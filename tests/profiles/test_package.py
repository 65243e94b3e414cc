"""The package: what is committed is what the build gives, and it can be read as a FHIR package."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from hit_maternity.fhir import json as fhir_json
from hit_maternity.fhir.definitions.builder import PACKAGE_SHA256
from hit_maternity.fhir.validation import Validator
from hit_maternity.testbed.people import pregnancies

ROOT = Path(__file__).resolve().parents[2]

Resource = dict[str, Any]


@pytest.fixture
def files(build: ModuleType) -> dict[str, bytes]:
    """Path to bytes of what is in the committed package."""
    with tarfile.open(build.PACKAGE) as tar:
        return {m.name: handle.read() for m in tar.getmembers() if (handle := tar.extractfile(m))}


def test_the_committed_package_holds_what_is_compiled_and_nothing_else(build: ModuleType, files: dict[str, bytes]) -> None:
    assert files == build.members(build.committed())


def test_packing_twice_gives_the_same_bytes(build: ModuleType) -> None:
    compiled = build.committed()
    assert build.compressed(build.archive(compiled)) == build.compressed(build.archive(compiled))
    assert gzip.decompress(build.PACKAGE.read_bytes()) == build.archive(compiled)


def test_nothing_in_the_package_tells_of_the_day_or_the_machine(build: ModuleType) -> None:
    with tarfile.open(build.PACKAGE) as tar:
        for member in tar.getmembers():
            assert (member.mtime, member.uid, member.gid, member.uname, member.gname) == (0, 0, 0, "", ""), member.name
    header = build.PACKAGE.read_bytes()[:10]
    assert header[3] == 0  # no file name
    assert header[4:8] == b"\0\0\0\0"  # no time


def test_every_path_of_the_package_stays_in_its_folders(files: dict[str, bytes]) -> None:
    for name in files:
        folder, _, file = name.rpartition("/")
        assert folder in ("package", "package/example") and file and ".." not in file


def test_the_definitions_stand_before_the_examples(build: ModuleType) -> None:
    with tarfile.open(build.PACKAGE) as tar:
        names = tar.getnames()
    assert names[:2] == ["package/package.json", "package/.index.json"]
    examples = [name.startswith("package/example/") for name in names]
    assert examples == sorted(examples) and any(examples)


def test_the_manifest_names_package_version_and_dependency(files: dict[str, bytes]) -> None:
    manifest = json.loads(files["package/package.json"])
    assert manifest["name"] == "hit.maternity.no"
    assert manifest["version"] == "0.1.0"
    assert manifest["fhirVersions"] == ["4.0.1"]
    assert manifest["license"] == "CC0-1.0"
    assert manifest["dependencies"] == {"hl7.fhir.r4.core": "4.0.1"}


def test_the_index_lists_every_definition(files: dict[str, bytes]) -> None:
    index = json.loads(files["package/.index.json"])
    assert index["index-version"] == 2
    definitions = {name for name in files if name.count("/") == 1}
    assert {f"package/{f['filename']}" for f in index["files"]} == definitions - {"package/package.json", "package/.index.json"}
    for entry in index["files"]:
        resource = json.loads(files[f"package/{entry['filename']}"])
        told = {key: value for key, value in entry.items() if key != "filename"}
        assert told == {key: resource[key] for key in told}, entry["filename"]
        assert told["resourceType"] == resource["resourceType"]


def test_every_pregnancy_is_an_example_whole_and_as_its_single_resources(files: dict[str, bytes]) -> None:
    index = json.loads(files["package/example/.index.json"])
    listed = {f"package/example/{f['filename']}" for f in index["files"]}
    assert listed == {name for name in files if name.startswith("package/example/")} - {"package/example/.index.json"}
    singles = {name: fhir_json.decode(files[name]) for name in listed if not name.startswith("package/example/Bundle-")}
    assert len(listed) - len(singles) == len(pregnancies())
    for pregnancy in pregnancies():
        for resource in pregnancy.resources():
            name = f"package/example/{resource['resourceType']}-{resource['id']}.json"
            assert fhir_json.encode(singles[name]) == fhir_json.encode(resource), name
        bundle = fhir_json.decode(files[f"package/example/Bundle-{pregnancy.name}.json"])
        assert fhir_json.encode({k: v for k, v in bundle.items() if k != "id"}) == fhir_json.encode(pregnancy.bundle())


def test_an_example_can_be_read_one_entry_a_line_and_keeps_its_digits(build: ModuleType) -> None:
    text = (build.PROFILES / "examples" / "normal.json").read_text(encoding="utf-8")
    lines = text.splitlines()
    assert len(lines) == len(fhir_json.decode(text.encode())["entry"]) + 2
    assert '"value":62.60,' in text


@pytest.mark.parametrize("path", sorted((ROOT / "profiles" / "examples").glob("*.json")), ids=lambda path: path.stem)
def test_every_example_that_is_committed_conforms_without_error_or_warning(path: Path, validator: Validator) -> None:
    issues = validator.validate(fhir_json.decode(path.read_bytes()))
    assert [(i.rule, i.expression, i.text) for i in issues if i.severity != "information"] == []


def test_a_file_is_named_by_its_type_and_id(compiled: dict[str, Resource]) -> None:
    assert all(name == f"{r['resourceType']}-{r['id']}.json" for name, r in compiled.items())


def test_what_is_compiled_is_written_as_the_build_writes_it(build: ModuleType) -> None:
    for name, text in build.committed().items():
        assert text == build.written(json.loads(text)), name


def test_a_changed_definition_is_noticed(build: ModuleType) -> None:
    compiled = build.committed()
    assert build.differences(compiled) == []
    name = "ValueSet-time-point.json"
    changed = {**compiled, name: compiled[name].replace("Time point", "Time")}
    assert build.differences(changed) == [f"profiles/compiled/{name}", "profiles/hit.maternity.no-0.1.0.tgz"]
    assert "profiles/compiled/ValueSet-time-point.json" in build.differences({k: v for k, v in compiled.items() if k != name})


def test_the_check_without_node_looks_at_package_and_tables_and_says_so(build: ModuleType, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(build.PROFILES / "build.py"), "--check"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={"PATH": str(tmp_path), "PYTHONUTF8": "1", "SYSTEMROOT": "C:\\Windows"},
    )
    assert done.returncode == 0, done.stderr
    assert "Node isn't there" in done.stdout
    assert "Everything committed is what its source gives." in done.stdout


EDITS = {
    "a page": ("docs/mapping.md", "edited\n"),
    "an example": ("profiles/examples/twins.json", " "),
    "an example of no pregnancy": ("profiles/examples/nobody.json", "{}"),
    "a definition": ("profiles/compiled/ValueSet-time-point.json", " "),
}


@pytest.mark.parametrize(("place", "added"), EDITS.values(), ids=EDITS)
def test_the_check_fails_where_something_was_edited_by_hand_and_names_it(place: str, added: str, build: ModuleType, tmp_path: Path) -> None:
    shutil.copytree(build.PROFILES, tmp_path / "profiles", ignore=shutil.ignore_patterns("__pycache__", "input"))
    shutil.copytree(build.ROOT / "docs", tmp_path / "docs")
    with (tmp_path / place).open("a", encoding="utf-8") as file:
        file.write(added)
    done = subprocess.run(
        [sys.executable, str(tmp_path / "profiles" / "build.py"), "--check"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={"PATH": str(tmp_path), "PYTHONUTF8": "1", "SYSTEMROOT": "C:\\Windows"},
    )
    assert done.returncode == 1
    differing = place if "compiled" not in place else "profiles/hit.maternity.no-0.1.0.tgz"
    assert f"differs from its source: {differing}" in done.stdout


def test_a_changed_source_is_noticed_where_it_can_be_compiled(build: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = {**build.committed(), "ValueSet-new.json": "{}"}
    monkeypatch.setattr(build, "compile_sources", lambda: {**changed})
    monkeypatch.setattr(build.card_tables, "documents", lambda compiled: {})
    assert build.sources(lenient=True) == (changed, "")
    assert "profiles/compiled/ValueSet-new.json" in build.differences(changed)


def test_a_compiler_that_cannot_be_fetched_is_told_by_the_check_and_stops_the_build(
    build: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable() -> dict[str, str]:
        raise build.Unreachable("It could not be fetched (npm)")

    monkeypatch.setattr(build, "compile_sources", unreachable)
    assert build.sources(lenient=True) == (build.committed(), "It could not be fetched (npm)")
    with pytest.raises(build.Stop):
        build.sources(lenient=False)


def test_faults_of_the_sources_stop_the_check_too(build: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty() -> dict[str, str]:
        raise build.Stop("The FSH sources have faults")

    monkeypatch.setattr(build, "compile_sources", faulty)
    assert build.main(["--check"]) == 2


def test_a_package_that_is_packed_in_another_order_is_another_one(build: ModuleType) -> None:
    compiled = build.committed()
    backwards = dict(reversed(list(compiled.items())))
    assert build.archive(backwards) != build.archive(compiled)
    assert list(compiled) == sorted(compiled)


def test_what_is_fetched_is_pinned(build: ModuleType) -> None:
    lock = json.loads((build.PROFILES / "package-lock.json").read_text(encoding="utf-8"))
    assert lock["packages"]["node_modules/fsh-sushi"]["version"] == "3.21.0"
    # What is bundled comes inside of the package that bundles it, whose own hash is there.
    assert all(entry.get("integrity") or entry.get("inBundle") for path, entry in lock["packages"].items() if path)


def test_the_definitions_are_those_that_the_server_is_built_from(build: ModuleType) -> None:
    assert sys.modules["fetching"].CORE_SHA256 == PACKAGE_SHA256
