"""Reading a story: what is misspelt or out of order is refused, and told."""

from __future__ import annotations

import pytest

from hit_maternity.fhir.validation import Validator
from hit_maternity.testbed.people.catalogue import Pregnancy
from hit_maternity.testbed.people.story import StoryError, read, stories, texts

NORMAL = texts()["normal"]


def changed(old: str, new: str) -> str:
    assert old in NORMAL
    return NORMAL.replace(old, new, 1)


def test_the_stories_of_the_package_are_read_in_the_order_of_their_names():
    assert [story.name for story in stories()] == sorted(texts())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name = ", "Invalid"),
        (changed("[mother]", "[mohter]"), "mohter"),
        (changed("weight = 62.60", "wieght = 62.60"), "wieght"),
        (changed("interpreter = false", 'interpreter = "perhaps"'), "perhaps"),
        (changed('protein = "negative"', 'protein = "4+"'), "4+"),
        (changed('kind = "first"', 'kind = "routine"'), "begins with the first visit"),
        (changed("on = 2026-01-05", "on = 2026-12-05"), "order of time"),
    ],
)
def test_a_malformed_story_is_refused_and_the_fault_named(text: str, told: str):
    with pytest.raises(StoryError, match=r"stories/x\.toml") as refused:
        read(text, "stories/x.toml")
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('rhesus_d = "positive"', 'rhesus_d = "perhaps"', "no answer of rhesus_d"),
        ('smoking = "no"', 'smoking = "often"', "no frequency"),
        ("discharged = 2026-08-15", "discharged = 2026-09-25", "before birth is over"),
    ],
)
def test_a_story_that_cannot_be_written_is_refused(old: str, new: str, told: str):
    story = read(changed(old, new), "stories/x.toml")
    with pytest.raises(StoryError, match=told):
        Pregnancy(story.name, story.title, story.about, story).resources()


def test_a_stillborn_child_has_a_birth_status_and_no_patient():
    story = read(changed('mode = "spontaneous"\ngiven = "Astrid"', 'status = "stillbirth"\nmode = "spontaneous"'), "stories/x.toml")
    resources = Pregnancy(story.name, story.title, story.about, story).resources()
    assert not any(r["resourceType"] == "Patient" and "-child-" in r["id"] for r in resources)
    (status,) = (r for r in resources if "-birth-status-" in r["id"])
    assert status["valueCodeableConcept"]["coding"][0]["code"] == "237364002"
    (fetus,) = (r for r in resources if r["resourceType"] == "Patient" and "-fetus-" in r["id"])
    assert fetus["extension"][0]["valueCodeableConcept"]["coding"][0]["code"] == "stillborn"


def test_what_an_rhd_negative_woman_declines_is_written_as_declined(own_validator: Validator):
    text = texts()["rhd-negative"].replace("fetal_typing_consent = true", "fetal_typing_consent = false")
    text = text.replace("anti_d = true", "anti_d = false").replace(', rhd = "positive"', "")
    story = read(text, "stories/x.toml")
    resources = {r["id"]: r for r in Pregnancy(story.name, story.title, story.about, story).resources()}
    consent = resources["rhd-negative-consent-fetal-typing-w24"]
    assert consent["provision"]["type"] == "deny"
    assert consent["policyRule"]["coding"][0]["code"] == "OPTOUT"
    for key in ("w28", "birth"):
        given = resources[f"rhd-negative-anti-d-{key}"]
        assert given["status"] == "not-done" and given["statusReason"] and "dosage" not in given
        assert [i.text for i in own_validator.validate(given) if i.severity != "information"] == []
    assert [i.text for i in own_validator.validate(consent) if i.severity != "information"] == []


def test_twins_have_their_order_of_birth_and_an_only_child_has_none():
    for name, expected in {"twins": [1, 2], "normal": [False]}.items():
        story = read(texts()[name], f"stories/{name}.toml")
        resources = Pregnancy(story.name, story.title, story.about, story).resources()
        children = [r for r in resources if r["resourceType"] == "Patient" and "-child-" in r["id"]]
        assert [c.get("multipleBirthInteger", c.get("multipleBirthBoolean")) for c in children] == expected
