"""The pregnancies as resources, made once, and validators to hold against them."""

from __future__ import annotations

import json
import os
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.definitions.loader import ARTEFACT, Artefact
from hit_maternity.fhir.terminology import LoadedTerminology
from hit_maternity.fhir.validation import Validator
from hit_maternity.testbed.people import Pregnancy, pregnancies

ROOT = Path(__file__).resolve().parents[3]
Resource = dict[str, Any]


@pytest.fixture(scope="session")
def told() -> dict[str, list[Resource]]:
    """Every pregnancy's resources by its name; not to be changed."""
    return {p.name: p.resources() for p in pregnancies()}


@pytest.fixture(scope="session", params=[p.name for p in pregnancies()])
def pregnancy(request: pytest.FixtureRequest) -> Pregnancy:
    """Each pregnancy in turn."""
    return next(p for p in pregnancies() if p.name == request.param)


@pytest.fixture(scope="session")
def resources(pregnancy: Pregnancy, told: dict[str, list[Resource]]) -> list[Resource]:
    """The resources of each pregnancy in turn; not to be changed."""
    return told[pregnancy.name]


class Beside:
    """Definitions that stand beside those of R4."""

    def __init__(self, resources: Sequence[Resource]) -> None:
        self._resources = {(r["resourceType"], r.get("url", "")): r for r in resources}

    def find(self, kind: str, url: str) -> Resource | None:
        return self._resources.get((kind, url))

    def entries(self, kind: str) -> list[Resource]:
        return [r for (k, _), r in self._resources.items() if k == kind]

    def search_parameters(self) -> list[Resource]:
        return []


def validator_with(resources: Sequence[Resource]) -> Validator:
    definitions = Definitions([Artefact(ARTEFACT), Beside(resources)])
    return Validator(definitions, LoadedTerminology(definitions))


@pytest.fixture(scope="session")
def base_validator() -> Validator:
    """FHIR R4 alone."""
    definitions = Definitions.r4()
    return Validator(definitions, LoadedTerminology(definitions))


@pytest.fixture(scope="session")
def own_definitions() -> list[Resource]:
    """The project's compiled profiles, value sets and code systems."""
    files = sorted((ROOT / "profiles" / "compiled").glob("*.json"))
    if not files:
        pytest.skip("the profiles have not been compiled: python profiles/build.py")
    found = (json.loads(path.read_text(encoding="utf-8")) for path in files)
    return [r for r in found if "resourceType" in r]


@pytest.fixture(scope="session")
def own_validator(own_definitions: list[Resource]) -> Validator:
    """FHIR R4 and the project's profiles."""
    return validator_with(own_definitions)


@pytest.fixture(scope="session")
def norwegian_validator() -> Validator:
    """FHIR R4 and the packages of HL7 Norway."""
    folder = Path(os.environ.get("HIT_TEST_DATA", ROOT.parent / "shared" / "data")) / "packages"
    if not folder.is_dir():
        pytest.skip("the Norwegian packages are absent: set HIT_TEST_DATA to the folder of example data")
    found = []
    for package in sorted(folder.glob("*.tgz")):
        with tarfile.open(package) as archive:
            for member in archive.getmembers():
                content = archive.extractfile(member) if member.name.endswith(".json") else None
                if content is not None:
                    found.append(json.load(content))
    return validator_with([r for r in found if "resourceType" in r])
