"""The queue follows the local copy: what differs from the national record is queued, what a human must decide waits for one."""

from __future__ import annotations

from hit_maternity.ehr.local import Local, Part
from hit_maternity.ehr.local.outbox import Kind

CONFLICT = "Both sides changed the same; somebody must say what counts (conflicts, resolve)."


def queue(local: Local, part: Part, at: str) -> None:
    """Puts ``part`` as it is into the file, and what is to be sent of it into the queue. What is parked stays so; what is in doubt stays
    until the doubt is settled."""
    with local.transaction():
        local.parts.put(part)
        intent = local.outbox.of_part(part.id)
        if part.differs or part.in_conflict:
            kind: Kind = "delete" if part.mine is None else "write"
            if intent is None or intent.kind != kind or (intent.state == "conflict") != part.in_conflict:
                local.outbox.put(part.patient, part.id, kind, at)
                intent = local.outbox.of_part(part.id)
            if part.in_conflict and intent is not None and intent.state != "conflict":
                local.outbox.hold(intent.id, "conflict", CONFLICT)
        elif intent is None or not intent.in_doubt:
            if intent is not None:
                local.outbox.drop(intent.id)
            if part.mine is None and part.version == 0:
                local.parts.drop(part.id)
