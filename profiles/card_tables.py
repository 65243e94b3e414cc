"""The tables about the profiles: mapping.toml and codes.toml, checked against the compiled definitions, written as pages in docs/."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

PROFILES = Path(__file__).resolve().parent
DOCS = PROFILES.parent / "docs"
OWN = "https://hit-maternity.example/fhir"
PROFILE_PREFIX = "no-domain-Maternity-"

#: Sections of the card in its order, and their heading.
SECTIONS = {
    "record": "The record itself",
    "about-you": "About you (om deg)",
    "follow-up": "Follow-up (oppfølging)",
    "previous-pregnancies": "Previous pregnancies (tidligere svangerskap)",
    "health": "Health and disease (helseutfordringer og sykdom)",
    "this-pregnancy": "This pregnancy (ditt svangerskap)",
    "habits": "Habits and body measures (levevaner og mål)",
    "medicines": "Medicines (legemidler)",
    "visits": "Antenatal visits (svangerskapskontroller)",
    "tests": "Other tests (andre prøvesvar)",
    "fundal-height": "Fundal height (mål av magen)",
}
CONFIRMED = frozenset({"V", "W"})
MARKS = {
    "V": "code and meaning read in a published specification",
    "v": "code read in a published specification; the meaning follows from where it stands",
    "W": "meaning read on a published page or list",
    "D": "only in a public client of the national record",
    "M": "known by heart only",
}


class TableError(ValueError):
    """A table is malformed, or says what the compiled definitions don't."""


@dataclass(frozen=True, slots=True)
class Row:
    """One field of the card. ``codes``: ``<system>#<code>``, or a system alone."""

    section: str
    card: str
    dhg: str
    profile: str
    element: str
    codes: tuple[str, ...]
    evidence: str
    note: str


@dataclass(frozen=True, slots=True)
class Code:
    """A code of somebody else's system, and how surely it is right. ``url``: the system."""

    system: str
    url: str
    code: str
    display: str
    mark: str
    source: str


@dataclass(frozen=True, slots=True)
class Codes:
    """The table of codes. ``systems``: id to address and name; ``whole``: addresses of systems that are confirmed as a whole."""

    systems: Mapping[str, tuple[str, str]]
    listed: tuple[Code, ...]
    whole: frozenset[str]
    open: tuple[Mapping[str, str], ...]

    def find(self, url: str, code: str) -> Code | None:
        """The entry of a code, None where there is none."""
        return next((c for c in self.listed if c.url == url and c.code == code), None)


def _table(name: str) -> dict[str, Any]:
    try:
        return tomllib.loads((PROFILES / name).read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as fault:
        raise TableError(f"profiles/{name}: {fault}") from None


@cache
def rows() -> tuple[Row, ...]:
    """Every field of the card. Raises ``TableError``."""
    listed = tuple(Row(**{**row, "codes": tuple(row["codes"])}) for row in _table("mapping.toml")["row"])
    for row in listed:
        if row.section not in SECTIONS:
            raise TableError(f"profiles/mapping.toml: {row.card}: there is no section {row.section}")
        if row.evidence not in ("N", "C", "") or bool(row.dhg) != bool(row.evidence):
            raise TableError(f"profiles/mapping.toml: {row.card}: evidence is N or C for a field of the national record, else empty")
    return listed


@cache
def codes() -> Codes:
    """Every code of other systems. Raises ``TableError``."""
    table = _table("codes.toml")
    systems = {s["id"]: (s["url"], s["name"]) for s in table["system"]}
    listed = []
    for entry in table["code"]:
        if entry["system"] not in systems or entry["mark"] not in MARKS:
            raise TableError(f"profiles/codes.toml: {entry['code']}: unknown system or mark")
        listed.append(Code(url=systems[entry["system"]][0], **entry))
    whole = frozenset(s["url"] for s in table["system"] if s.get("mark") in CONFIRMED)
    return Codes(systems, tuple(listed), whole, tuple(table["open"]))


def sureness(url: str, code: str) -> str:
    """How sure a code is, as a sentence: mark and source; empty for a code of our own. Raises ``TableError`` for one that is not listed."""
    if url.startswith(OWN):
        return ""
    entry = codes().find(url, code)
    if entry is None:
        raise TableError(f"codes.toml: {url}#{code} is missing (a ConceptMap uses it)")
    if entry.mark in CONFIRMED:
        return f"{entry.system} {code}: confirmed ({entry.source})."
    return f"{entry.system} {code}: not confirmed, {MARKS[entry.mark]}{f' ({entry.source})' if entry.source else ''}."


def used(resources: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], set[str]]:
    """(system, code) of other code systems in our definitions, with the ids of the definitions that use it."""
    foreign = {url for url, _ in codes().systems.values()}
    found: dict[tuple[str, str], set[str]] = {}
    for resource in resources:
        own = {key: value for key, value in resource.items() if key != "snapshot"}
        for system, code in (*_codings(own), *_fixed(own)):
            if system in foreign:
                found.setdefault((system, code), set()).add(resource["id"])
    return found


