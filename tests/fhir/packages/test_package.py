"""A package read: its manifest, its definitions, and what is wrong with either."""

from __future__ import annotations

import json
from types import ModuleType
from typing import Any

import pytest

from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.packages import read


def manifest(making: ModuleType, content: Any) -> bytes:
    data: bytes = making.tar_of([("package/package.json", content if isinstance(content, bytes) else json.dumps(content).encode())])
    return data


def test_a_package_is_a_source_of_definitions(making: ModuleType) -> None:
    found = read(making.package("a.b", "1.2.0", resources=[making.profile("Woman"), making.parameter()]), "x.tgz")
    assert (found.manifest.name, found.manifest.version, len(found.sha256)) == ("a.b", "1.2.0", 64)
    assert [e["url"] for e in found.entries("StructureDefinition")] == [f"{making.URL}/StructureDefinition/Woman"]
    known = Definitions.with_packages([found])
    assert known.find("StructureDefinition", f"{making.URL}/StructureDefinition/Woman|1.0") is not None
    assert f"{making.URL}/SearchParameter/Patient-shoe-size" in {p["url"] for p in known.search_parameters()}


def test_examples_and_other_folders_are_no_definitions(making: ModuleType) -> None:
    woman = json.dumps(making.profile()).encode()
    files = [(f"package/{place}/StructureDefinition-Woman.json", woman) for place in ("example", "other", "xml")]
    files += [("package/.index.json", b"[not json"), ("package/readme.md", b"#"), ("other.json", b"{")]
    found = read(making.package(files=files), "x.tgz")
    assert found.files == {}


def test_json_that_is_no_resource_is_let_lie(making: ModuleType) -> None:
    assert read(making.package(files=[("package/spec.json", b'{"a": 1}')]), "x.tgz").files == {}


def test_a_definition_without_a_snapshot_keeps_its_differential(making: ModuleType) -> None:
    found = read(making.package(resources=[making.profile()]), "x.tgz").find(
        "StructureDefinition", f"{making.URL}/StructureDefinition/Woman"
    )
    assert found is not None and found["differential"]["element"]


def test_a_package_can_not_add_a_type_to_fhir(making: ModuleType) -> None:
    url = "http://hl7.org/fhir/StructureDefinition/Banana"
    banana = making.profile("Banana", url=url, type="Banana", derivation="specialization")
    known = Definitions.with_packages([read(making.package(resources=[banana]), "x.tgz")])
    assert "Banana" not in known.resource_types
    assert known.type("Banana") is None


def test_without_a_manifest_it_is_no_package(making: ModuleType) -> None:
    assert making.rules_of(lambda: read(making.tar_of([("package/a.json", b"{}")]), "x.tgz")) == ["package-manifest-missing"]


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'"text"', b"[]", b"null"])
def test_a_manifest_that_is_no_object_is_refused(making: ModuleType, content: bytes) -> None:
    assert making.rules_of(lambda: read(manifest(making, content), "x.tgz")) == ["package-manifest-malformed"]


def test_every_fault_of_a_manifest_is_told(making: ModuleType) -> None:
    content = {"name": "../etc", "version": 1, "dependencies": ["a"]}
    rules = making.rules_of(lambda: read(manifest(making, content), "x.tgz"))
    assert rules == ["package-name", "package-version", "package-dependencies"]


@pytest.mark.parametrize("name", ["", "one", "a/b", "a.b/../../c", "a..b", ".a.b", "a.b.", "a.b c", "@scope/a.b", "a." + "b" * 200, None])
def test_a_name_that_could_not_be_a_file_is_refused(making: ModuleType, name: Any) -> None:
    assert making.rules_of(lambda: read(manifest(making, {"name": name, "version": "1.0.0"}), "x.tgz")) == ["package-name"]


@pytest.mark.parametrize("version", ["", "1/0", "../1", "1 0", "-1", "1" * 70, 1.0])
def test_a_version_that_is_none_is_refused(making: ModuleType, version: Any) -> None:
    assert making.rules_of(lambda: read(manifest(making, {"name": "a.b", "version": version}), "x.tgz")) == ["package-version"]


@pytest.mark.parametrize("fhir", [["5.0.0"], ["3.0.2"], ["4.3.0"], ["4.1.0"], [], "4.0.1", {"a": 1}])
def test_a_package_for_another_version_of_fhir_is_refused(making: ModuleType, fhir: Any) -> None:
    content = {"name": "a.b", "version": "1.0.0", "fhirVersions": fhir or ["x"]}
    assert making.rules_of(lambda: read(manifest(making, content), "x.tgz")) == ["package-fhir-version"]


@pytest.mark.parametrize(
    "content",
    [
        {"fhirVersions": ["4.0.1"]},
        {"fhirVersions": ["4.0.0"]},
        {"fhirVersions": ["5.0.0", "4.0.1"]},
        {"fhir-version-list": ["4.0.1"]},
        {"dependencies": {"hl7.fhir.r4.core": "4.0.1"}},
        {"dependencies": {"hl7.fhir.r4.core": "4.0.x"}},
    ],
)
def test_a_package_says_in_several_ways_that_it_is_for_r4(making: ModuleType, content: dict[str, Any]) -> None:
    assert read(manifest(making, {"name": "a.b", "version": "1.0.0", **content}), "x.tgz").manifest.label == "a.b 1.0.0"


def test_without_any_word_on_fhir_it_is_refused(making: ModuleType) -> None:
    fault = making.refused(lambda: read(manifest(making, {"name": "a.b", "version": "1.0.0"}), "x.tgz"))
    assert fault.issues[0].rule == "package-fhir-version" and "does not say" in fault.issues[0].text


@pytest.mark.parametrize("content", [b"{", b'{"resourceType": "ValueSet"', b"[1]", b"\xff", b""])
def test_broken_json_is_refused_with_the_name_of_the_file(making: ModuleType, content: bytes) -> None:
    fault = making.refused(lambda: read(making.package(files=[("package/ValueSet-a.json", content)]), "x.tgz"))
    assert [i.rule for i in fault.issues] == ["package-resource-malformed"]
    assert "package/ValueSet-a.json" in fault.issues[0].text


def test_one_canonical_with_two_contents_is_refused(making: ModuleType) -> None:
    first, second = making.profile(), making.profile(title="Other")
    second["id"] = "Woman2"
    assert making.rules_of(lambda: read(making.package(resources=[first, second]), "x.tgz")) == ["package-canonical-duplicate"]


def test_one_definition_in_two_files_is_let_pass(making: ModuleType) -> None:
    woman = making.profile()
    found = read(making.package(resources=[woman], files=[("package/again.json", json.dumps(woman).encode())]), "x.tgz")
    assert found.find("StructureDefinition", woman["url"]) is not None
