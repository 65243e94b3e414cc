"""Stories moved in time, so that a pregnancy that is under way in its story is under way today."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TypeVar

import msgspec

from hit_maternity.testbed.people.parts import Coparent, Earlier, Mother, Part
from hit_maternity.testbed.people.story import Story

#: The last day on which anything of the stories has happened.
TOLD_ON = date(2026, 11, 20)
#: What lies before the pregnancy stays where it is: when people were born, and earlier pregnancies.
STAYING = (Mother, Coparent, Earlier)

PartOrWhole = TypeVar("PartOrWhole", bound=Part)


def moved(story: Story, today: date) -> Story:
    """``story`` as if it had been told on ``today`` or up to six days before: moved by whole weeks, so that weekdays stay."""
    weeks = (today - TOLD_ON).days // 7
    return _part(story, timedelta(weeks=weeks)) if weeks else story


def _part(part: PartOrWhole, by: timedelta) -> PartOrWhole:
    return msgspec.structs.replace(part, **{name: _value(getattr(part, name), by) for name in part.__struct_fields__})


def _value(value: object, by: timedelta) -> object:
    if isinstance(value, date | datetime):
        return value + by
    if isinstance(value, Part):
        return value if isinstance(value, STAYING) else _part(value, by)
    if isinstance(value, tuple):
        return tuple(_value(item, by) for item in value)
    return _day(value, by) if isinstance(value, str) else value


def _day(text: str, by: timedelta) -> str:
    """A day that is written as text is moved too; a year or a month alone is too coarse for it, and other words are left alone."""
    try:
        return (date.fromisoformat(text) + by).isoformat() if len(text) == 10 else text
    except ValueError:
        return text
