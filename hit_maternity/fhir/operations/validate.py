"""$validate: whether a resource would be accepted. https://hl7.org/fhir/R4/resource-operation-validate.html

For mode create, update and delete the write itself is tried, in a transaction that is undone: what the rules between resources
have to say of it is told beside what validation finds. What a write may not be tried for, may not be asked either: the guard is.
"""

from __future__ import annotations

import re
from typing import Any

from hit_maternity.fhir import json
from hit_maternity.fhir.operations.model import Call, Operation
from hit_maternity.fhir.outcome import ERROR, FATAL, INFORMATION, FhirError, Issue, refuse
from hit_maternity.fhir.ports import Intent, Version, Writer
from hit_maternity.fhir.rest.answers import outcome_answer, present
from hit_maternity.fhir.rest.body import demand_id
from hit_maternity.fhir.rest.entry import EntryRequest
from hit_maternity.fhir.rest.exchange import Response
from hit_maternity.fhir.rest.headers import demand_match
from hit_maternity.fhir.rest.identity import new_id
from hit_maternity.fhir.rest.language import language_of
from hit_maternity.fhir.rest.revealing import revealed_one
from hit_maternity.fhir.rest.writing import write, write_deletion

_MODES = ("create", "update", "delete", "profile")
#: Statuses that say: the write itself is wrong. Others, such as of a busy database, say nothing of it.
_REFUSED = frozenset((409, 412, 422))
_NAMEABLE = re.compile(r"(?!.*\d{11})[A-Za-z][A-Za-z0-9+.\-]*:[A-Za-z0-9:/.\-_|#]{1,180}")

_WORDS = {
    "ok": {"en": "No issues found.", "nb": "Ingen feil funnet."},
    "deletable": {"en": "The resource can be deleted.", "nb": "Ressursen kan slettes."},
    "absent": {
        "en": "There is no such resource: a delete changes nothing.",
        "nb": "Det finnes ingen slik ressurs: en sletting endrer ingenting.",
    },
    "untried": {
        "en": "Inside a transaction the write is not tried, so the rules between resources were not asked. Call $validate by itself.",
        "nb": "Inne i en transaksjon prøves ikke skrivingen, så reglene mellom ressurser ble ikke spurt. Kall $validate for seg.",
    },
}


def validate(call: Call) -> Response:
    """200 with an OperationOutcome of every fault and warning, whether the resource is valid or not.

    ``mode`` is create, update or delete (the latter two for an instance), or profile; ``profile`` may be given several times. Without a
    resource, on an instance, the stored one is validated. Raises ``FhirError`` 400 where validation can't be done: no resource,
    unknown mode or profile; 403 where the caller may not do what is to be tried.
    """
    mode, profiles, resource = _mode(call), _profiles(call), _only(call, "resource")
    if mode == "profile" and not profiles:
        raise refuse(400, "required", "validate-profile", "Mode profile needs the parameter profile.")
    intent = Intent("$validate", call.type, call.id, None, resource if isinstance(resource, dict) else None)
    call.server.guard.check(call.request.principal, intent)
    language = language_of(call.request.headers)
    if mode == "delete":
        return outcome_answer(_tried(call, mode, None))
    if resource is None:
        resource = _stored(call, intent)
    issues = call.server.validator.validate(resource, expected_type=call.type, profiles=profiles, language=language)
    if mode in ("create", "update"):
        issues = [*issues, *_written(call, mode, resource, issues)]
    return outcome_answer(issues or [_told("ok", language)])


def _told(what: str, language: str) -> Issue:
    rule = "validate-untried" if what == "untried" else "ok"
    return Issue("informational", rule, _WORDS[what][language], None, INFORMATION, language)


def _only(call: Call, name: str) -> Any:
    """The one value of a parameter, None where it is absent. Raises ``FhirError`` 400 where it is repeated."""
    if len(call.arguments.all(name)) > 1:
        raise refuse(400, "structure", f"validate-{name}", f"The parameter {name} may be given once. Call $validate for each.")
    return call.arguments.resource(name)


def _mode(call: Call) -> str | None:
    mode = _only(call, "mode")
    if mode in (None, ""):
        return None
    if not isinstance(mode, str) or mode not in _MODES:
        raise refuse(400, "value", "validate-mode", f"The mode must be one of {', '.join(_MODES)}.")
    if mode in ("update", "delete") and call.id is None:
        raise refuse(400, "invalid", "validate-mode", f"Mode {mode} needs the resource's id: call [type]/[id]/$validate.")
    return mode


