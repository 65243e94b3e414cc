"""The verbs of the reference EHR: each parses, calls one function below, prints."""

from __future__ import annotations

import typer

from hit_maternity.ehr.commands.exchange import add_exchange
from hit_maternity.ehr.commands.opening import FaceName
from hit_maternity.ehr.commands.showing import add_showing
from hit_maternity.ehr.commands.writing import add_writing


def add_verbs(verbs: typer.Typer, face: FaceName) -> None:
    """Puts the verbs that work on an EHR which is there into ``verbs``; its callback says where it is (``Place``)."""
    add_showing(verbs)
    add_writing(verbs, face)
    add_exchange(verbs)
