"""GET /status: whether she has consented, whether she has an active record, and when that was changed last.

Takes a machine's token too, and leaves no row in the access log (both confirmed by the national documentation); of the database it needs
two reads, and the write that uses up the proof. Inferred: that a confidential address refuses this too (DHG-0004), as nothing else in the
answer could say so; and that without consent nothing is told of records.
"""

from __future__ import annotations

from typing import Any

from hit_maternity.access.policy import Right, standard
from hit_maternity.access.principal import Kind
from hit_maternity.dhg.calling import allow
from hit_maternity.dhg.desk import Answer, Call, Caller, Desk
from hit_maternity.dhg.dossier import changed, dossier_of
from hit_maternity.dhg.moments import written


def status(desk: Desk, call: Call, caller: Caller) -> Answer:
    """200. Raises ``FhirError`` 403 and 401 (a proof that was used before)."""
    if caller.principal.kind is not Kind.SYSTEM:
        allow(desk, caller, Right.READ)
    found = dossier_of(desk, caller.nin)
    if caller.visit is not None:
        desk.accesses.record((), caller.visit.spent())
    if found.standing.confidential:
        raise standard().rule("confidential-address").refusal()
    consent = found.standing.consent
    given = consent is not False if desk.is_open else consent is True
    told: dict[str, Any] = {
        "hasGivenConsent": given,
        "hasActiveMaternityRecord": given and found.active is not None,
        "deceased": found.standing.deceased,
    }
    if given and (latest := found.latest) is not None:
        told["lastChangedDateTime"] = written(changed(desk, latest), desk.options.local_times)
        told["latestRecordId"] = latest.record_id
    return Answer(200, told)
