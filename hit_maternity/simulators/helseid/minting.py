"""Makes tokens and proofs: one place that signs for the token endpoint, the test-token service and the command line.

The names of claims are HelseID's (https://utviklerportal.nhn.no, HelseID, claims); a token's header and the shape of ``scope`` and
``amr`` (arrays) follow the tokens it shows. All here are functions of what they are given: no clock, no register, no state.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from hit_maternity.simulators.helseid.keys import Keys, SigningKey, base64url
from hit_maternity.simulators.helseid.register import Organisation, Practitioner

__all__ = ["Keys", "SigningKey", "access_claims", "bound_to", "client_claims", "mint", "proof", "thumbprint", "user_claims"]

IDENTITY = "helseid://claims/identity/"
PID, PSEUDONYM, LEVEL = IDENTITY + "pid", IDENTITY + "pid_pseudonym", IDENTITY + "security_level"
ASSURANCE, NETWORK = IDENTITY + "assurance_level", IDENTITY + "network"
HPR_NUMBER, HPR_DETAILS = "helseid://claims/hpr/hpr_number", "helseid://claims/hpr/hpr_details"
CLIENT = "helseid://claims/client/"
CLIENT_NAME, TENANCY = CLIENT + "client_name", CLIENT + "client_tenancy"
PARENT, CHILD, SUPPLIER = (f"{CLIENT}claims/orgnr_{which}" for which in ("parent", "child", "supplier"))
JOURNAL = "nhn:sfm:journal-id"
ATTEST = "nhn:tillitsrammeverk:parameters"

LIFETIME = 600
ASSURANCE_OF = {"4": "high", "3": "substantial"}

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def mint(
    claims: Mapping[str, Any],
    *,
    key: SigningKey,
    typ: str | None = "at+jwt",
    algorithm: str = "RS256",
    headers: Mapping[str, Any] | None = None,
) -> str:
    """``claims`` as a signed JWT. ``typ`` None: none at all; ``headers`` count before ``typ`` and ``kid``."""
    # PyJWT writes typ JWT by itself unless it is told None.
    return jwt.encode(dict(claims), key.private, algorithm, {"typ": typ, "kid": key.kid, **(headers or {})})


def seconds(moment: datetime) -> int:
    """Whole seconds since 1970."""
    return int(moment.timestamp())


def access_claims(
    issuer: str, audience: str | Sequence[str], scopes: Iterable[str], now: datetime, *, lifetime: int = LIFETIME
) -> dict[str, Any]:
    """What every access token has: ``iss``, ``aud`` (a string where there is one), ``nbf``, ``iat``, ``exp``, ``jti``, ``scope``."""
    at = seconds(now)
    single = audience if isinstance(audience, str) else audience[0] if len(audience) == 1 else list(audience)
    return {
        "iss": issuer,
        "aud": single,
        "nbf": at,
        "iat": at,
        "exp": at + lifetime,
        "jti": secrets.token_hex(16).upper(),
        "scope": list(scopes),
    }


def client_claims(
    client_id: str,
    *,
    name: str | None = None,
    tenancy: str | None = None,
    parent: str | None = None,
    child: str | None = None,
    supplier: str | None = None,
    journal: str | None = None,
) -> dict[str, Any]:
    """Who the system is and for which organisation it calls (organisation numbers); what is None is left out."""
    named = {
        "client_id": client_id,
        CLIENT_NAME: name,
        TENANCY: tenancy,
        PARENT: parent,
        CHILD: child,
        SUPPLIER: supplier,
        JOURNAL: journal,
        "client_amr": "private_key_jwt",
    }
    return {claim: value for claim, value in named.items() if value is not None}


def user_claims(
    person: Practitioner,
    client_id: str,
    salt: bytes,
    *,
    logged_in: datetime,
    level: str = "4",
    session: str | None = None,
) -> dict[str, Any]:
    """Who is at the keyboard. ``salt``: what the pseudonym is made with (``Keys.salt``); no HPR number for who has none."""
    names = {"given_name": person.given, "middle_name": person.middle, "family_name": person.family}
    claims: dict[str, Any] = {
        "sub": pseudonym(salt, client_id, person.pid),
        "sid": session or secrets.token_hex(16).upper(),
        "idp": "testidp-oidc",
        "amr": ["external"],
        "auth_time": seconds(logged_in),
        "name": person.name,
        **names,
        PID: person.pid,
        PSEUDONYM: pseudonym(salt, "", person.pid),
        LEVEL: level,
        ASSURANCE: ASSURANCE_OF.get(level, "low"),
        NETWORK: "internett",
    }
    return claims if person.hpr_number is None else {**claims, HPR_NUMBER: person.hpr_number}


def organisation_of(place: Organisation) -> dict[str, str]:
    """``parent`` and ``child`` for ``client_claims``: the legal entity and the place of treatment."""
    return {"parent": place.legal_entity, "child": place.number}


def pseudonym(salt: bytes, client_id: str, pid: str) -> str:
    """Forty-four base64 characters that are the same for one person at one client."""
    return base64.b64encode(hmac.digest(salt, f"{client_id}\n{pid}".encode(), "sha256")).decode("ascii")


_THUMBPRINT_MEMBERS = {"RSA": ("e", "kty", "n"), "EC": ("crv", "kty", "x", "y"), "OKP": ("crv", "kty", "x")}


def thumbprint(jwk: Mapping[str, Any]) -> str:
    """The SHA-256 thumbprint of a public key (RFC 7638), base64url. Raises ``KeyError`` where a member is missing."""
    members = _THUMBPRINT_MEMBERS[jwk["kty"]]
    text = "{" + ",".join(f'"{name}":"{jwk[name]}"' for name in members) + "}"
    return base64url(hashlib.sha256(text.encode()).digest())


def bound_to(jwk: Mapping[str, Any]) -> dict[str, Any]:
    """The claim that binds a token to the key of its proofs (RFC 9449 6.1)."""
    return {"cnf": {"jkt": thumbprint(jwk)}}


def public_part(jwk: Mapping[str, Any]) -> dict[str, str]:
    """The required public members of a key, and no others. Raises ``KeyError``."""
    return {name: jwk[name] for name in _THUMBPRINT_MEMBERS[jwk["kty"]]}


def token_hash(token: str) -> str:
    """What a proof's ``ath`` is for ``token``."""
    return base64url(hashlib.sha256(token.encode("ascii")).digest())


def proof(
    private_jwk: Mapping[str, Any],
    method: str,
    url: str,
    now: datetime,
    *,
    token: str | None = None,
    nonce: str | None = None,
    algorithm: str | None = None,
) -> str:
    """A DPoP proof (RFC 9449 4.2) for one call. ``url`` without query and fragment; ``token``: the access token it goes with.

    ``algorithm``: by default the key's own ``alg``, or what its kind is used with (ES256, ES384, ES512, RS256).
    """
    claims: dict[str, Any] = {"jti": secrets.token_urlsafe(24), "htm": method, "htu": url, "iat": seconds(now)}
    if token is not None:
        claims["ath"] = token_hash(token)
    if nonce is not None:
        claims["nonce"] = nonce
    used = algorithm or private_jwk.get("alg") or usual_algorithm(private_jwk)
    key = jwt.PyJWK(dict(private_jwk), used)
    return jwt.encode(claims, key, used, {"typ": "dpop+jwt", "jwk": public_part(private_jwk)})


def usual_algorithm(jwk: Mapping[str, Any]) -> str:
    """What a key signs with where nothing says so. Raises ``KeyError`` for another curve."""
    return "RS256" if jwk["kty"] == "RSA" else {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}[jwk["crv"]]
