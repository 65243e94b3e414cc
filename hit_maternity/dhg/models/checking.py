"""A body of the national record checked: every fault at once, and the normal form of what is right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from hit_maternity.dhg.models import limits
from hit_maternity.dhg.models.antenatal_appointments import modern, replaced
from hit_maternity.dhg.models.faults import Checked, Fault, path_of
from hit_maternity.dhg.models.types import TYPES
from hit_maternity.fhir.json import is_number

_UNKNOWN = "extra_forbidden"
#: Rule and words of the faults that pydantic finds itself.
_FOUND: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "missing": ("required", "This field must be there."),
        _UNKNOWN: ("unknown-member", "There is no such field here; leave it out, or check how it is spelt."),
        "model_type": ("object", "This is no object; write its fields in braces."),
        "list_type": ("list", "This is no list; write its entries in brackets."),
        "too_long": ("length", "The list is too long; leave out what is not of this pregnancy."),
    }
)
_GENERAL = ("value", "This value can't be read; write it as the documentation of the API shows it.")


def check(name: str, value: Any, *, today: date, tolerate: bool = False, old: bool = False) -> Checked:
    """What is wrong with the body ``value`` of resource type ``name``, else its normal form.

    ``value`` is as ``fhir.json`` decodes it, without ``metadata``, and isn't changed; ``today``: no date of the past lies after it.
    ``tolerate``: members that aren't known are dropped instead of being faults. ``old``: ``gestationalAge`` of the first version is
    taken. Raises ``KeyError`` at an unknown ``name``, and nothing for any value.
    """
    model = TYPES[name]
    early: tuple[Fault, ...] = ()
    value = _emptied(value)
    if name == "antenatalAppointments" and isinstance(value, dict):
        value = modern(value, old)
        words = replaced(value, old)
        early = (Fault("gestationalAge", "replaced", words),) if words else ()
        value = {member: it for member, it in value.items() if member != "gestationalAge"}
    try:
        model.model_validate(value, context={"today": today})
    except ValidationError as wrong:
        found = wrong.errors(include_url=False, include_input=False)
        kept = [it for it in found if not (tolerate and it["type"] == _UNKNOWN)]
        faults = (*early, *map(_fault, kept[: limits.FAULTS]))
        if faults:
            return Checked({}, faults)
        unknown = {it["loc"] for it in found}
        return Checked(_normal(_without(value, unknown, ())))
    return Checked({}, early) if early else Checked(_normal(value))


def normal(value: Mapping[str, Any]) -> dict[str, Any]:
    """The normal form of a body: without members that are null, empty or blank. Equality of bodies is equality of these."""
    return _normal(value)


def _emptied(value: Any) -> Any:
    """``value`` with null in place of what is empty, except as an entry of a list, so that places stay what they are."""
    if isinstance(value, dict):
        return {name: None if _void(it) else _emptied(it) for name, it in value.items()}
    return [_emptied(it) for it in value] if isinstance(value, list) else value


def _void(value: Any) -> bool:
    if isinstance(value, dict):
        return all(map(_void, value.values()))
    return value is None or value == []


def _fault(found: ErrorDetails) -> Fault:
    rule, words = _FOUND.get(found["type"], _GENERAL)
    if found["type"] not in _FOUND and "words" in found.get("ctx", {}):
        rule, words = found["type"], found["ctx"]["words"]
    return Fault(path_of(found["loc"]), rule, words)


def _without(value: Any, places: set[tuple[int | str, ...]], here: tuple[int | str, ...]) -> Any:
    if isinstance(value, dict):
        return {name: _without(it, places, (*here, name)) for name, it in value.items() if (*here, name) not in places}
    if isinstance(value, list):
        return [_without(it, places, (*here, place)) for place, it in enumerate(value)]
    return value


def _normal(value: Mapping[str, Any]) -> dict[str, Any]:
    return dict(_members(value))


def _members(value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, it in value.items():
        kept = _kept(it)
        if kept is not None:
            yield name, kept


def _kept(value: Any) -> Any:
    """What stays of a value; ``None`` where nothing does."""
    if type(value) is bool or is_number(value):
        return value
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, Mapping):
        return _normal(value) or None
    if isinstance(value, Sequence):
        return [kept for it in value if (kept := _kept(it)) is not None] or None
    return None
