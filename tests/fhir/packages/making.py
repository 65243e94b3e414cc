"""Small packages made in the test, whole or broken."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from hit_maternity.fhir.outcome import FhirError

CORE = {"hl7.fhir.r4.core": "4.0.1"}
NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
URL = "https://example.org/fhir"


def tar_of(members: Iterable[tuple[tarfile.TarInfo | str, bytes]]) -> bytes:
    """A tar in gzip with these members, in this order."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for member, content in members:
            info = tarfile.TarInfo(member) if isinstance(member, str) else member
            info.size = len(content) if info.isreg() else 0
            tar.addfile(info, io.BytesIO(content))
    return gzip.compress(out.getvalue(), mtime=0)


def package(
    name: str = "test.one",
    version: str = "1.0.0",
    needs: dict[str, str] | None = None,
    resources: Iterable[dict[str, Any]] = (),
    fhir: object = ("4.0.1",),
    files: Iterable[tuple[tarfile.TarInfo | str, bytes]] = (),
) -> bytes:
    """The bytes of a package."""
    manifest = {"name": name, "version": version, "fhirVersions": fhir, "dependencies": CORE if needs is None else {**CORE, **needs}}
    made = [(f"package/{r['resourceType']}-{r['id']}.json", json.dumps(r).encode()) for r in resources]
    return tar_of([("package/package.json", json.dumps(manifest).encode()), *made, *files])


def profile(name: str = "Woman", base: str = "Patient", elements: Iterable[dict[str, Any]] = (), **more: Any) -> dict[str, Any]:
    """A profile of ``base`` with a differential only."""
    return {
        "resourceType": "StructureDefinition",
        "id": name,
        "url": f"{URL}/StructureDefinition/{name}",
        "name": name,
        "status": "draft",
        "kind": "resource",
        "abstract": False,
        "type": base,
        "baseDefinition": f"http://hl7.org/fhir/StructureDefinition/{base}",
        "derivation": "constraint",
        "differential": {"element": [{"id": base, "path": base}, *elements]},
        **more,
    }


def rule(expression: str, path: str = "Patient", key: str = "tst-1") -> dict[str, Any]:
    """An element with an invariant."""
    return {"id": path, "path": path, "constraint": [{"key": key, "severity": "error", "human": "A rule", "expression": expression}]}


def parameter(code: str = "shoe-size", expression: str = "Patient.name.family", base: str = "Patient", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "SearchParameter",
        "id": f"{base}-{code}",
        "url": f"{URL}/SearchParameter/{base}-{code}",
        "name": "Parameter",
        "status": "draft",
        "description": "A parameter",
        "code": code,
        "base": [base],
        "type": "string",
        "expression": expression,
        **more,
    }


def refused(call: Callable[[], object]) -> FhirError:
    """The refusal that ``call`` raises."""
    with pytest.raises(FhirError) as raised:
        call()
    fault = raised.value
    assert fault.status == 422
    assert all(issue.text.endswith((".", ")")) for issue in fault.issues), "words end in a sentence"
    return fault


def rules_of(call: Callable[[], object]) -> list[str]:
    """The rule ids of the refusal that ``call`` raises."""
    return [issue.rule for issue in refused(call).issues]
