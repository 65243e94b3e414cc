"""The element table as read from the snapshots."""

from hit_maternity.fhir.definitions import Definitions

R4 = Definitions.r4()


def type_info(name: str):
    info = R4.type(name)
    assert info is not None, name
    return info


def test_all_resource_and_data_types_of_r4_are_there():
    assert len(R4.resource_types) == 146
    assert {"Patient", "Observation", "EpisodeOfCare", "Parameters", "Bundle"} <= R4.resource_types
    assert not {"Resource", "DomainResource"} & R4.resource_types
    assert {"Quantity", "Dosage", "xhtml", "base64Binary"} <= R4.data_types


def test_every_type_has_an_element_table_whose_types_are_known():
    for name in R4.resource_types | R4.data_types:
        for element in type_info(name).elements.values():
            assert element.type in ("Resource",) or R4.type(element.type) is not None, element


def test_a_choice_is_spread_over_its_types():
    values = type_info("Observation").names["value"]
    assert len(values) == 11
    assert {e.key for e in values} >= {"valueQuantity", "valueString", "valueDateTime"}
    assert all(e.is_choice and e.path == "Observation.value[x]" for e in values)


def test_a_content_reference_names_the_type_it_points_to():
    assert type_info("Observation.component").elements["referenceRange"].type == "Observation.referenceRange"
    assert type_info("Questionnaire.item").elements["item"].type == "Questionnaire.item"


def test_ids_are_id_in_resources_and_string_in_elements():
    assert type_info("Patient").elements["id"].type in ("id", "string")
    assert type_info("Quantity").elements["id"].type == "string"


def test_reference_targets_are_type_names_and_any_is_empty():
    assert type_info("Observation").elements["subject"].targets == {"Patient", "Group", "Device", "Location"}
    assert type_info("Observation").elements["focus"].targets == frozenset()


def test_elements_stand_in_the_order_of_the_definition():
    for name in ("Patient", "Bundle.entry", "Timing.repeat"):
        orders = [e.order for e in type_info(name).elements.values()]
        assert orders == sorted(orders)


def test_types_know_their_ancestors():
    assert R4.is_a("Observation.component", "BackboneElement")
    assert R4.is_a("Age", "Quantity")
    assert R4.is_a("Patient", "DomainResource")
    assert not R4.is_a("Bundle", "DomainResource")
    assert not R4.is_a("NoSuchType", "Element")


def test_unknown_types_are_none():
    assert R4.type("Patiënt") is None
    assert R4.type("Patient.nothing") is None
