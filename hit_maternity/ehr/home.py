"""The EHR's folder: its settings, its key, its record. Only its user may read what is in it."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Literal

from hit_maternity.client import json
from hit_maternity.client.keys import Key
from hit_maternity.ehr.local import Local
from hit_maternity.ehr.workplace import Identity

SETTINGS, KEY, RECORD, LOCK, TTT_KEY = "settings.json", "key.json", "ehr.db", "sync.lock", "ttt.key"
PATH = "/api/maternity-record/v1"


class NoHome(Exception):
    """There is no EHR in the folder, or there is one already; the message says which."""


@dataclass(frozen=True, slots=True)
class Settings:
    """``server``: address of the national record's server; ``login``: ``local`` (the local HelseID below ``/sts``) or ``ttt`` (a service of
    test tokens at ``ttt``); ``person``: whom the local HelseID knows; ``pid``: her national id, synthetic; ``organisation``: number of the
    place of treatment, ``parent``: of the legal entity; ``client_id``: what the local HelseID called this EHR."""

    face: Literal["midwife", "birth-unit"]
    server: str
    login: Literal["local", "ttt"]
    person: str
    name: str
    role: str
    organisation: str
    parent: str
    facility: str = ""
    pid: str = field(default="", repr=False)
    hpr_number: str | None = None
    ttt: str = ""
    client_id: str = ""

    @property
    def base(self) -> str:
        """The address of the national JSON API."""
        return self.server if self.server.endswith("/v1") else self.server.rstrip("/") + PATH

    @property
    def identity(self) -> Identity:
        """Who works here."""
        return Identity(self.name, frozenset({self.organisation, self.parent}), self.hpr_number)


@dataclass(frozen=True, slots=True)
class Home:
    """``folder`` and what its settings say."""

    folder: Path
    settings: Settings

    @classmethod
    def make(cls, folder: Path, settings: Settings, ttt_key: str | None = None) -> Home:
        """A new EHR: folder, key, settings, record. Raises ``NoHome`` where there is one, ``OSError``."""
        if (folder / SETTINGS).exists():
            raise NoHome(f"There is an EHR in {folder} already.")
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
        if not (folder / KEY).exists():
            Key.generate().save(folder / KEY)
        if ttt_key is not None:
            _write(folder / TTT_KEY, ttt_key.encode("ascii"))
        home = cls(folder, settings)
        home.record().close()
        _write(folder / SETTINGS, json.encode(asdict(settings)))
        return home

    @classmethod
    def open(cls, folder: Path) -> Home:
        """The EHR in ``folder``. Raises ``NoHome``, ``OSError``."""
        try:
            told = json.decode((folder / SETTINGS).read_bytes())
            known = {it.name for it in fields(Settings)}
            return cls(folder, Settings(**{name: value for name, value in told.items() if name in known}))
        except FileNotFoundError:
            raise NoHome(f"There is no EHR in {folder}; `init` makes one.") from None
        except (ValueError, TypeError, AttributeError):
            raise NoHome(f"{folder / SETTINGS} can't be understood.") from None

    def named(self, client_id: str) -> Home:
        """With what the local HelseID called this EHR, which is kept."""
        settings = replace(self.settings, client_id=client_id)
        _write(self.folder / SETTINGS, json.encode(asdict(settings)))
        return Home(self.folder, settings)

    def record(self) -> Local:
        """The EHR's own record. Raises ``WrongFile``."""
        return Local(self.folder / RECORD)

    @property
    def key(self) -> Key:
        """What it proves itself with."""
        return Key.load(self.folder / KEY)

    @property
    def lock(self) -> Path:
        """The file that lets one process send at a time."""
        return self.folder / LOCK


def _write(path: Path, content: bytes) -> None:
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    os.replace(aside, path)
