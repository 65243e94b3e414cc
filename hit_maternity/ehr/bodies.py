"""Bodies of the national record as they lie in the local file: exact JSON, the normal form, and when two values say the same."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from hit_maternity.client import json

#: A resource of the national record without its metadata, by its wire names.
Body = dict[str, Any]


def encode(value: Any) -> str:
    """``value`` as JSON; decimals keep their digits. Raises ``ValueError``, ``TypeError``."""
    return json.encode(value).decode()


def decode(text: str) -> Any:
    """The value of a JSON text; decimals are ``Decimal``. Raises ``ValueError``."""
    return json.decode(text)


def normal(value: Any) -> Any:
    """``value`` without members that are null, without empty objects and lists: what isn't there was not registered (confirmed)."""
    if isinstance(value, Mapping):
        kept = {name: normal(it) for name, it in value.items()}
        return {name: it for name, it in kept.items() if it is not None and it != {} and it != []}
    if isinstance(value, (list, tuple)):
        return [it for it in map(normal, value) if it is not None and it != {}]
    return Decimal(repr(value)) if isinstance(value, float) else value


def same(one: Any, other: Any) -> bool:
    """Whether two values in normal form say the same. A coded value is the same as itself with the display and code system that the
    national service fills in (confirmed)."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        shared = one.keys() & other.keys()
        needed = shared if _is_coded(one) and _is_coded(other) else one.keys() | other.keys()
        return needed == shared and all(same(one[name], other[name]) for name in shared)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    return bool(one == other)


def _is_coded(value: Mapping[str, Any]) -> bool:
    return "code" in value and value.keys() <= {"code", "display", "codeSystem"}
