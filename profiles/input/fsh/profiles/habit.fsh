Profile: NoDomainMaternityObservationHabit
Parent: NoDomainMaternityObservationMaternal
Id: no-domain-Maternity-Observation-habit
Title: "Habit (levevane)"
Description: "Smoking, snus, alcohol or other stimuli at one time: before the pregnancy, at the first visit, or in week 36. One Observation for each, so that each keeps its own date and author."
* obeys mat-habit-1 and mat-value-1
* extension contains TimePoint named timePoint 1..1 MS
* extension ^requirements = "An answer without its time point can't be compared."
* extension[timePoint] ^requirements = "Week 36 is compared with the first visit."
* insert Category(social-history)
* code from HabitTypeVS (required)
* code ^requirements = "Which habit; Volven 8536 may stand beside it; as-received where that can't be translated."
* value[x] MS
* value[x] only CodeableConcept
* valueCodeableConcept from HabitFrequencyVS (required)
* value[x] ^requirements = "How often; Volven 8537 may stand beside it; as-received where that can't be translated."
* dataAbsentReason from AbsentAnswerVS (required)
* dataAbsentReason ^requirements = "Not asked, asked but unknown, or declined; never taken for a no."
* insert Components
* component contains dailyCount 0..1 MS
* component[dailyCount].code = $card-item#daily-count
* component[dailyCount].value[x] 1..1
* component[dailyCount].value[x] only integer
* component[dailyCount].valueInteger ^minValueInteger = 0
* component[dailyCount].valueInteger ^maxValueInteger = 200
