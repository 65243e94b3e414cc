RuleSet: Searching(code, base, type, expression)
* url = "https://hit-maternity.example/fhir/SearchParameter/{base}-{code}"
* version = "0.1.0"
* status = #draft
* date = "2026-11-21"
* publisher = "hit-maternity"
* code = #{code}
* base = #{base}
* type = #{type}
* expression = {expression}
* xpathUsage = #normal

Instance: Patient-fetus-of
InstanceOf: SearchParameter
Usage: #definition
Title: "Fetuses of a woman"
* insert Searching(fetus-of, Patient, reference, [["Patient.extension.where(url = 'https://hit-maternity.example/fhir/StructureDefinition/fetus-of').value.as(Reference)"]])
* description = "The fetuses of a woman: Patient?fetus-of=Patient/123."
* target = #Patient
* name = "MaternityFetusOf"

Instance: Patient-fetal-status
InstanceOf: SearchParameter
Usage: #definition
Title: "Fetal status"
* insert Searching(fetal-status, Patient, token, [["Patient.extension.where(url = 'https://hit-maternity.example/fhir/StructureDefinition/fetal-status').value.as(CodeableConcept)"]])
* description = "Patients that are fetuses, by status; with :missing=true those that are none."
* modifier = #missing
* name = "MaternityFetalStatus"

Instance: Observation-time-point
InstanceOf: SearchParameter
Usage: #definition
Title: "Time point of an answer"
* insert Searching(time-point, Observation, token, [["Observation.extension.where(url = 'https://hit-maternity.example/fhir/StructureDefinition/time-point').value.as(CodeableConcept)"]])
* description = "Answers that speak of one time: before, first-visit, week-36."
* name = "MaternityTimePoint"

Instance: Observation-valid-term
InstanceOf: SearchParameter
Usage: #definition
Title: "Valid due date"
* insert Searching(valid-term, Observation, token, [["Observation.extension.where(url = 'https://hit-maternity.example/fhir/StructureDefinition/valid-term').extension.where(url = 'valid').value.as(boolean)"]])
* description = "The due date that holds: Observation?patient=123&valid-term=true."
* name = "MaternityValidTerm"

Instance: Observation-episode-of-care
InstanceOf: SearchParameter
Usage: #definition
Title: "Episode of an observation"
* insert Searching(episode-of-care, Observation, reference, [["Observation.extension.where(url = 'http://hl7.org/fhir/StructureDefinition/workflow-episodeOfCare').value.as(Reference)"]])
* description = "Facts that name their pregnancy directly; those of a visit are found by encounter.episode-of-care."
* target = #EpisodeOfCare
* name = "MaternityObservationEpisode"

Instance: EpisodeOfCare-end-reason
InstanceOf: SearchParameter
Usage: #definition
Title: "End reason of a record"
* insert Searching(end-reason, EpisodeOfCare, token, [["EpisodeOfCare.extension.where(url = 'https://hit-maternity.example/fhir/StructureDefinition/end-reason').value.as(CodeableConcept)"]])
* description = "Records by why they ended."
* name = "MaternityEndReason"
