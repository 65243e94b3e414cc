"""The examples of the package: every synthetic pregnancy of the testbed as one Bundle, and each of its resources on its own."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from fetching import ROOT, Stop

FOLDER = Path(__file__).resolve().parent / "examples"
Resource = dict[str, Any]


def bundles() -> dict[str, Resource]:
    """Name to transaction Bundle of every pregnancy, in the order of names. Raises ``Stop`` outside of the project's environment."""
    if str(ROOT) not in sys.path:
        sys.path.append(str(ROOT))
    try:
        from hit_maternity.testbed.people import pregnancies
    except ImportError as missing:
        raise Stop(f"The examples need the project's environment ({missing}): python dev.py setup, then its Python.") from None
    return {it.name: {"resourceType": "Bundle", "id": it.name, **it.bundle()} for it in pregnancies()}


def readable(bundles: dict[str, Resource]) -> dict[str, str]:
    """File name to text of each Bundle, one entry a line."""
    return {f"{name}.json": _lines(bundle) for name, bundle in bundles.items()}


def _lines(bundle: Resource) -> str:
    head = ", ".join(f'"{key}": {_text(bundle[key])}' for key in ("resourceType", "id", "type"))
    return f'{{{head}, "entry": [\n' + ",\n".join(_text(entry) for entry in bundle["entry"]) + "\n]}\n"


def members(bundles: dict[str, Resource]) -> dict[str, str]:
    """Path to text of what lies in the package's folder ``example``: the Bundles, their resources, each once, and its index.

    Source: https://confluence.hl7.org/display/FHIR/NPM+Package+Specification
    """
    files, listed = {}, []
    singles = {f"{r['resourceType']}-{r['id']}": r for bundle in bundles.values() for r in (e["resource"] for e in bundle["entry"])}
    whole = {f"Bundle-{name}": bundle for name, bundle in bundles.items()}
    for name, resource in {**whole, **dict(sorted(singles.items()))}.items():
        files[f"package/example/{name}.json"] = _lines(resource) if name in whole else _text(resource) + "\n"
        listed.append({"filename": f"{name}.json", "resourceType": resource["resourceType"], "id": resource["id"]})
    index = json.dumps({"index-version": 2, "files": listed}, indent=1) + "\n"
    return {"package/example/.index.json": index, **files}


def _text(value: Any) -> str:
    from hit_maternity.fhir.json import encode

    return encode(value).decode()
