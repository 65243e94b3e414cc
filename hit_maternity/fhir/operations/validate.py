"""$validate: whether a resource would be accepted. https://hl7.org/fhir/R4/resource-operation-validate.html"""

from __future__ import annotations

from typing import Any

from hit_maternity.fhir import json
from hit_maternity.fhir.operations.model import Call, Operation
from hit_maternity.fhir.outcome import INFORMATION, FhirError, Issue, refuse
from hit_maternity.fhir.ports import Intent
from hit_maternity.fhir.rest.answers import outcome_answer, present
from hit_maternity.fhir.rest.body import demand_id
from hit_maternity.fhir.rest.exchange import Response

_MODES = ("create", "update", "delete", "profile")


def validate(call: Call) -> Response:
    """200 with an OperationOutcome of every fault and warning, whether the resource is valid or not.

    ``mode`` is create, update or delete (the latter two for an instance), or profile. Without a resource, on an instance, the stored
    one is validated. Raises ``FhirError`` 400 where validation can't be done: no resource, unknown mode or profile.
    """
    mode = call.arguments.text("mode")
    if mode is not None and mode not in _MODES:
        raise refuse(400, "value", "validate-mode", f"The mode must be one of {', '.join(_MODES)}.")
    if mode in ("update", "delete") and call.id is None:
        raise refuse(400, "invalid", "validate-mode", f"Mode {mode} needs the resource's id: call [type]/[id]/$validate.")
    profiles = _profiles(call, mode)
    resource = call.arguments.resource("resource")
    intent = Intent("$validate", call.type, call.id, None, resource if isinstance(resource, dict) else None)
    call.server.guard.check(call.request.principal, intent)
    if mode == "delete":
        return outcome_answer([_deletion(call, intent)])
    if resource is None:
        resource = _stored(call, intent)
    issues = call.server.validator.validate(resource, expected_type=call.type, profiles=profiles)
    if mode == "update" and call.id and isinstance(resource, dict) and isinstance(resource.get("resourceType"), str):
        try:
            demand_id(resource, call.id)
        except FhirError as fault:
            issues = [*issues, *fault.issues]
    return outcome_answer(issues)


def _profiles(call: Call, mode: str | None) -> list[str]:
    profiles = [str(p) for p in call.arguments.all("profile") if p]
    if mode == "profile" and not profiles:
        raise refuse(400, "required", "validate-profile", "Mode profile needs the parameter profile.")
    for profile in profiles:
        if call.server.definitions.find("StructureDefinition", profile) is None:
            text = "The profile is not loaded here, so nothing can be validated against it. Check its canonical address."
            raise refuse(400, "not-found", "profile-unknown", text)
    return profiles


def _stored(call: Call, intent: Intent) -> Any:
    if call.id is None or call.type is None:
        text = "There is nothing to validate. Send the resource as the body, or as parameter resource of a Parameters."
        raise refuse(400, "required", "validate-resource-missing", text)
    with call.server.store.reading() as session:
        version = present(session.get(call.type, call.id), call.type)
        call.server.guard.trace(session, call.request.principal, intent, (version,))
    return json.decode(version.body or b"")


def _deletion(call: Call, intent: Intent) -> Issue:
    assert call.type is not None and call.id is not None
    with call.server.store.reading() as session:
        there = session.get(call.type, call.id)
        call.server.guard.trace(session, call.request.principal, intent, (there,) if there else ())
    text = "The resource can be deleted." if there and there.body is not None else "There is no such resource: a delete changes nothing."
    return Issue("informational", "ok", text, severity=INFORMATION)


VALIDATE = Operation(
    "validate", "http://hl7.org/fhir/OperationDefinition/Resource-validate", "every fault of a resource, which is not stored",
    frozenset(("type", "instance")), validate, parameters=frozenset(("resource", "mode", "profile")), body="resource",
)  # fmt: skip
