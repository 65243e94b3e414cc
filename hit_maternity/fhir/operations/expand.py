"""ValueSet/$expand: the codes of a value set, to choose from. https://hl7.org/fhir/R4/valueset-operation-expand.html"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from hit_maternity.fhir import bundle
from hit_maternity.fhir.operations.asking import Asked, parameter, shelf, wanted_languages
from hit_maternity.fhir.operations.model import Call, Operation
from hit_maternity.fhir.outcome import refuse
from hit_maternity.fhir.rest.answers import resource_answer
from hit_maternity.fhir.rest.exchange import Response
from hit_maternity.fhir.search.fold import fold
from hit_maternity.fhir.terminology.languages import Languages
from hit_maternity.fhir.terminology.members import Code, Member, Members, Versions
from hit_maternity.fhir.terminology.nesting import parents

#: The most codes in one answer.
MOST = 5000
#: Parameters that are told back as they were sent, with the ``value[x]`` of each.
_ECHOED = {
    "filter": "valueString", "date": "valueDateTime", "offset": "valueInteger", "count": "valueInteger",
    "includeDesignations": "valueBoolean", "designation": "valueString", "includeDefinition": "valueBoolean",
    "activeOnly": "valueBoolean", "excludeNested": "valueBoolean", "excludeNotForUI": "valueBoolean",
    "excludePostCoordinated": "valueBoolean", "displayLanguage": "valueString", "exclude-system": "valueUri",
    "system-version": "valueUri", "check-system-version": "valueUri", "force-system-version": "valueUri",
}  # fmt: skip
#: What of the definition is not part of its expansion.
_LEFT_OUT = frozenset({"id", "meta", "text", "compose", "expansion", "contained", "extension"})


@dataclass(frozen=True, slots=True)
class Options:
    """What the caller wants to see. ``offset`` and ``count`` None: everything, nested where the system is."""

    words: tuple[str, ...]
    offset: int | None
    count: int | None
    designations: bool
    kinds: tuple[tuple[str, str], ...]  # the languages and uses of designations that are wanted, as (system, code); none: all
    active: bool
    flat: bool
    selectable: bool
    definition: bool
    left_out: frozenset[str]
    versions: Versions
    languages: Languages
    echo: tuple[dict[str, Any], ...]


def expand(call: Call) -> Response:
    """200 with the ValueSet and its expansion, a page of it where ``offset`` or ``count`` ask for one.

    Raises ``FhirError`` 400 with every wrong parameter, 404 for an unknown value set, 422 where it can't be enumerated (with every
    part that can't), imports itself, or has too many codes for one answer.
    """
    asked = Asked(call)
    given = asked.resource("valueSet", "ValueSet")
    url, version = asked.text("url"), asked.text("valueSetVersion")
    named = sum(1 for way in (url, given, call.id) if way is not None)
    if named == 0 and not asked.has("valueSet"):
        asked.missing("value-set-required", "Say which value set: send url or valueSet, or call it on an instance.")
    if named > 1:
        asked.fault("url", "The value set is named in more than one way: keep one of url, valueSet and the id in the address.")
    options = _options(asked)
    asked.done()
    with shelf(call, "$expand") as opened:
        found = opened.instance() or given
        catalogue = opened.catalogue(found)
        value_set = found or catalogue.require("ValueSet", url or "", version)
        members = Members(catalogue, options.versions)
        members.enter(str(value_set.get("url", "")))
        chosen = {code: m for code, m in members.of(value_set).items() if _wanted(m, options)}
        return resource_answer(_answer(call, value_set, members, chosen, options))


def _options(asked: Asked) -> Options:
    for name in ("context", "contextDirection"):
        if asked.has(name):
            asked.fault(name, f"{name} is not supported: name the value set by url.", "not-supported")
    for name in ("date", "excludePostCoordinated"):
        _ = asked.moment(name) if name == "date" else asked.boolean(name)
    kinds = tuple(_token(text) for text in asked.texts("designation"))
    designations, definition = asked.boolean("includeDesignations"), asked.boolean("includeDefinition")
    return Options(
        words=tuple(fold(asked.text("filter") or "").split()),
        offset=asked.whole("offset"),
        count=asked.whole("count"),
        designations=bool(designations) or (designations is None and bool(kinds)),
        kinds=kinds,
        active=asked.boolean("activeOnly") is True,
        flat=asked.boolean("excludeNested") is True,
        selectable=asked.boolean("excludeNotForUI") is True,
        definition=definition is True,
        left_out=frozenset(asked.texts("exclude-system")),
        versions=Versions(*(_versions(asked, name) for name in ("system-version", "check-system-version", "force-system-version"))),
        languages=wanted_languages(asked.call, asked),
        echo=tuple(_echo(asked)),
    )


def _token(text: str) -> tuple[str, str]:
    """``system|code`` of a designation's use or language; a bare code is a language."""
    system, bar, code = text.rpartition("|")
    return (system, code) if bar else ("urn:ietf:bcp:47", text)


