"""Tokens are fetched once, whoever asks, and again before they expire."""

from __future__ import annotations

import asyncio
import gc
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from hit_client_network import Network

from hit_maternity.client import Token, Unreachable
from hit_maternity.client.cache import MOST, TokenCache
from hit_maternity.client.wire import Flow, Send, Wait, run, run_async


class Counter:
    """Fetches that take a step of the network each; ``life``: seconds that a token lives."""

    def __init__(self, life: float = 600.0) -> None:
        self.now, self.life, self.count, self.fault = 1000.0, life, 0, False
        self.cache = TokenCache(lambda: self.now)

    def fetch(self) -> Flow[Token]:
        self.count += 1
        yield Wait(0.01)
        yield Send("GET", "http://issuer.test/")
        if self.fault:
            raise Unreachable("nobody", sent=True)
        return Token(f"t{self.count}", self.now + self.life)

    def get(self, wanted: str = "a", refused: Token | None = None) -> str:
        return run(self.cache.get(wanted, self.fetch, refused), HTTP).value

    async def get_async(self, wanted: str = "a") -> str:
        async with NETWORK.async_http as http:
            return (await run_async(self.cache.get(wanted, self.fetch), http)).value


NETWORK = Network([httpx.Response(200)])
HTTP = NETWORK.http


def test_sixteen_threads_fetch_one_token():
    counter, ready = Counter(), threading.Barrier(16)

    def asked(_: int) -> str:
        ready.wait()
        return counter.get()

    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(asked, range(16))) == {"t1"}
    assert counter.count == 1


def test_many_tasks_and_threads_together_fetch_one_token():
    counter = Counter()

    async def all_of_them() -> set[str]:
        tasks = [counter.get_async() for _ in range(8)]
        threads = [asyncio.to_thread(counter.get) for _ in range(8)]
        return set(await asyncio.gather(*tasks, *threads))

    assert asyncio.run(all_of_them()) == {"t1"}
    assert counter.count == 1


def test_what_was_asked_for_otherwise_is_another_token():
    counter = Counter()
    assert [counter.get("a"), counter.get("b"), counter.get("a")] == ["t1", "t2", "t1"]


@pytest.mark.parametrize(("life", "margin"), [(600.0, 60.0), (100.0, 20.0)])
def test_it_is_fetched_anew_before_it_expires(life: float, margin: float):
    counter = Counter(life)
    counter.get()
    counter.now += life - margin - 1
    assert counter.get() == "t1"
    counter.now += 1
    assert counter.get() == "t2"


def test_where_nobody_answers_the_old_one_does_until_its_end():
    counter = Counter(600.0)
    counter.get()
    counter.now, counter.fault = counter.now + 570, True
    assert counter.get() == "t1"
    counter.now += 30
    with pytest.raises(Unreachable):
        counter.get()
    counter.fault = False
    assert counter.get().startswith("t")


def test_one_that_was_refused_is_not_given_again():
    counter = Counter()
    counter.get()
    refused = Token("t1", 0.0)
    assert counter.get(refused=refused) == "t2"
    assert counter.get(refused=refused) == "t2"
    assert counter.count == 2


def test_one_that_was_refused_does_not_even_where_nobody_answers():
    counter = Counter()
    counter.get()
    counter.fault = True
    with pytest.raises(Unreachable):
        counter.get(refused=Token("t1", 0.0))


def test_a_task_that_is_cancelled_leaves_the_way_free():
    counter = Counter()

    async def cancelled() -> str:
        task = asyncio.create_task(counter.get_async())
        waiting = asyncio.create_task(counter.get_async())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel()
        waiting.cancel()
        await asyncio.gather(task, waiting, return_exceptions=True)
        return await asyncio.wait_for(counter.get_async(), 5)

    assert asyncio.run(cancelled()) == f"t{counter.count}"
    gc.collect()
    assert counter.get() == f"t{counter.count}"


def test_a_fetch_that_fails_leaves_the_way_free():
    counter = Counter()
    counter.fault = True
    for _ in range(2):
        with pytest.raises(Unreachable):
            counter.get()
    counter.fault = False
    assert counter.get() == "t3"


def test_not_more_than_so_many_are_kept():
    counter = Counter(10.0)
    run(_many(counter), HTTP)
    assert len(counter.cache._all) <= MOST + 1


def _many(counter: Counter) -> Flow[None]:
    def at_once() -> Flow[Token]:
        return Token("t", counter.now + 10.0)
        yield

    for at in range(2 * MOST):
        yield from counter.cache.get(at, at_once)
