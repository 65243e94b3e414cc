"""The composition root: the only file that knows all rooms. Builds the ASGI application from the settings."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path

from hit_maternity.access.audit.ledger import Audited
from hit_maternity.access.citizen_desk import CitizenDesk
from hit_maternity.access.consent.pvk import PvkPush
from hit_maternity.access.consent.withdrawal import Consents
from hit_maternity.clock import Clock, SystemClock
from hit_maternity.dhg.codes import Codes, CodesError
from hit_maternity.dhg.desk import Desk
from hit_maternity.dhg.door import DhgDoor, OpenDesk
from hit_maternity.dhg.door import Traffic as DhgTraffic
from hit_maternity.dhg.settings import Generation, Options
from hit_maternity.dhg.versions import RecordVersions
from hit_maternity.door.entrance import Doors, Entrance, place_of
from hit_maternity.door.health import Health
from hit_maternity.door.messages import Application
from hit_maternity.door.traffic import Call, Metrics, RequestLog
from hit_maternity.fhir.operations import OPERATIONS
from hit_maternity.fhir.outcome import FhirError, refuse
from hit_maternity.fhir.ports import Guard
from hit_maternity.fhir.rest.asgi import FhirDoor, Opened, Traffic
from hit_maternity.fhir.rest.exchange import Server
from hit_maternity.fhir.rest.open_guard import OpenGuard
from hit_maternity.fhir.search import Search
from hit_maternity.gates import Gates
from hit_maternity.knowledge import knowledge
from hit_maternity.maternity.operations import MATERNITY_OPERATIONS
from hit_maternity.maternity.rules import MaternityRules
from hit_maternity.secret import key_from
from hit_maternity.settings import Settings, SettingsError
from hit_maternity.store import Store
from hit_maternity.store.accesses import AccessLog
from hit_maternity.store.record_parts import RecordParts
from hit_maternity.store.reindexing import reindex, unindexed
from hit_maternity.store.spaces import DEFAULT, Spaces, sqlite_path

#: Where the FHIR base of the default space is, and of another.
FHIR_PATH, SPACE_PATH = "/fhir", "/spaces/{}/fhir"

#: Every operation that the server has.
SERVED = (*OPERATIONS, *MATERNITY_OPERATIONS)

_log = logging.getLogger(__name__)


class House:
    """Everything one process shares between its spaces: definitions, validator, search; and the spaces that are open.

    An empty database gets its schema. Raises ``KeyFileError``, and ``FhirError`` or ``OSError`` where the database can't be used.
    """

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock = clock or SystemClock()
        known = knowledge(settings, self.clock)
        self.definitions, self.terminology = known.definitions, known.terminology
        self.validator, self.search = known.validator, known.search
        self.spaces = Spaces(settings.database, self.clock)
        self.spaces.prepare()
        self.key = key_from(key_file(settings))
        self.gates = Gates(settings, SystemClock(), self.clock, self.key, self.path)
        self._open: dict[str, Opened] = {}
        self._desks: dict[str, tuple[Opened, CitizenDesk]] = {}
        self._dhg: dict[str, OpenDesk] = {}
        self._codes = _codes(settings)
        self._opening = threading.Lock()

    def server(self, store: Store | Audited, search: Search | None = None, guard: Guard | None = None) -> Server:
        """The FHIR server over ``store``; ``search``: over what that is indexed by; ``guard``: none for what the program itself does."""
        search = search or self.search
        return Server(
            self.definitions,
            self.validator,
            search,
            store,
            self.terminology,
            guard or OpenGuard(),
            self.clock,
            self.key,
            MaternityRules(search, self.clock),
            MATERNITY_OPERATIONS,
            RecordVersions(RecordParts(store.database)),
            bool(self.settings.door.cors_origins),
        )

    def _search(self, name: str, store: Store) -> Search:
        """The search of space ``name``, which refuses parameters that its data are not indexed by."""
        missing = unindexed(store, self.search.packaged())
        if missing:
            _log.warning("space %s is not indexed by %s: run `hit-maternity db reindex`", name, ", ".join(sorted(missing)))
        return self.search.lacking(missing) if missing else self.search

    def reindex(self, name: str, base: str) -> Iterator[int]:
        """Draws the index of space ``name`` again; gives the number of resources done, now and then. ``base``: the public address of the
        FHIR base, under which absolute references count as local. Raises ``FhirError`` 404 ``space-unknown``."""
        store = self.spaces.open(name)
        if store is None:
            raise refuse(404, "not-found", "space-unknown", f"There is no space {name}.")
        return reindex(store, partial(self.search.index, base=base), self.search.packaged())

    def space(self, name: str) -> Opened | None:
        """The space ``name``, opened at its first use; None where there is none."""
        opened = self._open.get(name)
        if opened is None:
            with self._opening:
                store = self.spaces.open(name)
                if store is None:
                    return None
                path = self.path(name)
                try:
                    search = self._search(name, store)
                except FhirError:  # no database, or an older schema: each request tells
                    return Opened(self._guarded(store, self.search, name), path)
                opened = self._open.setdefault(name, Opened(self._guarded(store, search, name), path))
        return opened

    def inside(self, name: str) -> Server | None:
        """The server of space ``name`` for the operator's own work, past the guard; None where there is no such space. Raises
        ``FhirError`` without a database."""
        store = self.spaces.open(name)
        return None if store is None else self.server(store, self._search(name, store))

    def _guarded(self, store: Store, search: Search, name: str) -> Server:
        """The server of space ``name`` at the practitioners' door."""
        guarded = self.gates.guarded(store, search, name)
        return self.server(guarded.store, search, guarded.guard)

    def national(self, name: str | None) -> OpenDesk | None:
        """The national JSON door of a space, None for the default one; None where there is no such space."""
        name = name or DEFAULT
        if name in self._dhg:
            return self._dhg[name]
        opened, store = self.space(name), self.spaces.open(name)
        if opened is None or store is None:
            return None
        server, settings = opened.server, self.settings.dhg
        if self.generation(name) is Generation.HIT:
            guarded = self.gates.of_bearers(store, server.search, name)
            server = self.server(guarded.store, server.search, guarded.guard)
        options = Options(
            self.generation(name),
            settings.dhg_unknown_properties == "tolerate",
            settings.dhg_show_deleted,
            settings.dhg_timestamps == "local",
        )
        persons = self.gates.consents(store, server.search, name).standings
        parts, log = RecordParts(store.database), AccessLog(store.database)
        desk = Desk(server, store.database, parts, persons, log, self._codes, options, self.settings.door.is_open)
        made = OpenDesk(desk, opened.base_path, opened.writes)
        return self._dhg.setdefault(name, made) if self._open.get(name) is opened else made

    def generation(self, name: str | None) -> Generation:
        """Which headers the national JSON door of a space takes; None: the default one."""
        said = dict(pair.split("=", 1) for pair in self.settings.dhg.dhg_headers_of_spaces)
        return Generation(said.get(name or DEFAULT, self.settings.dhg.dhg_headers))

    def path(self, name: str) -> str:
        """Where the FHIR base of space ``name`` is."""
        return FHIR_PATH if name == DEFAULT else SPACE_PATH.format(name)

    def at(self, path: str) -> tuple[Opened, str] | None:
        """The space whose FHIR base ``path`` begins with, and the rest of the path; None where there is none, or no such door."""
        place = place_of(path)
        opened = self.citizen_space(place.space or DEFAULT) if place.citizen else self.space(place.space or DEFAULT)
        return (opened, place.rest) if opened else None

    def citizen_space(self, name: str) -> Opened | None:
        """The citizen's door of space ``name``; None where there is none."""
        counter = self._citizen(name)
        return counter[0] if counter else None

    def desk(self, name: str) -> tuple[Opened, CitizenDesk] | None:
        """The same, with the desk beside it."""
        return self._citizen(name)

    def consents(self, store: Store, name: str) -> Consents:
        """The consents of a space, whose store is given."""
        return self.gates.consents(store, self._search(name, store), name)

    def pvk(self) -> PvkPush | None:
        """What takes PVK's pushes, which are for the default space."""
        store = self.spaces.open(DEFAULT)
        return None if store is None else self.gates.pvk(store, self._search(DEFAULT, store), DEFAULT)

    def _citizen(self, name: str) -> tuple[Opened, CitizenDesk] | None:
        if name in self._desks:
            return self._desks[name]
        with self._opening:
            store = self.spaces.open(name)
            made = self.gates.citizen(store, self._search(name, store), name) if store is not None else None
            if store is None or made is None:
                return None
            guarded, desk = made
            path = "/app/fhir" if name == DEFAULT else f"/spaces/{name}/app/fhir"
            opened = Opened(self.server(guarded.store, self._search(name, store), guarded.guard), path)
            return self._desks.setdefault(name, (opened, desk))

    def close(self) -> None:
        """Closes every store."""
        self.gates.close()
        self.spaces.close()


