"""Whether a set of packages fits together: dependencies, circles, and canonicals that two of them define.

Source: https://confluence.hl7.org/display/FHIR/NPM+Package+Specification, "Dependencies".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hit_maternity.fhir.definitions import Source
from hit_maternity.fhir.outcome import WARNING, Issue
from hit_maternity.fhir.packages.package import CORE_PACKAGE, Package, pruned
from hit_maternity.fhir.packages.versions import Dependency, is_wanted, satisfies

#: FHIR itself, which every server has.
CORE_VERSION = "4.0.1"
#: Canonicals that are named where two packages define many.
_TOLD = 5
_REGISTRY = "https://packages.fhir.org"


@dataclass(frozen=True, slots=True)
class Wish:
    """A package and the names of dependencies that it is to do without."""

    package: Package
    without: frozenset[str] = frozenset()


def needed(wish: Wish) -> list[Dependency]:
    """The dependencies that must be there."""
    return [d for d in wish.package.manifest.dependencies if d.name not in wish.without]


def unmet(wishes: Sequence[Wish], built_in: Mapping[str, str]) -> list[Issue]:
    """An issue for each dependency that isn't there, is there in another version, or asks for a version in a way that FHIR packages
    don't have. ``built_in``: name -> version of what every server has besides FHIR itself."""
    there = {CORE_PACKAGE: CORE_VERSION, **built_in, **{w.package.manifest.name: w.package.manifest.version for w in wishes}}
    return [issue for wish in wishes for d in needed(wish) if (issue := _unmet(wish, d, there.get(d.name)))]


def _unmet(wish: Wish, wanted: Dependency, version: str | None) -> Issue | None:
    label = wish.package.manifest.label
    if not is_wanted(wanted.wanted):
        text = (
            f"{label} asks for {wanted.name} in a version written as '{wanted.wanted[:40]}'; FHIR packages write 1.2.3, 1.2.x or latest. "
            f"Ask the publisher, or add it with --without-dependencies {wanted.name}."
        )
        return Issue("value", "package-version-range", text)
    if version is None:
        text = (
            f"{label} needs {wanted.name} {wanted.wanted}, which is not here. Get it ({_REGISTRY}/{wanted.name}) and add it in the same "
            f"call; or do without what it defines: --without-dependencies {wanted.name}."
        )
        return Issue("not-found", "package-dependency-missing", text)
    core = wanted.name == CORE_PACKAGE and wanted.wanted.startswith("4.0")
    if core or satisfies(version, wanted.wanted):
        return None
    text = (
        f"{label} needs {wanted.name} {wanted.wanted}; {version} is here, and one version of a package can be. Get releases of the two "
        f"that fit each other, or add it with --without-dependencies {wanted.name}."
    )
    return Issue("conflict", "package-dependency-version", text)


def circles(wishes: Sequence[Wish]) -> list[Issue]:
    """An issue for each circle of dependencies, with its path."""
    by_name = {w.package.manifest.name: w for w in wishes}
    found: dict[frozenset[str], str] = {}
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            round_trip = path[path.index(name) :]
            found.setdefault(frozenset(round_trip), " -> ".join((*round_trip, name)))
        elif name in by_name and name not in done:
            for d in needed(by_name[name]):
                visit(d.name, (*path, name))
            done.add(name)

    for name in by_name:
        visit(name, ())
    return [
        Issue("business-rule", "package-circle", f"Packages depend on each other in a circle: {path}. Ask their publishers.")
        for path in found.values()
    ]


def in_order(wishes: Sequence[Wish]) -> list[Wish]:
    """Each package behind those that it depends on; otherwise by name. There must be no circle."""
    by_name = {w.package.manifest.name: w for w in sorted(wishes, key=lambda w: w.package.manifest.name)}
    placed: dict[str, Wish] = {}

    def place(name: str) -> None:
        if name in by_name and name not in placed:
            for d in needed(by_name[name]):
                place(d.name)
            placed[name] = by_name[name]

    for name in by_name:
        place(name)
    return list(placed.values())


def closure(wish: Wish, wishes: Sequence[Wish]) -> list[Package]:
    """The package and all that it stands on of ``wishes``, by name."""
    by_name = {w.package.manifest.name: w for w in wishes}
    found: dict[str, Package] = {}
    waiting = [wish]
    while waiting:
        one = waiting.pop()
        if one.package.manifest.name not in found:
            found[one.package.manifest.name] = one.package
            waiting += [by_name[d.name] for d in needed(one) if d.name in by_name]
    return [found[name] for name in sorted(found)]


def conflicts(packages: Sequence[Package]) -> list[Issue]:
    """An issue for each pair of packages that define the same canonical with different content."""
    return [issue for n, second in enumerate(packages) for first in packages[:n] for issue in _conflict(first, second)]


def _conflict(first: Package, second: Package) -> Iterator[Issue]:
    shared = first.canonicals().keys() & second.canonicals().keys()
    differing = sorted(url for kind, url in shared if first.find(kind, url) != second.find(kind, url))
    if differing:
        text = (
            f"{first.manifest.label} and {second.manifest.label} both define {_listed(differing)}, with different content. "
            "Which counts can't be told: remove one of the packages, or get releases of them that fit each other."
        )
        yield Issue("conflict", "package-canonical-conflict", text)


def redefined(package: Package, core: Source) -> list[Issue]:
    """A warning where ``package`` defines what FHIR R4 itself defines, with other content: FHIR's own stays."""
    differing = []
    for (kind, url), name in package.canonicals().items():
        theirs = core.find(kind, url) if url.startswith(("http://hl7.org/", "http://terminology.hl7.org/")) else None
        if theirs is not None and pruned(theirs) != package.definition(name):
            differing.append(url)
    if not differing:
        return []
    text = f"{package.manifest.label} defines {_listed(sorted(differing))} otherwise than FHIR R4 does; FHIR R4's own stay."
    return [Issue("informational", "package-redefines-core", text, severity=WARNING)]


def _listed(urls: Sequence[str]) -> str:
    more = len(urls) - _TOLD
    return ", ".join(urls[:_TOLD]) + (f" and {more} more" if more > 0 else "")
