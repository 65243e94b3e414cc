"""One validation under way: where it is, which resource surrounds it, and what it has found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hit_maternity.fhir.definitions import Definitions, ElementInfo
from hit_maternity.fhir.fhirpath import Context
from hit_maternity.fhir.outcome import Issue
from hit_maternity.fhir.ports import Terminology
from hit_maternity.fhir.validation import rules, rules_nb
from hit_maternity.fhir.validation.rules import RULES

if TYPE_CHECKING:
    from hit_maternity.fhir.validation.bundles import BundleScope

#: How deep elements may nest, and how many faults are told at most.
DEPTH_LIMIT = 64
FAULT_LIMIT = 1000

#: A place: (place of the parent, the element here, its index where it repeats, depth). Cheap to make, spelt out only for a fault.
Path = tuple[Any, ElementInfo, int | None, int]


def root(name: str) -> Path:
    """The place of a resource that stands alone."""
    info = ElementInfo(name, name, name, name, 0, None, False, False, False, False, False, 0, frozenset(), None, ())
    return (None, info, None, 0)


def locate(path: Path | None) -> str:
    """The FHIRPath of a place: ``Observation.component[1].code``."""
    parts: list[str] = []
    while path is not None:
        parent, info, index, _ = path
        parts.append(info.name if index is None else f"{info.name}[{index}]")
        path = parent
    return ".".join(reversed(parts))


def short(text: str, limit: int = 60) -> str:
    """``text`` fit to be told: printable, at most ``limit`` characters."""
    if len(text) <= limit and text.isprintable():
        return text
    clean = "".join(c if c.isprintable() else "?" for c in text[: limit + 1])
    return clean if len(clean) <= limit else clean[:limit] + "..."


#: Fetches what a reference leads to, None where it isn't there.
Resolve = Callable[[str], dict[str, Any] | None]


class Walk:
    """The state of one validation; made for it, used by one thread. ``resource`` is FHIRPath's %resource, ``container``
    its %rootResource; ``fragments`` are the ``#id`` references met in ``resource``, ``inward`` the ids (Python's) of contained
    resources that refer to the one around them; ``bundle`` is the Bundle around it, ``references`` and ``mentions`` what an entry
    of it refers to, and what it names by plain URLs; ``outside`` fetches what is elsewhere;
    ``named`` the profiles that the caller asks of the outermost resource;
    ``verdicts`` which resource (Python's id) was found to meet which profile;
    ``trials`` counts the checks under way whose faults are not told, only whether there are any."""

    __slots__ = (
        "_contained",
        "_context",
        "bundle",
        "container",
        "definitions",
        "fragments",
        "full",
        "inward",
        "issues",
        "language",
        "mentions",
        "named",
        "narrative_ok",
        "outside",
        "references",
        "resource",
        "terminology",
        "trials",
        "verdicts",
    )

    def __init__(
        self,
        definitions: Definitions,
        terminology: Terminology,
        language: str,
        narrative_ok: Callable[[str], bool],
        outside: Resolve | None = None,
    ) -> None:
        self.outside = outside
        self.named: Sequence[str] = ()
        self.verdicts: dict[tuple[int, str], bool] = {}
        self.definitions = definitions
        self.terminology = terminology
        self.narrative_ok = narrative_ok
        self.language = "nb" if language[:2] in ("nb", "no", "nn") else "en"
        self.issues: list[Issue] = []
        self.full = False
        self.trials = 0
        self.resource: dict[str, Any] = {}
        self.container: dict[str, Any] = {}
        self.fragments: set[str] = set()
        self.inward: set[int] = set()
        self.references: list[tuple[Path, str]] = []
        self.mentions: list[str] = []
        self.bundle: BundleScope | None = None
        self._context: Context | None = None
        self._contained: dict[str, str] | None = None

    def fault(self, rule: str, path: Path, child: ElementInfo | None = None, index: int | None = None, /, **words: object) -> None:
        """Notes that ``rule`` is broken at ``path``, or at its ``child``."""
        if child is not None:
            path = (path, child, index, 0)
        words.setdefault("element", path[1].name)
        self.note(rule, locate(path), **words)

    def note(self, rule: str, expression: str, /, **words: object) -> None:
        """Notes that ``rule`` is broken at ``expression``."""
        if self.full:
            return
        if len(self.issues) >= FAULT_LIMIT:
            self.full = True
            rule, words = "structure-too-many-faults", {"limit": FAULT_LIMIT}
        meant = RULES[rule]
        words.setdefault("hint", "")
        template = rules_nb.NORWEGIAN[rule] if self.language == "nb" else meant.text
        text = template.format_map(words)
        self.issues.append(Issue(meant.code, rule, text, expression, meant.severity, self.language))

    def told(self, json_type: str) -> str:
        """A JSON type in words."""
        words = rules_nb.JSON_TYPES if self.language == "nb" else rules.JSON_TYPES
        return words[json_type]

    def contained_types(self) -> Mapping[str, str]:
        """id -> resource type of what the container contains."""
        if self._contained is None:
            listed = self.container.get("contained")
            found = [c for c in listed if isinstance(c, dict)] if isinstance(listed, list) else []
            self._contained = {c["id"]: str(c.get("resourceType")) for c in found if isinstance(c.get("id"), str)}
        return self._contained

    def enter(self, resource: dict[str, Any], outermost: bool) -> tuple[Any, ...]:
        """Makes ``resource`` the present one; ``outermost``: it is nobody's contained. Gives back what ``leave`` needs."""
        bundle = self.bundle
        before = (self.resource, self.container, self._context, self._contained, self.fragments, bundle, bundle.base if bundle else None)
        self.resource = resource
        self._context = None
        self.fragments = set()
        if outermost:
            self.container = resource
            self._contained = None
            if bundle:
                bundle.move_to(resource)
        return before

    def leave(self, before: tuple[Any, ...]) -> None:
        """Back to what surrounds the present resource; what a contained one referred to, the one around it referred to."""
        left, met = self.resource, self.fragments
        self.resource, self.container, self._context, self._contained, self.fragments, bundle, base = before
        if bundle:
            bundle.base = base
        if met and self.container is self.resource and left is not self.resource:
            self.fragments |= met
            if "#" in met:
                self.inward.add(id(left))

    def context(self) -> Context:
        """The FHIRPath context of the present resource."""
        if self._context is None:
            self._context = Context(
                resource=self.resource,
                root_resource=self.container,
                definitions=self.definitions,
                terminology=self.terminology,
                resolve=self.resolve,
                narrative_ok=self.narrative_ok,
            )
        return self._context

    def resolve(self, reference: str) -> dict[str, Any] | None:
        """The resource that ``reference`` names, inside what is being validated or outside; None where it isn't at hand."""
        if reference == "#":
            return self.container
        if reference.startswith("#"):
            listed = self.container.get("contained")
            found = listed if isinstance(listed, list) else []
            return next((c for c in found if isinstance(c, dict) and c.get("id") == reference[1:]), None)
        inside = self.bundle.resolve(reference) if self.bundle else None
        return inside if inside is not None or self.outside is None else self.outside(reference)
