"""The service application: pages that load nothing from elsewhere, documents, and problems told in one form."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from html.parser import HTMLParser

import httpx
import pytest

from hit_maternity import __version__
from hit_maternity.door.health import Health
from hit_maternity.door.traffic import Metrics
from hit_maternity.web.pages import Front
from hit_maternity.web.service import Shown, service

DOCUMENT = {
    "tags": [{"name": "server"}, {"name": "Observation"}],
    "paths": {
        "/Observation": {
            "get": {
                "tags": ["Observation"],
                "summary": "Search: <b>Observation</b>",
                "parameters": [{"$ref": "#/components/parameters/count"}, {"name": "code", "in": "query", "description": "token"}],
            }
        },
        "/metadata": {"get": {"tags": ["server"], "summary": "What it does"}},
    },
    "components": {"parameters": {"count": {"name": "_count", "in": "query", "description": "Entries on a page"}}},
}


class Client:
    """Calls the service application without a server."""

    def __init__(self, **front: bool) -> None:
        def shown(address: str) -> Front:
            return Front([("Her <latest> pressures", f'curl "{address}/fhir/Observation?patient=p&code=85354-9"')], **front)

        self.transport = httpx.ASGITransport(service(Shown(Health(lambda: []), Metrics(), lambda: DOCUMENT, shown)))

    def call(self, method: str, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        async def once() -> httpx.Response:
            async with httpx.AsyncClient(transport=self.transport, base_url="http://127.0.0.1:8080") as client:
                return await client.request(method, path, headers=headers)

        return asyncio.run(once())

    def get(self, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        return self.call("GET", path, headers)


@pytest.fixture
def client() -> Client:
    return Client()


class Page(HTMLParser):
    """What a page refers to, its ids, and its structure."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.language = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "html":
            self.language = given.get("lang", "")
        if tag == "a":
            self.links.append(given["href"])
        elif "src" in given or "href" in given:
            self.loaded.append(given.get("src") or given["href"])
        assert "style" not in given and not any(name.startswith("on") for name in given), "the policy forbids inline attributes"


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_a_page_loads_nothing_and_its_policy_allows_its_own_style_and_script_alone(client: Client, path: str):
    answer = client.get(path)
    assert answer.status_code == 200
    page = Page(answer.text)
    assert [loaded for loaded in page.loaded if not loaded.startswith("data:")] == []
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    for tag in ("style", "script"):
        for text in re.findall(f"<{tag}>(.*?)</{tag}>", answer.text, re.DOTALL):
            assert f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_a_page_says_its_language_and_has_one_heading_and_one_main_part(client: Client, path: str):
    page = Page(client.get(path).text)
    assert page.language == "en"
    assert page.tags.count("h1") == page.tags.count("main") == 1
    assert len(page.ids) == len(set(page.ids))


def test_the_landing_page_shows_the_address_it_was_called_at_and_the_version(client: Client):
    text = client.get("/").text
    assert "curl &quot;http://127.0.0.1:8080/fhir/Observation?patient=p&amp;code=85354-9&quot;" in text
    assert (
        "Her &lt;latest&gt; pressures" in text and "httpx.post(&quot;http" not in text and 'httpx.post("http://127.0.0.1:8080/fhir' in text
    )
    assert f"hit-maternity {__version__}" in text


def test_with_tokens_the_landing_page_shows_the_doors_that_ask_for_them_and_no_call_without():
    text = Client(open_access=False, simulators=True).get("/").text
    assert 'href="/app/"' in text and 'href="/sts/.well-known/openid-configuration"' in text
    assert "httpx" not in text and 'href="/fhir/Patient' not in text
    assert "/sts" not in Client(open_access=False).get("/").text


def test_an_address_with_markup_is_escaped(client: Client):
    text = client.get("/", headers={"Host": 'x"><script>alert(1)</script>'}).text
    assert "<script>alert" not in text


def test_the_landing_page_links_to_everything(client: Client):
    links = Page(client.get("/").text).links
    for path in ("/fhir/metadata", "/docs", "/openapi/fhir.json", "/openapi/service.json", "/health/ready", "/metrics"):
        assert any(link.startswith(path) for link in links), path


def test_every_link_inside_the_service_leads_somewhere(client: Client):
    for page in ("/", "/docs"):
        read = Page(client.get(page).text)
        for link in read.links:
            if link.startswith("#"):
                assert link[1:] in read.ids
            elif link.startswith("/") and not link.startswith("/fhir"):
                assert client.get(link).status_code == 200, link


def test_the_reference_shows_addresses_and_parameters_and_escapes_them(client: Client):
    text = client.get("/docs").text
    assert "<code>/Observation</code>" in text and "<code>_count</code>" in text and "Entries on a page" in text
    assert "Search: &lt;b&gt;Observation&lt;/b&gt;" in text
    assert text.index('data-name="server"') < text.index('data-name="observation"'), "the order of the tags"


def test_the_documents_can_be_read_by_pages_of_others(client: Client):
    for path in ("/openapi/fhir.json", "/openapi/service.json"):
        answer = client.get(path)
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.json()["paths"]


def problem(answer: httpx.Response) -> dict[str, object]:
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    return dict(answer.json())


def test_an_unknown_address_is_a_problem_that_says_where_things_are(client: Client):
    answer = client.get("/nothing/here?identifier=1")
    assert answer.status_code == 404
    assert problem(answer) == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "There is nothing at this address. The FHIR API is at /fhir, the API reference at /docs.",
    }


def test_another_verb_is_a_problem_that_says_which_ones_there_are(client: Client):
    answer = client.call("POST", "/docs")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET"
    assert problem(answer)["status"] == 405
