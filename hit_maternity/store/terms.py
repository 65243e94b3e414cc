"""From a condition's values to terms: what a row of an index table has to be like."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from hit_maternity.fhir.search.model import (
    CANONICAL,
    Condition,
    DateValue,
    NumberValue,
    QuantityValue,
    ReferenceValue,
    SearchParameter,
    StringValue,
    TokenValue,
    UriValue,
    Value,
)
from hit_maternity.store.keys import bounded, digest, type_key
from hit_maternity.store.ranges import Reach, date_reach, number_reach
from hit_maternity.store.rows import string_section, text_section
from hit_maternity.store.session import Dialect
from hit_maternity.store.sql import Sql, above_prefix

TEXT, RANGE = "text", "range"
#: Modifiers whose rows stand under a key of their own.
_VARIANTS = ("text", "identifier", "of-type")
#: Up to so many tokens each is looked up by itself, newest first; more are looked up together.
_SINGLE = 8


@dataclass(frozen=True, slots=True)
class Term:
    """Rows of one index table. ``fits`` holds of them, besides that they lie in ``sections`` and serve one of ``parameters``.

    ``sought``: ``fits`` begins with an exact value, so that a row is found at once by section, value and key; ``single``: with one
    value, so that rows come newest first. ``reach``: what a range lets read of the index. ``scanned``: no index helps.
    """

    table: str
    sections: tuple[int, ...]
    parameters: tuple[int, ...]
    fits: Sql
    sought: bool = False
    single: bool = False
    reach: Reach | None = None
    scanned: bool = False


def keys_of(parameters: Sequence[SearchParameter], modifier: str | None) -> tuple[int, ...]:
    """The keys under which rows for the parameters stand."""
    if modifier in _VARIANTS:
        return tuple(p.variant(f":{modifier}") for p in parameters)
    return tuple(p.key for p in parameters)


def terms(condition: Condition, parameters: Sequence[SearchParameter], dialect: Dialect, listed: Callable[[list[Any]], Any]) -> list[Term]:
    """The terms of a condition for those of its parameters; it holds where one of them does."""
    values = condition.values
    tokens = [v for v in values if isinstance(v, TokenValue)]
    made = [t for v in values if not isinstance(v, TokenValue) for t in term(v, parameters, condition.modifier, dialect)]
    if len(tokens) <= _SINGLE:
        return made + [t for v in tokens for t in term(v, parameters, condition.modifier, dialect)]
    return made + list(_many_tokens(tokens, parameters, condition.modifier, dialect, listed))


def term(value: Value, parameters: Sequence[SearchParameter], modifier: str | None, dialect: Dialect) -> list[Term]:
    """The terms of one value."""
    served = keys_of(parameters, modifier)
    types = tuple(dict.fromkeys(p.resource_type for p in parameters))
    match value:
        case TokenValue(system, code):
            return _token(system, code, types, served)
        case StringValue():
            return _string(value, types, served, modifier, dialect)
        case ReferenceValue(target_type, target_id):
            fits = Sql("{a}value = ?", (bounded(target_id),))
            if target_type is not None:
                fits += Sql(" AND {a}other = ?", (type_key(target_type),))
            return [Term(TEXT, _by_type(types), served, fits, sought=True, single=True)]
        case UriValue(uri):
            return _uri(bounded(uri), types, served, modifier)
        case DateValue():
            reach = date_reach(value)
            return [Term(RANGE, served, served, reach.fits, reach=reach)]
        case NumberValue():
            reach = number_reach(value)
            return [Term(RANGE, served, served, reach.fits, reach=reach)]
        case QuantityValue():
            return [_quantity(value, types, served)]
    raise TypeError(f"{type(value).__name__} has no rows of its own")


def _by_type(types: Iterable[str]) -> tuple[int, ...]:
    return tuple(type_key(t) for t in types)


def _token(system: str | None, code: str | None, types: tuple[str, ...], served: tuple[int, ...]) -> list[Term]:
    of_system = Sql("{a}other = ?", (digest(system),)) if system is not None else None
    if code is None:
        return [Term(TEXT, (), served, of_system or Sql("1 = 1"), scanned=True)]
    code = bounded(code)
    fits = Sql("{a}value = ?", (code,))
    if of_system:
        fits = fits + " AND " + of_system
    sections = tuple(dict.fromkeys(text_section(t, p, code) for t in types for p in served))
    return [Term(TEXT, sections, served, fits, sought=True, single=True)]


def _many_tokens(
    tokens: Sequence[TokenValue],
    parameters: Sequence[SearchParameter],
    modifier: str | None,
    dialect: Dialect,
    listed: Callable[[list[Any]], Any],
) -> Iterable[Term]:
    served = keys_of(parameters, modifier)
    types = tuple(dict.fromkeys(p.resource_type for p in parameters))
    by_system: dict[str | None, list[str]] = defaultdict(list)
    for system, code in tokens:
        if code is None or code in ("true", "false"):
            yield from _token(system, code, types, served)
        else:
            by_system[system].append(bounded(code))
    for system, codes in by_system.items():
        fits = Sql(f"{{a}}value {dialect.text_in}", (listed(sorted(codes)),))
        if system is not None:
            fits += Sql(" AND {a}other = ?", (digest(system),))
        yield Term(TEXT, _by_type(types), served, fits, sought=True)


def _string(value: StringValue, types: tuple[str, ...], served: tuple[int, ...], modifier: str | None, dialect: Dialect) -> list[Term]:
    sections = tuple(string_section(t) for t in types)
    folded = bounded(value.folded)
    if modifier == "exact":
        fits = Sql("{a}value = ? AND {a}other = ?", (folded, digest(value.exact)))
        return [Term(TEXT, sections, served, fits, sought=True, single=True)]
    if modifier == "contains":
        return [Term(TEXT, sections, served, Sql(f"{dialect.contains}({{a}}value, ?) > 0", (folded,)), scanned=True)]
    return [Term(TEXT, sections, served, _begins(folded))]


def _begins(prefix: str) -> Sql:
    end = above_prefix(prefix)
    return Sql("{a}value >= ? AND {a}value < ?", (prefix, end)) if end else Sql("{a}value >= ?", (prefix,))


def _uri(uri: str, types: tuple[str, ...], served: tuple[int, ...], modifier: str | None) -> list[Term]:
    sections = _by_type(types)
    if modifier == "below":
        return [Term(TEXT, sections, served, _begins(uri))]
    if modifier != "above":
        return [Term(TEXT, sections, served, Sql("{a}value = ?", (uri,)), sought=True, single=True)]
    ends = [i for i, letter in enumerate(uri) if letter == "/"]
    above = dict.fromkeys([uri, *(uri[:i] for i in ends), *(uri[: i + 1] for i in ends)])
    return [Term(TEXT, sections, served, Sql("{a}value = ?", (u,)), sought=True, single=True) for u in above if u]


def _quantity(value: QuantityValue, types: tuple[str, ...], served: tuple[int, ...]) -> Term:
    reach = number_reach(value.number)
    unit = Sql("{a}system = ?", (digest(value.system),)) if value.system is not None else Sql("{a}system <> ?", (digest(CANONICAL),))
    if value.code is not None:
        unit += Sql(" AND {a}code = ?", (digest(value.code),))
    return Term(RANGE, _by_type(types), served, reach.fits + " AND " + unit, reach=reach)
