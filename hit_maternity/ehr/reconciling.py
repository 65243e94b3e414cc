"""What a reading of the national record does to the local copy: pure decisions, one resource at a time.

First the doubt is settled: whether what was sent, and never answered, was done. Then what changed there is merged with what changed here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from hit_maternity.ehr.bodies import Body, same
from hit_maternity.ehr.facts import taken_apart
from hit_maternity.ehr.local.outbox import Intent
from hit_maternity.ehr.local.parts import Part
from hit_maternity.ehr.merging import changes, merge
from hit_maternity.ehr.national import Resource

#: Whether this EHR's user wrote that version of a resource; None where nobody can tell.
WroteIt = Callable[[Resource, int], bool | None]


def landed(part: Part, intent: Intent, there: Resource, wrote_it: WroteIt) -> bool:
    """Whether ``there`` shows that what ``intent`` sent upon ``sent_version`` was done: the next version was written by us and, where it is
    the newest, has what was sent."""
    sent, upon = intent.sent_body, intent.sent_version or 0
    if sent is None or there.version <= upon:
        return False
    if there.version == upon + 1:
        return wrote_it(there, upon + 1) is not False and _has(part.type, part.base, sent, there.body)
    by_us = wrote_it(there, upon + 1)
    return by_us is True or (by_us is None and _has(part.type, part.base, sent, there.body))


def item_of(intent: Intent, strangers: Iterable[Resource], wrote_it: WroteIt) -> Resource | None:
    """Of items that the local copy doesn't know, the one that ``intent`` made, though no answer said so: by us, and what was sent; where
    somebody has changed it since, by us at first."""
    sent = intent.sent_body
    for there in () if sent is None else strangers:
        if there.version == 1:
            if wrote_it(there, 1) is not False and same(there.body, sent):
                return there
        elif wrote_it(there, 1) is True:
            return there
    return None


def _has(resource_type: str, base: Body | None, sent: Body, there: Body) -> bool:
    """Whether every fact that was changed by sending stands there as it was sent."""
    old, new, found = taken_apart(resource_type, (base or {}, sent, there))
    changed = (path for path in old.keys() | new.keys() if not same(old.get(path), new.get(path)))
    return all(same(found.get(path), new.get(path)) for path in changed)


def settled(part: Part, intent: Intent, there: Resource) -> Part:
    """``part`` where what ``intent`` sent was done, and ``there`` is what the national record made of it, or has by now."""
    upon = intent.sent_version or 0
    if there.version == upon + 1 and not there.gone:
        return acknowledged(part, intent.sent_body, there)
    return reconciled(replace(part, item=there.item, base=intent.sent_body, version=upon + 1), there)


def acknowledged(part: Part, sent: Body | None, there: Resource) -> Part:
    """``part`` after the national record answered ``there`` to ``sent`` (None: a deletion). What was edited here meanwhile stays; what the
    service filled in is taken over."""
    if sent is None or there.gone:
        return replace(part, base=there.body, version=there.version, gone=True, by=dict(there.by), theirs=None, theirs_version=None)
    mine = part.mine
    if mine is not None:
        mine = there.body if same(mine, sent) else merge(part.type, sent, mine, there.body).body
    return replace(
        part, item=there.item, base=there.body, version=there.version, mine=mine, by=dict(there.by), theirs=None, theirs_version=None
    )


def reconciled(part: Part, there: Resource | None) -> Part:
    """``part`` after the national record was read, and has ``there`` (None: nothing) in its place."""
    if there is None:
        return part if part.version == 0 else _vanished(part)
    if there.version == part.version and there.gone == part.gone:
        return part
    if there.gone:
        return _struck(part, there)
    if part.mine is None and part.version:
        taken = bool(changes(part.type, part.base, there.body))  # they changed what was to be taken away here
        return _against(part, there.body, there) if taken else replace(part, version=there.version, base=there.body, by=dict(there.by))
    merged = merge(part.type, part.base, part.mine or {}, there.body)
    if merged.conflicts:
        return _against(part, there.body, there)
    free = replace(part, theirs=None, theirs_version=None, gone=False)
    return replace(free, item=there.item, base=there.body, version=there.version, mine=merged.body, by=dict(there.by))


def known(part: Part, there: Resource) -> Part:
    """``part``, which is new here, as it stands there."""
    mine = None if there.gone else there.body
    return replace(part, item=there.item, base=there.body, version=there.version, mine=mine, gone=there.gone, by=dict(there.by))


def _against(part: Part, theirs: Body | None, there: Resource) -> Part:
    return replace(part, theirs=theirs, theirs_version=there.version, by=dict(there.by))


def _struck(part: Part, there: Resource) -> Part:
    if part.mine is not None and part.base is not None and not same(part.mine, part.base):
        return _against(part, None, there)
    return replace(part, base=there.body, version=there.version, mine=None, gone=True, by=dict(there.by), theirs=None, theirs_version=None)


def _vanished(part: Part) -> Part:
    """It is not in the record any more: an item was struck, and is not shown; a resource has nothing registered."""
    if part.is_item:
        return part if part.gone else _struck(part, Resource(part.type, part.item or "", part.base or {}, part.version, True, part.by))
    if part.mine is not None and same(part.mine, part.base):
        return replace(part, base=None, version=0, mine={}, theirs=None, theirs_version=None)
    return replace(part, theirs={}, theirs_version=0)
