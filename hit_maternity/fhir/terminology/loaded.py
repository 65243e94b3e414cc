"""Terminology over the definitions that are loaded: value sets, code systems, subsumption. Everything lazily, each once."""

from __future__ import annotations

from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.terminology.codesystem import USABLE, CodeSystem, table
from hit_maternity.fhir.terminology.expansion import Expansion, expand
from hit_maternity.fhir.terminology.grammar import GRAMMARS

#: How many answers are kept of systems or sets that don't exist: anybody can ask for ever more of them.
_MOST_KEPT = 20_000


class LoadedTerminology:
    """Implements ``ports.Terminology``. Shared by threads: what two of them make at once is equal, and one of it is kept.

    Canonicals may carry ``|version``; the loaded version answers. ``definitions``: what it stands on.
    """

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self._systems: dict[str, CodeSystem | None] = {}
        self._sets: dict[str, Expansion | None] = {}
        self._descendants: dict[tuple[str, str], frozenset[str]] = {}
        self._ancestors: dict[tuple[str, str], frozenset[str]] = {}

    def code_system(self, url: str) -> CodeSystem | None:
        """The loaded code system, also one that is loaded in part; None where nothing of it is."""
        url = url.partition("|")[0]
        if url not in self._systems:
            found = self.definitions.find("CodeSystem", url)
            usable = found is not None and found.get("content") in USABLE
            if found is None and len(self._systems) >= _MOST_KEPT:
                return None
            self._systems[url] = table(found) if found is not None and usable else None
        return self._systems[url]

    def expansion(self, value_set: str) -> Expansion | None:
        """What is known of the value set; None where it isn't loaded."""
        url = value_set.partition("|")[0]
        if url not in self._sets:
            found = self.definitions.find("ValueSet", url)
            if found is None and len(self._sets) >= _MOST_KEPT:
                return None
            self._sets[url] = expand(found, _Importing(self, (url,))) if found else None
        return self._sets[url]

    def codes(self, value_set: str) -> frozenset[tuple[str, str]] | None:
        known = self.expansion(value_set)
        return known.codes if known and known.enumerated else None

    def contains(self, value_set: str, system: str | None, code: str) -> bool | None:
        known = self.expansion(value_set)
        if known is None:
            return None
        if system is None:
            return self._contains_plain(known, code)
        if (system, code) in known.codes:
            return True
        if system in known.grammars and system not in known.open:
            return GRAMMARS[system](code)
        if known.doubts(system):
            return None
        loaded = self.code_system(system)
        spelt = loaded.find(code) if loaded else None
        return spelt is not None and (system, spelt) in known.codes

    def _contains_plain(self, known: Expansion, code: str) -> bool | None:
        if code in known.plain:
            return True
        verdicts = [GRAMMARS[system](code) for system in known.grammars]
        if True in verdicts:
            return True
        return None if known.open or known.everything or None in verdicts else False

    def descendants(self, system: str, code: str) -> frozenset[str] | None:
        return self._subsumed(system, code, below=True)

    def ancestors(self, system: str, code: str) -> frozenset[str] | None:
        return self._subsumed(system, code, below=False)

    def _subsumed(self, system: str, code: str, below: bool) -> frozenset[str] | None:
        loaded = self.code_system(system)
        if loaded is None or not loaded.below:
            return None
        kept = self._descendants if below else self._ancestors
        if (system, code) not in kept:
            if code not in loaded.displays:
                return frozenset()
            kept[system, code] = loaded.descendants(code) if below else loaded.ancestors(code)
        return kept[system, code]


class _Importing:
    """The terminology as seen from inside an expansion: a value set that imports itself is unknown there, not endless."""

    def __init__(self, terminology: LoadedTerminology, open_sets: tuple[str, ...]) -> None:
        self._terminology = terminology
        self._open_sets = open_sets

    def code_system(self, url: str) -> CodeSystem | None:
        return self._terminology.code_system(url)

    def expansion(self, value_set: str) -> Expansion | None:
        url = value_set.partition("|")[0]
        if url in self._open_sets or len(self._open_sets) > 16:
            return None
        found = self._terminology.definitions.find("ValueSet", url)
        return expand(found, _Importing(self._terminology, (*self._open_sets, url))) if found else None
