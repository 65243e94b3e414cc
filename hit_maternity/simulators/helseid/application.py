"""The local HelseID as an ASGI application: it imitates what clients and APIs meet, under an issuer of its own name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from hit_maternity.clock import Clock
from hit_maternity.simulators.helseid.authorize import authorize
from hit_maternity.simulators.helseid.clientinfo import clientinfo
from hit_maternity.simulators.helseid.clients import Api, Clients, packaged_apis
from hit_maternity.simulators.helseid.discovery import PATH, available_idps, configuration, expired_jwks, jwks
from hit_maternity.simulators.helseid.ending import endsession, revocation
from hit_maternity.simulators.helseid.issuer import Issuer
from hit_maternity.simulators.helseid.keys import Keys
from hit_maternity.simulators.helseid.par import par
from hit_maternity.simulators.helseid.register import Register, packaged
from hit_maternity.simulators.helseid.registration import forget, listing, register
from hit_maternity.simulators.helseid.token import token
from hit_maternity.simulators.helseid.userinfo import userinfo
from hit_maternity.simulators.loopback import Place
from hit_maternity.simulators.oauth.errors import OAuthError, refused
from hit_maternity.simulators.oauth.proofs import Proofs
from hit_maternity.simulators.oauth.shelf import Shelf

Endpoint = Callable[[Request, Issuer], Awaitable[Response]]

#: Path, verbs, endpoint.
ENDPOINTS: tuple[tuple[str, tuple[str, ...], Endpoint], ...] = (
    (PATH, ("GET",), configuration),
    (f"{PATH}/jwks", ("GET",), jwks),
    ("/connect/expiredjwks", ("GET",), expired_jwks),
    ("/connect/availableidps", ("GET",), available_idps),
    ("/connect/par", ("POST",), par),
    ("/connect/authorize", ("GET", "POST"), authorize),
    ("/connect/token", ("POST",), token),
    ("/connect/userinfo", ("GET", "POST"), userinfo),
    ("/connect/clientinfo", ("GET",), clientinfo),
    ("/connect/revocation", ("POST",), revocation),
    ("/connect/endsession", ("GET",), endsession),
    ("/clients", ("POST",), register),
    ("/clients", ("GET",), listing),
    ("/clients/{client_id}", ("DELETE",), forget),
)


def issuer(
    place: Place,
    clock: Clock,
    *,
    people: Register | None = None,
    apis: Sequence[Api] | None = None,
    nonces: bool = True,
) -> Issuer:
    """The local HelseID of ``place``, its issuer ``{base_url}/sts``; keys are made where there are none. ``people``: who may log in;
    ``nonces``: whether the token endpoint demands the nonce round.

    Raises ``SimulatorRefused`` where it may not run, ``OSError`` and ``ValueError`` where its folder can't be used.
    """
    place.check()
    folder = place.folder / "helseid"
    keys = Keys.load_or_make(folder, clock)
    shelf = Shelf(folder / "shelf", clock)
    clients = Clients(folder / "clients", place.base_url)
    known = packaged_apis() if apis is None else tuple(apis)
    proofs = Proofs(shelf, clock, keys.salt, nonces)
    return Issuer(f"{place.base_url}/sts", keys, clock, clients, known, people or packaged(), shelf, proofs)


def routes(issuer: Issuer) -> list[BaseRoute]:
    """The endpoints of ``issuer``."""
    return [Route(path, bound(endpoint, issuer), methods=list(verbs)) for path, verbs, endpoint in ENDPOINTS]


def bound(endpoint: Endpoint, issuer: Issuer) -> Callable[[Request], Awaitable[Response]]:
    """``endpoint`` as Starlette calls it."""

    async def answered(request: Request) -> Response:
        return await endpoint(request, issuer)

    return answered


def application(issuer: Issuer, more: Sequence[BaseRoute] = ()) -> Starlette:
    """The ASGI application of ``issuer``; ``more``: what stands beside it under the same address."""
    return Starlette(routes=[*routes(issuer), *more], exception_handlers={OAuthError: refused})
