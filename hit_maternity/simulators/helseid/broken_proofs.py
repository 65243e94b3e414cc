"""DPoP proofs that must be refused: the thirteen of TTT by their names, and others; and headers sent in a wrong way.

Rows are those of the catalogue of attacks (D: proof) in the documentation of access. A few of the forms of an address are allowed.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from hit_maternity.simulators.helseid.drafts import (
    Change,
    Draft,
    Fault,
    altered,
    claim,
    claims,
    header,
    part,
    payload,
    signed_as,
    unsigned,
    without_claims,
    without_header,
)
from hit_maternity.simulators.helseid.keys import base64url
from hit_maternity.simulators.helseid.minting import token_hash

_HOUR = 3600
Headers = list[tuple[str, str]]


def _at(seconds: int) -> Change:
    return claim("iat", lambda value: value + seconds)


def _key(**members: Any) -> Change:
    """Changes members of the key in the header."""

    def change(draft: Draft) -> None:
        draft.header["jwk"] = {**draft.header["jwk"], **members}

    return change


def _symmetric(draft: Draft) -> None:
    draft.key = secrets.token_bytes(32)
    signed_as("HS256")(draft)


def _symmetric_key(draft: Draft) -> None:
    _symmetric(draft)
    draft.header["jwk"] = {"kty": "oct", "k": base64url(draft.key)}


def _weak_key(draft: Draft) -> None:
    draft.key = rsa.generate_private_key(65537, 1024)
    jwk: dict[str, Any] = RSAAlgorithm.to_jwk(draft.key.public_key(), as_dict=True)
    signed_as("RS256")(draft)
    draft.header["jwk"] = {name: jwk[name] for name in ("kty", "n", "e")}


def _private_key(draft: Draft) -> None:
    """The whole key in the header."""
    private: dict[str, Any] = get_jwk(draft.key)
    draft.header["jwk"] = {**draft.header["jwk"], **{name: it for name, it in private.items() if name not in ("key_ops", "kid")}}


def get_jwk(key: Any) -> dict[str, Any]:
    """A private key as a JWK."""
    if isinstance(key, rsa.RSAPrivateKey):
        made: dict[str, Any] = RSAAlgorithm.to_jwk(key, as_dict=True)
        return made
    numbers = key.private_numbers()
    size = (key.curve.key_size + 7) // 8
    return {"kty": "EC", "d": base64url(numbers.private_value.to_bytes(size, "big"))}


def _address(change: Callable[[str, str, str], str]) -> Change:
    """Changes ``htu``, given as scheme, host (with port) and path."""

    def changed(url: str) -> str:
        parts = urlsplit(url)
        return change(parts.scheme, parts.netloc, parts.path)

    return claim("htu", changed)


_TTT = {
    "DontSetHtuClaimValue": Fault("D8", "TTT 1: no htu", without_claims("htu")),
    "DontSetHtmClaimValue": Fault("D7", "TTT 2: no htm", without_claims("htm")),
    "SetIatValueInThePast": Fault("D9", "TTT 3: made an hour ago", _at(-_HOUR)),
    "SetIatValueInTheFuture": Fault("D9", "TTT 4: made in an hour", _at(_HOUR)),
    "DontSetAthClaimValue": Fault("D6", "TTT 5: no ath", without_claims("ath")),
    "DontSetAlgHeader": Fault("D5", "TTT 6: no alg", without_header("alg")),
    "DontSetJwkHeader": Fault("D4", "TTT 7: no jwk", without_header("jwk")),
    "DontSetJtiClaim": Fault("D11", "TTT 8: no jti", without_claims("jti")),
    "SetAlgHeaderToASymmetricAlgorithm": Fault("D5", "TTT 9: HS256", _symmetric),
    "SetPrivateKeyInJwkHeader": Fault("D4", "TTT 10: the private key in the header", _private_key),
    "SetInvalidTypHeaderValue": Fault("D5", "TTT 11: another typ", header(typ="invalid+jwt")),
    "SetAnInvalidSignature": Fault("D5", "TTT 12: a signature that does not hold", part(2, altered)),
}

_PROOFS = {
    "HtuOtherHost": Fault("D8", "another host", _address(lambda s, h, p: f"{s}://other.invalid{p}")),
    "HtuOtherScheme": Fault("D8", "another scheme", _address(lambda s, h, p: f"{'http' if s == 'https' else 'https'}://{h}{p}")),
    "HtuOtherPath": Fault("D8", "another path", _address(lambda s, h, p: f"{s}://{h}{p}/other")),
    "HtuQuery": Fault("D8", "a query", _address(lambda s, h, p: f"{s}://{h}{p}?a=b")),
    "HtuFragment": Fault("D8", "a fragment", _address(lambda s, h, p: f"{s}://{h}{p}#a")),
    "HtuUpperCaseHost": Fault("D8", "scheme and host in capitals (allowed)", _address(lambda s, h, p: f"{s.upper()}://{h.upper()}{p}")),
    "HtuDotSegment": Fault("D8", "a dot segment", _address(lambda s, h, p: f"{s}://{h}/other/..{p}")),
    "HtuEncodedDotSegment": Fault("D8", "an encoded dot segment", _address(lambda s, h, p: f"{s}://{h}/other/%2e%2e{p}")),
    "HtuDoubleSlash": Fault("D8", "a slash too many", _address(lambda s, h, p: f"{s}://{h}/{p}")),
    "HtuTrailingSlash": Fault("D8", "a slash behind", _address(lambda s, h, p: f"{s}://{h}{p}/")),
    "HtuUserinfo": Fault("D8", "a user in the address", _address(lambda s, h, p: f"{s}://user@{h}{p}")),
    "HtuNumber": Fault("D8", "a number", claims(htu=7)),
    "HtmLowerCase": Fault("D7", "the method in lower case", claim("htm", str.lower)),
    "HtmOther": Fault("D7", "another method", claim("htm", lambda it: "GET" if it != "GET" else "POST")),
    "IatText": Fault("D9", "iat as text", claim("iat", str)),
    "IatFraction": Fault("D9", "iat with a fraction", claim("iat", lambda it: it + 0.5)),
    "IatMissing": Fault("D9", "no iat", without_claims("iat")),
    "IatSevenSecondsAgo": Fault("D9", "made seven seconds ago", _at(-7)),
    "AthOther": Fault("D6", "ath of another token", claims(ath=token_hash("another"))),
    "AthHex": Fault("D6", "ath in hexadecimal", claim("ath", lambda it: base64.urlsafe_b64decode(f"{it}=").hex())),
    "AthPadded": Fault("D6", "ath with padding", claim("ath", lambda it: f"{it}=")),
    "JtiEmpty": Fault("D11", "an empty jti", claims(jti="")),
    "JtiOversize": Fault("D11", "a jti of 7 kB", claims(jti="j" * 7_000)),
    "JtiNumber": Fault("D11", "a number as jti", claims(jti=7)),
    "KeyExtraMembers": Fault("D3", "unknown members in the key (allowed)", _key(kid="any", use="sig")),
    "KeySymmetric": Fault("D4", "a symmetric key in the header", _symmetric_key),
    "KeyOffCurve": Fault(
        "D4", "a point that is not on its curve", _key(kty="EC", crv="P-256", x=base64url(bytes(32)), y=base64url(bytes(32)))
    ),
    "KeyForeignCurve": Fault("D4", "a curve that is not the algorithm's", _key(kty="EC", crv="P-384")),
    "KeyOctetPair": Fault("D4", "an Ed25519 key", _key(kty="OKP", crv="Ed25519")),
    "KeyWeak": Fault("D4", "RSA of 1024 bits", _weak_key),
    "AlgNone": Fault("D5", "alg none, no signature", unsigned("none")),
    "DuplicateHtm": Fault("J14", "htm twice", payload(lambda raw: b'{"htm":"OTHER",' + raw[1:])),
    "ProofOversize": Fault("2.2", "a proof of 20 kB", claims(padding="x" * 20_000)),
}


def _without_proof(headers: Headers) -> Headers:
    return headers[:1]


def _twice(headers: Headers) -> Headers:
    return [*headers, headers[1]]


def _joined(headers: Headers) -> Headers:
    return [headers[0], ("DPoP", f"{headers[1][1]}, {headers[1][1]}")]


def _bearer(headers: Headers) -> Headers:
    return [("Authorization", headers[0][1].replace("DPoP ", "Bearer ", 1)), *headers[1:]]


def _two_authorizations(headers: Headers) -> Headers:
    return [headers[0], *headers]


#: What ``localExtensions.headers`` of the answer then says to send: row, what, change.
HEADER_FAULTS: dict[str, tuple[str, str, Callable[[Headers], Headers]]] = {
    "NoProofHeader": ("D1", "no DPoP header", _without_proof),
    "TwoProofHeaders": ("D1", "the DPoP header twice", _twice),
    "ProofsInOneHeader": ("D1", "two proofs with a comma between", _joined),
    "SchemeBearer": ("D2", "the bound token sent as Bearer", _bearer),
    "TwoAuthorizationHeaders": ("J20", "the Authorization header twice", _two_authorizations),
}

PROOF_FAULTS: dict[str, Fault] = {**_TTT, **{name if name.startswith("Proof") else f"Proof{name}": it for name, it in _PROOFS.items()}}
