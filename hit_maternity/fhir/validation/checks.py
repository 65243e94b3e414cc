"""What a check is, and what each part of the validator gives to the whole."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from hit_maternity.fhir.definitions import ElementInfo, TypeInfo
from hit_maternity.fhir.validation.walk import Path, Walk

#: Checks a whole element: (value, its place, walk).
Check = Callable[[Any, Path, Walk], None]
#: Checks what stands under one key: (value, the object it stands in, that object's place, walk).
KeyCheck = Callable[[Any, dict[str, Any], Path, Walk], None]


class TypeChecker:
    """The check of one type; compiled when it is first needed, so that types may hold themselves."""

    __slots__ = ("check",)
    check: Check

    def __init__(self, compile_now: Callable[[], Check]) -> None:
        def first(value: Any, path: Path, walk: Walk) -> None:
            self.check = compile_now()
            self.check(value, path, walk)

        self.check = first


class Addition:
    """What other files add to the plain structure; each method gives checks that run after it, on values that are objects or
    valid primitives."""

    def for_type(self, info: TypeInfo) -> Sequence[Check]:
        """Checks on every value of the type."""
        return ()

    def for_element(self, element: ElementInfo) -> Sequence[Check]:
        """Checks on every value of the element, beyond those of its type."""
        return ()

    def around(self, element: ElementInfo, checker: TypeChecker) -> KeyCheck | None:
        """A check that takes the place of the plain one for all of a repeating element; None for most."""
        return None


class Types(Protocol):
    """The compiled types, as one of them sees the others."""

    @property
    def additions(self) -> Sequence[Addition]: ...

    def type(self, name: str) -> TypeChecker:
        """The checker of a type by name."""
        ...

    def resource(self, value: Any, path: Path, walk: Walk, outermost: bool = True) -> None:
        """Checks a resource of whatever type it says it is."""
        ...


def hint(word: str, known: Iterable[str]) -> str:
    """ " Did you mean ...?" with the known word that is nearest to ``word``, or nothing."""
    near = difflib.get_close_matches(word[:64], list(known), 1, 0.7)
    return f" Did you mean {near[0]}?" if near else ""
