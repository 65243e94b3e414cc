"""A validator over FHIR R4 alone, and what a test asks of it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.definitions.loader import ARTEFACT, Artefact
from hit_maternity.fhir.outcome import Issue
from hit_maternity.fhir.terminology import LoadedTerminology
from hit_maternity.fhir.validation import Validator


@pytest.fixture(scope="session")
def definitions() -> Definitions:
    return Definitions.r4()


@pytest.fixture(scope="session")
def validator(definitions: Definitions) -> Validator:
    return Validator(definitions, LoadedTerminology(definitions))


class Beside:
    """Definitions that stand beside those of R4."""

    def __init__(self, resources: Sequence[dict[str, Any]]) -> None:
        self._resources = {(r["resourceType"], r.get("url", "")): r for r in resources}

    def find(self, kind: str, url: str) -> dict[str, Any] | None:
        return self._resources.get((kind, url))

    def entries(self, kind: str) -> list[dict[str, Any]]:
        return [r for (k, _), r in self._resources.items() if k == kind]

    def search_parameters(self) -> list[dict[str, Any]]:
        return []


@pytest.fixture(scope="session")
def validator_with() -> Callable[..., Validator]:
    """Makes a validator that also knows these definitions."""
    core = Artefact(ARTEFACT)

    def make(*resources: dict[str, Any]) -> Validator:
        both = Definitions([core, Beside(resources)])
        return Validator(both, LoadedTerminology(both))

    return make


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of data made by others; a test that needs it is skipped where it is not there."""
    default = Path(__file__).parents[4] / "shared" / "data"
    folder = Path(os.environ.get("HIT_TEST_DATA", default))
    if not folder.is_dir():
        pytest.skip("the folder of example data is absent: set HIT_TEST_DATA to it")
    return folder


@pytest.fixture(scope="session")
def instances() -> dict[str, dict[str, Any]]:
    """One valid resource of each of a dozen types."""
    made: list[dict[str, Any]] = json.loads(Path(__file__).with_name("instances.json").read_text(encoding="utf-8"))
    return {r["resourceType"]: r for r in made}


def told(issues: Iterable[Issue], *severities: str) -> list[tuple[str, str | None]]:
    """(rule, expression) of each issue of these severities, by default the errors."""
    return [(i.rule, i.expression) for i in issues if i.severity in (severities or ("error", "fatal"))]


@pytest.fixture(scope="session")
def errors(validator: Validator) -> Callable[[Any], list[tuple[str, str | None]]]:
    """(rule, expression) of each error in a value."""
    return lambda value: told(validator.validate(value))


@pytest.fixture(scope="session")
def warnings(validator: Validator) -> Callable[[Any], list[tuple[str, str | None]]]:
    """(rule, expression) of each warning in a value, but for the one that asks for a narrative."""
    return lambda value: [w for w in told(validator.validate(value), "warning") if w[0] != "inv:dom-6"]


@pytest.fixture(scope="session")
def patient() -> Callable[..., dict[str, Any]]:
    """A Patient of nothing but what is passed."""
    return lambda **more: {"resourceType": "Patient", **more}


@pytest.fixture(scope="session")
def observation() -> Callable[..., dict[str, Any]]:
    """A valid Observation with what is passed."""
    return lambda **more: {"resourceType": "Observation", "status": "final", "code": {"text": "Fundal height"}, **more}


@pytest.fixture(scope="session", name="told")
def told_by() -> Callable[..., list[tuple[str, str | None]]]:
    """(rule, expression) of each error that a validator finds by these profiles."""

    def find(validator: Validator, value: Any, *profiles: str, **more: Any) -> list[tuple[str, str | None]]:
        return told(validator.validate(value, profiles=profiles, **more))

    return find


@pytest.fixture(scope="session")
def profile() -> Callable[..., dict[str, Any]]:
    """Makes a profile by its differential; an element's id is its path where none is given."""

    def make(name: str, type: str, *elements: dict[str, Any], base: str | None = None, **more: Any) -> dict[str, Any]:
        return {
            "resourceType": "StructureDefinition",
            "url": f"http://x.test/StructureDefinition/{name}",
            "name": name,
            "type": type,
            "derivation": "constraint",
            "kind": "resource",
            "baseDefinition": base or f"http://hl7.org/fhir/StructureDefinition/{type}",
            "differential": {"element": [{"id": e["path"], **e} for e in elements]},
            **more,
        }

    return make


@pytest.fixture(scope="session")
def rule() -> Callable[[str, str], dict[str, Any]]:
    """Makes a constraint of severity error, to be put into an element."""
    return lambda key, expression: {"constraint": [{"key": key, "severity": "error", "human": "h", "expression": expression}]}
