"""The settings: ``HIT_*`` environment variables, one class a concern, read once at the start."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "HIT_"
#: Variables of the tests, which are no settings of the server.
NOT_SETTINGS = "HIT_TEST_"
#: Stands in HIT_REQUIRED_PROFILES for the profiles of the card.
CARD = "card"


class SettingsError(Exception):
    """One or more ``HIT_*`` variables can't be used; the message names each and says what it takes. It never repeats a value."""


def _database(url: str) -> str:
    scheme = url.partition(":")[0]
    if scheme == "sqlite" and url.startswith("sqlite:///") and len(url) > len("sqlite:///"):
        return url
    if scheme in ("postgresql", "postgresql+psycopg"):
        return url
    raise ValueError("give sqlite:///relative/path.db, sqlite:////absolute/path.db or postgresql://user@host/database")


def _web_address(url: str | None) -> str | None:
    if url is None or not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError("give scheme and host, with a path where there is one: https://record.example.no")
    return url.rstrip("/")


def _origins(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    named = tuple(part.strip().rstrip("/") for part in value.split(",") if part.strip())
    return () if named == ("none",) else named


def _required_profiles(value: Any) -> Any:
    """``Type=URL|URL, Type=URL, card`` as ``(type, urls)`` pairs; of a canonical with ``|version`` the version is dropped."""
    if not isinstance(value, str):
        return value
    pairs: list[tuple[str, tuple[str, ...]]] = []
    for part in filter(None, (part.strip() for part in value.split(","))):
        name, _, listed = part.partition("=")
        urls = tuple(url.strip() for url in listed.split("|") if ":" in url)
        if part != CARD and not (name.strip().isalpha() and urls):
            raise ValueError(
                "give `card`, or profiles by type, with commas between: Observation=https://example.org/a|https://example.org/b"
            )
        pairs.append((name.strip(), urls))
    return tuple(pairs)


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _upper(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


LowerCase = BeforeValidator(_lower)
UpperCase = BeforeValidator(_upper)


def _listed(value: Any) -> Any:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _pairs(listed: tuple[str, ...]) -> tuple[str, ...]:
    for pair in listed:
        space, _, generation = pair.partition("=")
        if not space or generation not in ("nhn", "hit"):
            raise ValueError("write the name of a space and its generation: oslo=hit")
    return listed


Listed = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]


class _Concern(BaseSettings):
    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="ignore")


class DatabaseSettings(_Concern):
    """Where the data are."""

    database_url: Annotated[str, AfterValidator(_database)] = Field(
        "sqlite:///var/hit.db", description="SQLite file or PostgreSQL database: `sqlite:///var/hit.db`, `postgresql://user@host/database`"
    )
    sqlite_synchronous: Annotated[Literal["NORMAL", "FULL"], UpperCase] = Field(
        "NORMAL", description="`NORMAL`: a crash of the process loses nothing; `FULL`: nor does one of the machine, with slower writes"
    )
    database_pool: int = Field(8, ge=1, le=200, description="PostgreSQL connections of one worker")


class DoorSettings(_Concern):
    """Where the server listens, who may come in, what it takes."""

    host: str = Field("127.0.0.1", min_length=1, description="address to listen on")
    port: int = Field(8080, ge=0, le=65535, description="port to listen on; 0: any free one")
    workers: int = Field(1, ge=1, le=64, description="worker processes; more than one needs PostgreSQL")
    access: Annotated[Literal["helseid", "open"], LowerCase] = Field(
        "helseid",
        description="`helseid`: by tokens of HelseID and Helsenorge; `open`: everybody may do everything, only on a loopback address",
    )
    public_base_url: Annotated[str | None, AfterValidator(_web_address)] = Field(
        None, description="address that clients see, such as `https://record.example.no`; by default the one they used"
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_origins)] = Field(
        (), description="web origins whose pages may call the API, with commas between; `*`: all; `none`: none"
    )
    max_body_bytes: int = Field(16 * 1024 * 1024, ge=1024, le=1 << 30, description="largest request body, in bytes; more gets 413")
    threads: int = Field(8, ge=1, le=200, description="threads of one worker for what takes long")
    key_file: str | None = Field(
        None, description="file with the key that seals paging links, made at first run; by default beside the SQLite file or `var/hit.key`"
    )

    @property
    def is_open(self) -> bool:
        """Whether everybody may do everything."""
        return self.access == "open"


