"""The command ``hit-maternity``: each command parses, calls one function elsewhere, prints."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from hit_maternity import __version__
from hit_maternity.audit_commands import audit_commands
from hit_maternity.consent_commands import consent_commands
from hit_maternity.ehr_commands import ehr_commands
from hit_maternity.package_commands import package_commands
from hit_maternity.settings import Settings, SettingsError, unknown_variables
from hit_maternity.token_command import add_token_commands

if TYPE_CHECKING:
    from hit_maternity.loading import Refusal, Report
    from hit_maternity.validation_report import Line

app = typer.Typer(
    help="FHIR R4 reference implementation and testbed of Norway's digital maternity record.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
database = typer.Typer(help="The database's schema.", no_args_is_help=True)
app.add_typer(database, name="db")
space_commands = typer.Typer(help="Spaces: sets of data of their own, each served at /spaces/NAME/fhir.", no_args_is_help=True)
app.add_typer(space_commands, name="spaces")

#: Reasons told of a thing that was refused, and things told of a file.
MOST_REASONS, MOST_REFUSALS = 5, 50

Host = Annotated[str | None, typer.Option(help="Address to listen on (HIT_HOST).", show_default=False)]
Port = Annotated[int | None, typer.Option(help="Port to listen on (HIT_PORT).", show_default=False)]
Workers = Annotated[int | None, typer.Option(help="Worker processes (HIT_WORKERS); more than one needs PostgreSQL.", show_default=False)]
Version = Annotated[bool, typer.Option("--version", help="Tells the version.", is_eager=True)]
Paths = Annotated[list[Path], typer.Argument(help="Files (.json, .xml, .ndjson) and folders of them.", show_default=False)]
Space = Annotated[str, typer.Option(help="The space to load into.")]
SpaceName = Annotated[str, typer.Argument(help="Lower-case letters, digits and hyphens.", show_default=False)]


def main() -> None:
    """Runs the command. Exit code 1: something was refused; 2: the command can't be done as it was given."""
    app()


def _stop(words: str, code: int = 2) -> typer.Exit:
    typer.echo(f"hit-maternity: {words}", err=True)
    return typer.Exit(code)


def _settings(**values: object) -> Settings:
    for words in unknown_variables():
        typer.echo(f"hit-maternity: {words}", err=True)
    try:
        return Settings.from_environment(**values)
    except SettingsError as fault:
        raise _stop(str(fault)) from None


@app.callback(invoke_without_command=True)
def options(version: Version = False) -> None:
    """Settings are HIT_* variables of the environment; the README lists them."""
    if version:
        typer.echo(f"hit-maternity {__version__}")
        raise typer.Exit


@app.command()
def serve(host: Host = None, port: Port = None, workers: Workers = None) -> None:
    """Serves the record over HTTP. In an empty database it makes the schema first."""
    from hit_maternity import serving

    with _refusals():
        serving.serve(_settings(host=host, port=port, workers=workers))


@app.command()
def demo(
    host: Host = None,
    port: Port = None,
    file: Annotated[Path, typer.Option(help="The SQLite file of the demo.")] = Path("var/demo.db"),
) -> None:
    """Serves fifteen synthetic pregnancies from a SQLite file of its own, the open ones open today, and tells what to try."""
    from hit_maternity import serving
    from hit_maternity.testbed.invitation import invitation
    from hit_maternity.testbed.people.story import texts

    settings = _settings(
        host=host,
        port=port,
        workers=1,
        database_url=f"sqlite:///{file.as_posix()}",
        log_format="text",
        log_level="warning",
        access=None if os.environ.get("HIT_ACCESS") else "helseid",
        simulators=True,
    )
    with _refusals():
        serving.check(settings)
        from hit_maternity.commands import load_demo

        with _progress(len(texts())) as done:
            refused, made = load_demo(settings, file.parent / f"{file.stem}-files", done)
        for line in refused:
            typer.echo(line)
        serving.serve(settings, lambda address: typer.echo(invitation(address, made, open_access=settings.door.is_open)))


@app.command()
def load(paths: Paths, space: Space = "default") -> None:
    """Loads resources, Bundles and NDJSON into the record, in any order, and tells what was refused and why.

    A transaction or batch is processed; the entries of a collection, searchset or history are loaded one by one; a document or
    message is stored as it is. What has an id keeps it.
    """
    from hit_maternity import commands
    from hit_maternity.loading import files_of

    with _refusals(), _progress(len(files_of(paths))) as done:
        report = commands.load(_settings(), space, paths, done)
    _tell(report)
    raise typer.Exit(1 if report.refusals else 0)


@app.command()
def validate(
    paths: Paths,
    profile: Annotated[list[str] | None, typer.Option(help="A profile to check every resource against; repeatable.")] = None,
    language: Annotated[
        Literal["en", "nb"] | None, typer.Option(help="Of the report; by default that of LC_ALL, LC_MESSAGES or LANG.", show_default=False)
    ] = None,
    format: Annotated[Literal["text", "json"], typer.Option(help="json: an OperationOutcome a resource, one a line.")] = "text",
    errors_only: Annotated[bool, typer.Option(help="Leaves warnings and notes out.")] = False,
) -> None:
    """Tells every fault of the resources in the files, where it stands and how to mend it; stores nothing.

    Exit code 0: all is valid; 1: something is not; 2: something could not be read.
    """
    from hit_maternity.commands import check_files
    from hit_maternity.fhir.json import encode
    from hit_maternity.validation_report import ValidationReport, language_of, outcome_of

    report = ValidationReport(language or language_of(os.environ))
    write = _writer()
    with _refusals():
        for found in check_files(_settings(), paths, profile or (), report.language):
            shown = found.without_warnings() if errors_only else found
            report.count(shown)
            if format == "json":
                typer.echo(encode(outcome_of(shown)).decode())
            else:
                for line in report.lines(shown):
                    write(line)
    if format == "text":
        typer.echo(report.summary())
    raise typer.Exit(report.exit_code)


