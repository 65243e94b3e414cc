"""``private_key_jwt``: a client proves who it is with a JWT that it signs (RFC 7523), the only way that HelseID knows.

Confirmed: the header's ``typ`` is ``client-authentication+jwt`` (older clients: ``JWT``), ``aud`` is the issuer (older: the token
endpoint), ``iss`` and ``sub`` the client id, ``exp`` at most 60 seconds ahead; official examples show ``iat`` as a string.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jwt

from hit_maternity.clock import Clock
from hit_maternity.simulators.helseid.minting import seconds
from hit_maternity.simulators.oauth.errors import invalid_client
from hit_maternity.simulators.oauth.forms import Form
from hit_maternity.simulators.oauth.jose import JoseError, number, verified
from hit_maternity.simulators.oauth.shelf import Shelf

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
TYPES = (None, "client-authentication+jwt", "jwt")
AHEAD, LEEWAY = 60, 10


@dataclass(frozen=True, slots=True)
class Assertions:
    """Checks client assertions. ``audiences``: what their ``aud`` may be."""

    shelf: Shelf
    clock: Clock
    audiences: Collection[str]

    def client_id(self, form: Form) -> str:
        """Who the client says that it is, before anything is checked. Raises ``OAuthError`` ``invalid_client``."""
        if form.get("client_assertion_type") != TYPE or form.get("client_assertion") is None:
            raise invalid_client(f"Authenticate with client_assertion and client_assertion_type {TYPE}.")
        if form.get("client_secret") is not None:
            raise invalid_client("Send a client_assertion and no client_secret.")
        try:
            claims = jwt.decode(form.required("client_assertion"), options={"verify_signature": False})
        except (jwt.PyJWTError, ValueError, RecursionError):
            raise invalid_client("The client_assertion is no JWT.") from None
        client_id = claims.get("sub")
        if not isinstance(client_id, str) or claims.get("iss") != client_id or form.get("client_id") not in (None, client_id):
            raise invalid_client("iss, sub and the parameter client_id are all the client's id.")
        return client_id

    def checked(self, form: Form, keys: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """The claims of the assertion, which the holder of one of ``keys`` signed. Raises ``OAuthError`` ``invalid_client``."""
        try:
            header, claims = verified(form.required("client_assertion"), lambda header: chosen(keys, header))
        except JoseError as fault:
            raise invalid_client(f"The client_assertion is refused: {fault}.") from None
        typ = header.get("typ")
        if (typ.lower() if isinstance(typ, str) else typ) not in TYPES:
            raise invalid_client("The client_assertion has typ client-authentication+jwt.")
        if not _is_for(claims.get("aud"), self.audiences):
            raise invalid_client("aud of the client_assertion is the issuer.")
        self._in_time(claims)
        jti = claims.get("jti")
        if not isinstance(jti, str) or not 0 < len(jti) <= 256:
            raise invalid_client("The client_assertion has a jti of 1 to 256 characters.")
        if not self.shelf.first("assertion", f"{claims['iss']} {jti}", AHEAD + 2 * LEEWAY):
            raise invalid_client("The client_assertion was used before: make a new one for each call.")
        return claims

    def _in_time(self, claims: Mapping[str, Any]) -> None:
        at = seconds(self.clock.now())
        until = number(claims.get("exp"))
        if until is None or not at - LEEWAY < until <= at + AHEAD + LEEWAY:
            raise invalid_client(f"exp of the client_assertion is a time in the next {AHEAD} seconds.")
        for name in ("iat", "nbf"):
            since = number(claims.get(name, at))
            if since is None or since > at + LEEWAY:
                raise invalid_client(f"{name} of the client_assertion is no time until now.")


def chosen(keys: Sequence[Mapping[str, Any]], header: Mapping[str, Any]) -> object:
    """The key that ``header`` names; where it names none, the only one."""
    kid = header.get("kid")
    if kid is None:
        return keys[0] if len(keys) == 1 else None
    return next((key for key in keys if key.get("kid") == kid), None)


def _is_for(aud: object, audiences: Collection[str]) -> bool:
    single = aud[0] if isinstance(aud, list) and len(aud) == 1 else aud
    return isinstance(single, str) and single in audiences
