"""The files of a FHIR package, read in memory and never put on the disk; whatever could do harm is refused.

Source: https://confluence.hl7.org/display/FHIR/NPM+Package+Specification (a tar in gzip, with the folder ``package``).
"""

from __future__ import annotations

import re
import tarfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hit_maternity.fhir.outcome import FhirError, Issue, refuse

FOLDER = "package/"
_FILES = frozenset({tarfile.REGTYPE, tarfile.AREGTYPE})
_GZIP = b"\x1f\x8b"
_PIECE = 1 << 18
_DRIVE = re.compile(r"[A-Za-z]:")
_UNSHOWN = re.compile(r"[^\x20-\x7e]")
#: How tarfile says, by names it doesn't document, that the archive is at its end.
_ENDS = frozenset({"EOFHeaderError", "EmptyHeaderError"})
#: The faults of members that are told; more are counted.
_TOLD = 10


@dataclass(frozen=True, slots=True)
class Limits:
    """The most bytes packed and unpacked, the most members, and the most often that a byte may unpack to (from ``small`` bytes on)."""

    packed: int = 64 << 20
    unpacked: int = 256 << 20
    members: int = 20_000
    ratio: int = 100
    small: int = 8 << 20


DEFAULT_LIMITS = Limits()


def members(
    data: bytes, label: str, wanted: Callable[[str], bool], limits: Limits = DEFAULT_LIMITS, until: str | None = None
) -> dict[str, bytes]:
    """Name -> content of the ``wanted`` files in a package's bytes, in their order; ``label`` names the package in what is told.

    ``until``: reading stops at the first member whose name begins so, for a package that is ours and known to be well.
    Raises ``FhirError`` 422 with every fault: ``package-not-gzip``, ``package-not-tar``, ``package-damaged``, ``package-too-large``,
    ``package-too-many-members``, ``package-bomb``, ``package-member-path``, ``package-member-kind``, ``package-member-duplicate``.
    """
    found: dict[str, bytes] = {}
    faults: list[Issue] = []
    seen: set[str] = set()
    stream = _Unpacking(data, label, limits)
    for tar, entry in _entries(stream, label, limits):
        name = entry.name.removeprefix("./")
        if until and name.startswith(until):
            return found
        fault = _fault(entry, name, label, seen)
        if fault:
            faults.append(fault)
        elif entry.type in _FILES and wanted(name):
            inside = tar.extractfile(entry)
            found[name] = inside.read() if inside else b""
        seen.add(name)
    stream.drain()
    if faults:
        more = len(faults) - _TOLD
        rest = [Issue("security", "package-member-path", f"{label}: {more} more members can't be taken.")] if more > 0 else []
        raise FhirError(422, faults[:_TOLD] + rest)
    return found


class _Unpacking:
    """The unpacked bytes as a file to be read once, from the beginning; never more of them in memory than are asked for."""

    def __init__(self, data: bytes, label: str, limits: Limits) -> None:
        if len(data) > limits.packed:
            raise _too_large(label, f"{len(data):,} bytes", f"{limits.packed:,}")
        if not data.startswith(_GZIP):
            text = f"{label} is no FHIR package: that is a tar in gzip (.tgz). Pack it again with the tool that it came from."
            raise refuse(422, "structure", "package-not-gzip", text)
        self._label = label
        self._limits = limits
        self._most = min(limits.unpacked, max(limits.small, len(data) * limits.ratio))
        self._stream = zlib.decompressobj(31)
        self._packed = data
        self._size = 0

    def read(self, size: int) -> bytes:
        pieces: list[bytes] = []
        while size > 0 and (piece := self._piece(size)):
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)

    def _piece(self, size: int) -> bytes:
        """At most ``size`` bytes more; none at the end."""
        while True:
            if self._stream.eof:
                self._packed = self._stream.unused_data
                if not self._packed.startswith(_GZIP):
                    return b""  # zeros may follow as padding
                self._stream = zlib.decompressobj(31)  # gzip files may be put one behind another
            try:
                piece = self._stream.decompress(self._packed, size)
            except zlib.error:
                raise _damaged(self._label) from None
            self._packed = self._stream.unconsumed_tail
            self._size += len(piece)
            if self._size > self._most:
                raise _bomb(self._label, self._limits) if self._most < self._limits.unpacked else _unpacks(self._label, self._limits)
            if piece:
                return piece
            if not self._stream.eof:
                raise _damaged(self._label)

    def drain(self) -> None:
        """Reads to the end, so that what is behind the tar is counted, and the checksum compared."""
        while self.read(_PIECE):
            pass


class _Entry(tarfile.TarInfo):
    """A member; a header that can't be read is a fault, not the end of the archive."""

    @classmethod
    def fromtarfile(cls, tarfile_: tarfile.TarFile) -> _Entry:
        try:
            return super().fromtarfile(tarfile_)
        except tarfile.HeaderError as fault:
            if type(fault).__name__ in _ENDS:
                raise
            raise tarfile.ReadError(str(fault)) from None


def _entries(stream: _Unpacking, label: str, limits: Limits) -> Iterator[tuple[tarfile.TarFile, tarfile.TarInfo]]:
    try:
        with tarfile.open(fileobj=stream, mode="r|", bufsize=_PIECE, tarinfo=_Entry) as tar:  # type: ignore[call-overload]  # reads only
            for number, entry in enumerate(tar):
                if number >= limits.members:
                    text = f"{label} has more than {limits.members:,} files; a package that large is no set of definitions. Split it."
                    raise refuse(422, "too-costly", "package-too-many-members", text)
                yield tar, entry
    except (tarfile.TarError, EOFError, ValueError, OverflowError, MemoryError, RecursionError):
        text = f"{label} holds no tar that can be read: the file is damaged or no FHIR package. Fetch it again."
        raise refuse(422, "structure", "package-not-tar", text) from None


def _fault(entry: tarfile.TarInfo, name: str, label: str, seen: set[str]) -> Issue | None:
    shown = _UNSHOWN.sub("?", entry.name[:120])
    if name.startswith("/") or "\\" in name or ".." in name.split("/") or _DRIVE.match(name) or any(ord(c) < 32 for c in name):
        text = f"{label}: the member '{shown}' leaves the package's folder. Do not use this package; ask its publisher."
        return Issue("security", "package-member-path", text)
    if entry.isdir():
        return None
    if entry.type not in _FILES or entry.issparse():
        kind = "a link" if entry.issym() or entry.islnk() else "a device, a pipe or a sparse file"
        text = f"{label}: the member '{shown}' is {kind}. A package holds plain files only; pack it again without."
        return Issue("security", "package-member-kind", text)
    if name in seen:
        text = f"{label}: the member '{shown}' is there twice. Which of them counts can't be told; pack it again with one."
        return Issue("duplicate", "package-member-duplicate", text)
    return None


def _damaged(label: str) -> FhirError:
    return refuse(422, "structure", "package-damaged", f"{label} is cut off or damaged: it can't be unpacked whole. Fetch it again.")


def _too_large(label: str, size: str, limit: str) -> FhirError:
    return refuse(422, "too-long", "package-too-large", f"{label} has {size}; {limit} are allowed. Split it.")


def _unpacks(label: str, limits: Limits) -> FhirError:
    return _too_large(label, "more bytes unpacked than are allowed", f"{limits.unpacked:,}")


def _bomb(label: str, limits: Limits) -> FhirError:
    text = f"{label} unpacks to more than {limits.ratio} times its size: definitions don't. Do not use this package; ask its publisher."
    return refuse(422, "security", "package-bomb", text)
