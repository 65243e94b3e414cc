"""Calls with test tokens: who calls, as what; the token and proof of one call from the local HelseID's test-token service; the call."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from hit_maternity import __version__
from hit_maternity.simulators.helseid.register import Organisation, Practitioner, Register, packaged, place
from hit_maternity.simulators.helseid.test_tokens import KEY_FILE, KEY_HEADER, LIST_PATH, PATH
from hit_maternity.simulators.synthetic import is_synthetic_pid

AUDIENCE = "nhn:maternity-record"
ROLE_SYSTEM = "urn:oid:2.16.578.1.12.4.1.1.9060"
#: A system that calls without anybody at the keyboard.
SYSTEM = "system"
#: Words for professions, by HPR category.
PROFESSIONS = {
    "jordmor": "JO",
    "midwife": "JO",
    "lege": "LE",
    "doctor": "LE",
    "sykepleier": "SP",
    "nurse": "SP",
    "helsesekretær": "HE",
    "helsesekretaer": "HE",
    "sekretaer": "HE",
    "secretary": "HE",
}
#: Where the local HelseID is below the server's address.
ISSUER_PATH = "/sts"
_FHIR = "/fhir"
_SECONDS = 60.0


class NotDone(Exception):
    """The token can't be had, or the call not made; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Caller:
    """``person`` None: a system. ``role``: HPR category she acts in."""

    person: Practitioner | None
    place: Organisation
    role: str | None


@dataclass(frozen=True, slots=True)
class Wish:
    """What a token is to be like. ``patient``: the national id for the header; ``faults``: names of broken tokens and proofs."""

    caller: Caller
    attest: bool = True
    purpose: str | None = None
    user_selected: bool = False
    patient: str | None = field(default=None, repr=False)
    basis: str | None = None
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Credentials:
    """``headers``: all that a call sends to say who calls about whom."""

    token: str = field(repr=False)
    proof: str | None = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(repr=False)


def caller(name: str, organisation: str | None = None, role: str | None = None, register: Register | None = None) -> Caller:
    """Somebody of the register by key, name, first name, profession or national id; ``system`` for none. ``organisation``: number or
    name of the place, by default her own. Raises ``NotDone`` that names those who are there."""
    known = register or packaged()
    where = None if organisation is None else _place(known, organisation)
    if name.lower() == SYSTEM:
        return Caller(None, where or known.organisations[0], None)
    person = next((it for it in known.practitioners if _is(it, name)), None)
    if person is None:
        listed = ", ".join(it.key for it in known.practitioners)
        raise NotDone(f"Nobody is called {_harmless(name)}. There are: {listed}; a profession (jordmor, lege, sykepleier); {SYSTEM}.")
    usual = place(known, person.works_at[0]) if person.works_at else None
    acting = role or (person.approvals[0].profession if person.approvals else None)
    return Caller(person, where or usual or known.organisations[0], acting)


def _is(person: Practitioner, name: str) -> bool:
    asked = name.casefold()
    if asked in PROFESSIONS:
        return any(it.profession == PROFESSIONS[asked] for it in person.approvals)
    return asked in (person.key, person.pid, person.name.casefold(), person.given.casefold())


def _place(register: Register, asked: str) -> Organisation:
    for it in register.organisations:
        if asked == it.number or asked.casefold() in it.name.casefold():
            return it
    listed = ", ".join(f"{it.number} {it.name}" for it in register.organisations)
    raise NotDone(f"There is no organisation {_harmless(asked)}. There are: {listed}.")


def _harmless(text: str) -> str:
    """A text of the user's in words of ours: no national id."""
    return "with that national id" if text.isdigit() and len(text) == 11 else repr(text[:60])


def patient_number(name: str) -> str:
    """The national id of a woman of the demo (``under-way``), or ``name`` itself where it is a synthetic one. Raises ``NotDone``."""
    from hit_maternity.testbed.people import pregnancies
    from hit_maternity.testbed.people.woman import number_of

    if is_synthetic_pid(name):
        return name
    known = {it.name: it for it in pregnancies()}
    asked = name.removeprefix("Patient/").removesuffix("-mother")
    if asked not in known:
        raise NotDone(f"No woman of the demo is called {_harmless(name)}. There are: {', '.join(known)}; or give a synthetic national id.")
    return number_of(known[asked].story.mother)


def request_of(wish: Wish, method: str, url: str) -> dict[str, Any]:
    """The request to the test-token service for one call of ``method`` to ``url``."""
    who, where = wish.caller.person, wish.caller.place
    asked: dict[str, Any] = {
        "audience": AUDIENCE,
        "createDPoPTokenWithDPoPProof": True,
        "dPoPProofParameters": {"htuClaimValue": url, "htmClaimValue": method},
        "clientClaimsParameters": {"orgnrParent": where.legal_entity, "orgnrChild": where.number},
        "localExtensions": {"faults": list(wish.faults)},
    }
    if who is None:
        return {**asked, "withoutDefaultUserClaims": True}
    attest = {
        "careRelationshipDecisionRefUserSelected": wish.user_selected,
        "careRelationshipPurposeOfUseCode": wish.purpose or "TREAT",
        **({"practitionerAuthorizationCode": wish.caller.role} if wish.caller.role else {}),
    }
    attested = {"createTillitsrammeverkClaims": True, "tillitsrammeverkClaimsParameters": attest} if wish.attest else {}
    return {**asked, "userClaimsParameters": {"pid": who.pid}, **attested}


