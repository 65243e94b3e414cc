"""What a dependency may ask of a version."""

from __future__ import annotations

import pytest

from hit_maternity.fhir.packages.versions import Dependency, dependency, is_wanted, satisfies


@pytest.mark.parametrize(
    ("version", "wanted"),
    [
        ("4.0.1", "4.0.1"),
        ("4.0.1", "4.0.x"),
        ("4.0.1", "4.0.*"),
        ("4.0.1", "4.x"),
        ("4.0.1", "4.x.x"),
        ("4.0.1", "4.0"),
        ("4.0.1", "latest"),
        ("4.0.1", "current"),
        ("4.0.1", "current$main"),
        ("4.0.1", "*"),
        ("2.2.4-test", "2.2.4-test"),
        ("2.2.4-test", "2.2.x"),
        ("1.0.0+build", "1.0.0"),
    ],
)
def test_a_version_that_is_asked_for(version: str, wanted: str) -> None:
    assert is_wanted(wanted)
    assert satisfies(version, wanted)


@pytest.mark.parametrize(
    ("version", "wanted"),
    [
        ("4.0.1", "4.0.2"),
        ("4.10.1", "4.1.x"),
        ("4.0.1", "4.0.10"),
        ("14.0.1", "4.0.x"),
        ("4.0.1-ballot", "4.0.1"),
        ("4.0.1", "4.0.1-ballot"),
        ("5.0.0", "4.x"),
    ],
)
def test_a_version_that_is_not(version: str, wanted: str) -> None:
    assert is_wanted(wanted)
    assert not satisfies(version, wanted)


@pytest.mark.parametrize(
    "wanted", ["^1.0.0", "~1.0.0", ">=1.0.0", "1.0.0 - 2.0.0", "1.0.0 || 2.0.0", "https://example.org/a.tgz", "file:x"]
)
def test_ways_of_npm_that_fhir_packages_do_not_have(wanted: str) -> None:
    assert not is_wanted(wanted)
    assert not satisfies("1.0.0", wanted)


@pytest.mark.parametrize(
    ("name", "wanted"), [("old@npm:hl7.fhir.us.core", "3.1.1"), ("old", "npm:hl7.fhir.us.core@3.1.1"), ("hl7.fhir.us.core", "3.1.1")]
)
def test_another_name_for_a_package_is_seen_through(name: str, wanted: str) -> None:
    assert dependency(name, wanted) == Dependency("hl7.fhir.us.core", "3.1.1")
