"""The compiled profiles, what reads them, and one small instance of each."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import tarfile
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from hit_maternity.fhir import json as fhir_json
from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.definitions.loader import ARTEFACT, Artefact
from hit_maternity.fhir.outcome import Issue
from hit_maternity.fhir.terminology import LoadedTerminology
from hit_maternity.fhir.validation import Validator

ROOT = Path(__file__).resolve().parents[2]
PROFILES = ROOT / "profiles"
INSTANCES = Path(__file__).with_name("instances.json")
PROFILE = "https://hit-maternity.example/fhir/StructureDefinition/no-domain-Maternity-"

Resource = dict[str, Any]


class Listed:
    """Definitions at hand as a source for ``Definitions``."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self._resources = list(resources)
        self._by_url = {(r["resourceType"], r.get("url")): r for r in self._resources}

    def find(self, kind: str, url: str) -> Resource | None:
        return self._by_url.get((kind, url))

    def entries(self, kind: str) -> list[Resource]:
        return [r for r in self._resources if r["resourceType"] == kind]

    def search_parameters(self) -> list[Resource]:
        return self.entries("SearchParameter")


def module(name: str) -> ModuleType:
    """A script of profiles/ as a module."""
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, PROFILES / f"{name}.py")
        assert spec and spec.loader
        loaded = importlib.util.module_from_spec(spec)
        sys.modules[name] = loaded
        spec.loader.exec_module(loaded)
    return sys.modules[name]


@pytest.fixture(scope="session")
def card_tables() -> ModuleType:
    return module("card_tables")


@pytest.fixture(scope="session")
def build(card_tables: ModuleType) -> ModuleType:
    module("fetching")
    module("example_files")
    module("losses")
    return module("build")


@pytest.fixture(scope="session")
def compiled() -> dict[str, Resource]:
    """File name to definition."""
    return {path.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted((PROFILES / "compiled").glob("*.json"))}


@pytest.fixture(scope="session")
def definitions(compiled: dict[str, Resource]) -> Definitions:
    """FHIR's definitions and ours."""
    return Definitions([Artefact(ARTEFACT), Listed(compiled.values())])


@pytest.fixture(scope="session")
def terminology(definitions: Definitions) -> LoadedTerminology:
    return LoadedTerminology(definitions)


@pytest.fixture(scope="session")
def validator(definitions: Definitions, terminology: LoadedTerminology) -> Validator:
    return Validator(definitions, terminology)


@pytest.fixture(scope="session")
def norwegian(compiled: dict[str, Resource]) -> Validator:
    """A validator that knows the Norwegian packages too."""
    folder = Path(os.environ.get("HIT_TEST_DATA", ROOT.parent / "shared" / "data")) / "packages"
    if not folder.is_dir():
        pytest.skip(f"the Norwegian packages are not there: {folder}")
    others = []
    for path in sorted(folder.glob("*.tgz")):
        with tarfile.open(path) as tar:
            for member in tar.getmembers():
                handle = tar.extractfile(member)
                resource = json.loads(handle.read()) if handle and member.name.endswith(".json") else {}
                if resource.get("resourceType"):
                    others.append(resource)
    known = Definitions([Artefact(ARTEFACT), Listed(compiled.values()), Listed(others)])
    return Validator(known, LoadedTerminology(known))


@pytest.fixture
def instance() -> Callable[[str], Resource]:
    """A small valid instance of a profile, by what follows ``no-domain-Maternity-``; a new one at each call."""
    listed: dict[str, Resource] = fhir_json.decode(INSTANCES.read_bytes())
    return lambda qualifier: fhir_json.copy(listed[qualifier])


@pytest.fixture(scope="session")
def told(validator: Validator) -> Callable[[str, Resource], list[Issue]]:
    """What is wrong with a resource by a profile: errors only."""

    def check(qualifier: str, resource: Resource) -> list[Issue]:
        return [i for i in validator.validate(resource, profiles=[PROFILE + qualifier]) if i.severity in ("error", "fatal")]

    return check