def _profiles(call: Call) -> list[str]:
    """The profiles to hold the resource against. Raises ``FhirError`` 400 with each that is none, or is not loaded."""
    given = [p for p in call.arguments.all("profile") if p not in (None, "")]
    faults = []
    for place, profile in enumerate(given, 1):
        if not isinstance(profile, str):
            text = "A profile is given as its canonical address, in valueUri or valueCanonical."
            faults.append(Issue("value", "validate-profile", text))
        elif call.server.definitions.find("StructureDefinition", profile) is None:
            name = profile if _NAMEABLE.fullmatch(profile) else f"number {place}"
            text = f"The profile {name} is not loaded here, so nothing can be validated against it. Check its canonical address."
            faults.append(Issue("not-found", "profile-unknown", text))
    if faults:
        raise FhirError(400, faults)
    return list(dict.fromkeys(given))


def _stored(call: Call, intent: Intent) -> Any:
    if call.id is None or call.type is None:
        text = "There is nothing to validate. Send the resource as the body, or as parameter resource of a Parameters."
        raise refuse(400, "required", "validate-resource-missing", text)
    with call.server.store.reading() as session:
        version = present(session.get(call.type, call.id), call.type)
    return json.decode(revealed_one(call.server, call.request, intent, version).body or b"")


def _written(call: Call, mode: str, resource: Any, issues: list[Issue]) -> list[Issue]:
    """What else stands in the way of the create or update of ``resource``, whose validation found ``issues``."""
    if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
        return []
    if mode == "update" and call.id is not None:
        try:
            demand_id(resource, call.id)
        except FhirError as fault:
            return fault.issues
    if any(issue.severity in (ERROR, FATAL) for issue in issues):
        return []  # a write would not come further than this
    return _tried(call, mode, resource)


class _Undone(Exception):
    """Carries what was told of a write out of its transaction, which it undoes."""

    def __init__(self, issues: list[Issue]) -> None:
        self.issues = issues


def _tried(call: Call, mode: str, resource: dict[str, Any] | None) -> list[Issue]:
    """What the write, and the rules between resources, say to ``resource``. Nothing is stored."""
    server, request = call.server, call.request
    if isinstance(request, EntryRequest) and request.together:
        return [_told("untried", language_of(request.headers))]
    id = None if mode == "create" else call.id
    server.guard.check(request.principal, Intent(mode, call.type, id, None, resource))
    there = None
    if call.type and id:
        with server.store.reading() as session:
            there = session.get(call.type, id)
    # what is undone takes its own trace with it
    server.guard.reveal(request.principal, Intent("$validate", call.type, id), (there,) if there else ())
    try:
        with server.store.writing() as writer:
            raise _Undone(_removal(call, writer) if resource is None else _change(call, writer, mode, resource))
    except _Undone as tried:
        return tried.issues
    except FhirError as refusal:
        if refusal.status not in _REFUSED:
            raise
        return refusal.issues


def _change(call: Call, writer: Writer, mode: str, resource: dict[str, Any]) -> list[Issue]:
    if mode == "create" or call.id is None:
        own = {key: value for key, value in resource.items() if key != "id"}
        return write(call.server, writer, call.request, own, new_id(), None, "POST", "create")[1]
    before = writer.lock(resource["resourceType"], call.id)
    _approach(call, writer, "update", before)
    demand_match(call.request.headers, before)
    return write(call.server, writer, call.request, resource, call.id, before, "PUT", "update")[1]


def _approach(call: Call, writer: Writer, mode: str, before: Version | None) -> None:
    if before is not None:
        call.server.guard.approach(writer, call.request.principal, Intent(mode, call.type, call.id), (before,))


def _removal(call: Call, writer: Writer) -> list[Issue]:
    assert call.type is not None and call.id is not None
    language = language_of(call.request.headers)
    before = writer.lock(call.type, call.id)
    _approach(call, writer, "delete", before)
    demand_match(call.request.headers, before)
    if before is None or before.body is None:
        return [_told("absent", language)]
    told = write_deletion(call.server, writer, call.request, before)[1]
    return [_told("deletable", language), *told]


VALIDATE = Operation(
    "validate", "http://hl7.org/fhir/OperationDefinition/Resource-validate", "every fault of a resource, which is not stored",
    frozenset(("type", "instance")), validate, parameters=frozenset(("resource", "mode", "profile")), body="resource",
)  # fmt: skip
