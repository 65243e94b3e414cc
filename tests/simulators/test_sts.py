"""Where the issuers may run."""

from __future__ import annotations

from pathlib import Path

import pytest
from hit_simulators_vendor import BASE, STS, Http, MovingClock
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from hit_maternity.simulators.helseid import application as helseid
from hit_maternity.simulators.helseid.issuer import Issuer
from hit_maternity.simulators.helsenorge import application as helsenorge
from hit_maternity.simulators.helsenorge.issuer import HelsenorgeIssuer
from hit_maternity.simulators.loopback import Place, SimulatorRefused
from hit_maternity.simulators.sts import sts


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"production": True}, "production"),
        ({"production": True, "remote": True}, "production"),
        ({"host": "0.0.0.0"}, "loopback"),
        ({"host": "10.0.0.1"}, "loopback"),
        ({"host": "example.no"}, "loopback"),
        ({"base_url": "https://helseid-sts.nhn.no"}, "name of the real"),
        ({"base_url": "https://nhn.no"}, "name of the real"),
        ({"base_url": "https://sikkerhet.helsenorge.no", "remote": True}, "name of the real"),
    ],
)
def test_the_issuers_refuse_to_run_where_they_could_be_taken_for_real(
    tmp_path: Path, clock: MovingClock, changed: dict[str, object], words: str
) -> None:
    place = Place(**{"base_url": BASE, "folder": tmp_path / "x", **changed})  # type: ignore[arg-type]  # a table of any values
    for made in (helseid.issuer, helsenorge.issuer):
        with pytest.raises(SimulatorRefused, match=words):
            made(place, clock)
    assert not (tmp_path / "x").exists(), "a key was made for nothing"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]", "127.8.8.8"])
def test_every_name_of_this_machine_will_do(place: Place, clock: MovingClock, host: str) -> None:
    Place(BASE, place.folder, host).check()


def test_who_calls_on_another_address_is_refused_unless_that_is_allowed(issuer: Issuer, citizens_issuer: HelsenorgeIssuer) -> None:
    path = "/sts/.well-known/openid-configuration"
    for base in ("http://192.168.1.5:8080", "http://example.no:8080"):
        answer = Http(Starlette(routes=[Mount("/sts", sts(issuer, citizens_issuer))]), base).get(path)
        assert (answer.status_code, answer.json()["error"]) == (403, "access_denied")
        assert Http(Starlette(routes=[Mount("/sts", sts(issuer, remote=True))]), base).get(path).status_code == 200


def test_other_routes_stand_beside_the_issuers(issuer: Issuer, citizens_issuer: HelsenorgeIssuer) -> None:
    async def here(_: object) -> PlainTextResponse:
        return PlainTextResponse("here")

    app = sts(issuer, citizens_issuer, [Route("/ttt/x", here)])
    http = Http(Starlette(routes=[Mount("/sts", app)]))
    assert http.get(f"{STS}/ttt/x").text == "here"
    assert http.get(f"{STS}/helsenorge/.well-known/openid-configuration").json()["issuer"] == f"{STS}/helsenorge"


def test_the_application_works_below_a_root_path_without_a_mount(issuer: Issuer) -> None:
    app = sts(issuer)

    async def entered(scope: dict[str, object], receive: object, send: object) -> None:
        await app({**scope, "root_path": "/sts"}, receive, send)  # type: ignore[arg-type]  # ASGI's own types

    assert Http(entered).get("/sts/.well-known/openid-configuration").status_code == 200
