"""The way of a user: a login that was begun, and the session that it leads to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hit_maternity.client.organisation import Organisation
from hit_maternity.client.tokens import TokenSource


class Login:
    """A login under way. ``url``: where the browser is sent; ``state``: what it comes back with."""

    url: str
    state: str


class Session:
    """Somebody who is logged in. ``identity``: the checked claims of the ID token; never in a ``repr``."""

    identity: Mapping[str, Any]

    def source(
        self,
        audience: str,
        *,
        scope: str | None = None,
        organisation: Organisation | None = None,
        attest: Mapping[str, Any] | None = None,
    ) -> TokenSource:
        """Tokens for one API (refresh to a single audience), for an organisation, with an attest for one patient."""
        raise NotImplementedError
