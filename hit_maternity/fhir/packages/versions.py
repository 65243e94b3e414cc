"""Versions of packages and what a dependency may ask of them.

Source: https://confluence.hl7.org/display/FHIR/NPM+Package+Specification, "Version" and "Dependencies": a version as it is,
``x`` in place of its last parts, ``latest``; ``current`` and ``dev`` stand for builds that are not published.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_ANY = frozenset({"", "*", "x", "latest", "current", "dev"})
_WANTED = re.compile(r"v?(\d+(?:\.\d+)*)((?:\.[xX*])*)(-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?\Z", re.ASCII)
_ALIAS = re.compile(r"npm:([^@]+)@(.*)\Z")


@dataclass(frozen=True, slots=True)
class Dependency:
    """Another package that one needs: its name, and the version as it is asked for."""

    name: str
    wanted: str


def dependency(name: str, wanted: str) -> Dependency:
    """The dependency as ``package.json`` writes it; two ways to give a package another name are seen through
    (``"old@npm:hl7.fhir.us.core": "3.1.1"``, ``"old": "npm:hl7.fhir.us.core@3.1.1"``)."""
    alias = _ALIAS.match(wanted)
    if alias:
        return Dependency(alias[1], alias[2])
    return Dependency(name.partition("@npm:")[2] or name, wanted)


def is_wanted(wanted: str) -> bool:
    """Whether ``wanted`` is a way to ask for a version that FHIR packages have (npm's ``^``, ``~`` and ``>=`` are not)."""
    return wanted in _ANY or wanted.startswith("current$") or _WANTED.match(wanted) is not None


def satisfies(version: str, wanted: str) -> bool:
    """Whether ``version`` is what a dependency asks for: ``4.0.x`` and ``4.0`` take 4.0.1, ``latest`` takes any. One label
    (``1.0.0-ballot``) is as good as another where an ``x`` stands."""
    found = _WANTED.match(wanted)
    if found is None:
        return is_wanted(wanted)
    numbers, wild, label = found.groups()
    own, _, own_label = version.removeprefix("v").partition("+")[0].partition("-")
    parts, own_parts = numbers.split("."), own.split(".")
    if not wild and len(parts) >= 3:
        return parts == own_parts and (label or "") == (f"-{own_label}" if own_label else "")
    return own_parts[: len(parts)] == parts
