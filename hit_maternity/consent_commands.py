"""The commands ``hit-maternity consent``: what the operator of a testbed says for the synthetic women in it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from hit_maternity.settings import Settings

Space = Annotated[str, typer.Option(help="The space.")]
Patients = Annotated[list[str] | None, typer.Argument(help="Ids of Patient.", show_default=False)]


def consent_commands(settings: Callable[[], Settings], refusals: Callable[[], AbstractContextManager[None]]) -> typer.Typer:
    """The group of commands; ``settings`` are read, and ``refusals`` turned into words, as for every other command."""
    group = typer.Typer(help="Consent to the record: without it nobody reads or writes one. Women give it at /app.", no_args_is_help=True)

    @group.command()
    def give(
        patients: Patients = None,
        every: Annotated[bool, typer.Option("--all", help="Every Patient of whom nothing is known yet.")] = False,
        space: Space = "default",
    ) -> None:
        """Takes down that these women have consented. For synthetic data that were loaded: real people say so themselves."""
        from hit_maternity.consents import give_consent

        if not patients and not every:
            raise typer.BadParameter("name the Patients, or say --all")
        with refusals():
            count = give_consent(settings(), space, patients or None)
        typer.echo(f"{count} consented.")

    @group.command()
    def withdraw(
        patient: Annotated[str, typer.Argument(help="Id of the Patient.")],
        space: Space = "default",
        yes: Annotated[bool, typer.Option("--yes", help="Doesn't ask.", prompt="Erase everything that is stored about her?")] = False,
    ) -> None:
        """Takes down that a woman has withdrawn: everything stored about her is erased, and the receipt shown."""
        from hit_maternity.consents import withdraw_consent

        if not yes:
            raise typer.Exit(1)
        with refusals():
            receipt = withdraw_consent(settings(), space, patient)
        for name, number in receipt.resources.items():
            typer.echo(f"{number} {name}")
        typer.echo(
            f"Erased: {receipt.versions} versions, {receipt.messages} messages; {receipt.redacted} resources of others without her now."
        )

    return group