def _versions(asked: Asked, name: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in asked.texts(name):
        system, bar, version = text.rpartition("|")
        if not (system and bar and version):
            asked.fault(name, f"{name} must be a code system with its version: system|version.")
        found[system] = version
    return found


def _echo(asked: Asked) -> list[dict[str, Any]]:
    listed = [(name, kind, value) for name, kind in _ECHOED.items() for value in asked.call.arguments.all(name)]
    return [parameter(name, kind, _typed(kind, value)) for name, kind, value in listed if value not in (None, "")]


def _typed(kind: str, value: Any) -> Any:
    if kind == "valueBoolean":
        return str(value).lower() == "true"
    if kind == "valueInteger":
        return int(value) if str(value).isdigit() else 0
    return str(value)


def _wanted(member: Member, options: Options) -> bool:
    if (options.active and member.inactive) or (options.selectable and member.abstract):
        return False
    if options.left_out and not options.left_out.isdisjoint((member.system, f"{member.system}|{member.version}")):
        return False
    if not options.words:
        return True
    names = [member.name() or "", member.code, *(str(d.get("value", "")) for d in member.names())]
    text = " ".join(fold(name) for name in names)
    return all(word in text for word in options.words)


def _answer(call: Call, value_set: dict[str, Any], members: Members, chosen: dict[Code, Member], options: Options) -> dict[str, Any]:
    total, paged = len(chosen), options.offset is not None or options.count is not None
    if options.count is None and total - (options.offset or 0) > MOST:
        text = f"The value set has {total} codes, more than {MOST}. Ask for a page with count and offset, or narrow it with filter."
        raise refuse(422, "too-costly", "value-set-too-costly", text)
    start = options.offset or 0
    page = list(chosen)[start : start + min(MOST if options.count is None else options.count, MOST)]
    above = {} if paged or options.flat else parents(chosen)
    entries = {code: _entry(chosen[code], options) for code in page}
    for code, parent in above.items():
        entries[parent].setdefault("contains", []).append(entries[code])
    expansion: dict[str, Any] = {
        "identifier": f"urn:uuid:{uuid.uuid4()}",
        "timestamp": bundle.instant(call.server.clock.now()),
        "total": total,
        **({"offset": start} if paged else {}),
        "parameter": [*options.echo, *_used(members)],
        "contains": [entry for code, entry in entries.items() if code not in above],
    }
    kept = _LEFT_OUT - {"compose", "contained", "extension"} if options.definition else _LEFT_OUT
    head = {"resourceType": "ValueSet", "status": "unknown", **{k: v for k, v in value_set.items() if k not in kept}}
    return {**head, "expansion": {k: v for k, v in expansion.items() if v != []}}


def _used(members: Members) -> list[dict[str, Any]]:
    """The code systems behind the expansion, and which of them are here in part only."""
    told: list[dict[str, Any]] = []
    for (url, version), table in members.systems.items():
        canonical = f"{url}|{version}" if version else url
        no_uri = any(c.isspace() for c in canonical) or (version and url.startswith(("urn:oid:", "urn:uuid:")))
        kind = "valueString" if no_uri else "valueUri"
        if version:
            told.append(parameter("version", kind, canonical))
        if not table.complete:
            told.append(parameter(str(table.definition.get("content")), kind, canonical))
    return told


def _entry(member: Member, options: Options) -> dict[str, Any]:
    names = member.names()
    own = str(member.table.definition["language"]) if member.table and "language" in member.table.definition else None
    display = options.languages.display(member.name(), own, names)
    if display != member.name() and not any(d.get("value") == member.name() for d in names):
        names.insert(0, {**({"language": own} if own else {}), "value": member.name()})
    shown = [d for d in names if _is_shown(d, options.kinds)] if options.designations else []
    entry = {
        "system": member.system or None,
        "abstract": member.abstract or None,
        "inactive": member.inactive or None,
        "code": member.code,
        "display": display,
        "designation": [{k: d[k] for k in ("language", "use", "value") if k in d} for d in shown] or None,
    }
    return {key: value for key, value in entry.items() if value is not None}


def _is_shown(designation: dict[str, Any], kinds: tuple[tuple[str, str], ...]) -> bool:
    use = designation.get("use") or {}
    language = designation.get("language", "").lower()
    for system, code in kinds:
        if system == "urn:ietf:bcp:47":
            if language == code.lower() or language.startswith(f"{code.lower()}-"):
                return True
        elif (use.get("system", ""), use.get("code")) == (system, code):
            return True
    return not kinds


EXPAND = Operation(
    "expand", "http://hl7.org/fhir/OperationDefinition/ValueSet-expand", "the codes of a value set",
    frozenset(("type", "instance")), expand, types=frozenset(("ValueSet",)),
    parameters=frozenset(("url", "valueSet", "valueSetVersion", "context", "contextDirection", *_ECHOED)), body="valueSet",
)  # fmt: skip
