"""What every endpoint of the local HelseID shares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hit_maternity.clock import Clock
from hit_maternity.simulators.helseid.clients import IDENTITY_SCOPES, Api, Client, Clients
from hit_maternity.simulators.helseid.keys import Keys
from hit_maternity.simulators.helseid.minting import seconds
from hit_maternity.simulators.helseid.register import Register
from hit_maternity.simulators.oauth.errors import OAuthError
from hit_maternity.simulators.oauth.jose import JoseError, number, verified
from hit_maternity.simulators.oauth.proofs import Proofs
from hit_maternity.simulators.oauth.shelf import Shelf

#: Scopes that a system without a user can't have.
OF_USERS = frozenset(IDENTITY_SCOPES)


@dataclass(frozen=True, slots=True)
class Issuer:
    """``url``: the issuer, and where its endpoints are; it has no slash at its end."""

    url: str
    keys: Keys
    clock: Clock
    clients: Clients
    apis: tuple[Api, ...]
    register: Register
    shelf: Shelf
    proofs: Proofs

    def endpoint(self, name: str) -> str:
        """The address of ``/connect/{name}``."""
        return f"{self.url}/connect/{name}"

    def now(self) -> int:
        """Seconds since 1970."""
        return seconds(self.clock.now())

    def audiences(self, scopes: Iterable[str], resources: tuple[str, ...]) -> list[str]:
        """The audiences of the APIs that ``scopes`` belong to, narrowed to ``resources`` where there are any; this issuer where there
        is none. Raises ``OAuthError`` ``invalid_target`` for a resource that no scope is of."""
        asked = set(scopes)
        found = [api.audience for api in self.apis if asked & set(api.scopes)]
        if set(resources) - set(found):
            raise OAuthError("invalid_target", "A resource is none of the APIs whose scopes are asked for.")
        return [audience for audience in found if not resources or audience in resources] or [self.url]

    def within(self, scopes: Iterable[str], audiences: Iterable[str]) -> list[str]:
        """Those of ``scopes`` that belong to one of ``audiences`` or to no API."""
        others = {scope for api in self.apis if api.audience not in audiences for scope in api.scopes}
        return [scope for scope in scopes if scope not in others]

    def granted(self, text: str | None, client: Client, *, user: bool) -> tuple[list[str], list[str]]:
        """Of the scopes in ``text`` those that ``client`` gets, and those that it does not. Raises ``OAuthError`` ``invalid_scope`` where
        it gets none. That HelseID tells rejected ones in ``rejected_scope`` is confirmed; that it gives the others all the same is
        inferred from it."""
        asked = list(dict.fromkeys((text or "").split()))
        allowed = client.allowed() - (frozenset() if user else OF_USERS)
        given = [scope for scope in asked if scope in allowed]
        if not given:
            raise OAuthError("invalid_scope", "scope names nothing that the client may have; see its registration.")
        return given, [scope for scope in asked if scope not in allowed]

    def attest_wanted(self, scopes: Iterable[str]) -> bool:
        """Whether one of ``scopes`` lets the attest into the token."""
        letting = {"nhn:tillitsrammeverk:parameters", *(scope for api in self.apis for scope in api.attest)}
        return bool(letting & set(scopes))

    def own_token(self, token: str) -> dict[str, Any]:
        """The claims of an access token of this issuer that has not expired. Raises ``JoseError``."""
        header, claims = verified(token, self._own_key)
        at = self.now()
        until, since = number(claims.get("exp")), number(claims.get("nbf"))
        if header.get("typ") != "at+jwt" or claims.get("iss") != self.url or until is None or since is None:
            raise JoseError("it is no access token of this issuer")
        if not since <= at < until:
            raise JoseError("it has expired, or is not yet valid")
        return claims

    def _own_key(self, header: Mapping[str, Any]) -> object:
        return self.keys.current.public_jwk() if header.get("kid") == self.keys.current.kid else None
