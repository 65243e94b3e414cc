"""The commands ``hit-maternity token``, ``token inspect`` and ``call``: test tokens of the local HelseID, and calls with them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from hit_maternity.access.helseid.jwks_cache import Keys
    from hit_maternity.settings import Settings
    from hit_maternity.token_calls import Calls, Credentials, Wish
    from hit_maternity.token_inspection import Against, Checked

Person = Annotated[
    str,
    typer.Option("--as", "--person", help="Who calls: a profession (jordmor, lege, sykepleier), a name or key of the register, or system."),
]
Organisation = Annotated[
    str | None, typer.Option(help="Number or name of the place of treatment; by default where she works.", show_default=False)
]
Patient = Annotated[
    str | None,
    typer.Option(help="A woman of the demo (under-way), or a synthetic national id: sent as nhn-patient-nin.", show_default=False),
]
Role = Annotated[str | None, typer.Option(help="HPR category to act in (LE, JO, SP); by default her own.", show_default=False)]
Purpose = Annotated[
    Literal["TREAT", "ETREAT", "COC", "BTG"], typer.Option(help="Purpose of use in the attest; BTG: break the glass, which she is told of.")
]
NoAttest = Annotated[bool, typer.Option("--no-attest", help="Without the attest of the trust framework.")]
Basis = Annotated[
    str | None, typer.Option("--access-basis", help="Sent as nhn-access-basis, such as FORHOYET_SAMTYKKE.", show_default=False)
]
Broken = Annotated[
    list[str] | None, typer.Option("--broken", metavar="KIND", help="Breaks the token or proof in that way; repeatable; `list` names all.")
]
Server = Annotated[
    str | None, typer.Option(help="The server's address; by default http://HIT_HOST:HIT_PORT, or that of the path.", show_default=False)
]


def add_token_commands(app: typer.Typer, settings: Callable[[], Settings], refusals: Callable[[], AbstractContextManager[None]]) -> None:
    """Puts the commands into ``app``; ``settings`` are read, and ``refusals`` turned into words, as for every other command."""
    app.add_typer(_token_group(settings, refusals), name="token")
    _add_call(app, settings, refusals)


def _token_group(settings: Callable[[], Settings], refusals: Callable[[], AbstractContextManager[None]]) -> typer.Typer:
    group = typer.Typer(invoke_without_command=True, help="Test tokens of the local HelseID: makes them, takes them apart.")

    @group.callback()
    def token(
        context: typer.Context,
        person: Person = "jordmor",
        organisation: Organisation = None,
        patient: Patient = None,
        role: Role = None,
        purpose: Purpose = "TREAT",
        no_attest: NoAttest = False,
        access_basis: Basis = None,
        broken: Broken = None,
        method: Annotated[str, typer.Option(help="Method of the call that the proof is for.")] = "GET",
        url: Annotated[str, typer.Option(help="Address of that call: whole, or below the FHIR base.")] = "metadata",
        server: Server = None,
        format: Annotated[
            Literal["text", "json", "curl", "token"],
            typer.Option(help="json: token, proof, headers; curl: to be read by `curl -K -`; token: the token alone."),
        ] = "text",
    ) -> None:
        """Prints a token, a proof for one call, and the curl command that makes it. A proof lasts seconds, and for one call only."""
        if context.invoked_subcommand is not None:
            return
        if _listed(broken):
            return
        with refusals(), _told():
            from hit_maternity.token_calls import address

            calls = _calls(settings(), server, url)
            whole = address(calls.server, url)
            wish = _wish(person, organisation, patient, role, purpose, not no_attest, access_basis, broken)
            _print(calls.credentials(wish, method.upper(), whole), method.upper(), whole, format)

    @group.command()
    def inspect(
        token: Annotated[str, typer.Argument(help="The token, a file with it, or - for standard input.", show_default=False)],
        proof: Annotated[str | None, typer.Option(help="The proof that came with it, or a file.", show_default=False)] = None,
        method: Annotated[str | None, typer.Option(help="Method of the call.", show_default=False)] = None,
        url: Annotated[str | None, typer.Option(help="Address of the call.", show_default=False)] = None,
        issuer: Annotated[str | None, typer.Option(help="By default HIT_HELSEID_ISSUER, or the local HelseID.", show_default=False)] = None,
        keys: Annotated[Path | None, typer.Option(help="A JWK set, in place of the issuer's.", show_default=False)] = None,
        server: Server = None,
    ) -> None:
        """Shows what is in a token and lists each check of the server with pass or fail.

        Exit code 1: a check failed. A proof is old after seconds: inspect it at once, or see `proof-time` fail.
        """
        from hit_maternity.token_inspection import inspect as inspected
        from hit_maternity.token_inspection import shown

        with refusals(), _told():
            text, proof_text = _text_of(token), None if proof is None else _text_of(proof)
            against = _against(settings(), server, issuer, keys, method, url)
        typer.echo(shown(text) or "It is no JWT.")
        found = list(inspected(text, proof_text, against))
        _tell(found)
        raise typer.Exit(1 if any(it.verdict == "fail" for it in found) else 0)

    return group


def _add_call(app: typer.Typer, settings: Callable[[], Settings], refusals: Callable[[], AbstractContextManager[None]]) -> None:
    @app.command()
    def call(
        method: Annotated[str, typer.Argument(help="GET, POST, PUT, PATCH, DELETE.", show_default=False)],
        path: Annotated[str, typer.Argument(help="Below the FHIR base (Patient/a), or a whole address.", show_default=False)] = "",
        person: Person = "jordmor",
        organisation: Organisation = None,
        patient: Patient = None,
        role: Role = None,
        purpose: Purpose = "TREAT",
        no_attest: NoAttest = False,
        access_basis: Basis = None,
        broken: Broken = None,
        data: Annotated[str | None, typer.Option(help="Body: text, @file, or @- for standard input.", show_default=False)] = None,
        content_type: Annotated[
            str | None,
            typer.Option(help="Of the body; by default FHIR JSON, a form's for a form, JSON below /api/.", show_default=False),
        ] = None,
        include: Annotated[bool, typer.Option("--include", "-i", help="Shows status and headers, too.")] = False,
        raw: Annotated[bool, typer.Option("--raw", help="Doesn't ask for an indented answer.")] = False,
        server: Server = None,
    ) -> None:
        """Calls the server as a synthetic health worker: fetches a token and a proof for the call, and makes it.

        Exit code 1: the server answered 400 or more; what is wrong stands in the answer.
        """
        from hit_maternity.token_calls import address

        if _listed(broken):
            return
        with refusals(), _told():
            verb, body = method.upper(), _body(data)
            calls = _calls(settings(), server, path)
            url = address(calls.server, path, pretty=not raw)
            wish = _wish(person, organisation, patient, role, purpose, not no_attest, access_basis, broken)
            answer = calls.call(calls.credentials(wish, verb, url), verb, url, body, _kind(body, content_type, url))
        if include or not answer.is_success:
            typer.echo(f"HTTP {answer.status_code}", err=not include)
        if include:
            typer.echo("".join(f"{name}: {value}\n" for name, value in answer.headers.multi_items()))
        sys.stdout.flush()
        sys.stdout.buffer.write(answer.content + (b"" if answer.content.endswith(b"\n") or not answer.content else b"\n"))
        sys.stdout.buffer.flush()
        raise typer.Exit(0 if answer.status_code < 400 else 1)


def _listed(broken: list[str] | None) -> bool:
    """Names the kinds of broken tokens where ``list`` is among those asked for."""
    if "list" not in (broken or ()):
        return False
    from hit_maternity.simulators.helseid.broken import listed

    for fault in listed():
        typer.echo(f"{fault['name']:34} {fault['in']:8} {fault['row']:5} {fault['what']}")
    return True


def _calls(settings: Settings, server: str | None, path: str) -> Calls:
    from hit_maternity.token_calls import Calls, server_of

    if server is None and "://" in path:
        server = server_of(path)
    host = f"[{settings.door.host}]" if ":" in settings.door.host else settings.door.host
    usual = settings.door.public_base_url or f"http://{host}:{settings.door.port}"
    return Calls((server or usual).rstrip("/"), Path(settings.access.simulator_folder))


def _wish(
    person: str,
    organisation: str | None,
    patient: str | None,
    role: str | None,
    purpose: str,
    attest: bool,
    basis: str | None,
    broken: list[str] | None,
) -> Wish:
    from hit_maternity.token_calls import Wish, caller, patient_number

    return Wish(
        caller(person, organisation, role),
        attest,
        purpose,
        purpose == "BTG",
        None if patient is None else patient_number(patient),
        basis,
        tuple(broken or ()),
    )


def _print(credentials: Credentials, method: str, url: str, format: str) -> None:
    from hit_maternity.token_calls import curl, curl_config

    if format == "json":
        told = {"accessToken": credentials.token, "dpopProof": credentials.proof, "headers": [list(it) for it in credentials.headers]}
        typer.echo(json.dumps(told, indent=2))
    elif format == "curl":
        typer.echo(curl_config(method, url, credentials.headers))
    elif format == "token":
        typer.echo(credentials.token)
    else:
        typer.echo(f"Token:\n{credentials.token}\n\nProof, for {method} {url.partition('?')[0]}, now and once:\n{credentials.proof}\n")
        typer.echo(f"The call:\n{curl(method, url, credentials.headers)}")


def _body(data: str | None) -> bytes | None:
    if data is None or not data.startswith("@"):
        return None if data is None else data.encode()
    return sys.stdin.buffer.read() if data == "@-" else Path(data[1:]).read_bytes()


def _kind(body: bytes | None, content_type: str | None, url: str) -> str | None:
    if body is None or content_type is not None:
        return content_type
    if "/api/" in url:
        return "application/json"
    if body.lstrip()[:1] == b"<":
        return "application/fhir+xml"
    return "application/fhir+json" if body.lstrip()[:1] in (b"{", b"[") else "application/x-www-form-urlencoded"


def _text_of(given: str) -> str:
    """A token that stands in the argument, in a file, or on standard input."""
    if given == "-":
        return sys.stdin.read().strip()
    if "://" in given:
        raise typer.BadParameter("A token is not read from an address: give it, a file, or -.")
    text = given if given.count(".") >= 2 and not Path(given[:200]).is_file() else Path(given).read_text(encoding="utf-8")
    return text.strip()


def _against(settings: Settings, server: str | None, issuer: str | None, keys: Path | None, method: str | None, url: str | None) -> Against:
    from hit_maternity.access.helseid.access_token import Expected
    from hit_maternity.access.helseid.claims import Requirements
    from hit_maternity.access.helseid.dpop import ProofRules
    from hit_maternity.clock import SystemClock
    from hit_maternity.token_calls import ISSUER_PATH, address
    from hit_maternity.token_inspection import Against

    access, calls = settings.access, _calls(settings, server, "")
    named = issuer or access.helseid_issuer or calls.server + ISSUER_PATH
    expected = Expected(
        named,
        frozenset(access.helseid_audiences),
        tuple(access.helseid_algorithms),
        ("at+jwt", "jwt") if access.helseid_accept_typ_jwt else ("at+jwt",),
        access.helseid_leeway,
        access.helseid_lifetime,
    )
    requirements = Requirements(
        frozenset(access.helseid_scopes), point_of_care=access.helseid_point_of_care, actors=frozenset(access.helseid_actors)
    )
    whole = None if url is None else address(calls.server, url)
    verb = None if method is None else method.upper()
    found = _keys(named, keys, tuple(access.helseid_algorithms))
    return Against(expected, requirements, ProofRules(), found, SystemClock().now(), verb, whole)


def _keys(issuer: str, file: Path | None, algorithms: tuple[str, ...]) -> Keys | None:
    from hit_maternity.access.helseid.jwks_cache import HttpFetch, StaticKeys

    if file is not None:
        return StaticKeys(json.loads(file.read_bytes()), algorithms)
    try:
        fetch = HttpFetch()
        document = fetch(f"{issuer}/.well-known/openid-configuration")
        where = document["jwks_uri"] if isinstance(document, dict) and document.get("issuer") == issuer else None
        return StaticKeys(fetch(where), algorithms) if isinstance(where, str) else None
    except Exception as fault:  # whatever an issuer answers: the checks that need no key are still made
        typer.echo(f"The keys of {issuer} could not be read ({type(fault).__name__}).", err=True)
        return None


def _tell(found: list[Checked]) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=True)
    styles = {"pass": "green", "fail": "bold red", "not checked": "yellow"}
    for it in found:
        line = Text(f"{it.verdict:12}", styles[it.verdict]).append(f"{it.what:8} {it.rule:24} {it.words}".rstrip(), "")
        console.print(line)
    failed = sum(it.verdict == "fail" for it in found)
    console.print(f"{len(found)} checks, {failed} failed")


@contextmanager
def _told() -> Iterator[None]:
    """What can't be done, on standard error, and exit code 2."""
    from hit_maternity.token_calls import NotDone

    try:
        yield
    except NotDone as fault:
        typer.echo(f"hit-maternity: {fault}", err=True)
        raise typer.Exit(2) from None
