"""For every element of every profile and extension: conforming instances are broken in each way its definition forbids, and each
break must be refused. What survives is listed with its reason.

A break is made once for each profile, element and kind, in the first instance that has the element: the small ones of
``instances.json``, then the resources of the synthetic pregnancies. Invariants have their own tests (``test_invariants``).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from hit_maternity.fhir import json as fhir_json
from hit_maternity.fhir.validation import Validator
from hit_maternity.testbed.people import pregnancies

Resource = dict[str, Any]
Element = dict[str, Any]
#: JSON keys and indexes from a resource to a value in it.
Keys = tuple[str | int, ...]
#: (profile, element, kind of break)
Case = tuple[str, str, str]
#: Whether a resource has no error by the profile at hand.
Accepts = Callable[[Resource], bool]

HERE = Path(__file__)
OURS = "https://hit-maternity.example/fhir/StructureDefinition/"
SHORT = "no-domain-Maternity-"
CORE = "http://hl7.org/fhir/StructureDefinition/"
#: How many instances of each profile are looked at for an element.
SAMPLE = 8

#: What is let pass, by element and kind, and why that is right.
SURVIVORS: dict[tuple[str, str], str] = {
    ("Extension.url", "wrong code"): "an extension with another url is another extension, and others are always allowed",
}

#: Elements that are not tried themselves or whose children are not, and why.
UNREACHED: dict[str, str] = {
    "Patient.communication": "neither a fetus nor a newborn may have it, which is tried",
    "Patient.contact": "a fetus may not have it, which is tried",
    "Bundle.entry.search": "only a searchset may have it (bdl-2)",
    "Bundle.entry.request": "a document may not have it (bdl-3)",
    "Bundle.entry.response": "a document may not have it (bdl-4)",
    "Bundle.entry:composition": "links, searches and requests are no part of a document's entries",
    "Bundle.entry:episode": "as above",
    "Bundle.entry:mother": "as above",
    "Extension.extension:description": "no synthetic woman's record is attested in words",
    "Observation.value[x]:valueQuantity": "a blood pressure has components, and no value that could be broken",
    "Observation.value[x]:valueCodeableConcept": "told as a boolean in all synthetic records",
    "Patient.identifier:DNR": "the D-number differs from the national identity number in its system alone, and that is tried",
    "Patient.identifier:FHN": "as above",
    "RelatedPerson.identifier:FNR": "as of the mother",
    "RelatedPerson.identifier:DNR": "as of the mother",
}

#: A value of each type, to be put where none may be, or where another type belongs.
VALUES: dict[str, Any] = {
    "boolean": True,
    "integer": 1,
    "positiveInt": 1,
    "unsignedInt": 1,
    "decimal": 1.5,
    "string": "x",
    "markdown": "x",
    "code": "x",
    "id": "x",
    "uri": "urn:x:1",
    "url": "urn:x:1",
    "canonical": "urn:x:1",
    "base64Binary": "AAAA",
    "date": "2026-01-05",
    "dateTime": "2026-01-05",
    "instant": "2026-01-05T10:00:00Z",
    "time": "10:00:00",
    "CodeableConcept": {"text": "x"},
    "Coding": {"display": "x"},
    "Reference": {"display": "x"},
    "Identifier": {"value": "x"},
    "Quantity": {"value": 1},
    "Age": {"value": 1, "system": "http://unitsofmeasure.org", "code": "a"},
    "Duration": {"value": 1, "system": "http://unitsofmeasure.org", "code": "d"},
    "Range": {"low": {"value": 1}},
    "Ratio": {"numerator": {"value": 1}, "denominator": {"value": 2}},
    "Period": {"start": "2026-01-05"},
    "Timing": {"code": {"text": "x"}},
    "SampledData": {"origin": {"value": 1}, "period": 1, "dimensions": 1},
    "Annotation": {"text": "x"},
    "Attachment": {"title": "x"},
    "HumanName": {"family": "x"},
    "Address": {"city": "x"},
    "ContactPoint": {"system": "phone", "value": "x"},
    "Extension": {"url": "urn:x:1", "valueString": "x"},
    "Dosage": {"text": "x"},
    "Narrative": {"status": "empty", "div": '<div xmlns="http://www.w3.org/1999/xhtml">x</div>'},
    "Meta": {"versionId": "1"},
    "Resource": {"resourceType": "Basic", "id": "added", "code": {"text": "x"}},
    "BackboneElement": {"extension": [{"url": "urn:x:1", "valueString": "x"}]},
    "Element": {"extension": [{"url": "urn:x:1", "valueString": "x"}]},
    "Signature": {"type": [{"code": "x"}], "when": "2026-01-05T10:00:00Z", "who": {"display": "x"}},
}
#: A code of each value set that a mandatory code of a backbone element is bound to.
CODES = {
    "encounter-status": "planned",
    "episode-of-care-status": "planned",
    "link-type": "seealso",
    "composition-attestation-mode": "personal",
    "document-relationship-type": "replaces",
    "http-verb": "GET",
    "search-entry-mode": "match",
    "consent-data-meaning": "instance",
    "days-of-week": "mon",
    "provenance-entity-role": "source",
    "participationstatus": "accepted",
    "care-plan-activity-status": "scheduled",
    "reaction-event-severity": "mild",
    "care-plan-activity-kind": "Task",
}
#: A UCUM unit that measures nothing on the card.
OTHER_UNIT = "[mi_us]"


def value_of(element: Element, prefix: str) -> Any:
    """What stands under fixed[x], pattern[x], minValue[x] ... of an element."""
    return next((v for k, v in element.items() if k.startswith(prefix) and k[len(prefix) : len(prefix) + 1].isupper()), None)


def at(resource: Any, keys: Keys) -> Any:
    for key in keys:
        resource = resource[key]
    return resource


def matches(value: Any, pattern: Any) -> bool:
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(matches(value.get(k), p) for k, p in pattern.items())
    if isinstance(pattern, list):
        return isinstance(value, list) and all(any(matches(v, p) for v in value) for p in pattern)
    return bool(value == pattern)


@dataclass(frozen=True)
class Definition:
    """A profile's snapshot, and where in an instance its elements are."""

    name: str
    url: str
    type: str
    elements: dict[str, Element]

    @classmethod
    def of(cls, structure: Resource) -> Definition:
        name = structure["id"].removeprefix(SHORT)
        return cls(name, structure["url"], structure["type"], {e["id"]: e for e in structure["snapshot"]["element"]})

    def spots(self, instance: Resource, identity: str) -> list[Keys]:
        """Where the element with this id is in ``instance``, the values of one slice where it names one."""
        found: list[Keys] = [()]
        prefix = identity.partition(".")[0]
        for token in identity.split(".")[1:]:
            prefix = f"{prefix}.{token}"
            name, _, piece = token.partition(":")
            found = [spot for keys in found for spot in _under(at(instance, keys), name, keys)]
            if piece:
                found = [spot for spot in found if self.is_in(prefix, spot, at(instance, spot))]
        return found

    def is_in(self, slice_id: str, spot: Keys, value: Any) -> bool:
        """Whether a value is of a slice, by what the slice fixes."""
        element = self.elements[slice_id]
        name = slice_id.rpartition(".")[2].partition(":")[0]
        types = [t["code"] for t in element.get("type", ())]
        if name.endswith("[x]"):
            return spot[-1] in {name.removesuffix("[x]") + t[:1].upper() + t[1:] for t in types}
        if types == ["Extension"] and "profile" in element["type"][0]:
            return value.get("url") in element["type"][0]["profile"]
        return all(self._has(value, rest, wanted) for rest, wanted in self.marks(slice_id))

    def marks(self, slice_id: str) -> Iterator[tuple[list[str], Element]]:
        """What a slice fixes in itself and below: (names to go down, the element that fixes)."""
        for identity, element in self.elements.items():
            rest = identity.removeprefix(slice_id)
            if identity.startswith(slice_id) and rest[:1] in ("", "."):
                fixes = value_of(element, "fixed") is not None or value_of(element, "pattern") is not None
                if fixes or rest == ".resource":
                    under = [slice_id + "." + ".".join(rest.split(".")[1 : n + 1]) for n in range(1, rest.count(".") + 1)]
                    if all(":" not in u.rpartition(".")[2] or self.elements[u]["min"] > 0 for u in under):
                        yield [t.partition(":")[0] for t in rest.split(".")[1:]], element

    def _has(self, value: Any, names: list[str], wanted: Element) -> bool:
        if names == ["resource"] and value_of(wanted, "pattern") is None:
            types = {t["code"] for t in wanted["type"]}
            return "Resource" in types or value.get("resource", {}).get("resourceType") in types
        spots: list[Keys] = [()]
        for name in names:
            spots = [spot for keys in spots for spot in _under(at(value, keys), name, keys)]
        fixed, pattern = value_of(wanted, "fixed"), value_of(wanted, "pattern")
        return any(at(value, s) == fixed if fixed is not None else matches(at(value, s), pattern) for s in spots)

    def escapes(self, identity: str) -> bool:
        """Whether to alter the element only takes it out of a slice that may be absent, where others are allowed."""
        tokens = identity.split(".")
        for n in range(1, len(tokens)):
            name, _, piece = tokens[n].partition(":")
            if not piece or name.endswith("[x]"):
                continue
            slice_id, base_id = ".".join(tokens[: n + 1]), ".".join([*tokens[:n], name])
            slicing = self.elements[base_id].get("slicing", {})
            if self.elements[slice_id]["min"] > 0 or slicing.get("rules") == "closed":
                continue
            rest = [t.partition(":")[0].removesuffix("[x]") for t in tokens[n + 1 :]]
            for discriminator in slicing.get("discriminator", ()):
                path = [] if discriminator["path"] == "$this" else discriminator["path"].replace(".resolve()", "").split(".")
                if path[: len(rest)] == rest[: len(path)]:
                    return True
        return False


