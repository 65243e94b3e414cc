"""The whole check of a package: what does not compile is refused with its place, and never skipped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.outcome import Issue
from hit_maternity.fhir.packages import PackageFolder, read
from hit_maternity.fhir.packages.verification import Verifier
from hit_maternity.fhir.search import Search
from hit_maternity.fhir.terminology import LoadedTerminology
from hit_maternity.fhir.validation import Validator

Faults = Callable[..., list[Issue]]


@pytest.fixture(scope="session")
def faults(making: ModuleType) -> Faults:
    """What the check of a package with these definitions tells."""

    def check(*resources: dict[str, Any]) -> list[Issue]:
        package = read(making.package(resources=resources), "x.tgz")
        return Verifier(Definitions.with_packages([package])).faults(package)

    return check


def test_a_good_profile_has_no_fault(making: ModuleType, faults: Faults) -> None:
    assert faults(making.profile(elements=[making.rule("name.exists() implies name.family.exists()")])) == []


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("name.exists(", "FHIRPath"),
        ("name.frobnicate()", "frobnicate"),
        ("shoeSize > 40", "shoeSize"),
        ("name.exists() and", "FHIRPath"),
        ("'" + "a" * 50, "FHIRPath"),
        ("(" * 500 + "true" + ")" * 500, "FHIRPath"),
        ("name is Banana", "Banana"),
    ],
)
def test_an_invariant_that_does_not_compile_is_told_with_its_place(
    making: ModuleType, faults: Faults, expression: str, reason: str
) -> None:
    [fault] = faults(making.profile(elements=[making.rule(expression)]))
    assert (fault.rule, fault.severity) == ("package-invariant", "error")
    for word in ("test.one 1.0.0", f"{making.URL}/StructureDefinition/Woman", "Patient", "tst-1", expression[:40], reason):
        assert word in fault.text
    assert fault.expression == "StructureDefinition.differential.element.where(id = 'Patient').constraint.where(key = 'tst-1').expression"


@pytest.mark.parametrize(
    ("path", "good", "bad"),
    [
        ("Patient.contact", "name.exists()", "multipleBirth.exists()"),
        ("Patient.contact.name", "family.exists()", "gender.exists()"),
        ("Patient.name.family", "length() > 1", "given.exists()"),
        ("Patient.birthDate", "$this <= today()", "name.exists()"),
    ],
)
def test_an_invariant_is_compiled_for_the_type_of_its_element(making: ModuleType, faults: Faults, path: str, good: str, bad: str) -> None:
    assert faults(making.profile(elements=[making.rule(good, path)])) == []
    [fault] = faults(making.profile(elements=[making.rule(bad, path)]))
    assert f"on {path} does not compile" in fault.text


def test_an_invariant_on_a_slice_is_compiled_too(making: ModuleType, faults: Faults) -> None:
    slicing = {"discriminator": [{"type": "value", "path": "system"}], "rules": "open"}
    elements = [
        {"id": "Patient.identifier", "path": "Patient.identifier", "slicing": slicing},
        {"id": "Patient.identifier:fnr", "path": "Patient.identifier", "sliceName": "fnr"},
        {**making.rule("valu.exists()", "Patient.identifier.value"), "id": "Patient.identifier:fnr.value"},
    ]
    [fault] = faults(making.profile(elements=elements))
    assert "on Patient.identifier:fnr.value" in fault.text


def test_an_invariant_of_an_extension_and_of_its_context_is_compiled(making: ModuleType, faults: Faults) -> None:
    context = {"context": [{"type": "element", "expression": "Patient"}], "contextInvariant": ["nme.exists((("]}
    elements = [making.rule("valu.exists()", "Extension")]
    found = faults(making.profile("Shoe", "Extension", elements, kind="complex-type", **context))
    assert [f.expression for f in found] == [
        "StructureDefinition.differential.element.where(id = 'Extension').constraint.where(key = 'tst-1').expression",
        "StructureDefinition.contextInvariant[0]",
    ]


def test_an_invariant_of_a_logical_model_is_compiled(making: ModuleType, faults: Faults) -> None:
    model = making.profile("Model", "Model", [making.rule("a.nothing(")], kind="logical", derivation="specialization")
    model |= {"baseDefinition": "http://hl7.org/fhir/StructureDefinition/Element", "type": f"{making.URL}/StructureDefinition/Model"}
    model["differential"]["element"] = [{"id": "Model", "path": "Model"}, making.rule("a.nothing(", "Model.a")]
    assert [f.rule for f in faults(model)] == ["package-invariant"]


def test_every_fault_of_every_definition_is_told(making: ModuleType, faults: Faults) -> None:
    first = making.profile("A", elements=[making.rule("a("), making.rule("b(", "Patient.name", "tst-2")])
    found = faults(first, making.profile("B", elements=[making.rule("c(")]), making.parameter(expression="Patient.name.("))
    assert [f.rule for f in found] == ["package-invariant"] * 3 + ["package-search-parameter"]


def test_an_element_that_fhir_does_not_have_is_told(making: ModuleType, faults: Faults) -> None:
    [fault] = faults(making.profile(elements=[{"id": "Patient.shoeSize", "path": "Patient.shoeSize", "min": 1}]))
    assert fault.rule == "package-element-unknown"
    assert "Patient.shoeSize" in fault.text


def test_a_profile_on_what_is_not_there_is_told_with_its_base(making: ModuleType, faults: Faults) -> None:
    [fault] = faults(making.profile(baseDefinition="https://example.org/none"))
    assert (fault.rule, fault.expression) == ("package-base-missing", "StructureDefinition.baseDefinition")
    assert "https://example.org/none" in fault.text


def test_profiles_that_derive_from_each_other_are_told(making: ModuleType, faults: Faults) -> None:
    url = f"{making.URL}/StructureDefinition/"
    found = faults(making.profile("A", baseDefinition=url + "B"), making.profile("B", baseDefinition=url + "A"))
    assert [f.rule for f in found] == ["package-base-missing"] * 2


def test_a_type_of_another_release_is_told(making: ModuleType, faults: Faults) -> None:
    [fault] = faults(making.profile("A", "ActorDefinition"))
    assert fault.rule == "package-type-unknown"


@pytest.mark.parametrize(
    "broken",
    [
        {"differential": []},
        {"differential": {"element": "x"}},
        {"differential": {"element": [1, None]}},
        {"differential": {"element": [{"path": ["Patient"]}]}},
        {"snapshot": {"element": [{"id": "Patient", "path": "Patient", "constraint": {"key": "x"}}]}},
        {"snapshot": {"element": [{"id": "Patient", "path": "Patient", "type": "x"}]}},
    ],
)
def test_a_definition_of_another_shape_is_told_and_does_no_harm(making: ModuleType, faults: Faults, broken: dict[str, Any]) -> None:
    found = faults(making.profile(**broken))
    assert found
    assert {f.rule for f in found} == {"package-resource-invalid"}


@pytest.mark.parametrize(
    "broken",
    [
        {"snapshot": {"element": [{"id": "Patient", "path": "Patient", "constraint": [{"expression": "true"}]}]}},
        {"snapshot": {"element": [{"id": "Patient.x", "path": "Patient.x", "max": "many", "min": 1}, {"id": "Patient.name"}]}},
        {"snapshot": {"element": [{"id": "Patient"}, {"id": "Patient.name", "path": "Patient.name", "max": "many"}]}},
    ],
)
def test_a_definition_that_lacks_what_it_needs_is_refused(making: ModuleType, faults: Faults, broken: dict[str, Any]) -> None:
    assert [f for f in faults(making.profile(**broken)) if f.severity == "error"]


def test_a_key_that_stands_twice_is_told(making: ModuleType) -> None:
    twice = b'{"resourceType": "ValueSet", "url": "https://example.org/a", "url": "https://example.org/b", "status": "draft"}'
    package = read(making.package(files=[("package/ValueSet-a.json", twice)]), "x.tgz")
    [fault] = Verifier(Definitions.with_packages([package])).faults(package)
    assert fault.rule == "package-resource-malformed" and "twice" in fault.text


def test_a_fault_of_form_that_does_no_harm_is_a_warning(making: ModuleType, faults: Faults) -> None:
    [fault] = faults(making.profile(elements=[{"id": "Patient.gender", "path": "Patient.gender", "binding": {"valueSet": "a b"}}]))
    assert (fault.rule, fault.severity) == ("package-resource-faulty", "warning")


def test_value_sets_that_import_each_other_do_no_harm(making: ModuleType, faults: Faults) -> None:
    url = f"{making.URL}/ValueSet/"
    sets = [
        {"resourceType": "ValueSet", "id": a, "url": url + a, "status": "draft", "compose": {"include": [{"valueSet": [url + b]}]}}
        for a, b in (("a", "b"), ("b", "a"))
    ]
    assert [f for f in faults(*sets) if f.severity == "error"] == []


# ---------------------------------------------------------------- search parameters


@pytest.mark.parametrize(
    ("change", "rule", "word"),
    [
        ({"expression": "Patient.name.("}, "package-search-parameter", "does not compile"),
        ({"expression": "Patient.shoeSize"}, "package-search-parameter", "shoeSize"),
        ({"expression": "Observation.code"}, "package-search-parameter", "no part of the expression begins with Patient"),
        ({"expression": "Patient.contact"}, "package-search-parameter", "finds nothing"),
        ({"type": "quantity"}, "package-search-parameter", "finds nothing"),
        ({"code": "_shoe"}, "package-search-code", "_ is FHIR's own"),
        ({"code": "shoe:size"}, "package-search-code", "letters, digits and hyphens"),
        ({"code": "name"}, "package-search-code-taken", "SearchParameter/Patient-name"),
        ({"base": ["Patient", "Banana"]}, "package-search-base", "Banana"),
        ({"type": "composite", "component": [{"definition": "https://example.org/none", "expression": "name"}]},
         "package-search-parameter", "a component names"),
    ],
)  # fmt: skip
def test_a_search_parameter_that_can_not_be_served_is_told(
    making: ModuleType, faults: Faults, change: dict[str, Any], rule: str, word: str
) -> None:
    [fault] = [f for f in faults({**making.parameter(), **change}) if f.severity == "error"]
    assert fault.rule == rule
    assert word in fault.text and f"{making.URL}/SearchParameter/Patient-shoe-size" in fault.text


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"expression": "Patient.name.where(use = 'official').family"},
        {"expression": "Patient.name.iif(family.exists(), family, text)"},
        {"code": "family", "expression": "Patient.name.family"},
        {"expression": "Patient.extension.where(url = 'https://example.org/x').value"},
        {"base": ["Patient", "Person"], "expression": "Patient.name.family | Person.name.family"},
        {"base": ["Resource"], "expression": "Resource.language", "type": "token"},
    ],
)
def test_a_search_parameter_that_can_be_served_has_no_fault(making: ModuleType, faults: Faults, change: dict[str, Any]) -> None:
    assert faults({**making.parameter(), **change}) == []


def test_without_an_expression_it_is_told_that_it_is_not_served(making: ModuleType, faults: Faults) -> None:
    raw = making.parameter()
    del raw["expression"]
    assert [(f.rule, f.severity) for f in faults(raw)] == [("package-search-unserved", "warning")]


def test_fhirs_own_parameters_are_stored_alike_whatever_packages_bring(making: ModuleType) -> None:
    same = making.parameter("a-family", "Patient.name.family")
    part = making.parameter("a-given", "Patient.name.given")
    packaged = Definitions.with_packages([read(making.package(resources=[same, part]), "x.tgz")])
    woman = {"resourceType": "Patient", "id": "1", "name": [{"family": "Testesen", "given": ["Kari"]}]}
    core = Definitions.r4()
    plain = Search(core, LoadedTerminology(core)).index(woman)
    more = Search(packaged, LoadedTerminology(packaged)).index(woman)
    assert set(plain.string) <= set(more.string)


# ---------------------------------------------------------------- in a folder, and in use


def test_a_package_that_does_not_compile_is_not_added(making: ModuleType, folder: PackageFolder, put: Callable[..., Path]) -> None:
    bad = put("a.b", resources=[making.profile(elements=[making.rule("name.frobnicate()")])])
    assert making.rules_of(lambda: folder.add([bad, put("c.d")], making.NOW)) == ["package-invariant"]
    assert not list(folder.path.iterdir())


def test_a_profile_of_a_package_is_asked(making: ModuleType) -> None:
    package = read(making.package(resources=[making.profile(elements=[making.rule("birthDate.exists()")])]), "x.tgz")
    known = Definitions.with_packages([package])
    validator = Validator(known, LoadedTerminology(known))
    woman = {"resourceType": "Patient", "meta": {"profile": [f"{making.URL}/StructureDefinition/Woman"]}, "active": True}
    assert "inv:tst-1" in [i.rule for i in validator.validate(woman)]
    assert "inv:tst-1" not in [i.rule for i in validator.validate({**woman, "birthDate": "1990-01-01"})]
