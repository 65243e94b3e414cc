"""Keys and digests: the numbers that stand for resources, types and texts in the index tables."""

from __future__ import annotations

import threading
from functools import lru_cache
from hashlib import blake2b
from secrets import randbits

from hit_maternity import clock
from hit_maternity.fhir.search.model import parameter_key

#: Keys count microseconds from 2020-01-01; they last until 2091.
_BEGIN = 1_577_836_800_000_000_000
_LOW_BITS = 12
_TEXT_LENGTH = 255


class KeyMaker:
    """Makes resource keys: 63 bits, microseconds first and random bits last, each larger than the one before it."""

    __slots__ = ("_last", "_lock")

    def __init__(self) -> None:
        self._last = 0
        self._lock = threading.Lock()

    def __call__(self) -> int:
        made = ((clock.unique_tick() - _BEGIN) // 1000 << _LOW_BITS) | randbits(_LOW_BITS)
        with self._lock:
            self._last = made if made > self._last else self._last + 1
            return self._last


@lru_cache(maxsize=512)
def type_key(resource_type: str) -> int:
    """The number of a resource type in the index tables: 1 .. 2**31-1; 0 for the empty name."""
    return parameter_key(resource_type, "") if resource_type else 0


@lru_cache(maxsize=16384)
def digest(text: str) -> int:
    """47 bits that stand for ``text`` beside the value they qualify (a token's system, a string's spelling); 0 for ''."""
    if not text:
        return 0
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=6).digest(), "big") >> 1 or 1


def bounded(text: str) -> str:
    """``text`` as an index can hold it: without NUL and lone surrogates, and beyond 255 characters cut and marked with a digest."""
    if len(text) <= _TEXT_LENGTH and text.isascii() and "\0" not in text:
        return text
    if len(text) > _TEXT_LENGTH:
        text = f"{text[: _TEXT_LENGTH - 16]}#{digest(text):x}"
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def is_plain(id: str) -> bool:
    """Whether ``id`` can be that of a resource at all: what is not ASCII, or holds NUL, some databases refuse to compare."""
    return id.isascii() and "\0" not in id
