"""What a clinician says of a visit or a birth, as bodies of the national record; every fault at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from hit_maternity.ehr.bodies import Body, normal

#: How a fetus was born: SNOMED CT. That the national record takes these is inferred: the system of its status is not published.
BORN = {
    "alive": {"code": "281050002", "display": "Livebirth", "codeSystem": "http://snomed.info/sct"},
    "dead": {"code": "237364002", "display": "Stillbirth", "codeSystem": "http://snomed.info/sct"},
}
_URINE = {it.lower(): it for it in ("Neg", "Spor", "1+", "2+", "3+")}
_AGE = re.compile(r"(\d{1,2})(?:\+([0-6]))?", re.ASCII).fullmatch
_PRESSURE = re.compile(r"[1-9]\d{1,2}/[1-9]\d{1,2}", re.ASCII).fullmatch
_OF_FETUS = re.compile(r"(?:([1-9]):)?(.+)", re.DOTALL).fullmatch


class Faults(ValueError):
    """What can't be understood, each with how to say it; ``words`` has all."""

    def __init__(self, words: list[str]) -> None:
        super().__init__(" ".join(words))
        self.words = words


@dataclass(frozen=True, slots=True)
class Found:
    """What was found at a visit, as it is said: ``age`` 24+2, ``heart`` and ``lie`` 148 or 2:148 for the second fetus, ``fundal_height``
    in cm, ``felt``: whether she feels movements."""

    day: str
    age: str | None = None
    weight: str | None = None
    pressure: str | None = None
    urine: str | None = None
    oedema: str | None = None
    heart: tuple[str, ...] = ()
    lie: tuple[str, ...] = ()
    felt: bool | None = None
    fundal_height: str | None = None
    medication: bool | None = None
    work: str | None = None
    note: str | None = None

    def appointment(self) -> Body:
        """The body of ``antenatalAppointments``. Raises ``Faults``."""
        reader = _Reader()
        weeks, days = reader.age(self.age)
        body = {
            "appointmentDate": reader.read("day", self.day, _day),
            "pregnancyWeek": weeks,
            "daysAfterFullPregnancyWeek": days,
            "motherWeight": reader.read("weight in kg", self.weight, _amount),
            "bloodPressure": reader.read("blood pressure, as 118/76", self.pressure, lambda it: it if _PRESSURE(it) else None),
            "proteinInUrineTestResult": reader.read("urine: Neg, Spor, 1+, 2+ or 3+", self.urine, lambda it: _URINE.get(it.lower())),
            "edema": reader.read("oedema: 0 to 3", self.oedema, lambda it: int(it) if it in tuple("0123") else None),
            "fetusesVitalSigns": self._signs(reader),
            "medication": self.medication,
            "employmentRate": reader.read("work, percent", self.work, lambda it: _number(it, 0, 100)),
            "note": self.note,
        }
        reader.read("fundal height in whole cm", self.fundal_height, lambda it: _number(it, 1, 60))
        reader.done()
        made: Body = normal(body)
        return made

    def fundal_heights(self) -> Body | None:
        """The body of ``symphysisFundalHeights``, where it was measured. Raises ``Faults``."""
        reader = _Reader()
        height = reader.read("fundal height in whole cm", self.fundal_height, lambda it: _number(it, 1, 60))
        weeks, _ = reader.age(self.age)
        reader.done()
        return None if height is None else normal({"pregnancyWeek": weeks, "measurement": height, "measurementDate": self.day})

    def _signs(self, reader: _Reader) -> list[Body]:
        found: dict[int, Body] = {}
        for name, said, read in (
            ("fetalHeartRate", self.heart, lambda it: _number(it, 1, 300)),
            ("fetalPresentationLie", self.lie, lambda it: {"code": it, "codeSystem": "VOLVEN_8534"}),
        ):
            for text in said:
                fetus, value = _of_fetus(text)
                found.setdefault(fetus, {"fosterId": fetus})[name] = reader.read(f"{name}, as 148 or 2:148", value, read)
        if self.felt is not None:
            found.setdefault(1, {"fosterId": 1})["motherFeelsBabyMovements"] = self.felt
        return [found[fetus] for fetus in sorted(found)]


def births(said: Iterable[str]) -> Body:
    """The body of ``birthStatus`` of ``1:alive:2026-08-13T04:12+02:00``, one for each fetus. Raises ``Faults``."""
    reader, found = _Reader(), []
    for text in said:
        fetus, rest = _of_fetus(text)
        status, _, moment = rest.partition(":")
        reader.read("birth, as 1:alive:2026-08-13T04:12:00+02:00", status, BORN.get)
        when = reader.read("time of the birth, with its zone", moment or None, _moment)
        found.append({"fosterId": fetus, "status": BORN.get(status), "datetime": when})
    if len({it["fosterId"] for it in found}) < len(found):
        reader.faults.append("Say each fetus once.")
    reader.done()
    return {"birthStatus": normal(found)}


def member(text: str) -> tuple[str, Any]:
    """``hemoglobin=12.4`` as name and value: JSON where it is, else text; nothing after the sign: taken away. Raises ``Faults``."""
    from hit_maternity.client import json

    name, sign, value = text.partition("=")
    if not sign or not name:
        raise Faults([f"Say member=value, not {text[:60]}."])
    try:
        return name, json.decode(value) if value else None
    except ValueError:
        return name, value


class _Reader:
    def __init__(self) -> None:
        self.faults: list[str] = []

    def read(self, what: str, text: str | None, how: Callable[[str], Any]) -> Any:
        if text is None or not text.strip():
            return None
        value = how(text.strip())
        if value is None:
            self.faults.append(f"Not understood: {what}.")
        return value

    def age(self, text: str | None) -> tuple[int | None, int | None]:
        found = self.read("week of pregnancy, as 24 or 24+2", text, _AGE)
        return (None, None) if found is None else (int(found[1]), None if found[2] is None else int(found[2]))

    def done(self) -> None:
        if self.faults:
            raise Faults(list(dict.fromkeys(self.faults)))


def _of_fetus(text: str) -> tuple[int, str]:
    found = _OF_FETUS(text.strip())
    return (1, text) if found is None else (int(found[1] or 1), found[2])


def _number(text: str, least: int, most: int) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 and least <= int(text) <= most else None


def _amount(text: str) -> Decimal | None:
    try:
        value = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
    return value if value.is_finite() and 20 <= value <= 400 else None


def _day(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def _moment(text: str) -> str | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.isoformat() if found.tzinfo else None
