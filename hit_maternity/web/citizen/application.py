"""The ASGI application under ``/app`` and ``/spaces/{space}/app``: pages for her browser, and the API beside FHIR for other programs.

A page knows her by the cookie of its session, the API by a Bearer token alone, so that no other site can make a browser call it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl, urlsplit

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from hit_maternity.access.citizen_desk import Language
from hit_maternity.clock import Clock
from hit_maternity.fhir.outcome import FhirError
from hit_maternity.web.citizen import api, pages
from hit_maternity.web.citizen.login import LOGIN_LIFETIME, LoginFailed, Provider
from hit_maternity.web.citizen.model import Counter
from hit_maternity.web.citizen.session import Cookies, Leaving, Seal, Session, TooLarge, new_mark
from hit_maternity.web.citizen.visit import Fields, SessionOver, Visit

#: The longest form that is read, in bytes.
MAX_FORM = 16 * 1024
#: Seconds that a session lasts at most, however long its token does.
SESSION_LIFETIME = 1800
_LANGUAGE = "hit-language"
Work = Callable[[Visit], Response]


class Pages:
    """What every page is made with. ``open_space``: the counter of a space (None: the default one), None where there is no such space;
    ``address``: where browsers see the server, such as ``https://record.example.no``; ``clock``: the real time, which tokens go by."""

    def __init__(
        self, open_space: Callable[[str | None], Counter | None], provider: Provider | None, secret: bytes, clock: Clock, address: str
    ) -> None:
        self._open_space = open_space
        self._provider = provider
        self._clock = clock
        self._address = address.rstrip("/")
        self._cookies = Cookies(Seal(secret), secure=address.startswith("https:"))

    # ------------------------------------------------------------ around every page

    def counter(self, request: Request) -> Counter:
        """That of the request's space. Raises ``HTTPException`` 404."""
        found = self._open_space(request.scope.get("space"))
        if found is None:
            raise HTTPException(404)
        return found

    def served(self, work: Work, *, public: bool = False) -> Callable[[Request], object]:
        """``work`` as Starlette calls it: in a worker thread, with her session, or the way to the login where there is none."""

        async def answered(request: Request) -> Response:
            fields = await form_of(request) if request.method == "POST" else {}
            return await run_in_threadpool(self._answer, request, fields, work, public)

        return answered

    def _answer(self, request: Request, fields: Fields, work: Work, public: bool) -> Response:
        language = language_of(request)
        session = self._cookies.read(request, "citizen", Session, self._now())
        nobody = pages.Reading(language, root_of(request))
        if session is None and not public:
            return pages.welcome(nobody, login=self._provider is not None, trouble="login-over" if request.cookies else None, status=401)
        try:
            visit = Visit(request, self.counter(request), nobody, fields, session, self._address)
            foreign = request.method == "POST" and not visit.is_own_form()
            response = pages.trouble(nobody, "form-foreign", 403) if foreign else work(visit)
        except SessionOver:
            response = pages.welcome(nobody, login=self._provider is not None, trouble="login-over", status=401)
            self._cookies.drop(response, request, "citizen")
        except FhirError as refusal:
            rule = refusal.issues[0].rule if refusal.issues else "refused"
            response = pages.trouble(nobody, rule, refusal.status)
            for name, value in refusal.headers.items():
                if name.lower() == "retry-after":
                    response.headers[name] = value
        if request.query_params.get("lang") in ("nb", "en"):
            response.set_cookie(
                _LANGUAGE, language, path=root_of(request) or "/", httponly=True, samesite="lax", secure=self._address.startswith("https:")
            )
        return response

    def _now(self) -> int:
        return int(self._clock.now().timestamp())

    # ------------------------------------------------------------ the way in and out

    def start(self, visit: Visit) -> Response:
        """``/app``: where to log in, or where to go."""
        if visit.session is None:
            return pages.welcome(visit.reading, login=self._provider is not None)
        return visit.home()

    def login(self, visit: Visit) -> Response:
        """To the issuer. Whoever came by another name of this machine begins at the address that the issuer sends back to."""
        if self._provider is None:
            return pages.welcome(visit.reading, login=False, status=404)
        root = visit.reading.root
        if visit.request.url.netloc != urlsplit(self._address).netloc:
            return RedirectResponse(f"{self._address}{root}/login", 303)
        try:
            where, leaving = self._provider.begin(self._way_back(root), root, visit.reading.language, self._now())
        except LoginFailed as fault:
            return pages.welcome(visit.reading, login=True, trouble=str(fault), status=503)
        response = RedirectResponse(where, 303)
        self._cookies.put(response, visit.request, "login", leaving, LOGIN_LIFETIME)
        return response

    def callback(self, visit: Visit) -> Response:
        """Back from the issuer: a session, where its token is one that opens the door."""
        if self._provider is None:
            return pages.welcome(visit.reading, login=False, status=404)
        request, root = visit.request, visit.reading.root
        leaving = self._cookies.read(request, "login", Leaving, self._now())
        try:
            token = self._provider.finish(dict(request.query_params), leaving, self._way_back(root))
            visit.counter.desk.principal(token)
            response: Response = RedirectResponse(root, 303)
            session = Session(token, new_mark(), self._now() + SESSION_LIFETIME)
            self._cookies.put(response, request, "citizen", session, SESSION_LIFETIME)
        except (LoginFailed, TooLarge, FhirError) as fault:
            key = str(fault) if isinstance(fault, LoginFailed) else "login-denied"
            response = pages.welcome(visit.reading, login=True, trouble=key, status=503 if key == "login-unreachable" else 403)
        self._cookies.drop(response, request, "login")
        return response

    def logout(self, visit: Visit) -> Response:
        response = RedirectResponse(visit.reading.root or "/", 303)
        self._cookies.drop(response, visit.request, "citizen")
        return response

    def _way_back(self, root: str) -> str:
        return f"{self._address}{root}/callback"


