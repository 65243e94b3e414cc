"""What the server goes by before it has any data: FHIR R4, the profiles of the card, and the packages an operator has added."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from hit_maternity import __version__
from hit_maternity.clock import Clock, SystemClock
from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.outcome import FhirError, Issue, refuse
from hit_maternity.fhir.packages import Package, PackageFolder, read_file
from hit_maternity.fhir.search import Search
from hit_maternity.fhir.terminology import LoadedTerminology
from hit_maternity.fhir.validation import Validator
from hit_maternity.settings import CARD, Settings

#: Where packages are when the settings name no folder.
PACKAGES = "var/packages"

#: A fetus is in its mother's record.
OWNERS = {"Patient": "fetus-of"}

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Definitions with the packages, and all that is made of them."""

    definitions: Definitions
    terminology: LoadedTerminology
    validator: Validator
    search: Search


def knowledge(settings: Settings, clock: Clock | None = None) -> Knowledge:
    """FHIR R4, our own profiles and the packages that ``settings`` name: what the server, and every command, goes by.

    What an operator should know of the packages is logged as warnings. Raises ``FhirError`` 422 where a package can't be used as it is,
    its folder is missing, or a required profile isn't known."""
    own = read_file(own_package(), ours=True)
    packages = _packages(settings, own)
    definitions = Definitions.with_packages(packages)
    terminology = LoadedTerminology(definitions)
    validator = Validator(definitions, terminology, required_profiles=_required(settings, definitions, own))
    sizes = {"default_count": settings.search.search_count, "max_count": settings.search.search_max_count}
    return Knowledge(definitions, terminology, validator, Search(definitions, terminology, clock or SystemClock(), **sizes, owners=OWNERS))


def own_package() -> Path:
    """The file of our own profiles: in the package where it is installed, else in ``profiles/`` beside it."""
    package = Path(__file__).resolve().parent
    inside = package / "profiles"
    return max((inside if inside.is_dir() else package.parent / "profiles").glob("hit.maternity.no-*.tgz"))


def package_folder(settings: Settings, own: Package | None = None) -> PackageFolder:
    """The folder that packages are added to."""
    path = Path(settings.packages.packages or PACKAGES)
    return PackageFolder(path, [own or read_file(own_package(), ours=True)], __version__)


def _packages(settings: Settings, own: Package) -> list[Package]:
    folder = package_folder(settings, own)
    if settings.packages.packages and not folder.path.is_dir():
        text = f"HIT_PACKAGES names {folder.path}, which is no folder. Make it with `hit-maternity packages add`, or mend the setting."
        raise refuse(422, "not-found", "packages-folder-missing", text)
    loaded = folder.load()
    for words in loaded.warnings:
        _log.warning("%s", words)
    return [own, *loaded.packages]


def _required(settings: Settings, definitions: Definitions, own: Package) -> Mapping[str, frozenset[str]]:
    """The profiles that a resource must claim one of, by type."""
    asked: dict[str, frozenset[str]] = {}
    for type_name, urls in settings.packages.required_profiles:
        asked |= _of_the_card(own) if type_name == CARD else {type_name: frozenset(urls)}
    faults = [fault for type_name, urls in asked.items() for fault in _unusable(type_name, urls, definitions)]
    if faults:
        raise FhirError(422, faults)
    return asked


def _of_the_card(own: Package) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for entry in own.entries("StructureDefinition"):
        if entry.get("kind") == "resource" and entry.get("derivation") == "constraint":
            found.setdefault(entry["type"], set()).add(entry["url"])
    return {type_name: frozenset(urls) for type_name, urls in found.items()}


def _unusable(type_name: str, urls: Iterable[str], definitions: Definitions) -> Iterable[Issue]:
    if type_name not in definitions.resource_types:
        text = f"HIT_REQUIRED_PROFILES names {type_name[:64]}, which is no resource type of FHIR R4."
        yield Issue("value", "required-profile-unknown", text)
        return
    for url in urls:
        found = definitions.find("StructureDefinition", url)
        if found is None or found.get("type") != type_name:
            text = f"HIT_REQUIRED_PROFILES: {url[:200]} is no profile of {type_name} that is loaded. Add its package, or mend the address."
            yield Issue("not-found", "required-profile-unknown", text)
