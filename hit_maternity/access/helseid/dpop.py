"""Proof of possession: was this proof made for this request, just now, by who holds the token's key?

A pure function; that a proof is used only once is decided by the store, together with the access log. Sources: RFC 9449 sections 4.2, 4.3
and 7; confirmed by HelseID's samples: ``typ``, ``ath``, ``htm``, ``htu`` without a query, and ``iat`` within 6 seconds before and
5 seconds after now. Ours: how two addresses are compared, after RFC 3986 6.2.2 and 6.2.3.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any, NamedTuple
from urllib.parse import quote

import jwt

from hit_maternity.access.helseid.jose_checks import (
    ASYMMETRIC,
    MAX_PROOF,
    UnusableKey,
    Unverified,
    base64url,
    digest,
    is_integer,
    json_part,
    signature_holds,
    signature_part,
    split,
    thumbprint,
    verifier,
)
from hit_maternity.access.helseid.recent import Recent

_MAX_ID = 256
_MALFORMED = "proof-malformed"
_VISIBLE = re.compile(r"[!-\[\]-~]+")
_ADDRESS = re.compile(r"(https?)://([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?(/[^?#]*)?", re.IGNORECASE)
_PERCENT = re.compile(r"%([0-9A-Fa-f]{2})?")
_DEFAULT_PORT = {"http": 80, "https": 443}
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~")  # but the full stop, see normal_address


@dataclass(frozen=True, slots=True)
class ProofRules:
    """What a proof must be: the ``algorithms``; how many seconds before and after now its ``iat`` may lie; how many seconds longer than
    that it is remembered, for workers whose clocks differ; ``nonce``: tells whether a nonce is one that we gave, None where none is asked
    for."""

    algorithms: tuple[str, ...] = ASYMMETRIC
    past: int = 6
    future: int = 5
    longer: int = 10
    nonce: Callable[[str], bool] | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the proof must be about: ``ath`` and ``jkt`` of the token that came with it, the request's method and its address in
    ``normal_address`` form."""

    ath: str
    jkt: str
    method: str
    address: str


@dataclass(frozen=True, slots=True)
class ProofSeen:
    """A proof that is good, if it is seen for the first time: the thumbprint of its key, its id, and the second (since 1970) after which
    it can't be used any more."""

    jkt: str
    jti: str
    until: int


class ProofKey(NamedTuple):
    """The key that a header of a proof holds, checked and ready."""

    jkt: str
    verifier: jwt.PyJWK


class ProofCheck(NamedTuple):
    """``holds`` tells whether the proof's claims are as they must be."""

    rule: str
    reason: str
    holds: Callable[[Mapping[str, Any], Wanted, int, ProofRules], bool]


def token_hash(token: str) -> str:
    """The ``ath`` of an access token."""
    return base64url(digest(token))


def proof_key(header: Mapping[str, Any], rules: ProofRules) -> ProofKey:
    """The key in the header of a proof. Raises ``Unverified``."""
    typ, algorithm, jwk = header.get("typ"), header.get("alg"), header.get("jwk")
    if not isinstance(typ, str) or typ.lower().removeprefix("application/") != "dpop+jwt":
        raise Unverified("proof-type", "typ is not dpop+jwt")
    if not isinstance(algorithm, str) or algorithm not in rules.algorithms:
        raise Unverified("proof-algorithm", "alg is not on the list")
    if "crit" in header or "b64" in header:
        raise Unverified(_MALFORMED, "crit or b64 in the header")
    if not isinstance(jwk, dict):
        raise Unverified("proof-key", "jwk is no object")
    try:
        ready = verifier(jwk, algorithm)
    except UnusableKey as fault:
        raise Unverified("proof-key", f"the key is refused: {fault}") from None
    return ProofKey(thumbprint(jwk), ready)


def _token(claims: Mapping[str, Any], wanted: Wanted, now: int, rules: ProofRules) -> bool:
    ath = claims.get("ath")
    return isinstance(ath, str) and compare_digest(ath.encode(), wanted.ath.encode())


def _method(claims: Mapping[str, Any], wanted: Wanted, now: int, rules: ProofRules) -> bool:
    return isinstance(claims.get("htm"), str) and claims["htm"] == wanted.method


def _address(claims: Mapping[str, Any], wanted: Wanted, now: int, rules: ProofRules) -> bool:
    htu = claims.get("htu")
    # what is spelt as the normal form is, has it
    return isinstance(htu, str) and htu != "" and (htu == wanted.address or normal_address(htu) == wanted.address)


