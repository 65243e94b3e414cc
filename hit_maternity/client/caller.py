"""The one way in which a call to an API is made: its token and proof, what is mended, when it is made again."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from hit_maternity.client.again import failed, give_up, wait_for
from hit_maternity.client.clock import Clock, ServerClocks
from hit_maternity.client.headers import EVENT, PATIENT, Generation, Headers, event_id, national_id
from hit_maternity.client.proofs import Servers, origin_of, proof
from hit_maternity.client.retries import Retries
from hit_maternity.client.tokens import Token, TokenSource
from hit_maternity.client.wire import Answer, Flow, Send, Wait


@dataclass(frozen=True, slots=True)
class Call:
    """One call. ``path``: below the base, or a whole address of the same server; ``again``: whether it may be made again though it may
    have arrived."""

    method: str
    path: str
    body: bytes | None = field(default=None, repr=False)
    headers: Headers = ()
    again: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """``calls``: how often it was made (mended ones count once); ``event``: the id that it went with."""

    answer: Answer
    calls: int
    event: str


class Caller:
    """What every call carries, and how it is made. ``headers``: those that are the same in every call."""

    def __init__(
        self,
        base: str,
        tokens: TokenSource,
        headers: Headers,
        patient: str | None,
        generation: Generation,
        retries: Retries,
        clock: Clock,
    ) -> None:
        parts = urlsplit(base)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment or "@" in parts.netloc:
            raise ValueError("The base is an address such as https://host/api/maternity-record/v1.")
        self.base = base.rstrip("/")
        self._tokens, self._headers, self._generation = tokens, headers, generation
        self._patient = None if patient is None else national_id(patient)
        self._retries, self._clock = retries, clock
        self._servers = Servers(ServerClocks(clock))

    def __repr__(self) -> str:
        return f"Caller({self.base!r})"

    def about(self, patient: str, tokens: TokenSource | None = None) -> Caller:
        """The same caller about another patient, with other ``tokens`` where there are any; what is known of the server is shared.

        Raises ``ValueError``."""
        other = copy.copy(self)
        other._patient = national_id(patient)
        other._tokens = tokens or self._tokens
        return other

    def url(self, path: str) -> str:
        """The address of a path below the base; a whole address only of the same server. Raises ``ValueError``."""
        if "://" not in path.partition("?")[0]:
            return f"{self.base}/{path}" if path else self.base
        if origin_of(path) != origin_of(self.base):
            raise ValueError("That is an address of another server, which gets no token.")
        return path

    def answered(self, call: Call) -> Flow[Answered]:
        """What the server answers, whatever the status but 429. A 400 or 401 that a nonce, the right time or another token mends is
        mended, each once. Raises ``TooManyCalls``, ``Unreachable``, ``TokenRefused``."""
        url, event, made, mended = self.url(call.path), event_id(), 1, set[str]()
        token = yield from self._tokens.token()
        while True:
            nonce = self._servers.nonces.of(url)
            result = yield Send(call.method, url, (*call.headers, *self._carried(call, url, token, nonce, event)), call.body)
            if not failed(result):
                assert isinstance(result, Answer)
                remedy = self._remedy(url, result, nonce)
                if remedy is None or remedy in mended:
                    return Answered(result, made, event)
                mended.add(remedy)
                if remedy == "token":
                    fresh = yield from self._tokens.token(refused=token)
                    if fresh.value == token.value:
                        return Answered(result, made, event)
                    token = fresh
                continue
            wait = wait_for(result, made, call.again, self._retries, self._clock)
            if wait is None:
                if isinstance(result, Answer) and result.status != 429:
                    return Answered(result, made, event)
                give_up(result, url, self._clock)
            yield Wait(wait)
            made += 1

    def _carried(self, call: Call, url: str, token: Token, nonce: str | None, event: str) -> Headers:
        patient = () if self._patient is None else ((PATIENT[self._generation], self._patient),)
        told = (*self._headers, (EVENT[self._generation], event), *patient)
        if token.key is None:
            return (*told, ("Authorization", f"Bearer {token.value}"))
        at = self._servers.clocks.now(origin_of(url))
        made = proof(token.key, call.method, url, at, token=token.value, nonce=nonce)
        return (*told, ("Authorization", f"DPoP {token.value}"), ("DPoP", made))

    def _remedy(self, url: str, answer: Answer, nonce: str | None) -> str | None:
        """What may mend a refusal: ``nonce``, ``clock``, ``token``; None where nothing does, or where nothing is to be mended."""
        changed = self._servers.learn(url, answer.headers)
        if answer.status not in (400, 401):
            return None
        given = answer.headers.get("dpop-nonce")
        if given and given != nonce:
            return "nonce"
        if answer.status != 401:
            return None
        return "clock" if changed else "token"
