"""Code systems that others keep and FHIR only names: which are known to be real though their content isn't loaded, and those short
enough to be listed here.

Sources: https://hl7.org/fhir/R4/terminologies-systems.html; the Norwegian code systems of https://www.ehelse.no (volven.no), whose OIDs
HL7 Norway uses as systems.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from hit_maternity.fhir.terminology.codesystem import CodeSystem, table
from hit_maternity.fhir.terminology.countries import countries
from hit_maternity.fhir.terminology.grammar import GRAMMARS, ISO_3166, ISO_4217, currencies

#: Systems with a maintainer of their own, whose codes are not here: what stands in them is taken on trust.
_WELL_KNOWN = frozenset({
    "http://snomed.info/sct", "http://loinc.org", "http://www.nlm.nih.gov/research/umls/rxnorm", "http://www.whocc.no/atc",
    "http://hl7.org/fhir/sid/icd-9-cm", "http://hl7.org/fhir/sid/icd-10", "http://hl7.org/fhir/sid/icd-10-cm", "http://id.who.int/icd11/mms",
    "http://hl7.org/fhir/sid/icd-10-no", "http://hl7.org/fhir/sid/icpc-1", "http://hl7.org/fhir/sid/icpc-2", "http://hl7.org/fhir/sid/icf-nl",
    "http://hl7.org/fhir/sid/cvx", "http://hl7.org/fhir/sid/mvx", "http://hl7.org/fhir/sid/ndc", "http://hl7.org/fhir/ndfrt",
    "http://fdasis.nlm.nih.gov", "http://www.ama-assn.org/go/cpt", "http://ncimeta.nci.nih.gov", "http://www.radlex.org",
    "http://varnomen.hgvs.org", "http://www.genenames.org", "http://www.ebi.ac.uk/ipd/imgt/hla", "http://www.omim.org",
    "http://standardterms.edqm.eu", "urn:iso:std:iso:11073:10101", "http://dicom.nema.org/resources/ontology/DCM",
    "http://unstats.un.org/unsd/methods/m49/m49.htm", "urn:iso:std:iso:3166:-2", "https://www.usps.com/", "http://nucc.org/provider-taxonomy",
    "http://www.iana.org/time-zones", "urn:ietf:rfc:3986", "urn:oid:1.2.840.10008.2.16.4", "http://npu-terminology.org", "http://hl7.org/fhirpath",
})  # fmt: skip
#: What the systems of a family of them begin with: Volven and the national registers (no-basis also spells its OIDs urn:uid), HL7 Norway,
#: national medicines, SNOMED's editions.
_FAMILIES = (
    "urn:oid:2.16.578.1.12.4.1.", "urn:uid:2.16.578.1.12.4.1.", "http://helsedir.no/fhir/CodeSystem/no-kodeverk",
    "http://ehelse.no/fhir/CodeSystem/no-kodeverk", "http://snomed.info/", "http://legemiddelverket.no/", "http://dmp.no/",
    "http://hl7.no/fhir/CodeSystem/", "urn:iso:std:iso:3166:",
)  # fmt: skip


def is_well_known(system: str) -> bool:
    """Whether the system is known to be one, by its name alone."""
    return system in _WELL_KNOWN or system in GRAMMARS or system.startswith(_FAMILIES)


def _definition(url: str, name: str, names: Mapping[str, str]) -> dict[str, Any]:
    concepts = [{"code": code, **({"display": text} if text else {})} for code, text in names.items()]
    return {"resourceType": "CodeSystem", "url": url, "name": name, "status": "active", "content": "complete", "concept": concepts}


def _money() -> dict[str, str]:
    return dict.fromkeys(sorted(currencies()), "")


_LISTED: Mapping[str, tuple[str, Callable[[], Mapping[str, str]]]] = {
    ISO_3166: ("ISO3166Part1", countries),
    ISO_4217: ("ISO4217", _money),
}


@cache
def listed_standard(url: str) -> CodeSystem | None:
    """The table of a standard that is a list and is kept here; None for any other. Its displays are names to show, not the only
    ones that are right."""
    if url not in _LISTED:
        return None
    name, names = _LISTED[url]
    return table(_definition(url, name, names()))
