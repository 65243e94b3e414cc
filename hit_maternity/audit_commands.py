"""The commands ``hit-maternity audit``: the access log verified, exported."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, Literal

import typer

if TYPE_CHECKING:
    from hit_maternity.access.audit.verify import Seen, Verified
    from hit_maternity.settings import Settings
    from hit_maternity.store import Store
    from hit_maternity.store.spaces import Spaces

#: Findings that are told of a space.
MOST_FINDINGS = 50

Space = Annotated[str | None, typer.Option(help="The space; by default every one.", show_default=False)]
OneSpace = Annotated[str, typer.Option(help="The space.")]
Against = Annotated[
    list[Path] | None,
    typer.Option(help="A file made by `audit export --form rows`, whose rows must all be there; repeatable.", show_default=False),
]
Form = Annotated[
    Literal["fhir", "rows"], typer.Option(help="fhir: AuditEvents; rows: every row with its digest, for `audit verify --against`.")
]
Moment = Annotated[
    str | None, typer.Option(help="A day, or a moment with its time zone: 2026-03-01, 2026-03-01T08:00Z.", show_default=False)
]
Patient = Annotated[str | None, typer.Option(help="Only what is about the Patient with this id.", show_default=False)]
Output = Annotated[Path | None, typer.Option(help="The file to write; by default standard output.", show_default=False)]


def audit_commands(settings: Callable[[], Settings], refusals: Callable[[], AbstractContextManager[None]]) -> typer.Typer:
    """The group of commands; ``settings`` are read, and ``refusals`` turned into words, as for every other command."""
    group = typer.Typer(help="The access log: who looked at whose record.", no_args_is_help=True)

    @group.command()
    def verify(space: Space = None, against: Against = None) -> None:
        """Tells whether the access log is as it was written, and where it isn't. Servers may run meanwhile.

        It needs the key of the server that wrote it (HIT_KEY_FILE). A tail that was cut off is found where a later row, another worker's
        chain or a file given with --against has seen it. Exit code 0: all is as it was written; 1: something isn't.
        """
        with refusals():
            good = True
            for name, found in _verified(settings(), space or ("default" if against else None), against or []):
                good = _tell(name, found) and good
        raise typer.Exit(0 if good else 1)

    @group.command()
    def export(
        space: OneSpace = "default",
        form: Form = "fhir",
        since: Moment = None,
        until: Moment = None,
        patient: Patient = None,
        output: Output = None,
    ) -> None:
        """Writes the access log as NDJSON, in the order of time. That it was exported is logged too, before anything is written."""
        with refusals(), _opened(output) as file:
            for line in _exported(settings(), space, form, (_moment(since), _moment(until)), patient):
                file.write(line)

    return group


def _verified(settings: Settings, space: str | None, against: list[Path]) -> Iterator[tuple[str, Verified]]:
    from hit_maternity.access.audit.keys import Keys
    from hit_maternity.access.audit.verify import verify
    from hit_maternity.app import key_file
    from hit_maternity.secret import key_from
    from hit_maternity.store.access_rows import AccessRows
    from hit_maternity.store.spaces import Spaces

    key = key_file(settings)
    if not key.exists():  # one that is made now can't be that of the log
        raise FileNotFoundError(key)
    keys = Keys.of(key_from(key))
    with closing(Spaces(settings.database)) as spaces:
        _check(spaces)
        for name in [space] if space else spaces.names():
            yield name, verify(AccessRows(_store(spaces.open(name), name).database), keys, _witnesses(against))


def _witnesses(files: list[Path]) -> Iterator[Seen]:
    from hit_maternity.access.audit.export import witnesses

    for file in files:
        with file.open("rb") as opened:
            yield from witnesses(opened)


def _exported(
    settings: Settings, space: str, form: Literal["fhir", "rows"], period: tuple[datetime | None, datetime | None], patient: str | None
) -> Iterator[bytes]:
    from hit_maternity.access.audit.export import lines
    from hit_maternity.access.audit.opening import Audit
    from hit_maternity.access.principal import Kind, Principal
    from hit_maternity.app import key_file
    from hit_maternity.clock import SystemClock
    from hit_maternity.fhir.ports import Intent
    from hit_maternity.secret import key_from
    from hit_maternity.store.spaces import Spaces

    clock = SystemClock()
    until = period[1] or clock.now()  # not what the export itself writes
    with closing(Spaces(settings.database, clock)) as spaces:
        _check(spaces)
        store = _store(spaces.open(space), space)
        audit = Audit.of(store, key_from(key_file(settings)), clock, space)
        operator = Principal(Kind.SYSTEM, "", "hit-maternity audit export", client_name=_user())
        audit.tracing.read(operator, Intent("export", "AuditEvent"), (), patient)
        audit.close()
        yield from lines(audit.rows, form, period[0], until, patient)


def _check(spaces: Spaces) -> None:
    from hit_maternity.fhir.outcome import refuse

    for fault in spaces.faults():
        raise refuse(503, "transient", "database-not-ready", fault)


def _store(opened: Store | None, name: str) -> Store:
    from hit_maternity.fhir.outcome import refuse

    if opened is None:
        raise refuse(404, "not-found", "space-unknown", f"There is no space {name}.")
    return opened


def _user() -> str | None:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # an account without a name
        return None


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or (found.tzinfo is None and len(text) > len("2026-03-01")):
        raise typer.BadParameter(f"{text} is no day, and no moment with its time zone: 2026-03-01, 2026-03-01T08:00Z.")
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def _opened(output: Path | None) -> AbstractContextManager[BinaryIO]:
    return output.open("wb") if output else nullcontext(typer.get_binary_stream("stdout"))


def _tell(name: str, found: Verified) -> bool:
    for finding in found.findings[:MOST_FINDINGS]:
        typer.echo(f"{name}: {finding.told()}")
    if len(found.findings) > MOST_FINDINGS:
        typer.echo(f"{name}: and {len(found.findings) - MOST_FINDINGS} more")
    told = f"{name}: {found.rows} rows in {found.chains} chains, {found.open} of them open: "
    typer.echo(told + ("as they were written" if found.good else f"NOT as they were written ({len(found.findings)} findings)"))
    return found.good
