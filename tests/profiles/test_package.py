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

from hit_maternity.fhir.definitions.builder import PACKAGE_SHA256

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


def test_every_path_of_the_package_stays_in_its_folder(files: dict[str, bytes]) -> None:
    assert all(name.startswith("package/") and name.count("/") == 1 and ".." not in name for name in files)


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
    assert {f"package/{f['filename']}" for f in index["files"]} == files.keys() - {"package/package.json", "package/.index.json"}
    for entry in index["files"]:
        resource = json.loads(files[f"package/{entry['filename']}"])
        told = {key: value for key, value in entry.items() if key != "filename"}
        assert told == {key: resource[key] for key in told}, entry["filename"]
        assert told["resourceType"] == resource["resourceType"]


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


def test_the_check_fails_where_a_page_was_edited(build: ModuleType, tmp_path: Path) -> None:
    shutil.copytree(build.PROFILES, tmp_path / "profiles", ignore=shutil.ignore_patterns("__pycache__", "input"))
    shutil.copytree(build.ROOT / "docs", tmp_path / "docs")
    page = tmp_path / "docs" / "mapping.md"
    page.write_text(page.read_text(encoding="utf-8") + "edited\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(tmp_path / "profiles" / "build.py"), "--check"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={"PATH": str(tmp_path), "PYTHONUTF8": "1", "SYSTEMROOT": "C:\\Windows"},
    )
    assert done.returncode == 1
    assert "docs/mapping.md" in done.stdout


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