def _writer() -> Callable[[Line], None]:
    """Writes lines of a report to standard output, with colours where that is a terminal."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=True)
    styles = {
        "file": "bold",
        "valid": "green",
        "invalid": "bold red",
        "fatal": "red",
        "error": "red",
        "warning": "yellow",
        "information": "dim",
    }
    return lambda line: console.print(Text(line.text, styles.get(line.style, "")))


@database.command()
def upgrade() -> None:
    """Brings the schema of the database, and of every space in it, to this program's."""
    from hit_maternity import commands

    with _refusals():
        for words in commands.upgrade(_settings()):
            typer.echo(words)


@database.command()
def check() -> None:
    """Tells how the schema differs from this program's; exit code 1 where it does."""
    from hit_maternity import commands

    with _refusals():
        differences = commands.differences(_settings())
    for words in differences:
        typer.echo(words)
    typer.echo("The schema is not this program's." if differences else "The schema is this program's.")
    raise typer.Exit(1 if differences else 0)


@database.command("reindex")
def reindex() -> None:
    """Draws the index of every space again from its resources: after a package brought search parameters to data that are there.

    The server may run meanwhile; it searches by them once it is started again.
    """
    from hit_maternity import commands

    with _refusals():
        for words in commands.reindex(_settings(), lambda space, count: None):
            typer.echo(words)


@space_commands.command("list")
def list_spaces() -> None:
    """Names the spaces."""
    from hit_maternity import commands

    with _refusals():
        for name in commands.space_names(_settings()):
            typer.echo(name)


@space_commands.command("create")
def create_space(name: SpaceName) -> None:
    """Makes an empty space; a running server serves it at once."""
    from hit_maternity import commands

    with _refusals():
        commands.create_space(_settings(), name)
    typer.echo(f"Made: it is served at /spaces/{name}/fhir.")


@space_commands.command("drop")
def drop_space(
    name: SpaceName, yes: Annotated[bool, typer.Option("--yes", help="Doesn't ask.", prompt="Delete the space and all its data?")] = False
) -> None:
    """Deletes a space and all its data. Stop the servers that serve it first."""
    from hit_maternity import commands

    if not yes:
        raise _stop("Nothing was deleted.", 1)
    with _refusals():
        commands.drop_space(_settings(), name)
    typer.echo("Deleted.")


@app.command(hidden=True)
def openapi(folder: Annotated[Path, typer.Argument(help="Where the documents are written.")]) -> None:
    """Writes the OpenAPI documents."""
    from hit_maternity.commands import write_openapi

    for path in write_openapi(folder):
        typer.echo(str(path))


@contextmanager
def _refusals() -> Iterator[None]:
    """Turns what the rooms raise into words on standard error and exit code 2."""
    from hit_maternity.fhir.outcome import FhirError
    from hit_maternity.secret import KeyFileError
    from hit_maternity.serving import RefusedToServe

    try:
        yield
    except FileNotFoundError as fault:
        raise _stop(f"There is no {fault.filename or fault.args[0]}.") from None
    except OSError as fault:
        raise _stop(f"{fault.filename}: {fault.strerror}.") from None
    except (RefusedToServe, KeyFileError, SettingsError) as fault:
        raise _stop(str(fault)) from None
    except FhirError as fault:
        raise _stop(" ".join(issue.text for issue in fault.issues)) from None


@contextmanager
def _progress(files: int) -> Iterator[Callable[[Path], None]]:
    """A bar on a terminal; nothing where standard error is no terminal."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Loading", total=files)
        yield lambda path: bar.update(task, advance=1, description=path.name)


def _tell(report: Report) -> None:
    for refusal in report.refusals[:MOST_REFUSALS]:
        _tell_refusal(refusal)
    if len(report.refusals) > MOST_REFUSALS:
        typer.echo(f"and {len(report.refusals) - MOST_REFUSALS} more refusals")
    typer.echo(f"{report.files} files: {report.loaded} resources loaded, {len(report.refusals)} refused")


def _tell_refusal(refusal: Refusal) -> None:
    typer.echo(f"{refusal.path}{f', {refusal.where}' if refusal.where else ''}: refused ({refusal.status})")
    for reason in refusal.reasons[:MOST_REASONS]:
        typer.echo(f"    {reason}")
    if len(refusal.reasons) > MOST_REASONS:
        typer.echo(f"    and {len(refusal.reasons) - MOST_REASONS} more faults")


app.add_typer(package_commands(_settings, _refusals), name="packages")
app.add_typer(audit_commands(_settings, _refusals), name="audit")
app.add_typer(consent_commands(_settings, _refusals), name="consent")
app.add_typer(ehr_commands(), name="ehr")
add_token_commands(app, _settings, _refusals)
