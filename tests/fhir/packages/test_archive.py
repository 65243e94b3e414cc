"""What a package's file may not be: everything that could do harm or can't be read, refused with its own words."""

from __future__ import annotations

import gzip
import io
import random
import tarfile
from types import ModuleType

import pytest

from hit_maternity.fhir.packages import read
from hit_maternity.fhir.packages.archive import Limits, members


def every(name: str) -> bool:
    return True


@pytest.mark.parametrize(
    "name", ["../evil.json", "package/../../evil.json", "/etc/evil.json", "package\\..\\evil.json", "C:/evil.json", "package/a\nb.json"]
)
def test_a_member_that_leaves_the_folder_is_refused(making: ModuleType, name: str) -> None:
    fault = making.refused(lambda: read(making.package(files=[(name, b"{}")]), "evil.tgz"))
    assert [i.rule for i in fault.issues] == ["package-member-path"]
    assert "evil.tgz" in fault.issues[0].text and "\n" not in fault.issues[0].text


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_a_link_or_a_device_is_refused(making: ModuleType, kind: bytes) -> None:
    info = tarfile.TarInfo("package/StructureDefinition-x.json")
    info.type, info.linkname = kind, "/etc/passwd"
    assert making.rules_of(lambda: read(making.package(files=[(info, b"")]), "x.tgz")) == ["package-member-kind"]


def test_a_sparse_file_is_refused_without_being_filled(making: ModuleType) -> None:
    info = tarfile.TarInfo("package/x.json")
    info.pax_headers = {"GNU.sparse.major": "0", "GNU.sparse.minor": "1", "GNU.sparse.map": "0,1", "GNU.sparse.size": str(1 << 40)}
    assert making.rules_of(lambda: read(making.package(files=[(info, b"x")]), "x.tgz")) == ["package-member-kind"]


def test_a_member_that_is_there_twice_is_refused(making: ModuleType) -> None:
    twice = [("package/ValueSet-a.json", b"{}"), ("./package/ValueSet-a.json", b"{}")]
    assert making.rules_of(lambda: read(making.package(files=twice), "x.tgz")) == ["package-member-duplicate"]


def test_all_bad_members_are_told_together_and_many_are_counted(making: ModuleType) -> None:
    bad = [(f"../{n}.json", b"") for n in range(14)]
    fault = making.refused(lambda: read(making.package(files=bad), "x.tgz"))
    assert len(fault.issues) == 11
    assert "4 more members" in fault.issues[-1].text


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"\x1f", b"{}"])
def test_what_is_not_gzip_is_refused(making: ModuleType, data: bytes) -> None:
    assert making.rules_of(lambda: read(data, "x.tgz")) == ["package-not-gzip"]


@pytest.mark.parametrize("inside", [b"no tar at all", b"x" * 2048])
def test_gzip_without_a_tar_is_refused(making: ModuleType, inside: bytes) -> None:
    assert making.rules_of(lambda: read(gzip.compress(inside), "x.tgz")) == ["package-not-tar"]


def test_a_tar_whose_middle_is_damaged_is_not_taken_for_a_shorter_one(making: ModuleType) -> None:
    whole = bytearray(gzip.decompress(making.package(resources=[making.profile("A"), making.profile("B")])))
    place = whole.index(b"package/StructureDefinition-B.json")
    whole[place : place + 4] = b"spam"  # the header's checksum is wrong now
    assert making.rules_of(lambda: read(gzip.compress(bytes(whole)), "x.tgz")) == ["package-not-tar"]


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.999])
def test_a_file_that_is_cut_off_is_refused(making: ModuleType, share: float) -> None:
    noise = random.Random(1).randbytes(4000)
    data = making.package(resources=[making.profile()], files=[("package/other/noise.bin", noise)])
    assert making.rules_of(lambda: read(data[: int(len(data) * share)], "x.tgz"))[0] in ("package-damaged", "package-not-tar")


def test_a_wrong_checksum_is_refused(making: ModuleType) -> None:
    data = bytearray(making.package())
    data[-8] ^= 1
    assert making.rules_of(lambda: read(bytes(data), "x.tgz")) == ["package-damaged"]


def test_a_bomb_is_refused_before_it_is_unpacked(making: ModuleType) -> None:
    data = making.package(files=[("package/other/zeros", bytes(40 << 20))])
    assert making.rules_of(lambda: read(data, "x.tgz")) == ["package-bomb"]


def test_a_bomb_behind_the_end_of_the_tar_is_refused(making: ModuleType) -> None:
    data = making.package() + gzip.compress(bytes(40 << 20))
    assert making.rules_of(lambda: read(data, "x.tgz")) == ["package-bomb"]


@pytest.mark.parametrize(
    ("limits", "rule"),
    [
        (Limits(packed=100), "package-too-large"),
        (Limits(unpacked=5000), "package-too-large"),
        (Limits(members=2), "package-too-many-members"),
    ],
)
def test_what_is_too_large_is_refused(making: ModuleType, limits: Limits, rule: str) -> None:
    data = making.package(resources=[making.profile(name) for name in ("A", "B", "C")])
    assert making.rules_of(lambda: read(data, "x.tgz", limits)) == [rule]


def test_a_gzip_of_several_parts_is_read_whole(making: ModuleType) -> None:
    whole = gzip.decompress(making.package(resources=[making.profile("A"), making.profile("B")]))
    data = gzip.compress(whole[:700]) + gzip.compress(whole[700:])
    assert len(read(data, "x.tgz").files) == 2


def test_long_names_and_dots_in_front_are_read() -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name in ("./package/a.json", "package/" + "b" * 200 + ".json", "package/ø.json"):
            info = tarfile.TarInfo(name)
            info.size = 2
            tar.addfile(info, io.BytesIO(b"{}"))
    found = members(gzip.compress(out.getvalue()), "x.tgz", every)
    assert list(found) == ["package/a.json", "package/" + "b" * 200 + ".json", "package/ø.json"]
    assert set(found.values()) == {b"{}"}


def test_reading_stops_at_the_member_it_is_told_to(making: ModuleType) -> None:
    data = making.tar_of([("package/a.json", b"1"), ("package/example/b.json", b"2"), ("package/c.json", b"3")])
    assert list(members(data, "x.tgz", every, until="package/example/")) == ["package/a.json"]


def test_random_damage_is_always_a_refusal(making: ModuleType) -> None:
    data = making.package(resources=[making.profile()])
    chance = random.Random(7)
    for _ in range(300):
        broken = bytearray(gzip.decompress(data))
        for _ in range(chance.randint(1, 6)):
            broken[chance.randrange(1536)] = chance.randrange(256)
        try:
            read(gzip.compress(bytes(broken)), "x.tgz")
        except Exception as fault:
            assert type(fault).__name__ == "FhirError", repr(fault)
