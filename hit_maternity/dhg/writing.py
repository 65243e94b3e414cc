"""POST and PUT of a part, PUT and DELETE of an item of a list.

Confirmed by the national documentation: the calls, the answers with their metadata, that an update replaces the resource and names its
newest version. Inferred: 201 for what is created, and that deletion answers the item with its mark.
"""

from __future__ import annotations

from hit_maternity.access.policy import Right
from hit_maternity.dhg import metadata
from hit_maternity.dhg.bodies import Sent, checked, refuse, sent
from hit_maternity.dhg.desk import Answer, Call, Caller, Desk
from hit_maternity.dhg.dossier import opened, record_of
from hit_maternity.dhg.errors import DhgError, invalid
from hit_maternity.dhg.mapping import LISTS, PARTS, Body, Many, Part, Pregnancy, Resource, is_many
from hit_maternity.dhg.putting import again, expects, put
from hit_maternity.dhg.record import Opened, content_of
from hit_maternity.dhg.versions import CREATED, DELETED, LAST, UPDATED


def create_part(desk: Desk, call: Call, caller: Caller) -> Answer:
    """POST /record/{id}/{part}: 201 with the resource or the item. Raises ``DhgError`` DHG-0009 for a resource that is there."""
    record = record_of(opened(desk, caller, Right.WRITE), call, Right.WRITE)
    part = PARTS[call.path[2]]
    body = checked(desk, part.name, sent(call, versioned=False))

    def write() -> Answer:
        there = content_of(desk, call, record)
        if is_many(part):
            id, resources = part.write(there.pregnancy, None, body)
            return _written(desk, call, caller, there, part, id, resources, None, CREATED)
        if part.read(there.pregnancy) is not None:
            raise DhgError("DHG-0009")
        noted = there.noted.get((part.name, ""))  # of what was there once, and is empty by now
        resources = part.write(there.pregnancy, body)
        return _written(desk, call, caller, there, part, "", resources, noted.version if noted else None, CREATED)

    return again(write)


def update_part(desk: Desk, call: Call, caller: Caller) -> Answer:
    """PUT /record/{id}/{part}: 200 with the resource. Raises ``DhgError`` DHG-0007 for one that is not there, DHG-0008."""
    record = record_of(opened(desk, caller, Right.WRITE), call, Right.WRITE)
    part = PARTS[call.path[2]]
    if is_many(part):
        raise invalid("$", "item-missing", f"{part.name} is a list: name the item in the address, /record/.../{part.name}/<id>.")
    given = sent(call, versioned=True)
    body = checked(desk, part.name, given)

    def write() -> Answer:
        there = content_of(desk, call, record)
        if part.read(there.pregnancy) is None and (part.name, "") not in there.noted:
            raise DhgError("DHG-0007")
        _demand(_version(there, part.name), given)
        resources = part.write(there.pregnancy, body)
        return _written(desk, call, caller, there, part, "", resources, given.version, UPDATED)

    return again(write)


def update_item(desk: Desk, call: Call, caller: Caller) -> Answer:
    """PUT /record/{id}/{part}/{item}: 200 with the item. Raises ``DhgError`` DHG-0007, DHG-0017 for one that was deleted, DHG-0008."""
    record = record_of(opened(desk, caller, Right.WRITE), call, Right.WRITE)
    part, id = LISTS[call.path[2]], call.path[3]
    given = sent(call, versioned=True)
    body = checked(desk, part.name, given)

    def write() -> Answer:
        there = content_of(desk, call, record)
        _demand_item(there, part, id)
        _demand(_version(there, part.name, id), given)
        _, resources = part.write(there.pregnancy, id, body)
        return _written(desk, call, caller, there, part, id, resources, given.version, UPDATED)

    return again(write)


def delete_item(desk: Desk, call: Call, caller: Caller) -> Answer:
    """DELETE /record/{id}/{part}/{item}: 200 with the item, marked. A body with ``metadata.version`` may be sent, and counts then."""
    record = record_of(opened(desk, caller, Right.WRITE), call, Right.WRITE)
    part, id = LISTS[call.path[2]], call.path[3]
    given = sent(call, versioned=False, may_be_empty=True)
    refuse(given.faults)

    def write() -> Answer:
        there = content_of(desk, call, record)
        _demand_item(there, part, id)
        current = _version(there, part.name, id)
        if given.version is not None:
            _demand(current, given)
        return _written(desk, call, caller, there, part, id, part.remove(there.pregnancy, id), current, DELETED)

    return again(write)


def _version(there: Opened, part: str, item: str = "") -> int:
    noted = there.noted.get((part, item))
    return noted.version if noted is not None else 1


def _demand(current: int, given: Sent) -> None:
    if given.version != current:
        raise DhgError("DHG-0008")
    if current >= LAST:
        raise DhgError("DHG-0008", text=f"The resource has reached version {LAST}, which is the last.")


def _demand_item(there: Opened, part: Many, id: str) -> None:
    item = next((item for item in part.read(there.pregnancy) if item.id == id), None)
    noted = there.noted.get((part.name, id))
    if item is None and noted is None:
        raise DhgError("DHG-0007")
    if item is None or item.entered_in_error:
        raise DhgError("DHG-0017")


def _written(
    desk: Desk,
    call: Call,
    caller: Caller,
    there: Opened,
    part: Part,
    item: str,
    resources: list[Resource],
    version: int | None,
    event: str,
) -> Answer:
    record, pregnancy = there.record, there.pregnancy
    one = expects(record, part.name, item, version, event)
    noted = put(desk, call, caller, pregnancy, resources, (one,), event, part.name).noted
    made = next(v for v in reversed(noted) if (v.record, v.part, v.item) == (record.id, part.name, item))
    told = metadata.of_part(record, made, desk.options, deleted=event == DELETED)
    body = desk.codes.fill(part.name, _body(part, pregnancy.after(resources), item)).body
    return Answer(201 if event == CREATED else 200, {"metadata": told, **body})


def _body(part: Part, pregnancy: Pregnancy, item: str) -> Body:
    if not is_many(part):
        return part.read(pregnancy) or {}
    return next((it.body for it in part.read(pregnancy) if it.id == item), {})
