"""In which language a code is shown: what the caller asked for, and the name that fits it best.

Sources: RFC 4647 section 3.4 (lookup), RFC 9110 section 12.5.4 (Accept-Language), and
https://hl7.org/fhir/R4/codesystem-definitions.html#CodeSystem.concept.designation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

_MOST = 16
#: A language in whose place another can be read.
_NEAR: Mapping[str, tuple[str, ...]] = {"no": ("nb", "nn"), "nb": ("no",), "nn": ("no", "nb")}
#: Uses of a designation that make it a name to show, rather than a synonym or an explanation.
_SHOWN = frozenset({"display", "preferredForLanguage", "preferred"})


@dataclass(frozen=True, slots=True)
class Languages:
    """``tags``: the languages asked for, in lower case, the best liked first; none: whatever the system itself prefers."""

    tags: tuple[str, ...] = ()

    def display(self, display: str | None, own: str | None, designations: Iterable[Mapping[str, Any]]) -> str | None:
        """The name to show of a concept whose preferred one is ``display``, in the language ``own`` (None: not stated)."""
        named = [d for d in designations if d.get("language") and d.get("value")]
        for tag in self.tags:
            if display and _fits((own or "en").lower(), tag):
                return display
            fitting = [d for d in named if _fits(d["language"].lower(), tag)]
            if fitting:
                best = next((d for d in fitting if d.get("use") is None or d["use"].get("code") in _SHOWN), fitting[0])
                return str(best["value"])
        return display


def _fits(language: str, tag: str) -> bool:
    """Whether text in ``language`` serves who asks for ``tag``: the same, or one of them is more special than the other."""
    return language == tag or language.startswith(f"{tag}-") or tag.startswith(f"{language}-")


@lru_cache(maxsize=256)
def languages(text: str) -> Languages:
    """What an Accept-Language header, or one tag, asks for; parts that say nothing are passed over."""
    liked: list[tuple[float, int, str]] = []
    for place, part in enumerate(text.split(",")[:_MOST]):
        tag, _, rest = part.strip().partition(";")
        quality = rest.strip().removeprefix("q=") if rest else "1"
        try:
            weight = float(quality)
        except ValueError:
            continue
        if tag.strip() not in ("", "*") and weight > 0:
            liked.append((-weight, place, tag.strip().lower()))
    tags: dict[str, None] = {}
    ordered = [tag for _, _, tag in sorted(liked)]
    for tag in ordered:
        tags[tag] = None
        tags.update(dict.fromkeys(near for near in _NEAR.get(tag.partition("-")[0], ()) if near not in ordered))
    return Languages(tuple(tags))
