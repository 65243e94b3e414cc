"""What is compiled: valid by FHIR, complete, coherent."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.fhirpath import compile_expression
from hit_maternity.fhir.terminology import LoadedTerminology
from hit_maternity.fhir.validation import Validator

Resource = dict[str, Any]
BASE = "https://hit-maternity.example/fhir"

#: R4's own snapshots put this extension where its definition doesn't allow it; so does everything compiled from them.
R4_MISPLACED = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type"

#: What the record is made of. A profile that is renamed breaks those who claim it.
PROFILES = str.split("""
Patient-mother Patient-fetus Patient-newborn RelatedPerson-coparent Practitioner PractitionerRole Organization EpisodeOfCare-pregnancy
Condition-pregnancy Condition-history FamilyMemberHistory CareTeam Encounter-antenatal Encounter-postpartum Encounter-birth
Observation-maternal Observation-fetal Observation-answer Observation-count Observation-last-menstrual-period Observation-due-date
Observation-gestational-age Observation-number-of-fetuses Observation-assisted-conception Observation-obstetric-history
Observation-previous-pregnancies Observation-live-births Observation-miscarriages Observation-stillbirths Observation-ectopic
Observation-gravida Observation-parity Observation-previous-pregnancy Observation-bloodpressure Observation-bodyweight
Observation-prepregnancyweight Observation-bodyheight Observation-bmi Observation-fundal-height Observation-urine-protein
Observation-oedema Observation-fetal-heart-rate Observation-fetal-presentation Observation-fetal-movements Observation-ctg
Observation-ultrasound Observation-employment Observation-medication-use Observation-medication-frequency Observation-lab-result
Observation-haemoglobin Observation-ferritin Observation-hba1c Observation-glucose-tolerance Observation-blood-group
Observation-rhesus-d Observation-antibody-screen Observation-fetal-rhesus-d Observation-infection-test Observation-habit
Observation-prenatal-information Observation-birth-talk Observation-breastfeeding-guidance Observation-consanguinity
Observation-cohabitation Observation-disease-history Observation-note AllergyIntolerance MedicationStatement
MedicationAdministration-anti-d Consent-fetal-rhesus-typing Consent-record CarePlan-birth-plan Appointment Procedure-delivery
Observation-birth-status Observation-newborn-weight Observation-newborn-length Observation-newborn-head-circumference
Observation-newborn-apgar-1 Observation-newborn-apgar-5 Provenance AuditEvent Composition-helsekort Bundle-helsekort
""")
EXTENSIONS = {
    "fetal-status",
    "fetus-number",
    "fetus-of",
    "valid-term",
    "time-point",
    "cohabiting",
    "treatment-place",
    "end-reason",
    "attest",
    "received",
    "position",
    "fetus-order",
}


def of_kind(compiled: dict[str, Resource], kind: str) -> list[Resource]:
    return [r for r in compiled.values() if r["resourceType"] == kind]


def own_profiles(compiled: dict[str, Resource]) -> list[Resource]:
    return [r for r in of_kind(compiled, "StructureDefinition") if r["type"] != "Extension"]


def parts(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in ``value``."""
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from parts(item)
    elif isinstance(value, list):
        for item in value:
            yield from parts(item)


def test_every_definition_is_valid_fhir(compiled: dict[str, Resource], validator: Validator) -> None:
    issues = [
        (name, i.rule, i.expression, i.text)
        for name, r in compiled.items()
        for i in validator.validate(r)
        if R4_MISPLACED not in i.text and i.severity != "information"
    ]
    assert issues == []


def test_the_profiles_and_extensions_of_the_record_are_all_there_and_no_others(compiled: dict[str, Resource]) -> None:
    ids = {r["id"] for r in of_kind(compiled, "StructureDefinition")}
    assert ids == EXTENSIONS | {f"no-domain-Maternity-{name}" for name in PROFILES}


def test_ids_addresses_and_names_are_unique(compiled: dict[str, Resource]) -> None:
    urls = Counter(r["url"] for r in compiled.values() if "url" in r)
    names = Counter((r["resourceType"], r["name"]) for r in compiled.values())
    assert [u for u, n in urls.items() if n > 1] == []
    assert [u for u, n in names.items() if n > 1] == []


def test_every_definition_says_what_it_is(compiled: dict[str, Resource]) -> None:
    for name, resource in compiled.items():
        assert resource["status"] == "draft", name
        assert len(resource["description"]) > 5, name
        if resource["resourceType"] == "NamingSystem":
            continue
        assert resource["version"] == "0.1.0", name
        assert resource["publisher"] == "hit-maternity", name
        assert resource["jurisdiction"][0]["coding"][0]["code"] == "NO", name
        own = resource["url"].startswith(f"{BASE}/{resource['resourceType']}/")
        assert own or re.fullmatch(r"urn:(oid|uid):2\.16\.578\.1\.12\.4\.1\.1\.\d{4}", resource["url"]), name


