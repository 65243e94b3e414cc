"""Definitions found by canonical."""

from hit_maternity.fhir.definitions import Definitions

R4 = Definitions.r4()


def test_a_definition_is_found_with_and_without_its_version():
    plain = R4.find("ValueSet", "http://hl7.org/fhir/ValueSet/observation-status")
    versioned = R4.find("ValueSet", "http://hl7.org/fhir/ValueSet/observation-status|4.0.1")
    assert plain is not None
    assert plain is versioned


def test_an_unknown_canonical_is_none():
    assert R4.find("ValueSet", "http://example.org/none") is None


def test_the_whole_package_is_there():
    counts = {kind: len(R4.entries(kind)) for kind in ("StructureDefinition", "ValueSet", "CodeSystem", "ConceptMap")}
    assert counts == {"StructureDefinition": 655, "ValueSet": 1316, "CodeSystem": 1062, "ConceptMap": 80}
    assert len(R4.search_parameters()) == 1400


def test_the_patient_compartment_names_the_linking_parameters():
    compartment = R4.compartment("Patient")
    assert compartment["Observation"] == ("subject", "performer")
    assert "Medication" not in compartment


def test_an_unknown_compartment_is_empty():
    assert R4.compartment("Banana") == {}
