"""Functions of strings. Source: http://hl7.org/fhirpath/N1/#string-manipulation and #additional-string-functions."""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Callable
from typing import Any

import msgspec

from hit_maternity.fhir.fhirpath import regex
from hit_maternity.fhir.fhirpath.code import MAX_TEXT, Env
from hit_maternity.fhir.fhirpath.errors import execution, limit
from hit_maternity.fhir.fhirpath.functions.registry import BOOLEAN_RESULT, INTEGER_RESULT, STRING_RESULT, Plain
from hit_maternity.fhir.fhirpath.item import Item, computed, single, string, text


def _number(items: list[Item], what: str) -> int | None:
    one = single(items, what)
    if one is None or one.value is None:
        return None
    if type(one.value) is not int:
        raise execution(f"{what} is given {one.type} where an integer is expected")
    return one.value


def _of_strings(name: str, compute: Callable[..., Any]) -> Callable[..., list[Item]]:
    """A function of strings alone: empty where one of them is missing."""

    def run(env: Env, focus: list[Item], *arguments: list[Item]) -> list[Item]:
        texts: list[str] = []
        for items in (focus, *arguments):
            one = single(items, f"{name}()")
            found = None if one is None else text(one)
            if found is None:
                return []
            texts.append(found)
        result = compute(*texts)
        if type(result) is str and len(result) > MAX_TEXT:
            raise limit(f"a string grows beyond {MAX_TEXT:,} characters")
        return [] if result is None else [computed(result)]

    return run


def _substring(env: Env, focus: list[Item], start: list[Item], length: list[Item] | None = None) -> list[Item]:
    one, begin = single(focus, "substring()"), _number(start, "substring()")
    whole = None if one is None else text(one)
    if whole is None or begin is None or not 0 <= begin < len(whole):
        return []
    size = None if length is None else _number(length, "substring()")
    return [string(whole[begin:] if size is None else whole[begin : begin + max(0, size)])]


def _replace(value: str, pattern: str, substitution: str) -> str:
    places = len(value) + 1 if not pattern else value.count(pattern)
    if len(value) + places * len(substitution) > MAX_TEXT:
        raise limit(f"a string grows beyond {MAX_TEXT:,} characters")
    return value.replace(pattern, substitution)


def _to_chars(env: Env, focus: list[Item]) -> list[Item]:
    one = single(focus, "toChars()")
    found = (None if one is None else text(one)) or ""
    env.spend(len(found))
    return [string(c) for c in found]


def _split(env: Env, focus: list[Item], separator: list[Item]) -> list[Item]:
    one, other = single(focus, "split()"), single(separator, "split()")
    value, mark = None if one is None else text(one), None if other is None else text(other)
    if value is None or mark is None:
        return []
    parts = value.split(mark) if mark else list(value)
    env.spend(len(parts))
    return [string(part) for part in parts]


def _join(env: Env, focus: list[Item], separator: list[Item] | None = None) -> list[Item]:
    other = single(separator, "join()") if separator else None
    mark = (None if other is None else text(other)) or ""
    parts = [found for item in focus if (found := text(item)) is not None]
    if sum(map(len, parts)) + len(mark) * len(parts) > MAX_TEXT:
        raise limit(f"a string grows beyond {MAX_TEXT:,} characters")
    return [string(mark.join(parts))] if parts else []


_ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "hex": binascii.hexlify,
    "base64": base64.b64encode,
    "urlbase64": base64.urlsafe_b64encode,
}
_DECODERS: dict[str, Callable[[str], bytes]] = {
    "hex": bytes.fromhex,
    "base64": lambda value: base64.b64decode(value, validate=True),
    "urlbase64": base64.urlsafe_b64decode,
}


def _encode(value: str, form: str) -> str | None:
    encoder = _ENCODERS.get(form)
    return encoder(value.encode()).decode() if encoder else None


def _decode(value: str, form: str) -> str | None:
    decoder = _DECODERS.get(form)
    try:
        return decoder(value).decode() if decoder else None
    except ValueError:
        raise execution(f"decode() is given what is not {form} of UTF-8 text") from None


def _escape(value: str, form: str) -> str | None:
    if form == "html":
        return html.escape(value)
    return msgspec.json.encode(value).decode()[1:-1] if form == "json" else None


_JSON_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_JSON_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "b": "\b"}


def _unescape(value: str, form: str) -> str | None:
    if form == "html":
        return html.unescape(value)
    if form != "json":
        return None
    plain = _JSON_ESCAPE.sub(lambda m: chr(int(m[1][1:], 16)) if len(m[1]) == 5 else _JSON_ESCAPES.get(m[1], m[1]), value)
    try:
        return plain.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise execution("unescape() is given half of a surrogate pair") from None


_COMPUTED: dict[str, tuple[Callable[..., Any], int, frozenset[str]]] = {
    "indexOf": (str.find, 1, INTEGER_RESULT),
    "lastIndexOf": (str.rfind, 1, INTEGER_RESULT),
    "startsWith": (str.startswith, 1, BOOLEAN_RESULT),
    "endsWith": (str.endswith, 1, BOOLEAN_RESULT),
    "contains": (str.__contains__, 1, BOOLEAN_RESULT),
    "upper": (str.upper, 0, STRING_RESULT),
    "lower": (str.lower, 0, STRING_RESULT),
    "trim": (str.strip, 0, STRING_RESULT),
    "length": (len, 0, INTEGER_RESULT),
    "replace": (_replace, 2, STRING_RESULT),
    "matches": (regex.matches, 1, BOOLEAN_RESULT),
    "matchesFull": (regex.matches_full, 1, BOOLEAN_RESULT),
    "replaceMatches": (regex.replace, 2, STRING_RESULT),
    "encode": (_encode, 1, STRING_RESULT),
    "decode": (_decode, 1, STRING_RESULT),
    "escape": (_escape, 1, STRING_RESULT),
    "unescape": (_unescape, 1, STRING_RESULT),
}

PLAIN: dict[str, Plain] = {
    **{name: Plain(_of_strings(name, compute), count, count, types) for name, (compute, count, types) in _COMPUTED.items()},
    "substring": Plain(_substring, 1, 2, STRING_RESULT),
    "toChars": Plain(_to_chars, types=STRING_RESULT),
    "split": Plain(_split, 1, 1, STRING_RESULT),
    "join": Plain(_join, 0, 1, STRING_RESULT),
}
