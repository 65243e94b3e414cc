"""The verbs of the exchange with the national record."""

from __future__ import annotations

import time
from typing import Annotated, Literal

import typer

from hit_maternity.ehr.commands.opening import Item, kept, line, opened, printed, tell


def add_exchange(verbs: typer.Typer) -> None:
    """sync, status, queue, retry, discard, conflicts, resolve."""

    @verbs.command()
    def sync(
        context: typer.Context,
        patient: Annotated[str | None, typer.Argument(help="By default all.", show_default=False)] = None,
        due: Annotated[bool, typer.Option("--due", help="Leaves what isn't due yet, as a job that runs by itself should.")] = False,
    ) -> None:
        """Sends what is queued and reads what changed. Exit code 1: something is left that waits, is parked or in conflict."""
        with opened(context) as ehr:
            found = ehr.sync.run(None if patient is None else [ehr.number(patient)], eager=not due)
            tell(found)
        raise typer.Exit(0 if all(it.complete for it in found) else 1)

    @verbs.command()
    def status(
        context: typer.Context,
        patient: Annotated[str | None, typer.Argument(help="By default all.", show_default=False)] = None,
        watch: Annotated[float | None, typer.Option(help="Asks every so many seconds, and reads where something changed.")] = None,
        times: Annotated[int | None, typer.Option(help="How often, with --watch; by default until Ctrl+C.", show_default=False)] = None,
    ) -> None:
        """Asks whether something changed, with a machine's token: nobody logs in, nothing is read. With --watch what changed is."""
        with opened(context) as ehr:
            chosen = None if patient is None else [ehr.number(patient)]
            if watch is None:
                for it, changed in ehr.sync.look(chosen):
                    line(it, "something changed" if changed else "nothing changed")
                return
            made = 0
            while times is None or made < times:
                if made:
                    time.sleep(max(1.0, watch))
                tell([it for it in ehr.sync.run(chosen) if it.read or it.sent or it.words])
                made += 1

    @verbs.command()
    def queue(context: typer.Context) -> None:
        """Lists what waits: tries, next try, last error."""
        from hit_maternity.ehr.tables import queue

        with opened(context) as ehr:
            printed(queue(ehr.desk.local, ehr.desk.local.outbox.of()))

    @verbs.command()
    def retry(context: typer.Context, number: Annotated[int, typer.Argument(help="Of the queue.")]) -> None:
        """Sends again what was parked, at the next `sync`."""
        with opened(context) as ehr:
            ehr.desk.retry(number)

    @verbs.command()
    def discard(context: typer.Context, number: Annotated[int, typer.Argument(help="Of the queue.")]) -> None:
        """Gives up what is queued: what the national record has counts. What was entered stays in the journal."""
        with opened(context) as ehr:
            ehr.desk.discard(number)

    @verbs.command()
    def conflicts(context: typer.Context) -> None:
        """Lists what both sides changed. Exit code 1: there is something."""
        from hit_maternity.ehr.tables import conflicts

        with opened(context) as ehr:
            women = ehr.desk.local.patients.all()
            found = [part for it in women for part in ehr.desk.local.parts.of(it.id) if part.in_conflict]
            printed(conflicts(ehr.desk, found))
        raise typer.Exit(1 if found else 0)

    @verbs.command()
    def resolve(
        context: typer.Context,
        item: Item,
        choice: Annotated[Literal["mine", "theirs", "edited"], typer.Argument(help="What counts.")],
        members: Annotated[list[str] | None, typer.Argument(help="With edited: fact=value for each.")] = None,
    ) -> None:
        """Says what counts where both sides changed the same. `sync` sends it."""
        from hit_maternity.ehr.visits import member

        with opened(context) as ehr:
            ehr.desk.resolve(item, dict(map(member, members or ())) if choice == "edited" else choice)
            kept(True)
