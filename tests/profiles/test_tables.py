"""The mapping and the table of codes: complete, in step with the definitions, typed right."""

from __future__ import annotations

import dataclasses
import json
import re
from types import ModuleType
from typing import Any

import pytest

#: Every field of the national record's JSON, and what its own documents call it.
NATIONAL = str.split("""
metadata.recordId metadata.recordStatus.status metadata.recordStatus.terminationDate metadata.recordStatus.deliveryDate
metadata.recordStatus.liveBirth metadata.version metadata.id metadata.lastUpdated metadata.recordLastUpdated metadata.enteredInError
metadata.lastUpdatedBy.userType metadata.lastUpdatedBy.orgNr metadata.lastUpdatedBy.orgName metadata.lastUpdatedBy.hprNr
metadata.lastUpdatedBy.hprRole metadata.lastUpdatedBy.name metadata.lastUpdatedBy.treatmentFacilityName
antenatalAppointments[].appointmentDate antenatalAppointments[].pregnancyWeek antenatalAppointments[].daysAfterFullPregnancyWeek
antenatalAppointments[].gestationalAge antenatalAppointments[].motherWeight antenatalAppointments[].bloodPressure
antenatalAppointments[].proteinInUrineTestResult antenatalAppointments[].edema antenatalAppointments[].medication
antenatalAppointments[].employmentRate antenatalAppointments[].note antenatalAppointments[].fetusesVitalSigns[].fosterId
antenatalAppointments[].fetusesVitalSigns[].fetalHeartRate antenatalAppointments[].fetusesVitalSigns[].fetalPresentationLie
antenatalAppointments[].fetusesVitalSigns[].motherFeelsBabyMovements antenatalAppointments[].fetusesVitalSigns[].note
symphysisFundalHeights[].pregnancyWeek symphysisFundalHeights[].measurement symphysisFundalHeights[].measurementDate
clinicalTests.hemoglobin clinicalTests.hemoglobinAt3rdTrimester clinicalTests.ferritin clinicalTests.hbv clinicalTests.hbvCore
clinicalTests.hiv clinicalTests.syphilis clinicalTests.aboRh.aboType clinicalTests.aboRh.rhesusDType clinicalTests.bloodAntibodies
clinicalTests.chlamydia clinicalTests.toxoplasmosis clinicalTests.rubellaAntigen clinicalTests.hepatitisC clinicalTests.mrsaVreEsbl
clinicalTests.bHbA1c clinicalTests.glucoseTolerance.fastingGlucoseLevel clinicalTests.glucoseTolerance.post2hGlucoseLevel
clinicalTests.glucoseTolerance.testDate clinicalTests.gonorrhea clinicalTests.cytomegaloVirus clinicalTests.asymptomaticBacteriuria
clinicalTests.groupBStreptococci clinicalTests.note
currentPregnancy.dateLastPeriod currentPregnancy.dueDate currentPregnancy.dueDateBasedOnUltrasound
currentPregnancy.dueDateCorrectedDate currentPregnancy.hasPrenatalDiagnosticsTests currentPregnancy.numberOfFetuses
currentPregnancy.assistedConception.hadAssistedConception currentPregnancy.assistedConception.dateAssistedConception
currentPregnancy.birthPreparationTalk currentPregnancy.breastfeedingGuidance
previousPregnancies.numberOfPreviousPregnancies previousPregnancies.numberOfPreviousLiveBirths
previousPregnancies.spontaneousMiscarriages previousPregnancies.stillBirths22weeks previousPregnancies.numberOfEctopicPregnancies
previousPregnancies.note
geneticDisorders.noneKnown geneticDisorders.parentsAreRelatives geneticDisorders.hipDysplasia geneticDisorders.other
geneticDisorders.note
medicalConditions.nothingParticular medicalConditions.heartDisease medicalConditions.highBloodPressure
medicalConditions.kidneyUrinaryTractDiseases medicalConditions.diabetes medicalConditions.allergiesAsthma medicalConditions.epilepsy
medicalConditions.thrombosis medicalConditions.autoimmuneDisease medicalConditions.gynecologicalConditions
medicalConditions.mentalHealth medicalConditions.other medicalConditions.note
medication.medicationFrequency medication.drugAllergy medication.folate.takenBefore medication.folate.takenDuring medication.note
lifestyleFactors.stimuli[].stimuliType lifestyleFactors.stimuli[].stimuliFrequencyFirstConsultation.stimuliFrequency
lifestyleFactors.stimuli[].stimuliFrequencyFirstConsultation.dailyCount
lifestyleFactors.stimuli[].stimuliFrequencyAtWeek36.stimuliFrequency lifestyleFactors.stimuli[].stimuliFrequencyAtWeek36.dailyCount
lifestyleFactors.note
rhesusDNegative.consentFetalRhesusTyping rhesusDNegative.fetusRhDPositiveAtWeek24 rhesusDNegative.prophylaxisAtWeek28
rhesusDNegative.dateForResult rhesusDNegative.note
vitalMeasurementsBeforePregnancy.height vitalMeasurementsBeforePregnancy.prePregnancyWeight vitalMeasurementsBeforePregnancy.bMI
mother.name mother.address mother.postNumber mother.postName mother.employedLast6Months mother.employmentPercentage
mother.occupationAndIndustry mother.language mother.countryOfBirth mother.needsLanguageInterpreter mother.cohabitingCoparent
mother.cohabitingCoparentNote
pointsOfContact.generalPractitioner.name pointsOfContact.generalPractitioner.organizationName
pointsOfContact.generalPractitioner.organizationId pointsOfContact.generalPractitioner.hprNr pointsOfContact.midwife.name
pointsOfContact.midwife.organizationName pointsOfContact.midwife.hprNr pointsOfContact.birthInstitute
pointsOfContact.maternityHealthcareCentre
birthStatus[].fosterId birthStatus[].status birthStatus[].datetime
""")
#: What is mapped besides: it stands outside of the record's JSON.
BESIDES = {"header nhn-patient-nin", "status.hasGivenConsent"}


