"""From a call to its answer; every fault in the form of this door."""

from __future__ import annotations

import logging
import traceback

from hit_maternity.dhg.bodies import MOST_BYTES
from hit_maternity.dhg.calling import caller_of, refused
from hit_maternity.dhg.desk import Answer, Call, Caller, Desk
from hit_maternity.dhg.dossier import dossier_of
from hit_maternity.dhg.errors import DhgError, told
from hit_maternity.dhg.headers import EVENT, SPOKEN, name_in
from hit_maternity.dhg.routes import Route, found
from hit_maternity.dhg.settings import Generation
from hit_maternity.fhir.outcome import FhirError, refuse

_log = logging.getLogger("hit_maternity.dhg")
JSON = "application/json; charset=utf-8"


def handle(desk: Desk, call: Call) -> Answer:
    """The answer to a call. Raises nothing but ``Hurried``."""
    caller: Caller | None = None
    try:
        route = _route(call)
        caller = caller_of(desk, call)
        if call.fault is not None:
            raise call.fault
        answer = route.work(desk, call, caller)
    except DhgError as error:
        answer = _refusal(desk, call, caller, error)
    except FhirError as refusal:
        traced = call.interaction != "status"
        if refusal.status == 401 or (refusal.status == 403 and (traced or caller is None)):
            refusal = refused(desk, call, caller if traced else None, refusal)
        answer = answer_of(told(refusal), call)
    except Exception as fault:  # the last barrier: what gets here is a bug of ours, and its text might hold data of a patient
        _log.error("event %s: %s\n%s", call.spoken.event_id, type(fault).__qualname__, "".join(traceback.format_tb(fault.__traceback__)))
        answer = answer_of(DhgError("DHG-0001"), call)
    answer.headers.setdefault("content-type", JSON)
    answer.headers[EVENT if call.spoken.generation is Generation.NHN else name_in(Generation.HIT, EVENT)] = call.spoken.event_id
    answer.headers[SPOKEN] = call.spoken.generation
    return answer


def _route(call: Call) -> Route:
    """The route of a call whose headers say that its body can be read. Raises ``DhgError``."""
    route = found(call.method, call.path)
    if not isinstance(route, Route):
        if not route:
            raise DhgError("DHG-0001", text="There is nothing at this address; see the API's documentation.", status=404)
        text = f"This address takes {', '.join(route)}."
        raise DhgError("DHG-0001", text=text, status=405, headers={"allow": ", ".join(route)})
    call.interaction = route.name
    return route


def check_body(call_headers: dict[str, str], size: int, route: Route | list[str]) -> DhgError | None:
    """What is wrong with a body by its headers and size: too large, of another type, encoded."""
    if size > MOST_BYTES:
        return DhgError("DHG-0011", text=f"The body is over the limit of {MOST_BYTES} bytes.", status=413)
    if not isinstance(route, Route) or not route.writes or (size == 0 and route.body != "required"):
        return None
    if call_headers.get("content-encoding", "identity") != "identity":
        return DhgError("AUTH-0003", text="Send the body without Content-Encoding.", status=415)
    kind, _, parameters = call_headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    if kind.strip().lower() != "application/json" or charset not in ("", "utf-8", "utf8"):
        return DhgError("AUTH-0003", text="Send the body with Content-Type: application/json; charset=UTF-8.", status=415)
    return None


def _refusal(desk: Desk, call: Call, caller: Caller | None, error: DhgError) -> Answer:
    """The answer to a refusal of this door; one that may have been about another woman's record is noted in the access log."""
    if caller is not None and caller.visit is not None and error.code == "DHG-0015":
        patients = dossier_of(desk, caller.nin).patients
        note = refuse(403, "forbidden", "patient-mismatch", "The record is none of the patient's.")
        refused(desk, call, caller, note, patients[0] if patients else None)
    return answer_of(error, call)


def answer_of(error: DhgError, call: Call) -> Answer:
    """A refusal as an answer."""
    headers = dict(error.headers)
    if not error.empty:
        headers["nhn-error-code"] = error.code
    return Answer(error.http_status, None, error.body(call.spoken.event_id), headers)
