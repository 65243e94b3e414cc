"""Legal bodies of every part, one strategy a type, in normal form: what ``models.check`` takes, and gives back as it is.

``BODIES``: anything that is legal, however unlikely. ``plausible``: what a record under way may say on a given day, so that the rules
between resources have nothing against it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.dhg.mapping import bodies_background as background
from tests.dhg.mapping.bodies_background import Body, answers, coded, filled, measures, members, texts, wholes

TODAY = date(2026, 11, 22)
_EARLY = date(1950, 1, 1)

notes = texts(4000)


def days(first: date = _EARLY, last: date = TODAY) -> st.SearchStrategy[str]:
    return st.dates(first, last).map(str)


def _cased(*words: str) -> st.SearchStrategy[str]:
    return st.sampled_from([spelt for word in words for spelt in (word, word, word.lower(), word.upper(), word.title())])


def _pressure(parts: tuple[int, int]) -> str:
    low, more = parts
    return f"{max(low + more, 50)}/{low}"


pressures = st.tuples(wholes(20, 200), wholes(1, 100)).map(_pressure)
moments = st.tuples(
    days(),
    st.sampled_from(["T00:00:00", "T03:42:00", "T23:59:59.5", "T12:30:15.123456", "T12:30:15.123456789"]),
    st.sampled_from(["", "Z", "+02:00", "-03:30", "+14:00"]),
).map("".join)


def _lists(item: st.SearchStrategy[Body], fetuses: int) -> st.SearchStrategy[list[Body]]:
    return st.lists(item, min_size=1, max_size=fetuses, unique_by=lambda one: one["fosterId"])


def antenatal_appointments(fetuses: int = 9, on: st.SearchStrategy[str] | None = None, age: bool = True) -> st.SearchStrategy[Body]:
    """One appointment. ``age``: gestational ages too."""
    fetus = members(
        {
            "fosterId": wholes(1, fetuses),
            "fetalHeartRate": wholes(30, 300),
            "fetalPresentationLie": coded("VOLVEN_8534", ("http://snomed.info/sct",)),
            "motherFeelsBabyMovements": answers,
            "note": notes,
        },
        always=("fosterId",),
    )
    return members(
        {
            "appointmentDate": days() if on is None else on,
            **({"pregnancyWeek": wholes(1, 44), "daysAfterFullPregnancyWeek": wholes(0, 6)} if age else {}),
            "motherWeight": measures(25, 350),
            "bloodPressure": pressures,
            "proteinInUrineTestResult": _cased("Neg", "Spor", "1+", "2+", "3+"),
            "edema": wholes(0, 3),
            "fetusesVitalSigns": _lists(fetus, fetuses),
            "medication": answers,
            "employmentRate": wholes(0, 100),
            "note": notes,
        },
        always=("appointmentDate",),
    ).map(_at_most_44_weeks)


def _at_most_44_weeks(body: Body) -> Body:
    return {**body, "daysAfterFullPregnancyWeek": 0} if body.get("pregnancyWeek") == 44 and "daysAfterFullPregnancyWeek" in body else body


def symphysis_fundal_heights(on: st.SearchStrategy[str] | None = None) -> st.SearchStrategy[Body]:
    """One fundal height."""
    return members({"pregnancyWeek": wholes(16, 44), "measurement": wholes(10, 50), "measurementDate": days() if on is None else on})


def birth_status(fetuses: int = 9, at: st.SearchStrategy[str] = moments) -> st.SearchStrategy[Body]:
    """The births."""
    known = st.sampled_from(
        [
            {"code": "281050002", "display": "Livebirth", "codeSystem": "http://snomed.info/sct"},
            {"code": "237364002", "codeSystem": "http://snomed.info/sct"},
            {"code": "LIVE"},
        ]
    )
    one = members({"fosterId": wholes(1, fetuses), "status": known | coded("VOLVEN_8534"), "datetime": at}, always=("fosterId",))
    return members({"birthStatus": _lists(one, fetuses)})


_TESTS = (
    "hbv", "hbvCore", "hiv", "syphilis", "bloodAntibodies", "chlamydia", "toxoplasmosis", "rubellaAntigen", "hepatitisC", "mrsaVreEsbl",
    "gonorrhea", "cytomegaloVirus", "asymptomaticBacteriuria", "groupBStreptococci",
)  # fmt: skip


def clinical_tests(on: st.SearchStrategy[str] | None = None) -> st.SearchStrategy[Body]:
    """The tests."""
    rhesus = _cased("POSTIVE", "POSITIVE", "POS", "NEG", "NEGATIVE")
    load = {"fastingGlucoseLevel": measures(1, 50), "post2hGlucoseLevel": measures(1, 50), "testDate": days() if on is None else on}
    return members(
        {
            "hemoglobin": measures(2, 25),
            "hemoglobinAt3rdTrimester": measures(2, 25),
            "ferritin": measures(1, 5000),
            "aboRh": filled({"aboType": st.sampled_from(["A", "B", "AB", "O"]), "rhesusDType": rhesus}),
            "bHbA1c": wholes(15, 200),
            "glucoseTolerance": filled(load),
            "note": notes,
            **dict.fromkeys(_TESTS, answers),
        }
    )


@st.composite
def _conceptions(draw: st.DrawFn, on: st.SearchStrategy[str]) -> Body:
    body = draw(filled({"hadAssistedConception": answers, "dateAssistedConception": on}))
    if body.get("hadAssistedConception") is False:
        body.pop("dateAssistedConception", None)
    return body


def current_pregnancy() -> st.SearchStrategy[Body]:
    """This pregnancy."""
    due = days(_EARLY, TODAY + timedelta(days=300))
    return members(
        {
            "dateLastPeriod": days(),
            "dueDate": due,
            "dueDateBasedOnUltrasound": due,
            "dueDateCorrectedDate": due,
            "hasPrenatalDiagnosticsTests": answers,
            "numberOfFetuses": wholes(1, 9),
            "assistedConception": _conceptions(days()),
            "birthPreparationTalk": answers,
            "breastfeedingGuidance": answers,
        }
    )


def rhesus_d_negative(on: st.SearchStrategy[str] | None = None) -> st.SearchStrategy[Body]:
    """The RhD chain."""
    return members(
        {
            "consentFetalRhesusTyping": answers,
            "fetusRhDPositiveAtWeek24": answers,
            "prophylaxisAtWeek28": answers,
            "dateForResult": days() if on is None else on,
            "note": notes,
        }
    )


BODIES: dict[str, st.SearchStrategy[Body]] = {
    "antenatalAppointments": antenatal_appointments(),
    "birthStatus": birth_status(),
    "clinicalTests": clinical_tests(),
    "currentPregnancy": current_pregnancy(),
    "rhesusDNegative": rhesus_d_negative(),
    "symphysisFundalHeights": symphysis_fundal_heights(),
    **background.BODIES,
}


@st.composite
def _dated(draw: st.DrawFn, period: date) -> Body:
    """This pregnancy with due dates that go with the last period."""
    body = draw(current_pregnancy())
    due = period + timedelta(days=283)
    body |= {"dateLastPeriod": str(period)}
    for name in ("dueDate", "dueDateBasedOnUltrasound", "dueDateCorrectedDate"):
        if name in body:
            body[name] = str(due + timedelta(days=draw(st.integers(-5, 5))))
    if "dateAssistedConception" in body.get("assistedConception", {}):
        body["assistedConception"]["dateAssistedConception"] = str(period + timedelta(days=14))
    return body


def plausible(today: date = TODAY) -> dict[str, st.SearchStrategy[Any]]:
    """Bodies of a pregnancy in week 30, with two fetuses at most."""
    period = today - timedelta(days=210)
    since = days(period + timedelta(days=40), today)
    born = since.map(lambda day: f"{today}T00:10:00+01:00")
    return {
        **BODIES,
        "antenatalAppointments": antenatal_appointments(2, since, age=False),
        "birthStatus": birth_status(2, born),
        "clinicalTests": clinical_tests(since),
        "currentPregnancy": _dated(period).map(lambda body: {**body, **({"numberOfFetuses": 2} if "numberOfFetuses" in body else {})}),
        "rhesusDNegative": rhesus_d_negative(since),
        "symphysisFundalHeights": symphysis_fundal_heights(since),
    }
