"""The kinds of value in the national record, as pydantic checks them and as OpenAPI tells them.

A number comes as ``fhir.json`` decodes it and goes as it came, with its digits. Types are strict: ``"1"`` and ``true`` are no
numbers, and a whole number is written without fraction and exponent (inferred: what the national API does with ``1.0`` is not known).
"""

from __future__ import annotations

import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic_core import PydanticCustomError, core_schema

from hit_maternity.dhg.models import limits
from hit_maternity.dhg.models.limits import Evidence, Length, Range
from hit_maternity.fhir.json import decimal, is_number
from hit_maternity.fhir.outcome import FhirError

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII).fullmatch
_TIMESTAMP = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.\d{1,9})?(Z|[+-](?:0\d|1[0-4]):[0-5]\d)?", re.ASCII).fullmatch
_PRESSURE = re.compile(r"([1-9]\d{1,2})/([1-9]\d{1,2})", re.ASCII).fullmatch
_WHITE = frozenset("\n\r\t")


class Body(BaseModel):
    """What all bodies have in common: strict types, no member that isn't documented."""

    model_config = ConfigDict(strict=True, extra="forbid", defer_build=True)


def told(words: str, evidence: Evidence = Evidence.SECOND_HAND, **more: Any) -> Any:
    """A field that may be missing or null, with what it means and how surely that is known."""
    return Field(default=None, description=f"{words} ({evidence}).", **more)


def wrong(rule: str, words: str) -> PydanticCustomError:
    """The fault of a value."""
    return PydanticCustomError(rule, "{words}", {"words": words})


def _days(info: ValidationInfo) -> tuple[date, bool]:
    context = info.context if isinstance(info.context, Mapping) else {}
    today = context.get("today")
    return (today, True) if isinstance(today, date) else (date.max, False)


