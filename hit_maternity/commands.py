"""What the commands do besides serving: load files, load the demo, check files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from hit_maternity.app import House
from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.outcome import ERROR, FATAL, Issue, refuse
from hit_maternity.fhir.search import Search
from hit_maternity.fhir.terminology import LoadedTerminology
from hit_maternity.fhir.validation import Validator
from hit_maternity.loading import Loader, Refusal, Report, files_of, resources_of
from hit_maternity.settings import Settings
from hit_maternity.store.spaces import DEFAULT, Spaces
from hit_maternity.testbed import invitation


def load(settings: Settings, space: str, paths: Iterable[Path], done: Callable[[Path], None]) -> Report:
    """Loads ``paths`` into ``space``; ``done`` is told of each file. Raises ``FileNotFoundError``, and
    ``FhirError`` 404 ``space-unknown``."""
    house = House(settings)
    try:
        opened = house.space(space)
        if opened is None:
            raise refuse(404, "not-found", "space-unknown", f"There is no space {space}.")
        base = (settings.door.public_base_url or f"http://{settings.door.host}:{settings.door.port}") + opened.base_path
        return Loader(opened.server, base).load(paths, done)
    finally:
        house.close()


def load_demo(settings: Settings) -> Report:
    """Loads the women's records, unless they are there."""
    house = House(settings)
    try:
        opened = house.space(DEFAULT)
        assert opened is not None
        with opened.server.store.reading() as session:
            if session.get(*invitation.SOMEBODY) is not None:
                return Report()
        return Loader(opened.server, f"http://{settings.door.host}:{settings.door.port}{opened.base_path}").load([invitation.records()])
    finally:
        house.close()


def upgrade(settings: Settings) -> list[str]:
    """Brings the schema of every space to this program's; a line about each."""
    spaces = Spaces(settings.database)
    try:
        return spaces.upgrade()
    finally:
        spaces.close()


def differences(settings: Settings) -> list[str]:
    """How the schemas differ from this program's, a line each; empty where they don't."""
    spaces = Spaces(settings.database)
    try:
        return spaces.differences()
    finally:
        spaces.close()


def space_names(settings: Settings) -> list[str]:
    """All spaces, the default one first."""
    with closing(Spaces(settings.database)) as spaces:
        return spaces.names()


def create_space(settings: Settings, name: str) -> None:
    """Makes an empty space. Raises ``FhirError`` for a name that is taken or none."""
    with closing(Spaces(settings.database)) as spaces:
        spaces.prepare()
        spaces.create(name)


def drop_space(settings: Settings, name: str) -> None:
    """Deletes a space and its data. Raises ``FhirError`` where there is none, or it is the default one."""
    with closing(Spaces(settings.database)) as spaces:
        spaces.drop(name)


@dataclass(frozen=True, slots=True)
class Finding:
    """What validation says of one resource; ``name`` is its type."""

    path: Path
    where: str
    name: str
    issues: tuple[Issue, ...]

    @property
    def valid(self) -> bool:
        """Whether none of the issues is an error."""
        return not any(issue.severity in (ERROR, FATAL) for issue in self.issues)


def check_files(paths: Iterable[Path]) -> Iterator[Finding]:
    """Validates every resource in ``paths``, storing nothing. Raises ``FileNotFoundError``."""
    definitions = Definitions.r4()
    validator = Validator(definitions, LoadedTerminology(definitions))
    for path in files_of(paths):
        for found in resources_of(path, definitions):
            if isinstance(found, Refusal):
                unreadable = tuple(Issue("structure", "not-a-resource", reason, severity=FATAL) for reason in found.reasons)
                yield Finding(path, found.where, "nothing", unreadable)
            else:
                yield Finding(path, found.where, str(found.resource["resourceType"])[:64], tuple(validator.validate(found.resource)))


def write_openapi(folder: Path) -> list[Path]:
    """Writes ``fhir.json`` and ``service.json`` into ``folder``; gives back their paths."""
    from hit_maternity.openapi import fhir_openapi
    from hit_maternity.web.service import service_document

    definitions = Definitions.r4()
    terminology = LoadedTerminology(definitions)
    documents = {"fhir.json": fhir_openapi(definitions, terminology, Search(definitions, terminology)), "service.json": service_document()}
    folder.mkdir(parents=True, exist_ok=True)
    for name, document in documents.items():
        text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return [folder / name for name in documents]
