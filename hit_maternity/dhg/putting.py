"""A write of this door as a FHIR transaction: of PUTs and one Provenance, carried out in process, as if it had come to the FHIR door.

So FHIR's validation, the rules between resources, the guard, the access log, the index and the outbox are those of that door. Each PUT
names the version of the resource that it was made of; what was changed meanwhile is read again, and the write made anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from hit_maternity.dhg.desk import Answer, Call, Caller, Desk
from hit_maternity.dhg.dossier import HerRecord
from hit_maternity.dhg.errors import WHOLE, DhgError, told
from hit_maternity.dhg.mapping import PARTS, Pregnancy, Resource, touched
from hit_maternity.dhg.models import Fault
from hit_maternity.dhg.provenance import provenance
from hit_maternity.dhg.touching import Name
from hit_maternity.dhg.versions import DhgRequest, Expected
from hit_maternity.fhir.json import encode
from hit_maternity.fhir.outcome import ERROR, FATAL, FhirError, Issue
from hit_maternity.fhir.rest.dispatch import perform

_TRIES = 6
#: Refusals that tell of others who wrote meanwhile, rather than of what was written.
_MEANWHILE = frozenset(("version-conflict", "transaction-conflict", "fetus-doubled", "if-match", "version-mismatch"))
_ENTRY = re.compile(r"Bundle\.entry\[(\d+)\](?:\.resource\.?(.*))?")


def put(
    desk: Desk,
    call: Call,
    caller: Caller,
    pregnancy: Pregnancy,
    resources: Sequence[Resource],
    expected: Sequence[Expected],
    event: str,
    part: str = "",
    empty: frozenset[Name] = frozenset(),
) -> DhgRequest:
    """Puts ``resources``, with the Provenance of it; what was made is in the request's ``noted``. ``part``: whose path is told of faults;
    ``empty``: parts of which there is nothing to note.

    Raises ``FhirError`` where others wrote meanwhile (``is_meanwhile``), and where the guard refuses; ``DhgError`` for all else.
    """
    targets = [{"reference": f"{r['resourceType']}/{r['id']}"} for r in resources] or [pregnancy.episode]
    written = [*resources, provenance(pregnancy, targets, caller.author, caller.principal.source_system, event)]
    versions = {(v.type, v.id): v.version for v in pregnancy.card.versions}
    bundle = {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [_entry(resource, versions.get((resource["resourceType"], resource["id"])), call.base) for resource in written],
    }
    visit = caller.visit
    if visit is not None:
        visit = replace(visit, _put=False)
    headers = {"content-type": "application/fhir+json", "prefer": "return=minimal"}
    request = DhgRequest(
        "POST", [], "", headers, encode(bundle), call.base, visit, expected=tuple(expected), author=caller.author, empty=empty
    )
    try:
        perform(desk.server, request)
    except FhirError as refusal:
        if is_meanwhile(refusal) or refusal.status in (401, 403, 503, 507):
            raise
        raise told(refusal, _placed(refusal.issues, written, part)) from None
    return request


def is_meanwhile(refusal: FhirError) -> bool:
    """Whether others wrote meanwhile, so that it may go well when it is made anew."""
    return refusal.status == 412 or any(issue.rule in _MEANWHILE for issue in refusal.issues)


def again(write: Callable[[], Answer], also: frozenset[str] = frozenset()) -> Answer:
    """What ``write`` gives; it is called again where others wrote meanwhile, or it was refused by one of the rules ``also``. Raises as it
    does; ``DhgError`` DHG-0008 where they always did."""
    for _ in range(_TRIES):
        try:
            return write()
        except FhirError as refusal:
            if not is_meanwhile(refusal) and not any(issue.rule in also for issue in refusal.issues):
                raise
    raise DhgError("DHG-0008", text="Others are changing the same all the time; read it again, and repeat the change.")


def expects(record: HerRecord, part: str, item: str, version: int | None, event: str) -> Expected:
    """What a write of one part rests on."""
    return Expected(record.id, part, item, version, event)


def _entry(resource: Resource, version: int | None, base: str) -> dict[str, Any]:
    name = f"{resource['resourceType']}/{resource['id']}"
    asked = {"method": "PUT", "url": name}
    if version is not None:
        asked["ifMatch"] = f'W/"{version}"'
    return {"fullUrl": f"{base}/{name}", "resource": resource, "request": asked}


def _placed(issues: Iterable[Issue], written: Sequence[Resource], part: str) -> list[Fault]:
    """Faults of FHIR with the place in the body that they can be told of: the part, where it is one of its resources."""
    faults = []
    for issue in issues:
        if issue.severity not in (ERROR, FATAL):
            continue
        found = _ENTRY.match(issue.expression or "")
        resource = written[int(found[1])] if found and int(found[1]) < len(written) else None
        named = {name for name, _ in touched(resource)} & set(PARTS) if resource else set()
        path = WHOLE if part else next(iter(sorted(named)), WHOLE)
        faults.append(Fault(path, issue.rule, issue.text))
    return list(dict.fromkeys(faults))
