"""The way to the national record through the vendors' SDK: logged in at the local HelseID, or with tokens of a test-token service.

Nothing is called before somebody asks for something. The statement of why a record may be seen (attest) holds for one patient, so each
patient has tokens of her own. The SDK makes no call again by itself: waiting is the queue's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

from hit_maternity import __version__
from hit_maternity.client import MaternityRecordClient, Organisation, Retries, TestTokens, attest
from hit_maternity.client.errors import TokenRefused
from hit_maternity.client.helseid import HelseId
from hit_maternity.client.local import CALLBACK, log_in, register_client
from hit_maternity.client.login import Session
from hit_maternity.client.tokens import TokenSource
from hit_maternity.ehr.home import TTT_KEY, Home
from hit_maternity.ehr.national import National

AUDIENCE = "nhn:maternity-record"
SCOPE = "nhn:maternity-record/api"
ATTEST = "nhn:maternity-record/tillitsrammeverk"
SOURCE_SYSTEM = f"hit-maternity reference EHR {__version__}"
_ONCE = Retries(attempts=1)


@dataclass(slots=True)
class LoggedIn:
    """``Service`` for who the settings of ``home`` name."""

    home: Home
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30.0, follow_redirects=False, trust_env=False))
    _helseid: HelseId | None = None
    _session: Session | None = None
    _clients: dict[tuple[str, bool], MaternityRecordClient] = field(default_factory=dict, repr=False)

    def watching(self, nin: str) -> National:
        """For ``status``, as a system."""
        return self._client(nin, True, self._system)

    def for_patient(self, nin: str) -> National:
        """For all else, as the person, with an attest for this patient."""
        return self._client(nin, False, self._person)

    def renew(self) -> None:
        """Forgets the login and its tokens."""
        self._session, self._helseid = None, None
        self._clients.clear()

    def close(self) -> None:
        """Closes the connections."""
        self.http.close()

    def _client(self, nin: str, system: bool, tokens: Callable[[], TokenSource]) -> MaternityRecordClient:
        settings, known = self.home.settings, (nin, system)
        if known not in self._clients:
            self._clients[known] = MaternityRecordClient(
                settings.base,
                tokens(),
                nin,
                source_system=SOURCE_SYSTEM,
                role=None if system else settings.role,
                facility=None if system else settings.facility or None,
                http=self.http,
                retries=_ONCE,
            )
        return self._clients[known]

    def _system(self) -> TokenSource:
        if self.home.settings.login == "ttt":
            return self._test_tokens(None)
        return self._issuer().system(SCOPE, audience=AUDIENCE, organisation=self._organisation)

    def _person(self) -> TokenSource:
        settings = self.home.settings
        if settings.login == "ttt":
            return self._test_tokens(settings.pid)
        if self._session is None:
            issuer = self._issuer()
            begun = issuer.login(f"openid profile offline_access {SCOPE} {ATTEST}", CALLBACK, audience=AUDIENCE)
            self._session = issuer.session(begun, log_in(begun, settings.person, http=self.http))
        stated = attest(legal_entity=settings.parent, point_of_care=settings.organisation, authorization=settings.role)
        return self._session.source(AUDIENCE, organisation=self._organisation, attest=stated)

    def _test_tokens(self, person: str | None) -> TestTokens:
        settings = self.home.settings
        url = settings.ttt or f"{settings.server}/sts/ttt"
        key = self.home.folder / TTT_KEY
        return TestTokens(url, key, person=person, parent=settings.parent, child=settings.organisation, role=settings.role, retries=_ONCE)

    def _issuer(self) -> HelseId:
        """The local HelseID, where this EHR is registered at its first login, and anew where that was forgotten."""
        if self._helseid is None:
            issuer, key = f"{self.home.settings.server}/sts", self.home.key
            if not self.home.settings.client_id or not self._is_known(issuer):
                made = register_client(issuer, key, name="Reference EHR", http=self.http)
                self.home = self.home.named(made)
            self._helseid = HelseId(issuer, self.home.settings.client_id, key, http=self.http, retries=_ONCE)
        return self._helseid

    def _is_known(self, issuer: str) -> bool:
        known = HelseId(issuer, self.home.settings.client_id, self.home.key, http=self.http, retries=_ONCE)
        try:
            known.login("openid", CALLBACK)
        except TokenRefused as fault:
            return fault.error not in ("invalid_client", "unauthorized_client")
        return True

    @property
    def _organisation(self) -> Organisation:
        settings = self.home.settings
        return Organisation(settings.parent, settings.organisation)
