"""The card as she reads it: the ten sections of ``$helsekort``, told by the narrative that documents have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hit_maternity.access.citizen_desk import Language
from hit_maternity.maternity.card.sections import main_sections
from hit_maternity.maternity.narrative.card import section
from hit_maternity.maternity.narrative.words import SECTION, Reader
from hit_maternity.web.citizen.rendering import paragraph, words

Resource = dict[str, Any]

#: What a document's tables carry for those who show it without a style of their own.
_TABLE = re.compile(r"<table [^>]*>")
_ALIGNED = re.compile(r'<th scope="(row|col)" align="left">')


def sections(bundle: Mapping[str, Any], base: str, language: Language) -> Iterator[str]:
    """The ten sections as HTML, each with its heading, from the Bundle of ``$helsekort`` under the FHIR base ``base``."""
    resources = [entry["resource"] for entry in bundle.get("entry", ())]
    known = {f"{r['resourceType']}/{r['id']}": r for r in resources if "id" in r}
    listed = {code: r for r in resources if r["resourceType"] == "List" and (code := _section(r))}
    read = Reader(known, "nb", base)
    for place in main_sections():
        inside = _named(listed.get(place.code, {}), known)
        if place.code == "about-you":
            inside = [*(r for r in resources[:2] if r["resourceType"] == "Patient"), *inside]
        told = [_plainer(part) for part in section(place.code, _once(inside), read)]
        title = place.words.nb if language == "nb" else place.words.en
        content = f'<div class="table" lang="nb" tabindex="0" role="group" aria-labelledby="{place.code}">{"".join(told)}</div>'
        empty = paragraph(words("card-empty", language), "empty")
        head = f'<h2 id="{place.code}">{words("plain", language, text=title)}</h2>'
        yield f'<section class="part">{head}{content if any(told) else empty}</section>'


def updated(bundle: Mapping[str, Any]) -> str | None:
    """When something in the card was changed last, as FHIR writes an instant; None where nothing tells."""
    told = [entry["resource"].get("meta", {}).get("lastUpdated") for entry in bundle.get("entry", ())]
    return max((t for t in told if t), default=None)


def _section(resource: Resource) -> str | None:
    codings = resource.get("code", {}).get("coding", ())
    return next((c.get("code") for c in codings if c.get("system") == SECTION), None)


def _named(contents: Mapping[str, Any], known: Mapping[str, Resource]) -> list[Resource]:
    """The resources that a section's List names and that are there."""
    references = [entry["item"].get("reference", "") for entry in contents.get("entry", ())]
    return [known[name] for r in references if (name := "/".join(r.split("/")[-2:])) in known]


def _once(resources: Sequence[Resource]) -> list[Resource]:
    return list({(r["resourceType"], r["id"]): r for r in resources}.values())


def _plainer(html: str) -> str:
    return _ALIGNED.sub(r'<th scope="\1">', _TABLE.sub("<table>", html)).replace("<h4>", "<h3>").replace("</h4>", "</h3>")
