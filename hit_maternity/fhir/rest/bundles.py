"""batch and transaction: a Bundle sent to the base. https://hl7.org/fhir/R4/http.html#transaction"""

from __future__ import annotations

from hit_maternity.fhir.outcome import refuse
from hit_maternity.fhir.rest.batch import run_batch
from hit_maternity.fhir.rest.body import received
from hit_maternity.fhir.rest.entries import Perform
from hit_maternity.fhir.rest.entry import EntryRequest
from hit_maternity.fhir.rest.exchange import Request, Response, Server
from hit_maternity.fhir.rest.transaction import run_transaction

_RUNS = {"batch": run_batch, "transaction": run_transaction}


def process_bundle(perform: Perform, server: Server, request: Request) -> Response:
    """200 with a Bundle of type batch-response or transaction-response. ``perform`` answers one request.

    Raises ``FhirError``: 400 where the body is no batch or transaction, or isn't a whole Bundle.
    """
    if isinstance(request, EntryRequest):
        raise refuse(400, "not-supported", "bundle-nested", "An entry can't be a batch or transaction itself.", "request.url")
    sent = received(server, request, "Bundle")
    run = _RUNS.get(str(sent.get("type")))
    if run is None:
        text = "Only a batch or a transaction is carried out here. Any other Bundle is stored by POST to /Bundle."
        raise refuse(400, "not-supported", "bundle-type", text, "Bundle.type")
    request.interaction = sent["type"]
    return run(perform, server, request, sent)
