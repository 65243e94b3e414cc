"""The programme of visits: what is recommended when, and what is done, due, coming, overdue or missed on a given day.

The programme is the table ``visits.toml`` (Helsedirektoratet: nine consultations with fetal diagnostics, the week 41 control and
the postnatal check), with source and certainty in every row. "Week 24" is 24+0 to 24+6.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

from hit_maternity.maternity.answers import all_of
from hit_maternity.maternity.dating import Dating
from hit_maternity.maternity.gestation import GestationalAge, shifted
from hit_maternity.maternity.tables import Basis, Row, TableError, Words, rows


class Status(StrEnum):
    """Where a visit or task stands. ``missed``: its time is past; ``not-needed``: the pregnancy ended before it closed."""

    DONE = "done"
    COMING = "coming"
    DUE = "due"
    OVERDUE = "overdue"
    MISSED = "missed"
    NOT_NEEDED = "not-needed"


class Anchor(StrEnum):
    """What the days of a window are counted from."""

    START = "start"
    TERM = "term"
    BIRTH = "birth"


@dataclass(frozen=True, slots=True)
class Window:
    """When something is recommended (``opens`` to ``closes``) and when it still counts (``earliest`` to ``until``), in days
    from the anchor, all four included."""

    anchor: Anchor
    earliest: int
    opens: int
    closes: int
    until: int

    def day(self, days: int, dating: Dating, born: date | None) -> date | None:
        """The date ``days`` from the anchor; ``None`` when it is counted from a birth that hasn't been."""
        if self.anchor is Anchor.BIRTH:
            return None if born is None else born + timedelta(days=min(days, (date.max - born).days))
        return shifted(dating.due_date if self.anchor is Anchor.TERM else dating.day_zero, days)


@dataclass(frozen=True, slots=True)
class Visit:
    """A row of the programme. ``kind``: consultation, ultrasound or postnatal. ``counts_late``: the first of its kind fulfils it,
    however late."""

    id: str
    kind: str
    window: Window
    counts_late: bool
    words: Words
    basis: Basis


@dataclass(frozen=True, slots=True)
class Task:
    """Something to be done once in a pregnancy where all circumstances in ``when`` hold."""

    id: str
    window: Window
    when: tuple[str, ...]
    words: Words
    basis: Basis


@dataclass(frozen=True, slots=True)
class EachVisit:
    """Something done at every visit from the gestational age ``opens``."""

    id: str
    opens: GestationalAge
    words: Words
    basis: Basis


@dataclass(frozen=True, slots=True)
class Attendance:
    """A visit that took place. ``visit`` is the id of the programme's visit it was, where that is known."""

    on: date
    kind: str = "consultation"
    visit: str | None = None


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """A visit with its standing; dates are ``None`` where they are counted from a birth that hasn't been."""

    visit: Visit
    status: Status
    opens: date | None
    closes: date | None
    attended: date | None


@dataclass(frozen=True, slots=True)
class PlannedTask:
    """A task with its standing. ``applies`` is ``None`` where a circumstance isn't known; tasks that don't apply are left out."""

    task: Task
    status: Status
    applies: bool | None
    opens: date | None
    closes: date | None


def _days(row: Row, key: str, anchor: Anchor) -> int:
    return row.age(key).days if anchor is Anchor.START else row.whole(key)


def _window(row: Row) -> Window:
    stated = row.text("anchor")
    if stated not in {a.value for a in Anchor}:
        raise row.fault(f"{stated!r} is no anchor")
    anchor = Anchor(stated)
    opens, closes, until = (_days(row, key, anchor) for key in ("opens", "closes", "until"))
    earliest = _days(row, "from", anchor) if "from" in row.values else opens
    if not earliest <= opens <= closes <= until:
        raise row.fault("from, opens, closes and until must follow each other")
    return Window(anchor, earliest, opens, closes, until)


@cache
def programme() -> tuple[Visit, ...]:
    """All visits in the order of the table, which is the order of time."""
    return tuple(Visit(r.id, r.text("kind"), _window(r), r.flag("counts_late"), r.words(), r.basis()) for r in rows("visits", "visit"))


@cache
def circumstances() -> Mapping[str, Words]:
    """The circumstances on which tasks depend, by id."""
    return {row.id: row.words() for row in rows("visits", "circumstance")}