class AccessSettings(_Concern):
    """Whose tokens count, and what their bearers may do."""

    simulators: bool = Field(
        False, description="`true`: a HelseID and a Helsenorge of our own at `/sts`, for trying out; never where real data are"
    )
    simulator_folder: str = Field("var/sts", min_length=1, description="where they keep the keys they make at their first start")
    helseid_issuer: str | None = Field(None, description="issuer of the practitioners' tokens, as its discovery spells it")
    helseid_audiences: Listed = Field(("nhn:maternity-record",), description="our names in tokens, with commas between")
    helseid_scopes: Listed = Field(("nhn:maternity-record/api",), description="scopes of which a token needs one")
    helseid_algorithms: Listed = Field(("RS256",), description="algorithms that a token may be signed with")
    helseid_accept_typ_jwt: bool = Field(False, description="`true`: takes tokens of type `JWT` beside `at+jwt`")
    helseid_leeway: int = Field(5, ge=0, le=60, description="seconds by which clocks may differ")
    helseid_lifetime: int = Field(3600, ge=60, le=86400, description="longest life of a token, in seconds")
    helseid_nonce: bool = Field(False, description="`true`: proofs must hold a nonce of ours")
    helseid_actors: Listed = Field((), description="clients that may have exchanged a token for their users")
    helseid_point_of_care: bool = Field(True, description="`false`: tokens need not name the point of care")
    attest: Literal["required", "optional"] = Field("required", description="whether a practitioner's token must hold an attest")
    attest_minutes: int = Field(60, ge=1, le=1440, description="how old an attest may be")
    attest_rules: Listed = Field(
        (), description="what a breach of a rule does, where not the standard: `att-6-patients=refuse`, `=flag`, `=off`"
    )
    organisations: Listed = Field((), description="legal entities that may use the server; by default all")
    helsenorge_issuer: str | None = Field(None, description="issuer of the citizens' tokens; none: no citizen's door")
    helsenorge_audience: str = Field("nhn:maternity-record", description="our name in citizens' tokens")
    helsenorge_scope: str = Field("nhn:maternity-record/api", description="scope of citizens' tokens; empty: none is asked for")
    helsenorge_client_id: str = Field("hit-maternity-pages", description="the client at that issuer which our own pages are")
    pvk_definition: str | None = Field(
        None, description="consent definition (a GUID) that PVK pushes decisions of to `/pvk`; none: it can't"
    )
    pvk_party: str | None = Field(None, description="our party code at PVK; by default any")
    pvk_scope: str = Field("nhn:maternity-record/pvk", description="scope of the system token that PVK sends")
    citizen_proxies: Literal["none", "read", "write"] = Field(
        "none", description="what somebody with a power of attorney may do with a woman's record"
    )
    limit_client: int = Field(600, ge=0, description="calls of one client in a minute, at one worker; 0: no limit")
    limit_organisation: int = Field(6000, ge=0, description="the same of one organisation")
    limit_citizen: int = Field(120, ge=0, description="the same of one woman")


class DhgSettings(_Concern):
    """How the national JSON API is spoken, where its documentation has changed or says nothing."""

    dhg_headers: Annotated[Literal["nhn", "hit"], LowerCase] = Field(
        "nhn",
        description="headers of the national JSON API: `nhn`: `nhn-*` with DPoP; `hit`: those of its first version, `hit-*` with Bearer",
    )
    dhg_headers_of_spaces: Annotated[Listed, AfterValidator(_pairs)] = Field(
        (), description="the same of single spaces, where it isn't that: `oslo=hit, bergen=nhn`"
    )
    dhg_codes: str | None = Field(None, description="folder of its code systems, TOML files; by default those that ship with the server")
    dhg_unknown_properties: Annotated[Literal["refuse", "tolerate"], LowerCase] = Field(
        "refuse", description="what of a body that it doesn't know: `refuse`: DHG-0012, `tolerate`: left out"
    )
    dhg_show_deleted: bool = Field(
        True, description="`false`: deleted appointments and fundal heights are not in the record that it answers"
    )
    dhg_timestamps: Annotated[Literal["utc", "local"], LowerCase] = Field(
        "utc", description="`utc`: with microseconds and Z; `local`: without a zone, by Norwegian clocks, as its first version wrote them"
    )


