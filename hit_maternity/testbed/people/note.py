"""Free remarks: an Observation whose code is the section of the card it stands in."""

from __future__ import annotations

from hit_maternity.testbed.people.canonical import own_system
from hit_maternity.testbed.people.coding import coding, concept
from hit_maternity.testbed.people.kinds import KINDS, SECTIONS
from hit_maternity.testbed.people.record import Record, Sitting


def note(record: Record, sitting: Sitting, section: str, text: str) -> None:
    """Writes the remark ``text`` of a ``section`` (key of ``SECTIONS``)."""
    code, display, words = SECTIONS[section]
    record.observe(
        sitting,
        f"note-{section}",
        KINDS["note"],
        code=concept([coding(own_system("section"), code, display)], words),
        valueString=text,
    )
