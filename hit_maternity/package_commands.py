"""The commands ``hit-maternity packages``: FHIR packages added, listed, removed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from hit_maternity.fhir.packages import PackageFolder, Record
    from hit_maternity.settings import Settings

Files = Annotated[list[Path], typer.Argument(help="Packages (.tgz); they may depend on each other.", show_default=False)]
Names = Annotated[list[str], typer.Argument(help="Names of packages, such as hl7.fhir.no.basis.", show_default=False)]
Without = Annotated[
    list[str] | None,
    typer.Option("--without-dependencies", metavar="NAME", help="A dependency to do without; repeatable. It is recorded and told."),
]
Replace = Annotated[bool, typer.Option("--replace", help="Takes the place of another version that is there.")]


def package_commands(settings: Callable[[], Settings], refusals: Callable[[], AbstractContextManager[None]]) -> typer.Typer:
    """The group of commands; ``settings`` are read, and ``refusals`` turned into words, as for every other command."""
    group = typer.Typer(help="FHIR packages: profiles, value sets and search parameters beside our own.", no_args_is_help=True)

    @group.command()
    def add(files: Files, without_dependencies: Without = None, replace: Replace = False) -> None:
        """Checks packages whole and puts them into the folder HIT_PACKAGES (by default var/packages). Servers read them when they start.

        Dependencies must be there or be added in the same call. Exit code 1: a package was refused, and nothing was changed.
        """
        from hit_maternity.clock import SystemClock

        with refusals(), _told():
            folder = _folder(settings())
            for record in folder.add(files, SystemClock().now(), without_dependencies or (), replace):
                _tell(record, "added")
            typer.echo(
                f"The packages are in {folder.path}. Start the servers again; if there are data already, run `hit-maternity db reindex`."
            )

    @group.command("list")
    def list_() -> None:
        """Names the packages with what they do without, and tells whether they can be used as they lie there."""
        from hit_maternity.knowledge import own_package

        with refusals(), _told():
            folder = _folder(settings())
            typer.echo(f"{own_package().stem.replace('-', ' ', 1)}: built in")
            for record in folder.records():
                _tell(record, f"added {record.added}, sha256 {record.sha256[:16]}")
            for words in folder.load().warnings:
                typer.echo(words)

    @group.command()
    def remove(names: Names) -> None:
        """Takes packages out of the folder. Exit code 1: one isn't there, or another needs it, and nothing was changed."""
        with refusals(), _told():
            for record in _folder(settings()).remove(names):
                typer.echo(f"{record.label}: removed")

    return group


def _folder(settings: Settings) -> PackageFolder:
    from hit_maternity.knowledge import package_folder

    return package_folder(settings)


def _tell(record: Record, words: str) -> None:
    typer.echo(f"{record.label}: {words}")
    for remark in record.remarks:
        typer.echo(f"    warning: {remark}")


@contextmanager
def _told() -> Iterator[None]:
    """What is wrong with packages, a line each, on standard error, and exit code 1."""
    from hit_maternity.fhir.outcome import FhirError

    try:
        yield
    except FhirError as fault:
        for issue in fault.issues:
            typer.echo(f"refused: {issue.text} [{issue.rule}]", err=True)
        raise typer.Exit(1) from None