def _time(claims: Mapping[str, Any], wanted: Wanted, now: int, rules: ProofRules) -> bool:
    iat = claims.get("iat")
    return is_integer(iat) and now - rules.past <= iat <= now + rules.future


def _id(claims: Mapping[str, Any], wanted: Wanted, now: int, rules: ProofRules) -> bool:
    jti = claims.get("jti")
    return isinstance(jti, str) and 0 < len(jti) <= _MAX_ID


def _nonce(claims: Mapping[str, Any], wanted: Wanted, now: int, rules: ProofRules) -> bool:
    nonce = claims.get("nonce")
    return rules.nonce is None or (isinstance(nonce, str) and rules.nonce(nonce))


PROOF_CHECKS = (
    ProofCheck("proof-token", "ath is not the hash of the token", _token),
    ProofCheck("proof-method", "htm is another method", _method),
    ProofCheck("proof-address", "htu is another address, or has a query, a fragment or a user", _address),
    ProofCheck("proof-time", "iat is no integer or outside the window", _time),
    ProofCheck("proof-id", "jti is no text of 1 to 256 characters", _id),
    ProofCheck("proof-nonce", "nonce is missing, old or not ours", _nonce),
)


def verify_proof(text: str, wanted: Wanted, now: int, rules: ProofRules, known: Recent[str, ProofKey] | None = None) -> ProofSeen:
    """What is seen of the proof ``text`` at ``now`` (seconds since 1970). ``known``: keys of headers that came before; a client sends the
    same header with every proof. Raises ``Unverified`` with the first rule that it breaks."""
    header, payload, signature = split(text, MAX_PROOF, _MALFORMED)
    remembered = known.get(header) if known is not None else None
    key = remembered or proof_key(json_part(header, _MALFORMED), rules)
    claims = json_part(payload, _MALFORMED)
    if not compare_digest(key.jkt, wanted.jkt):
        raise Unverified("token-binding", "the thumbprint of the proof's key is not the token's jkt")
    if not signature_holds(key.verifier, f"{header}.{payload}".encode("ascii"), signature_part(signature, _MALFORMED)):
        raise Unverified("proof-signature", "the signature does not fit the key")
    if remembered is None and known is not None:
        known.put(header, key)
    for check in PROOF_CHECKS:
        if not check.holds(claims, wanted, now, rules):
            raise Unverified(check.rule, check.reason)
    jti: str = claims["jti"]
    return ProofSeen(key.jkt, jti, claims["iat"] + rules.past + rules.longer)


def normal_address(address: str) -> str | None:
    """``address`` in the form in which two that mean the same are equal; None for what is no address of a request: with a query, a
    fragment, a user, a character that has no place there.

    Scheme and host in lower case, the default port left out, an empty path ``/``, percent escapes in upper case and those of letters,
    digits, ``-``, ``_`` and ``~`` resolved. ``%2E`` is left, as are ``%2F``, dot segments, double slashes and a slash at the end: what
    they mean is for who routes the request.
    """
    found = _ADDRESS.fullmatch(address) if _VISIBLE.fullmatch(address) else None
    if found is None:
        return None
    scheme, host, port, path = found[1].lower(), found[2].lower(), found[3], found[4] or "/"
    if "%" in path:
        if any(escape[1] is None for escape in _PERCENT.finditer(path)):
            return None
        path = _PERCENT.sub(_resolved, path)
    if port is None or int(port) == _DEFAULT_PORT[scheme]:
        return f"{scheme}://{host}{path}"
    return f"{scheme}://{host}:{int(port)}{path}"


def _resolved(escape: re.Match[str]) -> str:
    character = chr(int(escape[1], 16))
    return character if character in _UNRESERVED else escape[0].upper()


def own_address(url: str, bases: tuple[str, ...]) -> str:
    """The address under which a request came, in ``normal_address`` form: the one of ``bases`` (``https://host``, as clients see us) that
    ``url`` begins with, else the path of ``url`` under the first one. So neither Host nor a forwarding header tells where we are."""
    url = url.partition("?")[0]
    if not url.startswith(tuple(f"{base}/" for base in bases)):
        _, _, rest = url.partition("://")
        _, slash, path = rest.partition("/")
        url = f"{bases[0]}{slash}{path}"
    return normal_address(url) or normal_address(quote(url, safe="!#$&'()*+,/:;=@[]~%")) or ""
