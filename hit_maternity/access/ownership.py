"""Whose record a resource is in, where its own references to a patient don't tell, or lead to a child rather than to the woman."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

from hit_maternity.fhir import json
from hit_maternity.fhir.ports import Standing, Version

_REFERENCE = re.compile(r"(?:^|/)([A-Z][A-Za-z]{2,63})/([A-Za-z0-9\-.]{1,64})(?:/_history/[A-Za-z0-9\-.]{1,64})?\Z")


class Readings(Protocol):
    """What is needed of a reader: ``ports.Reader``."""

    def get_many(self, references: Iterable[tuple[str, str]]) -> list[Version]: ...

    def standing(self, patients: Iterable[str]) -> Mapping[str, Standing]: ...


def owned(versions: Iterable[Version], session: Readings) -> list[Version]:
    """The versions, each with the patient in whose record it is and her standing; without one where nothing tells, or where what it is
    about is in the records of several.

    A child's data are in the record that it was born into: that of the woman whose fetus it is linked to.
    """
    found = list(versions)
    places = _places(found, session)
    standings: dict[str, Standing] = {v.patient: v.standing for v in found if v.patient is not None and v.standing is not None}
    unknown = set().union(*places) - standings.keys()
    standings |= session.standing(sorted(unknown)) if unknown else {}
    children = [id for id, standing in standings.items() if standing.consent is None and not standing.confidential]
    mothers = _mothers(children, session) if children else {}
    if mothers:
        standings |= session.standing(sorted(set(mothers.values())))
    return [_in(version, {mothers.get(id, id) for id in ids}, standings) for version, ids in zip(found, places, strict=True)]


def _in(version: Version, patients: set[str], standings: Mapping[str, Standing]) -> Version:
    if len(patients) != 1:
        return version
    (patient,) = patients
    standing = standings.get(patient)
    return Version(version.type, version.id, version.version, version.updated, version.method, version.body, patient, standing)


def _mothers(ids: Iterable[str], session: Readings) -> dict[str, str]:
    """For each Patient that is a fetus, or linked to one: in whose record that is."""
    children = session.get_many([("Patient", id) for id in ids])
    found = {v.id: v.patient for v in children if v.patient is not None and v.patient != v.id}
    links = {v.id: _links(v) for v in children if v.id not in found and v.body and b'"link"' in v.body}
    fetuses = {v.id: v.patient for v in session.get_many([("Patient", id) for named in links.values() for id in named])} if links else {}
    for child, named in links.items():
        mother = next((m for id in named if (m := fetuses.get(id)) is not None and m != id), None)
        if mother is not None:
            found[child] = mother
    return found


def _links(child: Version) -> list[str]:
    listed = json.decode(child.body or b"{}").get("link", ())
    named = [identity(link.get("other")) for link in listed if isinstance(link, dict)]
    return [id for type, id in filter(None, named) if type == "Patient"]


def _places(found: Sequence[Version], session: Readings) -> list[set[str]]:
    """For each version the ids of the Patients in whose records it may be: its own, or those of what it is about."""
    about = [_ABOUT[v.type](json.decode(v.body)) if v.patient is None and v.body and v.type in _ABOUT else set() for v in found]
    known = {(v.type, v.id): v.patient for v in found}
    asked = sorted(set().union(*about) - known.keys()) if about else []
    known |= {(v.type, v.id): v.patient for v in session.get_many(asked)} if asked else {}

    def owner(name: tuple[str, str]) -> str | None:
        return known.get(name) or (name[1] if name[0] == "Patient" else None)

    return [
        {v.patient} if v.patient is not None else {id for name in names if (id := owner(name)) is not None}
        for v, names in zip(found, about, strict=True)
    ]


def identity(reference: Any) -> tuple[str, str] | None:
    """Type and id that a Reference names; None for any other value."""
    text = reference.get("reference") if isinstance(reference, dict) else None
    found = _REFERENCE.search(text) if isinstance(text, str) else None
    return (found[1], found[2]) if found else None


def _identities(values: Iterable[Any]) -> set[tuple[str, str]]:
    return {found for value in values if (found := identity(value)) is not None}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _of_bundle(bundle: Mapping[str, Any]) -> set[tuple[str, str]]:
    """The subject of a document: that of its Composition, which stands first."""
    first = next((e.get("resource") for e in _listed(bundle.get("entry")) if isinstance(e, dict)), None)
    return _identities([first.get("subject")]) if isinstance(first, dict) and first.get("resourceType") == "Composition" else set()


_ABOUT: dict[str, Callable[[Mapping[str, Any]], set[tuple[str, str]]]] = {
    "Provenance": lambda r: _identities(_listed(r.get("target"))),
    "Bundle": _of_bundle,
    "Binary": lambda r: _identities([r.get("securityContext")]),
    "Linkage": lambda r: _identities(i.get("resource") for i in _listed(r.get("item")) if isinstance(i, dict)),
}
