"""FHIR resources as the models of ``fhir.resources`` (its namespace R4B), with the digits of decimals kept both ways.

The library is asked for when the first resource is read or written; a client with ``typed=False`` does without it.
"""

from __future__ import annotations

import json as plain
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

MISSING = "Typed resources need the package fhir.resources: pip install 'hit-maternity[client]'. Or ask for dicts: typed=False."


def model(resource: Mapping[str, Any]) -> Any:
    """The model of a resource. Raises ``ImportError`` where the library is not installed, ``ValueError`` where it does not take it."""
    try:
        from fhir.resources.R4B import get_fhir_model_class
    except ImportError:
        raise ImportError(MISSING) from None
    kind = resource.get("resourceType")
    return get_fhir_model_class(str(kind)).model_validate(dict(resource))


def as_dict(resource: Any) -> dict[str, Any]:
    """A resource as a dict: a dict as it is, a model with the digits that its decimals have, which its own JSON loses.

    Raises ``TypeError``."""
    if isinstance(resource, Mapping):
        return dict(resource)
    if not hasattr(resource, "model_dump_json"):
        raise TypeError("A resource is a dict, or a model of fhir.resources.")
    told: dict[str, Any] = _exact(plain.loads(resource.model_dump_json(), parse_float=Decimal), resource)
    return told


def _exact(told: Any, value: Any) -> Any:
    if isinstance(value, Decimal):
        return value
    if isinstance(told, list) and isinstance(value, list) and len(told) == len(value):
        return [_exact(a, b) for a, b in zip(told, value, strict=True)]
    fields = getattr(type(value), "model_fields", None)
    if not isinstance(told, dict) or fields is None:
        return told
    by_wire = {it.alias or name: name for name, it in fields.items()}
    return {name: _exact(member, getattr(value, by_wire[name])) if name in by_wire else member for name, member in told.items()}


def type_name(kind: Any) -> str:
    """``Patient`` of the text, or of the model's class."""
    if isinstance(kind, str):
        return kind
    name: str = kind.get_resource_type()
    return name
