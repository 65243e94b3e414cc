"""A FHIR package in memory: its manifest, and its definitions, each read when it is asked for.

Source: https://hl7.org/fhir/packages.html. Definitions are the JSON files right under ``package/``; ``example/`` and ``other/`` are
none, and ``.index.json`` is not believed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from hit_maternity.fhir.definitions.builder import prune
from hit_maternity.fhir.outcome import FhirError, Issue, refuse
from hit_maternity.fhir.packages.archive import DEFAULT_LIMITS, FOLDER, Limits, members
from hit_maternity.fhir.packages.versions import Dependency, dependency

MANIFEST, EXAMPLES = "package/package.json", "package/example/"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*(\.[A-Za-z0-9][A-Za-z0-9-]*)+\Z", re.ASCII)
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]{0,63}\Z", re.ASCII)
_R4 = re.compile(r"(4\.0(\.\d+)?|R4)\Z", re.ASCII)
CORE_PACKAGE = "hl7.fhir.r4.core"


class _Head(msgspec.Struct):
    """What the index says of a definition. Of any type here: an element of the same name may be something else in another resource."""

    resourceType: Any = None
    id: Any = None
    url: Any = None
    version: Any = None
    name: Any = None
    kind: Any = None
    type: Any = None
    abstract: Any = None
    baseDefinition: Any = None
    derivation: Any = None
    valueSet: Any = None


_heads = msgspec.json.Decoder(_Head)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What ``package.json`` says. ``dependencies`` in its order."""

    name: str
    version: str
    dependencies: tuple[Dependency, ...]

    @property
    def label(self) -> str:
        """``hl7.fhir.no.basis 2.2.4``, for people."""
        return f"{self.name} {self.version}"


class Package:
    """A package that was read; a ``definitions.Source``. ``sha256``: of its file; ``files``: name of each definition's file -> its JSON."""

    def __init__(self, manifest: Manifest, sha256: str, files: dict[str, bytes], heads: dict[str, dict[str, Any]]) -> None:
        self.manifest = manifest
        self.sha256 = sha256
        self.files = files
        self.heads = heads
        self._by_kind: dict[str, list[dict[str, Any]]] = {}
        self._by_url: dict[tuple[str, str], str] = {}
        for name, entry in heads.items():
            self._by_kind.setdefault(entry["resourceType"], []).append(entry)
            if "url" in entry:
                self._by_url.setdefault((entry["resourceType"], entry["url"]), name)

    def find(self, kind: str, url: str) -> dict[str, Any] | None:
        name = self._by_url.get((kind, url))
        return self.definition(name) if name else None

    def definition(self, name: str) -> dict[str, Any]:
        """The definition in file ``name``, without the prose that only readers of a specification need."""
        found: dict[str, Any] = msgspec.json.decode(self.files[name])
        return pruned(found)

    def entries(self, kind: str) -> list[dict[str, Any]]:
        return self._by_kind.get(kind, [])

    def search_parameters(self) -> list[dict[str, Any]]:
        return [self.definition(name) for name, entry in self.heads.items() if entry["resourceType"] == "SearchParameter"]

    def canonicals(self) -> dict[tuple[str, str], str]:
        """``(resource type, canonical)`` of each definition -> its file."""
        return self._by_url


def pruned(resource: dict[str, Any]) -> dict[str, Any]:
    """``resource`` as the core artefact keeps it; a StructureDefinition without a snapshot keeps its differential."""
    kept = prune(resource)
    if resource.get("resourceType") == "StructureDefinition" and "snapshot" not in resource and "differential" in resource:
        kept["differential"] = resource["differential"]
    return kept


def read_file(path: Path, limits: Limits = DEFAULT_LIMITS, *, ours: bool = False) -> Package:
    """The package in a file. Raises as ``read`` does, and ``OSError``."""
    if path.stat().st_size > limits.packed:
        raise refuse(422, "too-long", "package-too-large", f"{path.name} is larger than the {limits.packed:,} bytes that are allowed.")
    return read(path.read_bytes(), path.name, limits, ours=ours)


