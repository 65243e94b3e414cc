"""The commands ``hit-maternity ehr``: a midwife's EHR and a birth unit's, two faces of one reference system."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

import typer

from hit_maternity.ehr.commands import add_verbs
from hit_maternity.ehr.commands.opening import FaceName, Place, opened, told

#: Who works there by default: keys of the local HelseID's register.
FACES: dict[FaceName, tuple[str, str]] = {
    "midwife": ("solveig-bolgeskvett", "A midwife's EHR: visits, the card, synchronised with the national record."),
    "birth-unit": ("eirik-furusus", "A birth unit's EHR: reads the whole card before the birth, tells of it, ends the record."),
}


def ehr_commands() -> typer.Typer:
    """The group of commands."""
    group = typer.Typer(help="A small reference EHR, synchronised with the national record. Synthetic data only.", no_args_is_help=True)
    for face, (_, words) in FACES.items():
        group.add_typer(_face(face, words), name=face)
    return group


def _face(face: FaceName, words: str) -> typer.Typer:
    verbs = typer.Typer(help=words, no_args_is_help=True)

    @verbs.callback()
    def where(context: typer.Context, folder: Annotated[Path, typer.Option(help="The EHR's folder.")] = Path("var/ehr") / face) -> None:
        """Settings, key and record of the EHR are in its folder; only its user may read them."""
        context.obj = Place(face, folder)

    _add_beginning(verbs)
    add_verbs(verbs, face)
    return verbs


def _add_beginning(verbs: typer.Typer) -> None:
    @verbs.command()
    def init(
        context: typer.Context,
        server: Annotated[str, typer.Option(help="The national record's server.")] = "http://127.0.0.1:8080",
        person: Annotated[str | None, typer.Option("--as", help="Who works here: lege, jordmor, or a name or key of the register.")] = None,
        organisation: Annotated[str | None, typer.Option(help="Number or name of the place; by default where she works.")] = None,
        login: Annotated[Literal["local", "ttt"], typer.Option(help="The local HelseID, or its service of test tokens.")] = "local",
        ttt_key: Annotated[Path | None, typer.Option(help="The file with the key of the service of test tokens.")] = None,
    ) -> None:
        """Makes the EHR: a folder with its record, its settings and its key."""
        from hit_maternity.ehr.home import Home, Settings
        from hit_maternity.token_calls import caller

        with told(), _not_done():
            found = caller(person or FACES[context.obj.face][0], organisation)
            if found.person is None or found.role is None:
                raise typer.BadParameter("A health worker works here, no system.", param_hint="--as")
            if login == "ttt" and ttt_key is None:
                raise typer.BadParameter("the service of test tokens needs --ttt-key.")
            who, at = found.person, found.place
            settings = Settings(
                context.obj.face,
                server.rstrip("/"),
                login,
                who.key,
                who.name,
                found.role,
                at.number,
                at.legal_entity,
                at.name,
                who.pid,
                who.hpr_number,
            )
            Home.make(context.obj.folder, settings, None if ttt_key is None else ttt_key.read_text(encoding="ascii").strip())
        typer.echo(f"Made in {context.obj.folder}: {who.name} ({found.role}), {at.name}, at {server}.")

    @verbs.command("add-patient")
    def add_patient(
        context: typer.Context,
        demo: Annotated[str | None, typer.Option(help="A woman of the demo, such as under-way.", show_default=False)] = None,
        initials: Annotated[str, typer.Option(help="What she is called on the screen, besides her number.")] = "",
    ) -> None:
        """Takes a woman in. Her synthetic national id is asked for, or read from standard input; it is never an argument."""
        from hit_maternity.token_calls import patient_number

        with opened(context) as ehr, _not_done():
            nin = patient_number(demo) if demo else _asked_nin()
            patient = ehr.desk.add_patient(nin, initials or (demo or "").replace("-", " "))
        typer.echo(f"{patient.name} {patient.initials}")


@contextmanager
def _not_done() -> Iterator[None]:
    from hit_maternity.ehr.desk import NotPossible
    from hit_maternity.token_calls import NotDone

    try:
        yield
    except NotDone as fault:
        raise NotPossible(str(fault)) from None


def _asked_nin() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Synthetic national id", hide_input=True)).strip()
    return sys.stdin.readline().strip()
