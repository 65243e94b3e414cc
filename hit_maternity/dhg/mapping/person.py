"""The woman's own members of ``mother``, which stand in her Patient: name, address, language, country, interpreter.

Name and address are one text each in the national record, and kept so; a name in parts is read as it is spoken. Whoever has neither name
nor address there has a name that says it isn't known, as a Patient of the card has a name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from hit_maternity.dhg.mapping.coded import from_coding, to_coding
from hit_maternity.dhg.mapping.facts import RECORD, Place
from hit_maternity.dhg.mapping.part import Body, Resource
from hit_maternity.dhg.mapping.pregnancy import Pregnancy, changed, number_of
from hit_maternity.dhg.mapping.values import UNKNOWN_DATE as UNKNOWN_NAME
from hit_maternity.fhir.json import equal
from hit_maternity.maternity.card.elements import claims, extension, extensions, items

_BIRTH_PLACE = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace"
_INTERPRETER = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired"
_SPOKEN_OF = "http://hl7.org/fhir/StructureDefinition/iso21090-SC-coding"
_BCP_47 = "urn:ietf:bcp:47"
_COUNTRY = "VOLVEN_9043"
_TWO_LETTERS = re.compile(r"[A-Z]{2}", re.ASCII).fullmatch
_TAG = re.compile(r"[A-Za-z]{2,3}", re.ASCII).fullmatch


def spoken(person: Resource) -> str | None:
    """A person's name as one text, the official one before others; ``None`` where it isn't known."""
    for name in _in_use(items(person, "name"), ("official", None, "usual", "temp")):
        text = name.get("text") or " ".join(str(part) for part in (*name.get("given", ()), name.get("family")) if part)
        if text:
            return str(text)
    return None


def _in_use(listed: list[Resource], uses: tuple[str | None, ...]) -> list[Resource]:
    """Those of one of these uses, in the order of the uses."""
    return sorted((it for it in listed if it.get("use") in uses), key=lambda it: uses.index(it.get("use")))


_NAMES: tuple[str | None, ...] = ("official", None, "usual", "temp")
_HOMES: tuple[str | None, ...] = ("home", None)


def _named(woman: Resource, name: str | None) -> list[Resource]:
    listed = items(woman, "name")
    used = _in_use(listed, _NAMES)
    if name is None:
        return [it for it in listed if it not in used] or [UNKNOWN_NAME]
    first = used[0] if used else {"use": "official"}
    made = {key: first[key] for key in ("use", "period") if key in first} | {"text": name}
    return [made if it is first else it for it in listed] if used else [made, *listed]


def _home(woman: Resource) -> Resource:
    return next(iter(_in_use(items(woman, "address"), _HOMES)), {})


def _street(address: Resource) -> str | None:
    """The lines, with commas between; of an address that is one text that."""
    lines = [line for line in address.get("line", ()) if isinstance(line, str)]
    return ", ".join(lines) or address.get("text")


def _addressed(woman: Resource, given: Mapping[str, Any]) -> list[Resource] | None:
    listed, home = items(woman, "address"), _home(woman)
    parts = {"line": given.get("address") and [given["address"]], "postalCode": given.get("postNumber"), "city": given.get("postName")}
    parts = {key: value for key, value in parts.items() if value is not None}
    if not parts:
        used = _in_use(listed, _HOMES)
        return [it for it in listed if it not in used] or None
    kept = {key: value for key, value in home.items() if key not in ("text", "_line", "line", "postalCode", "city")}
    made = {**(kept or {"use": "home"}), **parts}
    return [made if it is home else it for it in listed] if home else [*listed, made]


def _preferred(woman: Resource) -> Resource:
    """The language that she would rather speak: the one marked so, else the first that isn't marked otherwise."""
    listed = items(woman, "communication")
    return next((it for it in listed if it.get("preferred") is True), next((it for it in listed if it.get("preferred") is not False), {}))


def _language(woman: Resource) -> Body | None:
    concept = _preferred(woman).get("language")
    found = next((c for c in items(concept, "coding") if isinstance(c.get("code"), str)), None) if isinstance(concept, dict) else None
    if found is None or not isinstance(concept, dict):
        return None
    told = from_coding(found)
    return {**told, "display": concept["text"]} if "display" not in told and isinstance(concept.get("text"), str) else told


