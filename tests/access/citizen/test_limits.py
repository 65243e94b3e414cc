"""Token buckets: who may call how often, and what is told to who calls too often."""

from __future__ import annotations

from dataclasses import dataclass, replace
from threading import Thread

import pytest

from hit_maternity.access.limits import Buckets, Limits, Rate
from hit_maternity.access.principal import Kind, Organisation, Person, Principal
from hit_maternity.fhir.outcome import FhirError

MIDWIFE = Principal(Kind.PRACTITIONER, "https://sts.test", "epj-1", organisation=Organisation("310100005"))
KARI = Principal(Kind.CITIZEN, "https://helsenorge.test", "app", person=Person("09889449842", subject="s1"), patient="09889449842")


@dataclass(slots=True)
class Ticks:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


def refusal(limits: Limits, principal: Principal, calls: int = 1) -> FhirError:
    with pytest.raises(FhirError) as caught:
        limits.spend(principal, calls)
    return caught.value


def test_as_many_calls_as_the_rate_says_pass_at_once_and_the_next_waits(ticks: Ticks) -> None:
    limits = Limits(client=Rate(3), tick=ticks)
    for _ in range(3):
        limits.spend(MIDWIFE)
    refused = refusal(limits, MIDWIFE)
    assert (refused.status, refused.issues[0].rule, refused.issues[0].code) == (429, "too-many-calls", "throttled")
    assert refused.headers["Retry-After"] == "20", "three a minute is one in twenty seconds"


def test_whoever_waits_for_as_long_as_was_told_may_call_again(ticks: Ticks) -> None:
    limits = Limits(client=Rate(3), tick=ticks)
    for _ in range(3):
        limits.spend(MIDWIFE)
    ticks.now += int(refusal(limits, MIDWIFE).headers["Retry-After"]) - 0.5
    refusal(limits, MIDWIFE)
    ticks.now += 0.5
    limits.spend(MIDWIFE)
    refusal(limits, MIDWIFE)


def test_a_quiet_caller_gets_no_more_than_one_full_bucket(ticks: Ticks) -> None:
    limits = Limits(client=Rate(2), tick=ticks)
    limits.spend(MIDWIFE)
    ticks.now += 10_000
    limits.spend(MIDWIFE)
    limits.spend(MIDWIFE)
    refusal(limits, MIDWIFE)


def test_one_client_does_not_use_up_anothers(ticks: Ticks) -> None:
    limits = Limits(client=Rate(1), organisation=Rate(0), tick=ticks)
    limits.spend(MIDWIFE)
    limits.spend(replace(MIDWIFE, client_id="epj-2"))
    limits.spend(replace(MIDWIFE, issuer="https://other.test"))
    refusal(limits, MIDWIFE)


def test_clients_of_one_organisation_share_its_limit(ticks: Ticks) -> None:
    limits = Limits(client=Rate(10), organisation=Rate(2), tick=ticks)
    limits.spend(MIDWIFE)
    limits.spend(replace(MIDWIFE, client_id="epj-2"))
    refusal(limits, replace(MIDWIFE, client_id="epj-3"))
    limits.spend(replace(MIDWIFE, client_id="epj-3", organisation=Organisation("310120006")))


def test_a_call_that_is_refused_for_its_organisation_counts_towards_no_limit(ticks: Ticks) -> None:
    limits = Limits(client=Rate(2), organisation=Rate(1, seconds=10.0), tick=ticks)
    limits.spend(MIDWIFE)
    for _ in range(5):
        refusal(limits, MIDWIFE)
    ticks.now += 10
    limits.spend(MIDWIFE)


def test_women_who_come_by_the_same_client_have_a_limit_each(ticks: Ticks) -> None:
    limits = Limits(client=Rate(1), citizen=Rate(1), tick=ticks)
    limits.spend(KARI)
    limits.spend(replace(KARI, patient="14829749840"))
    refusal(limits, KARI)
    refusal(limits, replace(KARI, client_id="another app"))


def test_a_rate_of_none_limits_nobody(ticks: Ticks) -> None:
    limits = Limits(client=Rate(0), organisation=Rate(0), citizen=Rate(0), tick=ticks)
    for _ in range(1000):
        limits.spend(MIDWIFE)
        limits.spend(KARI)


def test_a_bundle_counts_as_many_calls_and_one_larger_than_the_bucket_passes_when_it_is_full(ticks: Ticks) -> None:
    limits = Limits(client=Rate(10), tick=ticks)
    limits.spend(MIDWIFE, 8)
    refusal(limits, MIDWIFE, 3)
    ticks.now += 60
    limits.spend(MIDWIFE, 25)
    assert refusal(limits, MIDWIFE).headers["Retry-After"] == "96", "fifteen owed and one: sixteen of six seconds"


def test_only_so_many_callers_are_remembered() -> None:
    buckets = Buckets(Rate(1), tick=Ticks(), most=3)
    for name in "abcd":
        assert buckets.spend(name) == 0
    assert len(buckets._buckets) == 3
    assert buckets.spend("d") > 0 and buckets.spend("a") == 0, "the one that was longest away is forgotten"


def test_a_clock_that_stands_still_or_goes_back_gives_nothing(ticks: Ticks) -> None:
    buckets = Buckets(Rate(1), tick=ticks)
    assert buckets.spend("a") == 0
    ticks.now -= 50
    assert buckets.spend("a") > 0


def test_many_threads_get_no_more_than_one() -> None:
    buckets = Buckets(Rate(50), tick=Ticks())
    passed: list[bool] = []
    threads = [Thread(target=lambda: passed.extend(buckets.spend("a") == 0 for _ in range(40))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(passed) == 50
