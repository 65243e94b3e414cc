"""The login page of the local HelseID."""

from __future__ import annotations

import html
from collections.abc import Mapping

from starlette.responses import Response

from hit_maternity.simulators.helseid.register import Practitioner, Register, place
from hit_maternity.simulators.oauth.pages import Choice, buttons, hidden, other_language, page, text


def login(register: Register, client: str, values: Mapping[str, str], target: str, language: str) -> Response:
    """Everybody of ``register`` to choose from. ``values`` go on with the form; ``target``: the origin that it leads back to."""
    choices = [Choice(person.key, person.name, _about(person, register, language)) for person in register.practitioners]
    levels = "".join(f'<option value="{level}">{html.escape(text(f"level_{level}", language))}</option>' for level in ("4", "3"))
    words = {name: html.escape(text(f"{name}_helseid", language)) for name in ("title", "heading", "choose", "footer")}
    filled = {
        **words,
        "issuer_name": html.escape(text("helseid_name", language)),
        "client": html.escape(client),
        "action": "authorize",
        "hidden": hidden(values),
        "people": buttons("person", choices),
        "options": f'<label for="level">{html.escape(text("level", language))}</label><select id="level" name="level">{levels}</select>',
        "own": "",
        "other": other_language(language, values),
    }
    return page("login.html", language, filled, form_action=f"'self' {target}")


def _about(person: Practitioner, register: Register, language: str) -> str:
    where = place(register, person.works_at[0]) if person.works_at else None
    hpr = f"HPR {person.hpr_number}" if person.hpr_number else text("no_authorisation", language)
    return ", ".join(filter(None, (person.title, where.name if where else "", hpr)))
