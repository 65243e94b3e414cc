"""What a part of the national record is to the door: the parts with one body, and those that are lists of items with ids.

A body is what ``fhir.json.decode`` gives, in its normal form: members that are null and empty objects and lists are left out.
Names of parts: national documentation (resource types), ``birthStatus``: public client.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from typing_extensions import TypeIs

    from hit_maternity.dhg.mapping.pregnancy import Pregnancy

Resource = dict[str, Any]
Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list. ``id``: that of its Encounter or Observation; ``entered_in_error``: it was deleted, which is a mark."""

    id: str
    body: Body
    entered_in_error: bool = False


class Single(Protocol):
    """A part that a record has once."""

    @property
    def name(self) -> str:
        """Its name on the wire."""

    def read(self, pregnancy: Pregnancy) -> Body | None:
        """Its body in normal form; ``None`` where nothing of it is registered."""

    def write(self, pregnancy: Pregnancy, body: Body) -> list[Resource]:
        """What must be put so that ``read`` gives ``body``: whole resources, new or changed; nothing for what is the same."""

    def touched(self, resource: Resource) -> Iterable[str]:
        """``""`` where a change of this resource may change the body, told from the resource alone."""


class Many(Protocol):
    """A part that is a list of items, each with an id and a version."""

    @property
    def name(self) -> str:
        """Its name on the wire."""

    def read(self, pregnancy: Pregnancy) -> list[Item]:
        """Its items, oldest first, the deleted ones too."""

    def write(self, pregnancy: Pregnancy, id: str | None, body: Body) -> tuple[str, list[Resource]]:
        """The item's id, a new one for ``None``, and what must be put so that ``read`` gives ``body`` for it.

        Raises ``KeyError`` where no item has this id.
        """

    def remove(self, pregnancy: Pregnancy, id: str) -> list[Resource]:
        """The item and its facts, marked as entered in error. Raises ``KeyError`` where no item has this id."""

    def touched(self, resource: Resource) -> Iterable[str]:
        """The ids of the items that a change of this resource may change, told from the resource alone."""


Part = Single | Many


def is_many(part: Part) -> TypeIs[Many]:
    """Whether a part is a list of items."""
    return hasattr(part, "remove")


def nested(flat: dict[str, Any]) -> Body:
    """Members by dotted name as the body they make; ``None`` is left out: ``{"aboRh.aboType": "A"}`` is ``{"aboRh": {"aboType": "A"}}``."""
    body: Body = {}
    for name, value in flat.items():
        if value is None:
            continue
        *outer, last = name.split(".")
        holder = body
        for step in outer:
            holder = holder.setdefault(step, {})
        holder[last] = value
    return body


def member(body: Body, name: str) -> Any:
    """The member of a body by its dotted name; ``None`` where it isn't there."""
    value: Any = body
    for step in name.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value