def _speaks(woman: Resource, language: Body | None) -> list[Resource] | None:
    listed, one = items(woman, "communication"), _preferred(woman)
    if language is None:
        return [{**it, "preferred": False} for it in listed if it is not one] or None
    listed_codes = [to_coding(language)]
    if listed_codes[0].get("system") != _BCP_47:  # FHIR wants a tag too; a code that looks like none tells no language
        tag = language["code"].lower() if _TAG(language["code"]) else "und"
        listed_codes.append({"system": _BCP_47, "code": tag})
    made = {**one, "language": {"coding": listed_codes}, "preferred": True}
    return [made if it is one else it for it in listed] if one else [made, *listed]


def _country(woman: Resource) -> Body | None:
    place = extension(woman, _BIRTH_PLACE)
    if not isinstance(place, dict):
        return None
    held = place.get("_country")
    coding = extension(held, _SPOKEN_OF) if isinstance(held, dict) else None
    if isinstance(coding, dict) and isinstance(coding.get("code"), str):
        return from_coding(coding)
    country = place.get("country")
    return {"code": country, "codeSystem": _COUNTRY} if isinstance(country, str) and _TWO_LETTERS(country) else None


def _born_in(woman: Resource, country: Body | None) -> list[Resource] | None:
    there = next(extensions(woman, _BIRTH_PLACE), {})
    address = {key: value for key, value in there.get("valueAddress", {}).items() if key not in ("country", "_country", "text")}
    if country is not None:
        address["country"] = country["code"]
        if not equal(country, {"code": country["code"], "codeSystem": _COUNTRY}) or _TWO_LETTERS(country["code"]) is None:
            address["_country"] = {"extension": [{"url": _SPOKEN_OF, "valueCoding": to_coding(country)}]}
    return _extended(woman, _BIRTH_PLACE, {"valueAddress": address} if address else None)


def _extended(woman: Resource, url: str, value: Resource | None) -> list[Resource] | None:
    """Her extensions with the one that has this address replaced."""
    rest = [it for it in items(woman, "extension") if it.get("url") != url]
    return [*rest, {"url": url, **value}] if value is not None else rest or None


class Person:
    """The members that stand in her Patient."""

    names = ("name", "address", "postNumber", "postName", "language", "countryOfBirth", "needsLanguageInterpreter")

    def fits(self, resource: Resource) -> bool:
        return resource["resourceType"] == "Patient" and number_of(resource) is None and not claims(resource, "Patient-newborn")

    def read(self, pregnancy: Pregnancy, place: Place = RECORD) -> dict[str, Any]:
        woman = pregnancy.card.mother
        home, interpreter = _home(woman), extension(woman, _INTERPRETER)
        told = {
            "name": spoken(woman),
            "address": _street(home),
            "postNumber": home.get("postalCode"),
            "postName": home.get("city"),
            "language": _language(woman),
            "countryOfBirth": _country(woman),
            "needsLanguageInterpreter": interpreter if isinstance(interpreter, bool) else None,
        }
        return {name: value for name, value in told.items() if value is not None}

    def write(self, pregnancy: Pregnancy, wanted: Mapping[str, Any], place: Place = RECORD) -> list[Resource]:
        woman, told = pregnancy.card.mother, self.read(pregnancy)

        def new(*names: str) -> bool:
            return any(not equal(told.get(name), wanted.get(name)) for name in names)

        made = woman
        if new("name"):
            made = changed(made, name=_named(made, wanted.get("name")))
        if new("address", "postNumber", "postName"):
            made = changed(made, address=_addressed(made, wanted))
        if new("language"):
            made = changed(made, communication=_speaks(made, wanted.get("language")))
        if new("countryOfBirth"):
            made = changed(made, extension=_born_in(made, wanted.get("countryOfBirth")))
        if new("needsLanguageInterpreter"):
            answer = wanted.get("needsLanguageInterpreter")
            made = changed(made, extension=_extended(made, _INTERPRETER, None if answer is None else {"valueBoolean": answer}))
        return [] if made is woman else [made]
