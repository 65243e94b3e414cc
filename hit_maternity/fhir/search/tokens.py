"""Codes, identifiers and their texts as rows.

Source: https://hl7.org/fhir/R4/search.html#token.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hit_maternity.fhir.definitions import ElementInfo
from hit_maternity.fhir.search.fold import STRING_LENGTH, TOKEN_LENGTH, bounded, fold
from hit_maternity.fhir.search.model import SearchParameter, StringRow, TokenRow
from hit_maternity.fhir.search.sheet import Sheet, Sink

#: ``maker(parameters, variants, element)`` gives one sink that writes the rows of all ``parameters``, which share an element.
#: ``variants`` is False for parts of composites, which have no ``:text`` and the like.
Maker = Callable[[Sequence[SearchParameter], bool, ElementInfo | None], Sink]

MIME_TYPES = "http://hl7.org/fhir/ValueSet/mimetypes"

_new = tuple.__new__  # half the time of a NamedTuple's own constructor, and there are dozens of rows a resource


def keys_of(parameters: Sequence[SearchParameter]) -> tuple[int, ...]:
    """The keys that rows of ``parameters`` are written under."""
    return tuple(p.key for p in parameters)


def variants_of(parameters: Sequence[SearchParameter], wanted: bool, suffix: str) -> tuple[int, ...]:
    """The keys of a variant of ``parameters``; none where it isn't ``wanted``."""
    return tuple(p.variant(suffix) for p in parameters) if wanted else ()


def emit_token(keys: tuple[int, ...], system: Any, code: Any, sheet: Sheet, item: int) -> None:
    """Rows of a system and a code; what isn't text counts as missing, and without either there is none."""
    if type(code) is not str:
        if type(system) is not str:
            return
        code = ""
    if type(system) is not str:
        system = ""
    if len(code) > TOKEN_LENGTH or len(system) > TOKEN_LENGTH:
        code, system = bounded(code, TOKEN_LENGTH), bounded(system, TOKEN_LENGTH)
    rows = sheet.token
    for key in keys:
        rows.append(_new(TokenRow, (key, item, system, code)))


def emit_text(keys: tuple[int, ...], text: Any, sheet: Sheet, item: int) -> None:
    """Rows of a text, folded and as it is; none where it isn't text."""
    if type(text) is str and keys:
        folded, exact = fold(text), text[:STRING_LENGTH]
        rows = sheet.string
        for key in keys:
            rows.append(_new(StringRow, (key, item, folded, exact)))


def _coding(parameters: Sequence[SearchParameter], variants: bool, _: ElementInfo | None) -> Sink:
    keys, texts = keys_of(parameters), variants_of(parameters, variants, ":text")

    def sink(value: Any, sheet: Sheet, item: int) -> None:
        emit_token(keys, value.get("system"), value.get("code"), sheet, item)
        if "display" in value:
            emit_text(texts, value["display"], sheet, item)

    return sink


def _codeable_concept(parameters: Sequence[SearchParameter], variants: bool, _: ElementInfo | None) -> Sink:
    coding, texts = _coding(parameters, variants, None), variants_of(parameters, variants, ":text")

    def sink(value: Any, sheet: Sheet, item: int) -> None:
        codings = value.get("coding")
        if type(codings) is list:
            for one in codings:
                if type(one) is dict:
                    coding(one, sheet, item)
        if "text" in value:
            emit_text(texts, value["text"], sheet, item)

    return sink


def _identifier(parameters: Sequence[SearchParameter], variants: bool, _: ElementInfo | None) -> Sink:
    keys = keys_of(parameters)
    of_type, texts = variants_of(parameters, variants, ":of-type"), variants_of(parameters, variants, ":text")

    def sink(value: Any, sheet: Sheet, item: int) -> None:
        number = value.get("value")
        emit_token(keys, value.get("system"), number, sheet, item)
        kind = value.get("type")
        if type(kind) is not dict or not of_type:
            return
        emit_text(texts, kind.get("text"), sheet, item)
        codings = kind.get("coding")
        for one in codings if type(codings) is list else ():
            if type(one) is dict and type(one.get("code")) is str and type(number) is str:
                emit_token(of_type, one.get("system"), f"{one['code']}|{number}", sheet, item)

    return sink


def _contact_point(parameters: Sequence[SearchParameter], variants: bool, _: ElementInfo | None) -> Sink:
    keys = keys_of(parameters)

    def sink(value: Any, sheet: Sheet, item: int) -> None:
        text = value.get("value")
        if type(text) is str:
            emit_token(keys, value.get("system"), contact(text), sheet, item)

    return sink


def contact(text: str) -> str:
    """A telephone number or address without white space and case: ``+47 22 00 00 00`` gives ``+4722000000``."""
    return "".join(text.split()).lower()


def _code(parameters: Sequence[SearchParameter], variants: bool, element: ElementInfo | None) -> Sink:
    keys = keys_of(parameters)
    mime = element is not None and element.binding is not None and element.binding.value_set.startswith(MIME_TYPES)
    below = variants_of(parameters, variants and mime, ":below")

    def sink(value: Any, sheet: Sheet, item: int) -> None:
        if type(value) is str:
            emit_token(keys, "", value, sheet, item)
            if below:
                emit_token(below, "", value.partition(";")[0].strip(), sheet, item)

    return sink


def _boolean(parameters: Sequence[SearchParameter], variants: bool, _: ElementInfo | None) -> Sink:
    keys = keys_of(parameters)

    def sink(value: Any, sheet: Sheet, item: int) -> None:
        if type(value) is bool:
            emit_token(keys, "", "true" if value else "false", sheet, item)

    return sink


def _token_string(parameters: Sequence[SearchParameter], variants: bool, _: ElementInfo | None) -> Sink:
    keys = keys_of(parameters)

    def sink(value: Any, sheet: Sheet, item: int) -> None:
        if type(value) is str:  # "if the underlying data type is string then the search is not case sensitive"
            emit_token(keys, "", value.casefold(), sheet, item)

    return sink


MAKERS: dict[tuple[str, str], Maker] = {
    ("token", "Coding"): _coding,
    ("token", "CodeableConcept"): _codeable_concept,
    ("token", "Identifier"): _identifier,
    ("token", "ContactPoint"): _contact_point,
    ("token", "boolean"): _boolean,
    ("token", "string"): _token_string,
    ("token", "markdown"): _token_string,
    **{("token", t): _code for t in ("code", "id", "uri", "url", "canonical", "oid", "uuid")},
}