def call_headers(wish: Wish) -> list[tuple[str, str]]:
    """What stands beside token and proof: source system, role, patient, basis of access."""
    named = [("nhn-source-system", f"hit-maternity command line {__version__}")]
    if wish.caller.role is not None:
        role = json.dumps({"system": ROLE_SYSTEM, "code": wish.caller.role}, separators=(",", ":"))
        named.append(("nhn-user-role", quote(role, safe="")))
    if wish.patient is not None:
        named.append(("nhn-patient-nin", wish.patient))
    if wish.basis is not None:
        named.append(("nhn-access-basis", wish.basis))
    return named


@dataclass(frozen=True, slots=True)
class Calls:
    """``server``: its address, ``http://127.0.0.1:8080``; ``folder``: where the simulators keep their keys."""

    server: str
    folder: Path
    transport: httpx.BaseTransport | None = None

    def credentials(self, wish: Wish, method: str, url: str) -> Credentials:
        """Token, proof and headers for one call. Raises ``NotDone``."""
        htu = url.partition("#")[0].partition("?")[0]
        answer = self._asked(request_of(wish, method, htu))
        success = answer["successResponse"]
        sent = [(it["name"], it["value"]) for it in answer["localExtensions"]["headers"]]
        return Credentials(success["accessTokenJwt"], success["dPoPProof"], (*sent, *call_headers(wish)))

    def call(self, credentials: Credentials, method: str, url: str, body: bytes | None, content_type: str | None) -> httpx.Response:
        """Makes the call. Raises ``NotDone`` where nobody answers."""
        headers = [*credentials.headers, *([("Content-Type", content_type)] if content_type else [])]
        return self._sent(lambda client: client.request(method, url, headers=headers, content=body))

    def _asked(self, request: Mapping[str, Any]) -> dict[str, Any]:
        response = self._sent(lambda client: client.post(self.server + ISSUER_PATH + PATH, json=request, headers={KEY_HEADER: self._key()}))
        try:
            answer: dict[str, Any] = response.json()
            refused: str = answer["errorResponse"]["errorMessage"]
        except (ValueError, KeyError, TypeError):
            raise NotDone(
                f"There is no test-token service at {self.server}{ISSUER_PATH}/ttt (it answered {response.status_code}): "
                "the demo has one, and a server with HIT_SIMULATORS=true."
            ) from None
        if response.status_code != 200:
            raise NotDone(refused)
        return answer

    def _key(self) -> str:
        path = self.folder / "helseid" / KEY_FILE
        if not path.exists():  # the server makes it when the service is first asked for something
            self._sent(lambda client: client.get(self.server + ISSUER_PATH + LIST_PATH))
        try:
            return path.read_text(encoding="ascii").strip()
        except OSError:
            raise NotDone(
                f"There is no {path}, which the server makes. Go to the folder where it was started, or set HIT_SIMULATOR_FOLDER."
            ) from None

    def _sent(self, send: Callable[[httpx.Client], httpx.Response]) -> httpx.Response:
        try:
            with httpx.Client(timeout=_SECONDS, transport=self.transport, follow_redirects=False, trust_env=False) as client:
                return send(client)
        except httpx.InvalidURL:
            raise NotDone("That is no address.") from None
        except httpx.TransportError:
            raise NotDone(f"Nobody answers at {self.server}. Is the demo running? `python dev.py demo` starts it.") from None


def address(server: str, path: str, *, pretty: bool = False) -> str:
    """The address of ``path``: a whole address, a path (``/health/live``), or one below the FHIR base (``Patient/a``). ``pretty``: asks a
    FHIR address for a readable answer. Raises ``NotDone``."""
    whole = path if "://" in path else server + (path if path.startswith("/") else f"{_FHIR}/{path}".rstrip("/"))
    parts = urlsplit(whole)
    if parts.scheme not in ("http", "https") or not parts.netloc or any(c.isspace() or not c.isprintable() for c in whole):
        raise NotDone("That is no address: give a path below the FHIR base (Patient/a), or a whole address, without spaces.")
    whole = whole.partition("#")[0]
    if pretty and _FHIR in parts.path and "_pretty=" not in parts.query and "_format=" not in parts.query:
        whole += f"{'&' if '?' in whole else '?'}_pretty=true"
    return whole


def server_of(url: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def curl(method: str, url: str, headers: Sequence[tuple[str, str]]) -> str:
    """The call as a curl command line for this machine's shell."""
    name = "curl.exe" if sys.platform == "win32" else "curl"
    verb = "" if method == "GET" else f" -X {method}"
    told = " ".join(f'-H "{header}: {value}"' for header, value in headers)
    return f"{name}{verb} {told} {_quoted(url)}"


def _quoted(url: str) -> str:
    return f'"{url}"' if sys.platform == "win32" or not set(url) & set('"$`\\!') else shlex.quote(url)


def curl_config(method: str, url: str, headers: Sequence[tuple[str, str]]) -> str:
    """The call as a configuration that ``curl -K -`` reads, in any shell."""
    lines = [f'request = "{method}"', *(f'header = "{header}: {value}"' for header, value in headers), f'url = "{url}"']
    return "\n".join(lines)
