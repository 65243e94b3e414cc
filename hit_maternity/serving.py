"""Runs the server: one process, or several workers behind one port."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Callable

from hit_maternity.door.loopback import is_loopback
from hit_maternity.settings import PREFIX, Settings

#: Seconds that calls under way get to end when the server is told to stop.
GRACE = 15
#: The variable under which workers find the folder of their common metrics.
METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"


class RefusedToServe(Exception):
    """The server does not start; the message says why and what to do."""


def check(settings: Settings) -> None:
    """Raises ``RefusedToServe`` where these settings must not or can't be served."""
    door = settings.door
    if door.is_open and not is_loopback(door.host):
        raise RefusedToServe(
            f"HIT_ACCESS=open lets everybody do everything, so it is served on this machine's loopback address alone, not on {door.host}. "
            "Use --host 127.0.0.1."
        )
    if door.workers > 1 and settings.database.database_url.startswith("sqlite:"):
        raise RefusedToServe("SQLite has one writer, so it is served by one worker. Use --workers 1, or PostgreSQL (HIT_DATABASE_URL).")
    if door.port and is_taken(door.host, door.port):
        raise RefusedToServe(f"Port {door.port} on {door.host} is taken by another program. Stop it, or use --port with another number.")


def is_taken(host: str, port: int) -> bool:
    """Whether somebody answers there already."""
    try:
        with socket.create_connection((host, port), timeout=0.5):
            return True
    except OSError:
        return False


def serve(settings: Settings, started: Callable[[str], None] = lambda address: None) -> None:
    """Serves until told to stop; ``started`` gets the server's address once it listens. Raises ``RefusedToServe``."""
    check(settings)
    if settings.door.workers > 1:
        _several(settings, started)
    else:
        _one(settings, started)


def address_of(host: str, port: int) -> str:
    """``http://127.0.0.1:8080``"""
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _one(settings: Settings, started: Callable[[str], None]) -> None:
    import uvicorn

    from hit_maternity.app import create_app
    from hit_maternity.clock import SystemClock
    from hit_maternity.door import log

    log.configure(SystemClock(), settings.log.log_level, settings.log.log_format)

    class Announcing(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            if self.started:
                listening = self.servers[0].sockets[0].getsockname()[1]
                started(address_of(settings.door.host, listening))

    config = uvicorn.Config(create_app(settings), **_options(settings))  # type: ignore[arg-type]  # a plain dict of options
    server = Announcing(config)
    server.run()
    if not server.started:
        raise RefusedToServe(f"The server could not listen on {settings.door.host}, port {settings.door.port}.")


def _several(settings: Settings, started: Callable[[str], None]) -> None:
    """Each worker is a process of its own that reads the settings from the environment."""
    import uvicorn

    door = settings.door
    for name in ("host", "port", "workers"):
        os.environ[PREFIX + name.upper()] = str(getattr(door, name))
    folder = tempfile.mkdtemp(prefix="hit-metrics-")
    os.environ[METRICS_FOLDER] = folder
    try:
        started(address_of(door.host, door.port))
        uvicorn.run("hit_maternity.app:application", factory=True, workers=door.workers, **_options(settings))  # type: ignore[arg-type]  # as above
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _protocol() -> object:
    """The HTTP protocol: on httptools, where that is installed."""
    try:
        from hit_maternity.door.upgrades import WithoutUpgrade
    except ImportError:
        return "auto"
    return WithoutUpgrade


def _options(settings: Settings) -> dict[str, object]:
    return {
        "host": settings.door.host,
        "port": settings.door.port,
        "log_config": None,
        "log_level": settings.log.log_level,
        "access_log": False,
        "server_header": False,
        "lifespan": "on",
        "ws": "none",
        "http": _protocol(),
        "timeout_graceful_shutdown": GRACE,
    }
