ValueSet: ObservationStatusVS
Id: observation-status
Title: "Status of an observation (status for opplysning)"
Description: "Every status but unknown: whoever writes to the record knows what it writes."
* ^experimental = false
* insert Titles([["Status for opplysning"]], [["Status for opplysning"]])
* $observation-status#registered "Registered"
* $observation-status#registered insert Words([["Registrert"]], [["Registrert"]], [["Registered"]])
* $observation-status#preliminary "Preliminary"
* $observation-status#preliminary insert Words([["Foreløpig"]], [["Førebels"]], [["Preliminary"]])
* $observation-status#final "Final"
* $observation-status#final insert Words([["Endelig"]], [["Endeleg"]], [["Final"]])
* $observation-status#amended "Amended"
* $observation-status#amended insert Words([["Endret"]], [["Endra"]], [["Amended"]])
* $observation-status#corrected "Corrected"
* $observation-status#corrected insert Words([["Korrigert"]], [["Korrigert"]], [["Corrected"]])
* $observation-status#cancelled "Cancelled"
* $observation-status#cancelled insert Words([["Avbrutt"]], [["Avbroten"]], [["Cancelled"]])
* $observation-status#entered-in-error "Entered in Error"
* $observation-status#entered-in-error insert Words([["Feilregistrert"]], [["Feilregistrert"]], [["Entered in Error"]])

ValueSet: EncounterStatusVS
Id: encounter-status
Title: "Status of a visit (status for konsultasjon)"
Description: "The statuses of a visit in the record; unknown is none of them."
* ^experimental = false
* insert Titles([["Status for konsultasjon"]], [["Status for konsultasjon"]])
* $encounter-status#planned "Planned"
* $encounter-status#planned insert Words([["Planlagt"]], [["Planlagd"]], [["Planned"]])
* $encounter-status#arrived "Arrived"
* $encounter-status#arrived insert Words([["Ankommet"]], [["Komen"]], [["Arrived"]])
* $encounter-status#in-progress "In Progress"
* $encounter-status#in-progress insert Words([["Pågår"]], [["Går føre seg"]], [["In Progress"]])
* $encounter-status#finished "Finished"
* $encounter-status#finished insert Words([["Gjennomført"]], [["Gjennomført"]], [["Finished"]])
* $encounter-status#cancelled "Cancelled"
* $encounter-status#cancelled insert Words([["Avlyst"]], [["Avlyst"]], [["Cancelled"]])
* $encounter-status#entered-in-error "Entered in Error"
* $encounter-status#entered-in-error insert Words([["Feilregistrert"]], [["Feilregistrert"]], [["Entered in Error"]])

ValueSet: EpisodeStatusVS
Id: episode-status
Title: "Status of the record (status for helsekortet)"
Description: "Made, active, ended, broken off, or made in error."
* ^experimental = false
* insert Titles([["Status for helsekortet"]], [["Status for helsekortet"]])
* $episode-status#planned "Planned"
* $episode-status#planned insert Words([["Opprettet"]], [["Oppretta"]], [["Planned"]])
* $episode-status#active "Active"
* $episode-status#active insert Words([["Aktivt"]], [["Aktivt"]], [["Active"]])
* $episode-status#finished "Finished"
* $episode-status#finished insert Words([["Avsluttet"]], [["Avslutta"]], [["Finished"]])
* $episode-status#cancelled "Cancelled"
* $episode-status#cancelled insert Words([["Avbrutt"]], [["Avbrote"]], [["Cancelled"]])
* $episode-status#entered-in-error "Entered in Error"
* $episode-status#entered-in-error insert Words([["Feilregistrert"]], [["Feilregistrert"]], [["Entered in Error"]])