def _under(value: Any, name: str, keys: Keys) -> list[Keys]:
    """The values under a FHIR name (``value[x]``: of any type), each item of an array by itself."""
    if not isinstance(value, dict):
        return []
    if name.endswith("[x]"):
        start = name.removesuffix("[x]")
        found = [k for k in value if k.startswith(start) and k[len(start) : len(start) + 1].isupper()]
    else:
        found = [name] if name in value else []
    return [spot for k in found for spot in ([(*keys, k, i) for i in range(len(value[k]))] if isinstance(value[k], list) else [(*keys, k)])]


# the breaks


def changed(instance: Resource, keys: Keys, value: Any) -> Resource:
    broken: Resource = fhir_json.copy(instance)
    at(broken, keys[:-1])[keys[-1]] = value
    return broken


def removed(instance: Resource, spots: list[Keys]) -> Resource:
    """Without all these, of the first one's owner."""
    broken: Resource = fhir_json.copy(instance)
    first = spots[0]
    depth = len(first) - (2 if isinstance(first[-1], int) else 1)
    owner = at(broken, first[:depth])
    own = [s for s in spots if s[:depth] == first[:depth]]
    for spot in reversed(own):
        if isinstance(spot[-1], int):
            del owner[spot[-2]][spot[-1]]
            if not owner[spot[-2]]:
                del owner[spot[-2]]
        else:
            del owner[spot[-1]]
            owner.pop(f"_{spot[-1]}", None)
    return broken