def key_file(settings: Settings) -> Path:
    """Where the server's own key is kept."""
    if settings.door.key_file:
        return Path(settings.door.key_file)
    url = settings.database.database_url
    database = sqlite_path(url) if url.startswith("sqlite:") else Path("var/hit.db")
    return database.with_suffix(".key")


def create_app(settings: Settings, clock: Clock | None = None) -> Entrance:
    """The ASGI application over a ``House``, whose errors it raises, and ``SettingsError``. A schema that is not this program's is told by
    ``/health/ready``."""
    house = House(settings, clock)
    house.gates.check()
    metrics = Metrics()
    observe = _observers(settings, house.clock, metrics)

    def told(traffic: Traffic) -> None:
        observe(Call("fhir", traffic.interaction, traffic.method, traffic.status, traffic.seconds, traffic.request_id))

    door = settings.door
    fhir = FhirDoor(
        house.at,
        observe=told,
        public_base_url=door.public_base_url,
        max_body=door.max_body_bytes,
        cors_origins=door.cors_origins,
        threads=door.threads,
    )

    def told_national(traffic: DhgTraffic) -> None:
        call = (traffic.interaction, traffic.method, traffic.status, traffic.seconds, traffic.request_id)
        observe(Call("dhg", *call, traffic.event_id, traffic.generation))

    address, threads = door.public_base_url, door.threads
    api = DhgDoor(house.national, observe=told_national, generation=house.generation, public_base_url=address, threads=threads)
    health = Health(house.spaces.faults)
    house.gates.start(lambda: [house.space(name) for name in house.spaces.names()])

    def close() -> None:
        fhir.close()
        api.close()
        house.close()

    mounts = {**house.gates.mounts(), **_pages(house)}
    doors = Doors(fhir, _service(house, health, metrics), health, metrics, observe, close, mounts, api)
    return Entrance(doors, open_access=door.is_open, https=(door.public_base_url or "").startswith("https:"))


