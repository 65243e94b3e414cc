"""One visit of a logged-in woman to a page: what is asked with her token, and the page that comes of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from hit_maternity.access.consent.blocking import Outsider
from hit_maternity.access.helsenorge import is_proxy
from hit_maternity.access.principal import Principal
from hit_maternity.fhir.outcome import FhirError, Issue
from hit_maternity.fhir.rest.dispatch import handle
from hit_maternity.fhir.rest.exchange import Request as FhirRequest
from hit_maternity.fhir.rest.identity import is_id
from hit_maternity.web.citizen import pages
from hit_maternity.web.citizen.model import Counter
from hit_maternity.web.citizen.session import Session

Fields = Mapping[str, str]


class SessionOver(Exception):
    """The token holds no more: she has to log in again."""


@dataclass(slots=True)
class Visit:
    """``reading``: of nobody yet; ``fields``: of the form that was sent; ``address``: where browsers see the server."""

    request: Request
    counter: Counter
    reading: pages.Reading
    fields: Fields
    session: Session | None
    address: str

    def is_own_form(self) -> bool:
        """Whether what was posted comes from a page of this session: by its mark, and by what the browser says of where it stood."""
        origin, site = self.request.headers.get("origin"), self.request.headers.get("sec-fetch-site", "same-origin")
        known = (urlsplit(self.address).netloc, self.request.url.netloc)
        foreign = site not in ("same-origin", "none") or (origin is not None and urlsplit(origin).netloc not in known)
        return self.session is not None and not foreign and self.session.knows(self.fields.get("mark"))

    # ------------------------------------------------------------ who

    def enter(self) -> Principal:
        """Who is logged in; from now on the pages know her name. Raises ``SessionOver``, ``FhirError`` 403, 429, 503."""
        assert self.session is not None
        try:
            principal = self.counter.desk.principal(self.session.token)
        except FhirError as refusal:
            if refusal.status == 401:
                raise SessionOver from None
            raise
        name = principal.person.name if principal.person else None
        self.reading = replace(self.reading, name=name, mark=self.session.mark, acting=is_proxy(principal))
        return principal

    def fhir(self, *path: str, query: str = "") -> Any:
        """What ``/app/fhir`` answers to her, as JSON. Raises ``SessionOver``, and ``FhirError`` for every refusal."""
        assert self.session is not None
        headers = {"authorization": f"Bearer {self.session.token}", "accept": "application/fhir+json"}
        response = handle(self.counter.server, FhirRequest("GET", list(path), query, headers, b"", self.base))
        if response.status == 401:
            raise SessionOver
        told = json.loads(response.body)
        if response.status >= 400:
            issue = told["issue"][0]
            raise FhirError(response.status, [Issue(issue["code"], issue["details"]["coding"][0]["code"], "")], response.headers)
        return told

    @property
    def base(self) -> str:
        return self.address + self.counter.path

    # ------------------------------------------------------------ pages

    def home(self) -> Response:
        principal = self.enter()
        return pages.home(self.reading, self.counter.desk.consent(principal))

    def card(self) -> Response:
        self.enter()
        episodes = self._episodes()
        chosen = self.request.query_params.get("record") or (episodes[0][0] if episodes else "")
        if chosen not in [id for id, _ in episodes]:
            return pages.no_card(self.reading)
        return pages.show_card(self.reading, self.fhir("EpisodeOfCare", chosen, "$helsekort"), self.base, chosen, episodes)

    def download(self) -> Response:
        """Her copy: what ``$helsekort`` gives, as a file."""
        self.enter()
        chosen = self.request.query_params.get("record", "")
        if not is_id(chosen):
            return pages.trouble(self.reading, "not-here", 404)
        bundle = json.dumps(self.fhir("EpisodeOfCare", chosen, "$helsekort"), ensure_ascii=False, indent=1).encode()
        headers = {"content-disposition": 'attachment; filename="helsekort.json"', "cache-control": "no-store"}
        return Response(bundle, 200, headers, "application/fhir+json")

    def _episodes(self) -> list[tuple[str, str]]:
        found = self.fhir("EpisodeOfCare", query="_sort=-date&_count=50")
        listed = [entry["resource"] for entry in found.get("entry", ()) if entry.get("search", {}).get("mode") == "match"]
        return [(e["id"], e.get("period", {}).get("start", "")[:10]) for e in listed]

    def log(self) -> Response:
        principal = self.enter()
        before = self.request.query_params.get("before") or None
        return pages.show_log(self.reading, self.counter.desk.log(principal, self.reading.language, before), before is None)

    def outsiders(self) -> Response:
        principal = self.enter()
        return pages.show_outsiders(self.reading, self.counter.desk.outsiders(principal))

    def shut_out(self) -> Response:
        """Somebody of a line of the log, or somebody named by number."""
        principal, desk = self.enter(), self.counter.desk
        if event := self.fields.get("event"):
            return pages.show_outsiders(self.reading, desk.shut_out_seen(principal, event), done="outsiders-done")
        try:
            outsider = self._outsider()
        except FhirError as refusal:
            rule = refusal.issues[0].rule
            return pages.show_outsiders(self.reading, desk.outsiders(principal), wrong=rule, typed=self.fields.get("number", ""))
        return pages.show_outsiders(self.reading, desk.shut_out(principal, outsider), done="outsiders-done")

    def let_in(self) -> Response:
        principal = self.enter()
        return pages.show_outsiders(self.reading, self.counter.desk.let_in(principal, self._outsider()), done="outsiders-let-in")

    def _outsider(self) -> Outsider:
        return Outsider.of(self.fields.get("kind", ""), self.fields.get("number", ""))

    def consent(self) -> Response:
        principal = self.enter()
        return pages.show_consent(self.reading, self.counter.desk.consent(principal))

    def give(self) -> Response:
        principal = self.enter()
        return pages.show_consent(self.reading, self.counter.desk.give(principal), thanks=True)

    def withdraw(self) -> Response:
        """The page that asks whether she is sure, and, where she has said so, the receipt."""
        principal = self.enter()
        if self.request.method != "POST":
            return pages.confirm_withdrawal(self.reading)
        if self.fields.get("sure") != "yes":
            return pages.confirm_withdrawal(self.reading, untouched=True)
        return pages.show_receipt(self.reading, self.counter.desk.withdraw(principal))
