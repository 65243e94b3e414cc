"""The addresses of the API: the one table that the door and the OpenAPI document go by.

Source: national documentation (its endpoint table and examples).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hit_maternity.dhg.closing import update_status
from hit_maternity.dhg.creating import create_record
from hit_maternity.dhg.desk import Answer, Call, Caller, Desk
from hit_maternity.dhg.history import changes, records
from hit_maternity.dhg.mapping import PARTS, is_many
from hit_maternity.dhg.record import read_record
from hit_maternity.dhg.status import status
from hit_maternity.dhg.writing import create_part, delete_item, update_item, update_part

Work = Callable[[Desk, Call, Caller], Answer]
#: Below the root of a space.
BASE = "api/maternity-record/v1"


@dataclass(frozen=True, slots=True)
class Route:
    """``path``: below ``BASE``, with the names of its parameters in braces; ``name``: of the interaction, for logs and metrics; ``body``:
    required, optional or none; ``traced``: whether the access log tells of it."""

    method: str
    path: str
    name: str
    work: Work
    body: str = "none"
    traced: bool = True

    @property
    def writes(self) -> bool:
        """Whether it changes something."""
        return self.method != "GET"


ROUTES: tuple[Route, ...] = (
    Route("GET", "status", "status", status, traced=False),
    Route("GET", "history", "history", records),
    Route("GET", "history/{recordId}", "record-history", changes),
    Route("POST", "record", "create-record", create_record, "optional"),
    Route("GET", "record/{recordId}", "read-record", read_record),
    Route("POST", "record/{recordId}/updateStatus", "update-status", update_status, "required"),
    Route("POST", "record/{recordId}/{resourceType}", "create-resource", create_part, "required"),
    Route("PUT", "record/{recordId}/{resourceType}", "update-resource", update_part, "required"),
    Route("PUT", "record/{recordId}/{listType}/{itemId}", "update-item", update_item, "required"),
    Route("DELETE", "record/{recordId}/{listType}/{itemId}", "delete-item", delete_item, "optional"),
)


def _fits(route: Route, path: Sequence[str]) -> bool:
    wanted = route.path.split("/")
    if len(wanted) != len(path):
        return False
    return all(_matches(name, part) for name, part in zip(wanted, path, strict=True))


def _matches(name: str, part: str) -> bool:
    if name == "{resourceType}":
        return part in PARTS
    if name == "{listType}":
        return part in PARTS and is_many(PARTS[part])
    return name[0] == "{" or name == part


def found(method: str, path: Sequence[str]) -> Route | list[str]:
    """The route of a call; else the methods that its address takes, none where there is no such address."""
    fitting = [route for route in ROUTES if _fits(route, path)]
    return next((route for route in fitting if route.method == method), None) or sorted({route.method for route in fitting})
