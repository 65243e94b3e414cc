"""The rules between resources: asked after the writes of a transaction, before its commit."""

from __future__ import annotations

from collections.abc import Sequence

from hit_maternity.fhir.outcome import ERROR, FATAL, FhirError, Issue
from hit_maternity.fhir.ports import Change, Writer
from hit_maternity.fhir.rest.entries import located
from hit_maternity.fhir.rest.entry import EntryRequest
from hit_maternity.fhir.rest.exchange import Request, Server

_CLASHES = frozenset(("conflict", "duplicate"))


def obey(server: Server, writer: Writer, request: Request, change: Change) -> list[Issue]:
    """The warnings about ``change``; inside a FHIR transaction none yet, as what is still to be written may mend it.

    Raises ``FhirError`` with every fault: 409 where it clashes with what is there, else 422.
    """
    if isinstance(request, EntryRequest) and request.together:
        request.change = change
        return []
    return told([issue for _, issue in server.rules.issues(writer, (change,))])


def obey_together(server: Server, writer: Writer, requests: Sequence[EntryRequest]) -> dict[int, list[Issue]]:
    """The warnings about all changes of a FHIR transaction, by the place of their entry. Raises ``FhirError`` as ``obey`` does."""
    places = [n for n, request in enumerate(requests) if request.change is not None]
    found = server.rules.issues(writer, [change for r in requests if (change := r.change) is not None])
    warnings: dict[int, list[Issue]] = {}
    for place, issue in found:
        warnings.setdefault(places[place], []).append(issue)
    told([issue for n, issues in sorted(warnings.items()) for issue in located(issues, n)])
    return warnings


def told(issues: list[Issue]) -> list[Issue]:
    """``issues``, if none is an error; else raises them all."""
    errors = [issue for issue in issues if issue.severity in (ERROR, FATAL)]
    if errors:
        raise FhirError(409 if all(issue.code in _CLASHES for issue in errors) else 422, issues)
    return issues
