"""Two links of the RhD chain: her consent to typing of the fetus, and anti-D in the pregnancy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hit_maternity.dhg.mapping.facts import RECORD, Place
from hit_maternity.dhg.mapping.haemoglobin import born_on
from hit_maternity.dhg.mapping.part import Resource
from hit_maternity.dhg.mapping.pregnancy import Pregnancy, changed, retracted
from hit_maternity.maternity.card.elements import code_of, extension
from hit_maternity.maternity.card.moments import day_of
from hit_maternity.maternity.card.systems import coding, system
from hit_maternity.maternity.card.systems import extension as own
from hit_maternity.maternity.rules.kinds import kind_of

_CONSENT, _GIVEN = "consentFetalRhesusTyping", "prophylaxisAtWeek28"
_HL7 = "http://terminology.hl7.org/CodeSystem"
_TIME_POINT = own("time-point")
#: Consent that was asked for and isn't given: refused, or withdrawn.
_NOT_GIVEN = frozenset(("rejected", "inactive"))
_DONE = frozenset(("completed", "in-progress"))
_REASON = [{"coding": [{"system": f"{_HL7}/data-absent-reason", "code": "unknown"}], "text": "Ikke oppgitt"}]


def _is(resource: Resource, kind: str) -> bool:
    known = kind_of(resource)
    return known is not None and known.id == kind


def _policy(given: bool) -> Resource:
    code = "OPTIN" if given else "OPTOUT"
    return {
        "policyRule": {"coding": [{"system": f"{_HL7}/v3-ActCode", "code": code}]},
        "provision": {"type": "permit" if given else "deny"},
    }


def _is_consent(resource: Resource) -> bool:
    return resource["resourceType"] == "Consent" and _is(resource, "consent-fetal-typing")


@dataclass(frozen=True, slots=True)
class TypingConsent:
    """Whether she consents: her last Consent. A withdrawn one is a no; one that was only proposed is no answer."""

    names: Iterable[str] = (_CONSENT,)

    def fits(self, resource: Resource) -> bool:
        return _is_consent(resource)

    def read(self, pregnancy: Pregnancy, place: Place = RECORD) -> dict[str, Any]:
        return self._told(self._there(pregnancy)[-1:])

    def write(self, pregnancy: Pregnancy, wanted: Mapping[str, Any], place: Place = RECORD) -> list[Resource]:
        there, given = self._there(pregnancy), wanted.get(_CONSENT)
        if self._told(there[-1:]).get(_CONSENT) == given:
            return []
        if given is None:
            return _withdrawn(there, lambda r: bool(self._told([r])))
        if there:
            provision = {**(there[-1].get("provision") or {}), **_policy(given)["provision"]}
            return [changed(there[-1], **{**_policy(given), "provision": provision}, status="active", dateTime=pregnancy.moment)]
        content: dict[str, Any] = {
            "status": "active",
            "scope": {"coding": [{"system": f"{_HL7}/consentscope", "code": "treatment"}]},
            "category": [{"coding": [coding("loinc#59284-0")]}],
            "patient": pregnancy.mother,
            "dateTime": pregnancy.moment,
            "performer": [pregnancy.mother],
            **_policy(given),
        }
        return [pregnancy.new("Consent", "Consent-fetal-rhesus-typing", **content)]

    def _there(self, pregnancy: Pregnancy) -> list[Resource]:
        return pregnancy.found("Consent", _is_consent)

    def _told(self, last: list[Resource]) -> dict[str, Any]:
        for consent in last:
            said = (consent.get("provision") or {}).get("type")
            if consent.get("status") in _NOT_GIVEN:
                return {_CONSENT: False}
            if consent.get("status") == "active" and said in ("permit", "deny"):
                return {_CONSENT: said == "permit"}
        return {}


def _is_anti_d(resource: Resource) -> bool:
    return resource["resourceType"] == "MedicationAdministration" and _is(resource, "anti-d")


def _in_pregnancy(resource: Resource) -> bool:
    return code_of(extension(resource, _TIME_POINT), system("time-point")) == "during"


@dataclass(frozen=True, slots=True)
class AntiD:
    """Whether she was given anti-D in the pregnancy: by its time point, else by its day, which lies before that of the birth."""

    names: Iterable[str] = (_GIVEN,)

    def fits(self, resource: Resource) -> bool:
        return _is_anti_d(resource)

    def read(self, pregnancy: Pregnancy, place: Place = RECORD) -> dict[str, Any]:
        return self._told(self._there(pregnancy)[-1:])

    def write(self, pregnancy: Pregnancy, wanted: Mapping[str, Any], place: Place = RECORD) -> list[Resource]:
        there, given = self._there(pregnancy), wanted.get(_GIVEN)
        if self._told(there[-1:]).get(_GIVEN) == given:
            return []
        if given is None:
            return _withdrawn(there, lambda r: bool(self._told([r])))
        said: dict[str, Any] = {"status": "completed", "statusReason": None} if given else {"status": "not-done", "statusReason": _REASON}
        if there:
            return [changed(there[-1], **said, **({} if given else {"dosage": None}))]
        content: dict[str, Any] = {
            "extension": [{"url": _TIME_POINT, "valueCodeableConcept": {"coding": [coding("time-point#during")]}}],
            **said,
            "medicationCodeableConcept": {"coding": [coding("atc#J06BB01")], "text": "Anti-D-immunglobulin"},
            "subject": pregnancy.mother,
            "context": pregnancy.episode,
            "effectiveDateTime": pregnancy.moment,
        }
        return [pregnancy.new("MedicationAdministration", "MedicationAdministration-anti-d", **content)]

    def _there(self, pregnancy: Pregnancy) -> list[Resource]:
        """Those of the pregnancy that stand, the one that is shown last."""
        born = born_on(pregnancy)
        all_of_it = pregnancy.found("MedicationAdministration", _is_anti_d)
        before = [r for r in all_of_it if _in_pregnancy(r) or born is None or (day := day_of(r)) is None or day < born]
        return sorted(before, key=_in_pregnancy)

    def _told(self, last: list[Resource]) -> dict[str, Any]:
        for given in last:
            if given.get("status") in _DONE:
                return {_GIVEN: True}
            if given.get("status") == "not-done":
                return {_GIVEN: False}
        return {}


def _withdrawn(there: list[Resource], says: Callable[[Resource], bool]) -> list[Resource]:
    """From the newest on, marked as entered in error until one that says nothing shows."""
    gone = []
    for resource in reversed(there):
        if not says(resource):
            break
        gone.append(retracted(resource))
    return gone
