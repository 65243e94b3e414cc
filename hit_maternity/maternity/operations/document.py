"""EpisodeOfCare/[id]/$document: the card of one pregnancy as a signed document.

It follows Composition/[id]/$document (https://hl7.org/fhir/R4/composition-operation-document.html); the Composition is made here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hit_maternity.fhir.json import decode, encode
from hit_maternity.fhir.operations.model import Call, Operation
from hit_maternity.fhir.outcome import FhirError, Issue, refuse
from hit_maternity.fhir.ports import Intent, Reader
from hit_maternity.fhir.rest.exchange import Response
from hit_maternity.fhir.rest.identity import new_id
from hit_maternity.fhir.rest.writing import write
from hit_maternity.maternity.operations.card_document import bundle_around, compose
from hit_maternity.maternity.operations.composing import SUPPORTING, Identity, Press, identity_of, is_retracted, references
from hit_maternity.maternity.operations.computed import card_of
from hit_maternity.maternity.operations.signature import Signer

Resource = dict[str, Any]

_WORDS: Mapping[str, bool] = {"true": True, "false": False}
_ATTESTERS = frozenset(("Practitioner", "PractitionerRole", "Organization", "Patient", "RelatedPerson"))


@dataclass(frozen=True, slots=True)
class _Asked:
    """``persist``: the document stays on the server. ``attester``: who answers for it, None for nobody."""

    persist: bool
    attester: Identity | None


def document(call: Call) -> Response:
    """200 with a Bundle of type document; kept on the server where ``persist`` is true, then with its address as ``Location``.

    ``attester`` names who answers for the content and is written into the Composition as said: who may say so is the guard's to
    decide. Raises ``FhirError``: 400 for a wrong parameter, 404 and 410 for the episode, 405 for a GET that would keep the document,
    422 for an attester who isn't there, and for a document that is to be kept and isn't valid.
    """
    assert call.id is not None
    server, request = call.server, call.request
    asked = _asked(call)
    intent = Intent("$document", "EpisodeOfCare", call.id)
    card = card_of(call, intent)
    with server.store.reading() as session:
        attesting = _attesting(session, asked.attester, request.base)
    press = Press(request.base, server.clock.now(), Signer(server.seal_key), kept=asked.persist)
    composition = compose(card, press, new_id(), attesting[0] if attesting else None)
    bundle = bundle_around(composition, [*card.resources, *attesting], press)
    return _kept(call, composition, bundle) if asked.persist else Response(200, encode(bundle))


def _asked(call: Call) -> _Asked:
    text = str(call.arguments.resource("persist") if call.arguments.all("persist") else "false").lower()
    if text not in _WORDS or len(call.arguments.all("persist")) > 1:
        raise refuse(400, "value", "value-persist", "persist is true or false, once.")
    if _WORDS[text] and call.request.method != "POST":
        issue = Issue("not-supported", "method-not-allowed", "A document is kept by POST only: send persist=true with POST.")
        raise FhirError(405, [issue], {"allow": "POST"})
    given = call.arguments.all("attester")
    named = given[0].get("reference") if given and isinstance(given[0], dict) else next(iter(given), None)
    attester = identity_of(named, call.request.base) if isinstance(named, str) else None
    if given and (len(given) > 1 or attester is None or attester[0] not in _ATTESTERS):
        listed = ", ".join(sorted(_ATTESTERS))
        raise refuse(400, "value", "value-attester", f"attester is one reference such as PractitionerRole/123: to one of {listed}.")
    return _Asked(_WORDS[text], attester)


def _attesting(session: Reader, attester: Identity | None, base: str) -> list[Resource]:
    """Who attests, first, and the people and places she names; [] where nobody does."""
    if attester is None:
        return []
    found = [decode(v.body or b"") for v in session.get_many([attester])]
    if not found or is_retracted(found[0]):
        text = "The attester is not on this server. Name one of its practitioners, roles, organisations or patients."
        raise refuse(422, "not-found", "attester-unknown", text)
    named = {i for r in references(found[0]) if (i := identity_of(r, base)) and i[0] in SUPPORTING}
    return [*found, *(decode(v.body or b"") for v in session.get_many(sorted(named)))]


def _kept(call: Call, composition: Resource, bundle: Resource) -> Response:
    """The answer after Composition and Bundle have been stored, both or none."""
    server, request = call.server, call.request
    for resource in (composition, bundle):
        server.guard.check(request.principal, Intent("create", resource["resourceType"], None, None, resource))
    id = new_id()
    bundle = {"resourceType": "Bundle", "id": id, **{k: v for k, v in bundle.items() if k != "resourceType"}}
    server.validator.check(bundle, "Bundle")
    with server.store.writing() as writer:
        parts = [(composition, composition["id"]), (bundle, id)]
        versions = [write(server, writer, request, resource, key, None, "POST", "create")[0] for resource, key in parts]
    kept = versions[1]
    return Response(200, kept.body or b"", {"location": f"{request.base}/Bundle/{kept.id}"})


DOCUMENT = Operation(
    "document", "https://hit-maternity.example/fhir/OperationDefinition/EpisodeOfCare-document", "the card as a signed document",
    frozenset(("instance",)), document, types=frozenset(("EpisodeOfCare",)), parameters=frozenset(("persist", "attester")),
)  # fmt: skip
