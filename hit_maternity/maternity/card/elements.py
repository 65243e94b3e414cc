"""Reading elements of resources: codes, extensions, references, quantities. What isn't as it should be reads as missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from hit_maternity.fhir.json import decimal, is_number
from hit_maternity.fhir.outcome import FhirError
from hit_maternity.fhir.ucum import canonical
from hit_maternity.maternity.card.systems import PROFILE, UCUM, Code

Resource = dict[str, Any]
Identity = tuple[str, str]

_REFERENCE = re.compile(r"([A-Z][A-Za-z]{2,63})/([A-Za-z0-9\-.]{1,64})(?:/_history/\d+)?", re.ASCII)
#: Statuses under which nothing is said about the woman (any more).
RETRACTED = frozenset(("entered-in-error", "cancelled", "registered"))


def items(resource: Resource, name: str) -> list[Resource]:
    """The objects in a list element; empty where there is none."""
    listed = resource.get(name)
    return [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []


def codes(concept: object) -> list[Code]:
    """System and code of each coding of a CodeableConcept, in its order."""
    listed = concept.get("coding") if isinstance(concept, dict) else None
    if not isinstance(listed, list):
        return []
    return [(str(c.get("system", "")), str(c["code"])) for c in listed if isinstance(c, dict) and "code" in c]


def code_of(concept: object, system: str) -> str | None:
    """The code a CodeableConcept has in ``system``, the first of several."""
    return next((code for its, code in codes(concept) if its == system), None)


def local(reference: object, base: str = "") -> Identity | None:
    """Type and id of the resource of this server that a Reference names; absolute ones are local under ``base``."""
    text = reference.get("reference") if isinstance(reference, dict) else None
    if not isinstance(text, str):
        return None
    found = _REFERENCE.fullmatch(text.removeprefix(f"{base}/") if base else text)
    return (found[1], found[2]) if found else None


def tail(reference: object) -> str:
    """The last two parts of a reference, type and id, also of an absolute one; of resources that are collected they suffice."""
    return "/".join(str(reference).split("/")[-2:])


def extensions(resource: Resource, url: str) -> Iterator[Resource]:
    """The extensions of a resource or element with this address."""
    return (e for e in items(resource, "extension") if e.get("url") == url)


def extension(resource: Resource, url: str) -> Any:
    """``value[x]`` of the first such extension; ``None`` where there is none."""
    found = next(extensions(resource, url), {})
    return next((value for key, value in found.items() if key.startswith("value")), None)


def claimed(resource: Resource) -> list[str]:
    """What follows ``no-domain-Maternity-`` in the profiles of the card that a resource claims, in any version."""
    meta = resource.get("meta")
    listed = meta.get("profile") if isinstance(meta, dict) else None
    named = (p.partition("|")[0] for p in listed if isinstance(p, str)) if isinstance(listed, list) else ()
    return [name[len(PROFILE) :] for name in named if name.startswith(PROFILE)]


def claims(resource: Resource, name: str) -> bool:
    """Whether a resource claims the profile ``no-domain-Maternity-<name>``."""
    return name in claimed(resource)


def stands(resource: Resource) -> bool:
    """Whether what a resource says counts: it isn't retracted, cancelled or only announced."""
    return resource.get("status") not in RETRACTED and code_of(resource.get("verificationStatus"), _VERIFICATION) not in _REFUTED


_VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
_REFUTED = frozenset(("entered-in-error", "refuted"))


def component(resource: Resource, *wanted: Code) -> Resource:
    """The first component with one of these codes; empty where there is none."""
    return next((c for c in items(resource, "component") if any(code in wanted for code in codes(c.get("code")))), {})


def amount(holder: Resource, unit: str, *, exactly: bool = False) -> Decimal | None:
    """``valueQuantity`` in the UCUM ``unit``, with its digits where that is the unit it is given in.

    Of ``< 3`` the limit counts. ``None`` where there is no figure, or its unit doesn't convert; ``exactly``: nor another unit.
    """
    quantity = holder.get("valueQuantity")
    if not isinstance(quantity, dict) or not is_number(quantity.get("value")):
        return None
    given = quantity.get("code") if quantity.get("system") == UCUM else None
    try:
        value = decimal(quantity["value"])
    except FhirError:
        return None
    if given == unit:
        return value
    if exactly or not isinstance(given, str):
        return None
    here, there = canonical(value, given), canonical(Decimal(1), unit)
    return here[0] / there[0] if here and there and here[1] == there[1] and there[0] else None


def whole(value: object) -> int | None:
    """A whole number; ``None`` for anything else, a boolean too."""
    return value if type(value) is int else None