def doubled(instance: Resource, spots: list[Keys], most: int) -> Resource:
    """With one more than there may be, beside the first."""
    broken: Resource = fhir_json.copy(instance)
    first = spots[0]
    value = at(broken, first)
    if not isinstance(first[-1], int):
        at(broken, first[:-1])[first[-1]] = [value] * (most + 1)
        return broken
    listed = at(broken, first[:-1])
    own = [s for s in spots if s[:-1] == first[:-1]]
    listed.extend(fhir_json.copy(value) if isinstance(value, dict) else value for _ in range(most + 1 - len(own)))
    return broken


def breaks(definition: Definition, instance: Resource, identity: str) -> Iterator[tuple[str, Resource]]:
    """(kind, the broken instance) of all that the element's definition forbids and this instance lets one do."""
    element = definition.elements[identity]
    spots = definition.spots(instance, identity)
    most = None if element["max"] == "*" else int(element["max"])
    if most == 0 or not spots:
        yield from _absent(definition, instance, identity, element, most)
        return
    escapes = definition.escapes(identity)
    if element["min"] > 0 and not escapes:
        yield "removed", removed(instance, spots)
    if most is not None:
        yield "doubled", doubled(instance, spots, most)
    first, value = spots[0], at(instance, spots[0])
    yield "wrong type", changed(instance, first, ["x"] if isinstance(value, dict) else {"x": "y"})
    yield from _types(instance, element, first)
    if not escapes:
        yield from _values(instance, element, first, value)
    yield from _ranges(instance, element, first, value)


