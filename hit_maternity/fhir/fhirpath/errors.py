"""What is told when an expression can't be read, compiled or evaluated."""

from __future__ import annotations

from dataclasses import dataclass

from hit_maternity.fhir.outcome import FhirError, Issue


@dataclass(slots=True, eq=False)
class FhirPathError(FhirError):
    """A FHIRPath fault. ``position``: offset in the expression's text where that is known.

    Rule ids: ``fhirpath-syntax``, ``fhirpath-semantic`` (it reads well but means nothing: an unknown element, type or
    function), ``fhirpath-execution`` (the data don't fit the expression), ``fhirpath-limit`` (too long, too deep, too costly).
    """

    position: int | None = None

    @property
    def rule(self) -> str:
        return self.issues[0].rule


def _fault(code: str, rule: str, text: str, position: int | None) -> FhirPathError:
    where = "" if position is None else f" (at character {position + 1})"
    return FhirPathError(422, [Issue(code, rule, f"FHIRPath: {text}{where}.")], position=position)


def syntax(text: str, position: int | None = None) -> FhirPathError:
    return _fault("invalid", "fhirpath-syntax", text, position)


def semantic(text: str, position: int | None = None) -> FhirPathError:
    return _fault("invalid", "fhirpath-semantic", text, position)


def execution(text: str, position: int | None = None) -> FhirPathError:
    return _fault("processing", "fhirpath-execution", text, position)


def limit(text: str, position: int | None = None) -> FhirPathError:
    return _fault("too-costly", "fhirpath-limit", text, position)
