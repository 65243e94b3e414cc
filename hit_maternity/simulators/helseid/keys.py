"""The keys of the local HelseID: made at first run, kept in a folder that only its user may read.

The shape of the key set is that of HelseID (RSA 3072, RS256, ``x5t`` and ``x5c`` beside the key, ``kid`` = upper-case SHA-1 of the
certificate); the key itself is this machine's own, and its certificate says that it is for tests.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from hit_maternity.clock import Clock
from hit_maternity.simulators.private_files import place_private, write_private

BITS = 3072
_SIGNING, _RETIRED = "signing.pem", "retired"
_NAME = "hit-maternity local test issuer"


def base64url(raw: bytes) -> str:
    """Without padding, as JOSE has it."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _number(value: int) -> str:
    return base64url(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def ec_jwk(private: ec.EllipticCurvePrivateKey, kid: str) -> dict[str, str]:
    """A P-256 key with its private part, as a JWK for ES256."""
    numbers = private.private_numbers()
    x, y = numbers.public_numbers.x, numbers.public_numbers.y
    members = {"x": x, "y": y, "d": numbers.private_value}
    return {
        "kty": "EC",
        "crv": "P-256",
        "alg": "ES256",
        "kid": kid,
        **{name: base64url(it.to_bytes(32, "big")) for name, it in members.items()},
    }


def client_key(path: Path, kid: str) -> dict[str, Any]:
    """The private JWK (P-256) in ``path``; where there is none, a new one that is written there. Raises ``OSError``."""
    if not path.exists():
        place_private(path, json.dumps(ec_jwk(ec.generate_private_key(ec.SECP256R1()), kid)).encode())
    kept: dict[str, Any] = json.loads(path.read_bytes())
    return kept


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key and its certificate."""

    private: rsa.RSAPrivateKey
    certificate: x509.Certificate

    @property
    def kid(self) -> str:
        """Forty hexadecimal digits, upper case."""
        return self._thumbprint().hex().upper()

    def _thumbprint(self) -> bytes:
        return hashlib.sha1(self.certificate.public_bytes(serialization.Encoding.DER), usedforsecurity=False).digest()

    def public_jwk(self) -> dict[str, Any]:
        """The public key as a JWK (RFC 7517), as a key set shows it."""
        numbers = self.private.public_key().public_numbers()
        certificate = self.certificate.public_bytes(serialization.Encoding.DER)
        return {
            "kty": "RSA",
            "use": "sig",
            "kid": self.kid,
            "x5t": base64url(self._thumbprint()),
            "e": _number(numbers.e),
            "n": _number(numbers.n),
            "x5c": [base64.b64encode(certificate).decode("ascii")],
            "alg": "RS256",
        }

    def pem(self) -> bytes:
        """Key and certificate, as they are kept."""
        key = self.private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        return key + self.certificate.public_bytes(serialization.Encoding.PEM)


@dataclass(frozen=True, slots=True)
class Keys:
    """``current`` signs; ``retired`` are shown where old tokens are checked, never for live calls."""

    current: SigningKey
    retired: tuple[SigningKey, ...] = ()

    @classmethod
    def load_or_make(cls, folder: Path, clock: Clock) -> Self:
        """The keys in ``folder``; where there are none, new ones that are written there. Several processes get the same.

        Raises ``OSError`` where the folder can't be used, ``ValueError`` where a file holds no key.
        """
        path = folder / _SIGNING
        if not path.exists():
            place_private(path, _made(clock).pem())
        return cls(_read(path), tuple(_read(old) for old in sorted(folder.glob(f"{_RETIRED}-*.pem"))))

    @classmethod
    def made(cls, clock: Clock) -> Self:
        """Keys that nobody keeps."""
        return cls(_made(clock))

    def rotated(self, folder: Path, clock: Clock) -> Self:
        """A new key signs from now on, the present one is retired; both are kept in ``folder``. A running issuer takes it up when it
        is started again. Raises ``OSError``."""
        place_private(folder / f"{_RETIRED}-{self.current.kid}.pem", self.current.pem())
        made = _made(clock)
        write_private(folder / _SIGNING, made.pem())
        return type(self)(made, (*self.retired, self.current))

    @property
    def salt(self) -> bytes:
        """What pseudonyms are made with: 32 bytes, the same as long as the first key is there."""
        first = (*self.retired, self.current)[0]
        return hashlib.sha256(b"pseudonyms" + first.pem()).digest()

    def jwks(self) -> dict[str, Any]:
        """The key set for live calls."""
        return {"keys": [self.current.public_jwk()]}

    def retired_jwks(self) -> dict[str, Any]:
        """The key set of what no longer signs."""
        return {"keys": [key.public_jwk() for key in self.retired]}


def _made(clock: Clock) -> SigningKey:
    private = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _NAME)])
    now = clock.now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=3650))
        .sign(private, hashes.SHA256())
    )
    return SigningKey(private, certificate)


def _read(path: Path) -> SigningKey:
    raw = path.read_bytes()
    # The file is this program's own, and to check a key of this size takes longer than all else at the start.
    private = serialization.load_pem_private_key(raw, None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(private, rsa.RSAPrivateKey):
        raise ValueError(f"{path} holds no RSA key. Remove it, and a new one is made.")
    return SigningKey(private, x509.load_pem_x509_certificate(raw))
