"""PVK's way in: where the national consent service pushes what a citizen has decided, for the default space.

Source: ``access.consent.pvk``. The address below our base is ours to say when PVK is set up; 2xx is the receipt (confirmed).
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hit_maternity.access.consent.pvk import PATH, PvkPush
from hit_maternity.fhir.json import encode
from hit_maternity.fhir.outcome import FhirError

#: A push of a thousand settings is well below.
_LARGEST = 1024 * 1024


def pvk_application(push: Callable[[], PvkPush | None]) -> Starlette:
    """The application. ``push``: what takes pushes, None while there is no database."""

    async def receive(request: Request) -> Response:
        if int(request.headers.get("content-length") or 0) > _LARGEST:
            return _told(413, [{"rule": "pvk-too-large", "text": "Send at most 1 MiB at a time."}])
        body = await request.body()
        headers = {name.lower(): value for name, value in request.headers.items()}
        try:
            taking = push()
            if taking is None:
                return _told(503, [{"rule": "database-unreachable", "text": "The record can't be reached at the moment. Send it again."}])
            await run_in_threadpool(taking.receive, headers, body)
        except FhirError as refusal:
            return _told(refusal.status, [{"rule": i.rule, "text": i.text} for i in refusal.issues], dict(refusal.headers))
        return Response(status_code=204)

    return Starlette(routes=[Route(f"/{PATH}", receive, methods=["POST"]), Route(f"/v2/{PATH}", receive, methods=["POST"])])


def _told(status: int, faults: list[dict[str, str]], headers: dict[str, str] | None = None) -> Response:
    return Response(encode({"errors": faults}), status, headers, media_type="application/json")