class Kind(ABC):
    """A kind of value: ``check`` raises ``PydanticCustomError`` for what is none; ``shown`` is its JSON schema."""

    @abstractmethod
    def check(self, value: Any, info: ValidationInfo) -> Any:
        """The value."""

    @abstractmethod
    def shown(self) -> dict[str, Any]:
        """What OpenAPI says of it."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.with_info_plain_validator_function(self._there)

    def _there(self, value: Any, info: ValidationInfo) -> Any:
        if value is None:
            raise wrong("required", "This field must be there, and not null.")
        return self.check(value, info)

    def __get_pydantic_json_schema__(self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return self.shown()


@dataclass(frozen=True, slots=True)
class Whole(Kind):
    """A whole number, such as ``24``."""

    range: Range

    def check(self, value: Any, info: ValidationInfo) -> Any:
        if type(value) is not int:
            raise wrong("integer", "This is no whole number; write digits alone, without quotes, fraction and exponent.")
        if not self.range.low <= value <= self.range.high:
            raise wrong("range", f"The number is out of range; it is from {_spoken(self.range)}.")
        return value

    def shown(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.range.low, "maximum": self.range.high}


@dataclass(frozen=True, slots=True)
class Measure(Kind):
    """A number that may have decimals, such as ``68.40``."""

    range: Range

    def check(self, value: Any, info: ValidationInfo) -> Any:
        if not is_number(value):
            raise wrong("number", "This is no number; write it without quotes, with a point before the decimals.")
        try:
            exact = decimal(value)
        except FhirError:
            raise wrong("range", f"The number is out of range; it is from {_spoken(self.range)}.") from None
        sign = exact.as_tuple()
        if len(sign.digits) > limits.DIGITS or not -limits.DIGITS <= int(sign.exponent) <= limits.DIGITS:
            raise wrong("digits", f"The number has more than {limits.DIGITS} digits; round it.")
        if not self.range.low <= exact <= self.range.high or exact <= 0:
            raise wrong("range", f"The number is out of range; it is from {_spoken(self.range)}, and not 0.")
        return value

    def shown(self) -> dict[str, Any]:
        bound = "minimum" if self.range.low else "exclusiveMinimum"
        return {"type": "number", bound: self.range.low, "maximum": self.range.high}


def _spoken(it: Range) -> str:
    return f"{it.low} to {it.high}" + (f" ({it.unit})" if it.unit else "")


@dataclass(frozen=True, slots=True)
class Text(Kind):
    """Text of bounded length, without control characters other than tab and line breaks. Blank text counts as not registered."""

    length: Length

    def check(self, value: Any, info: ValidationInfo) -> Any:
        if type(value) is not str:
            raise wrong("text", "This is no text; write it in quotes.")
        if len(value) > self.length.most:
            raise wrong("length", f"The text is too long; {self.length.most} characters are the most.")
        if any(unicodedata.category(c) in ("Cc", "Cs") and c not in _WHITE for c in value):
            raise wrong("characters", "The text holds control characters; of these only tab and line breaks may stay.")
        return value

    def shown(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.length.most}


@dataclass(frozen=True, slots=True)
class Word(Kind):
    """Text of a given form, such as a code."""

    pattern: str
    words: str
    length: Length

    def check(self, value: Any, info: ValidationInfo) -> Any:
        if type(value) is not str:
            raise wrong("text", "This is no text; write it in quotes.")
        if len(value) > self.length.most:
            raise wrong("length", f"The text is too long; {self.length.most} characters are the most.")
        if re.fullmatch(self.pattern, value) is None:
            raise wrong("form", self.words)
        return value

    def shown(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^{self.pattern}$", "maxLength": self.length.most}


@dataclass(frozen=True, slots=True)
class OneOf(Kind):
    """One of ``words``, in any case; ``also``: spellings that are known beside them. What was sent comes back as it was spelt."""

    words: tuple[str, ...]
    also: tuple[str, ...] = ()
    exact: bool = False

    def check(self, value: Any, info: ValidationInfo) -> Any:
        if type(value) is not str:
            raise wrong("text", "This is no text; write it in quotes.")
        taken = (*self.words, *self.also)
        if value not in taken and (self.exact or value.upper() not in {w.upper() for w in taken}):
            raise wrong("enum", f"This is none of the values: {', '.join(self.words)}.")
        return value

    def shown(self) -> dict[str, Any]:
        return {"type": "string", "enum": [*self.words, *self.also]}


@dataclass(frozen=True, slots=True)
class Day(Kind):
    """A date that exists, ``YYYY-MM-DD``; ``ahead``: it may lie in the future, as a due date does."""

    ahead: bool = False

    def check(self, value: Any, info: ValidationInfo) -> Any:
        if type(value) is not str or _DATE(value) is None:
            raise wrong("date", "This is no date; write it YYYY-MM-DD, in quotes.")
        _within(_day(value), self.ahead, info)
        return value

    def shown(self) -> dict[str, Any]:
        return {"type": "string", "format": "date"}


class Moment(Kind):
    """A time that has been, ``YYYY-MM-DDThh:mm:ss``, with or without fraction of the second and time zone."""

    def check(self, value: Any, info: ValidationInfo) -> Any:
        found = _TIMESTAMP(value) if type(value) is str else None
        if found is None:
            raise wrong("timestamp", "This is no time; write it YYYY-MM-DDThh:mm:ss, in quotes, best with the time zone after it.")
        try:
            time.fromisoformat(found[2])
            datetime.fromisoformat(f"{found[1]}T{found[2]}{(found[3] or '').replace('Z', '+00:00')}")
        except ValueError:
            raise wrong("timestamp", "This time does not exist; check day, hour and time zone.") from None
        _within(_day(found[1]), False, info, limits.ZONE)
        return value

    def shown(self) -> dict[str, Any]:
        return {"type": "string", "pattern": _TIMESTAMP.__self__.pattern}  # type: ignore[attr-defined]  # a bound method has its pattern


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise wrong("date", "This date does not exist; check month and day.") from None


def _within(day: date, ahead: bool, info: ValidationInfo, more: timedelta = timedelta(0)) -> None:
    today, known = _days(info)
    if day.year < limits.FIRST_YEAR:
        raise wrong("date-range", f"The date is before {limits.FIRST_YEAR}; check the year.")
    if known and not ahead and day > today + more:
        raise wrong("future", "The date lies in the future, and this tells of the past; check it.")
    if known and ahead and day > today + limits.AHEAD:
        raise wrong("date-range", f"The date is more than {limits.AHEAD.days} days ahead; check the year.")


class Pressure(Kind):
    """A blood pressure, ``systolic/diastolic``, such as ``118/76``."""

    def check(self, value: Any, info: ValidationInfo) -> Any:
        found = _PRESSURE(value) if type(value) is str else None
        if found is None:
            raise wrong("blood-pressure", "This is no blood pressure; write it systolic/diastolic in whole mmHg, as 118/76.")
        systolic, diastolic = int(found[1]), int(found[2])
        if systolic <= diastolic:
            raise wrong("blood-pressure", "The systolic pressure is not above the diastolic one; write the higher one first.")
        for part, range in ((systolic, limits.SYSTOLIC), (diastolic, limits.DIASTOLIC)):
            if not range.low <= part <= range.high:
                words = f"systolic {_spoken(limits.SYSTOLIC)}, diastolic {_spoken(limits.DIASTOLIC)}"
                raise wrong("range", f"The blood pressure is out of range: {words}.")
        return value

    def shown(self) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[1-9][0-9]{1,2}/[1-9][0-9]{1,2}$"}


class Flag(Kind):
    """``true`` or ``false``; both are answers."""

    def check(self, value: Any, info: ValidationInfo) -> Any:
        if type(value) is not bool:
            raise wrong("boolean", "This is neither true nor false; write one of them without quotes, or null where nobody has answered.")
        return value

    def shown(self) -> dict[str, Any]:
        return {"type": "boolean"}


Answer = Annotated[bool, Flag()]
Remark = Annotated[str, Text(limits.NOTE)]
Name = Annotated[str, Text(limits.NAME)]
Short = Annotated[str, Text(limits.SHORT)]
PastDay = Annotated[str, Day()]
AnyDay = Annotated[str, Day(ahead=True)]
Timestamp = Annotated[str, Moment()]
