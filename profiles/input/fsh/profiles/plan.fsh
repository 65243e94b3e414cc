Profile: NoDomainMaternityCarePlanBirthPlan
Parent: CarePlan
Id: no-domain-Maternity-CarePlan-birth-plan
Title: "Birth plan and extra support (fødeplan og ekstra støtte)"
Description: "What she wishes for the birth, and what support she needs: the continuation sheet of the card."
* extension contains http://hl7.org/fhir/StructureDefinition/workflow-episodeOfCare named episodeOfCare 0..1 MS
* extension ^requirements = "The pregnancy whose birth is planned."
* status MS
* status ^requirements = "A plan may be given up or replaced."
* intent MS
* intent ^requirements = "A plan, not an order."
* category 1..* MS
* category ^slicing.discriminator.type = #pattern
* category ^slicing.discriminator.path = "$this"
* category ^slicing.rules = #open
* category ^requirements = "Told apart from other care plans."
* category contains birthPlan 1..1 MS
* category[birthPlan] = $section#birth-plan
* subject MS
* subject only Reference(NoDomainMaternityPatientMother)
* subject ^requirements = "The pregnant woman."
* created MS
* created ^requirements = "The latest plan holds."
* author MS
* author ^requirements = "Her own words or the midwife's."
* description MS
* description ^requirements = "The plan in words."
* activity MS
* activity ^requirements = "Single wishes and measures, where they are written one by one."

Profile: NoDomainMaternityAppointment
Parent: Appointment
Id: no-domain-Maternity-Appointment
Title: "Appointment (time)"
Description: "The next visit. Compatible with no-basis-Appointment."
* obeys mat-appointment-1
* status MS
* status ^requirements = "Booked, cancelled, kept."
* start MS
* start ^requirements = "When."
* end MS
* end ^requirements = "Until when."
* participant MS
* participant.actor MS
* participant ^requirements = "She, and whom she is to see."
* description MS
* description ^requirements = "What it is for, in words."
