"""Every rule of the table at both sides of each of its borders: ``INSIDE`` must make it apply, ``OUTSIDE`` must not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal as D
from typing import Any

import pytest

from hit_maternity.maternity import attention as subject
from hit_maternity.maternity.attention import Grade, Verdict, attention, conditions, judge, judge_all, rules
from hit_maternity.maternity.dating import Dating
from hit_maternity.maternity.facts import Background, Consultation, Facts, FetalSigns, GlucoseLoad, Measured, Rhesus, Screening
from hit_maternity.maternity.fetus import Lie
from hit_maternity.maternity.gestation import GestationalAge
from hit_maternity.maternity.measures import BloodPressure, UrineProtein
from hit_maternity.maternity.tables import Row, TableError
from hit_maternity.maternity.visits import Attendance

DATING = Dating(date(2026, 10, 11))
Case = tuple[str, Facts]


def on(age: str) -> date:
    return DATING.day_at(GestationalAge.parse(age))


def at(age: str, **facts: Any) -> Facts:
    """Facts on the day of a gestational age."""
    return Facts(on(age), DATING, **facts)


def pressures(today: str, *readings: tuple[str, str], protein: UrineProtein | None = None) -> Facts:
    visits = tuple(Consultation(on(age), BloodPressure.parse(text), protein) for age, text in readings)
    return at(today, consultations=visits)


def fetal(today: str, **signs: Any) -> Facts:
    return at(today, consultations=(Consultation(on(today), fetuses=(FetalSigns(**signs),)),))


def protein(level: UrineProtein) -> Facts:
    return at("24+0", consultations=(Consultation(on("24+0"), urine_protein=level),))


def values(kind: str, today: str, *measured: tuple[str, str]) -> Facts:
    return at(today, **{kind: tuple(Measured(on(age), D(value)) for age, value in measured)})


def load(fasting: str | None, two_hours: str | None, day: str = "25+0") -> GlucoseLoad:
    return GlucoseLoad(on(day), None if fasting is None else D(fasting), None if two_hours is None else D(two_hours))


def glucose(fasting: str | None, two_hours: str | None) -> Facts:
    return at("25+0", glucose=(load(fasting, two_hours),))


def rhd(today: str, antibodies: tuple[tuple[str, bool], ...] = (("9+0", False),), **chain: Any) -> Facts:
    screened = tuple(Screening(on(age), "antibodies", positive) for age, positive in antibodies)
    return at(today, screenings=screened, rhesus=Rhesus(**{"mother_negative": True, **chain}))


def screened(test: str, positive: bool) -> Facts:
    return at("12+0", screenings=(Screening(on("10+0"), test, positive),))


def heavy(today: str, weight: str, **facts: Any) -> Facts:
    visit = Consultation(on(today), weight=D(weight))
    return at(today, **{"consultations": (visit,), "background": Background(bmi=D(22)), "weight_before": D(60), **facts})


RISKY = Background(bmi=D(28), diabetes=False)
HEALTHY = Background(
    age=40,
    births=1,
    bmi=D(35),
    antiphospholipid_syndrome=False,
    connective_tissue_disease=False,
    diabetes=False,
    multiple_pregnancy=False,
    chronic_hypertension=False,
    kidney_disease=False,
    earlier_pre_eclampsia=False,
    placental_failure=False,
)

INSIDE: list[Case] = [
    ("pressure-severe", pressures("30+0", ("30+0", "160/80"))),
    ("pressure-severe", pressures("30+0", ("30+0", "120/110"))),
    ("pressure-treat", pressures("30+0", ("30+0", "150/80"))),
    ("pressure-treat", pressures("30+0", ("30+0", "120/100"))),
    ("pre-eclampsia-suspected", pressures("30+0", ("20+0", "140/80"), protein=UrineProtein.ONE)),
    ("pre-eclampsia-suspected", pressures("30+0", ("30+0", "120/90"), protein=UrineProtein.THREE)),
    ("hypertension", pressures("30+0", ("28+0", "140/80"), ("30+0", "120/90"))),
    ("hypertension", pressures("30+0", ("26+0", "140/80"), ("28+0", "141/80"), ("30+0", "110/70"))),
    ("pressure-repeat", pressures("30+0", ("28+0", "139/89"), ("30+0", "140/89"))),
    ("pressure-repeat", pressures("30+0", ("30+0", "139/90"))),
    ("hypertension-early", pressures("30+0", ("19+6", "140/80"))),
    ("hypertension-early", pressures("30+0", ("8+0", "120/90"))),
    ("pressure-rise", pressures("30+0", ("8+0", "100/60"), ("30+0", "130/60"))),
    ("pressure-rise", pressures("30+0", ("8+0", "100/60"), ("30+0", "100/75"))),
    ("proteinuria", protein(UrineProtein.ONE)),
    ("proteinuria", protein(UrineProtein.THREE)),
    ("diabetes-in-pregnancy", glucose("7.0", None)),
    ("diabetes-in-pregnancy", glucose("4.0", "11.1")),
    ("gestational-diabetes", glucose("5.3", None)),
    ("gestational-diabetes", glucose("6.99", "11.09")),
    ("gestational-diabetes", glucose("4.0", "9.0")),
    ("glucose-load-due", at("24+0", background=RISKY)),
    ("glucose-load-due", at("28+6", background=RISKY)),
    ("glucose-load-due", at("28+0", background=RISKY, glucose=(load("5.2", "8.9", "23+6"),))),
    ("hba1c-diabetes", values("hba1c", "20+0", ("10+0", "48"))),
    ("hba1c-diabetes", values("hba1c", "20+0", ("18+0", "60"))),
    ("hba1c-raised", values("hba1c", "20+0", ("15+6", "41"))),
    ("hba1c-raised", values("hba1c", "20+0", ("10+0", "47"))),
    ("hba1c-late", values("hba1c", "20+0", ("16+0", "35"))),
    ("anaemia-severe", values("haemoglobin", "36+0", ("34+0", "7.9"))),
    ("anaemia", values("haemoglobin", "36+0", ("13+6", "10.9"))),
    ("anaemia", values("haemoglobin", "36+0", ("14+0", "10.4"))),
    ("anaemia", values("haemoglobin", "36+0", ("27+6", "10.4"))),
    ("anaemia", values("haemoglobin", "36+0", ("28+0", "10.9"))),
    ("anaemia", Facts(on("28+0"), haemoglobin=(Measured(on("20+0"), D("10.4")),))),
    ("haemoglobin-fall", values("haemoglobin", "30+0", ("10+0", "13.4"), ("28+0", "11.4"))),
    ("haemoglobin-high", values("haemoglobin", "30+0", ("14+0", "13.6"))),
    ("ferritin-low", values("ferritin", "20+0", ("15+6", "29.9"))),
    ("ferritin-reduced", values("ferritin", "20+0", ("10+0", "30"))),
    ("ferritin-reduced", values("ferritin", "20+0", ("15+6", "70"))),
    ("ferritin-missing", at("16+0")),
    ("ferritin-missing", values("ferritin", "20+0", ("16+0", "80"))),
    ("antibodies-found", rhd("12+0", (("9+0", True),), mother_negative=False)),
    ("antibodies-found", rhd("30+0", (("9+0", True), ("24+0", False)))),
    ("rhd-type-missing", at("14+0")),
    ("rhd-consent-missing", rhd("20+0")),
    ("rhd-typing-due", rhd("24+0")),
    ("rhd-typing-due", rhd("30+0", consent=True)),
    ("rhd-typing-due", rhd("24+0", ())),
    ("rhd-antibodies-24-due", rhd("24+0", (("22+6", False),))),
    ("rhd-antibodies-32-due", rhd("32+0", (("30+6", False),), consent=False)),
    ("rhd-antibodies-36-due", rhd("36+0", (("34+6", False),), consent=False)),
    ("rhd-prophylaxis-due", rhd("28+0", fetus_positive=True)),
    ("rhd-prophylaxis-due", rhd("35+0", fetus_positive=True, prophylaxis=False)),
    ("rhd-prophylaxis-after-birth-due", replace(rhd("40+0", fetus_positive=True), born=on("40+0"))),
    ("rhd-prophylaxis-after-birth-due", replace(rhd("40+0", fetus_positive=True), born=on("40+0") - timedelta(10))),
    ("rhd-prophylaxis-needless", rhd("30+0", mother_negative=False, prophylaxis=True)),
    ("rhd-prophylaxis-needless", rhd("30+0", fetus_positive=False, prophylaxis=True)),
    *((f"{test}-positive", screened(test, True)) for test in ("hepatitis-b", "hepatitis-c", "hiv", "syphilis", "group-b-streptococci")),
    ("no-movements", fetal("24+0", movements=False)),
    ("no-movements", fetal("43+6", movements=False)),
    ("no-movements-yet", fetal("20+0", movements=False)),
    ("no-movements-yet", fetal("23+6", movements=False)),
    ("fetal-heart-rate", fetal("30+0", heart_rate=109)),
    ("fetal-heart-rate", fetal("30+0", heart_rate=161)),
    ("not-cephalic", replace(fetal("36+0", lie=Lie.BREECH), fetuses=1)),
    ("not-cephalic", fetal("40+0", lie=Lie.TRANSVERSE)),
    ("fundal-height-first-low", replace(values("fundal_heights", "26+0", ("25+0", "21.3")), fetuses=1)),
    ("fundal-height-two-low", values("fundal_heights", "33+0", ("28+0", "23.8"), ("32+0", "27.1"))),
    ("fundal-height-not-rising", values("fundal_heights", "33+0", ("28+0", "27"), ("31+0", "27"))),
    ("fundal-height-measure-again", values("fundal_heights", "33+0", ("28+0", "27"), ("30+6", "27"))),
    ("fundal-height-jump", values("fundal_heights", "33+0", ("28+0", "27"), ("32+0", "33.3"))),
    ("fundal-height-falling-off", values("fundal_heights", "33+0", ("28+0", "27"), ("32+0", "27.2"))),
    ("fundal-height-above", values("fundal_heights", "33+0", ("32+0", "33.4"))),
    ("post-term", at("42+0")),
    ("post-term-control-due", at("41+3")),
    ("visit-overdue", at("13+0")),
    ("visit-overdue", at("25+0", consultations=(Consultation(on("9+0")),))),
    ("weight-gain-low", heavy("40+0", "71.4")),
    ("weight-gain-low", heavy("20+0", "60")),
    ("weight-gain-high", heavy("40+0", "76.1")),
    ("weight-gain-high", heavy("20+0", "80")),
    ("pre-eclampsia-risk", at("10+0", background=Background(age=41))),
    ("pre-eclampsia-milder-risk", at("10+0", background=Background(births=0, relative_with_pre_eclampsia=True))),
]

OUTSIDE: list[Case] = [
    ("pressure-severe", pressures("30+0", ("30+0", "159/109"))),
    ("pressure-severe", pressures("30+0", ("28+0", "170/120"), ("30+0", "120/80"))),
    ("pressure-treat", pressures("30+0", ("30+0", "149/99"))),
    ("pre-eclampsia-suspected", pressures("30+0", ("19+6", "150/100"), protein=UrineProtein.TWO)),
    ("pre-eclampsia-suspected", pressures("30+0", ("30+0", "139/89"), protein=UrineProtein.TWO)),
    ("pre-eclampsia-suspected", pressures("30+0", ("30+0", "150/100"), protein=UrineProtein.TRACE)),
    ("hypertension", pressures("30+0", ("28+0", "139/89"), ("30+0", "140/80"))),
    ("pressure-repeat", pressures("30+0", ("30+0", "139/89"))),
    ("pressure-repeat", pressures("30+0", ("28+0", "140/90"), ("30+0", "139/89"))),
    ("pressure-repeat", pressures("30+0", ("28+0", "140/90"), ("30+0", "140/90"))),
    ("hypertension-early", pressures("30+0", ("20+0", "150/100"))),
    ("hypertension-early", pressures("30+0", ("19+6", "139/89"))),
    ("pressure-rise", pressures("30+0", ("8+0", "100/60"), ("30+0", "129/74"))),
    ("proteinuria", protein(UrineProtein.TRACE)),
    ("diabetes-in-pregnancy", glucose("6.9", "11.0")),
    ("gestational-diabetes", glucose("5.2", "8.9")),
    ("gestational-diabetes", glucose("7.0", "9.5")),
    ("gestational-diabetes", glucose("5.5", "11.1")),
    ("glucose-load-due", at("23+6", background=RISKY)),
    ("glucose-load-due", at("29+0", background=RISKY)),
    ("glucose-load-due", at("28+0", background=RISKY, glucose=(load("4", "7", "24+0"),))),
    ("glucose-load-due", at("28+0", background=RISKY, glucose=(load("5.3", "7", "12+0"),))),
    ("glucose-load-due", at("28+0", background=RISKY, glucose=(load("4", "9.0", "12+0"),))),
    ("glucose-load-due", at("28+0", background=replace(RISKY, diabetes=True))),
    ("hba1c-diabetes", values("hba1c", "20+0", ("10+0", "47"))),
    ("hba1c-raised", values("hba1c", "20+0", ("10+0", "40"))),
    ("hba1c-raised", values("hba1c", "20+0", ("10+0", "48"))),
    ("hba1c-raised", values("hba1c", "20+0", ("16+0", "45"))),
    ("hba1c-late", values("hba1c", "20+0", ("15+6", "35"))),
    ("anaemia-severe", values("haemoglobin", "36+0", ("34+0", "8.0"))),
    ("anaemia-severe", values("haemoglobin", "36+0", ("33+6", "7.9"))),
    ("anaemia", values("haemoglobin", "36+0", ("13+6", "11.0"))),
    ("anaemia", values("haemoglobin", "36+0", ("14+0", "10.5"))),
    ("anaemia", values("haemoglobin", "36+0", ("27+6", "10.5"))),
    ("anaemia", values("haemoglobin", "36+0", ("28+0", "11.0"))),
    ("anaemia", Facts(on("28+0"), haemoglobin=(Measured(on("20+0"), D("11.0")),))),
    ("haemoglobin-fall", values("haemoglobin", "30+0", ("10+0", "13.4"), ("28+0", "11.5"))),
    ("haemoglobin-high", values("haemoglobin", "30+0", ("14+0", "13.5"))),
    ("haemoglobin-high", values("haemoglobin", "30+0", ("13+6", "14.5"))),
    ("ferritin-low", values("ferritin", "20+0", ("15+6", "30"))),
    ("ferritin-low", values("ferritin", "20+0", ("16+0", "10"))),
    ("ferritin-reduced", values("ferritin", "20+0", ("10+0", "29.9"))),
    ("ferritin-reduced", values("ferritin", "20+0", ("10+0", "70.1"))),
    ("ferritin-reduced", values("ferritin", "20+0", ("16+0", "50"))),
    ("ferritin-missing", at("15+6")),
    ("ferritin-missing", values("ferritin", "20+0", ("15+6", "80"))),
    ("ferritin-missing", at("16+0", ended=on("16+0"))),
    ("antibodies-found", rhd("12+0")),
    ("rhd-type-missing", at("13+6")),
    ("rhd-type-missing", rhd("14+0", mother_negative=False)),
    ("rhd-consent-missing", rhd("19+6")),
    ("rhd-consent-missing", rhd("20+0", consent=False)),
    ("rhd-consent-missing", rhd("20+0", (("9+0", True),))),
    ("rhd-consent-missing", rhd("20+0", mother_negative=False)),
    ("rhd-typing-due", rhd("23+6")),
    ("rhd-typing-due", rhd("24+0", consent=False)),
    ("rhd-typing-due", rhd("24+0", fetus_positive=False)),
    ("rhd-typing-due", rhd("24+0", (("9+0", True),))),
    ("rhd-typing-due", rhd("24+0", mother_negative=False)),
    ("rhd-antibodies-24-due", rhd("23+6", (("22+6", False),))),
    ("rhd-antibodies-24-due", rhd("24+0", (("23+0", False),))),
    ("rhd-antibodies-24-due", rhd("24+0", (), mother_negative=False)),
    ("rhd-antibodies-32-due", rhd("31+6", consent=False)),
    ("rhd-antibodies-32-due", rhd("32+0", (("31+0", False),), consent=False)),
    ("rhd-antibodies-32-due", rhd("32+0", consent=True)),
    ("rhd-antibodies-32-due", rhd("32+0", fetus_positive=True)),
    ("rhd-antibodies-36-due", rhd("35+6", consent=False)),
    ("rhd-antibodies-36-due", rhd("36+0", (("35+0", False),), consent=False)),
    ("rhd-prophylaxis-due", rhd("27+6", fetus_positive=True)),
    ("rhd-prophylaxis-due", rhd("28+0", fetus_positive=True, prophylaxis=True)),
    ("rhd-prophylaxis-due", rhd("28+0", fetus_positive=False)),
    ("rhd-prophylaxis-due", rhd("28+0", (("9+0", True),), fetus_positive=True)),
    ("rhd-prophylaxis-due", rhd("28+0", fetus_positive=True, mother_negative=False)),
    ("rhd-prophylaxis-after-birth-due", rhd("40+0", fetus_positive=True)),
    ("rhd-prophylaxis-after-birth-due", replace(rhd("40+0", fetus_positive=True), born=on("40+0") - timedelta(11))),
    ("rhd-prophylaxis-after-birth-due", replace(rhd("40+0", fetus_positive=True), born=on("40+0") + timedelta(1))),
    ("rhd-prophylaxis-after-birth-due", replace(rhd("40+0", fetus_positive=True, prophylaxis_after_birth=True), born=on("40+0"))),
    ("rhd-prophylaxis-needless", rhd("30+0", fetus_positive=True, prophylaxis=True)),
    ("rhd-prophylaxis-needless", rhd("30+0", mother_negative=False)),
    *((f"{test}-positive", screened(test, False)) for test in ("hepatitis-b", "hepatitis-c", "hiv", "syphilis", "group-b-streptococci")),
    ("no-movements", fetal("23+6", movements=False)),
    ("no-movements", fetal("24+0", movements=True)),
    ("no-movements", replace(fetal("40+0", movements=False), born=on("40+0"))),
    ("no-movements-yet", fetal("19+6", movements=False)),
    ("no-movements-yet", fetal("24+0", movements=False)),
    ("fetal-heart-rate", fetal("30+0", heart_rate=110)),
    ("fetal-heart-rate", fetal("30+0", heart_rate=160)),
    ("fetal-heart-rate", replace(fetal("40+0", heart_rate=90), born=on("40+0"))),
    ("not-cephalic", fetal("35+6", lie=Lie.BREECH)),
    ("not-cephalic", fetal("36+0", lie=Lie.CEPHALIC)),
    ("not-cephalic", replace(fetal("36+0", lie=Lie.BREECH), fetuses=2)),
    ("fundal-height-first-low", values("fundal_heights", "26+0", ("25+0", "21.35"))),
    ("fundal-height-two-low", values("fundal_heights", "33+0", ("28+0", "23.8"), ("32+0", "27.2"))),
    ("fundal-height-two-low", replace(values("fundal_heights", "33+0", ("28+0", "23.8"), ("32+0", "27.1")), fetuses=2)),
    ("fundal-height-not-rising", values("fundal_heights", "33+0", ("28+0", "27"), ("31+0", "27.1"))),
    ("fundal-height-measure-again", values("fundal_heights", "33+0", ("28+0", "27"), ("31+0", "27"))),
    ("fundal-height-jump", values("fundal_heights", "33+0", ("28+0", "27"), ("32+0", "33.2"))),
    ("fundal-height-falling-off", values("fundal_heights", "33+0", ("28+0", "27"), ("32+0", "27.3"))),
    ("fundal-height-above", values("fundal_heights", "33+0", ("32+0", "33.3"))),
    ("post-term", at("41+6")),
    ("post-term", at("42+0", born=on("42+0"))),
    ("post-term-control-due", at("41+2")),
    ("post-term-control-due", at("41+3", born=on("41+0"))),
    ("visit-overdue", at("12+6")),
    ("visit-overdue", at("25+0", consultations=(Consultation(on("9+0")), Consultation(on("24+0"))))),
    ("weight-gain-low", heavy("40+0", "71.5")),
    ("weight-gain-low", heavy("19+6", "60")),
    ("weight-gain-high", heavy("40+0", "76")),
    ("weight-gain-high", heavy("19+6", "80")),
    ("pre-eclampsia-risk", at("10+0", background=HEALTHY)),
    ("pre-eclampsia-risk", at("10+0", background=replace(HEALTHY, age=41), ended=on("10+0"))),
    (
        "pre-eclampsia-milder-risk",
        at("10+0", background=Background(births=0, relative_with_pre_eclampsia=False, years_since_last_pregnancy=10)),
    ),
]

#: Rules that judge without knowing the gestational age; all others are unknown without a dating.
AGELESS = {
    *("pressure-severe", "pressure-treat", "hypertension", "pressure-repeat", "pressure-rise", "proteinuria"),
    *("diabetes-in-pregnancy", "gestational-diabetes", "hba1c-diabetes", "anaemia", "haemoglobin-fall"),
    *("antibodies-found", "rhd-prophylaxis-needless", "rhd-prophylaxis-after-birth-due", "fetal-heart-rate"),
    *("hepatitis-b-positive", "hepatitis-c-positive", "hiv-positive", "syphilis-positive", "group-b-streptococci-positive"),
    *("pre-eclampsia-risk", "pre-eclampsia-milder-risk"),
}


@pytest.mark.parametrize(("rule", "facts"), INSIDE)
def test_a_rule_applies_on_its_side_of_the_border(rule: str, facts: Facts) -> None:
    judged = judge(rule, facts)
    assert judged.verdict is Verdict.PRESENT
    assert judged.findings


@pytest.mark.parametrize(("rule", "facts"), OUTSIDE)
def test_a_rule_does_not_apply_beyond_its_border(rule: str, facts: Facts) -> None:
    judged = judge(rule, facts)
    assert (judged.verdict, judged.findings) == (Verdict.ABSENT, ())


def test_every_rule_is_tested_at_both_sides_of_its_borders() -> None:
    assert {r for r, _ in INSIDE} == {r for r, _ in OUTSIDE} == set(rules())


@pytest.mark.parametrize("rule", sorted(set(rules()) - {"rhd-prophylaxis-needless"}))
def test_a_rule_without_its_facts_is_unknown_and_never_absent(rule: str) -> None:
    judged = judge(rule, Facts(on("38+0")))
    assert judged.verdict is Verdict.ABSENT if rule == "rhd-prophylaxis-after-birth-due" else judged.verdict is Verdict.UNKNOWN


def test_unknown_answers_in_the_rhd_chain_stay_unknown() -> None:
    def verdict(rule: str, today: str, **chain: Any) -> Verdict:
        return judge(rule, Facts(on(today), DATING, rhesus=Rhesus(**chain))).verdict

    assert verdict("rhd-typing-due", "24+0") is Verdict.UNKNOWN
    assert verdict("rhd-prophylaxis-due", "28+0", mother_negative=True) is Verdict.UNKNOWN
    assert verdict("rhd-prophylaxis-due", "28+0", fetus_positive=True) is Verdict.UNKNOWN
    assert verdict("rhd-antibodies-32-due", "32+0", mother_negative=True) is Verdict.UNKNOWN
    assert verdict("rhd-prophylaxis-needless", "30+0", prophylaxis=True) is Verdict.UNKNOWN


def test_a_haemoglobin_between_the_two_limits_cannot_be_judged_without_a_dating() -> None:
    facts = Facts(on("20+0"), haemoglobin=(Measured(on("20+0"), D("10.7")),))
    assert judge("anaemia", facts).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(("rule", "facts"), INSIDE)
def test_a_rule_that_needs_the_gestational_age_is_unknown_without_a_dating(rule: str, facts: Facts) -> None:
    judged = judge(rule, replace(facts, dating=None)).verdict
    if rule != "anaemia":
        assert judged is (Verdict.PRESENT if rule in AGELESS else Verdict.UNKNOWN)


def test_a_risk_that_an_unknown_factor_could_complete_is_unknown() -> None:
    one_of_two = Background(births=0, relative_with_pre_eclampsia=None, years_since_last_pregnancy=3)
    assert judge("pre-eclampsia-milder-risk", at("10+0", background=one_of_two)).verdict is Verdict.UNKNOWN
    assert judge("pre-eclampsia-risk", at("10+0", background=replace(HEALTHY, diabetes=None))).verdict is Verdict.UNKNOWN


def test_nothing_that_lies_after_today_is_looked_at() -> None:
    for rule, facts in INSIDE:
        measured = (*facts.haemoglobin, *facts.hba1c, *facts.fundal_heights)
        days = [c.on for c in facts.consultations] + [g.on for g in facts.glucose] + [m.on for m in measured]
        if days:
            before = replace(facts, today=min(days) - timedelta(1))
            assert judge(rule, before).verdict is not Verdict.PRESENT or rule in ("visit-overdue", "glucose-load-due"), rule


def test_a_finding_names_the_day_the_fetus_and_its_figures() -> None:
    twins = Consultation(on("30+0"), BloodPressure(152, 96), fetuses=(FetalSigns(1, 140, True), FetalSigns(2, 100, False)))
    facts = at("30+0", consultations=(twins,), fetuses=2)
    found = judge("no-movements", facts).findings[0]
    assert (found.on, found.fetus) == (on("30+0"), 2)
    assert judge("fetal-heart-rate", facts).findings[0].figures == (("heart_rate", D(100)),)
    assert judge("pressure-treat", facts).findings[0].figures == (("systolic", D(152)), ("diastolic", D(96)))


def test_the_last_answer_about_a_fetus_counts() -> None:
    first = Consultation(on("28+0"), fetuses=(FetalSigns(1, 170, False),))
    second = Consultation(on("29+0"), fetuses=(FetalSigns(1, None, True),))
    facts = at("29+0", consultations=(second, first))
    assert judge("no-movements", facts).verdict is Verdict.ABSENT
    assert judge("fetal-heart-rate", facts).verdict is Verdict.PRESENT


def test_an_ultrasound_on_the_day_of_a_consultation_does_not_hide_it() -> None:
    facts = at(
        "25+0", consultations=(Consultation(on("9+0")), Consultation(on("24+2"))), attendances=(Attendance(on("24+2"), "ultrasound"),)
    )
    assert judge("visit-overdue", facts).verdict is Verdict.ABSENT


def test_a_visit_told_twice_counts_once() -> None:
    weeks = ("9+0", "24+0", "28+0", "32+0", "37+2")
    facts = at("39+0", consultations=tuple(Consultation(on(w)) for w in weeks), attendances=(Attendance(on("37+2")),))
    assert [f.on for f in judge("visit-overdue", facts).findings] == [on("38+6")]


@pytest.mark.parametrize(
    ("rule", "facts"),
    [
        ("pressure-rise", pressures("30+0", ("30+0", "180/120"))),
        ("haemoglobin-fall", values("haemoglobin", "30+0", ("10+0", "13.4"))),
        ("gestational-diabetes", glucose(None, None)),
        ("pre-eclampsia-suspected", pressures("30+0", ("30+0", "150/100"))),
        ("pre-eclampsia-suspected", protein(UrineProtein.THREE)),
        ("no-movements", fetal("30+0", heart_rate=140)),
        ("fetal-heart-rate", fetal("30+0", movements=False)),
        ("anaemia", Facts(on("28+0"), haemoglobin=(Measured(on("20+0"), D("10.5")),))),
        ("weight-gain-low", heavy("40+0", "60", weight_before=None)),
        ("weight-gain-low", heavy("40+0", "60", background=Background())),
        ("weight-gain-low", heavy("40+0", "60", background=Background(bmi=D(0)))),
        ("weight-gain-low", heavy("40+0", "60", consultations=())),
    ],
)
def test_half_the_facts_are_not_enough_to_judge(rule: str, facts: Facts) -> None:
    assert judge(rule, facts).verdict is Verdict.UNKNOWN


def test_a_graver_rule_hides_the_milder_ones_it_outranks() -> None:
    facts = pressures("30+0", ("8+0", "120/70"), ("28+0", "150/95"), ("30+0", "165/112"), protein=UrineProtein.TWO)
    shown = [j.rule.id for j in attention(facts)]
    assert shown[:2] == ["pressure-severe", "pre-eclampsia-suspected"]
    assert not {"pressure-treat", "hypertension", "pressure-repeat", "proteinuria", "pressure-rise"} & set(shown)


def test_attention_is_shown_gravest_first_and_only_what_applies() -> None:
    facts = replace(fetal("30+0", movements=False, heart_rate=165), ferritin=(Measured(on("10+0"), D(50)),))
    shown = attention(facts)
    assert [j.rule.grade for j in shown] == sorted((j.rule.grade for j in shown), reverse=True)
    assert all(j.verdict is Verdict.PRESENT for j in shown)
    assert [j.rule.id for j in shown][:2] == ["no-movements", "fetal-heart-rate"]


def test_a_normal_pregnancy_with_every_visit_done_needs_no_attention() -> None:
    weeks = ["9+0", "24+3", "28+2", "32+1", "36+2"]
    signs = (FetalSigns(1, 140, True, Lie.CEPHALIC),)
    visits = tuple(
        Consultation(on(w), BloodPressure(115, 70), UrineProtein.NEGATIVE, D(60 + i * 3), signs if i else ()) for i, w in enumerate(weeks)
    )
    scans = (Attendance(on("12+2"), "ultrasound"), Attendance(on("18+4"), "ultrasound"))
    facts = at(
        "37+0",
        fetuses=1,
        consultations=visits,
        attendances=scans,
        haemoglobin=(Measured(on("9+0"), D("12.8")), Measured(on("28+2"), D("11.9"))),
        ferritin=(Measured(on("9+0"), D(85)),),
        screenings=tuple(Screening(on("9+0"), t, False) for t in ("antibodies", "hepatitis-b", "hiv", "syphilis")),
        fundal_heights=tuple(Measured(on(w), D(h)) for w, h in (("24+3", 23), ("28+2", 27), ("32+1", 30), ("36+2", 34))),
        rhesus=Rhesus(mother_negative=False),
        background=Background(age=24, births=1, bmi=D(22), diabetes=False),
        weight_before=D(59),
    )
    assert attention(facts) == ()


@pytest.mark.parametrize("day", [date.min, date.max, on("0+0"), on("44+0")])
def test_every_rule_answers_on_any_day(day: date) -> None:
    for _, facts in INSIDE:
        assert len(judge_all(replace(facts, today=day))) == len(rules())


def test_every_condition_is_used_and_every_grade_has_its_words() -> None:
    used = {id(rule.condition) for rule in rules().values()}
    assert {name for name, condition in conditions().items() if id(condition) not in used} == set()
    assert [g.words.en for g in Grade] == ["For information", "Watch", "Act", "Urgent"]


ROW = {
    "id": "made",
    "condition": "past-term",
    "days": 7,
    "grade": "watch",
    "source": "house",
    "evidence": "inferred",
    "nb": "a",
    "nn": "b",
    "en": "c",
}


@pytest.mark.parametrize(
    "change", [{"condition": "full-moon"}, {"grade": "panic"}, {"days": "7"}, {"weeks": 1}, {"outranks": ["nothing"]}, {"nn": ""}]
)
def test_a_malformed_rule_refuses_the_table(change: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def loaded(row: dict[str, Any]) -> Any:
        monkeypatch.setattr(subject, "rows", lambda table, section: (Row(table, row),))
        return rules.__wrapped__()

    assert set(loaded(ROW)) == {"made"}
    with pytest.raises(TableError):
        loaded({**ROW, **change})
