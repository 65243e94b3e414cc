"""One code system as its TOML file tells it, checked when it is read.

A file has ``name`` (``VOLVEN_`` and number, or an address), ``title``, ``evidence`` (``confirmed``, ``second-hand`` or ``inferred``),
``source``, ``closed`` (only its members are taken), ``in_place_of`` (systems whose fields it may be used in; ``*``: all), and a table
``members`` of code to words, the words empty where they aren't known. ``pattern``: the form of codes of a system that lists none.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hit_maternity.dhg.models.systems import uri_of

_KEYS = frozenset(("name", "title", "evidence", "source", "closed", "in_place_of", "pattern", "members"))
_EVIDENCE = frozenset(("confirmed", "second-hand", "inferred"))
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:\S+", re.ASCII).fullmatch


class CodesError(ValueError):
    """A file of a code system is malformed."""


@dataclass(frozen=True, slots=True)
class System:
    """``name``: canonical spelling of ``codeSystem``; ``uri``: the same as FHIR's address; ``members``: code to words."""

    name: str
    uri: str
    title: str
    evidence: str
    source: str
    closed: bool
    in_place_of: frozenset[str]
    pattern: re.Pattern[str] | None
    members: Mapping[str, str]

    def fits(self, expected: str | None) -> bool:
        """Whether a field that wants a code of ``expected`` takes one of this system."""
        return expected is None or self.name == expected or bool(self.in_place_of & {expected, "*"})

    def takes(self, code: str) -> bool:
        """Whether ``code`` is of the system, as far as it is known."""
        if code in self.members:
            return True
        return not self.closed and (self.pattern is None or self.pattern.fullmatch(code) is not None)


def read(text: str, file: str) -> System:
    """The system that a file tells of. Raises ``CodesError`` that names the file and what is wrong."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise CodesError(f"{file}: {fault}") from None
    return _checked(told, file)


def _checked(told: dict[str, Any], file: str) -> System:
    unknown = sorted(told.keys() - _KEYS)
    if unknown:
        raise CodesError(f"{file}: unknown keys: {', '.join(unknown)}")
    texts = {key: told.get(key, "") for key in ("name", "title", "evidence", "source", "pattern")}
    members, listed, closed = told.get("members", {}), told.get("in_place_of", []), told.get("closed", False)
    right = (
        all(isinstance(it, str) for it in texts.values())
        and isinstance(closed, bool)
        and isinstance(listed, list)
        and isinstance(members, dict)
        and all(isinstance(it, str) for it in (*listed, *members.values()))
    )
    if not right:
        raise CodesError(f"{file}: a value is of the wrong type; closed is true or false, in_place_of a list, all else text")
    uri = uri_of(texts["name"])
    if _ADDRESS(uri) is None:
        raise CodesError(f"{file}: name is VOLVEN_ and a number, or an address such as urn:oid:2.16.578.1.12.4.1.1.9043")
    if texts["evidence"] not in _EVIDENCE or not texts["title"]:
        raise CodesError(f"{file}: title is there, and evidence is one of {', '.join(sorted(_EVIDENCE))}")
    if closed and not members:
        raise CodesError(f"{file}: a closed system lists its members")
    try:
        pattern = re.compile(texts["pattern"]) if texts["pattern"] else None
    except re.error as fault:
        raise CodesError(f"{file}: pattern: {fault}") from None
    return System(texts["name"], uri, texts["title"], texts["evidence"], texts["source"], closed, frozenset(listed), pattern, members)
