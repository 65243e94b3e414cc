"""Private keys: those that a client proves itself with at HelseID, and those that its tokens are bound to."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

_ALGORITHMS = {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}
#: What HelseID takes; of RSA by default the first.
_RSA = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
_PUBLIC = {"EC": ("crv", "kty", "x", "y"), "RSA": ("e", "kty", "n")}


def base64url(raw: bytes) -> str:
    """``raw`` in base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


@dataclass(frozen=True, slots=True)
class Key:
    """A private key, ``algorithm`` what it signs with, ``kid`` its name at HelseID. Its private part is in no ``repr``."""

    private: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey = field(repr=False)
    algorithm: str
    kid: str | None = None

    @classmethod
    def generate(cls, kid: str | None = None) -> Key:
        """A new P-256 key (ES256); its name, where none is given, is its thumbprint."""
        made = cls(ec.generate_private_key(ec.SECP256R1()), "ES256", kid)
        return made if kid else cls(made.private, "ES256", made.thumbprint)

    @classmethod
    def of_jwk(cls, jwk: Mapping[str, Any]) -> Key:
        """The key of a private JWK. Raises ``ValueError`` for anything else."""
        algorithm = jwk.get("alg") or (_RSA[0] if jwk.get("kty") == "RSA" else _ALGORITHMS.get(str(jwk.get("crv"))))
        try:
            if not isinstance(algorithm, str) or jwk.get("kty") not in _PUBLIC or not isinstance(jwk.get("d"), str):
                raise ValueError
            private = jwt.PyJWK(dict(jwk), algorithm).key
        except (jwt.PyJWTError, ValueError, TypeError, KeyError):
            raise ValueError("That is no private EC or RSA key as JWK.") from None  # whatever it is, its words may hold the key
        return _checked(private, algorithm, jwk.get("kid"))

    @classmethod
    def of_pem(cls, pem: bytes, *, kid: str | None = None, algorithm: str | None = None, password: bytes | None = None) -> Key:
        """The key of a PEM (PKCS #8, PKCS #1, SEC 1). ``algorithm``: by default that of the curve, RS256 for RSA. Raises ``ValueError``."""
        try:
            private = serialization.load_pem_private_key(pem, password)
        except (ValueError, TypeError):
            raise ValueError("That is no private key as PEM, or its password is another.") from None
        return _checked(private, algorithm, kid)

    @classmethod
    def load(cls, path: str | Path, *, kid: str | None = None, algorithm: str | None = None, password: bytes | None = None) -> Key:
        """The key of a file: JWK, or PEM. Raises ``OSError``, ``ValueError``."""
        raw = Path(path).read_bytes()
        if raw.lstrip().startswith(b"{"):
            try:
                jwk = json.loads(raw)
            except ValueError:
                raise ValueError("The file is no JSON.") from None
            stated = {"alg": algorithm} if algorithm else {}
            return cls.of_jwk({**jwk, **stated, **({"kid": kid} if kid else {})})
        return cls.of_pem(raw, kid=kid, algorithm=algorithm, password=password)

    def save(self, path: str | Path) -> None:
        """Writes it as a JWK to a new file that its owner alone may read. Raises ``OSError``; ``FileExistsError`` where there is one."""
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            json.dump(self._jwk(private=True), file)

    @property
    def public_jwk(self) -> dict[str, Any]:
        """The public part, for registration."""
        return {**self._jwk(), "use": "sig"}

    @property
    def bare_jwk(self) -> dict[str, Any]:
        """The public part's required members alone, for the header of a proof."""
        jwk = self._jwk()
        return {name: jwk[name] for name in _PUBLIC[jwk["kty"]]}

    @property
    def thumbprint(self) -> str:
        """Of RFC 7638: what a token bound to the key calls it (``cnf.jkt``)."""
        canonical = json.dumps(self.bare_jwk, separators=(",", ":"), sort_keys=True).encode("ascii")
        return base64url(hashlib.sha256(canonical).digest())

    def _jwk(self, *, private: bool = False) -> dict[str, Any]:
        kind = jwt.algorithms.ECAlgorithm if isinstance(self.private, ec.EllipticCurvePrivateKey) else jwt.algorithms.RSAAlgorithm
        key: Any = self.private if private else self.private.public_key()
        jwk: dict[str, Any] = kind.to_jwk(key, as_dict=True)
        jwk.pop("key_ops", None)
        return {**jwk, "alg": self.algorithm, **({"kid": self.kid} if self.kid else {})}

    def sign(self, header: Mapping[str, Any], claims: Mapping[str, Any]) -> str:
        """A JWT."""
        return jwt.encode(dict(claims), self.private, self.algorithm, headers=dict(header))


def _checked(private: object, algorithm: str | None, kid: object) -> Key:
    named = kid if isinstance(kid, str) else None
    if isinstance(private, ec.EllipticCurvePrivateKey):
        usual = {256: "ES256", 384: "ES384", 521: "ES512"}.get(private.curve.key_size)
        if usual is None or private.curve.name not in ("secp256r1", "secp384r1", "secp521r1") or algorithm not in (None, usual):
            raise ValueError("An EC key is on P-256, P-384 or P-521, and signs with the algorithm of its curve.")
        return Key(private, usual, named)
    if isinstance(private, rsa.RSAPrivateKey):
        if private.key_size < 2048 or (algorithm or _RSA[0]) not in _RSA:
            raise ValueError(f"An RSA key has at least 2048 bits and signs with one of {', '.join(_RSA)}.")
        return Key(private, algorithm or _RSA[0], named)
    raise ValueError("The key is neither an EC nor an RSA private key.")
