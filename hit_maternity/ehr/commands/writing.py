"""The verbs that enter something."""

from __future__ import annotations

from typing import Annotated

import typer

from hit_maternity.ehr.commands.opening import FaceName, Item, Number, kept, opened, printed, tell


def add_writing(verbs: typer.Typer, face: FaceName) -> None:
    """open, visit or read and birth, write, change, strike, end."""

    @verbs.command("open")
    def open_record(context: typer.Context, patient: Number) -> None:
        """Finds her national record, or makes it where there is none; then synchronises."""
        with opened(context) as ehr:
            number = ehr.number(patient)
            ehr.desk.open(number)
            tell(ehr.sync.run([number], eager=True))

    if face == "midwife":
        verbs.command("visit")(_visit)
    else:
        verbs.command("birth")(_birth)
        verbs.command("read")(_read)

    @verbs.command()
    def write(
        context: typer.Context,
        patient: Number,
        resource: Annotated[str, typer.Argument(help="Such as clinicalTests.", show_default=False)],
        members: Annotated[list[str], typer.Argument(help="member=value: hemoglobin=12.4, hiv=false; member= takes away.")],
    ) -> None:
        """Enters members of a resource that there is one of. `sync` sends them."""
        from hit_maternity.ehr.visits import member

        with opened(context) as ehr:
            part = ehr.desk.write(ehr.number(patient), resource, dict(map(member, members)))
            kept(part is not None)

    @verbs.command()
    def change(context: typer.Context, item: Item, members: Annotated[list[str], typer.Argument(help="member=value")]) -> None:
        """Enters members of an appointment or measurement anew."""
        from hit_maternity.ehr.visits import member

        with opened(context) as ehr:
            ehr.desk.change_item(item, dict(map(member, members)))
            kept(True)

    @verbs.command()
    def strike(context: typer.Context, item: Item) -> None:
        """Takes an appointment or measurement away that was entered in error."""
        with opened(context) as ehr:
            ehr.desk.remove_item(item)
            kept(True)

    @verbs.command()
    def end(
        context: typer.Context,
        patient: Number,
        delivery_date: Annotated[str | None, typer.Option(help="Day of the birth.", show_default=False)] = None,
        live_birth: Annotated[bool | None, typer.Option(help="Whether a child lives.", show_default=False)] = None,
    ) -> None:
        """Ends her record when all else is sent."""
        with opened(context) as ehr:
            ehr.desk.end(ehr.number(patient), deliveryDate=delivery_date, liveBirth=live_birth)
            kept(True)


def _visit(
    context: typer.Context,
    patient: Number,
    day: Annotated[str | None, typer.Option("--date", help="By default today.", show_default=False)] = None,
    age: Annotated[str | None, typer.Option("--week", help="24 or 24+2")] = None,
    weight: Annotated[str | None, typer.Option(help="kg")] = None,
    pressure: Annotated[str | None, typer.Option("--bp", help="118/76")] = None,
    urine: Annotated[str | None, typer.Option(help="Neg, Spor, 1+, 2+, 3+")] = None,
    oedema: Annotated[str | None, typer.Option(help="0 to 3")] = None,
    heart: Annotated[list[str] | None, typer.Option(help="148, or 2:148 for the second fetus; repeatable.")] = None,
    lie: Annotated[list[str] | None, typer.Option(help="Code of Volven 8534, or 2:code; repeatable.")] = None,
    felt: Annotated[bool | None, typer.Option("--feels/--feels-not", help="Whether she feels movements.", show_default=False)] = None,
    fundal_height: Annotated[str | None, typer.Option(help="cm")] = None,
    work: Annotated[str | None, typer.Option(help="percent")] = None,
    note: Annotated[str | None, typer.Option(help="Remark")] = None,
    ask: Annotated[bool, typer.Option("--ask", help="Asks for what isn't given.")] = False,
) -> None:
    """Records a visit here, at once, and queues it. `sync` sends it."""
    from hit_maternity.ehr.visits import Found

    def said(given: str | None, question: str) -> str | None:
        return typer.prompt(question, default="", show_default=False) or None if ask and given is None else given

    with opened(context) as ehr:
        number = ehr.number(patient)
        found = Found(
            day or ehr.desk.clock.now().date().isoformat(),
            said(age, "Week (24+2)"),
            said(weight, "Weight, kg"),
            said(pressure, "Blood pressure (118/76)"),
            said(urine, "Protein in urine (Neg, Spor, 1+, 2+, 3+)"),
            said(oedema, "Oedema (0-3)"),
            tuple(heart or filter(None, [said(None, "Fetal heart rate")])),
            tuple(lie or ()),
            felt,
            said(fundal_height, "Fundal height, cm"),
            None,
            work,
            said(note, "Remark"),
        )
        appointment, height = found.appointment(), found.fundal_heights()
        with ehr.desk.local.transaction():
            part = ehr.desk.add_item(number, "antenatalAppointments", appointment)
            if height is not None:
                ehr.desk.add_item(number, "symphysisFundalHeights", height)
        kept(part is not None)


def _read(context: typer.Context, patient: Number) -> None:
    """Fetches the whole card, as before a birth, and shows it."""
    from hit_maternity.ehr.tables import card

    with opened(context) as ehr:
        number = ehr.number(patient)
        ehr.desk.open(number)
        found = ehr.sync.run([number], eager=True)
        tell(found)
        printed(card(ehr.desk, found[0].patient))


def _birth(
    context: typer.Context,
    patient: Number,
    born: Annotated[list[str], typer.Argument(help="1:alive:2026-08-13T04:12:00+02:00, one for each fetus; or dead.", show_default=False)],
) -> None:
    """Tells of the birth, fetus by fetus. `end` ends the record."""
    from hit_maternity.ehr.visits import births

    with opened(context) as ehr:
        kept(ehr.desk.write(ehr.number(patient), "birthStatus", births(born)) is not None)