def _absent(
    definition: Definition, instance: Resource, identity: str, element: Element, most: int | None
) -> Iterator[tuple[str, Resource]]:
    """What may not be is put there; what is not there but may be is put there as something it can't be."""
    owner_id, _, token = identity.rpartition(".")
    profiled = [p for t in element.get("type", ()) if t["code"] == "Extension" for p in t.get("profile", ())]
    if ":" in token and profiled:
        owners = definition.spots(instance, owner_id)
        value = {"url": profiled[0], "valueSampledData": VALUES["SampledData"]}
        for owner in owners[:1]:
            yield "wrong type", changed(instance, (*owner, "extension"), [*at(instance, owner).get("extension", ()), value])
    if ":" in token:
        return
    owners = definition.spots(instance, owner_id)
    if not owners or not isinstance(at(instance, owners[0]), dict):
        return
    code = element["type"][0]["code"] if element.get("type") else "BackboneElement"
    repeats = element.get("base", element)["max"] not in ("0", "1")
    name = token.removesuffix("[x]")
    key = name + code[:1].upper() + code[1:] if token.endswith("[x]") else name
    if most == 0:
        if code.startswith("http"):
            return
        value = VALUES[code]
        yield "added", changed(instance, (*owners[0], key), [value] if repeats else value)
    else:
        yield "wrong type", changed(instance, (*owners[0], key), [["x"]] if repeats else ["x"])


def _types(instance: Resource, element: Element, first: Keys) -> Iterator[tuple[str, Resource]]:
    """A type that a choice doesn't allow; a resource that a reference may not lead to."""
    types = [t["code"] for t in element.get("type", ())]
    name = element["path"].rpartition(".")[2]
    if name.endswith("[x]") and ":" not in element["id"].rpartition(".")[2]:
        other = next((t for t in ("Ratio", "boolean", "string", "Range", "Period", "Quantity", "Age") if t not in types), None)
        if other:
            broken = removed(instance, [first])
            at(broken, first[:-1])[name.removesuffix("[x]") + other[:1].upper() + other[1:]] = VALUES[other]
            yield "other type", broken
    targets = [p for t in element.get("type", ()) if t["code"] == "Reference" for p in t.get("targetProfile", ())]
    if targets and not any(p == f"{CORE}Resource" for p in targets) and "reference" in at(instance, first):
        yield "wrong target", changed(instance, (*first, "reference"), "TestScript/1")


def _values(instance: Resource, element: Element, first: Keys, value: Any) -> Iterator[tuple[str, Resource]]:
    """Another code, unit or value where one is fixed, patterned or bound."""
    fixed, pattern = value_of(element, "fixed"), value_of(element, "pattern")
    bound = element.get("binding", {}).get("strength") == "required"
    if isinstance(value, dict) and (pattern is not None or fixed is not None or bound):
        if "coding" in value:
            yield "wrong code", changed(instance, first, {"coding": [{"system": "urn:x:1", "code": "no-such-code"}]})
        elif "code" in value and "value" in value:
            yield "wrong unit", changed(instance, (*first, "code"), OTHER_UNIT)
        elif "code" in value:
            yield "wrong code", changed(instance, (*first, "code"), "no-such-code")
    elif isinstance(value, str) and (fixed is not None or pattern is not None or bound):
        is_unit = element["path"].endswith((".valueQuantity.code", ".value[x].code", "Quantity.code"))
        yield ("wrong unit", changed(instance, first, OTHER_UNIT)) if is_unit else ("wrong code", changed(instance, first, "urn:x:no-such"))
    elif isinstance(value, bool) and fixed is not None:
        yield "wrong code", changed(instance, first, not value)


def _ranges(instance: Resource, element: Element, first: Keys, value: Any) -> Iterator[tuple[str, Resource]]:
    """Just beyond what minValue, maxValue and maxLength allow."""
    for prefix, step in (("minValue", -1), ("maxValue", 1)):
        limit = value_of(element, prefix)
        if isinstance(limit, dict):
            yield f"beyond {prefix}", changed(instance, (*first, "value"), _beyond(limit["value"], step))
        elif isinstance(limit, int | float):
            yield f"beyond {prefix}", changed(instance, first, _beyond(limit, step))
        elif isinstance(limit, str):
            yield f"beyond {prefix}", changed(instance, first, f"{int(limit[:4]) + step:04}{limit[4:]}")
    if isinstance(element.get("maxLength"), int) and isinstance(value, str):
        yield "too long", changed(instance, first, "x" * (element["maxLength"] + 1))


