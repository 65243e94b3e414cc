"""In which language an answer's words are wanted: Accept-Language.

Source: RFC 9110 section 12.5.4 (https://www.rfc-editor.org/rfc/rfc9110#section-12.5.4) and the lookup of RFC 4647 section 3.4.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from hit_maternity.fhir.outcome import ENGLISH

#: What a range's first part stands for. Bokmål serves whoever reads Norwegian.
_SERVED = {"en": ENGLISH, "nb": "nb", "no": "nb", "nn": "nb"}
_MOST_RANGES = 64


def language_of(headers: Mapping[str, str]) -> str:
    """``nb`` or ``en``, whichever the caller likes better; ``en`` where neither is named: words in some language are better than none.
    A range that is malformed is passed over."""
    accept = headers.get("accept-language")
    return _preferred(accept) if accept else ENGLISH


@lru_cache(maxsize=256)
def _preferred(accept: str) -> str:
    named: dict[str, tuple[float, int]] = {}
    wild = 0.0
    for place, text in enumerate(accept.split(",", _MOST_RANGES)[:_MOST_RANGES]):
        tag, _, weight = text.partition(";")
        quality = _quality(weight)
        tag = tag.strip().lower()
        if tag == "*":
            wild = max(wild, quality)
        elif (language := _SERVED.get(tag.partition("-")[0])) is not None:
            named[language] = max(named.get(language, (0.0, 0)), (quality, -place))
    if wild and ENGLISH not in named:
        named[ENGLISH] = (wild, -_MOST_RANGES)
    best = max(named, key=lambda language: named[language], default=ENGLISH)
    return best if named and named[best][0] > 0 else ENGLISH


def _quality(weight: str) -> float:
    """The value of ``q=0.8``; 1 where there is none, 0 where it is no number from 0 to 1."""
    name, _, value = weight.partition("=")
    if not name.strip():
        return 1.0
    try:
        quality = float(value) if name.strip().lower() == "q" else 1.0
    except ValueError:
        return 0.0
    return quality if 0.0 <= quality <= 1.0 else 0.0
