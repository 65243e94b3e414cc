"""vread: one version of a resource. https://hl7.org/fhir/R4/http.html#vread"""

from __future__ import annotations

from hit_maternity.fhir.outcome import refuse
from hit_maternity.fhir.ports import Intent, Reader, Version
from hit_maternity.fhir.rest.answers import gone, read_answer
from hit_maternity.fhir.rest.exchange import Request, Response, Server
from hit_maternity.fhir.rest.revealing import revealed_one

#: Version ids are the numbers 1, 2, 3, ...; none has more digits than this.
DIGITS = 9


def stored_version(session: Reader, type: str, id: str, text: str) -> Version:
    """Version ``text`` of the resource. Raises ``FhirError`` 404 where there is no such version, 410 where it is a deletion."""
    known = text.isascii() and text.isdigit() and len(text) <= DIGITS and text[0] != "0"
    version = session.get_version(type, id, int(text)) if known else None
    if version is None:
        raise refuse(404, "not-found", "version-unknown", f"There is no such version of this {type}. Its history lists those there are.")
    if version.body is None:
        raise gone(version)
    return version


def vread(server: Server, request: Request) -> Response:
    """200 with the version, 304; raises ``FhirError`` 404, or 410 where the version is the deletion."""
    type, id, _, number = request.path
    intent = Intent("vread", type, id)
    server.guard.check(request.principal, intent)
    with server.store.reading() as session:
        version = stored_version(session, type, id, number)
    return read_answer(server, request, revealed_one(server, request, intent, version))
