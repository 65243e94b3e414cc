"""Following references: contained resources and Bundle entries by themselves, others through the context, and what type a
reference names by its text alone. Source: https://hl7.org/fhir/R4/references.html."""

from __future__ import annotations

import re
from typing import Any

from hit_maternity.fhir.fhirpath.code import Env
from hit_maternity.fhir.fhirpath.item import Item

_LITERAL = re.compile(r"(?:^|/)([A-Z][A-Za-z]{1,60})/[A-Za-z0-9\-.]{1,64}(?:/_history/[A-Za-z0-9\-.]{1,64})?(?:#.*)?$")


def reference_text(item: Item) -> str | None:
    """The URL of a Reference, or of a canonical, uri or string."""
    value = item.value
    if type(value) is dict:
        value = value.get("reference")
    return value if type(value) is str else None


def named_type(item: Item, env: Env) -> str | None:
    """The resource type that a reference names by its text or its ``type``; None where it doesn't."""
    reference = reference_text(item)
    resource_types = env.model.definitions.resource_types
    if reference is not None and reference.count("/") == 1:
        head, _, tail = reference.partition("/")
        if tail.isalnum() and head in resource_types:
            return head
    found = _LITERAL.search(reference) if reference else None
    if found and found[1] in resource_types:
        return found[1]
    stated = item.value.get("type") if type(item.value) is dict else None
    if type(stated) is str and stated in resource_types and not (reference or "").startswith("#"):
        return stated
    return None


def resolved(item: Item, env: Env) -> Item | None:
    """The resource that ``item`` refers to. One that can't be fetched but whose type is named is an Item of that type with an
    empty object for value; otherwise None."""
    reference = reference_text(item)
    if reference is not None:
        found = _contained(reference, env) if reference.startswith("#") else _elsewhere(reference, env)
        if found is not None:
            return env.resource(found)
    told = named_type(item, env)
    return None if told is None else Item({}, told)


def _contained(reference: str, env: Env) -> dict[str, Any] | None:
    for container in (env.context.root_resource, env.context.resource):
        if type(container) is not dict:
            continue
        if reference == "#":
            return container
        listed = container.get("contained")
        for resource in listed if type(listed) is list else ():
            if type(resource) is dict and resource.get("id") == reference[1:]:
                return resource
    return None


def _elsewhere(reference: str, env: Env) -> dict[str, Any] | None:
    if env.context.resolve is not None:
        found = env.context.resolve(reference)
        if found is not None:
            return found
    bundle = env.context.root_resource
    if type(bundle) is not dict or bundle.get("resourceType") != "Bundle":
        return None
    entries = bundle.get("entry")
    for entry in entries if type(entries) is list else ():
        if type(entry) is dict and type(entry.get("resource")) is dict and _names(reference, entry):
            found = entry["resource"]
            return found if isinstance(found, dict) else None
    return None


def _names(reference: str, entry: dict[str, Any]) -> bool:
    url = entry.get("fullUrl")
    if type(url) is not str:
        return False
    return url == reference or (":" not in reference and url.endswith("/" + reference) and url.startswith("http"))
