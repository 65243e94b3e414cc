"""A JWT before it is put together, and the ways to change it into one that must be refused."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from jwt.algorithms import get_default_algorithms

from hit_maternity.simulators.helseid.keys import base64url


@dataclass(slots=True)
class Draft:
    """``key``: what it is signed with (a private key; bytes for HMAC); ``algorithm`` None: not signed; ``payload``: bytes in place of
    the claims; ``finish``: changes of the whole text, in their order."""

    header: dict[str, Any]
    claims: dict[str, Any]
    key: Any
    algorithm: str | None
    payload: bytes | None = None
    finish: list[Callable[[str], str]] = field(default_factory=list)

    def text(self) -> str:
        """The compact form."""
        payload = self.payload if self.payload is not None else written(self.claims)
        signed = f"{base64url(written(self.header))}.{base64url(payload)}"
        made = f"{signed}.{base64url(self._signature(signed.encode('ascii')))}"
        for change in self.finish:
            made = change(made)
        return made

    def _signature(self, signed: bytes) -> bytes:
        if self.algorithm is None:
            return b""
        if isinstance(self.key, bytes):
            return hmac.digest(self.key, signed, hashlib.sha256)
        signature: bytes = get_default_algorithms()[self.algorithm].sign(signed, self.key)
        return signature


def written(value: Mapping[str, Any]) -> bytes:
    """JSON without spaces, its members in their order."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


#: Changes a draft. Raises ``KeyError`` where the draft lacks what is to be changed.
Change = Callable[[Draft], None]
Stage = Literal["token", "proof", "headers"]


@dataclass(frozen=True, slots=True)
class Fault:
    """A manipulation. ``row``: of the catalogue of attacks, or the rule it breaks; ``what``: what is wrong afterwards."""

    row: str
    what: str
    change: Change


def header(**members: Any) -> Change:
    """Sets members of the header."""
    return lambda draft: draft.header.update(members)


def without_header(*names: str) -> Change:
    """Takes members out of the header."""
    return lambda draft: _remove(draft.header, names)


def claims(values: Mapping[str, Any] | None = None, **named: Any) -> Change:
    """Sets claims."""
    return lambda draft: draft.claims.update({**(values or {}), **named})


def without_claims(*names: str) -> Change:
    """Takes claims out."""
    return lambda draft: _remove(draft.claims, names)


def _remove(members: dict[str, Any], names: tuple[str, ...]) -> None:
    for name in names:
        del members[name]


def claim(name: str, change: Callable[[Any], Any]) -> Change:
    """Sets a claim to what ``change`` makes of it."""
    return lambda draft: draft.claims.update({name: change(draft.claims[name])})


def signed_as(algorithm: str) -> Change:
    """Signs with another algorithm, and says so."""

    def change(draft: Draft) -> None:
        draft.algorithm = algorithm
        draft.header["alg"] = algorithm

    return change


def unsigned(named: str) -> Change:
    """No signature, under that name of none."""

    def change(draft: Draft) -> None:
        draft.algorithm = None
        draft.header["alg"] = named

    return change


def signed_by(make: Callable[[], Any]) -> Change:
    """Signs with another key."""

    def change(draft: Draft) -> None:
        draft.key = make()

    return change


def payload(change: Callable[[bytes], bytes]) -> Change:
    """Changes the payload's bytes before they are signed."""

    def changed(draft: Draft) -> None:
        draft.payload = change(draft.payload if draft.payload is not None else written(draft.claims))

    return changed


def text(change: Callable[[str], str]) -> Change:
    """Changes the text after it was signed."""
    return lambda draft: draft.finish.append(change)


def together(*changes: Change) -> Change:
    """One after another."""

    def changed(draft: Draft) -> None:
        for change in changes:
            change(draft)

    return changed


def part(at: int, change: Callable[[str], str]) -> Change:
    """Changes the text of one part: 0 header, 1 payload, 2 signature."""

    def changed(compact: str) -> str:
        parts = compact.split(".")
        parts[at] = change(parts[at])
        return ".".join(parts)

    return text(changed)


def altered(encoded: str) -> str:
    """Another character in the middle."""
    at = len(encoded) // 2
    return encoded[:at] + ("A" if encoded[at] != "A" else "B") + encoded[at + 1 :]
