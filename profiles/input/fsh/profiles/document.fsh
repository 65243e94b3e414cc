Profile: NoDomainMaternityCompositionHelsekort
Parent: Composition
Id: no-domain-Maternity-Composition-helsekort
Title: "The card as a document (helsekortet som dokument)"
Description: "The whole card at one time, in the ten sections that a woman sees on Helsenorge, in her order. Every section is there; an empty one says so. Compatible with no-basis-Composition: type 9602 F04-2."
* status MS
* status ^requirements = "Preliminary while the pregnancy goes on, final when the record has ended."
* type MS
* type from DocumentTypeVS (required)
* type ^requirements = "The national document type for pregnancy and birth."
* subject 1..1 MS
* subject only Reference(NoDomainMaternityPatientMother)
* subject ^requirements = "The pregnant woman."
* date MS
* date ^requirements = "The card as it was then."
* author MS
* author ^requirements = "Who or what put it together."
* title MS
* title ^requirements = "Shown in her list of documents."
* event 1..1 MS
* event.period 1..1 MS
* event.detail 1..1 MS
* event.detail only Reference(NoDomainMaternityEpisodeOfCarePregnancy)
* event ^requirements = "Which pregnancy it tells of."
* section MS
* section obeys mat-section-1
* section.entry MS
* section.emptyReason MS
* section ^slicing.discriminator.type = #pattern
* section ^slicing.discriminator.path = "code"
* section ^slicing.rules = #open
* section ^slicing.ordered = false
* section ^requirements = "A reader finds each part at its place, also where it is empty."
* section contains
    aboutYou 1..1 MS and
    followUp 1..1 MS and
    previousPregnancies 1..1 MS and
    health 1..1 MS and
    thisPregnancy 1..1 MS and
    habits 1..1 MS and
    medicines 1..1 MS and
    visits 1..1 MS and
    tests 1..1 MS and
    fundalHeight 1..1 MS
* section[aboutYou].title 1..1
* section[aboutYou].text 1..1
* section[aboutYou].code 1..1
* section[aboutYou].code = $section#about-you
* section[followUp].title 1..1
* section[followUp].text 1..1
* section[followUp].code 1..1
* section[followUp].code = $section#follow-up
* section[previousPregnancies].title 1..1
* section[previousPregnancies].text 1..1
* section[previousPregnancies].code 1..1
* section[previousPregnancies].code = $section#previous-pregnancies
* section[health].title 1..1
* section[health].text 1..1
* section[health].code 1..1
* section[health].code = $section#health
* section[thisPregnancy].title 1..1
* section[thisPregnancy].text 1..1
* section[thisPregnancy].code 1..1
* section[thisPregnancy].code = $section#this-pregnancy
* section[habits].title 1..1
* section[habits].text 1..1
* section[habits].code 1..1
* section[habits].code = $section#habits
* section[medicines].title 1..1
* section[medicines].text 1..1
* section[medicines].code 1..1
* section[medicines].code = $section#medicines
* section[visits].title 1..1
* section[visits].text 1..1
* section[visits].code 1..1
* section[visits].code = $section#visits
* section[tests].title 1..1
* section[tests].text 1..1
* section[tests].code 1..1
* section[tests].code = $section#tests
* section[fundalHeight].title 1..1
* section[fundalHeight].text 1..1
* section[fundalHeight].code 1..1
* section[fundalHeight].code = $section#fundal-height

Profile: NoDomainMaternityBundleHelsekort
Parent: Bundle
Id: no-domain-Maternity-Bundle-helsekort
Title: "Document bundle (helsekort, dokument)"
Description: "The Composition first, then all it shows. Rules that need several resources at once are checked here; the server checks them at every write too."
* obeys mat-doc-1 and mat-doc-2 and mat-doc-3 and mat-doc-4 and mat-doc-5 and mat-doc-6
* type MS
* type = #document (exactly)
* type ^requirements = "It is kept as it was."
* identifier 1..1 MS
* identifier ^requirements = "A document is known by its id for ever."
* timestamp 1..1 MS
* timestamp ^requirements = "When it was put together."
* entry 1..* MS
* entry ^slicing.discriminator[0].type = #type
* entry ^slicing.discriminator[0].path = "resource"
* entry ^slicing.rules = #open
* entry ^requirements = "What every card has: the Composition and the episode."
* entry contains composition 1..1 MS and episode 1..1 MS
* entry[composition].resource 1..1
* entry[composition].resource only NoDomainMaternityCompositionHelsekort
* entry[episode].resource 1..1
* entry[episode].resource only NoDomainMaternityEpisodeOfCarePregnancy
