"""The service application (FastAPI): the landing page, the API reference, the OpenAPI documents, and health and metrics described.

Health and metrics are answered before it, by the entrance, which needs no web framework for them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from hit_maternity import __version__
from hit_maternity.door.health import Health
from hit_maternity.door.messages import SECURE, Answer
from hit_maternity.door.traffic import Metrics
from hit_maternity.web.pages import Front, Page, landing, reference

DESCRIPTION = "What stands beside FHIR: pages, health, metrics and the OpenAPI documents. The FHIR API is described in fhir.json."
#: Documents and pages change only with the program.
_CACHED = {"cache-control": "public, max-age=300"}


class Ready(BaseModel):
    """Whether the server can work."""

    status: str = Field(examples=["ready"])
    faults: list[str] = Field(default=[], description="What keeps the server from working, a sentence each")


class Alive(BaseModel):
    """The process answers."""

    status: str = Field(examples=["alive"])


class Problem(BaseModel):
    """What went wrong, as RFC 9457 tells it (application/problem+json)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What the service application shows. ``fhir_document`` makes the OpenAPI document of the FHIR API;
    ``dhg_document`` that of the national JSON API;
    ``front`` what the landing page tells of the server, at an address."""

    health: Health
    metrics: Metrics
    fhir_document: Callable[[], dict[str, Any]]
    front: Callable[[str], Front] = lambda address: Front()
    dhg_document: Callable[[], dict[str, Any]] = dict


def service(shown: Shown) -> FastAPI:
    """The application, with every answer under the secure headers."""
    app = FastAPI(
        title="hit-maternity service API",
        version=__version__,
        description=DESCRIPTION,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        responses={
            404: {
                "description": "There is nothing at this address",
                "content": {"application/problem+json": {"schema": Problem.model_json_schema()}},
            }
        },
    )
    app.add_exception_handler(HTTPException, _problem)
    _pages(app, shown)
    _operation(app, shown)
    return app


def service_document() -> dict[str, Any]:
    """The OpenAPI 3.1 document of the service API."""
    return service(Shown(Health(list), Metrics(), dict)).openapi()


def _plain(answer: Answer) -> Response:
    return Response(answer.body, answer.status, {**SECURE, **answer.headers}, answer.media_type)


def _page(page: Page) -> HTMLResponse:
    return HTMLResponse(page.html, headers={**SECURE, "content-security-policy": page.policy, "cache-control": "no-cache"})


def _pages(app: FastAPI, shown: Shown) -> None:
    @app.get("/", response_class=HTMLResponse, tags=["pages"], summary="The landing page")
    async def front(request: Request) -> Response:
        address = str(request.base_url).rstrip("/")
        return _page(landing(address, shown.front(address)))

    @app.get("/docs", response_class=HTMLResponse, tags=["pages"], summary="The API reference, for people")
    def docs() -> Response:
        return _page(reference(shown.fhir_document(), app.openapi()))

    @app.get("/openapi/fhir.json", tags=["documents"], summary="The OpenAPI 3.1 document of the FHIR API")
    def fhir_document() -> dict[str, Any]:
        return _json(shown.fhir_document())  # type: ignore[return-value]  # a ready Response; the annotation is for the document

    @app.get("/openapi/dhg-v1.json", tags=["documents"], summary="The OpenAPI 3.1 document of the national JSON API")
    def dhg_document() -> dict[str, Any]:
        return _json(shown.dhg_document())  # type: ignore[return-value]  # a ready Response; the annotation is for the document

    @app.get("/openapi/service.json", tags=["documents"], summary="This document")
    def service_document() -> dict[str, Any]:
        return _json(app.openapi())  # type: ignore[return-value]  # a ready Response; the annotation is for the document


def _json(document: dict[str, Any]) -> Response:
    return JSONResponse(document, headers={**SECURE, **_CACHED, "access-control-allow-origin": "*"})


def _operation(app: FastAPI, shown: Shown) -> None:
    @app.get("/health/live", response_model=Alive, tags=["operation"], summary="Does the process answer?")
    async def live() -> Response:
        return _plain(shown.health.live())

    unready = {503: {"model": Ready, "description": "Not ready: the faults say why"}}

    @app.get("/health/ready", response_model=Ready, responses=unready, tags=["operation"], summary="Can the server work?")  # type: ignore[arg-type]  # FastAPI's type of the keys is too narrow
    async def ready() -> Response:
        return _plain(await shown.health.ready())

    text: dict[int | str, dict[str, Any]] = {200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "The metrics"}}

    @app.get("/metrics", response_class=Response, responses=text, tags=["operation"], summary="Metrics in the Prometheus text format")
    async def metrics() -> Response:
        return _plain(Answer(200, *shown.metrics.exposition()))


async def _problem(request: Request, fault: Exception) -> Response:
    """RFC 9457."""
    assert isinstance(fault, HTTPException)
    details = {
        404: "There is nothing at this address. The FHIR API is at /fhir, the API reference at /docs.",
        405: "This address takes another verb; see the Allow header.",
    }
    body = Problem(title=str(fault.detail), status=fault.status_code, detail=details.get(fault.status_code, str(fault.detail)))
    headers = {**SECURE, **(fault.headers or {})}
    return Response(body.model_dump_json(), fault.status_code, headers, "application/problem+json")
