"""What is shown on a terminal. Of who a woman is, initials and the EHR's own number; the card itself only where it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from rich.table import Table
from rich.text import Text

from hit_maternity.ehr.bodies import encode
from hit_maternity.ehr.desk import Desk
from hit_maternity.ehr.facts import taken_apart
from hit_maternity.ehr.local import Intent, Local, Part, Patient
from hit_maternity.ehr.sync import Outcome

_STYLES = {"equal": "green", "local": "yellow", "changed": "yellow", "removed": "yellow", "conflict": "bold red", "struck": "dim"}
_WORDS = {"equal": "sent", "local": "only here", "changed": "changed here", "removed": "taken away here", "struck": "struck"}


def patients(found: Iterable[Patient], local: Local) -> Table:
    """The women who are here."""
    table = _table("patient", "initials", "national record", "last read", "waiting")
    for it in found:
        table.add_row(it.name, it.initials, it.standing, it.last_read or "never", str(len(local.outbox.of(it.id))))
    return table


def card(desk: Desk, patient: Patient) -> Table:
    """The whole card of one woman, fact by fact, with what is known of each at the national record."""
    table = _table("no", "resource", "fact", "value", "state")
    for part in desk.local.parts.of(patient.id):
        intent = desk.local.outbox.of_part(part.id)
        state = "parked" if intent is not None and intent.state == "parked" else part.state
        conflicting = {it.path for it in desk.conflicts(part)}
        for at, (path, value) in enumerate(_facts(part)):
            own = "conflict" if path in conflicting else state
            first = (str(part.id), part.type) if at == 0 else ("", "")
            table.add_row(*first, _named(path), _shown(value), Text(_WORDS.get(own, own), _STYLES.get(own, "red")))
    return table


def conflicts(desk: Desk, found: Iterable[Part]) -> Table:
    """What a human must decide."""
    table = _table("no", "patient", "resource", "fact", "before", "mine", "theirs", "by")
    for part in found:
        for it in desk.conflicts(part):
            who = str(part.by.get("orgName") or part.by.get("orgNrDisplay") or part.by.get("orgNr") or "")
            values = (_shown(it.base), _shown(it.mine), _shown(it.theirs))
            table.add_row(str(part.id), f"P{part.patient}", part.type, _named(it.path), *values, who)
    return table


def queue(local: Local, found: Iterable[Intent]) -> Table:
    """What waits."""
    table = _table("no", "patient", "what", "state", "tries", "next try", "last error")
    for it in found:
        part = None if it.part is None else local.parts.get(it.part)
        kind = it.kind if part is None or it.kind != "write" else "update" if part.version else "create"
        state = "in doubt" if it.in_doubt else it.state
        what = f"{kind} {part.type}" if part is not None else f"{kind} record"
        table.add_row(str(it.id), f"P{it.patient}", what, state, str(it.tries), it.next_try or "", it.error or "")
    return table


def outcomes(found: Iterable[Outcome]) -> Iterator[str]:
    """A line for each woman."""
    for it in found:
        done = "read, " if it.read else ""
        left = ", ".join(
            f"{count} {name}" for count, name in ((it.waiting, "waiting"), (it.parked, "parked"), (it.conflicts, "in conflict")) if count
        )
        told = f". {it.words}" if it.words else ""
        yield f"{it.patient.name} {it.patient.initials}: {done}{it.sent} sent{f'; {left}' if left else ''}{told}"


def _facts(part: Part) -> list[tuple[str, Any]]:
    body = part.base if part.mine is None else part.mine
    (facts,) = taken_apart(part.type, (body or {},))
    named = {path.rpartition(".")[0] for path in facts if not path.endswith("].fosterId")}
    return [it for it in facts.items() if not it[0].endswith("].fosterId") or it[0].rpartition(".")[0] not in named] or [("", None)]


def _named(path: str) -> str:
    """What a fact is, as a column shows it: of several members that are said together the first."""
    first, _, more = path.partition("+")
    return f"{first} …" if more and first != "pregnancyWeek" else first


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, dict):
        return value if isinstance(value, str) else encode(value)
    if isinstance(value.get("code"), str):
        return f"{value['code']} {value.get('display', '')}".strip()
    weeks, days = value.get("pregnancyWeek"), value.get("daysAfterFullPregnancyWeek")
    age = [] if weeks is None else [f"week {weeks}" if days is None else f"{weeks}+{days}"]
    rest = [f"{name} {_shown(it)}" for name, it in value.items() if name not in ("pregnancyWeek", "daysAfterFullPregnancyWeek")]
    return ", ".join(age + (rest or ([] if days is None or age else [f"{days} days"])))


def _table(*names: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in names:
        table.add_column(name, overflow="fold")
    return table