def test_a_title_is_english_with_the_norwegian_term(compiled: dict[str, Resource]) -> None:
    for resource in of_kind(compiled, "StructureDefinition"):
        assert re.search(r".+ \(.+\)$", resource["title"]), resource["id"]


def canonicals(resource: Resource) -> Iterator[tuple[str, str]]:
    """(kind, canonical) of everything that ``resource`` names."""
    kinds = {"baseDefinition": "StructureDefinition", "valueSet": "ValueSet", "outputProfile": "StructureDefinition"}
    lists = {
        "profile": "StructureDefinition",
        "targetProfile": "StructureDefinition",
        "supportedProfile": "StructureDefinition",
        "valueSet": "ValueSet",
    }
    for part in parts({k: v for k, v in resource.items() if k not in ("snapshot", "text")}):
        yield from ((kind, part[key]) for key, kind in kinds.items() if isinstance(part.get(key), str))
        yield from ((kind, url) for key, kind in lists.items() if isinstance(part.get(key), list) for url in part[key])
        if isinstance(part.get("definition"), str) and part["definition"].startswith("http"):
            url = part["definition"].partition("#")[0]
            yield url.rsplit("/", 2)[-2], url


def test_every_definition_that_is_named_exists(compiled: dict[str, Resource], definitions: Definitions) -> None:
    named = {(r["id"], kind, url) for r in compiled.values() for kind, url in canonicals(r)}
    assert len(named) > 300
    assert [n for n in sorted(named) if definitions.find(n[1], n[2]) is None] == []


def test_every_own_code_that_is_used_exists(compiled: dict[str, Resource]) -> None:
    systems = {r["url"]: {c["code"] for c in parts(r.get("concept", [])) if "code" in c} for r in of_kind(compiled, "CodeSystem")}
    for resource in compiled.values():
        for part in parts({k: v for k, v in resource.items() if k != "snapshot"}):
            if part.get("system") in systems and isinstance(part.get("code"), str):
                assert part["code"] in systems[part["system"]], (resource["id"], part)


def test_every_own_system_that_is_named_in_an_expression_exists(compiled: dict[str, Resource]) -> None:
    known = {r["url"] for r in compiled.values() if "url" in r} | {n["uniqueId"][0]["value"] for n in of_kind(compiled, "NamingSystem")}
    for resource in compiled.values():
        for part in parts(resource):
            for url in re.findall(rf"'({BASE}/[^']+)'", str(part.get("expression", ""))):
                assert url in known, (resource["id"], url)


def test_every_word_of_our_terminology_is_there_in_three_languages(compiled: dict[str, Resource]) -> None:
    checked = 0
    for resource in of_kind(compiled, "CodeSystem") + of_kind(compiled, "ValueSet"):
        concepts = [c for c in parts(resource.get("concept", [])) if "code" in c]
        concepts += [c for include in resource.get("compose", {}).get("include", ()) for c in include.get("concept", ())]
        for concept in concepts:
            said = {d["language"]: d["value"] for d in concept.get("designation", ())}
            assert set(said) == {"nb", "nn", "en"}, (resource["id"], concept["code"])
            assert all(said.values()) and concept["display"] == said["en"], (resource["id"], concept["code"])
            checked += 1
        titles = {e["extension"][0]["valueCode"] for e in resource["_title"]["extension"]}
        assert titles == {"nb", "nn"}, resource["id"]
    assert checked > 350


def test_every_required_value_set_can_be_listed(compiled: dict[str, Resource], terminology: LoadedTerminology) -> None:
    sets = {b["valueSet"] for r in own_profiles(compiled) for b in parts(r["differential"]) if b.get("strength") == "required"}
    assert len(sets) > 25
    assert [s for s in sorted(sets) if not terminology.codes(s)] == []


def test_every_profile_has_must_support(compiled: dict[str, Resource]) -> None:
    for resource in own_profiles(compiled):
        assert any(e.get("mustSupport") for e in resource["snapshot"]["element"]), resource["id"]


CONSTRAINING = ("min", "max", "type", "binding", "constraint", "slicing")
CONSTRAINING_PREFIXES = ("fixed", "pattern", "minValue", "maxValue")


def reasons_for(element: str) -> Iterator[str]:
    """The ids at which a reason for ``element`` may stand: its own, and those of what it is part of."""
    steps = element.split(".")
    for end in range(2, len(steps) + 1):
        head, _, last = ".".join(steps[:end]).rpartition(".")
        yield f"{head}.{last}"
        yield f"{head}.{last.partition(':')[0]}"


