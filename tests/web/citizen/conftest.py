"""A browser before the whole house: entrance, FHIR door, pages, and the local Helsenorge login."""

from __future__ import annotations

import asyncio
import importlib.util
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest

from hit_maternity.access.citizen import Proxies
from hit_maternity.access.helseid.jwks_cache import StaticKeys
from hit_maternity.access.helsenorge import HelsenorgeAuthenticator, Trusted
from hit_maternity.clock import Clock
from hit_maternity.door.entrance import Doors, Entrance, place_of
from hit_maternity.door.health import Health
from hit_maternity.door.messages import Application
from hit_maternity.door.traffic import Metrics
from hit_maternity.fhir.rest.asgi import FhirDoor, Opened
from hit_maternity.knowledge import Knowledge, knowledge
from hit_maternity.settings import Settings
from hit_maternity.simulators.helsenorge import application as helsenorge
from hit_maternity.simulators.loopback import Place
from hit_maternity.simulators.sts import sts
from hit_maternity.store import Store
from hit_maternity.web.citizen import Counter, Provider, citizen_application

_NAME = "hit_citizens_world"
if _NAME not in sys.modules:  # tests are no packages: they import the world from there by this name
    _path = Path(__file__).parents[2] / "access" / "citizen" / "world.py"
    _spec = importlib.util.spec_from_file_location(_NAME, _path)
    assert _spec is not None and _spec.loader is not None
    sys.modules[_NAME] = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(sys.modules[_NAME])

ADDRESS = "http://127.0.0.1:8080"
CLIENT, SCOPE = "hit-maternity-pages", "nhn:maternity-record/api"


class Read(HTMLParser):
    """What a page says and refers to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        self.language, self.title = "", ""
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.headings: list[int] = []
        self.fields: dict[str, str] = {}
        self.unnamed: list[str] = []
        self._in_title = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self._in_title = tag == "title"
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "html":
            self.language = given.get("lang", "")
        if tag == "a":
            self.links.append(given["href"])
        elif "src" in given or "href" in given:
            self.loaded.append(given.get("src") or given["href"])
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "input" and "name" in given:
            self.fields[given["name"]] = given.get("value", "")
        assert "style" not in given and not any(name.startswith("on") for name in given), "the policy forbids inline attributes"

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False


class _Gives:
    """A fixed answer as an application, for what no test here asks."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body", "body": b""})


@dataclass(slots=True)
class Browser:
    """Keeps cookies, and follows no redirect by itself."""

    entrance: Application
    address: str = ADDRESS
    cookies: dict[str, str] = field(default_factory=dict)

    def __call__(self, method: str, path: str, data: Mapping[str, str] | None = None, **headers: str) -> httpx.Response:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies and "cookie" not in sent:
            sent["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())

        async def once() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self.entrance), base_url=self.address) as client:
                return await client.request(method, path, data=data, headers=sent)

        answer = asyncio.run(once())
        for line in answer.headers.get_list("set-cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            if value.strip('"') and "Max-Age=0" not in line:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        return answer

    def page(self, path: str, **headers: str) -> Read:
        answer = self("GET", path, **headers)
        assert answer.status_code == 200, answer.text
        return Read(answer.text)

    def send(self, path: str, page: str, **fields: str) -> httpx.Response:
        """Sends the form of ``page``."""
        return self("POST", path, {"mark": self.page(page).fields["mark"], **fields})

    def login(self, person: str = "0-0", root: str = "/app") -> httpx.Response:
        """Logs in as a citizen of the local Helsenorge login, through its page; the answer of the callback."""
        way = self("GET", f"{root}/login")
        assert way.status_code == 303, way.text
        where = httpx.URL(way.headers["location"])
        chosen = {"person": person, **dict(where.params)}
        back = self("POST", where.path, chosen)
        assert back.status_code == 303, back.text
        return self("GET", httpx.URL(back.headers["location"]).raw_path.decode())


class House:
    """The house over ``world``; ``sts``: where its citizens log in."""

    def __init__(self, store: Store, known: Knowledge, folder: Path, proxies: Proxies = Proxies.NONE) -> None:
        made = sys.modules[_NAME]
        place = Place(base_url=ADDRESS, folder=folder, host="127.0.0.1", remote=False, production=False)
        self.channel_down = False

        def gate(clock: Clock) -> HelsenorgeAuthenticator:
            self.issuer = helsenorge.issuer(place, clock)
            return HelsenorgeAuthenticator(
                Trusted(self.issuer.url, self.issuer.audience, SCOPE), StaticKeys(self.issuer.keys.jwks()), clock
            )

        self.world = made.World(store, known, None, proxies, gate=gate)
        self.provider = Provider(self.issuer.url, CLIENT, SCOPE, self.channel)
        self.pages = citizen_application(self.counter, self.provider, made.SECRET, self.world.clock, ADDRESS)
        self.metrics = Metrics()
        fhir = FhirDoor(self.at, observe=lambda traffic: None, public_base_url=ADDRESS)
        mounts = {"app": lambda: self.pages, "sts": lambda: sts(None, self.issuer)}
        doors = Doors(fhir, _Gives, Health(list), self.metrics, self.metrics.observe, fhir.close, mounts)
        self.entrance = Entrance(doors, open_access=False)
        self.browser = Browser(self.entrance)

    def counter(self, space: str | None) -> Counter | None:
        return Counter(self.world.server, self.world.desk) if space is None else None

    def at(self, path: str) -> tuple[Opened, str] | None:
        place = place_of(path)
        return (Opened(self.world.server, place.root), place.rest) if place.citizen and place.space is None else None

    def channel(self, url: str, form: Mapping[str, str] | None = None) -> tuple[int, dict[str, Any]]:
        """The pages' way to the login, without a network."""
        if self.channel_down:
            raise OSError("down")

        async def once() -> httpx.Response:
            transport = httpx.ASGITransport(sts(None, self.issuer), root_path="/sts")
            async with httpx.AsyncClient(transport=transport) as client:
                return await (client.get(url) if form is None else client.post(url, data=dict(form)))

        answer = asyncio.run(once())
        return answer.status_code, answer.json()

    def token(self, pid: str | None = None) -> str:
        """A token of the local login, as another program gets it."""
        from hit_maternity.simulators.helsenorge.issuer import Acting

        client = self.issuer.client("demo-citizen-app")
        assert client is not None
        pid = pid or sys.modules[_NAME].KARI
        return self.issuer.access_token(client, [SCOPE], Acting(pid, pid, self.issuer.now()))


def at_noon(day: date) -> datetime:
    return datetime.combine(day, time(12), sys.modules[_NAME].NOON.tzinfo) + timedelta()


@pytest.fixture(scope="session")
def known() -> Knowledge:
    return knowledge(Settings.from_environment())


@pytest.fixture
def house(store: Store, known: Knowledge, tmp_path: Path) -> House:
    """Two women at home, on each database."""
    made = House(store, known, tmp_path / "sts")
    made.world.two_women()
    return made


@pytest.fixture
def kari(house: House) -> Browser:
    """Her browser, logged in."""
    answer = house.browser.login()
    assert answer.status_code == 303, answer.text
    return house.browser