def read(data: bytes, label: str, limits: Limits = DEFAULT_LIMITS, *, ours: bool = False) -> Package:
    """The package in ``data``; ``label`` names it in what is told. ``ours``: what begins with the first example is not read.

    Raises ``FhirError`` 422: as ``archive.members`` does, and ``package-manifest-missing``, ``package-manifest-malformed``,
    ``package-name``, ``package-version``, ``package-dependencies``, ``package-fhir-version``, ``package-resource-malformed``,
    ``package-canonical-duplicate``; all faults of a kind at once.
    """
    inside = members(data, label, _is_read, limits, EXAMPLES if ours else None)
    manifest = _manifest(inside.pop(MANIFEST, None), label)
    files: dict[str, bytes] = {}
    heads: dict[str, dict[str, Any]] = {}
    faults: list[Issue] = []
    for name, content in inside.items():
        try:
            head = _heads.decode(content)
        except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
            text = f"{manifest.label}: {name} is not a JSON object that can be read ({fault}). Mend the file, or ask the publisher."
            faults.append(Issue("structure", "package-resource-malformed", text))
            continue
        if isinstance(head.resourceType, str):
            files[name] = content
            heads[name] = {key: value for key in _Head.__struct_fields__ if isinstance(value := getattr(head, key), str | bool)}
    package = Package(manifest, hashlib.sha256(data).hexdigest(), files, heads)
    faults.extend(_duplicates(package))
    if faults:
        raise FhirError(422, faults)
    return package


def _is_read(name: str) -> bool:
    """The manifest, and what may be a definition."""
    rest = name.removeprefix(FOLDER)
    return name.startswith(FOLDER) and "/" not in rest and rest.endswith(".json") and not rest.startswith(".")


def _duplicates(package: Package) -> Iterator[Issue]:
    for name, entry in package.heads.items():
        first = package.canonicals().get((entry["resourceType"], entry.get("url", "")))
        if first and first != name and package.definition(first) != package.definition(name):
            text = (
                f"{package.manifest.label}: {first} and {name} both define {entry['url']}, and differ. Which counts can't be told; "
                "ask the publisher for a package with one."
            )
            yield Issue("duplicate", "package-canonical-duplicate", text)


def _manifest(content: bytes | None, label: str) -> Manifest:
    if content is None:
        text = f"{label} has no {MANIFEST}, so it is no FHIR package. Make it with a tool that packs FHIR packages."
        raise refuse(422, "structure", "package-manifest-missing", text)
    try:
        raw = msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
        text = f"{label}: {MANIFEST} is not JSON that can be read ({fault}). Mend it, or ask the publisher."
        raise refuse(422, "structure", "package-manifest-malformed", text) from None
    if not isinstance(raw, dict):
        raise refuse(422, "structure", "package-manifest-malformed", f"{label}: {MANIFEST} must be a JSON object with name and version.")
    name, version, needed = raw.get("name"), raw.get("version"), raw.get("dependencies") or {}
    faults = [f for f in (_name_fault(name, label), _version_fault(version, label), _needed_fault(needed, label)) if f]
    if not faults and (other := _fhir_version_fault(raw, needed, f"{name} {version}")):
        faults.append(other)
    if faults:
        raise FhirError(422, faults)
    return Manifest(str(name), str(version), tuple(dependency(key, value) for key, value in needed.items()))


def _name_fault(name: object, label: str) -> Issue | None:
    if isinstance(name, str) and len(name) <= 128 and _NAME.match(name):
        return None
    text = f"{label}: the name in {MANIFEST} is not that of a FHIR package: letters, digits and hyphens in parts with dots between."
    return Issue("value", "package-name", text)


def _version_fault(version: object, label: str) -> Issue | None:
    if isinstance(version, str) and _VERSION.match(version):
        return None
    return Issue("value", "package-version", f"{label}: the version in {MANIFEST} is not one: write it as 1.2.3 or 1.2.3-label.")


def _needed_fault(needed: object, label: str) -> Issue | None:
    if isinstance(needed, dict) and all(isinstance(value, str) for value in needed.values()):
        return None
    return Issue("structure", "package-dependencies", f'{label}: the dependencies in {MANIFEST} must be an object of "name": "version".')


def _fhir_version_fault(raw: dict[str, Any], needed: dict[str, str], label: str) -> Issue | None:
    """R4 is what ``fhirVersions`` names, or in old packages ``fhir-version-list``; where both are missing, the core it stands on tells."""
    listed = raw.get("fhirVersions") or raw.get("fhir-version-list") or [v for k, v in needed.items() if k == CORE_PACKAGE]
    named = [str(v)[:20] for v in listed][:5] if isinstance(listed, list) else []
    if any(_R4.match(v.removesuffix(".x")) for v in named):
        return None
    stated = f"is for FHIR {', '.join(named)}" if named else "does not say for which version of FHIR it is (fhirVersions)"
    text = f"{label} {stated}; this server is for R4 (4.0.1). Get the package's R4 release, whose name often has .r4 in it."
    return Issue("not-supported", "package-fhir-version", text)