def test_every_constraint_has_its_reason(compiled: dict[str, Resource]) -> None:
    for resource in own_profiles(compiled):
        elements = resource["differential"]["element"]
        reasoned = {e["id"] for e in elements if e.get("requirements")}
        for element in elements[1:]:
            if any(key in CONSTRAINING or key.startswith(CONSTRAINING_PREFIXES) for key in element):
                assert reasoned & set(reasons_for(element["id"])), (resource["id"], element["id"])


def test_a_snapshot_has_everything_of_the_differential(compiled: dict[str, Resource]) -> None:
    for resource in of_kind(compiled, "StructureDefinition"):
        there = {e["id"]: e for e in resource["snapshot"]["element"]}
        for element in resource["differential"]["element"]:
            for key in ("min", "max", "mustSupport", "binding", "patternCodeableConcept"):
                assert element.get(key) is None or there[element["id"]][key] == element[key], (resource["id"], element["id"], key)


def constraints(compiled: dict[str, Resource]) -> list[tuple[str, Resource]]:
    """(type the invariant is evaluated on, invariant) of every own invariant."""
    found = []
    for resource in own_profiles(compiled):
        for element in resource["snapshot"]["element"]:
            for constraint in element.get("constraint", ()):
                if constraint["key"].startswith("mat-"):
                    steps = re.sub(r":[^.]*", "", element["id"])
                    kind = steps if "." not in steps else element["type"][0]["code"]
                    found.append((steps if kind == "BackboneElement" else kind, constraint))
    return found


def test_every_invariant_compiles_and_has_words(compiled: dict[str, Resource], definitions: Definitions) -> None:
    listed = constraints(compiled)
    assert len({c["key"] for _, c in listed}) >= 34
    for kind, constraint in listed:
        compile_expression(constraint["expression"], kind, definitions)
        assert constraint["severity"] in ("error", "warning")
        assert constraint["human"].endswith("."), constraint["key"]


def test_an_invariant_has_one_text_everywhere(compiled: dict[str, Resource]) -> None:
    texts: dict[str, set[str]] = {}
    for _, constraint in constraints(compiled):
        texts.setdefault(constraint["key"], set()).add(constraint["expression"] + constraint["human"])
    assert [key for key, said in texts.items() if len(said) > 1] == []


def test_every_search_parameter_compiles_for_its_type(compiled: dict[str, Resource], definitions: Definitions) -> None:
    listed = of_kind(compiled, "SearchParameter")
    assert {(p["base"][0], p["code"]) for p in listed} == {
        ("Patient", "fetus-of"),
        ("Patient", "fetal-status"),
        ("Observation", "time-point"),
        ("Observation", "valid-term"),
        ("Observation", "episode-of-care"),
        ("EpisodeOfCare", "end-reason"),
    }
    for parameter in listed:
        compile_expression(parameter["expression"], parameter["base"][0], definitions)


def test_the_capability_statement_names_every_profile_search_parameter_and_operation(compiled: dict[str, Resource]) -> None:
    (statement,) = of_kind(compiled, "CapabilityStatement")
    resources = statement["rest"][0]["resource"]
    supported = {(r["type"], url) for r in resources for url in r["supportedProfile"]}
    assert supported == {(r["type"], r["url"]) for r in own_profiles(compiled) if not r.get("abstract")}
    searched = {p["definition"] for r in resources for p in r["searchParam"] if "definition" in p}
    assert searched == {p["url"] for p in of_kind(compiled, "SearchParameter")}
    operations = {o["definition"] for r in resources for o in r.get("operation", ())}
    assert operations == {o["url"] for o in of_kind(compiled, "OperationDefinition")}


def test_every_other_search_parameter_of_the_capability_statement_is_fhirs(compiled: dict[str, Resource], definitions: Definitions) -> None:
    (statement,) = of_kind(compiled, "CapabilityStatement")
    known = {(base, p["code"], p["type"]) for p in definitions.search_parameters() for base in p.get("base", ())}
    for resource in statement["rest"][0]["resource"]:
        for parameter in resource["searchParam"]:
            wanted = {(base, parameter["name"], parameter["type"]) for base in (resource["type"], "DomainResource", "Resource")}
            assert wanted & known, (resource["type"], parameter["name"])


@pytest.mark.parametrize("system", ["3303", "7497", "8534", "8536", "8537"])
def test_a_national_system_whose_members_are_not_public_claims_none(compiled: dict[str, Resource], system: str) -> None:
    resource = compiled[f"CodeSystem-no-kodeverk-{system}.codesystem.json"]
    assert resource["content"] == "not-present"
    assert "concept" not in resource


@pytest.mark.parametrize("system", ["7280", "8340", "9043", "9060", "9602"])
def test_a_national_system_that_is_known_in_part_says_so(compiled: dict[str, Resource], system: str) -> None:
    assert compiled[f"CodeSystem-no-kodeverk-{system}.codesystem.json"]["content"] == "fragment"
