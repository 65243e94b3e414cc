"""What no patch may change."""

from __future__ import annotations

from typing import Any

from hit_maternity.fhir.outcome import FhirError, Issue


def demand_same_resource(before: dict[str, Any], after: Any) -> dict[str, Any]:
    """``after``, if it is still the resource that ``before`` was. Raises ``FhirError`` 422 ``patch-identity``."""
    if not isinstance(after, dict):
        raise FhirError(422, [Issue("processing", "patch-identity", "After the patch no resource is left; change elements of it only.")])
    changed = [key for key in ("resourceType", "id") if before.get(key) != after.get(key)]
    if changed:
        type = str(before.get("resourceType", "Resource"))
        text = "A patch may not change the {} of a resource; leave it out of the operations."
        raise FhirError(422, [Issue("processing", "patch-identity", text.format(key), f"{type}.{key}") for key in changed])
    return after
