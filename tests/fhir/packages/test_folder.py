"""A folder of packages: what is added, refused, loaded and removed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from hit_maternity.fhir.packages import Package, PackageFolder
from hit_maternity.fhir.packages import folder as folder_module
from hit_maternity.fhir.packages.folder import LOCK

Put = Callable[..., Path]


def names(folder: PackageFolder) -> list[str]:
    return [p.manifest.name for p in folder.load().packages]


def content(folder: PackageFolder) -> list[str]:
    return sorted(p.name for p in folder.path.iterdir()) if folder.path.is_dir() else []


# ---------------------------------------------------------------- adding


def test_what_is_added_is_recorded_and_loaded(making: ModuleType, folder: PackageFolder, put: Put) -> None:
    [record] = folder.add([put("a.b", "1.0.0", resources=[making.profile()])], making.NOW)
    assert (record.name, record.version, record.file, record.added) == ("a.b", "1.0.0", "a.b-1.0.0.tgz", "2026-03-01T08:00:00Z")
    assert record.dependencies == making.CORE
    assert content(folder) == ["a.b-1.0.0.tgz", LOCK]
    assert json.loads((folder.path / LOCK).read_text())["packages"][0]["sha256"] == record.sha256
    assert names(folder) == ["a.b"]


def test_several_may_depend_on_each_other_and_come_in_their_order(making: ModuleType, folder: PackageFolder, put: Put) -> None:
    top = put("a.top", needs={"z.base": "1.0.x", "our.card": "0.1.0"})
    middle = put("m.middle", needs={"a.top": "latest"})
    folder.add([middle, top, put("z.base")], making.NOW)
    assert names(folder) == ["z.base", "a.top", "m.middle"]


def test_a_package_may_depend_on_one_that_was_added_before(making: ModuleType, folder: PackageFolder, put: Put) -> None:
    folder.add([put("z.base")], making.NOW)
    folder.add([put("a.top", needs={"z.base": "1.0.0"})], making.NOW)
    assert names(folder) == ["z.base", "a.top"]


def test_the_same_again_changes_nothing(making: ModuleType, folder: PackageFolder, put: Put) -> None:
    file = put("a.b")
    folder.add([file, file], making.NOW)
    before = (folder.path / LOCK).read_bytes()
    folder.add([file], making.NOW.replace(year=2027))
    assert (folder.path / LOCK).read_bytes() == before


def test_a_missing_dependency_is_told_with_how_to_get_it(making: ModuleType, folder: PackageFolder, put: Put) -> None:
    fault = making.refused(lambda: folder.add([put("a.top", needs={"z.base": "1.0.x", "y.base": "2.0.0"})], making.NOW))
    assert [i.rule for i in fault.issues] == ["package-dependency-missing"] * 2
    assert "a.top 1.0.0 needs z.base 1.0.x" in fault.issues[0].text
    assert "packages.fhir.org/z.base" in fault.issues[0].text and "--without-dependencies z.base" in fault.issues[0].text
    assert content(folder) == []


def test_a_dependency_that_is_done_without_is_recorded_and_told_at_each_start(making: ModuleType, folder: PackageFolder, put: Put) -> None:
    [record] = folder.add([put("a.top", needs={"z.base": "1.0.x"})], making.NOW, without=["z.base"])
    assert record.without == ("z.base",)
    assert record.remarks == ["a.top 1.0.0 does without z.base 1.0.x: what that defines is unknown."]
    assert folder.load().warnings == tuple(record.remarks)


def test_doing_without_what_nobody_asks_for_is_a_slip(making: ModuleType, folder: PackageFolder, put: Put) -> None:
    assert making.rules_of(lambda: folder.add([put("a.b")], making.NOW, without=["z.bas"])) == ["package-without-unknown"]


@pytest.mark.parametrize(("wanted", "rule"), [("2.0.x", "package-dependency-version"), ("^1.0.0", "package-version-range")])
def test_a_dependency_in_another_version_is_refused(making: ModuleType, folder: PackageFolder, put: Put, wanted: str, rule: str) -> None:
    files = [put("z.base"), put("a.top", needs={"z.base": wanted})]
    assert making.rules_of(lambda: folder.add(files, making.NOW)) == [rule]


def test_a_circle_is_told_with_its_path(making: ModuleType, folder: PackageFolder, put: Put) -> None:
    files = [put("a.a", needs={"b.b": "1.0.0"}), put("b.b", needs={"c.c": "1.0.0"}), put("c.c", needs={"a.a": "1.0.0"})]
    fault = making.refused(lambda: folder.add(files, making.NOW))
    assert [i.rule for i in fault.issues] == ["package-circle"]
    assert "a.a -> b.b -> c.c -> a.a" in fault.issues[0].text
    assert content(folder) == []


def test_a_package_that_needs_itself_is_a_circle(making: ModuleType, folder: PackageFolder, put: Put) -> None:
    assert making.rules_of(lambda: folder.add([put("a.a", needs={"a.a": "1.0.0"})], making.NOW)) == ["package-circle"]


def test_two_versions_of_one_package_are_refused(making: ModuleType, folder: PackageFolder, put: Put) -> None:
    folder.add([put("a.b", "1.0.0")], making.NOW)
    fault = making.refused(lambda: folder.add([put("a.b", "2.0.0")], making.NOW))
    assert [i.rule for i in fault.issues] == ["package-version-conflict"]
    assert "2.0.0" in fault.issues[0].text and "1.0.0" in fault.issues[0].text and "--replace" in fault.issues[0].text


def test_two_versions_in_one_call_are_refused(making: ModuleType, folder: PackageFolder, put: Put, tmp_path: Path) -> None:
    first = put("first", data=making.package("a.b", "1.0.0"))
    second = put("second", data=making.package("a.b", "2.0.0"))
    assert making.rules_of(lambda: folder.add([first, second], making.NOW)) == ["package-version-conflict"]


def test_other_content_under_the_same_version_is_refused(making: ModuleType, folder: PackageFolder, put: Put) -> None:
    folder.add([put("a.b", "1.0.0")], making.NOW)
    changed = put("a.b", "1.0.0", resources=[making.profile()])
    assert making.rules_of(lambda: folder.add([changed], making.NOW)) == ["package-version-conflict"]


def test_a_name_in_other_case_is_the_same_package(making: ModuleType, folder: PackageFolder, put: Put) -> None:
    folder.add([put("a.b")], making.NOW)
    assert making.rules_of(lambda: folder.add([put("A.B")], making.NOW)) == ["package-version-conflict"]


def test_a_new_version_takes_the_place_of_the_old_one_when_told_to(making: ModuleType, folder: PackageFolder, put: Put) -> None:
    folder.add([put("a.b", "1.0.0"), put("a.top", needs={"a.b": "1.x"})], making.NOW)
    folder.add([put("a.b", "1.1.0")], making.NOW, replace=True)
    assert content(folder) == ["a.b-1.1.0.tgz", "a.top-1.0.0.tgz", LOCK]
    assert [p.manifest.label for p in folder.load().packages] == ["a.b 1.1.0", "a.top 1.0.0"]


def test_a_new_version_that_another_package_can_not_use_is_refused(making: ModuleType, folder: PackageFolder, put: Put) -> None:
    folder.add([put("a.b", "1.0.0"), put("a.top", needs={"a.b": "1.x"})], making.NOW)
    assert making.rules_of(lambda: folder.add([put("a.b", "2.0.0")], making.NOW, replace=True)) == ["package-dependency-version"]
    assert names(folder) == ["a.b", "a.top"]


@pytest.mark.parametrize("name", ["hl7.fhir.r4.core", "our.card"])
def test_what_is_built_in_is_not_added(making: ModuleType, folder: PackageFolder, put: Put, name: str) -> None:
    assert making.rules_of(lambda: folder.add([put(name, needs={})], making.NOW)) == ["package-built-in"]


def test_two_packages_that_define_a_canonical_otherwise_are_refused(making: ModuleType, folder: PackageFolder, put: Put) -> None:
    files = [put("a.a", resources=[making.profile("Woman")]), put("b.b", resources=[making.profile("Woman", title="Other")])]
    fault = making.refused(lambda: folder.add(files, making.NOW))
    assert [i.rule for i in fault.issues] == ["package-canonical-conflict"]
    for word in ("a.a 1.0.0", "b.b 1.0.0", f"{making.URL}/StructureDefinition/Woman"):
        assert word in fault.issues[0].text


def test_nor_may_one_redefine_what_is_built_in(making: ModuleType, folder: PackageFolder, put: Put) -> None:
    file = put("a.a", resources=[making.profile("Ours", title="Not ours")])
    assert making.rules_of(lambda: folder.add([file], making.NOW)) == ["package-canonical-conflict"]


def test_two_packages_may_define_a_canonical_alike(making: ModuleType, folder: PackageFolder, put: Put) -> None:
    folder.add([put("a.a", resources=[making.profile()]), put("b.b", resources=[making.profile()])], making.NOW)
    assert names(folder) == ["a.a", "b.b"]


def test_what_fhir_defines_stays_and_is_told(making: ModuleType, folder: PackageFolder, put: Put) -> None:
    url = "http://hl7.org/fhir/ValueSet/administrative-gender"
    gender = {
        "resourceType": "ValueSet",
        "id": "administrative-gender",
        "url": url,
        "status": "draft",
        "compose": {"include": [{"system": "x"}]},
    }
    [record] = folder.add([put("a.a", resources=[gender])], making.NOW)
    assert any("otherwise than FHIR R4" in remark and url in remark for remark in record.remarks)


def test_a_file_that_is_not_there_changes_nothing(making: ModuleType, folder: PackageFolder, put: Put, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        folder.add([put("a.b"), tmp_path / "none.tgz"], making.NOW)
    assert content(folder) == []


def test_nothing_is_recorded_where_the_writing_breaks_off(
    making: ModuleType, folder: PackageFolder, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.add([put("a.b")], making.NOW)
    before = (folder.path / LOCK).read_bytes()

    def broken(source: object, target: object) -> None:
        raise OSError(28, "No space left on device", str(target))

    with monkeypatch.context() as patch:
        patch.setattr(folder_module.os, "replace", broken)
        with pytest.raises(OSError, match="No space"):
            folder.add([put("c.d")], making.NOW)
    assert (folder.path / LOCK).read_bytes() == before
    assert names(folder) == ["a.b"]
    folder.add([put("c.d")], making.NOW)
    assert names(folder) == ["a.b", "c.d"]


def test_only_one_process_changes_the_folder(making: ModuleType, folder: PackageFolder, put: Put) -> None:
    folder.add([put("a.b")], making.NOW)
    (folder.path / f"{LOCK}.new").touch()
    assert making.rules_of(lambda: folder.add([put("c.d")], making.NOW)) == ["package-folder-busy"]
    assert making.rules_of(lambda: folder.remove(["a.b"])) == ["package-folder-busy"]
    assert names(folder) == ["a.b"]


# ---------------------------------------------------------------- loading


def test_an_empty_or_missing_folder_has_no_packages(folder: PackageFolder) -> None:
    assert folder.load().packages == ()
    assert folder.records() == []


def test_a_file_that_changed_since_it_was_added_is_refused(making: ModuleType, folder: PackageFolder, put: Put) -> None:
    folder.add([put("a.b"), put("c.d")], making.NOW)
    (folder.path / "a.b-1.0.0.tgz").write_bytes(making.package("a.b", resources=[making.profile()]))
    (folder.path / "c.d-1.0.0.tgz").write_bytes(b"no package")
    fault = making.refused(folder.load)
    assert [i.rule for i in fault.issues] == ["package-hash-changed"] * 2
    assert "sha256 has changed" in fault.issues[0].text


def test_a_file_that_is_gone_is_refused(making: ModuleType, folder: PackageFolder, put: Put) -> None:
    folder.add([put("a.b")], making.NOW)
    (folder.path / "a.b-1.0.0.tgz").unlink()
    fault = making.refused(folder.load)
    assert [i.rule for i in fault.issues] == ["package-file-missing"]
    assert "packages remove a.b" in fault.issues[0].text
    folder.remove(["a.b"])
    assert names(folder) == []


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"format": 2, "packages": []}', '{"format": 1}', '{"format": 1, "packages": [{"name": 1}]}'],
)
def test_a_record_that_can_not_be_read_is_refused(making: ModuleType, folder: PackageFolder, text: str) -> None:
    folder.path.mkdir()
    (folder.path / LOCK).write_text(text)
    assert making.rules_of(folder.load) == ["package-lock-malformed"]


def test_a_record_that_names_a_file_elsewhere_is_refused(making: ModuleType, folder: PackageFolder, put: Put) -> None:
    folder.add([put("a.b")], making.NOW)
    lock = folder.path / LOCK
    lock.write_text(lock.read_text().replace("a.b-1.0.0.tgz", "../a.b.tgz"))
    assert making.rules_of(folder.load) == ["package-lock-malformed"]


def test_a_package_put_there_by_hand_is_checked_at_each_start_and_told(making: ModuleType, folder: PackageFolder) -> None:
    folder.path.mkdir()
    (folder.path / "dropped.tgz").write_bytes(making.package("a.b", resources=[making.profile()]))
    loaded = folder.load()
    assert [p.manifest.name for p in loaded.packages] == ["a.b"]
    assert "not recorded" in loaded.warnings[0]
    assert content(folder) == ["dropped.tgz"]
    (folder.path / "broken.tgz").write_bytes(making.package("c.d", resources=[making.profile("X", elements=[making.rule("nonsense(")])]))
    assert making.rules_of(folder.load) == ["package-invariant"]


def test_a_copy_put_there_by_hand_is_the_same_package(making: ModuleType, folder: PackageFolder, put: Put) -> None:
    file = put("a.b")
    folder.add([file], making.NOW)
    (folder.path / "copy.tgz").write_bytes(file.read_bytes())
    assert names(folder) == ["a.b"]


def test_another_version_put_there_by_hand_is_refused(making: ModuleType, folder: PackageFolder, put: Put) -> None:
    folder.add([put("a.b", "1.0.0")], making.NOW)
    (folder.path / "other.tgz").write_bytes(making.package("a.b", "2.0.0"))
    assert making.rules_of(folder.load) == ["package-version-conflict"]


def test_what_was_checked_is_not_checked_again(
    making: ModuleType, folder: PackageFolder, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.add([put("z.base", resources=[making.profile()]), put("a.top", needs={"z.base": "1.0.0"})], making.NOW)
    monkeypatch.setattr(folder_module, "Verifier", None)
    assert names(folder) == ["z.base", "a.top"]


def test_another_program_checks_again_and_remembers_it(making: ModuleType, ours: Package, folder: PackageFolder, put: Put) -> None:
    folder.add([put("a.b")], making.NOW)
    before = folder.records()[0]
    newer = PackageFolder(folder.path, [ours], "program 2")
    assert names(newer) == ["a.b"]
    after = newer.records()[0]
    assert after.checked != before.checked
    assert (after.sha256, after.added) == (before.sha256, before.added)


# ---------------------------------------------------------------- removing


def test_what_is_removed_is_gone(making: ModuleType, folder: PackageFolder, put: Put) -> None:
    folder.add([put("a.b"), put("c.d")], making.NOW)
    assert [r.name for r in folder.remove(["a.b"])] == ["a.b"]
    assert content(folder) == ["c.d-1.0.0.tgz", LOCK]


def test_what_another_needs_is_not_removed_alone(making: ModuleType, folder: PackageFolder, put: Put) -> None:
    folder.add([put("z.base"), put("a.top", needs={"z.base": "1.0.0"})], making.NOW)
    fault = making.refused(lambda: folder.remove(["z.base", "x.unknown"]))
    assert [i.rule for i in fault.issues] == ["package-unknown", "package-needed"]
    assert "a.top 1.0.0 needs z.base" in fault.issues[1].text
    assert names(folder) == ["z.base", "a.top"]
    folder.remove(["z.base", "a.top"])
    assert content(folder) == [LOCK]
