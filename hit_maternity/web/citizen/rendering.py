"""Pages for the citizen: HTML without scripts, in Norwegian or English, under a policy that allows their own style and nothing else."""

from __future__ import annotations

import base64
import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from urllib.parse import urlencode
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from starlette.responses import HTMLResponse, Response

from hit_maternity import __version__
from hit_maternity.access.citizen_desk import Language

#: The pages in the order of their menu: key of the words, and path below the root.
MENU = (("home", ""), ("card", "/card"), ("log", "/log"), ("outsiders", "/outsiders"), ("consent", "/consent"))
_MONTHS = {
    "nb": ["januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "desember"],
    "en": ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
}


@cache
def _texts() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))


def words(key: str, language: Language, **values: str) -> str:
    """The text of ``key``, as HTML; ``values`` fill its blanks and are escaped."""
    return escape(_texts()[key][language]).format(**{name: escape(value) for name, value in values.items()})


@cache
def _file(name: str) -> str:
    return files("hit_maternity.web").joinpath(name).read_text(encoding="utf-8")


@cache
def _style() -> str:
    return _file("templates/style.css") + _file("citizen/templates/citizen.css")


@cache
def _policy() -> str:
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"


def page(
    key: str, content: Iterable[str], language: Language, root: str, *, status: int = 200, name: str | None = None, mark: str | None = None
) -> Response:
    """The page ``key`` (its title is ``<key>-title``). ``content``: HTML. ``mark``: of the session, where there is one: then the page has
    its menu and a way to log out. ``name``: who is logged in."""
    title = words(f"{key}-title", language)
    other: Language = "en" if language == "nb" else "nb"
    values = {
        "language": language,
        "title": title,
        "style": _style(),
        "skip": words("skip", language),
        "brand": words("brand", language),
        "root": escape(root),
        "menu": _menu(key, language, root) if mark else "",
        "menu_label": words("menu", language),
        "who": _who(language, root, name, mark) if mark else "",
        "other": f'<a href="?{urlencode({"lang": other})}" lang="{other}" hreflang="{other}">{words("other-language", language)}</a>',
        "content": "".join(content),
        "footer": words("footer", language, version=__version__),
    }
    headers = {
        "content-security-policy": _policy(),
        "cache-control": "no-store",
        "content-language": language,
        "referrer-policy": "same-origin",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "permissions-policy": "camera=(), geolocation=(), microphone=()",
    }
    return HTMLResponse(Template(_file("citizen/templates/page.html")).substitute(values), status, headers)


def _menu(key: str, language: Language, root: str) -> str:
    def item(name: str, path: str) -> str:
        here = ' aria-current="page"' if name == key else ""
        return f'<li><a href="{escape(root + path)}"{here}>{words(f"{name}-title", language)}</a></li>'

    return "".join(item(name, path) for name, path in MENU)


def _who(language: Language, root: str, name: str | None, mark: str | None) -> str:
    told = f"<p>{words('logged-in', language, name=name)}</p>" if name else ""
    return f'<div class="who">{told}{form(f"{root}/logout", mark or "", words("log-out", language), kind="plain")}</div>'


def form(action: str, mark: str, label: str, inside: str = "", kind: str = "main") -> str:
    """A form of one button. ``label`` and ``inside`` are HTML."""
    return (
        f'<form method="post" action="{escape(action)}"><input type="hidden" name="mark" value="{escape(mark)}">{inside}'
        f'<button type="submit" class="{kind}">{label}</button></form>'
    )


def heading(text: str) -> str:
    return f"<h1>{text}</h1>"


def paragraph(text: str, kind: str = "") -> str:
    return f'<p class="{kind}">{text}</p>' if kind else f"<p>{text}</p>"


@cache
def _zone() -> ZoneInfo | None:
    try:
        return ZoneInfo("Europe/Oslo")
    except ZoneInfoNotFoundError:  # a system without the time zone database
        return None


def moment(at: datetime, language: Language) -> str:
    """``21. mars 2026 kl. 14.05``, in Norway's time where the system knows it, else in UTC and said so."""
    zone = _zone()
    local = at.astimezone(zone) if zone else at
    month = _MONTHS[language][local.month - 1]
    end = "" if zone else " UTC"
    if language == "nb":
        return f"{local.day}. {month} {local.year} kl. {local:%H.%M}{end}"
    return f"{local.day} {month} {local.year} at {local:%H:%M}{end}"
