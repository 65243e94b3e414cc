"""Which client calls, and what its assertion states."""

from __future__ import annotations

from dataclasses import dataclass

from hit_maternity.simulators.helseid.clients import Client
from hit_maternity.simulators.helseid.details import Details, details_of
from hit_maternity.simulators.helseid.issuer import Issuer
from hit_maternity.simulators.oauth.assertions import Assertions
from hit_maternity.simulators.oauth.errors import invalid_client, invalid_request
from hit_maternity.simulators.oauth.forms import Form


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated client. ``details``: what its assertion states; ``stated``: whether it states anything at all."""

    client: Client
    details: Details
    stated: bool


def caller_of(form: Form, issuer: Issuer, endpoint: str) -> Caller:
    """The client that sent ``form`` to the address ``endpoint``. Raises ``OAuthError``."""
    assertions = Assertions(issuer.shelf, issuer.clock, (issuer.url, endpoint, issuer.endpoint("token")))
    client = issuer.clients.get(assertions.client_id(form))
    if client is None:
        raise invalid_client("The client is not registered here.")
    claims = assertions.checked(form, client.keys)
    names = [name for name in ("assertion_details", "authorization_details") if name in claims]
    if len(names) > 1:
        raise invalid_request("The client_assertion has assertion_details and authorization_details: send one of them.")
    return Caller(client, details_of(claims[names[0]] if names else None, client), bool(names))