def test_every_field_of_the_national_record_is_mapped_once(card_tables: ModuleType) -> None:
    mapped = [row.dhg for row in card_tables.rows() if row.dhg and row.dhg not in BESIDES]
    assert sorted(mapped) == sorted(NATIONAL)


def test_every_profile_is_reached_from_the_card_or_stands_beside_it(card_tables: ModuleType, compiled: dict[str, Any]) -> None:
    ids = {
        r["id"] for r in compiled.values() if r["resourceType"] == "StructureDefinition" and r["type"] != "Extension" and not r["abstract"]
    }
    reached = {f"no-domain-Maternity-{row.profile}" for row in card_tables.rows()}
    beside = {
        "Patient-newborn", "Practitioner", "PractitionerRole", "Organization", "Condition-pregnancy", "Condition-history",
        "FamilyMemberHistory", "Encounter-birth", "Observation-obstetric-history", "Observation-parity", "Observation-ctg",
        "Observation-lab-result", "AllergyIntolerance", "Observation-newborn-length", "Observation-newborn-head-circumference",
        "Observation-newborn-apgar-1", "Observation-newborn-apgar-5", "AuditEvent", "Composition-helsekort", "Bundle-helsekort",
    }  # fmt: skip
    assert ids - reached == {f"no-domain-Maternity-{name}" for name in beside}


def test_the_tables_and_the_definitions_agree(card_tables: ModuleType, build: ModuleType) -> None:
    assert card_tables.faults(build.committed()) == []


def test_a_code_that_is_not_in_the_table_is_told(card_tables: ModuleType, build: ModuleType) -> None:
    compiled = build.committed()
    changed = compiled["ValueSet-fetal-presentation.json"].replace("6096002", "6096003")
    told = card_tables.faults({**compiled, "ValueSet-fetal-presentation.json": changed})
    assert told == ["codes.toml: http://snomed.info/sct#6096003 is missing (used by fetal-presentation)"]


def test_a_profile_that_is_mapped_to_but_not_there_is_told(card_tables: ModuleType, build: ModuleType) -> None:
    compiled = {k: v for k, v in build.committed().items() if k != "StructureDefinition-no-domain-Maternity-Observation-oedema.json"}
    assert "mapping.toml: Ødem: there is no profile Observation-oedema" in card_tables.faults(compiled)


