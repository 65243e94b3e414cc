"""The server's signature on a document: proof that the document is, word for word, what this server put together.

A detached JWS (RFC 7515, appendix F) over the canonical JSON of the Bundle, with ECDSA on P-256 and SHA-256. The key is derived from the
server's own secret, so that every process and every start has the same; its public half stands in the JWS header, and its thumbprint
(RFC 7638) names the signer. It is the *source's* signature: it says nothing of who answers for the content, which
``Composition.attester`` does.

Sources: https://hl7.org/fhir/R4/datatypes.html#signature, https://hl7.org/fhir/R4/json.html#canonical,
urn:iso-astm:E1762-95:2013 (purposes of a signature).
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from hit_maternity.fhir import json

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

Resource = dict[str, Any]

PURPOSES = "urn:iso-astm:E1762-95:2013"
SOURCE = "1.2.840.10065.1.12.1.14"
FORMAT = "application/jose"
#: What was signed: all of the Bundle but its id and meta, which a server that keeps it changes.
TARGET = 'application/fhir+json;canonicalization="http://hl7.org/fhir/canonicalization/json#document"'

_LABEL = b"hit-maternity: signature on documents"
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of the group P-256
_WIDTH = 32  # bytes of a coordinate
_DIV = re.compile(rb'"div":"(?:[^"\\]|\\.)*"')
_SPACES = re.compile(rb"((?:\\[nrt]| )+)|\\.")
_UNSIGNED = frozenset(("id", "meta", "signature"))


@dataclass(frozen=True, slots=True)
class Signer:
    """A server that signs, by its secret of 32 bytes or more."""

    secret: bytes

    def _key(self) -> EllipticCurvePrivateKey:
        # Imported at the first signature: the library takes longer to load than a document to make.
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        wide = int.from_bytes(HKDF(SHA256(), 48, None, _LABEL).derive(self.secret))
        return ec.derive_private_key(wide % (_ORDER - 1) + 1, ec.SECP256R1())

    def public_key(self) -> dict[str, str]:
        """The public half as a JSON Web Key, its members in the order of its thumbprint."""
        point = self._key().public_key().public_numbers()
        x, y = (_base64url(n.to_bytes(_WIDTH)) for n in (point.x, point.y))
        return {"crv": "P-256", "kty": "EC", "x": x, "y": y}

    def name(self) -> str:
        """The signer's name: ``urn:ietf:params:oauth:jwk-thumbprint:sha-256:...`` (RFC 9278)."""
        return f"urn:ietf:params:oauth:jwk-thumbprint:sha-256:{thumbprint(self.public_key())}"

    def identifier(self) -> dict[str, str]:
        """The signer's name as a FHIR Identifier."""
        return {"system": "urn:ietf:rfc:3986", "value": self.name()}

    def sign(self, bundle: Resource, when: str) -> Resource:
        """``Bundle.signature`` of ``bundle``, made at the instant ``when``."""
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
        from cryptography.hazmat.primitives.hashes import SHA256

        key = self.public_key()
        purpose = [{"commId": {"id": f"urn:oid:{SOURCE}"}}]
        header = _base64url(json.encode({"alg": "ES256", "jwk": key, "kid": thumbprint(key), "sigT": when, "srCms": purpose}))
        content = f"{header}.{_base64url(canonical(bundle))}".encode()
        r, s = decode_dss_signature(self._key().sign(content, ec.ECDSA(SHA256(), deterministic_signing=True)))
        detached = f"{header}..{_base64url(r.to_bytes(_WIDTH) + s.to_bytes(_WIDTH))}"
        return {
            "type": [{"system": PURPOSES, "code": SOURCE, "display": "Source Signature"}],
            "when": when,
            "who": {"type": "Device", "identifier": self.identifier(), "display": "hit-maternity"},
            "targetFormat": TARGET,
            "sigFormat": FORMAT,
            "data": b64encode(detached.encode()).decode(),
        }


def canonical(bundle: Resource) -> bytes:
    """What a signature is over: JSON without white space, keys in order, narratives with single spaces, without the Bundle's own id
    and meta, and without signatures."""
    content = _encoder.encode({key: value for key, value in bundle.items() if key not in _UNSIGNED})
    return _DIV.sub(lambda found: _SPACES.sub(_spaced, found[0]), content)


def _digits(value: Any) -> msgspec.Raw:
    """A decimal as it was spelt."""
    if isinstance(value, json.LosslessFloat):
        return msgspec.Raw(bytes(value))
    raise TypeError(f"{type(value).__name__} is not JSON")


_encoder = msgspec.json.Encoder(enc_hook=_digits, decimal_format="number", order="sorted")


def _spaced(found: re.Match[bytes]) -> bytes:
    """White space as one space; any other escape of JSON as it is."""
    return b" " if found[1] else found[0]


def thumbprint(key: dict[str, str]) -> str:
    """RFC 7638, SHA-256, of a JSON Web Key on P-256."""
    from hashlib import sha256

    return _base64url(sha256(json.encode({name: key[name] for name in ("crv", "kty", "x", "y")})).digest())


def signed_by(bundle: Resource) -> str | None:
    """The thumbprint of the key that ``bundle`` is signed with, if the signature is one of ours in form and fits the content; else None.
    Whose key it is, the reader has to know."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA256

    try:
        header, none, mark = b64decode(bundle["signature"]["data"], validate=True).decode().split(".")
        told = json.decode(_from_base64url(header))
        key, raw = told["jwk"], _from_base64url(mark)
        if none or told["alg"] != "ES256" or len(raw) != 2 * _WIDTH:
            return None
        x, y = (int.from_bytes(_from_base64url(key[name])) for name in ("x", "y"))
        public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
        proof = encode_dss_signature(int.from_bytes(raw[:_WIDTH]), int.from_bytes(raw[_WIDTH:]))
        public.verify(proof, f"{header}.{_base64url(canonical(bundle))}".encode(), ec.ECDSA(SHA256()))
        return thumbprint(key)
    except (InvalidSignature, KeyError, TypeError, ValueError):
        return None


def _base64url(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def _from_base64url(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
