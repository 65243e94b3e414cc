"""What the operations make for an answer and don't keep: marked as computed, with words in three languages and a narrative."""

from __future__ import annotations

import re
from datetime import date
from html import escape
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from hit_maternity.fhir.operations.model import Call
from hit_maternity.fhir.outcome import refuse
from hit_maternity.fhir.ports import Intent
from hit_maternity.fhir.rest.revealing import revealed
from hit_maternity.maternity.card.collect import Card, collect
from hit_maternity.maternity.card.elements import Resource
from hit_maternity.maternity.card.systems import TRANSLATION, coding
from hit_maternity.maternity.tables import Words

#: The tag of a resource that was made for this answer: it has no address, and can't be read again.
COMPUTED = coding("origin#computed", "Computed by the server")

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def card_of(call: Call, intent: Intent) -> Card:
    """The card that an operation is called on, once the guard has allowed it, without what it hides; what is seen is traced.

    Raises ``FhirError`` as ``collect`` and the guard do.
    """
    assert call.id is not None
    server, request = call.server, call.request
    server.guard.check(request.principal, intent)
    with server.store.reading() as session:
        card = collect(session, server, call.id, request.base)
    (shown,) = revealed(server, request, intent, card.versions)
    return card if len(shown) == len(card.versions) else card.limited({(v.type, v.id) for v in shown})


def about(base: str, resource: Resource) -> dict[str, str]:
    """A reference by full address: what is computed has an urn for an address, from which a relative one leads nowhere."""
    return {"reference": f"{base}/{resource['resourceType']}/{resource['id']}"}


def spoken(name: str, words: Words) -> dict[str, Any]:
    """The string element ``name`` in bokmål, with nynorsk and English as translations of it."""
    others = [
        {"url": TRANSLATION, "extension": [{"url": "lang", "valueCode": language}, {"url": "content", "valueString": said}]}
        for language, said in (("nn", words.nn), ("en", words.en))
    ]
    return {name: words.nb, f"_{name}": {"extension": others}}


def concept(code: dict[str, Any], words: Words) -> dict[str, Any]:
    """A CodeableConcept of one coding, in words of three languages."""
    return {"coding": [{**code, "display": words.en}], **spoken("text", words)}


def narrative(*lines: str) -> dict[str, str]:
    """``Narrative`` of these lines."""
    said = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{said}</div>'}


def address(base: str, episode: Resource, *parts: str) -> str:
    """The urn of something computed: the same for the same card and parts."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, '/'.join((base, 'EpisodeOfCare', episode['id'], *parts)))}"


def day_argument(call: Call, name: str) -> date | None:
    """The argument ``name``, a date to the day. Raises ``FhirError`` 400 ``value-<name>``."""
    text = call.arguments.text(name)
    if text is None:
        return None
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass  # the form is right but there is no such day
    raise refuse(400, "value", f"value-{name}", f"{name} must be a day such as 2026-03-01.", f"Parameters.parameter('{name}')")
