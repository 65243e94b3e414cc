"""All faults that the test-token service can make, by name: in the token, in the proof, in the way they are sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hit_maternity.simulators.helseid.broken_proofs import HEADER_FAULTS, PROOF_FAULTS, Headers
from hit_maternity.simulators.helseid.broken_tokens import TOKEN_FAULTS
from hit_maternity.simulators.helseid.drafts import Draft, Stage
from hit_maternity.simulators.helseid.test_token_request import InvalidProof, RequestFaults, TokenRequest, plain

#: TTT's own: broken tokens by the member that asks for them.
_SWITCHES = {
    "sign_jwt_with_invalid_signing_key": "ForeignKey",
    "set_invalid_issuer": "IssOther",
    "set_invalid_audience": "AudOther",
}
#: The thirteenth way to break a proof is in the token.
_IN_TOKEN = {"SetAnInvalidJktValueInToken": "CnfOther"}
NAMES = (*TOKEN_FAULTS, *PROOF_FAULTS, *HEADER_FAULTS)


def listed() -> Iterator[dict[str, str]]:
    """Every fault: its name, where it is (``in``: token, proof, headers), the row of the catalogue of attacks, what is wrong."""
    stages: tuple[tuple[Stage, dict[str, tuple[str, str]]], ...] = (
        ("token", {name: (it.row, it.what) for name, it in TOKEN_FAULTS.items()}),
        ("proof", {name: (it.row, it.what) for name, it in PROOF_FAULTS.items()}),
        ("headers", {name: (row, what) for name, (row, what, _) in HEADER_FAULTS.items()}),
    )
    for stage, faults in stages:
        for name, (row, what) in faults.items():
            yield {"name": name, "in": stage, "row": row, "what": what}


def asked(request: TokenRequest) -> tuple[str, ...]:
    """The names of the faults that ``request`` asks for. Raises ``RequestFaults`` where one is not known."""
    names = [name for member, name in _SWITCHES.items() if getattr(request, member)]
    way = request.dpop_proof_parameters.invalid_dpop_proof_parameters
    if way is not InvalidProof.NONE:
        names.append(_of_ttt(way))
    given = request.local_extensions.faults if request.local_extensions else ()
    known = {plain(name): name for name in (*NAMES, *_IN_TOKEN)}
    unknown = [name for name in given if plain(name) not in known]
    if unknown:
        told = ", ".join(name[:40] for name in unknown[:5])
        raise RequestFaults([f"localExtensions.faults: {told}: not known. GET ../v2/faults lists the names."])
    return tuple(_IN_TOKEN.get(name, name) for name in (*names, *(known[plain(name)] for name in given)))


def _of_ttt(way: InvalidProof) -> str:
    return next(name for name in (*PROOF_FAULTS, *_IN_TOKEN) if plain(name) == plain(way.name))


def break_draft(stage: Stage, draft: Draft, names: Iterable[str]) -> None:
    """Applies those of ``names`` that belong to ``stage``. Raises ``RequestFaults`` where one can't be applied to this draft."""
    faults = TOKEN_FAULTS if stage == "token" else PROOF_FAULTS
    for name in names:
        if name in faults:
            try:
                faults[name].change(draft)
            except (KeyError, AttributeError, TypeError):
                raise RequestFaults([f"{name} can't be made of this {stage}: it lacks what {name} changes."]) from None


def break_headers(headers: Headers, names: Iterable[str]) -> Headers:
    """The headers to send, changed by those of ``names`` that belong to them."""
    for name in names:
        if name in HEADER_FAULTS:
            headers = HEADER_FAULTS[name][2](headers)
    return headers


def of_proof(names: Iterable[str]) -> bool:
    """Whether one of ``names`` needs a proof."""
    return any(name in PROOF_FAULTS or name in HEADER_FAULTS for name in names)
