"""Aids that only the local HelseID of hit-maternity has: registering a client by a call, and logging in without a browser.

For examples and tests. Nothing of it works at HelseID itself, where a client is registered in Selvbetjening and people log in.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx

from hit_maternity.client import json
from hit_maternity.client.errors import LoginFailed, Unreachable
from hit_maternity.client.keys import Key
from hit_maternity.client.login import Login
from hit_maternity.client.oauth import checked_object
from hit_maternity.client.pool import Pool, open_sync
from hit_maternity.client.wire import Answer, Flow, Result, Send, run

#: Where a registered client may be returned to; the port is free.
CALLBACK = "http://127.0.0.1/callback"


def register_client(
    issuer: str,
    key: Key,
    *,
    name: str,
    scope: str = "nhn:maternity-record/api nhn:maternity-record/tillitsrammeverk",
    grants: Sequence[str] = ("authorization_code", "refresh_token", "client_credentials"),
    tenancy: str = "multi-tenant",
    parent: str | None = None,
    children: Sequence[str] = (),
    redirect_uris: Sequence[str] = (CALLBACK,),
    bound: bool = True,
    http: httpx.Client | None = None,
) -> str:
    """Registers the public part of ``key``; the client's id. Raises ``TokenRefused``, ``Unreachable``."""
    asked = {
        "client_name": name,
        "jwks": {"keys": [key.public_jwk]},
        "grant_types": list(grants),
        "scope": scope,
        "tenancy": tenancy,
        "redirect_uris": list(redirect_uris),
        "orgnr_children": list(children),
        "dpop_bound_access_tokens": bound,
        **({} if parent is None else {"orgnr_parent": parent}),
    }
    answer = _sent(Send("POST", f"{issuer}/clients", (("Content-Type", "application/json"),), json.encode(asked)), http)
    client: str = checked_object(answer)["client_id"]
    return client


def log_in(login: Login, person: str, *, level: str = "4", http: httpx.Client | None = None) -> str:
    """Does what a browser and a person do at the local login page: chooses ``person`` (a key such as ``solveig-bolgeskvett``); the address
    that the browser would come back to. Raises ``LoginFailed``, ``Unreachable``."""
    address, _, query = login.url.partition("?")
    asked = {name: values[0] for name, values in parse_qs(query).items()}
    form = urlencode({**asked, "person": person, "level": level}).encode("ascii")
    answer = _sent(Send("POST", address, (("Content-Type", "application/x-www-form-urlencoded"),), form), http)
    where: str = answer.headers.get("location", "")
    if answer.status != 303 or urlsplit(where).path != urlsplit(login.redirect_uri).path:
        raise LoginFailed("refused", f"The login page answered HTTP {answer.status}.")
    return where


def _sent(request: Send, http: httpx.Client | None) -> Answer:
    pool: Pool[httpx.Client] = Pool(http or open_sync(30.0), own=http is None)

    try:
        result = run(_once(request), pool.client)
    finally:
        if pool.own:
            pool.client.close()
    if not isinstance(result, Answer):
        raise Unreachable("The local HelseID did not answer. Is the demo running? `python dev.py demo` starts it.", sent=False)
    return result


def _once(request: Send) -> Flow[Result]:
    return (yield request)
