"""What every verb does before and after: the EHR opened, refusals told, what the clinician must know said."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from rich.table import Table

    from hit_maternity.ehr.desk import Desk
    from hit_maternity.ehr.home import Home
    from hit_maternity.ehr.sync import Outcome, Sync

FaceName = Literal["midwife", "birth-unit"]

Number = Annotated[str, typer.Argument(metavar="PATIENT", help="Her number here, such as P1.", show_default=False)]
Item = Annotated[int, typer.Argument(help="The number that `show` and `conflicts` tell.", show_default=False)]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a command works."""

    face: FaceName
    folder: Path


@dataclass(frozen=True, slots=True)
class Opened:
    """An EHR that is open."""

    home: Home
    desk: Desk
    sync: Sync

    def number(self, text: str) -> int:
        """The local number of ``P1``, or ``1``. Raises ``NotPossible``."""
        from hit_maternity.ehr.desk import NotPossible

        digits = text.removeprefix("P").removeprefix("p")
        if not (digits.isascii() and digits.isdigit() and len(digits) < 9):  # nor is a national id repeated
            raise NotPossible("Name her as `patients` does: P1.")
        return self.desk.patient(int(digits)).id


@contextmanager
def opened(context: typer.Context) -> Iterator[Opened]:
    """The EHR, open; afterwards the clinician is told what she must know."""
    from random import Random

    from hit_maternity.clock import SystemClock
    from hit_maternity.ehr.desk import Desk
    from hit_maternity.ehr.home import Home
    from hit_maternity.ehr.login import LoggedIn
    from hit_maternity.ehr.sync import Sync
    from hit_maternity.ehr.waiting import Backoff
    from hit_maternity.ehr.workplace import Workplace

    with told():
        home, clock = Home.open(context.obj.folder), SystemClock()
        local, service = home.record(), LoggedIn(home)
        try:
            identity = home.settings.identity
            place = Workplace(local, service, identity, clock, Random(), Backoff())
            yield Opened(home, Desk(local, identity, clock), Sync(place, home.lock))
        finally:
            notices = local.journal.notices()
            for notice in notices:
                typer.echo(f"! {notice.at} {notice.words}", err=True)
            if notices:
                local.journal.seen(notices[-1].id)
            service.close()
            local.close()


@contextmanager
def told() -> Iterator[None]:
    """What can't be done, on standard error, and exit code 2."""
    from hit_maternity.client.errors import ClientError
    from hit_maternity.ehr.desk import NotPossible
    from hit_maternity.ehr.home import NoHome
    from hit_maternity.ehr.local import WrongFile
    from hit_maternity.ehr.lock import Busy
    from hit_maternity.ehr.refusals import words
    from hit_maternity.ehr.visits import Faults

    try:
        yield
    except (NotPossible, NoHome, WrongFile, Busy) as fault:
        told = [str(fault)]
    except Faults as fault:
        told = fault.words
    except ClientError as fault:
        told = [words(fault)]
    except OSError as fault:
        told = [f"{fault.filename}: {fault.strerror}."]
    else:
        return
    for line in told:
        typer.echo(f"hit-maternity: {line}", err=True)
    raise typer.Exit(2)


def kept(sent: bool) -> None:
    typer.echo("Kept; `sync` sends it." if sent else "Kept in your own journal alone: the national record takes nothing of hers.")


def tell(found: list[Outcome]) -> None:
    from hit_maternity.ehr.tables import outcomes

    for line in outcomes(found):
        typer.echo(line)


def line(outcome: Outcome, words: str) -> None:
    patient = outcome.patient
    typer.echo(f"{patient.name} {patient.initials}: {patient.standing}, {outcome.words or words}")


def printed(table: Table, title: str | None = None) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    if title:
        console.print(title)
    console.print(table)
