"""``/clients``: vendors register a client of their own with its public key, in the words of RFC 7591. There is nothing like it at
HelseID, where Selvbetjening does it; it serves this machine alone, and needs no account.

``POST`` registers, ``GET`` lists, ``DELETE /clients/{id}`` forgets.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from hit_maternity.simulators.helseid.clients import CODE, EXCHANGE, GRANTS, IDENTITY_SCOPES, REFRESH, SYSTEM, Client
from hit_maternity.simulators.helseid.issuer import Issuer
from hit_maternity.simulators.oauth.errors import OAuthError, answer
from hit_maternity.simulators.oauth.forms import body
from hit_maternity.simulators.oauth.jose import ALGORITHMS, CURVES, JoseError, public_key
from hit_maternity.simulators.synthetic import is_synthetic_organisation

MEMBERS = frozenset(
    {
        "client_name",
        "jwks",
        "jwk",
        "grant_types",
        "scope",
        "redirect_uris",
        "post_logout_redirect_uris",
        "tenancy",
        "orgnr_parent",
        "orgnr_children",
        "orgnr_supplier",
        "audiences",
        "dpop_bound_access_tokens",
    }
)
MAX_CLIENTS = 1000
_TENANCIES = ("multi-tenant", "single-tenant", "none")


def _fault(description: str) -> OAuthError:
    return OAuthError("invalid_client_metadata", description)


async def register(request: Request, issuer: Issuer) -> Response:
    """201 with the client's configuration and its ``client_id``. Raises ``OAuthError`` 400 ``invalid_client_metadata``,
    ``invalid_redirect_uri``."""
    try:
        sent = json.loads(await body(request))
    except (ValueError, RecursionError):
        raise _fault("The body is no JSON.") from None
    if not isinstance(sent, dict):
        raise _fault("The body is a JSON object.")
    unknown = sorted(set(sent) - MEMBERS)
    if unknown:
        raise _fault(f"Known members are {', '.join(sorted(MEMBERS))}; {len(unknown)} of those sent are none of them.")
    if sum(1 for _ in issuer.clients) >= MAX_CLIENTS:
        raise _fault(f"There are {MAX_CLIENTS} clients already: delete some.")
    client = _client(sent, issuer)
    issuer.clients.add(client)
    return answer(_shown(client), 201)


async def listing(_: Request, issuer: Issuer) -> Response:
    """200 with the clients, without their keys."""
    return answer({"clients": [_shown(client) for client in issuer.clients]})


async def forget(request: Request, issuer: Issuer) -> Response:
    """204; 404 for a client that did not register itself."""
    if not issuer.clients.remove(request.path_params["client_id"]):
        raise OAuthError("invalid_request", "There is no such client that registered itself.", 404)
    return Response(status_code=204)


def _client(sent: Mapping[str, Any], issuer: Issuer) -> Client:
    grants = _texts(sent, "grant_types") or (SYSTEM,)
    if set(grants) - set(GRANTS):
        raise _fault(f"grant_types are among {', '.join(GRANTS)}.")
    redirects = _texts(sent, "redirect_uris")
    if CODE in grants and not redirects:
        raise OAuthError("invalid_redirect_uri", "A client with authorization_code has redirect_uris.")
    for address in (*redirects, *_texts(sent, "post_logout_redirect_uris")):
        _check_redirect(address)
    tenancy = sent.get("tenancy", "multi-tenant")
    if tenancy not in _TENANCIES:
        raise _fault(f"tenancy is one of {', '.join(_TENANCIES)}.")
    name = sent.get("client_name")
    if not isinstance(name, str) or not 0 < len(name) <= 200:
        raise _fault("client_name is a text of 1 to 200 characters.")
    bound = sent.get("dpop_bound_access_tokens", True)
    if not isinstance(bound, bool):
        raise _fault("dpop_bound_access_tokens is true or false.")
    return Client(
        str(uuid.uuid4()),
        name,
        tenancy,
        grants,
        _scopes(sent, issuer, grants),
        _keys(sent),
        redirects,
        _texts(sent, "post_logout_redirect_uris"),
        _organisation(sent, "orgnr_parent"),
        _children(sent),
        _organisation(sent, "orgnr_supplier"),
        _texts(sent, "audiences"),
        dpop=bound,
        created=issuer.now(),
    )


def _texts(sent: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = sent.get(name, [])
    if not isinstance(value, list) or len(value) > 50 or not all(isinstance(it, str) and 0 < len(it) <= 2000 for it in value):
        raise _fault(f"{name} is an array of at most 50 texts.")
    return tuple(value)


def _check_redirect(address: str) -> None:
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = urlsplit("")
    printable = address.isascii() and address.isprintable() and " " not in address
    if not parts.scheme or parts.fragment or not printable or parts.scheme in ("javascript", "data", "vbscript", "file", "blob"):
        raise OAuthError("invalid_redirect_uri", "A redirect address is absolute, without a fragment, and no script.")


def _keys(sent: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    stated = sent.get("jwks", {"keys": [sent["jwk"]] if "jwk" in sent else []})
    keys = stated.get("keys") if isinstance(stated, dict) else None
    if not isinstance(keys, list) or not 0 < len(keys) <= 10:
        raise _fault("Send jwks with one to ten public keys, or jwk with one.")
    for key in keys:
        _check_key(key)
    if len(keys) > 1 and len({key.get("kid") for key in keys}) < len(keys):
        raise _fault("Of several keys each has its own kid.")
    return tuple(keys)


def _check_key(key: object) -> None:
    algorithm = key.get("alg") if isinstance(key, dict) else None
    if algorithm is None and isinstance(key, dict):
        algorithm = next((alg for alg, curve in CURVES.items() if curve == key.get("crv")), "RS256")
    if algorithm not in ALGORITHMS:
        raise _fault(f"The alg of a key is one of {', '.join(ALGORITHMS)}.")
    try:
        public_key(key, algorithm)
    except JoseError as fault:
        raise _fault(f"A key is refused: {fault}.") from None


def _scopes(sent: Mapping[str, Any], issuer: Issuer, grants: tuple[str, ...]) -> tuple[str, ...]:
    asked = sent.get("scope", "")
    if not isinstance(asked, str):
        raise _fault("scope is a text, scopes with blanks between.")
    known = {scope for api in issuer.apis for scope in api.scopes}
    of_apis = [scope for scope in asked.split() if scope in known]
    if set(asked.split()) - known - set(IDENTITY_SCOPES) or (not of_apis and not {CODE, REFRESH, EXCHANGE} & set(grants)):
        raise _fault(f"scope names scopes of the APIs: {', '.join(sorted(known))}.")
    return tuple(of_apis)


def _organisation(sent: Mapping[str, Any], name: str) -> str | None:
    value = sent.get(name)
    if value is not None and not is_synthetic_organisation(value):
        raise _fault(f"{name} is a synthetic organisation number: 31, nine digits, a control digit that holds.")
    return value


def _children(sent: Mapping[str, Any]) -> tuple[str, ...]:
    children = _texts(sent, "orgnr_children")
    if not all(is_synthetic_organisation(child) for child in children):
        raise _fault("orgnr_children are synthetic organisation numbers: 31, nine digits, a control digit that holds.")
    return children


def _shown(client: Client) -> dict[str, Any]:
    told = {
        "client_id": client.client_id,
        "client_name": client.name,
        "grant_types": list(client.grants),
        "scope": " ".join(client.scopes),
        "redirect_uris": list(client.redirect_uris),
        "post_logout_redirect_uris": list(client.post_logout_redirect_uris),
        "tenancy": client.tenancy,
        "orgnr_parent": client.parent,
        "orgnr_children": list(client.children),
        "orgnr_supplier": client.supplier,
        "audiences": list(client.audiences),
        "token_endpoint_auth_method": "private_key_jwt",
        "dpop_bound_access_tokens": client.dpop,
        "client_id_issued_at": client.created,
    }
    return {name: value for name, value in told.items() if value not in (None, [])}
