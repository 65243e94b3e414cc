"""The composition root: the only file that knows all rooms. Builds the ASGI application from the settings."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path

from hit_maternity.clock import Clock, SystemClock
from hit_maternity.door.entrance import Doors, Entrance
from hit_maternity.door.health import Health
from hit_maternity.door.messages import Application
from hit_maternity.door.traffic import Call, Metrics, RequestLog
from hit_maternity.fhir.operations import OPERATIONS
from hit_maternity.fhir.outcome import FhirError, refuse
from hit_maternity.fhir.ports import ResourceStore
from hit_maternity.fhir.rest.asgi import FhirDoor, Opened, Traffic
from hit_maternity.fhir.rest.exchange import Server
from hit_maternity.fhir.rest.open_guard import OpenGuard
from hit_maternity.fhir.search import Search
from hit_maternity.knowledge import knowledge
from hit_maternity.maternity.operations import MATERNITY_OPERATIONS
from hit_maternity.maternity.rules import MaternityRules
from hit_maternity.secret import key_from
from hit_maternity.settings import Settings
from hit_maternity.store import Store
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
        self._key = key_from(key_file(settings))
        self._open: dict[str, Opened] = {}
        self._opening = threading.Lock()

    def server(self, store: ResourceStore, search: Search | None = None) -> Server:
        """The FHIR server over ``store``; ``search``: over what that is indexed by."""
        search = search or self.search
        return Server(
            self.definitions,
            self.validator,
            search,
            store,
            self.terminology,
            OpenGuard(),
            self.clock,
            self._key,
            MaternityRules(search, self.clock),
            MATERNITY_OPERATIONS,
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
                    return Opened(self.server(store), path)
                opened = self._open.setdefault(name, Opened(self.server(store, search), path))
        return opened

    def path(self, name: str) -> str:
        """Where the FHIR base of space ``name`` is."""
        return FHIR_PATH if name == DEFAULT else SPACE_PATH.format(name)

    def at(self, path: str) -> tuple[Opened, str] | None:
        """The space whose FHIR base ``path`` begins with, and the rest of the path; None where there is none."""
        if path.startswith(FHIR_PATH):
            name, rest = DEFAULT, path[len(FHIR_PATH) :]
        else:
            name, _, rest = path.removeprefix("/spaces/").partition("/")
            rest = rest.removeprefix("fhir")
        opened = self.space(name)
        return (opened, rest) if opened else None

    def close(self) -> None:
        """Closes every store."""
        self.spaces.close()


def key_file(settings: Settings) -> Path:
    """Where the server's own key is kept."""
    if settings.door.key_file:
        return Path(settings.door.key_file)
    url = settings.database.database_url
    database = sqlite_path(url) if url.startswith("sqlite:") else Path("var/hit.db")
    return database.with_suffix(".key")


def create_app(settings: Settings, clock: Clock | None = None) -> Entrance:
    """The ASGI application over a ``House``, whose errors it raises. A schema that is not this program's is told by ``/health/ready``."""
    house = House(settings, clock)
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
    health = Health(house.spaces.faults)

    def close() -> None:
        fhir.close()
        house.close()

    doors = Doors(fhir, _service(house, health, metrics), health, metrics, observe, close)
    return Entrance(doors, open_access=door.is_open)


def _observers(settings: Settings, clock: Clock, metrics: Metrics) -> Callable[[Call], None]:
    if settings.log.log_level not in ("debug", "info"):
        return metrics.observe
    log = RequestLog(clock, settings.log.log_format)

    def observe(call: Call) -> None:
        metrics.observe(call)
        log.observe(call)

    return observe


def _service(house: House, health: Health, metrics: Metrics) -> Callable[[], Application]:
    def build() -> Application:
        # Imported when first asked for: a web framework takes longer to load than all the rest.
        from hit_maternity.openapi import fhir_openapi
        from hit_maternity.web.service import Shown, service

        document = partial(fhir_openapi, house.definitions, house.terminology, house.search, SERVED)
        return service(Shown(health, metrics, cache(document)))

    return build


def application() -> Entrance:
    """``create_app`` from the environment: what a worker process starts with."""
    from hit_maternity.door import log

    settings = Settings.from_environment()
    clock = SystemClock()
    log.configure(clock, settings.log.log_level, settings.log.log_format)
    return create_app(settings, clock)
