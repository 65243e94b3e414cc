"""Pages of the issuers: one HTML file, its style inline and allowed by its hash, no script, nothing loaded from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import html
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

LANGUAGES = ("nb", "en")
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Choice:
    """One that can be chosen: the value of the button, what stands on it, and below it."""

    value: str
    label: str
    about: str


@cache
def _file(name: str) -> str:
    return (files("hit_maternity.simulators.oauth") / "templates" / name).read_text(encoding="utf-8")


@cache
def texts() -> Mapping[str, Mapping[str, str]]:
    """The words by language, by name."""
    return tomllib.loads(_file("texts.toml"))


def language(request: Request, locale: str | None = None) -> str:
    """``nb`` or ``en``: as the address says (``lang``), as the client asked (``ui_locales``), as the browser prefers; else ``nb``."""
    preferred = request.headers.get("accept-language", "")
    named = " ".join((request.query_params.get("lang", ""), locale or "", preferred.replace(",", " ")))
    for part in named.split():
        short = part.lower()[:2]
        if short in ("nb", "no", "nn"):
            return "nb"
        if short == "en":
            return "en"
    return "nb"


def text(name: str, language: str) -> str:
    """The words ``name``. Raises ``KeyError``."""
    return texts()[language][name]


def origin(address: str) -> str:
    """What a form may be sent on to for ``address``, as a Content-Security-Policy names it: its origin, or its scheme alone."""
    parts = urlsplit(address)
    if parts.scheme in ("http", "https"):
        return f"{parts.scheme}://{re.sub(r'[^A-Za-z0-9.:-]', '', parts.netloc)}"
    return f"{re.sub(r'[^A-Za-z0-9.+-]', '', parts.scheme)}:"


def hidden(values: Mapping[str, str]) -> str:
    """Hidden inputs of a form."""
    return "".join(f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">' for name, value in values.items())


def buttons(name: str, choices: list[Choice]) -> str:
    """A list of buttons, each of which sends the form with its value."""
    return "".join(
        f'<li><button type="submit" name="{html.escape(name)}" value="{html.escape(choice.value)}"><strong>{html.escape(choice.label)}'
        f"</strong> <span>{html.escape(choice.about)}</span></button></li>"
        for choice in choices
    )


def own_number(values: Mapping[str, str], language: str) -> str:
    """A form to log in with a synthetic number that is not in the list."""
    words = {name: html.escape(words) for name, words in texts()[language].items() if name.startswith("own_")}
    return Template(_file("own.html")).substitute({**words, "hidden": hidden(values)})


def page(template: str, language: str, values: Mapping[str, str], *, status: int = 200, form_action: str = "'none'") -> Response:
    """The page ``template``, its words in ``language``. ``values`` are HTML already; ``form_action``: where forms may lead."""
    words = {name: html.escape(words) for name, words in texts()[language].items()}
    filled = Template(_file(template).replace("/*style*/", _file("style.css"))).substitute({**words, "language": language, **values})
    style = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(it.encode()).digest()).decode()}'" for it in _STYLE.findall(filled))
    policy = f"default-src 'none'; style-src {style}; img-src data:; base-uri 'none'; form-action {form_action}; frame-ancestors 'none'"
    headers = {
        "content-security-policy": policy,
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "content-language": language,
    }
    return HTMLResponse(filled, status, headers)


def other_language(language: str, values: Mapping[str, str]) -> str:
    """The link to the page in the other language, as HTML."""
    other = "en" if language == "nb" else "nb"
    address = html.escape("?" + urlencode({**values, "lang": other}))
    return f'<a href="{address}" lang="{other}" hreflang="{other}">{html.escape(texts()[language]["other_language"])}</a>'


def refusal(why: str, language: str) -> Response:
    """A page with status 400 that says ``why`` nothing can be done here."""
    return page("refused.html", language, {"why": html.escape(why)}, status=400)
