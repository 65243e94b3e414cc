"""What the operations of the terminology service share: reading parameters with every fault, and the resources of one call.

Source: https://hl7.org/fhir/R4/terminology-service.html.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from hit_maternity.fhir import json
from hit_maternity.fhir.operations.model import Call
from hit_maternity.fhir.outcome import FhirError, Issue
from hit_maternity.fhir.ports import Intent, Reader, Version
from hit_maternity.fhir.rest.answers import not_found, present
from hit_maternity.fhir.rest.moments import period
from hit_maternity.fhir.search.values import escape
from hit_maternity.fhir.terminology import LoadedTerminology
from hit_maternity.fhir.terminology.catalogue import Catalogue
from hit_maternity.fhir.terminology.languages import Languages, languages

#: How many stored resources of a kind are looked through where no canonical names one, and how many versions of one.
_MOST, _VERSIONS = 1000, 50


@dataclass(slots=True)
class Asked:
    """Reads the parameters of a call; what is wrong with them is gathered until ``done``."""

    call: Call
    faults: list[Issue] = field(default_factory=list)

    def fault(self, name: str, words: str, code: str = "value") -> None:
        self.faults.append(Issue(code, f"value-{name}", words))

    def missing(self, rule: str, words: str) -> None:
        self.faults.append(Issue("required", rule, words))

    def has(self, name: str) -> bool:
        return bool(self.call.arguments.all(name))

    def one(self, name: str) -> Any:
        """The one value; None where the parameter is absent."""
        values = self.call.arguments.all(name)
        if len(values) > 1:
            self.fault(name, f"{name} may be given once.")
        if values and values[0] is None:
            self.fault(name, f"{name} has no value of its own: write it as value[x] or resource.", "structure")
        return values[0] if values else None

    def text(self, name: str) -> str | None:
        """A simple value as text; None where it is absent or empty."""
        return self._text(name, self.one(name))

    def texts(self, name: str) -> list[str]:
        """Every value of a parameter that repeats."""
        return [text for value in self.call.arguments.all(name) if (text := self._text(name, value))]

    def _text(self, name: str, value: Any) -> str | None:
        if isinstance(value, dict | list):
            self.fault(name, f"{name} is a simple value, not an object.")
            return None
        if isinstance(value, bool):
            return "true" if value else "false"
        return str(value) if value is not None and value != "" else None

    def boolean(self, name: str) -> bool | None:
        value = self.text(name)
        if value not in (None, "true", "false"):
            self.fault(name, f"{name} must be true or false.")
        return None if value is None else value == "true"

    def whole(self, name: str) -> int | None:
        """A whole number, 0 or more."""
        value = self.text(name)
        if value is None:
            return None
        if not (value.isascii() and value.isdigit() and len(value) < 10):
            self.fault(name, f"{name} must be a whole number, 0 or more.")
            return None
        return int(value)

    def moment(self, name: str) -> str | None:
        """A date or time."""
        value = self.text(name)
        try:
            if value:
                period(value, name)
        except FhirError as fault:
            self.faults.extend(fault.issues)
        return value

    def part(self, name: str, words: str) -> dict[str, Any] | None:
        """A value that is an object, described by ``words``."""
        value = self.one(name)
        if value is None or isinstance(value, dict):
            return value
        self.fault(name, f"{name} must be {words}: send it in a Parameters resource.", "structure")
        return None

    def coding(self, name: str) -> dict[str, Any] | None:
        """A Coding, whose code, system, version and display are texts where it has them."""
        found = self.part(name, "a Coding")
        return self._plain(name, found) if found is not None else None

    def codings(self, name: str) -> list[dict[str, Any]] | None:
        """The codings of a CodeableConcept; None where the parameter is absent."""
        concept = self.part(name, "a CodeableConcept")
        if concept is None:
            return None
        coded = concept.get("coding", [])
        if not isinstance(coded, list) or not all(isinstance(c, dict) for c in coded) or not coded:
            self.fault(name, f"{name} must be a CodeableConcept with at least one coding.", "structure")
            return []
        return [plain for c in coded if (plain := self._plain(name, c)) is not None]

    def _plain(self, name: str, coding: dict[str, Any]) -> dict[str, Any] | None:
        if not coding.get("code") or not all(isinstance(coding.get(k, ""), str) for k in ("code", "system", "version", "display")):
            self.fault(name, f"{name} must have a code, and its code, system, version and display must be texts.", "structure")
            return None
        return coding

    def resource(self, name: str, kind: str) -> dict[str, Any] | None:
        """A resource of type ``kind`` that came with the call, validated. Raises ``FhirError`` with every fault in it."""
        found = self.part(name, f"a {kind} resource")
        if found is None:
            return None
        if found.get("resourceType") != kind:
            self.fault(name, f"{name} must be a {kind} resource.", "structure")
            return None
        found = {"status": "draft", **found}  # what is only asked about need not be a finished resource
        self.call.server.validator.check(found, kind)
        return found

    def done(self) -> None:
        """Raises ``FhirError`` 400 with every fault."""
        if self.faults:
            raise FhirError(400, self.faults)


@dataclass(slots=True)
class Shelf:
    """The code systems, value sets and maps of one call. ``seen``: the stored ones that were looked at."""

    call: Call
    session: Reader
    seen: list[Version] = field(default_factory=list)

    def find(self, kind: str, url: str) -> Sequence[bytes]:
        return self._searched(kind, [("url", escape(url))], _VERSIONS)

    def all(self, kind: str) -> Sequence[bytes]:
        return self._searched(kind, [], _MOST)

    def _searched(self, kind: str, pairs: list[tuple[str, str]], count: int) -> Sequence[bytes]:
        server, principal = self.call.server, self.call.request.principal
        query = server.search.parse([kind], [*pairs, ("_count", str(count))])
        narrowed = server.guard.check(principal, Intent("search-type", kind, None, query)) or query
        found = self.session.search(narrowed).matches
        self.seen.extend(found)
        return [v.body for v in found if v.body is not None]

    def instance(self) -> dict[str, Any] | None:
        """The resource that the address names: stored, or loaded under this id; None where it names none. Raises 404, 410."""
        call = self.call
        if call.id is None or call.type is None:
            return None
        version = self.session.get(call.type, call.id)
        if version is None:
            definitions = call.server.definitions
            entry = next((e for e in definitions.entries(call.type) if e.get("id") == call.id and "url" in e), None)
            found = definitions.find(call.type, entry["url"]) if entry else None
            if found is None:
                raise not_found(call.type)
            return found
        body = present(version, call.type).body or b""
        self.seen.append(version)
        resource: dict[str, Any] = json.decode(body)
        return resource

    def catalogue(self, *given: dict[str, Any] | None) -> Catalogue:
        """All that is known to this call; ``given`` came with it."""
        terminology = self.call.server.terminology
        loaded = terminology if isinstance(terminology, LoadedTerminology) else LoadedTerminology(self.call.server.definitions)
        return Catalogue(loaded, self, [g for g in given if g is not None])


@contextmanager
def shelf(call: Call, interaction: str) -> Iterator[Shelf]:
    """The resources of the call, in one reading of the store; what was seen of it is traced before the answer goes out."""
    server, principal = call.server, call.request.principal
    intent = Intent(interaction, call.type, call.id)
    server.guard.check(principal, intent)
    with server.store.reading() as session:
        opened = Shelf(call, session)
        yield opened
    server.guard.reveal(principal, intent, opened.seen)


def wanted_languages(call: Call, asked: Asked) -> Languages:
    """Those of ``displayLanguage``, else those of the Accept-Language header."""
    return languages(asked.text("displayLanguage") or call.request.headers.get("accept-language", ""))


def parameters(*parts: tuple[str, str, Any]) -> dict[str, Any]:
    """A Parameters resource of (name, ``value[x]`` or ``part``, value); parts without a value are left out."""
    return {"resourceType": "Parameters", "parameter": [parameter(*p) for p in parts if p[2] is not None]}


def parameter(name: str, kind: str, value: Any) -> dict[str, Any]:
    """One parameter."""
    return {"name": name, kind: value}
