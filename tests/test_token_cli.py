"""``hit-maternity token``, ``token inspect`` and ``call``, against a local HelseID and a door that verifies what it gets."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import pytest
import uvicorn
from click.testing import Result
from joserfc import jws
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from typer.testing import CliRunner

from hit_maternity.access.helseid.authenticator import Authenticator, HelseIdConfig
from hit_maternity.access.helseid.jwks_cache import StaticKeys
from hit_maternity.cli import app
from hit_maternity.clock import SystemClock
from hit_maternity.fhir.outcome import FhirError
from hit_maternity.maternity.identity import Population, recognise
from hit_maternity.simulators.helseid import application as helseid
from hit_maternity.simulators.helseid.keys import Keys
from hit_maternity.simulators.helseid.minting import CHILD, PARENT, PID
from hit_maternity.simulators.helseid.test_tokens import routes_of
from hit_maternity.simulators.loopback import Place
from hit_maternity.simulators.sts import sts
from hit_maternity.token_calls import NotDone, address, caller, patient_number

AUDIENCE, SCOPE = "nhn:maternity-record", "nhn:maternity-record/api"
SOLVEIG, ATTEST = "23917949816", "nhn:tillitsrammeverk:parameters"


class Server(NamedTuple):
    """``address``, ``folder`` of the keys, ``calls``: what came to the FHIR door and was let in."""

    address: str
    folder: Path
    calls: list[dict[str, Any]]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("sts")
    opened = socket.socket()
    opened.bind(("127.0.0.1", 0))
    opened.listen()  # whoever comes before the server has begun waits for it
    base = f"http://127.0.0.1:{opened.getsockname()[1]}"
    issuer = helseid.issuer(Place(base, folder), SystemClock())
    config = HelseIdConfig(issuer=issuer.url, audiences=frozenset({AUDIENCE}), scopes=frozenset({SCOPE}), addresses=(base,))
    door = Authenticator(config, StaticKeys(issuer.keys.jwks()), SystemClock())
    calls: list[dict[str, Any]] = []

    async def fhir(request: Request) -> Response:
        received = request.scope["raw_path"].decode()
        try:
            principal = door.principal(dict(request.headers), request.method, base + received)
        except FhirError as refusal:
            return JSONResponse({"refused": refusal.issues[0].rule}, refusal.status)
        body = (await request.body()).decode()
        calls.append({"principal": principal, "headers": request.headers, "query": request.url.query, "body": body, "path": received})
        return Response('{"weight": 72.40}', media_type="application/fhir+json")

    verbs = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    doors = [Route("/fhir", fhir, methods=verbs), Route("/fhir/{rest:path}", fhir, methods=verbs)]
    mounted = Starlette(routes=[*doors, Mount("/sts", sts(issuer, more=routes_of(issuer, folder / "helseid")))])
    running = uvicorn.Server(uvicorn.Config(mounted, log_level="error"))
    thread = threading.Thread(target=running.run, kwargs={"sockets": [opened]})
    thread.start()
    yield Server(base, folder, calls)
    running.should_exit = True
    thread.join(10)


Run = Callable[..., Result]


@pytest.fixture
def run(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HIT_SIMULATOR_FOLDER", str(server.folder))
    monkeypatch.setenv("HIT_PORT", server.address.rpartition(":")[2])
    monkeypatch.setenv("NO_COLOR", "1")
    return lambda *arguments, stdin=None: CliRunner().invoke(app, list(map(str, arguments)), input=stdin, catch_exceptions=False)


@pytest.fixture
def token(run: Run) -> Callable[..., dict[str, Any]]:
    """What ``token --format json`` prints."""

    def made(*arguments: str) -> dict[str, Any]:
        done = run("token", "--format", "json", *arguments)
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    return made


def claims_of(token: str) -> dict[str, Any]:
    return json.loads(jws.extract_compact(token.encode()).payload)


# ------------------------------------------------------------ token


def test_a_token_is_for_a_person_a_place_and_a_call(token, server: Server):
    told = token("--as", "jordmor", "--organisation", "Strandby helsestasjon", "--method", "put", "--url", "Patient/a?x=1")
    claims, proof = claims_of(told["accessToken"]), claims_of(told["dpopProof"])
    assert (claims[PID], claims[PARENT], claims[CHILD]) == (SOLVEIG, "310140007", "310005118")
    assert claims[ATTEST]["practitioner"]["authorization"]["code"] == "JO"
    assert claims[ATTEST]["care_relationship"]["decision_ref"]["user_selected"] is False
    assert (proof["htm"], proof["htu"]) == ("PUT", f"{server.address}/fhir/Patient/a")


@pytest.mark.parametrize("name", ["solveig-bolgeskvett", "Solveig", "Solveig Bølgeskvett", SOLVEIG, "midwife", "JORDMOR"])
def test_a_person_has_many_names(token, name: str):
    assert claims_of(token("--person", name)["accessToken"])[PID] == SOLVEIG


def test_role_patient_purpose_and_basis_are_sent(token):
    told = token("--as", "lege", "--role", "LE", "--patient", "under-way", "--purpose", "BTG", "--access-basis", "FORHOYET_SAMTYKKE")
    headers, care = dict(told["headers"]), claims_of(told["accessToken"])[ATTEST]["care_relationship"]
    assert json.loads(unquote(headers["nhn-user-role"])) == {"system": "urn:oid:2.16.578.1.12.4.1.1.9060", "code": "LE"}
    assert recognise(headers["nhn-patient-nin"]).population is Population.SKATTEETATEN
    assert headers["nhn-access-basis"] == "FORHOYET_SAMTYKKE" and headers["nhn-source-system"]
    assert care["purpose_of_use"]["code"] == "BTG" and care["decision_ref"]["user_selected"] is True
    assert ATTEST not in claims_of(token("--no-attest")["accessToken"])


def test_a_system_has_neither_person_nor_role(token):
    told = token("--as", "system")
    assert PID not in claims_of(told["accessToken"]) and "nhn-user-role" not in dict(told["headers"])


def test_the_text_holds_token_proof_and_a_curl_command(run: Run, server: Server):
    told = run("token", "--url", "Patient/a").stdout
    assert len(re.findall(r"^eyJ\S+$", told, re.MULTILINE)) == 2
    (line,) = [line for line in told.splitlines() if line.startswith("curl")]
    assert line.endswith(f'"{server.address}/fhir/Patient/a"') and "'" not in line and line.count('"') % 2 == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has its curl under another name")
def test_curl_reads_the_call_from_its_configuration(run: Run, server: Server):
    config = run("token", "--url", "Patient/by-curl?_count=1", "--format", "curl").stdout
    try:
        done = subprocess.run(["curl", "-s", "-K", "-"], input=config, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("curl is not on this machine")
    assert done.stdout == '{"weight": 72.40}' and server.calls[-1]["path"] == "/fhir/Patient/by-curl"


def test_the_kinds_of_broken_tokens_are_listed_and_made(run: Run, token):
    listed = run("token", "--broken", "list").stdout
    assert "SecurityLevel3" in listed and "ProofHtuQuery" in listed and "TwoProofHeaders" in listed
    assert claims_of(token("--broken", "SecurityLevel3", "--broken", "TwoAudiences")["accessToken"])["aud"] == [AUDIENCE, "someone:else"]
    assert [name for name, _ in token("--broken", "TwoProofHeaders")["headers"]].count("DPoP") == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--as", "nobody"), "There are: aksel-takeheim"),
        (("--as", "12345678901"), "with that national id"),
        (("--organisation", "nowhere"), "310001007"),
        (("--patient", "nobody"), "under-way"),
        (("--patient", "01017012345"), "with that national id"),
        (("--broken", "Foo"), "Foo: not known"),
        (("--url", "a b"), "no address"),
        (("--server", "http://127.0.0.1:1"), "Nobody answers at http://127.0.0.1:1"),
    ],
)
def test_what_can_not_be_done_is_told_in_words(run: Run, arguments: tuple[str, ...], told: str):
    done = run("token", *arguments)
    assert done.exit_code == 2 and told in done.stderr and not done.stdout
    assert not re.search(r"\d{11}", done.stderr)


def test_without_the_server_s_folder_it_is_told_where_to_go(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("HIT_SIMULATOR_FOLDER", str(tmp_path / "elsewhere"))
    done = run("token")
    assert done.exit_code == 2 and "HIT_SIMULATOR_FOLDER" in done.stderr


# ------------------------------------------------------------ inspect


def test_each_check_of_a_good_call_passes(run: Run, token, tmp_path: Path):
    told = token("--method", "GET", "--url", "Patient/a")
    (tmp_path / "token").write_text(told["accessToken"] + "\n", encoding="utf-8")
    done = run("token", "inspect", tmp_path / "token", "--proof", told["dpopProof"], "--method", "get", "--url", "Patient/a")
    lines = [line for line in done.stdout.splitlines() if line.startswith(("pass", "fail", "not checked"))]
    assert done.exit_code == 0 and len(lines) == 30 and all(line.startswith("pass") for line in lines)
    assert SOLVEIG not in done.stdout and f"{SOLVEIG[:6]}*****" in done.stdout and "UTC)" in done.stdout
    for rule in ("token-signature", "token-audience", "security-level", "attest", "token-binding", "proof-address", "proof-time"):
        assert any(rule in line for line in lines)


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        ("AlgNone", "token-malformed"),
        ("HmacWithPublicPem", "token-algorithm"),
        ("TypProof", "token-type"),
        ("EmbeddedJwk", "token-header"),
        ("ForeignKey", "token-signature"),
        ("WrongKid", "token-signature"),
        ("KidMissing", "token-signature"),
        ("IssTrailingSlash", "token-issuer"),
        ("TwoAudiences", "token-audience"),
        ("Expired", "token-expired"),
        ("ExpText", "token-claims"),
        ("LifetimeOfADay", "token-lifetime"),
        ("CnfMissing", "token-unbound"),
        ("ScopeOther", "scope-missing"),
        ("SecurityLevelNumber", "security-level"),
        ("OrganisationMissing", "organisation-missing"),
        ("AttestOtherPid", "att-11-identifier"),
        ("PayloadArray", "token-malformed"),
        ("CnfOther", "token-binding"),
        ("SetAnInvalidSignature", "proof-signature"),
        ("ProofHtuOtherPath", "proof-address"),
        ("ProofHtmOther", "proof-method"),
        ("ProofAthOther", "proof-token"),
        ("ProofKeyWeak", "proof-key"),
        ("DontSetJtiClaim", "proof-id"),
        ("SetIatValueInThePast", "proof-time"),
    ],
)
def test_the_check_that_fails_is_named(run: Run, token, fault: str, rule: str):
    told = token("--broken", fault, "--url", "Patient/a")
    done = run("token", "inspect", "-", "--proof", told["dpopProof"], "--method", "GET", "--url", "Patient/a", stdin=told["accessToken"])
    failed = [line.split() for line in done.stdout.splitlines() if line.startswith("fail")]
    assert done.exit_code == 1 and rule in {line[2] for line in failed}


def test_what_can_not_be_checked_is_said_to_be_unchecked(run: Run, token):
    told = token()
    done = run("token", "inspect", told["accessToken"], "--proof", told["dpopProof"], "--server", "http://127.0.0.1:1")
    assert "could not be read" in done.stderr
    unchecked = {line.split()[3] for line in done.stdout.splitlines() if line.startswith("not checked")}
    assert unchecked == {"token-signature", "proof-method", "proof-address"}


def test_keys_may_come_from_a_file(run: Run, token, server: Server, tmp_path: Path):
    told = token()
    keys = Keys.load_or_make(server.folder / "helseid", SystemClock()).jwks()
    (tmp_path / "jwks.json").write_text(json.dumps(keys), encoding="utf-8")
    issuer = f"{server.address}/sts"
    done = run(
        "token", "inspect", told["accessToken"], "--keys", tmp_path / "jwks.json", "--issuer", issuer, "--server", "http://127.0.0.1:1"
    )
    assert done.exit_code == 0 and re.search(r"pass +token +token-signature", done.stdout)


def test_a_token_is_not_taken_from_an_address(run: Run):
    done = run("token", "inspect", "https://example.org/?token=a.b.c")
    assert done.exit_code == 2 and "not read from an address" in done.stderr


@pytest.mark.parametrize("text", ["a.b.c", "..", "eyJhbGciOiJub25lIn0.e30.", "a" * 20_000 + ".b.c"])
def test_what_is_no_token_fails_at_the_first_check(run: Run, text: str):
    done = run("token", "inspect", "-", stdin=text)
    assert done.exit_code == 1 and "fail" in done.stdout


# ------------------------------------------------------------ call


def test_a_call_comes_in_as_who_it_is_made_as(run: Run, server: Server):
    done = run("call", "GET", "EpisodeOfCare/under-way-pregnancy/%24helsekort", "--as", "lege", "--patient", "under-way")
    assert (done.exit_code, done.stdout) == (0, '{"weight": 72.40}\n')
    came = server.calls[-1]
    assert came["principal"].person.name == "Aksel Tåkeheim" and came["principal"].role.code == "LE"
    assert came["path"].endswith("/%24helsekort") and came["query"] == "_pretty=true"
    assert recognise(came["principal"].patient).population is Population.SKATTEETATEN


def test_each_call_has_a_proof_of_its_own(run: Run, server: Server):
    run("call", "GET", "Patient/a", "--raw")
    run("call", "GET", "Patient/a", "--raw")
    first, second = (it["principal"] for it in server.calls[-2:])
    assert first.proof_id != second.proof_id and server.calls[-1]["query"] == ""


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ('{"resourceType": "Patient"}', "application/fhir+json"),
        ("<Patient/>", "application/fhir+xml"),
        ("identifier=a|b", "application/x-www-form-urlencoded"),
    ],
)
def test_a_body_is_sent_as_what_it_is(run: Run, server: Server, tmp_path: Path, data: str, kind: str):
    (tmp_path / "body").write_text(data, encoding="utf-8")
    for arguments, stdin in ((("--data", data), None), (("--data", "@body"), None), (("--data", "@-"), data)):
        assert run("call", "POST", "Patient", *arguments, stdin=stdin).exit_code == 0
        came = server.calls[-1]
        assert (came["body"], came["headers"]["content-type"]) == (data, kind)
    run("call", "PATCH", "Patient/a", "--data", data, "--content-type", "application/json-patch+json")
    assert server.calls[-1]["headers"]["content-type"] == "application/json-patch+json"


def test_a_whole_address_names_the_server(run: Run, server: Server, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HIT_PORT", "1")
    assert run("call", "GET", f"{server.address}/fhir/Patient/whole").exit_code == 0
    assert server.calls[-1]["path"] == "/fhir/Patient/whole"


def test_a_refusal_is_shown_and_ends_with_one(run: Run):
    done = run("call", "GET", "Patient/a", "--broken", "ProofHtuQuery")
    assert (done.exit_code, done.stdout.strip(), done.stderr.strip()) == (1, '{"refused":"proof-address"}', "HTTP 401")
    shown = run("call", "GET", "Patient/a", "--include")
    assert shown.stdout.startswith("HTTP 200\n") and "content-type: application/fhir+json" in shown.stdout


def test_a_file_that_is_not_there_is_told(run: Run):
    done = run("call", "POST", "Patient", "--data", "@nothing.json")
    assert done.exit_code == 2 and "nothing.json" in done.stderr


# ------------------------------------------------------------ parts


def test_addresses_are_made_of_what_is_given():
    base = "http://127.0.0.1:8080"
    assert address(base, "") == f"{base}/fhir"
    assert address(base, "/health/live") == f"{base}/health/live"
    assert address(base, "Patient?a=b", pretty=True) == f"{base}/fhir/Patient?a=b&_pretty=true"
    assert address(base, "Patient?_pretty=false", pretty=True) == f"{base}/fhir/Patient?_pretty=false"
    assert address(base, "https://record.example.no/fhir/Patient#x") == "https://record.example.no/fhir/Patient"
    for wrong in ("ftp://a/b", "http://", "Patient\n", "http:///a"):
        with pytest.raises(NotDone):
            address(base, wrong)


def test_a_practitioner_without_authorisation_has_no_role():
    assert caller("jens-skogly").role is None and caller("jens-skogly", role="LE").role == "LE"


def test_a_woman_is_named_by_her_pregnancy_or_her_patient():
    assert patient_number("twins") == patient_number("twins-mother") == patient_number("Patient/twins-mother")


def test_the_times_are_read_as_utc(token, run: Run):
    claims = claims_of((made := token())["accessToken"])
    moment = datetime.fromtimestamp(claims["exp"], UTC)
    assert f"{claims['exp']} ({moment:%Y-%m-%d %H:%M:%S} UTC)" in run("token", "inspect", made["accessToken"]).stdout
