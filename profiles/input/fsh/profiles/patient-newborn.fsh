Profile: NoDomainMaternityPatientNewborn
Parent: Patient
Id: no-domain-Maternity-Patient-newborn
Title: "Newborn (nyfødt)"
Description: "The child after a live birth, linked to the fetus it was. The link replaces: what is said of the child from now on is said here."
* obeys mat-newborn-1
* identifier MS
* identifier ^requirements = "A newborn has a help number first and a national number soon after; none may be there yet."
* name MS
* name ^requirements = "Often not given yet."
* gender 1..1 MS
* gender ^requirements = "Registered at birth."
* birthDate 1..1 MS
* birthDate ^requirements = "What makes it a child."
* multipleBirth[x] MS
* multipleBirth[x] ^requirements = "Which of twins it is, by order of birth."
* deceased[x] MS
* deceased[x] ^requirements = "A child may die after a live birth; that is no stillbirth."
* link 1..* MS
* link.other MS
* link.type MS
* link ^requirements = "Facts before and after the birth are followed from child to fetus and back."
