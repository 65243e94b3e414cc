"""The verbs that show what is here."""

from __future__ import annotations

import typer

from hit_maternity.ehr.commands.opening import Number, opened, printed


def add_showing(verbs: typer.Typer) -> None:
    """patients, show, journal."""

    @verbs.command()
    def patients(context: typer.Context) -> None:
        """Lists the women by number and initials."""
        from hit_maternity.ehr.tables import patients

        with opened(context) as ehr:
            printed(patients(ehr.desk.local.patients.all(), ehr.desk.local))

    @verbs.command()
    def show(context: typer.Context, patient: Number) -> None:
        """Shows the card as it stands here: what is only here, what is sent, what is in conflict. Nothing is fetched; `sync` does."""
        from hit_maternity.ehr.tables import card

        with opened(context) as ehr:
            found = ehr.desk.patient(ehr.number(patient))
            printed(card(ehr.desk, found), f"{found.name} {found.initials}, national record: {found.standing}")

    @verbs.command()
    def journal(context: typer.Context, patient: Number) -> None:
        """Shows what was entered here about her: the EHR's own journal, which stays when the national record goes."""
        from hit_maternity.ehr.bodies import encode

        with opened(context) as ehr:
            for entry in ehr.desk.local.journal.entries(ehr.number(patient)):
                typer.echo(f"{entry.at}  {entry.who}  {entry.type}  {encode(entry.facts)}")
