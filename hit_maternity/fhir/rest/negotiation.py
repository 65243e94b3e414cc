"""Which format a body is in and which one an answer is wanted in: Content-Type, Accept, ``_format`` and ``_pretty``.

Source: https://hl7.org/fhir/R4/http.html#mime-type, #version-parameter and search.html#format; RFC 9110 section 12.5.1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from urllib.parse import parse_qsl

from hit_maternity.fhir.formats import MIME, PLAIN, Format, Kind
from hit_maternity.fhir.outcome import FhirError, refuse

__all__ = ["ACCEPT_PATCH", "Format", "RequestKind", "answer_format", "request_format"]

RequestKind = Literal["json", "xml", "json-patch", "form"]

#: The Content-Types of a PATCH, for the header ``Accept-Patch`` (RFC 5789).
ACCEPT_PATCH = "application/json-patch+json, application/fhir+json, application/fhir+xml"

_ANSWERS: dict[str, Kind] = {
    "application/fhir+json": "json", "application/json": "json", "text/json": "json", "json": "json", "application/json+fhir": "json",
    "application/fhir+xml": "xml", "application/xml": "xml", "text/xml": "xml", "xml": "xml", "application/xml+fhir": "xml",
}  # fmt: skip
_BODIES: dict[str, RequestKind] = {k: v for k, v in _ANSWERS.items() if "/" in k}
_PATCHES: dict[str, RequestKind] = {**_BODIES, "application/json-patch+json": "json-patch"}
_POSTS: dict[str, RequestKind] = {**_BODIES, "application/x-www-form-urlencoded": "form"}
_BY_METHOD: dict[str, dict[str, RequestKind]] = {"PATCH": _PATCHES, "POST": _POSTS}
_PAGES = frozenset({"text/html", "html", "application/xhtml+xml"})
_WILDCARDS: dict[str, tuple[Kind, ...]] = {
    "*/*": ("json", "xml"),
    "*": ("json", "xml"),
    "application/*": ("json", "xml"),
    "text/*": ("json", "xml"),
}
_VERSIONS = frozenset({"4.0", "4.0.1"})
_CHARSETS = frozenset({"utf-8", "utf8"})
_OFFERED = "application/fhir+json or application/fhir+xml, in FHIR version 4.0 and UTF-8"
_MOST_RANGES = 64


@dataclass(frozen=True, slots=True)
class _Range:
    """One media range of an Accept header."""

    mime: str
    quality: float
    parameters: Mapping[str, str]

    def fits(self) -> bool:
        """Whether its version and character set are ones we write."""
        version, charset = self.parameters.get("fhirversion", "4.0"), self.parameters.get("charset", "utf-8")
        return version in _VERSIONS and charset.lower() in _CHARSETS


def _media_range(text: str) -> _Range:
    mime, *rest = (part.strip() for part in text.split(";"))
    named = (part.partition("=") for part in rest)
    parameters = {name.strip().lower(): value.strip().strip('"') for name, _, value in named}
    return _Range(mime.lower(), _quality(parameters.get("q", "1")), parameters)


def _quality(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0


def _mime(kind: Kind, version: str | None) -> str:
    return f"{MIME[kind]};fhirVersion={version}" if version else MIME[kind]


def _best(ranges: list[_Range]) -> Format | None:
    """The format liked best: by quality, then named over wildcard, then as listed; None where none is acceptable."""
    named: dict[Kind, tuple[float, int, str | None]] = {}
    wild: dict[Kind, float] = {}
    page = 0.0
    for place, found in enumerate(ranges):
        if not found.fits():
            continue
        kind = _ANSWERS.get(found.mime)
        if kind and found.quality > named.get(kind, (-1.0, 0, None))[0]:
            named[kind] = (found.quality, -place, found.parameters.get("fhirversion"))
        elif found.mime in _PAGES:
            page = max(page, found.quality)
        for either in _WILDCARDS.get(found.mime, ()):
            wild[either] = max(wild.get(either, 0.0), found.quality)
    liked = [(quality, 1, place, kind, version) for kind, (quality, place, version) in named.items()]
    liked += [(quality, 0, -rank, kind, None) for rank, (kind, quality) in enumerate(wild.items()) if kind not in named]
    best = max((entry for entry in liked if entry[0] > 0), default=None, key=lambda entry: entry[:3])
    if page > 0 and (best is None or page > best[0] or not best[1]):
        return Format("json", True, MIME["json"])
    return Format(best[3], False, _mime(best[3], best[4])) if best else None


@lru_cache(maxsize=256)
def _accepted(accept: str) -> Format:
    listed = [_media_range(text) for text in accept.split(",", _MOST_RANGES)[:_MOST_RANGES] if text.strip()]
    if not listed:
        return PLAIN
    best = _best(listed)
    if best is None:
        raise _unacceptable("The header Accept names no format this server can give")
    return PLAIN if best == PLAIN else best


def _unacceptable(reason: str) -> FhirError:
    return refuse(406, "not-supported", "format-not-acceptable", f"{reason}; ask for {_OFFERED}.")


def answer_format(headers: Mapping[str, str], query: str | Sequence[tuple[str, str]] = "") -> Format:
    """How the answer is to be written. ``headers`` have lower-case names; ``query`` is the raw query string or its decoded pairs.

    ``_format`` wins over Accept; a browser, which asks for HTML first, gets JSON with line breaks. The Content-Type is FHIR's
    own, whichever of the accepted names was asked for. Raises ``FhirError`` 406 ``format-not-acceptable``, 400 ``pretty-invalid``.
    """
    accept = headers.get("accept", "")
    if isinstance(query, str):
        if "format" not in query and "pretty" not in query:
            return _accepted(accept)
        query = parse_qsl(query, keep_blank_values=True)
    asked = next((value for name, value in query if name == "_format"), None)
    pretty = next((value for name, value in query if name == "_pretty"), None)
    found = _named_format(asked) if asked else _accepted(accept)
    if pretty is None:
        return found
    if pretty not in ("true", "false"):
        raise refuse(400, "value", "pretty-invalid", "The parameter _pretty is either true or false.")
    return Format(found.kind, pretty == "true", found.mime)


def _named_format(text: str) -> Format:
    """A ``_format``; a ``+`` that was not percent-encoded has become a space on its way."""
    mime, *rest = text.strip().split(";", 1)
    best = _best([_media_range(";".join([mime.strip().replace(" ", "+"), *rest]))])
    if best is None:
        raise _unacceptable("The parameter _format names no format this server can give")
    return best


def request_format(headers: Mapping[str, str], method: str) -> RequestKind:
    """The format of a request's body: ``json`` or ``xml`` (for a PATCH these carry a FHIRPath Patch), ``json-patch`` (PATCH only)
    or ``form`` (POST only). Raises ``FhirError`` 415 ``content-type-missing``, ``content-type-unknown``, ``content-encoding-unknown``.
    """
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise refuse(415, "not-supported", "content-encoding-unknown", "Content-Encoding is not understood; send the body as it is.")
    return _body_format(headers.get("content-type", ""), method)


@lru_cache(maxsize=256)
def _body_format(content_type: str, method: str) -> RequestKind:
    known = _BY_METHOD.get(method, _BODIES)
    offered = ACCEPT_PATCH if method == "PATCH" else _OFFERED
    more = {"Accept_Patch": ACCEPT_PATCH} if method == "PATCH" else {}
    if not content_type.strip():
        raise refuse(415, "required", "content-type-missing", f"The header Content-Type is missing; say {offered}.", **more)
    found = _media_range(content_type)
    kind = known.get(found.mime)
    if kind is None or not found.fits():
        text = f"The Content-Type is not one that {method} understands; send {offered}."
        raise refuse(415, "not-supported", "content-type-unknown", text, **more)
    return kind