def test_every_code_of_the_table_is_used(card_tables: ModuleType, compiled: dict[str, Any]) -> None:
    used = card_tables.used(compiled.values())
    mapped = {stated for row in card_tables.rows() for stated in row.codes}
    unused = [c for c in card_tables.codes().listed if (c.url, c.code) not in used and f"{c.system}#{c.code}" not in mapped]
    assert unused == []


def test_a_code_stands_in_the_table_once(card_tables: ModuleType) -> None:
    listed = [(c.url, c.code) for c in card_tables.codes().listed]
    assert len(listed) == len(set(listed))


def test_a_confirmed_code_names_its_source_and_what_has_none_is_not_confirmed(card_tables: ModuleType) -> None:
    for code in card_tables.codes().listed:
        assert bool(code.source) is (code.mark != "M"), code


def test_the_pages_are_in_step_with_their_tables(card_tables: ModuleType, build: ModuleType) -> None:
    for path, text in card_tables.documents(build.committed()).items():
        assert path.read_text(encoding="utf-8") == text, path.name


def test_the_page_of_codes_lists_what_is_not_confirmed_before_what_is(card_tables: ModuleType, build: ModuleType) -> None:
    page = next(text for path, text in card_tables.documents(build.committed()).items() if path.name == "codes.md")
    head, _, tail = page.partition("## Confirmed")
    for code in card_tables.codes().listed:
        place = tail if code.mark in card_tables.CONFIRMED else head
        assert f"| {code.system} | `{code.code}` |" in place, code


def luhn(code: str) -> bool:
    """Whether a LOINC code's check digit is right (mod 10)."""
    digits, check = code.split("-")
    total = sum(sum(divmod(int(d) * (2 if place % 2 == 0 else 1), 10)) for place, d in enumerate(reversed(digits)))
    return (10 - total % 10) % 10 == int(check)


# Verhoeff's multiplication and permutation tables, a row a string.
_D = str.split("0123456789 1234067895 2340178956 3401289567 4012395678 5987604321 6598710432 7659821043 8765932104 9876543210")
_P = str.split("0123456789 1576283094 5803796142 8916043527 9453126870 4286573901 2793806415 7046913258")


def verhoeff(code: str) -> bool:
    """Whether a SNOMED CT identifier's check digit is right."""
    check = 0
    for place, digit in enumerate(reversed(code)):
        check = int(_D[check][int(_P[place % 8][int(digit)])])
    return check == 0


@pytest.mark.parametrize(("rule", "right", "wrong"), [(luhn, "8665-2", "8665-3"), (verhoeff, "77386006", "77386007")])
def test_a_check_digit_tells_right_from_wrong(rule: Any, right: str, wrong: str) -> None:
    assert rule(right)
    assert not rule(wrong)


def test_every_loinc_and_snomed_code_has_a_right_check_digit(card_tables: ModuleType) -> None:
    rules = {"loinc": luhn, "sct": verhoeff}
    checked = [c for c in card_tables.codes().listed if c.system in rules and not c.code.startswith("LA")]  # answers have another digit
    assert len(checked) > 120
    assert [c for c in checked if not rules[c.system](c.code)] == []


def test_every_code_in_an_invariant_is_in_the_table_or_in_fhirs_vital_signs(card_tables: ModuleType, compiled: dict[str, Any]) -> None:
    vital = {"8480-6", "8462-4"}
    listed = {c.code for c in card_tables.codes().listed} | vital
    for resource in compiled.values():
        for expression in re.findall(r'"expression":"(.*?)"[,}]', json.dumps(resource)):
            for code in re.findall(r"loinc\.org' and code = '([^']+)'|snomed\.info/sct' and code = '([^']+)'", expression):
                assert (code[0] or code[1]) in listed, (resource["id"], code)


def test_a_row_without_national_field_has_no_evidence(card_tables: ModuleType) -> None:
    for row in card_tables.rows():
        assert dataclasses.astuple(row)[6] == row.evidence
        assert bool(row.dhg) is bool(row.evidence)
