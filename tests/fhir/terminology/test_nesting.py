from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hit_maternity.fhir.terminology.codesystem import table
from hit_maternity.fhir.terminology.members import Member
from hit_maternity.fhir.terminology.nesting import DEEPEST, parents

URL = "http://x.test/cs"


def members(edges: dict[str, list[str]]) -> dict[tuple[str, str], Member]:
    """The members of a set of all codes of a system: code -> its parents."""
    concepts = [{"code": c, "property": [{"code": "parent", "valueCode": p} for p in above]} for c, above in edges.items()]
    system = table({"url": URL, "content": "complete", "concept": concepts})
    return {(URL, c): Member(URL, c, None, None, (), system) for c in edges}


def test_a_member_stands_under_the_first_of_its_parents_that_is_one_too():
    found = parents(members({"a": [], "b": ["elsewhere", "a"], "c": ["b", "a"]}))
    assert found == {(URL, "b"): (URL, "a"), (URL, "c"): (URL, "b")}


def test_a_hierarchy_that_is_too_deep_is_flat():
    chain = {str(n): [str(n - 1)] if n else [] for n in range(DEEPEST)}
    assert len(parents(members(chain))) == DEEPEST - 1
    assert parents(members({**chain, "last": [str(DEEPEST - 1)]})) == {}


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.lists(st.sampled_from("abcdefghz"), max_size=3)))
def test_from_every_member_the_way_up_ends(edges):
    known = members(edges)
    found = parents(known)
    for code in known:
        seen = set()
        place = code
        while place in found:
            assert place not in seen
            seen.add(place)
            place = found[place]
            assert place in known
