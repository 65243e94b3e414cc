"""The RhD chain: hints where a link doesn't fit the one before. None of them blocks: whoever gave it knows more."""

from __future__ import annotations

from collections.abc import Iterator

from hit_maternity.fhir.outcome import Issue
from hit_maternity.maternity.rules.canonical import RHESUS_NEGATIVE, RHESUS_POSITIVE
from hit_maternity.maternity.rules.case import Case, hint
from hit_maternity.maternity.rules.kinds import kind_of, kinds
from hit_maternity.maternity.rules.reading import Resource, codes, happened, local_id, table
from hit_maternity.maternity.rules.registered import RETRACTED


def positive(resource: Resource) -> bool | None:
    """Whether an answer says RhD positive; ``None`` where it says neither."""
    said = set(codes(resource.get("valueCodeableConcept")))
    return True if said & RHESUS_POSITIVE else False if said & RHESUS_NEGATIVE else None


def _types(case: Case, woman: str, kind: str) -> list[Resource]:
    """Her answers of a kind that aren't retracted, oldest first."""
    coded = ",".join(f"{system}|{code}" for system, code in kinds()[kind].codes)
    found = case.around.view.found("Observation", ("patient", f"Patient/{woman}"), ("code", coded))
    fitting = [r for r in found if (k := kind_of(r)) is not None and k.id == kind and r.get("status") not in RETRACTED]
    return sorted(fitting, key=lambda r: str(happened(r) or ""))


def mother_positive(case: Case, woman: str) -> bool | None:
    """Whether she is RhD positive, by her last answer that says so or not; of any pregnancy, as the type doesn't change."""
    answers = [answer for r in _types(case, woman, "rhesus-d") if (answer := positive(r)) is not None]
    return answers[-1] if answers else None


def prophylaxis_hints(case: Case, new: Resource) -> Iterator[Issue]:
    """Anti-D that was given though she is RhD positive, or though every fetus is known to be negative."""
    woman = local_id(new.get("subject"), "Patient")
    if woman is None or new.get("status") not in ("completed", "in-progress"):
        return
    if mother_positive(case, woman):
        words = "Anti-D is for women who are RhD negative, and her type is registered as positive. Check both."
        yield hint("rhd-prophylaxis-needless", words, "MedicationAdministration.medication")
        return
    for record in case.records:
        answers = [positive(r) for r in _types(case, woman, "fetal-rhesus-d") if record in case.around.records.of(r)]
        if answers and all(answer is False for answer in answers):
            words = "Every fetus is registered as RhD negative; anti-D is then not needed. Check both."
            yield hint("rhd-prophylaxis-needless", words, "MedicationAdministration.medication")


def fetal_type_hints(case: Case, new: Resource) -> Iterator[Issue]:
    """A type of the fetus though the woman is RhD positive, or though she declined the typing."""
    woman = local_id(new.get("subject"), "Patient")
    if woman is None:
        return
    if mother_positive(case, woman):
        words = "The fetus is typed where the woman is RhD negative, and her type is registered as positive. Check both."
        yield hint("rhd-typing-needless", words, "Observation.code")
    if _declined(case, woman):
        words = "She has declined typing of the fetus. Check that the answer is hers, and register the consent if she changed her mind."
        yield hint("rhd-typing-declined", words, "Observation.code")


def _declined(case: Case, woman: str) -> bool:
    """Whether her last consent to typing the fetus, by its date, says no."""
    found = case.around.view.found("Consent", ("patient", f"Patient/{woman}"))
    fitting = [c for c in found if (k := kind_of(c)) is not None and k.id == "consent-fetal-typing" and c.get("status") == "active"]
    last = max(fitting, key=lambda c: str(c.get("dateTime")), default=None)
    return last is not None and table(last.get("provision")).get("type") == "deny"
