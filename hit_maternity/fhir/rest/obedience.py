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
    warnings = told([issue for _, issue in server.rules.issues(writer, (change,))])
    server.consequences.follow(server, writer, request, (change,))
    return warnings


def obey_together(server: Server, writer: Writer, request: Request, requests: Sequence[EntryRequest]) -> dict[int, list[Issue]]:
    """The warnings about all changes of a FHIR transaction, by the place of their entry; ``request``: the transaction's own.

    Raises ``FhirError`` as ``obey`` does."""
    places = [n for n, entry in enumerate(requests) if entry.change is not None]
    changes = [change for entry in requests if (change := entry.change) is not None]
    found = server.rules.issues(writer, changes)
    warnings: dict[int, list[Issue]] = {}
    for place, issue in found:
        warnings.setdefault(places[place], []).append(issue)
    told([issue for n, issues in sorted(warnings.items()) for issue in located(issues, n)])
    server.consequences.follow(server, writer, request, changes)
    return warnings


def told(issues: list[Issue]) -> list[Issue]:
    """``issues``, if none is an error; else raises them all."""
    errors = [issue for issue in issues if issue.severity in (ERROR, FATAL)]
    if errors:
        raise FhirError(409 if all(issue.code in _CLASHES for issue in errors) else 422, issues)
    return issues
