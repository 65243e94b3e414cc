"""Tokens for tests from the test-token service (TTT v2): the local one below ``/sts``, or NHN's."""

from __future__ import annotations

from typing import Any

from hit_maternity.client.keys import Key
from hit_maternity.client.tokens import Token
from hit_maternity.client.wire import Flow


class TestTokens:
    """A token source. ``url``: ``http://127.0.0.1:8080/sts/ttt`` or ``https://helseid-ttt.test.nhn.no``; ``auth_key``: its key, a text or
    the path of a file with it; ``person``: national id of the health worker (synthetic), None for a system."""

    __test__ = False  # no class of tests

    def __init__(
        self,
        url: str,
        auth_key: str,
        *,
        person: str | None = None,
        parent: str | None = None,
        child: str | None = None,
        audience: str = "nhn:maternity-record",
        scope: str = "nhn:maternity-record/api",
        attest: bool = True,
        purpose: str = "TREAT",
        role: str | None = None,
        dpop: Key | bool = True,
        lifetime: int = 600,
        **claims: Any,
    ) -> None:
        raise NotImplementedError

    def token(self, refused: Token | None = None) -> Flow[Token]:
        """A token, kept until shortly before it expires."""
        raise NotImplementedError
