"""$meta, $meta-add, $meta-delete: the profiles, tags and security labels of resources.

Source: https://hl7.org/fhir/R4/resource-operation-meta.html, -meta-add.html, -meta-delete.html. A change makes a new version, as
every change of a resource does here; versions of the past are never changed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from hit_maternity.fhir import json
from hit_maternity.fhir.operations.model import Call, Operation
from hit_maternity.fhir.outcome import FhirError, refuse
from hit_maternity.fhir.ports import Intent, Reader, Version
from hit_maternity.fhir.rest.answers import not_found, present, resource_answer
from hit_maternity.fhir.rest.exchange import Response
from hit_maternity.fhir.rest.headers import demand_match, version_headers
from hit_maternity.fhir.rest.revealing import revealed
from hit_maternity.fhir.rest.vread import stored_version
from hit_maternity.fhir.rest.writing import write

#: For a type or the whole server at most this many labelled resources are looked through.
MOST = 10_000
_PAGE = 500
_LABELS = {"profile": "_profile", "tag": "_tag", "security": "_security"}

Meta = dict[str, Any]


def meta(call: Call) -> Response:
    """200 with a Parameters resource whose ``return`` is the meta of the resource or version; of a type or the server, the
    labels in use there. Raises ``FhirError`` 404, 410; 403 ``meta-too-costly`` where too many resources carry labels."""
    intent = Intent("$meta", call.type, call.id)
    call.server.guard.check(call.request.principal, intent)
    with call.server.store.reading() as session:
        if call.type and call.id:
            version = _version(session, call.type, call.id, call.version)
            seen: tuple[Version, ...] = (version,)
            found = json.decode(version.body or b"").get("meta", {})
        else:
            types = [call.type] if call.type else sorted(call.server.definitions.resource_types)
            found, seen = _in_use(call, session, types), ()
    (shown,) = revealed(call.server, call.request, intent, seen)
    if len(shown) < len(seen):
        raise not_found(call.type or "resource")
    return resource_answer(_returned(found))


def _version(session: Reader, type: str, id: str, number: str | None) -> Version:
    return stored_version(session, type, id, number) if number else present(session.get(type, id), type)


def _returned(found: Meta) -> dict[str, Any]:
    return {"resourceType": "Parameters", "parameter": [{"name": "return", "valueMeta": found}]}


def _in_use(call: Call, session: Reader, types: Sequence[str]) -> Meta:
    """The labels of all resources of ``types``, each once."""
    union: Meta = {}
    looked = 0
    for parameter in _LABELS.values():
        query = call.server.search.parse(types, [(f"{parameter}:missing", "false")], base=call.request.base)
        query = replace(query, count=_PAGE)
        while True:
            page = session.search(call.server.guard.check(call.request.principal, Intent("$meta", call.type, None, query)) or query)
            looked += len(page.matches)
            if looked > MOST:
                raise refuse(403, "too-costly", "meta-too-costly", "Too many resources carry labels. Ask for one type, or one resource.")
            for version in page.matches:
                union = _with(union, json.decode(version.body or b"").get("meta", {}))
            if page.next is None:
                break
            query = replace(query, cursor=page.next)
    return union


def _identity(label: Any) -> Any:
    """What makes a label the same: a profile's address, a tag's system and code."""
    return (label.get("system"), label.get("code")) if isinstance(label, dict) else label


def _with(before: Meta, more: Meta) -> Meta:
    """``before`` with the labels of ``more`` that it has not."""
    after = dict(before)
    for key in _LABELS:
        known = {_identity(label) for label in after.get(key, ())}
        added = []
        for label in more.get(key, ()):
            if _identity(label) not in known:
                known.add(_identity(label))
                added.append(label)
        if added:
            after[key] = [*after.get(key, ()), *added]
    return after


def _without(before: Meta, less: Meta) -> Meta:
    """``before`` without the labels of ``less``."""
    after = dict(before)
    for key in _LABELS:
        if key in after:
            unwanted = {_identity(label) for label in less.get(key, ())}
            after[key] = [label for label in after[key] if _identity(label) not in unwanted]
            if not after[key]:
                del after[key]
    return after


def _change(call: Call, name: str, changed: Callable[[Meta, Meta], Meta]) -> Response:
    """200 with the resulting meta. Raises ``FhirError`` 400 without a Meta, 404, 410, 412, 422 where the result isn't valid."""
    given = call.arguments.resource("meta")
    if not isinstance(given, dict):
        text = "Send a Parameters resource with the parameter meta, a valueMeta of the profiles, tags and security labels."
        raise refuse(400, "required", "meta-missing", text, "Parameters.parameter")
    assert call.type is not None and call.id is not None
    server, request = call.server, call.request
    intent = Intent(name, call.type, call.id)
    server.guard.check(request.principal, intent)
    _check(call, given)
    with server.store.writing() as writer:
        before = present(writer.lock(call.type, call.id), call.type)
        server.guard.approach(writer, request.principal, intent, (before,))
        demand_match(request.headers, before)
        resource = json.decode(before.body or b"")
        resource["meta"] = changed(resource.get("meta", {}), given)
        server.validator.check(resource, call.type)
        version, _ = write(server, writer, request, resource, call.id, before, "PUT", name)
    answer = resource_answer(_returned(json.decode(version.body or b"")["meta"]))
    answer.headers.update(version_headers(version))
    return answer


def _check(call: Call, given: Meta) -> None:
    """Validates the meta alone, so that its faults are told of it and not of the resource."""
    try:
        call.server.validator.check({"resourceType": "Basic", "code": {"text": "-"}, "meta": given}, "Basic")
    except FhirError as fault:
        place = "Parameters.parameter.value"
        issues = [replace(i, expression=(i.expression or place).replace("Basic.meta", place)) for i in fault.issues]
        raise FhirError(fault.status, issues) from None


def meta_add(call: Call) -> Response:
    """Adds the labels of parameter ``meta`` that the resource has not."""
    return _change(call, "$meta-add", _with)


def meta_delete(call: Call) -> Response:
    """Takes the labels of parameter ``meta`` away; those it has not are passed over."""
    return _change(call, "$meta-delete", _without)


_CORE = "http://hl7.org/fhir/OperationDefinition/Resource-"
_GIVEN = frozenset(("meta",))

META = Operation(
    "meta", f"{_CORE}meta", "the profiles, tags and security labels in use",
    frozenset(("system", "type", "instance", "version")), meta,
)  # fmt: skip
META_ADD = Operation(
    "meta-add", f"{_CORE}meta-add", "adds profiles, tags and security labels",
    frozenset(("instance",)), meta_add, parameters=_GIVEN, safe=False,
)  # fmt: skip
META_DELETE = Operation(
    "meta-delete", f"{_CORE}meta-delete", "takes profiles, tags and security labels away",
    frozenset(("instance",)), meta_delete, parameters=_GIVEN, safe=False,
)  # fmt: skip
