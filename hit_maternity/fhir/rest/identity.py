"""Logical ids: their form, and new ones.

Source: https://hl7.org/fhir/R4/datatypes.html#id; new ones are UUIDs of version 7 (RFC 9562), opaque and close to each other in
an index when they are made close in time.
"""

from __future__ import annotations

import os
import re

from hit_maternity import clock

is_id = re.compile(r"[A-Za-z0-9\-.]{1,64}").fullmatch


def new_id() -> str:
    """A new logical id, such as ``019bd0c2-5a3e-7c41-9d0e-3f6f2a1b8c77``."""
    milliseconds = clock.unique_tick() // 1_000_000 & 0xFFFFFFFFFFFF
    random = int.from_bytes(os.urandom(10), "big")
    value = milliseconds << 80 | 7 << 76 | (random >> 68) << 64 | 2 << 62 | random & 0x3FFFFFFFFFFFFFFF
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
