"""What a query is, in few bytes: a cursor fits only the query it was made for."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

from hit_maternity.fhir.search.model import Condition, Query, SearchParameter


def signature(query: Query) -> bytes:
    """16 bytes over what decides on the matches and their order: types, criteria and sort."""
    told = repr((query.types, [_plain(c) for c in query.criteria], [_plain(s) for s in query.sort]))
    return blake2b(told.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _plain(value: Any) -> Any:
    """The content of a criterion, without names and texts of parameters."""
    kind = type(value)
    if kind is Condition:
        keys = [p.key for p in value.parameters]
        return keys, value.modifier, [_value(v) for v in value.values], value.negated, value.missing
    if kind is SearchParameter:
        return value.key
    if kind is tuple:
        return [_plain(v) for v in value]
    if hasattr(value, "prefix"):
        return _value(value)
    if hasattr(kind, "__dataclass_fields__"):
        return kind.__name__, *(_plain(getattr(value, name)) for name in kind.__dataclass_fields__)
    return value


def _value(value: Any) -> Any:
    """Dates that were worked out from the present moment (``ap``) differ at every page, and are left out."""
    return "ap" if getattr(value, "prefix", None) == "ap" else (*value,)