def citizen_application(
    open_space: Callable[[str | None], Counter | None], provider: Provider | None, secret: bytes, clock: Clock, address: str
) -> ASGIApp:
    """The application. ``provider``: None where nobody can log in by browser; ``secret``: the server's own key. See ``Pages``."""
    made = Pages(open_space, provider, secret, clock, address)
    shown: Mapping[str, tuple[str, Work, bool]] = {
        "/": ("GET", made.start, True),
        "/login": ("GET", made.login, True),
        "/callback": ("GET", made.callback, True),
        "/logout": ("POST", made.logout, False),
        "/card": ("GET", Visit.card, False),
        "/card/download": ("GET", Visit.download, False),
        "/log": ("GET", Visit.log, False),
        "/outsiders": ("GET", Visit.outsiders, False),
        "/outsiders/shut-out": ("POST", Visit.shut_out, False),
        "/outsiders/let-in": ("POST", Visit.let_in, False),
        "/consent": ("GET", Visit.consent, False),
        "/consent/give": ("POST", Visit.give, False),
    }
    routes = [Route(path, made.served(work, public=public), methods=[method]) for path, (method, work, public) in shown.items()]
    routes.append(Route("/consent/withdraw", made.served(Visit.withdraw), methods=["GET", "POST"]))
    routes += api.routes(made.counter, address.rstrip("/"))
    pages_and_api = Starlette(routes=routes, exception_handlers={HTTPException: _elsewhere})
    pages_and_api.router.redirect_slashes = False

    async def rooted(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == scope.get("root_path"):
            scope["path"] += "/"  # the start page has no path of its own
        await pages_and_api(scope, receive, send)

    return rooted


async def form_of(request: Request) -> Fields:
    """The fields of a form, the last of each name. Raises ``HTTPException`` 413, 415."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise HTTPException(415)
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM:
            raise HTTPException(413)
    try:
        return dict(parse_qsl(body.decode("ascii"), max_num_fields=200))
    except ValueError:
        raise HTTPException(400) from None


def language_of(request: Request) -> Language:
    """By ``?lang=``, else what was chosen before, else what the browser prefers; bokmål where nothing says."""
    asked = request.query_params.get("lang") or request.cookies.get(_LANGUAGE)
    if asked in ("nb", "en"):
        return "en" if asked == "en" else "nb"
    for wanted in request.headers.get("accept-language", "").split(","):
        tag = wanted.partition(";")[0].strip().lower().partition("-")[0]
        if tag in ("nb", "nn", "no"):
            return "nb"
        if tag == "en":
            return "en"
    return "nb"


def root_of(request: Request) -> str:
    """``/app``, or that of a space."""
    return str(request.scope.get("root_path", ""))


async def _elsewhere(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, HTTPException)
    if request.url.path.startswith(f"{root_of(request)}/api"):
        return api.problem(fault.status_code, "not-found" if fault.status_code == 404 else "request-refused", fault.detail, fault.headers)
    response = pages.trouble(
        pages.Reading(language_of(request), root_of(request)), "not-here" if fault.status_code == 404 else "refused", fault.status_code
    )
    response.headers.update(fault.headers or {})
    return response
