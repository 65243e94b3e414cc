"""A story: one woman's pregnancy as it is told in a TOML file, with everything that happened on the day it happened."""

from __future__ import annotations

import tomllib
from datetime import date, time
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

from hit_maternity.testbed.people.parts import (
    Background,
    Before,
    Birth,
    Contacts,
    Coparent,
    Dating,
    Earlier,
    Family,
    Mother,
    Part,
    Visit,
    Words,
)


class StoryError(ValueError):
    """A story of the package is malformed: a fault of the program, never of a user's input."""


class Next(Part, frozen=True, kw_only=True):
    """The visit that is booked and has not been."""

    on: date
    at: time = time(9)
    by: str


class Ending(Part, frozen=True):
    """When and why the record was closed. ``day``: of the birth or loss, where it isn't told elsewhere."""

    on: date
    reason: Literal["birth", "loss", "moved"]


class Story(Part, frozen=True, kw_only=True):
    """The whole story. Without ``ending`` the record is active; ``next`` is the visit booked then."""

    name: str
    title: Words
    about: Words
    mother: Mother
    coparent: Coparent | None = None
    contacts: Contacts
    dating: Dating
    earlier: Earlier
    background: Background = Background()
    family: Family = Family()
    before: Before = Before()
    visit: tuple[Visit, ...]
    birth: Birth | None = None
    next: Next | None = None
    ending: Ending | None = None


def read(text: str, place: str) -> Story:
    """The story that a TOML ``text`` tells. Raises ``StoryError`` naming ``place`` and what is wrong."""
    try:
        story = msgspec.convert(tomllib.loads(text, parse_float=Decimal), Story)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as fault:
        raise StoryError(f"{place}: {fault}") from None
    days = [visit.on for visit in story.visit]
    if days != sorted(days):
        raise StoryError(f"{place}: visits stand in order of time")
    if story.visit[0].kind != "first":
        raise StoryError(f"{place}: the story begins with the first visit")
    return story


def texts() -> dict[str, str]:
    """The TOML text of every story of the package by its name, in the order of names."""
    folder = files("hit_maternity.testbed.people") / "stories"
    found = sorted((item for item in folder.iterdir() if item.name.endswith(".toml")), key=lambda item: item.name)
    return {item.name.removesuffix(".toml"): item.read_text(encoding="utf-8") for item in found}


@cache
def stories() -> tuple[Story, ...]:
    """All stories of the package, in the order of their names. Raises ``StoryError``."""
    told = []
    for name, text in texts().items():
        story = read(text, f"stories/{name}.toml")
        if story.name != name:
            raise StoryError(f"stories/{name}.toml tells of {story.name!r}: name and file must agree")
        told.append(story)
    return tuple(told)
