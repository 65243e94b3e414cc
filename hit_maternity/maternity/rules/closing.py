"""What may be written to a record by its state: an ended one is read only, but for marking a fact as entered in error."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hit_maternity.fhir.json import equal
from hit_maternity.fhir.outcome import Issue
from hit_maternity.maternity.lifecycle import State, contents, write_faults
from hit_maternity.maternity.rules.canonical import WORKFLOW_EPISODE
from hit_maternity.maternity.rules.case import Case, placed
from hit_maternity.maternity.rules.kinds import links
from hit_maternity.maternity.rules.reading import Resource, codes, extension
from hit_maternity.maternity.rules.records import PregnancyRecord, state_of

#: Elements that may change when a fact is retracted: the retraction itself, why, and the words made of it.
_RETRACTING = frozenset(("status", "statusHistory", "statusReason", "verificationStatus", "clinicalStatus", "note", "text"))
#: Of an EpisodeOfCare also when and why it ended.
_RETRACTING_RECORD = _RETRACTING | {"extension", "period"}
_SILENT = frozenset(("planned", "cancelled", "entered-in-error"))


def content_of(resource: Resource, but: frozenset[str] = frozenset()) -> dict[str, Any]:
    """What a resource says: all of it but its metadata, and but the elements ``but``."""
    return {key: value for key, value in resource.items() if key != "meta" and key.removeprefix("_") not in but}


def is_unchanged(old: Resource | None, new: Resource | None) -> bool:
    """Whether a write says what was there already: sending the same again is no change."""
    return old is not None and new is not None and equal(content_of(old), content_of(new))


def is_retraction(old: Resource | None, new: Resource | None) -> bool:
    """Whether a write marks a fact as entered in error, and changes nothing else of it."""
    if old is None or new is None:
        return False
    marked = new.get("status") == "entered-in-error" or any(c == "entered-in-error" for _, c in codes(new.get("verificationStatus")))
    but = _RETRACTING_RECORD if new.get("resourceType") == "EpisodeOfCare" else _RETRACTING
    return marked and equal(content_of(old, but), content_of(new, but))


def _place(case: Case) -> str | None:
    if case.new is None:
        return None
    if case.type == "EpisodeOfCare":
        return "EpisodeOfCare.status"
    if case.type == "Patient":
        return "Patient.identifier"
    element = links()[case.type]
    return f"{case.type}.{'extension' if extension(case.new, WORKFLOW_EPISODE) and element not in case.new else element}"


def closing_faults(case: Case) -> Iterator[Issue]:
    """``record-closed`` where the change belongs, or belonged, to a record that had ended before this transaction; ``record-not-active``
    where it is content of a record that has not been begun."""
    touched: list[PregnancyRecord] = list(case.records)
    if case.old is not None:
        touched += [r for r in case.around.records.of(case.old) if r not in touched]
    for record in touched:
        if record.state is State.ACTIVE:
            continue
        if record.state is State.CREATED:
            yield from _unbegun(case, record)
            continue
        if _is_step(case) or is_unchanged(case.old, case.new):
            continue
        if not (is_retraction(case.old, case.new) and record.state in contents()["retraction"].states):
            yield from placed(write_faults(record.in_words(record.state), "background"), _place(case))
            return


def _is_step(case: Case) -> bool:
    """Whether the record itself takes a step, or is deleted: ``steps`` judges that."""
    return case.type == "EpisodeOfCare" and (case.new is None or state_of(case.new) is not state_of(case.old))


def _unbegun(case: Case, record: PregnancyRecord) -> Iterator[Issue]:
    """Faults of content other than background in a record that is only prepared; a visit that is booked is no content yet."""
    content = None if case.kind is None else case.kind.content
    if case.new is None or content is None or case.new.get("status") in _SILENT:
        return
    if record.state not in contents()[content].states:
        faults = [f for f in write_faults(record.in_words(record.state), content) if f.rule == "record-not-active"]
        yield from placed(faults, _place(case))