@cache
def all_tasks() -> tuple[Task, ...]:
    """All tasks in the order of the table. Raises ``TableError`` where one depends on a circumstance that isn't listed."""
    listed = tuple(Task(r.id, _window(r), r.texts("when"), r.words(), r.basis()) for r in rows("visits", "task"))
    for task in listed:
        if set(task.when) - set(circumstances()):
            raise TableError(f"visits.toml, task {task.id!r} depends on an unknown circumstance")
    return listed


@cache
def _each_visit() -> tuple[EachVisit, ...]:
    return tuple(EachVisit(r.id, r.age("opens"), r.words(), r.basis()) for r in rows("visits", "each_visit"))


def at_each_visit(age: GestationalAge) -> tuple[EachVisit, ...]:
    """What is to be examined at a visit at this gestational age."""
    return tuple(item for item in _each_visit() if item.opens <= age)


def _matches(dating: Dating, attended: Sequence[Attendance], born: date | None) -> dict[str, date]:
    """Visit id to the day it was attended: those named first, then each remaining one by kind and window, in order of time."""
    found = {a.visit: a.on for a in reversed(attended) if a.visit is not None}
    free = [a for a in attended if a.visit is None]
    for visit in programme():
        if visit.id in found:
            continue
        of_kind = [a for a in free if a.kind == visit.kind]
        earliest, until = (visit.window.day(d, dating, born) for d in (visit.window.earliest, visit.window.until))
        inside = [a for a in of_kind if earliest is not None and until is not None and earliest <= a.on <= until]
        if inside:
            found[visit.id] = inside[0].on
            free.remove(inside[0])
        elif visit.counts_late and (late := [a.on for a in of_kind if until is not None and a.on > until]):
            found[visit.id] = late[0]
    return found


def _status(window: Window, dating: Dating, today: date, born: date | None, over: date | None) -> Status:
    """The standing of what hasn't been done, ``over`` being the day the pregnancy ended."""
    opens, closes, until = (window.day(d, dating, born) for d in (window.opens, window.closes, window.until))
    if opens is None or closes is None or until is None:
        return Status.COMING if over is None else Status.NOT_NEEDED
    if window.anchor is not Anchor.BIRTH and over is not None and over <= today:
        return Status.MISSED if closes < over else Status.NOT_NEEDED
    if today < opens:
        return Status.COMING
    if today <= closes:
        return Status.DUE
    return Status.OVERDUE if today <= until else Status.MISSED


def due(
    dating: Dating, done: Collection[Attendance], today: date, *, born: date | None = None, ended: date | None = None
) -> tuple[PlannedVisit, ...]:
    """The whole programme as it stands on ``today``, in order of time.

    ``done``: visits attended, in any order; those after ``today`` don't count yet. ``born``: the day of birth; ``ended``: the day
    the pregnancy ended otherwise. An attendance counts for one visit only, but a first consultation that came late counts as the
    first visit and as the one of its week.
    """
    attended = sorted((a for a in done if a.on <= today), key=lambda a: a.on)
    found = _matches(dating, attended, born)
    over = born or ended
    planned = []
    for visit in programme():
        on = found.get(visit.id)
        status = _status(visit.window, dating, today, born, over) if on is None else Status.DONE
        opens, closes = (visit.window.day(d, dating, born) for d in (visit.window.opens, visit.window.closes))
        planned.append(PlannedVisit(visit, status, opens, closes, on))
    return tuple(planned)


def tasks(
    dating: Dating,
    done: Collection[str],
    today: date,
    known: Mapping[str, bool | None],
    *,
    born: date | None = None,
    ended: date | None = None,
) -> tuple[PlannedTask, ...]:
    """The tasks that apply or may apply, as they stand on ``today``, in order of the table.

    ``done``: ids of tasks already done. ``known``: circumstance to yes, no or not known (also by absence).
    Raises ``ValueError`` at a circumstance or task that isn't in the table.
    """
    strange = (set(known) - set(circumstances())) | (set(done) - {t.id for t in all_tasks()})
    if strange:
        raise ValueError(f"not in visits.toml: {', '.join(sorted(strange))}")
    planned = []
    for task in all_tasks():
        applies = all_of(known.get(name) for name in task.when)
        if applies is False:
            continue
        status = Status.DONE if task.id in done else _status(task.window, dating, today, born, born or ended)
        opens, closes = (task.window.day(d, dating, born) for d in (task.window.opens, task.window.closes))
        planned.append(PlannedTask(task, status, applies, opens, closes))
    return tuple(planned)
