"""Random legal records, written over HTTP's shape and read back as the card: every fact is found again, number for number.

A story is drawn, written as resources by the builders of the synthetic people, sent as one transaction or one by one, and read with
``$helsekort``. What was sent must be there as it was spelt, and the facts that the rules judge must be those that the story tells:
``facts_told`` below reckons them from the story alone and shares no code with what reads the resources.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hit_maternity.clock import FixedClock
from hit_maternity.fhir.json import decode, encode, equal
from hit_maternity.fhir.rest.dispatch import handle
from hit_maternity.fhir.rest.exchange import Request, Server
from hit_maternity.fhir.rest.open_guard import OpenGuard
from hit_maternity.knowledge import knowledge
from hit_maternity.maternity.card import collect, facts_of
from hit_maternity.maternity.dating import Dating
from hit_maternity.maternity.facts import (
    Background,
    Consultation,
    Facts,
    FetalSigns,
    GlucoseLoad,
    Measured,
    Rhesus,
    Screening,
)
from hit_maternity.maternity.fetus import Lie
from hit_maternity.maternity.measures import BloodPressure, UrineProtein
from hit_maternity.maternity.operations import MATERNITY_OPERATIONS
from hit_maternity.maternity.visits import Attendance
from hit_maternity.settings import Settings
from hit_maternity.store import Store
from hit_maternity.store.sqlite import SqliteDatabase
from hit_maternity.testbed.people import Pregnancy, parts
from hit_maternity.testbed.people.story import Ending, Story

BASE = "http://fhir.test/fhir"
TODAY = date(2027, 6, 1)
COMPUTED = "https://hit-maternity.example/fhir/CodeSystem/origin"
Resource = dict[str, Any]


# ---------------------------------------------------------------- a random legal story

SILENT = st.sampled_from(["unknown", "not-asked", "declined"])
ANSWER = st.one_of(st.booleans(), SILENT)
PERHAPS = st.one_of(st.none(), ANSWER)
COUNT = st.one_of(st.integers(0, 6), SILENT)
HABIT = st.sampled_from(["no", "sometimes", "daily", "daily 7", "stopped", "unknown", "not-asked", "declined"])
HABITS = st.dictionaries(st.sampled_from(["smoking", "snus", "alcohol", "other_stimuli"]), HABIT, max_size=4)
STANDING = ["hypothyroidism", "asthma", "gestational-diabetes", "pre-eclampsia"]
FOUND = ["twin-pregnancy", "gestational-hypertension", "iron-deficiency", "anaemia", "breech"]
DISEASES = [
    "nothing_particular", "heart", "hypertension", "kidney", "diabetes", "allergy_asthma", "epilepsy", "thrombosis", "autoimmune",
    "gynaecological", "mental_health", "other",
]  # fmt: skip
SIGN = st.sampled_from(["positive", "negative", "not-performed"])
SIGNS = ["antibodies", "hbsag", "hb_core", "hiv", "syphilis", "hepatitis_c", "rubella", "gbs", "bacteriuria"]


def figure(low: str, high: str, places: int) -> st.SearchStrategy[Decimal]:
    """A figure with just so many places: 64.10 stays so."""
    unit = Decimal(1).scaleb(-places)
    return st.integers(int(Decimal(low) / unit), int(Decimal(high) / unit)).map(lambda n: (n * unit).quantize(unit))


def perhaps(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), strategy)


LAB = {
    "haemoglobin": figure("2", "25", 1),
    "ferritin": figure("1", "5000", 0),
    "hba1c": figure("15", "200", 0),
    "glucose_fasting": figure("1", "50", 1),
    "glucose_two_hours": figure("1", "50", 2),
}
PRESSURE = st.tuples(st.integers(90, 220), st.integers(30, 89)).map(lambda p: f"{p[0]}/{p[1]}")
FETUS = st.builds(
    parts.Fetus,
    heart=perhaps(st.integers(60, 220)),
    movements=PERHAPS,
    lie=perhaps(st.sampled_from(["cephalic", "breech", "transverse", "oblique"])),
    rhd=perhaps(st.sampled_from(["positive", "negative"])),
    note=perhaps(st.just("Normal anatomi.")),
)
EARLIER = st.builds(
    parts.EarlierPregnancy,
    ended=st.sampled_from(["2009", "2014-06", "2021-03-09"]),
    outcome=st.sampled_from(["live-birth", "stillbirth", "miscarriage", "ectopic"]),
    week=perhaps(st.integers(6, 42)),
    weight=perhaps(st.integers(500, 5600)),
)


@st.composite
def visits(draw: st.DrawFn, lmp: date, fetuses: int, last: int) -> tuple[parts.Visit, ...]:
    """Antenatal visits on different days from week 6 to the day ``last`` of pregnancy."""
    days = sorted(draw(st.sets(st.integers(42, last), min_size=1, max_size=7)))
    made = []
    for place, day in enumerate(days):
        kind = "first" if not place else draw(st.sampled_from(["routine", "extra", "ultrasound", "post-term", "admission"]))
        shift = draw(st.integers(-6, 6))
        scan = kind == "ultrasound" and draw(st.booleans())
        made.append(
            parts.Visit(
                on=lmp + timedelta(days=day),
                at=time(draw(st.integers(0, 23)), 5),
                kind=kind,
                by=draw(st.sampled_from(["ragnhild-elvesus", "tiril-morgenrode"])),
                scan=f"{(day + shift) // 7}+{(day + shift) % 7}" if scan else None,
                fetuses_seen=fetuses if not place or draw(st.booleans()) else None,
                corrected_due=lmp + timedelta(days=283 + shift) if draw(st.integers(0, 9)) == 0 else None,
                weight=draw(perhaps(figure("40", "140", draw(st.integers(0, 2))))),
                pressure=tuple(draw(st.lists(PRESSURE, max_size=2))),
                protein=draw(perhaps(st.sampled_from(["negative", "trace", "1+", "2+", "3+"]))),
                oedema=draw(perhaps(st.integers(0, 3))),
                fundal_height=draw(perhaps(figure("14", "46", 1))) if day - 6 > 130 else None,
                employment=draw(perhaps(st.integers(0, 100))),
                medication=draw(PERHAPS) if place else None,  # the first is told with the background
                fetus=tuple(draw(FETUS) for _ in range(fetuses)) if draw(st.booleans()) else (),
                habits=draw(HABITS) if place in (0, len(days) - 1) else {},
                lab={key: draw(values) for key, values in LAB.items() if draw(st.integers(0, 3)) == 0},
                answers={key: draw(SIGN) for key in SIGNS if draw(st.integers(0, 3)) == 0}
                | ({"rhesus_d": draw(st.sampled_from(["positive", "negative"]))} if draw(st.booleans()) else {}),
                prenatal_information=draw(PERHAPS),
                birth_talk=draw(PERHAPS),
                fetal_typing_consent=draw(perhaps(st.booleans())),
                anti_d=draw(perhaps(st.booleans())),
                note=draw(perhaps(st.sampled_from(["Fin form.", 'Æ, ø og "anførsel" & <tegn>\u2028😀']))),
            )
        )
    return tuple(made)


@st.composite
def births(draw: st.DrawFn, day: date, fetuses: int) -> parts.Birth:
    at = datetime.combine(day, time(10, 15))
    children = tuple(
        parts.Child(
            fetus=number,
            at=at + timedelta(minutes=draw(st.integers(0, 2000))),
            sex=draw(st.sampled_from(["female", "male"])),
            status=draw(st.sampled_from(["live-birth", "live-birth", "stillbirth"])),
            mode=draw(st.sampled_from(["spontaneous", "vacuum", "caesarean-planned"])),
            weight=draw(perhaps(st.integers(400, 6000))),
            length=draw(perhaps(figure("20", "60", 1))),
            apgar_5=draw(perhaps(st.integers(0, 10))),
        )
        for number in range(1, fetuses + 1)
    )
    anti_d = draw(perhaps(st.booleans()))
    return parts.Birth(
        admitted=at - timedelta(hours=4), discharged=at + timedelta(days=4), by="nadia-nordlys", anti_d=anti_d, child=children
    )


@st.composite
def stories(draw: st.DrawFn, name: str) -> Story:
    lmp, fetuses = date(2025, 6, 1) + timedelta(days=draw(st.integers(0, 300))), draw(st.sampled_from([1, 1, 2, 3]))
    end = draw(st.sampled_from(["birth", "birth", "moved", None]))
    course = draw(visits(lmp, fetuses, 290 if end == "birth" else 250))
    birth = draw(births(course[-1].on + timedelta(days=draw(st.integers(2, 9))), fetuses)) if end == "birth" else None
    if birth is not None and draw(st.booleans()):
        check = parts.Visit(
            on=birth.discharged.date() + timedelta(days=40), kind="postpartum", by="tiril-morgenrode",
            weight=draw(figure("40", "140", 2)), pressure=tuple(draw(st.lists(PRESSURE, max_size=1))),
        )  # fmt: skip
        course = (*course, check)
    over = course[-1].on if birth is None else max(birth.discharged.date(), course[-1].on)
    transfer = draw(st.integers(0, 4)) == 0
    standing = draw(st.lists(st.sampled_from(STANDING), unique=True, max_size=3))
    return Story(
        name=name,
        title=parts.Words(nb="Tilfeldig", nn="Tilfeldig", en="Random"),
        about=parts.Words(nb="Tilfeldig", nn="Tilfeldig", en="Random"),
        mother=parts.Mother(
            given="Tilfeldig", family="Prøve", born=date(draw(st.integers(1978, 2004)), draw(st.integers(1, 12)), draw(st.integers(1, 28))),
            street="Brygga 1", postcode="9997", place="Havneby", phone="+47 00 00 09 99", interpreter=draw(PERHAPS),
            country=draw(st.sampled_from(["NO", "PL", "SO", "VN", "TR"])), employment=draw(perhaps(COUNT)), cohabiting=draw(PERHAPS),
            employed_last_six_months=draw(PERHAPS),
        ),
        contacts=parts.Contacts(gp="ragnhild-elvesus", midwife="tiril-morgenrode", birth_place="havneby-universitetssykehus"),
        dating=parts.Dating(
            lmp=lmp, assisted=transfer if transfer else draw(PERHAPS.filter(lambda a: a is not True)),
            transfer=lmp + timedelta(days=draw(st.integers(17, 22))) if transfer else None, embryo_age=draw(st.integers(2, 6)),
        ),
        earlier=parts.Earlier(
            pregnancies=draw(COUNT), live_births=draw(perhaps(COUNT)), miscarriages=draw(perhaps(COUNT)),
            stillbirths=draw(perhaps(COUNT)), ectopic=draw(perhaps(COUNT)), pregnancy=tuple(draw(st.lists(EARLIER, max_size=3))),
        ),
        background=parts.Background(
            consent=True, diseases=draw(st.dictionaries(st.sampled_from(DISEASES), ANSWER, max_size=8)), drug_allergy=draw(PERHAPS),
            allergy=draw(perhaps(st.just("penicillin"))), conditions=tuple(standing),
            folate=parts.Folate(before=draw(PERHAPS), during=draw(PERHAPS)), medication=draw(PERHAPS), habits=draw(HABITS),
        ),
        family=parts.Family(
            none_known=draw(PERHAPS), consanguinity=draw(PERHAPS), hip_dysplasia=draw(PERHAPS),
            relative=tuple(
                draw(
                    st.lists(
                        st.builds(
                            parts.Relative, relation=st.sampled_from(["mother", "father", "sister", "brother"]),
                            disease=st.sampled_from(["type-2-diabetes", "pre-eclampsia", "hip-dysplasia", "thrombosis"]),
                        ),
                        max_size=3,
                    )
                )
            ),
        ),
        before=parts.Before(height=draw(perhaps(figure("140", "195", 1))), weight=draw(perhaps(figure("40", "140", 1)))),
        visit=course,
        birth=birth,
        ending=Ending(on=over, reason=end) if end else None,
    )  # fmt: skip


# ---------------------------------------------------------------- what the story tells

PROTEIN = {"negative": 0, "trace": 1, "1+": 2, "2+": 3, "3+": 4}
TESTS = {
    "antibodies": "antibodies",
    "hbsag": "hepatitis-b",
    "hepatitis_c": "hepatitis-c",
    "hiv": "hiv",
    "syphilis": "syphilis",
    "gbs": "group-b-streptococci",
}
ATTENDED = {
    "first": "consultation",
    "routine": "consultation",
    "extra": "consultation",
    "post-term": "consultation",
    "ultrasound": "ultrasound",
    "postpartum": "postnatal",
}


def yes_or_no(answer: Any) -> bool | None:
    return answer if isinstance(answer, bool) else None


def number(answer: Any) -> int | None:
    return answer if isinstance(answer, int) and not isinstance(answer, bool) else None


def age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def weeks(text: str) -> int:
    full, over = text.split("+")
    return int(full) * 7 + int(over)


def due_told(story: Story) -> date:
    """The due date that counts: the last correction, else the conception, else a scan (of weeks 17-19, or the first), else the period."""
    corrected = [v.corrected_due for v in story.visit if v.corrected_due]
    if corrected:
        return corrected[-1]
    if story.dating.transfer:
        return story.dating.transfer + timedelta(days=283 - 14 - story.dating.embryo_age)
    scans = [(v.on, weeks(v.scan)) for v in story.visit if v.scan]
    if scans:
        on, days = next((s for s in scans if 17 * 7 <= s[1] <= 19 * 7 + 6), scans[0])
        return on + timedelta(days=283 - days)
    assert story.dating.lmp is not None
    return story.dating.lmp + timedelta(days=283)


def signs_told(fetuses: tuple[parts.Fetus, ...]) -> tuple[FetalSigns, ...]:
    listed = (FetalSigns(n, f.heart, yes_or_no(f.movements), Lie(f.lie) if f.lie else None) for n, f in enumerate(fetuses, 1))
    return tuple(s for s in listed if s != FetalSigns(s.number))


def consultations_told(visit: parts.Visit) -> list[Consultation]:
    kind = ATTENDED.get(visit.kind, "stay")
    protein = None if visit.protein is None else UrineProtein(PROTEIN[visit.protein])
    read = [BloodPressure(*(int(n) for n in p.split("/"))) for p in visit.pressure]
    told = [Consultation(visit.on, read[0] if read else None, protein, visit.weight, signs_told(visit.fetus), kind)]
    told += [Consultation(visit.on, again, protein, kind=kind) for again in read[1:]]
    return [c for c in told if c != Consultation(visit.on, kind=kind)]


def rhesus_told(story: Story) -> Rhesus:
    types = [v.answers["rhesus_d"] for v in story.visit if "rhesus_d" in v.answers]
    asked = [v.fetal_typing_consent for v in story.visit if v.fetal_typing_consent is not None]
    typed = {n: f.rhd for v in story.visit for n, f in enumerate(v.fetus, 1) if f.rhd}
    every = max(v.fetuses_seen or 1 for v in story.visit)
    fetus = True if "positive" in typed.values() else False if len(typed) == every else None
    given = [v.anti_d for v in story.visit if v.anti_d is not None]
    return Rhesus(
        mother_negative=types[-1] == "negative" if types else None,
        consent=asked[-1] if asked else None,
        fetus_positive=fetus,
        prophylaxis=any(given) if given else None,
        prophylaxis_after_birth=story.birth.anti_d if story.birth else None,
    )


def background_told(story: Story, due: date, born: date | None) -> Background:
    told, family, earlier = story.background, story.family, story.earlier
    box = {key: yes_or_no(answer) for key, answer in told.diseases.items()}
    known = set(told.conditions)

    def line(key: str, *, yes: bool | None = True) -> bool | None:
        answer = box.get(key)
        if answer is None:
            return False if box.get("nothing_particular") else None
        return yes if answer else False

    def relative(disease: str, relations: set[str]) -> bool | None:
        if any(r.disease == disease and r.relation in relations for r in family.relative):
            return True
        return False if yes_or_no(family.none_known) else None

    alive, dead = number(earlier.live_births), number(earlier.stillbirths)
    births = alive + dead if alive is not None and dead is not None else 0 if earlier.pregnancies == 0 else None
    first, never = earlier.pregnancies == 0, births == 0 or earlier.pregnancies == 0
    weights = [p.weight for p in earlier.pregnancy if p.weight is not None]
    heavy = True if any(w > 4500 for w in weights) else False if never or (births is not None and len(weights) >= births) else None
    ends = [{"2009": date(2009, 12, 31), "2014-06": date(2014, 6, 30), "2021-03-09": date(2021, 3, 9)}[p.ended] for p in earlier.pregnancy]
    height, weight = story.before.height, story.before.weight
    bmi = None if height is None or weight is None else (weight * 10000 / (height * height)).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    now, gestational = born or TODAY, "gestational-diabetes" in known
    return Background(
        age=age(story.mother.born, now),
        age_at_term=age(story.mother.born, due),
        births=births,
        bmi=bmi,
        origin_asia_or_africa=story.mother.country in {"SO", "VN", "TR"},
        relative_with_diabetes=relative("type-2-diabetes", {"mother", "father", "sister", "brother"}),
        earlier_gestational_diabetes=True if gestational else False if first else None,
        earlier_child_over_4500=heavy,
        earlier_shoulder_dystocia=False if never else None,
        earlier_pre_eclampsia=True if "pre-eclampsia" in known else False if first else None,
        impaired_glucose_tolerance=False if box.get("nothing_particular") else None,
        diabetes=line("diabetes", yes=None if gestational else True),
        chronic_hypertension=line("hypertension"),
        kidney_disease=line("kidney"),
        connective_tissue_disease=line("autoimmune", yes=None),
        antiphospholipid_syndrome=line("autoimmune", yes=None),
        relative_with_pre_eclampsia=relative("pre-eclampsia", {"mother", "sister"}),
        years_since_last_pregnancy=age(max(ends), now) if ends else None,
        multiple_pregnancy=max(v.fetuses_seen or 1 for v in story.visit) > 1,
    )


def facts_told(story: Story) -> Facts:
    """The facts of a story, reckoned from it alone."""
    due, course = due_told(story), story.visit
    born = min(child.at.date() for child in story.birth.child) if story.birth else None

    def lab(key: str) -> tuple[Measured, ...]:
        return tuple(Measured(v.on, v.lab[key]) for v in course if key in v.lab)

    return Facts(
        today=TODAY,
        dating=Dating(due),
        born=born,
        ended=None,
        fetuses=course[0].fetuses_seen,
        consultations=tuple(c for v in course for c in consultations_told(v)),
        attendances=tuple(
            Attendance(v.on, ATTENDED[v.kind], "post-term" if v.kind == "post-term" else None) for v in course if v.kind in ATTENDED
        ),
        haemoglobin=lab("haemoglobin"),
        ferritin=lab("ferritin"),
        hba1c=lab("hba1c"),
        glucose=tuple(
            GlucoseLoad(v.on, v.lab.get("glucose_fasting"), v.lab.get("glucose_two_hours"))
            for v in course
            if v.lab.keys() & {"glucose_fasting", "glucose_two_hours"}
        ),
        screenings=tuple(
            Screening(v.on, TESTS[key], answer == "positive")
            for v in course
            for key, answer in v.answers.items()
            if key in TESTS and answer != "not-performed"
        ),
        fundal_heights=tuple(Measured(v.on, v.fundal_height) for v in course if v.fundal_height is not None),
        rhesus=rhesus_told(story),
        background=background_told(story, due, born),
        weight_before=story.before.weight,
    )


# ---------------------------------------------------------------- written and read


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Iterator[Server]:
    path = tmp_path_factory.mktemp("every-fact") / "hit.db"
    shutil.copyfile(migrated_file, path)
    clock = FixedClock(datetime.combine(TODAY, time(12), UTC))
    known, store = knowledge(Settings.from_environment(), clock), Store(SqliteDatabase(path))
    yield Server(
        known.definitions, known.validator, known.search, store, known.terminology, OpenGuard(), clock, operations=MATERNITY_OPERATIONS
    )
    store.close()


def send(server: Server, method: str, path: str, body: Any = None) -> Any:
    headers = {"content-type": "application/fhir+json"}
    response = handle(server, Request(method, [p for p in path.split("/") if p], "", headers, encode(body) if body else b"", BASE))
    answer = decode(response.body)
    assert response.status in (200, 201), [(i["details"]["text"], i.get("expression")) for i in answer.get("issue", ())]
    return answer


def as_sent(resource: Resource) -> Resource:
    """Without what the server adds."""
    meta = {k: v for k, v in resource["meta"].items() if k not in ("versionId", "lastUpdated")}
    return {**resource, "meta": meta}


def is_computed(resource: Resource) -> bool:
    return any(tag["system"] == COMPUTED for tag in resource["meta"].get("tag", ()))


def in_order(facts: Facts) -> Facts:
    """With its tuples in one order: any is right."""
    return replace(facts, **{f.name: tuple(sorted(v, key=repr)) for f in fields(facts) if isinstance(v := getattr(facts, f.name), tuple)})


NUMBERS = count(1)


@settings(
    max_examples=20, derandomize=True, deadline=None, database=None, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(data=st.data())
def test_every_fact_that_is_written_is_read_again(server: Server, data: st.DataObject) -> None:
    story = data.draw(stories(f"random-{next(NUMBERS)}"))
    pregnancy = Pregnancy(story.name, story.title, story.about, story)
    sent = {(r["resourceType"], r["id"]): r for r in pregnancy.resources()}
    if data.draw(st.booleans(), label="as one transaction"):
        send(server, "POST", "", pregnancy.bundle())
    else:
        for (type, id), resource in sent.items():
            send(server, "PUT", f"{type}/{id}", resource)

    card = send(server, "GET", f"EpisodeOfCare/{story.name}-pregnancy/$helsekort")
    stored = [e["resource"] for e in card["entry"] if not is_computed(e["resource"])]
    read = {(r["resourceType"], r["id"]): as_sent(r) for r in stored}
    assert len(stored) == len(read), "a resource stands twice"
    assert read.keys() == sent.keys()
    assert [i for i, r in sent.items() if not equal(decode(encode(r)), read[i])] == []

    with server.store.reading() as session:
        found = facts_of(collect(session, server, f"{story.name}-pregnancy", BASE), TODAY)
    told = facts_told(story)
    for field in fields(Facts):
        name = field.name
        assert getattr(in_order(found), name) == getattr(in_order(told), name), name
    assert [str(c.weight) for c in found.consultations] == [str(c.weight) for c in in_time(told)]


def in_time(facts: Facts) -> list[Consultation]:
    return sorted(facts.consultations, key=lambda c: c.on)
