"""Pages: self-contained HTML whose style and script are inline, each allowed by its hash and nothing else."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template
from typing import Any

from hit_maternity import __version__

_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Page:
    """HTML text and its Content-Security-Policy."""

    html: str
    policy: str


@cache
def _template(name: str) -> Template:
    folder = files("hit_maternity.web") / "templates"
    style = (folder / "style.css").read_text(encoding="utf-8")
    page = (folder / name).read_text(encoding="utf-8")
    return Template(page.replace("/*style*/", style))


def _page(name: str, values: Mapping[str, str]) -> Page:
    """``values`` are HTML already: escape what others wrote."""
    text = _template(name).substitute(values)
    style, script = (" ".join(map(_hash, found.findall(text))) or "'none'" for found in (_STYLE, _SCRIPT))
    policy = (
        f"default-src 'none'; style-src {style}; script-src {script}; connect-src 'self'; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return Page(text, policy)


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


#: Address, name and words of cards that depend on how the server is run; words are HTML.
_WOMEN = (("/fhir/Patient?_pretty=true", "Women in the record", "A first search, at the FHIR base <code>/fhir</code>"),)
_OWN_PAGES = (
    ("/app/", "Her own pages", "The woman's card, who has looked, and her consent: log in as one of the demo's"),
    ("/sts/.well-known/openid-configuration", "Local HelseID", "Tokens for trying out, at <code>/sts</code>: nobody real, no account"),
)
_CARD = '      <li><a href="{}"><strong>{}</strong><span>{}</span></a></li>\n'
_TRY = """    <div class="example"><header><h3>{what}</h3><button type="button" data-copy="{id}">Copy</button></header>
<pre tabindex="0"><code id="{id}">{command}</code></pre></div>
"""


@dataclass(frozen=True, slots=True)
class Front:
    """What the landing page tells of the server. ``trials``: what a command line shows, and the command; ``open_access``: no tokens are
    asked for; ``simulators``: the local issuers are there."""

    trials: Sequence[tuple[str, str]] = ()
    open_access: bool = True
    simulators: bool = False


def landing(address: str, front: Front) -> Page:
    """The landing page; ``address`` is the one it was called at: ``http://127.0.0.1:8080``."""
    tries = "".join(
        _TRY.format(what=html.escape(what), id=f"try-{number}", command=html.escape(command))
        for number, (what, command) in enumerate(front.trials, 1)
    )
    escaped = html.escape(address)
    values = {
        "version": __version__,
        "tries": tries + (_template("landing_python.html").substitute(address=escaped) if front.open_access else ""),
        "doors": "".join(_CARD.format(*card) for card in (_WOMEN if front.open_access else _OWN_PAGES if front.simulators else ())),
        "with": "With the demo's data, in the folder where it was started:" if front.trials else "With the demo's data:",
        "open": "true" if front.open_access else "false",
    }
    return _page("landing.html", values)


def reference(fhir: Mapping[str, Any], service: Mapping[str, Any]) -> Page:
    """The API reference made of the two OpenAPI documents."""
    groups: dict[str, list[str]] = {tag["name"]: [] for tag in fhir["tags"]}
    for document in (fhir, service):
        for path, item in document["paths"].items():
            for method, operation in item.items():
                if method in ("get", "post", "put", "patch", "delete"):
                    groups.setdefault(operation.get("tags", ["other"])[0], []).append(_operation(document, path, item, method, operation))
    listed = "".join(
        f'<details class="group" data-name="{html.escape(name.lower())}"><summary>{html.escape(name)} '
        f'<span class="count">{len(rows)}</span></summary>{"".join(rows)}</details>'
        for name, rows in groups.items()
        if rows
    )
    return _page("reference.html", {"groups": listed, "version": __version__})


def _operation(document: Mapping[str, Any], path: str, item: Mapping[str, Any], method: str, operation: Mapping[str, Any]) -> str:
    parameters = [_resolved(document, p) for p in (*item.get("parameters", ()), *operation.get("parameters", ()))]
    cells = [(f"<code>{html.escape(p['name'])}</code>", html.escape(p["in"]), html.escape(p.get("description", ""))) for p in parameters]
    rows = "".join(f"<tr><td>{name}</td><td>{place}</td><td>{meaning}</td></tr>" for name, place, meaning in cells)
    table = f"<table><thead><tr><th>Parameter</th><th>In</th><th>Meaning</th></tr></thead><tbody>{rows}</tbody></table>" if rows else ""
    words = html.escape(operation.get("description", ""))
    return (
        f'<section class="operation"><h3><span class="verb {method}">{method.upper()}</span> <code>{html.escape(path)}</code></h3>'
        f"<p>{html.escape(operation.get('summary', ''))}</p>{f'<p>{words}</p>' if words else ''}{table}</section>"
    )


def _resolved(document: Mapping[str, Any], parameter: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = parameter.get("$ref")
    if reference is None:
        return parameter
    found: Any = document
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return dict(found)
