"""The local Helsenorge login as an ASGI application, under an issuer of its own name: ``{base_url}/sts/helsenorge``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hit_maternity.clock import Clock
from hit_maternity.simulators.helseid.keys import Keys
from hit_maternity.simulators.helsenorge.citizens import Citizens, packaged
from hit_maternity.simulators.helsenorge.endpoints import authorize, configuration, introspect, jwks, par, token
from hit_maternity.simulators.helsenorge.issuer import AUDIENCE, HelsenorgeIssuer
from hit_maternity.simulators.loopback import Place
from hit_maternity.simulators.oauth.errors import OAuthError, refused
from hit_maternity.simulators.oauth.shelf import Shelf

Endpoint = Callable[[Request, HelsenorgeIssuer], Awaitable[Response]]

#: Path, verbs, endpoint.
ENDPOINTS: tuple[tuple[str, tuple[str, ...], Endpoint], ...] = (
    ("/.well-known/openid-configuration", ("GET",), configuration),
    ("/.well-known/openid-configuration/jwks", ("GET",), jwks),
    ("/oidcprov/v2/par", ("POST",), par),
    ("/oidcprov/v2/authorize", ("GET", "POST"), authorize),
    ("/oidcprov/v2/token", ("POST",), token),
    ("/oidcprov/v2/introspect/v1", ("POST",), introspect),
)


def issuer(place: Place, clock: Clock, *, citizens: Citizens | None = None, audience: str = AUDIENCE) -> HelsenorgeIssuer:
    """The local Helsenorge login of ``place``; keys are made where there are none. ``citizens``: who may log in.

    Raises ``SimulatorRefused`` where it may not run, ``OSError`` and ``ValueError`` where its folder can't be used.
    """
    place.check()
    folder = place.folder / "helsenorge"
    keys = Keys.load_or_make(folder, clock)
    url = f"{place.base_url}/sts/helsenorge"
    return HelsenorgeIssuer(url, place.base_url, folder, keys, clock, citizens or packaged(), Shelf(folder / "shelf", clock), audience)


def application(issuer: HelsenorgeIssuer) -> Starlette:
    """The ASGI application of ``issuer``."""
    routes = [Route(path, bound(endpoint, issuer), methods=list(verbs)) for path, verbs, endpoint in ENDPOINTS]
    return Starlette(routes=routes, exception_handlers={OAuthError: refused})


def bound(endpoint: Endpoint, issuer: HelsenorgeIssuer) -> Callable[[Request], Awaitable[Response]]:
    """``endpoint`` as Starlette calls it."""

    async def answered(request: Request) -> Response:
        return await endpoint(request, issuer)

    return answered
