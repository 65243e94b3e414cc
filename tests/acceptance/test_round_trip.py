"""Resources written by others go in over HTTP, persist, and come back exactly as they were."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from hit_maternity.fhir.json import decode, encode, equal

#: Official and published examples that are not valid FHIR R4, with the rule that each of them breaks.
INVALID: dict[str, str] = {
    "examples/who-smart-anc/patient-anc-patient-example.json": "inv:cpt-2",  # telephone numbers without a system
    "examples/who-smart-anc/scenario-questionnaireresponse-charity-otala-1-quick-check.json": "structure-object-empty",  # {} beside a value
    "hl7-r4-examples/Bundle-10bb101f-a121-4264-a920-67be9cb82c74.json": "bundle-full-url-id",  # fullUrl and id disagree
    "hl7-r4-examples/Bundle-3a0707d3-549e-4467-b8b8-5a2ab3800efe.json": "bundle-full-url-id",
    "hl7-r4-examples/Bundle-lri-example.json": "bundle-full-url-id",
    "hl7-r4-examples/DeviceMetric-example.json": "reference-target",  # parent may name a Device only
    "hl7-r4-examples/EventDefinition-example.json": "narrative-empty",  # white space alone (txt-2)
    "hl7-r4-examples/Observation-clinical-gender.json": "reference-target",  # performer may not name an Encounter
    "examples/who-smart-anc/observation-anc-b8-de3-example.json": "profile-cardinality",  # a body weight that is no vital sign
    "hl7-r4-examples/Observation-f202.json": "profile-cardinality",  # a body temperature without a time
    "hl7-r4-examples/Questionnaire-qs1.json": "structure-cardinality",  # items without linkId
}


def fhir_files(data: Path) -> Iterator[Path]:
    for folder in ("hl7-r4-examples", "examples"):
        for path in sorted((data / folder).rglob("*.json")):
            if isinstance(content := decode(path.read_bytes()), dict) and "resourceType" in content:
                yield path


def without_server_made(resource: Any) -> Any:
    """The resource but for what the server sets: its id, and the version and time in meta."""
    meta = {k: v for k, v in resource.get("meta", {}).items() if k not in ("versionId", "lastUpdated")}
    return {k: v for k, v in resource.items() if k not in ("id", "meta")} | ({"meta": meta} if meta else {})


def rules(answer: httpx.Response) -> set[str]:
    return {i["details"]["coding"][0]["code"] for i in answer.json()["issue"] if i["severity"] in ("error", "fatal")}


def test_every_valid_resource_comes_back_equal_number_for_number(fhir: httpx.Client, others_data: Path):
    faults, refused, count = [], {}, 0
    for path in fhir_files(others_data):
        name = path.relative_to(others_data).as_posix()
        sent = decode(path.read_bytes())
        kind = sent["resourceType"]
        made = fhir.post(f"/{kind}", content=encode(sent), headers={"Content-Type": "application/fhir+json"})
        if made.status_code != 201:
            refused[name] = rules(made)
            continue
        count += 1
        read = decode(fhir.get(httpx.URL(made.headers["Location"]).path.partition("/_history")[0].removeprefix("/fhir")).content)
        if not equal(without_server_made(sent), without_server_made(read)):
            faults.append(name)
        if not read["id"] or read["meta"]["versionId"] != "1":
            faults.append(f"{name}: id or version is missing")
    assert faults == []
    unexpected = {n: r for n, r in refused.items() if INVALID.get(n) not in r}
    assert unexpected == {}
    assert set(INVALID) == set(refused), "a listed file is accepted now"
    assert count > 350


def test_every_valid_resource_survives_xml_and_back(fhir: httpx.Client, others_data: Path):
    faults = []
    for path in list(fhir_files(others_data))[::7]:
        sent = decode(path.read_bytes())
        made = fhir.post(f"/{sent['resourceType']}", content=encode(sent), headers={"Content-Type": "application/fhir+json"})
        if made.status_code != 201:
            continue
        where = httpx.URL(made.headers["Location"]).path.partition("/_history")[0].removeprefix("/fhir")
        as_xml = fhir.get(where, headers={"Accept": "application/fhir+xml"})
        assert as_xml.headers["content-type"].startswith("application/fhir+xml"), path
        again = fhir.put(where, content=as_xml.content, headers={"Content-Type": "application/fhir+xml"})
        if again.status_code != 200:
            faults.append((path.name, again.text[:300]))
            continue
        read = decode(fhir.get(where).content)
        if not equal(without_server_made(sent), without_server_made(read)):
            faults.append((path.name, "differs"))
    assert faults == []