def _codings(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for item in value:
            yield from _codings(item)
    elif isinstance(value, dict):
        if isinstance(value.get("system"), str):
            stated = [value, *value.get("concept", ())]
            yield from ((value["system"], it["code"]) for it in stated if isinstance(it.get("code"), str))
        if value.get("resourceType") == "CodeSystem":
            yield from ((value["url"], it["code"]) for it in value.get("concept", ()))
        for item in value.values():
            yield from _codings(item)


def _fixed(structure: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """System and code that a profile fixes apart, as FHIR's vital signs do."""
    elements = {e["id"]: e for e in structure.get("differential", {}).get("element", ())}
    for name, element in elements.items():
        system = elements.get(f"{name.removesuffix('.code')}.system", {}).get("fixedUri")
        if "fixedCode" in element and system:
            yield system, element["fixedCode"]


def faults(compiled: Mapping[str, str]) -> list[str]:
    """What the tables say that the compiled definitions don't, and the other way round."""
    resources = [json.loads(text) for text in compiled.values()]
    ids = {r["id"] for r in resources if r["resourceType"] == "StructureDefinition"}
    own = {r["id"]: _own_codes(r) for r in resources if r["resourceType"] == "CodeSystem" and r["url"].startswith(OWN)}
    told = [
        f"mapping.toml: {row.card}: there is no profile {row.profile}"
        for row in rows()
        if row.profile and PROFILE_PREFIX + row.profile not in ids
    ]
    for row in rows():
        for stated in row.codes:
            system, _, code = stated.partition("#")
            url = codes().systems.get(system, ("", ""))[0]
            known = code in own[system] or not code if system in own else bool(url) and (not code or codes().find(url, code) is not None)
            if not known:
                told.append(f"mapping.toml: {row.card}: {stated} is in no code system of ours and not in codes.toml")
    for (url, code), where in sorted(used(resources).items()):
        if url not in codes().whole and codes().find(url, code) is None:
            told.append(f"codes.toml: {url}#{code} is missing (used by {', '.join(sorted(where)[:3])})")
    return told


def _own_codes(system: Mapping[str, Any]) -> frozenset[str]:
    found: set[str] = set()
    waiting = list(system.get("concept", ()))
    while waiting:
        concept = waiting.pop()
        found.add(concept["code"])
        waiting.extend(concept.get("concept", ()))
    return frozenset(found)


# ---------------------------------------------------------------- the pages


def documents(compiled: Mapping[str, str]) -> dict[Path, str]:
    """Path to text of the pages in docs/. Raises ``TableError`` where the tables and the definitions disagree."""
    told = faults(compiled)
    if told:
        raise TableError("\n".join(told))
    resources = [json.loads(text) for text in compiled.values()]
    return {DOCS / "mapping.md": mapping_page(), DOCS / "codes.md": codes_page(used(resources))}


def grid(heads: Sequence[str], lines: Iterable[Sequence[str]]) -> list[str]:
    """A table of the page."""

    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|") or " " for cell in cells) + " |"

    return [line(heads), "|" + " --- |" * len(heads), *(line(cells) for cells in lines), ""]


def _quoted(text: str) -> str:
    return f"`{text}`" if text else ""


def mapping_page() -> str:
    """docs/mapping.md."""
    page = [
        "# The card in FHIR, field by field",
        "",
        "Made from `profiles/mapping.toml` by `python profiles/build.py`; don't edit this page.",
        "",
        "Card: the field on the card or on Helsenorge. DHG: the field of the national record's JSON. Profile: what follows",
        f"`{PROFILE_PREFIX}`. Evidence of the national field: N its own documentation, C a public client of it, empty where there is none.",
        "Codes in *italics* are not confirmed; [codes.md](codes.md) says how surely each is right.",
        "",
        "Yes and no are three-valued: true, false, and null, for which there is no resource. `dataAbsentReason` says more than null",
        "(asked but unknown, not asked, declined) and becomes null in the national record.",
        "",
    ]
    for section, heading in SECTIONS.items():
        lines = [
            (r.card, _quoted(r.dhg), _quoted(r.profile), r.element, ", ".join(_shown(c) for c in r.codes), r.evidence, r.note)
            for r in rows()
            if r.section == section
        ]
        page += [f"## {heading}", "", *grid(("card", "DHG", "profile", "FHIR element", "codes", "evidence", "note"), lines)]
    return "\n".join(page)


def _shown(stated: str) -> str:
    system, _, code = stated.partition("#")
    if system not in codes().systems or not code:
        return stated
    entry = codes().find(codes().systems[system][0], code)
    return stated if entry is None or entry.mark in CONFIRMED else f"*{stated}*"


def codes_page(where: Mapping[tuple[str, str], set[str]]) -> str:
    """docs/codes.md; ``where``: which definitions use a code."""
    heads = ("system", "code", "meaning", "mark", "source", "used by")

    def lines(confirmed: bool) -> list[tuple[str, ...]]:
        return [
            (c.system, _quoted(c.code), c.display, c.mark, c.source, _places(where.get((c.url, c.code), set())))
            for c in codes().listed
            if (c.mark in CONFIRMED) is confirmed
        ]

    return "\n".join(
        [
            "# Codes of other systems, and how surely each is right",
            "",
            "Made from `profiles/codes.toml` by `python profiles/build.py`; don't edit this page.",
            "",
            *grid(("mark", "meaning"), MARKS.items()),
            "V and W count as confirmed. Every LOINC and SNOMED CT code has a right check digit (LOINC's answers, LA..., apart).",
            "",
            "## Not confirmed",
            "",
            "To be confirmed with the owners of the terminology before anybody relies on them.",
            "",
            *grid(heads, lines(False)),
            "## Open questions",
            "",
            *grid(("what", "now", "asked for"), [(it["what"], it["now"], it["ask"]) for it in codes().open]),
            "## Confirmed",
            "",
            *grid(heads, lines(True)),
            "## Own code systems",
            "",
            f"What no confirmed code was found for stands in code systems under `{OWN}/CodeSystem/`: `card-item` for",
            "single facts, and one each for sections, bases and reasons of due dates, time points, habits and their frequency, diseases",
            "asked about, fetal status, kinds of visit, reasons for an end, and functions in the care team. All have words in bokmål,",
            "nynorsk and English.",
            "",
        ]
    )


def _places(ids: set[str]) -> str:
    short = sorted(i.removeprefix(PROFILE_PREFIX) for i in ids)
    return ", ".join(short[:4]) + (f" and {len(short) - 4} more" if len(short) > 4 else "")