class PackageSettings(_Concern):
    """Which definitions the server knows beside FHIR and its own profiles, and which of them it demands."""

    packages: str | None = Field(
        None, description="folder of FHIR packages, filled by `hit-maternity packages add`; by default `var/packages` where that exists"
    )
    required_profiles: Annotated[tuple[tuple[str, tuple[str, ...]], ...], NoDecode, BeforeValidator(_required_profiles)] = Field(
        (),
        description="profiles that a write must claim, by type: `Observation=URL, Patient=URL`, with a bar between several of one type; "
        "`card`: those of the card",
    )


class SearchSettings(_Concern):
    """How much a search gives."""

    search_count: int = Field(20, ge=1, le=1000, description="entries on a page of a search that has no `_count`")
    search_max_count: int = Field(1000, ge=1, le=10_000, description="most entries on a page, whatever `_count` says")


class LogSettings(_Concern):
    """What is told: calls on standard output, all else on standard error."""

    log_level: Annotated[Literal["debug", "info", "warning", "error"], LowerCase] = Field(
        "info", description="`debug`, `info`, `warning` or `error`"
    )
    log_format: Annotated[Literal["json", "text"], LowerCase] = Field("json", description="`json`: an object a line; `text`: for people")


CONCERNS: tuple[type[_Concern], ...] = (
    DatabaseSettings,
    DoorSettings,
    AccessSettings,
    DhgSettings,
    PackageSettings,
    SearchSettings,
    LogSettings,
)


class Settings:
    """All settings together. Frozen: a changed environment needs a new process."""

    __slots__ = ("access", "database", "dhg", "door", "log", "packages", "search")

    def __init__(
        self,
        database: DatabaseSettings,
        door: DoorSettings,
        access: AccessSettings,
        dhg: DhgSettings,
        packages: PackageSettings,
        search: SearchSettings,
        log: LogSettings,
    ) -> None:
        self.database, self.door, self.access, self.dhg = database, door, access, dhg
        self.packages, self.search, self.log = packages, search, log

    @classmethod
    def from_environment(cls, **values: Any) -> Self:
        """The settings of the process's environment; ``values`` (``port=8090``) count before it. Raises ``SettingsError``."""
        given = {name: value for name, value in values.items() if value is not None}
        made: list[Any] = []
        faults: list[str] = []
        for concern in CONCERNS:
            own = {name: value for name, value in given.items() if name in concern.model_fields}
            try:
                made.append(concern(**own))
            except ValidationError as error:
                faults.extend(_tell(error))
        if faults:
            raise SettingsError("; ".join(faults))
        return cls(*made)


def _tell(error: ValidationError) -> Iterator[str]:
    for fault in error.errors(include_input=False, include_url=False):
        name = str(fault["loc"][0]) if fault["loc"] else "settings"
        yield f"{PREFIX}{name.upper()}: {fault['msg'].removeprefix('Value error, ')}"


def variables() -> list[tuple[str, str, str]]:
    """``(variable, default, meaning)`` of every setting, in the order of the concerns."""
    return [
        (PREFIX + name.upper(), _shown(field.default), field.description or "")
        for concern in CONCERNS
        for name, field in concern.model_fields.items()
    ]


def _shown(default: Any) -> str:
    if isinstance(default, tuple):
        return ",".join(default)
    return "" if default is None else str(default)


def unknown_variables() -> list[str]:
    """A sentence for each ``HIT_*`` variable of the environment that is no setting: most likely a slip of the pen."""
    known = [name for name, _, _ in variables()]
    told = []
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and not name.startswith(NOT_SETTINGS) and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            told.append(f"{name} is no setting" + (f"; did you mean {near[0]}?" if near else "."))
    return told
