"""PVK's read and write API as an ASGI application; a decision that is written is pushed to the data controller.

Source: PVK API v2 (paths, members: confirmed). The body of a refusal is not published (inferred). Tokens are not checked here: the gate of
the simulators keeps others out.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hit_maternity.simulators.pvk.pushing import Pusher
from hit_maternity.simulators.pvk.register import PrivacySetting, Register, Unknown

PREFIX = "/personvern/Personverninnstillinger"


class Refused(Exception):
    """A call that can't be answered; the message says why, without what was sent."""


def application(register: Register, pusher: Pusher) -> Starlette:
    """The ASGI application over ``register``."""

    async def check(request: Request) -> Response:
        told = await _members(request, "innbyggerFnr", "definisjonGuid", "partKode")
        definition = register.definition(told["definisjonGuid"], told["partKode"])
        setting = register.check(told["innbyggerFnr"], definition)
        return JSONResponse(_answer(setting) if setting else {**definition_of(told), "aktiv": False})

    async def of_party(request: Request) -> Response:
        told = await _members(request, "innbyggerFnr", "partKode")
        found = register.of_party(told["innbyggerFnr"], told["partKode"])
        return JSONResponse({"personvernInnstillinger": [_answer(s) for s in found]})

    async def active(request: Request) -> Response:
        query = request.query_params
        reference = query.get("pagingReference", "0")
        if not (reference.isascii() and reference.isdigit() and len(reference) < 10):
            raise Refused("pagingReference must be 0, or what the last page gave.")
        definition = register.definition(query.get("definisjonGuid", ""), query.get("partKode", ""))
        page, after = register.active(definition, int(reference))
        head = {"definisjonGuid": definition.guid, "definisjonNavn": definition.name, "partKode": definition.party}
        settings = [_answer(s) for s in page]
        return JSONResponse({**head, "typePi": definition.kind, "pagingReference": after, "personvernInnstillinger": settings})

    async def set_one(request: Request) -> Response:
        told = await _members(request, "innbyggerFnr", "definisjonGuid", "partKode", "typePi")
        definition = register.definition(told["definisjonGuid"], told["partKode"])
        if told["typePi"] != definition.kind or type(told.get("aktiv")) is not bool:
            raise Refused("typePi must be that of the definition, aktiv true or false.")
        pusher.add(register.set(told["innbyggerFnr"], definition, told["aktiv"], _moment(told.get("tidspunkt"))))
        await run_in_threadpool(pusher.round)
        return Response(status_code=200)

    endpoints: tuple[tuple[str, str, Callable[[Request], Awaitable[Response]]], ...] = (
        ("SjekkInnbyggersPiStatus", "POST", check),
        ("HentInnbyggersPiForPart", "POST", of_party),
        ("HentInnbyggereAktivePiForDefinisjon", "GET", active),
        ("SettInnbyggersPersonvernInnstilling", "POST", set_one),
    )
    routes = [Route(f"{PREFIX}/{name}/v2", endpoint, methods=[verb]) for name, verb, endpoint in endpoints]
    return Starlette(routes=routes, exception_handlers={Unknown: _refused, Refused: _refused})


def definition_of(told: dict[str, Any]) -> dict[str, Any]:
    """The members that name a definition, as they were sent."""
    return {name: told[name] for name in ("definisjonGuid", "definisjonNavn", "partKode") if name in told}


def _answer(setting: PrivacySetting) -> dict[str, Any]:
    return setting.as_json()


async def _members(request: Request, *wanted: str) -> dict[str, Any]:
    try:
        told = await request.json()
    except ValueError:
        raise Refused("The body must be a JSON object.") from None
    missing = [name for name in wanted if type(told) is not dict or type(told.get(name)) is not str]
    if missing:
        raise Refused(f"Missing, or no text: {', '.join(missing)}.")
    return dict(told)


def _moment(told: Any) -> datetime | None:
    if told is None:
        return None
    try:
        return datetime.fromisoformat(told)
    except (ValueError, TypeError):
        raise Refused("tidspunkt must be a date and time.") from None


async def _refused(_: Request, fault: Exception) -> Response:
    return JSONResponse({"melding": str(fault)}, 400)