def _codes(settings: Settings) -> Codes:
    """The code systems of the national JSON door. Raises ``SettingsError`` where the folder can't be used."""
    folder = settings.dhg.dhg_codes
    try:
        return Codes.load(Path(folder) if folder else None)
    except (CodesError, OSError) as fault:
        raise SettingsError(f"HIT_DHG_CODES: {fault}") from None


def _observers(settings: Settings, clock: Clock, metrics: Metrics) -> Callable[[Call], None]:
    if settings.log.log_level not in ("debug", "info"):
        return metrics.observe
    log = RequestLog(clock, settings.log.log_format)

    def observe(call: Call) -> None:
        metrics.observe(call)
        log.observe(call)

    return observe


def _pages(house: House) -> dict[str, Callable[[], Application]]:
    """The citizen's pages, where there is a door for her."""
    issuer = house.gates.helsenorge_issuer
    if issuer is None:
        return {}

    def build() -> Application:
        # Imported when first asked for, as the other pages are.
        from hit_maternity.web.citizen import Counter, Provider, citizen_application

        def counter(space: str | None) -> Counter | None:
            found = house.desk(space or DEFAULT)
            return Counter(found[0].server, found[1], found[0].base_path) if found else None

        access = house.settings.access
        provider = Provider(issuer, access.helsenorge_client_id, access.helsenorge_scope)
        return citizen_application(counter, provider, house.key, house.gates.clock, house.gates.base_urls[0])

    def pvk() -> Application:
        from hit_maternity.web.pvk import pvk_application

        return pvk_application(house.pvk)

    return {"app": build, "pvk": pvk}


def _service(house: House, health: Health, metrics: Metrics) -> Callable[[], Application]:
    def build() -> Application:
        # Imported when first asked for: a web framework takes longer to load than all the rest.
        from hit_maternity.openapi import fhir_openapi
        from hit_maternity.openapi.dhg import dhg_openapi
        from hit_maternity.testbed.invitation import trials
        from hit_maternity.web.pages import Front
        from hit_maternity.web.service import Shown, service

        access = house.settings.access

        def front(address: str) -> Front:
            shown = [trial for trial in trials(address, {}, open_access=house.settings.door.is_open) if "@" not in trial.command]
            return Front(shown, house.settings.door.is_open, access.simulators)

        document = partial(fhir_openapi, house.definitions, house.terminology, house.search, SERVED)
        return service(Shown(health, metrics, cache(document), front, cache(dhg_openapi)))

    return build


def application() -> Entrance:
    """``create_app`` from the environment: what a worker process starts with."""
    from hit_maternity.door import log

    settings = Settings.from_environment()
    clock = SystemClock()
    log.configure(clock, settings.log.log_level, settings.log.log_format)
    return create_app(settings, clock)
