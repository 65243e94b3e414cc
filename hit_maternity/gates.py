"""Who is let in at which door, put together from the settings: the guards of a space, and the issuers whose tokens count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hit_maternity.access.attesting import Attesting
from hit_maternity.access.audit.checkpoints import Rounds
from hit_maternity.access.audit.ledger import Audited
from hit_maternity.access.audit.opening import Audit, AuditOptions
from hit_maternity.access.citizen import CitizenGuard, OwnRecord, Proxies
from hit_maternity.access.citizen_desk import CitizenDesk
from hit_maternity.access.consent.pvk import PvkPush
from hit_maternity.access.consent.withdrawal import Consents
from hit_maternity.access.guard import AccessGuard
from hit_maternity.access.helseid.attest.binding import Binding
from hit_maternity.access.helseid.attest.parsing import parse
from hit_maternity.access.helseid.attest.rules import AttestConfig
from hit_maternity.access.helseid.attest.tables import Verdict
from hit_maternity.access.helseid.authenticator import Authenticator, HelseIdConfig
from hit_maternity.access.helseid.bearer import BearerAuthenticator
from hit_maternity.access.helseid.jwks_cache import JwksCache, StaticKeys
from hit_maternity.access.helseid.jwks_cache import Keys as IssuerKeys
from hit_maternity.access.helseid.nonces import Nonces
from hit_maternity.access.helsenorge import HelsenorgeAuthenticator, SystemGate, Trusted
from hit_maternity.access.limits import Limits, Rate
from hit_maternity.access.policy import standard
from hit_maternity.access.visiting import Rules
from hit_maternity.clock import Clock
from hit_maternity.door.loopback import is_loopback
from hit_maternity.fhir.outcome import FhirError
from hit_maternity.fhir.ports import Guard
from hit_maternity.fhir.rest.open_guard import OpenGuard
from hit_maternity.fhir.search import Search
from hit_maternity.settings import Settings, SettingsError
from hit_maternity.store import Store
from hit_maternity.store.accesses import AccessLog
from hit_maternity.store.attest_uses import AttestUses

if TYPE_CHECKING:
    from hit_maternity.simulators.helseid.issuer import Issuer
    from hit_maternity.simulators.helsenorge.citizens import Citizens
    from hit_maternity.simulators.helsenorge.issuer import HelsenorgeIssuer
    from hit_maternity.simulators.loopback import Place


@dataclass(frozen=True, slots=True)
class Guarded:
    """A space as a door serves it: its store, told of what the access log needs to know, and the guard before it."""

    store: Store | Audited
    guard: Guard
    audit: Audit | None = None


class Gates:
    """The doors' guards. ``clock`` is the one that tokens are judged by, never that of a space, which ``space_clock`` is; ``secret``: the
    server's own; ``path``: where the FHIR base of a space is.
    """

    def __init__(self, settings: Settings, clock: Clock, space_clock: Clock, secret: bytes, path: Callable[[str], str]) -> None:
        self.settings = settings
        self.clock = clock
        self.space_clock = space_clock
        self.secret = secret
        access = settings.access
        self.limits = Limits(
            client=Rate(access.limit_client), organisation=Rate(access.limit_organisation), citizen=Rate(access.limit_citizen)
        )
        self._path = path
        self._audits: dict[str, Audit] = {}
        self._consents: dict[str, Consents] = {}
        self._databases: list[tuple[AccessLog, AttestUses, AttestConfig]] = []
        self._rounds = Rounds([self._keep_house])
        self._running = False
        self._open_all: Callable[[], object] | None = None

    def check(self) -> None:
        """Raises ``SettingsError`` where the settings leave nobody to trust, or don't say what our address is: then nothing is served."""
        settings, access = self.settings, self.settings.access
        if not settings.door.is_open and not (access.simulators or access.helseid_issuer):
            text = (
                "HIT_HELSEID_ISSUER names nobody whose tokens count: name the issuer, or try out with HIT_SIMULATORS=true on this machine"
            )
            raise SettingsError(text)
        unsaid = not settings.door.public_base_url and (not is_loopback(settings.door.host) or not settings.door.port)
        if not settings.door.is_open and unsaid:
            text = "HIT_PUBLIC_BASE_URL is missing: the address that clients see, which their proofs must be made for"
            raise SettingsError(text)

    @property
    def base_urls(self) -> tuple[str, ...]:
        """How clients see the server."""
        door = self.settings.door
        if door.public_base_url:
            return (door.public_base_url,)
        host = f"[{door.host}]" if ":" in door.host else door.host
        urls = [f"http://{host}:{door.port}"]
        if door.host in ("127.0.0.1", "::1"):
            urls.append(f"http://localhost:{door.port}")
        return tuple(urls)

    # ------------------------------------------------------------ issuers

    def _place(self) -> Place:
        """Where the simulators run. Raises ``SettingsError`` where they may not."""
        from hit_maternity.simulators.loopback import Place, SimulatorRefused

        place = Place(self.base_urls[0], Path(self.settings.access.simulator_folder), self.settings.door.host)
        try:
            place.check()
        except SimulatorRefused as fault:
            raise SettingsError(str(fault)) from None
        return place

    @cached_property
    def professionals(self) -> Issuer:
        """The local HelseID. Raises ``SettingsError`` where it may not run."""
        from hit_maternity.simulators.helseid import application

        return application.issuer(self._place(), self.clock)

    def _fetched(self, issuer: str, algorithms: tuple[str, ...]) -> JwksCache:
        """The keys of an issuer elsewhere, asked for from now on."""
        keys = JwksCache(issuer, algorithms=algorithms)
        keys.start()
        return keys

    @cached_property
    def authenticator(self) -> Authenticator:
        """Who verifies the practitioners' tokens and proofs."""
        return self._authenticator(Authenticator)

    @cached_property
    def bearers(self) -> Authenticator:
        """Who verifies the practitioners' tokens that come without a proof: the first generation of the national headers."""
        return self._authenticator(BearerAuthenticator)

    def _authenticator(self, kind: type[Authenticator]) -> Authenticator:
        access = self.settings.access
        local = access.helseid_issuer is None
        issuer = self.professionals.url if local else str(access.helseid_issuer)
        keys: IssuerKeys = StaticKeys(self.professionals.keys.jwks()) if local else self._fetched(issuer, access.helseid_algorithms)
        try:
            config = HelseIdConfig(
                issuer=issuer,
                audiences=frozenset(access.helseid_audiences),
                scopes=frozenset(access.helseid_scopes),
                addresses=self.base_urls,
                algorithms=access.helseid_algorithms,
                accept_typ_jwt=access.helseid_accept_typ_jwt,
                leeway=access.helseid_leeway,
                lifetime=access.helseid_lifetime,
                point_of_care=access.helseid_point_of_care,
                actors=frozenset(access.helseid_actors),
            )
        except ValueError as fault:
            raise SettingsError(str(fault)) from None
        nonces = Nonces(self.secret, self.clock) if access.helseid_nonce else None
        return kind(config, keys, self.clock, attest=parse, nonces=nonces)

    @cached_property
    def citizens(self) -> HelsenorgeIssuer:
        """The local Helsenorge login. Raises ``SettingsError`` where it may not run."""
        from hit_maternity.simulators.helsenorge import application

        return application.issuer(self._place(), self.clock, citizens=_women())

    @property
    def helsenorge_issuer(self) -> str | None:
        """Whose tokens count at the citizen's door; None: there is no such door."""
        access = self.settings.access
        if self.settings.door.is_open:
            return None
        return access.helsenorge_issuer or (self.citizens.url if access.simulators else None)

    @cached_property
    def helsenorge_trusted(self) -> Trusted:
        """What a token of Helsenorge must be. To be asked only where there is an issuer."""
        access = self.settings.access
        return Trusted(str(self.helsenorge_issuer), access.helsenorge_audience, access.helsenorge_scope or None)

    @cached_property
    def _helsenorge_keys(self) -> IssuerKeys:
        issuer = self.settings.access.helsenorge_issuer
        return self._fetched(issuer, ("RS256",)) if issuer else StaticKeys(self.citizens.keys.jwks())

    @cached_property
    def helsenorge(self) -> HelsenorgeAuthenticator | None:
        """Who verifies the citizens' tokens."""
        if self.helsenorge_issuer is None:
            return None
        return HelsenorgeAuthenticator(self.helsenorge_trusted, self._helsenorge_keys, self.clock)

    @cached_property
    def attest_config(self) -> AttestConfig:
        """By which rules attests are judged. Raises ``SettingsError`` for a rule or verdict that there is not."""
        access = self.settings.access
        told = [rule.partition("=") for rule in access.attest_rules]
        wrong = [rule for rule, _, verdict in told if verdict not in set(Verdict)]
        verdicts = {rule: Verdict(verdict) for rule, _, verdict in told if rule not in wrong}
        required = access.attest == "required"
        config = AttestConfig(required=required, max_age=timedelta(minutes=access.attest_minutes), verdicts=verdicts)
        if wrong := [*wrong, *config.unknown_rules()]:
            raise SettingsError(f"HIT_ATTEST_RULES: no rule, or no verdict (refuse, flag, off): {', '.join(wrong)[:200]}")
        return config

    def pvk(self, store: Store, search: Search, space: str) -> PvkPush:
        """What takes PVK's pushes for a space."""
        gate = SystemGate(self._helsenorge_keys, self.helsenorge_trusted, self.settings.access.pvk_scope, self.clock)
        return PvkPush(self.consents(store, search, space), gate.verify, self.settings.access)

    # ------------------------------------------------------------ guards

    def guarded(self, store: Store, search: Search, space: str) -> Guarded:
        """The practitioners' door of a space."""
        if self.settings.door.is_open:
            return Guarded(store, OpenGuard())
        audit = self.audit(store, space)
        self._databases.append((AccessLog(store.database), AttestUses(store.database), self.attest_config))
        return Guarded(audit.store, self._guard(self.authenticator, store, search, space), audit)

    def of_bearers(self, store: Store, search: Search, space: str) -> Guarded:
        """The same for practitioners whose tokens come without a proof."""
        if self.settings.door.is_open:
            return Guarded(store, OpenGuard())
        audit = self.audit(store, space)
        return Guarded(audit.store, self._guard(self.bearers, store, search, space), audit)

    def _guard(self, gate: Authenticator, store: Store, search: Search, space: str) -> AccessGuard:
        audit, uses, config = self.audit(store, space), AttestUses(store.database), self.attest_config
        attests = Attesting(config, Binding(uses, self.secret, config), uses, gate.challenge, self.clock)
        rules = Rules(standard(), frozenset(self.settings.access.organisations))
        keeping = self.consents(store, search, space).standings
        return AccessGuard(gate, rules, audit.store, search, audit.tracing, self.limits, attests, keeping, self._challenged)

    def audit(self, store: Store, space: str) -> Audit:
        """The access log of a space; always the same object."""
        if space not in self._audits:
            options = AuditOptions(address=self.base_urls[0])
            self._audits[space] = Audit.of(store, self.secret, self.space_clock, space, options)
        return self._audits[space]

    def citizen(self, store: Store, search: Search, space: str) -> tuple[Guarded, CitizenDesk] | None:
        """The citizen's door of a space, and the desk beside it; None where there is no such door."""
        gate = self.helsenorge
        if gate is None:
            return None
        audit, policy = self.audit(store, space), standard()
        record = OwnRecord(audit.store, search, policy, Proxies(self.settings.access.citizen_proxies))
        guard = CitizenGuard(gate, record, audit.store, search, audit.tracing, policy, self.limits)
        consents = self.consents(store, search, space)
        clock, limits = self.space_clock, self.limits
        desk = CitizenDesk(gate, record, consents, audit.tracing, audit.ledger, audit.patients, policy, limits, clock)
        return Guarded(audit.store, guard, audit), desk

    def consents(self, store: Store, search: Search, space: str) -> Consents:
        """The consents of a space; always the same object."""
        if space not in self._consents:
            self._consents[space] = Consents(store, search, self.secret, self.space_clock, self.base_urls[0] + self._path(space))
        return self._consents[space]

    def _challenged(self, refusal: FhirError) -> FhirError:
        """A refusal of the store's, with the challenge that belongs to it."""
        if refusal.status == 401 and refusal.issues[0].rule == "proof-replayed":
            return self.authenticator.challenge.refusal("proof-replayed")
        return refusal

    # ------------------------------------------------------------ what stands beside the doors

    def mounts(self) -> dict[str, Callable[[], Any]]:
        """First part of the path -> what builds the application there."""
        if not self.settings.access.simulators:
            return {}
        # At once: the commands that ask for tokens find a key in the folder.
        from hit_maternity.simulators.helseid.test_tokens import routes_of
        from hit_maternity.simulators.sts import sts

        routes = routes_of(self.professionals, Path(self.settings.access.simulator_folder) / "helseid")
        return {"sts": lambda: sts(self.professionals, self.citizens, routes)}

    def start(self, open_all: Callable[[], object]) -> None:
        """Begins what is done now and then: checkpoints of the access logs, what is left of an erasure, forgetting what can't be used any
        more. ``open_all`` opens every space, so that an erasure that was cut short goes on in each."""
        self._open_all = open_all
        if not self.settings.door.is_open:
            self._running = True
            self._rounds.start()

    def _keep_house(self) -> None:
        if self._open_all is not None:
            self._open_all()
            self._open_all = None
        for audit in list(self._audits.values()):
            audit.checkpoints.round()
        for consents in list(self._consents.values()):
            consents.finish()
        now = self.clock.now()
        for log, uses, config in list(self._databases):
            log.forget_proofs(now)
            uses.forget(now - config.memory)

    def close(self) -> None:
        """Ends the chains of the access logs in good order."""
        if self._running:
            self._rounds.stop()
        for audit in self._audits.values():
            audit.close()


def _women() -> Citizens:
    """The women of the synthetic pregnancies, and the other citizens of the local Helsenorge."""
    from hit_maternity.simulators.helsenorge.citizens import Citizen, Listed, packaged
    from hit_maternity.testbed.people.story import stories
    from hit_maternity.testbed.people.woman import number_of

    women = [Citizen(number_of(s.mother), f"{s.mother.given} {s.mother.family}", s.mother.born) for s in stories()]
    known = {woman.pid for woman in women}
    return Listed((*women, *(c for c in packaged().citizens if c.pid not in known)))
