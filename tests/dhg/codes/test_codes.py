"""Codes of the national record: checked and filled in, as far as their systems are public, from files that can be replaced."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from hit_maternity.dhg.codes import Codes, CodesError
from hit_maternity.dhg.codes.places import PLACES
from hit_maternity.dhg.models import TYPES
from hit_maternity.fhir.terminology.countries import countries

CODES = Codes.load()
COMPILED = Path(__file__).resolve().parents[3] / "profiles" / "compiled"
_MINIMAL = 'name = "{}"\ntitle = "Navn"\nevidence = "inferred"\n'


def test_what_is_missing_is_filled_in() -> None:
    assert CODES.filled({"code": "NO"}, "VOLVEN_9043") == ({"code": "NO", "display": "Norge", "codeSystem": "VOLVEN_9043"}, None)


@pytest.mark.parametrize("spelt", ["VOLVEN_9043", "2.16.578.1.12.4.1.1.9043", "urn:oid:2.16.578.1.12.4.1.1.9043"])
def test_a_system_is_known_by_each_spelling_and_stays_as_it_was_spelt(spelt: str) -> None:
    sent = {"code": "NO", "display": "Noreg", "codeSystem": spelt}
    assert CODES.filled(sent, "VOLVEN_9043") == (sent, None)


@pytest.mark.parametrize("spelt", ["VOLVEN_1", "VOLVEN_09043", "volven_9043", "9043", "http://example.com", "1.2.3", "VOLVEN_8536"])
def test_a_system_that_is_unknown_or_of_another_field_is_a_fault(spelt: str) -> None:
    sent = {"code": "NO", "codeSystem": spelt}
    value, fault = CODES.filled(sent, "VOLVEN_9043")
    assert value == sent
    assert fault is not None and (fault.path, fault.rule) == ("codeSystem", "code-system")
    assert "VOLVEN_9043" in fault.words and spelt not in fault.words.replace("VOLVEN_9043", "")


def test_an_unknown_code_is_a_fault_in_a_closed_system_only() -> None:
    _, fault = CODES.filled({"code": "ZQ"}, "VOLVEN_9043")
    assert fault is not None and (fault.path, fault.rule) == ("code", "code-unknown")
    assert CODES.filled({"code": "anything"}, "VOLVEN_8536") == ({"code": "anything", "codeSystem": "VOLVEN_8536"}, None)


def test_languages_and_test_codes_may_stand_in_place_of_national_ones() -> None:
    norsk = {"code": "no", "display": "Norsk", "codeSystem": "urn:ietf:bcp:47"}
    assert CODES.filled({"code": "no", "codeSystem": "urn:ietf:bcp:47"}, "VOLVEN_3303") == (norsk, None)
    assert CODES.filled({"code": "n o", "codeSystem": "urn:ietf:bcp:47"}, "VOLVEN_3303")[1] is not None
    assert CODES.filled(norsk, "VOLVEN_9043")[1] is not None
    assert CODES.filled({"code": "X", "codeSystem": "urn:test"}, "VOLVEN_9043")[1] is None


def test_where_the_system_is_not_known_nationally_any_or_none_is_taken() -> None:
    assert CODES.filled({"code": "LIVE"}, None) == ({"code": "LIVE"}, None)
    assert CODES.filled({"code": "LIVE", "codeSystem": "urn:test"}, None)[1] is None
    assert CODES.filled({"code": "LIVE", "codeSystem": "urn:else"}, None)[1] is not None


def test_every_code_of_a_body_is_filled_in_and_every_fault_told_with_its_place() -> None:
    other: dict[str, Any] = {"stimuliFrequency": {"code": "x", "codeSystem": "VOLVEN_1"}, "dailyCount": 2}
    body = {
        "stimuli": [{"stimuliType": {"code": "A"}}, {"stimuliType": {"code": "B", "codeSystem": "?"}, "stimuliFrequencyAtWeek36": other}]
    }
    filled = CODES.fill("lifestyleFactors", body)
    assert filled.body["stimuli"][0] == {"stimuliType": {"code": "A", "codeSystem": "VOLVEN_8536"}}
    assert [f.path for f in filled.faults] == [
        "stimuli[1].stimuliType.codeSystem",
        "stimuli[1].stimuliFrequencyAtWeek36.stimuliFrequency.codeSystem",
    ]
    assert body["stimuli"][0] == {"stimuliType": {"code": "A"}}
    assert CODES.fill("medication", {"drugAllergy": True}).body == {"drugAllergy": True}


@pytest.mark.parametrize("stimuli", [None, 1, "a", {}, [None, 1, [], {"stimuliType": 1}, {"stimuliType": {"code": 1, "codeSystem": "x"}}]])
def test_what_is_malformed_is_passed_over(stimuli: Any) -> None:
    body = {"stimuli": stimuli, "note": 1}
    filled = CODES.fill("lifestyleFactors", body)
    assert (filled.body, filled.faults) == (body, ())
    assert CODES.fill("lifestyleFactors", stimuli).faults == ()


def test_codes_are_judged_beside_what_is_malformed() -> None:
    body = {"stimuli": [1, {"stimuliType": {"code": "a", "codeSystem": "x", "more": 1}}]}
    assert [fault.path for fault in CODES.fill("lifestyleFactors", body).faults] == ["stimuli[1].stimuliType.codeSystem"]


def _coded(schema: Any, path: str = "") -> set[str]:
    """The places of CodeAndSystem in a JSON schema with its definitions."""

    def walk(node: Any, path: str) -> set[str]:
        if "$ref" in node:
            name = node["$ref"].rpartition("/")[2]
            return {path} if name == "CodeAndSystem" else walk(schema["$defs"][name], path)
        inner = [walk(n, path) for n in node.get("anyOf", ())]
        inner += [walk(node["items"], f"{path}[]")] if "items" in node else []
        inner += [walk(n, f"{path}.{name}" if path else name) for name, n in node.get("properties", {}).items()]
        return set().union(*inner)

    return walk({k: v for k, v in schema.items() if k != "$defs"}, path)


def test_the_places_are_those_of_the_models() -> None:
    for name, model in TYPES.items():
        assert _coded(model.model_json_schema()) == set(PLACES.get(name, {}))


@pytest.mark.parametrize("number", ["8340", "9060"])
def test_members_are_those_of_the_profiles_code_systems(number: str) -> None:
    concepts = json.loads((COMPILED / f"CodeSystem-no-kodeverk-{number}.codesystem.json").read_text(encoding="utf-8"))["concept"]
    nb = {c["code"]: next(d["value"] for d in c["designation"] if d["language"] == "nb") for c in concepts}
    system = CODES.system(f"VOLVEN_{number}")
    assert system is not None and dict(system.members) == nb


@pytest.mark.parametrize("name", ["habit-type", "habit-frequency"])
def test_habits_made_in_fhir_may_be_sent_back(name: str) -> None:
    concepts = json.loads((COMPILED / f"CodeSystem-{name}.json").read_text(encoding="utf-8"))["concept"]
    system = CODES.system(f"https://hit-maternity.example/fhir/CodeSystem/{name}")
    assert system is not None and set(system.members) == {c["code"] for c in concepts} - {"as-received"}


def test_countries_are_those_of_iso_3166() -> None:
    system = CODES.system("VOLVEN_9043")
    assert system is not None
    assert set(system.members) - {"XK", "XX"} == {code for code in countries() if len(code) == 2}


def _folder(tmp_path: Path, extra: str) -> Path:
    for file in files("hit_maternity.dhg.codes").joinpath("systems").iterdir():
        (tmp_path / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "more.toml").write_text(extra, encoding="utf-8")
    return tmp_path


def test_the_files_can_be_replaced(tmp_path: Path) -> None:
    text = _MINIMAL.format("VOLVEN_1234") + 'closed = true\nin_place_of = ["VOLVEN_8536"]\n[members]\n1 = "En"\n'
    codes = Codes.load(_folder(tmp_path, text))
    assert codes.filled({"code": "1", "codeSystem": "VOLVEN_1234"}, "VOLVEN_8536")[0]["display"] == "En"


@pytest.mark.parametrize(
    "text",
    [
        "name = ",
        _MINIMAL.format("9043"),
        _MINIMAL.format("VOLVEN_9043"),
        _MINIMAL.format("VOLVEN_1") + "closed = true\n",
        _MINIMAL.format("VOLVEN_1") + "closed = 1\n",
        _MINIMAL.format("VOLVEN_1") + "pattern = '['\n",
        _MINIMAL.format("VOLVEN_1") + "[members]\na = 1\n",
        _MINIMAL.format("VOLVEN_1") + "other = 1\n",
        'name = "VOLVEN_1"\ntitle = "a"\nevidence = "sure"\n',
    ],
)
def test_a_malformed_file_is_refused_with_its_name(tmp_path: Path, text: str) -> None:
    with pytest.raises(CodesError, match=r"\.toml: "):
        Codes.load(_folder(tmp_path, text))


def test_a_folder_without_a_system_that_a_field_needs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CodesError, match="VOLVEN_3303"):
        Codes.load(tmp_path)
    with pytest.raises(CodesError, match="no such folder"):
        Codes.load(tmp_path / "none")
