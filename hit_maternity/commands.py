"""What the commands do besides serving: load files, load the demo, check files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from hit_maternity.app import SERVED, House
from hit_maternity.fhir.json import encode
from hit_maternity.fhir.outcome import FATAL, FhirError, Issue, refuse
from hit_maternity.fhir.positions import Positions, stated
from hit_maternity.knowledge import knowledge
from hit_maternity.loading import Loader, Piece, Report, files_of, pieces_of, resource_of
from hit_maternity.settings import Settings
from hit_maternity.store.spaces import DEFAULT, Spaces
from hit_maternity.testbed import demo
from hit_maternity.validation_report import Finding, worded


def load(settings: Settings, space: str, paths: Iterable[Path], done: Callable[[Path], None]) -> Report:
    """Loads ``paths`` into ``space``; ``done`` is told of each file. Raises ``FileNotFoundError``, and
    ``FhirError`` 404 ``space-unknown``."""
    house = House(settings)
    try:
        server = house.inside(space)
        if server is None:
            raise refuse(404, "not-found", "space-unknown", f"There is no space {space}.")
        base = house.gates.base_urls[0] + house.path(space)
        return Loader(server, base).load(paths, done)
    finally:
        house.close()


def load_demo(settings: Settings, folder: Path, done: Callable[[Path], None]) -> tuple[list[str], dict[str, Path]]:
    """Loads the synthetic pregnancies unless they are there, and writes the files to try that depend on the day into ``folder``.

    ``done`` is told of each pregnancy. Gives a line for each that was refused, and the files by name.
    """
    house = House(settings)
    try:
        server = house.inside(DEFAULT)
        assert server is not None
        base, today = house.gates.base_urls[0] + house.path(DEFAULT), house.clock.now().date()
        refused = demo.seed(server, base, today, lambda name: done(Path(name)))
        store = house.spaces.open(DEFAULT)
        assert store is not None
        demo.consented(store, house.gates.secret, house.clock.now())
        folder.mkdir(parents=True, exist_ok=True)
        made = {"visit.json": demo.visit(today), "fundal-height.json": demo.fundal_height(today)}
        for name, content in made.items():
            (folder / name).write_bytes(encode(content))
        return refused, {name: folder / name for name in made}
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


def reindex(settings: Settings, done: Callable[[str, int], None]) -> list[str]:
    """Draws the index of every space again from its resources; a line about each. ``done`` is told space and number now and then."""
    house = House(settings)
    try:
        base = settings.door.public_base_url or f"http://{settings.door.host}:{settings.door.port}"
        told = []
        for name in house.spaces.names():
            count = 0
            for count in house.reindex(name, base + house.path(name)):
                done(name, count)
            told.append(f"{name}: {count} resources indexed")
        return told
    finally:
        house.close()


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


def check_files(settings: Settings, paths: Iterable[Path], profiles: Sequence[str] = (), language: str = "en") -> Iterator[Finding]:
    """Validates every resource in ``paths`` as the server with these ``settings`` would, and against ``profiles`` (canonicals) beside
    those it claims; stores nothing. Raises ``FileNotFoundError``, and ``FhirError`` 400 ``profile-unknown``."""
    known = knowledge(settings)
    definitions, validator = known.definitions, known.validator
    unknown = [p for p in profiles if definitions.find("StructureDefinition", p) is None]
    if unknown:
        raise refuse(400, "not-found", "profile-unknown", f"There is no profile {', '.join(unknown)} here.")

    def finding(piece: Piece) -> Finding:
        name = ""
        try:
            resource = resource_of(piece, definitions)
            name = str(resource["resourceType"])[:64]
            issues = validator.validate(resource, profiles=profiles, language=language)
            positions = Positions(piece.text, piece.kind)
            places = [positions.at(issue.expression or name) for issue in issues]
        except FhirError as fault:
            issues = [worded(issue, language) for issue in fault.issues]
            places = [stated(issue.text) or (1, 1) for issue in issues]
        return Finding(piece.path, piece.line, name, tuple(issues), tuple((piece.line or line, column) for line, column in places))

    for path in files_of(paths):
        try:
            yield from map(finding, pieces_of(path))
        except OSError as fault:
            unread = Issue("structure", "file-unreadable", f"The file can't be read ({fault.strerror}).", severity=FATAL)
            yield Finding(path, 0, "", (worded(unread, language),), (None,), unread=True)


def write_openapi(folder: Path) -> list[Path]:
    """Writes ``fhir.json``, ``dhg-v1.json`` and ``service.json`` into ``folder``; gives back their paths."""
    from hit_maternity.openapi import fhir_openapi
    from hit_maternity.openapi.dhg import dhg_openapi
    from hit_maternity.web.service import service_document

    known = knowledge(Settings.from_environment())
    fhir = fhir_openapi(known.definitions, known.terminology, known.search, SERVED)
    documents = {"fhir.json": fhir, "dhg-v1.json": dhg_openapi(), "service.json": service_document()}
    folder.mkdir(parents=True, exist_ok=True)
    for name, document in documents.items():
        text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return [folder / name for name in documents]
