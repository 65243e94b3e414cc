"""The entries of a batch or transaction: as requests, and their answers as entries.

Source: https://hl7.org/fhir/R4/http.html#transaction and https://hl7.org/fhir/R4/bundle.html#transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from hit_maternity.fhir import bundle
from hit_maternity.fhir.json import encode
from hit_maternity.fhir.outcome import ERROR, FATAL, FhirError, Issue, operation_outcome, refuse
from hit_maternity.fhir.rest.answers import StoredAnswer
from hit_maternity.fhir.rest.entry import EntryRequest
from hit_maternity.fhir.rest.exchange import Request, Response, Server
from hit_maternity.fhir.rest.headers import preference
from hit_maternity.fhir.rest.language import language_of

Perform = Callable[[Server, Request], Response]

#: ``Bundle.entry.request`` elements that stand for a header.
_HEADERS = {"ifNoneMatch": "if-none-match", "ifModifiedSince": "if-modified-since", "ifMatch": "if-match", "ifNoneExist": "if-none-exist"}
_PLAIN = {"accept": "application/fhir+json", "content-type": "application/fhir+json"}


def faults_of_frame(server: Server, request: Request, sent: dict[str, Any]) -> list[Issue]:
    """Errors of the Bundle itself and its entries' requests; their resources are left to the interactions."""
    language = language_of(request.headers)
    entries = sent.get("entry")
    frame = dict(sent)
    if isinstance(entries, list):
        frame["entry"] = [{k: v for k, v in e.items() if k != "resource"} if isinstance(e, dict) else e for e in entries]
    return [i for i in server.validator.validate(frame, expected_type="Bundle", language=language) if i.severity in (ERROR, FATAL)]


def entry_request(request: Request, entry: dict[str, Any], *, together: bool = False) -> EntryRequest:
    """The entry as a request of its own; ``together``: it is one of a transaction.

    Raises ``FhirError`` 400 where its address is not one under the base."""
    asked = entry["request"]
    url: str = asked["url"]
    local = url.removeprefix(request.base).removeprefix("/") if url.startswith(f"{request.base}/") else url.removeprefix("/")
    if "://" in local.partition("?")[0]:
        text = "The address is not one under this server's base. Write it relative: Patient/1."
        raise refuse(400, "value", "entry-url", text, "request.url")
    where, _, query = local.partition("?")
    wanted = preference(request.headers)
    headers = {**_PLAIN, "prefer": f"return={wanted.returns or 'minimal'}" + (", handling=lenient" if wanted.lenient else "")}
    if (languages := request.headers.get("accept-language")) is not None:
        headers["accept-language"] = languages
    for name, header in _HEADERS.items():
        if name in asked:
            headers[header] = asked[name]
    path = [unquote(part) for part in where.split("/") if part]
    resource = entry.get("resource")
    return EntryRequest(asked["method"], path, query, headers, b"", request.base, request.principal, resource=resource, together=together)


def located(issues: list[Issue], index: int) -> list[Issue]:
    """The issues with their place in the Bundle: ``Patient.name`` becomes ``Bundle.entry[3].resource.name``."""
    place = f"Bundle.entry[{index}]"

    def within(expression: str | None) -> str:
        if not expression or expression.startswith("http."):
            return place
        if expression.startswith(place):
            return expression
        if expression[0].isupper():
            _, dot, rest = expression.partition(".")
            return f"{place}.resource{dot}{rest}"
        return f"{place}.{expression}"

    return [replace(issue, expression=within(issue.expression)) for issue in issues]


def answer_entry(request: EntryRequest, response: Response) -> bytes:
    """``Bundle.entry`` of the answer: what was read goes into ``resource``, what ``Prefer`` asked to be told into ``outcome``."""
    told = request.method != "GET" and request.method != "HEAD" and preference(request.headers).returns == "OperationOutcome"
    body = b"" if request.method == "HEAD" else response.body
    modified = bundle.instant(response.updated) if isinstance(response, StoredAnswer) and response.updated else None
    status = f"{response.status} {HTTPStatus(response.status).phrase}"
    return bundle.response_entry(status, response.headers, b"" if told else body, body if told else b"", modified)


def refusal_entry(refusal: FhirError) -> bytes:
    """``Bundle.entry`` of a refused request."""
    status = f"{refusal.status} {HTTPStatus(refusal.status).phrase}"
    headers = {name.lower(): value for name, value in refusal.headers.items() if name.lower() == "etag"}
    return bundle.response_entry(status, headers, b"", encode(operation_outcome(refusal.issues)), None)
