"""Codings and what is made of them: how a code is written in the tables, and in a resource."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hit_maternity.testbed.people.canonical import ICD10, LOINC, SNOMED, hl7, volven

Coding = dict[str, str]


def coding(system: str, code: str, display: str | None = None) -> Coding:
    """A Coding; without ``display`` where the name is not known for certain."""
    return {"system": system, "code": code, **({"display": display} if display else {})}


def loinc(code: str, display: str | None = None) -> Coding:
    """A LOINC code."""
    return coding(LOINC, code, display)


def sct(code: str, display: str | None = None) -> Coding:
    """A SNOMED CT code."""
    return coding(SNOMED, code, display)


def nlk(code: str, display: str | None = None) -> Coding:
    """A code of Norsk laboratoriekodeverk."""
    return coding(volven(7280), code, display)


def icd10(code: str, display: str | None = None) -> Coding:
    """A Norwegian ICD-10 code."""
    return coding(ICD10, code, display)


def concept(codings: Iterable[Coding], text: str | None = None) -> dict[str, Any]:
    """A CodeableConcept of ``codings`` and ``text``."""
    listed = [dict(c) for c in codings]
    return {**({"coding": listed} if listed else {}), **({"text": text} if text else {})}


def of_hl7(system: str, code: str, display: str | None = None) -> dict[str, Any]:
    """A CodeableConcept of one code of HL7's terminology."""
    return concept([coding(hl7(system), code, display)])
