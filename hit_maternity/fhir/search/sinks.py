"""How an element of each data type becomes rows, by the type of the search parameter.

Source: https://hl7.org/fhir/R4/search.html#table (which parameter type is used with which data type).
``MAKERS[parameter type, FHIR type]`` gives, for the parameters that share an element, one sink that writes the rows of all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hit_maternity.fhir.definitions import ElementInfo
from hit_maternity.fhir.search import moments, tokens
from hit_maternity.fhir.search.fold import URI_LENGTH, bounded, fold, words
from hit_maternity.fhir.search.model import DateRow, ReferenceRow, SearchParameter, UriRow
from hit_maternity.fhir.search.sheet import Sheet, Sink
from hit_maternity.fhir.search.tokens import Maker, emit_text, emit_token, keys_of, variants_of

_new = tuple.__new__

FAMILY = "HumanName.family"


# ---------------------------------------------------------------- string


def _string(parameters: Sequence[SearchParameter], variants: bool, element: ElementInfo | None) -> Sink:
    keys = keys_of(parameters)
    if element is not None and element.path == FAMILY:
        parts = variants_of(parameters, variants, ":part")
        return lambda value, sheet, item: _emit_family(keys, parts, value, sheet, item)
    return lambda value, sheet, item: emit_text(keys, value, sheet, item)


def _emit_family(keys: tuple[int, ...], parts: tuple[int, ...], name: Any, sheet: Sheet, item: int) -> None:
    """``Carreno Quinones`` is found by either part; what starts at a later one has a key of its own, so that sorting goes by the whole."""
    emit_text(keys, name, sheet, item)
    if type(name) is str and parts:
        for text in words(fold(name)):
            emit_text(parts, text, sheet, item)


def _parts(singles: tuple[str, ...], lists: tuple[str, ...]) -> Maker:
    """A sink over the string parts of HumanName or Address."""

    def make(parameters: Sequence[SearchParameter], variants: bool, _: ElementInfo | None) -> Sink:
        keys, families = keys_of(parameters), variants_of(parameters, variants, ":part")

        def sink(value: Any, sheet: Sheet, item: int) -> None:
            for part in singles:
                if part in value:
                    if part == "family":
                        _emit_family(keys, families, value[part], sheet, item)
                    else:
                        emit_text(keys, value[part], sheet, item)
            for part in lists:
                found = value.get(part)
                for text in found if type(found) is list else ():
                    emit_text(keys, text, sheet, item)

        return sink

    return make


# ---------------------------------------------------------------- date


def _moment(parameters: Sequence[SearchParameter], variants: bool, _: ElementInfo | None) -> Sink:
    keys = keys_of(parameters)

    def sink(value: Any, sheet: Sheet, item: int) -> None:
        found = moments.period(value) if type(value) is str else None
        if found:
            for key in keys:
                sheet.date.append(_new(DateRow, (key, item, found[0], found[1])))

    return sink


def _limits(read: Callable[[dict[str, Any]], moments.Period | None]) -> Maker:
    def make(parameters: Sequence[SearchParameter], variants: bool, _: ElementInfo | None) -> Sink:
        keys = keys_of(parameters)

        def sink(value: Any, sheet: Sheet, item: int) -> None:
            found = read(value)
            if found:
                for key in keys:
                    sheet.date.append(_new(DateRow, (key, item, found[0], found[1])))

        return sink

    return make


# ---------------------------------------------------------------- reference and uri


def _reference(parameters: Sequence[SearchParameter], variants: bool, _: ElementInfo | None) -> Sink:
    keys, identifiers = keys_of(parameters), variants_of(parameters, variants, ":identifier")

    def sink(value: Any, sheet: Sheet, item: int) -> None:
        text = value.get("reference")
        found = sheet.literal(text) if type(text) is str else None
        if found:
            _emit_reference(keys, found[0], found[1], sheet, item)
        logical = value.get("identifier")
        if type(logical) is dict:
            emit_token(identifiers, logical.get("system"), logical.get("value"), sheet, item)

    return sink


def _emit_reference(keys: tuple[int, ...], kind: str, id: str, sheet: Sheet, item: int) -> None:
    id = bounded(id, URI_LENGTH)
    for key in keys:
        sheet.reference.append(_new(ReferenceRow, (key, item, kind, id)))


def _canonical_reference(parameters: Sequence[SearchParameter], variants: bool, _: ElementInfo | None) -> Sink:
    keys, below = keys_of(parameters), variants_of(parameters, variants, ":below")

    def sink(value: Any, sheet: Sheet, item: int) -> None:
        if type(value) is not str:
            return
        url, _, version = value.partition("|")
        found = sheet.literal(url)
        if found:
            _emit_reference(keys, found[0], found[1], sheet, item)
            _emit_reference(below, "", url, sheet, item)
        if found and version:
            _emit_reference(keys, "", value, sheet, item)
            for prefix in version_prefixes(version):
                _emit_reference(below, "", f"{url}|{prefix}", sheet, item)

    return sink


def version_prefixes(version: str) -> list[str]:
    """``1.2.3`` gives ``1``, ``1.2``, ``1.2.3``."""
    parts = version.split(".")[:8]
    return [".".join(parts[: n + 1]) for n in range(len(parts))]


def _nested_resource(parameters: Sequence[SearchParameter], variants: bool, _: ElementInfo | None) -> Sink:
    keys = keys_of(parameters)

    def sink(value: Any, sheet: Sheet, item: int) -> None:
        kind, id = value.get("resourceType"), value.get("id")
        if type(kind) is str and type(id) is str:
            for parameter, key in zip(parameters, keys, strict=True):
                if kind in parameter.targets or not parameter.targets:
                    _emit_reference((key,), kind, id, sheet, item)

    return sink


def _uri(parameters: Sequence[SearchParameter], variants: bool, element: ElementInfo | None) -> Sink:
    keys = keys_of(parameters)
    own_url = element is not None and element.path.count(".") == 1 and element.name == "url"

    def sink(value: Any, sheet: Sheet, item: int) -> None:
        if type(value) is not str:
            return
        _emit_uri(keys, value, sheet, item)
        version = sheet.resource.get("version") if own_url else None
        if type(version) is str:  # so that url=http://...|1.0 asks for the version too
            _emit_uri(keys, f"{value}|{version}", sheet, item)

    return sink


def _canonical(parameters: Sequence[SearchParameter], variants: bool, _: ElementInfo | None) -> Sink:
    keys = keys_of(parameters)

    def sink(value: Any, sheet: Sheet, item: int) -> None:
        if type(value) is str:
            _emit_uri(keys, value, sheet, item)
            if "|" in value:
                _emit_uri(keys, value.partition("|")[0], sheet, item)

    return sink


def _emit_uri(keys: tuple[int, ...], text: str, sheet: Sheet, item: int) -> None:
    text = bounded(text, URI_LENGTH)
    for key in keys:
        sheet.uri.append(_new(UriRow, (key, item, text)))


_HUMAN_NAME = _parts(("text", "family"), ("given", "prefix", "suffix"))
_ADDRESS = _parts(("text", "city", "district", "state", "postalCode", "country"), ("line",))

MAKERS: dict[tuple[str, str], Maker] = {
    **tokens.MAKERS,
    **{("string", t): _string for t in ("string", "markdown", "code", "id", "uri", "url")},
    ("string", "HumanName"): _HUMAN_NAME,
    ("string", "Address"): _ADDRESS,
    **{("date", t): _moment for t in ("date", "dateTime", "instant")},
    ("date", "Period"): _limits(moments.of_period),
    ("date", "Timing"): _limits(moments.of_timing),
    ("reference", "Reference"): _reference,
    **{("reference", t): _canonical_reference for t in ("canonical", "uri", "url")},
    ("reference", "Resource"): _nested_resource,
    **{("uri", t): _uri for t in ("uri", "url", "oid", "uuid")},
    ("uri", "canonical"): _canonical,
}
