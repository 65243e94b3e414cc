"""The test-token service: tokens and proofs as they are asked for, good and broken, signed with the local HelseID's key.

Compatible with NHN's TTT v2 (``POST .../v2/create-test-token-with-key``, header ``X-Auth-Key``): request and answer confirmed by its
published clients; the status codes of its errors are not published, ours are 400 and 401. Only synthetic numbers; never another issuer.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from hit_maternity.clock import Clock
from hit_maternity.simulators.helseid import broken
from hit_maternity.simulators.helseid.broken_proofs import Headers
from hit_maternity.simulators.helseid.drafts import Draft
from hit_maternity.simulators.helseid.issuer import Issuer
from hit_maternity.simulators.helseid.keys import Keys, ec_jwk
from hit_maternity.simulators.helseid.minting import PID, bound_to, public_part, seconds, token_hash, usual_algorithm
from hit_maternity.simulators.helseid.register import Register
from hit_maternity.simulators.helseid.test_token_attest import Chance, Setting
from hit_maternity.simulators.helseid.test_token_claims import numbers, token_claims
from hit_maternity.simulators.helseid.test_token_reading import read
from hit_maternity.simulators.helseid.test_token_request import LocalExtensions, RequestFaults, TokenRequest
from hit_maternity.simulators.private_files import place_private
from hit_maternity.simulators.synthetic import is_synthetic_organisation, is_synthetic_pid

MAX_BODY = 64 * 1024
PATH, LIST_PATH = "/ttt/v2/create-test-token-with-key", "/ttt/v2/faults"
KEY_HEADER = "X-Auth-Key"
KEY_FILE = "ttt.key"
_LONGEST = 10 * 366 * 86400
#: Claims that other members of the request set.
_RESERVED = frozenset(("iss", "aud", "exp", "nbf", "iat", "jti", "cnf", "act"))
_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True, slots=True)
class Made:
    """A token, its proof where one was asked for, and the headers to send them in."""

    token: str = field(repr=False)
    proof: str | None = field(repr=False)
    headers: Headers = field(repr=False)


@dataclass(frozen=True, slots=True)
class TokenService:
    """Makes tokens of ``issuer``; ``register``: the people and places that are known."""

    issuer: str
    keys: Keys
    register: Register
    clock: Clock

    def made(self, request: TokenRequest) -> Made:
        """What ``request`` asks for. Raises ``RequestFaults`` with everything that is wrong with it."""
        faults = broken.asked(request)
        _check(request, faults)
        local = request.local_extensions or LocalExtensions()
        chance = Chance(local.seed)
        now = _moment(self.clock, local)
        proof_key = _proof_key(request, chance)
        claims = token_claims(request, Setting(self.issuer, self.register, self.keys.salt, now, chance))
        if not is_synthetic_pid(claims.get(PID, self.register.practitioners[0].pid)):
            raise RequestFaults(["userClaimsParameters.pid: only synthetic national ids, please (month + 80)."])
        token = Draft(self._header(request), claims | _binding(request, proof_key), self.keys.current.private, "RS256")
        broken.break_draft("token", token, faults)
        text = token.text()
        proof = None if proof_key is None else _proof(request, proof_key, text, now, chance, faults)
        return Made(text, proof, broken.break_headers(_headers(text, proof), faults))

    def _header(self, request: TokenRequest) -> dict[str, Any]:
        typ = request.header_parameters.typ
        return {"alg": "RS256", "typ": "at+jwt" if typ is None else typ.value, "kid": self.keys.current.kid}


def _moment(clock: Clock, local: LocalExtensions) -> datetime:
    now = clock.now() if local.now is None else datetime.fromtimestamp(local.now, UTC)
    return now + timedelta(seconds=local.clock_offset_in_seconds or 0)


def _check(request: TokenRequest, faults: tuple[str, ...]) -> None:
    told = []
    if not request.audience:
        told.append("audience: it is required.")
    told += [
        f"{where}: only organisation numbers of the test series, please (31...)."
        for where, it in numbers(request).items()
        if it and not is_synthetic_organisation(it)
    ]
    if any(it.type in _RESERVED for it in request.api_specific_claims):
        told.append(f"apiSpecificClaims: other members set {', '.join(sorted(_RESERVED))}.")
    stated, expiry, local = request.dpop_proof_parameters, request.expiration_parameters, request.local_extensions
    if request.create_dpop_token_with_dpop_proof:
        told += [f"dPoPProofParameters.{name}ClaimValue: it is required." for name in ("htu", "htm") if _lacks(request, faults, name)]
        if request.client_claims_parameters.cnf_jkt or request.client_claims_parameters.cnf_public_key:
            told.append("clientClaimsParameters: cnfJkt and cnfPublicKey are for tokens without createDPoPTokenWithDPoPProof.")
    elif broken.of_proof(faults):
        told.append("A broken proof needs createDPoPTokenWithDPoPProof.")
    lifetimes = (expiry.expiration_time_in_seconds, request.expiration_time_in_seconds, (expiry.expiration_time_in_days or 0) * 86400)
    times = (local.now, local.clock_offset_in_seconds) if local else ()
    if any(it is not None and not 0 <= it <= _LONGEST for it in lifetimes) or any(abs(it or 0) > 2 * 10**9 for it in times):
        told.append("A time is out of bounds: tokens are valid for at most ten years.")
    if stated.private_key_for_proof_creation is not None and not _is_private(stated.private_key_for_proof_creation):
        told.append("dPoPProofParameters.privateKeyForProofCreation: give a private RSA or EC key (JWK).")
    if told:
        raise RequestFaults(told)


def _lacks(request: TokenRequest, faults: tuple[str, ...], name: str) -> bool:
    stated = request.dpop_proof_parameters
    value = stated.htu_claim_value if name == "htu" else stated.htm_claim_value
    return not value and f"DontSet{name.capitalize()}ClaimValue" not in faults


def _is_private(jwk: Mapping[str, Any]) -> bool:
    try:
        usual_algorithm(jwk)
        jwt.PyJWK(dict(jwk), _algorithm(jwk))
        return isinstance(jwk.get("d"), str)
    except (jwt.PyJWTError, KeyError, TypeError, ValueError, AttributeError):
        return False


def _algorithm(jwk: Mapping[str, Any]) -> str:
    return str(jwk.get("alg") or usual_algorithm(jwk))


def _proof_key(request: TokenRequest, chance: Chance) -> Mapping[str, Any] | None:
    """The key that the token is bound to, as a private JWK; a new one (P-256) where none is given."""
    if not request.create_dpop_token_with_dpop_proof:
        return None
    given = request.dpop_proof_parameters.private_key_for_proof_creation
    if given is not None:
        return given
    number = int.from_bytes(chance.bytes("key"), "big") % (_P256 - 1) + 1
    return ec_jwk(ec.derive_private_key(number, ec.SECP256R1()), "proof")


def _binding(request: TokenRequest, proof_key: Mapping[str, Any] | None) -> dict[str, Any]:
    if proof_key is not None:
        return bound_to(proof_key)
    values = request.client_claims_parameters
    if values.cnf_jkt:
        return {"cnf": {"jkt": values.cnf_jkt}}
    try:
        return bound_to(values.cnf_public_key) if values.cnf_public_key else {}
    except (KeyError, TypeError):
        raise RequestFaults(["clientClaimsParameters.cnfPublicKey: give a public RSA, EC or OKP key (JWK)."]) from None


def _proof(request: TokenRequest, key: Mapping[str, Any], token: str, now: datetime, chance: Chance, faults: tuple[str, ...]) -> str:
    stated, algorithm = request.dpop_proof_parameters, _algorithm(key)
    claims = {
        "jti": chance.hexadecimal("proof"),
        "htm": stated.htm_claim_value,
        "htu": stated.htu_claim_value,
        "iat": seconds(now),
        "ath": token_hash(token),
    }
    header = {"typ": "dpop+jwt", "alg": algorithm, "jwk": public_part(key)}
    draft = Draft(header, claims, jwt.PyJWK(dict(key), algorithm).key, algorithm)
    broken.break_draft("proof", draft, faults)
    return draft.text()


def _headers(token: str, proof: str | None) -> Headers:
    return [("Authorization", f"Bearer {token}")] if proof is None else [("Authorization", f"DPoP {token}"), ("DPoP", proof)]


def auth_key(folder: Path) -> str:
    """The key that callers send in ``X-Auth-Key``: made at first run, kept in ``folder``. Raises ``OSError``."""
    path = folder / KEY_FILE
    if not path.exists():
        place_private(path, str(uuid.uuid4()).encode("ascii"))
    return path.read_text(encoding="ascii").strip()


def routes_of(issuer: Issuer, folder: Path) -> list[BaseRoute]:
    """The endpoints of the service beside those of ``issuer``; ``folder``: that of its keys. Raises ``OSError``."""
    return routes(TokenService(issuer.url, issuer.keys, issuer.register, issuer.clock), auth_key(folder))


def routes(service: TokenService, key: str) -> list[BaseRoute]:
    """The endpoints of the service, for the application at ``/sts``; ``key``: the one that callers must send."""

    async def create(request: Request) -> Response:
        if not compare_digest(request.headers.get(KEY_HEADER, "").encode(), key.encode()):
            return _refused(401, [f"{KEY_HEADER}: send the key that the server made at its first run, from the file {KEY_FILE}."])
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY:
                return _refused(413, ["The request is too long."])
        try:
            asked = read(body)
            made = service.made(asked)
        except RequestFaults as fault:
            return _refused(400, fault.faults)
        return _answer(made, asked.local_extensions is not None)

    async def faults(_: Request) -> Response:
        return JSONResponse({"faults": list(broken.listed())})

    return [Route(PATH, create, methods=["POST"]), Route(LIST_PATH, faults, methods=["GET"])]


def _answer(made: Made, extended: bool) -> Response:
    success = {"accessTokenJwt": made.token, "dPoPProof": made.proof}
    answer: dict[str, Any] = {"isError": False, "successResponse": success, "errorResponse": {"errorMessage": ""}}
    if extended:
        answer["localExtensions"] = {"headers": [{"name": name, "value": value} for name, value in made.headers]}
    return Response(json.dumps(answer), 200, {"Cache-Control": "no-store"}, "application/json")


def _refused(status: int, faults: list[str] | tuple[str, ...]) -> Response:
    empty = {"accessTokenJwt": "", "dPoPProof": None}
    answer = {"isError": True, "successResponse": empty, "errorResponse": {"errorMessage": " ".join(faults)}}
    return JSONResponse(answer, status, {"Cache-Control": "no-store"})