def _beyond(limit: float, step: int) -> Any:
    return limit + step if isinstance(limit, int) else fhir_json.decode(str(Decimal(str(limit)) + step).encode())


# the instances


def _claimed(resource: Resource) -> list[str]:
    listed: list[str] = resource.get("meta", {}).get("profile", [])
    return listed


def _extensions(value: Any) -> Iterator[Resource]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "extension":
                yield from inner
            yield from _extensions(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _extensions(inner)


@cache
def instances() -> dict[str, list[Resource]]:
    """Conforming instances by the canonical of their profile: the smallest first, then the richest of the pregnancies'."""
    small: dict[str, Resource] = fhir_json.decode(HERE.with_name("instances.json").read_bytes())
    rich: dict[str, list[Resource]] = defaultdict(list)
    for pregnancy in pregnancies():
        for resource in pregnancy.resources():
            for url in _claimed(resource):
                rich[url].append(resource)
    for listed in rich.values():
        listed.sort(key=lambda r: -len(json.dumps(r, default=str)))
    found: dict[str, list[Resource]] = {OURS + SHORT + name: [resource] for name, resource in small.items()}
    for url, listed in rich.items():
        found.setdefault(url, []).extend(listed[:SAMPLE])
    return found


def _unclaimed(resource: Resource) -> Resource:
    """Without meta.profile, so that only the profile that is named judges."""
    meta = {k: v for k, v in resource.get("meta", {}).items() if k != "profile"}
    return {**{k: v for k, v in resource.items() if k != "meta"}, **({"meta": meta} if meta else {})}


def enriched(definition: Definition, instance: Resource, accepts: Accepts) -> list[Resource]:
    """``instance`` with each backbone element that it lacks, filled with as little as is accepted: one instance for each."""
    found = []
    owners = dict.fromkeys(identity.rpartition(".")[0] for identity in definition.elements)
    for owner in owners:
        outer, _, name = owner.rpartition(".")
        element = definition.elements.get(owner)
        if not outer or element is None or ":" in name or element["max"] == "0" or definition.spots(instance, owner):
            continue
        places = definition.spots(instance, outer)
        if places and element.get("type", [{}])[0].get("code") in ("BackboneElement", "Element"):
            repeats = element.get("base", element)["max"] not in ("0", "1")
            for value in _fillings(definition, owner):
                made = changed(instance, (*places[0], name), [value] if repeats else value)
                if accepts(made):
                    found.append(made)
                    break
    return found


def _fillings(definition: Definition, owner: str) -> Iterator[Resource]:
    """Values of a backbone element: what it must have, alone, and with each other child beside it."""
    needed: Resource = {}
    more: list[tuple[str, Any]] = []
    for identity, element in definition.elements.items():
        outer, _, name = identity.rpartition(".")
        if outer != owner or ":" in name or element["max"] == "0" or not element.get("type"):
            continue
        code = element["type"][0]["code"]
        if code not in VALUES:
            continue
        key = name.removesuffix("[x]") + (code[:1].upper() + code[1:] if name.endswith("[x]") else "")
        value = _bound(element) or VALUES[code]
        listed = [value] if element.get("base", element)["max"] not in ("0", "1") else value
        if element["min"] > 0:
            needed[key] = listed
        elif name not in ("id", "extension", "modifierExtension"):
            more.append((key, listed))
    yield needed
    for key, value in more:
        yield {**needed, key: value}


def _bound(element: Element) -> Any:
    """A code of the sets that R4's own backbone elements are bound to."""
    if element["path"].endswith("communication.language"):
        return {"coding": [{"system": "urn:ietf:bcp:47", "code": "nb"}]}
    url = element.get("binding", {}).get("valueSet", "").partition("|")[0].rpartition("/")[2]
    return CODES.get(url) if element["type"][0]["code"] == "code" else None


def children(structure: Resource, compiled: dict[str, Resource]) -> list[str]:
    """The canonicals of the profiles that derive from an abstract one: their instances are its."""
    urls = [structure["url"]]
    for url in urls:
        urls += [s["url"] for s in compiled.values() if s.get("baseDefinition") == url]
    return urls


def cases(definition: Definition, urls: list[str], accepts: Accepts) -> Iterator[tuple[Case, Resource]]:
    """Each kind of break of each element once, in the first instance of these profiles that allows it."""
    listed = [_unclaimed(instance) for url in urls for instance in instances().get(url, [])[: SAMPLE if len(urls) == 1 else 2]]
    for instance in listed[:1]:
        listed += enriched(definition, instance, accepts)
    for identity in definition.elements:
        if "." not in identity:
            continue
        done: set[str] = set()
        for instance in listed:
            for kind, broken in breaks(definition, instance, identity):
                if kind not in done:
                    done.add(kind)
                    yield (definition.name, identity, kind), broken


def extension_cases(definition: Definition) -> Iterator[tuple[Case, Resource]]:
    """As ``cases``, of an extension: it is broken where it stands, in the first resource that has it."""
    done: set[tuple[str, str]] = set()
    for listed in instances().values():
        for resource in listed:
            spots = [s for s in _extension_spots(resource) if at(resource, s).get("url") == definition.url]
            for spot in spots[:1]:
                for identity in definition.elements:
                    for kind, broken in breaks(definition, at(resource, spot), identity) if "." in identity else ():
                        if (identity, kind) not in done:
                            done.add((identity, kind))
                            yield (definition.name, identity, kind), changed(resource, spot, broken)


def _extension_spots(value: Any, keys: Keys = ()) -> Iterator[Keys]:
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        if key == "extension":
            yield from ((*keys, key, i) for i in range(len(inner)))
        yield from _extension_spots(inner, (*keys, key))


def _definitions(compiled: dict[str, Resource]) -> list[Resource]:
    return [r for r in compiled.values() if r["resourceType"] == "StructureDefinition"]


@pytest.fixture(scope="module")
def outcome(compiled: dict[str, Resource], validator: Validator) -> tuple[list[Case], list[Case]]:
    """(the breaks that were made, those that were let pass)"""
    made: list[Case] = []
    survivors = []
    for structure in _definitions(compiled):
        definition = Definition.of(structure)
        extension = structure["type"] == "Extension"
        profiles = [] if extension else [definition.url]

        def accepts(resource: Resource, profiles: list[str] = profiles) -> bool:
            return not any(i.severity == "error" for i in validator.validate(resource, profiles=profiles))

        all_cases = extension_cases(definition) if extension else cases(definition, children(structure, compiled), accepts)
        for case, broken in all_cases:
            made.append(case)
            if accepts(broken):
                survivors.append(case)
    return made, survivors


def test_each_profile_has_instances_that_conform(compiled: dict[str, Resource], validator: Validator) -> None:
    wanted = {s["url"] for s in _definitions(compiled) if s["type"] != "Extension" and not s["abstract"]}
    assert wanted <= instances().keys()
    faults = [
        (url, issue.expression, issue.text)
        for url in sorted(wanted)
        for instance in instances()[url]
        for issue in validator.validate(instance, profiles=[url])
        if issue.severity == "error"
    ]
    assert faults == []


def test_every_element_of_every_profile_and_extension_is_broken(
    compiled: dict[str, Resource], outcome: tuple[list[Case], list[Case]]
) -> None:
    made, _ = outcome
    tried = {(profile, identity) for profile, identity, _ in made}
    missed = {
        (definition.name, identity)
        for definition in map(Definition.of, _definitions(compiled))
        for identity in definition.elements
        if "." in identity and (definition.name, identity) not in tried
    }
    assert {case for case in missed if not any(f"{case[1]}.".startswith(f"{known}.") for known in UNREACHED)} == set()
    assert len(made) > 8000


def test_what_is_let_pass_is_known_and_has_its_reason(outcome: tuple[list[Case], list[Case]]) -> None:
    _, survivors = outcome
    assert [case for case in survivors if case[1:] not in SURVIVORS] == []
    assert {case[1:] for case in survivors} == SURVIVORS.keys()


def test_nearly_every_break_is_refused(outcome: tuple[list[Case], list[Case]]) -> None:
    made, survivors = outcome
    assert len(survivors) <= len(made) * 0.02
