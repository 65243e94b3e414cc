"""The outbox with a consumer that records what it gets, and one that fails."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from hit_maternity.fhir.ports import OutboxMessage
from hit_maternity.store import Store
from hit_maternity.store.outbox import Delivery, Dispatcher, Outcome, Patience, Undeliverable


@dataclass
class Time:
    moment: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def passes(self, **span: float) -> None:
        self.moment += timedelta(**span)


@dataclass
class Consumer:
    faults: list[BaseException] = field(default_factory=list)
    taken: list[Delivery] = field(default_factory=list)

    def __call__(self, delivery: Delivery) -> None:
        self.taken.append(delivery)
        if self.faults:
            raise self.faults.pop(0)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def timed(store: Store, time: Time) -> Store:
    return Store(store.database, time)


def publish(store: Store, *keys: str) -> None:
    with store.writing() as writer:
        for key in keys:
            writer.publish(OutboxMessage("notice", key, f"payload of {key}".encode()))


def test_messages_are_delivered_once_in_order(timed: Store, time: Time):
    publish(timed, "a", "b")
    publish(timed, "c")
    consumer = Consumer()
    dispatcher = Dispatcher(timed, consumer, time)
    assert dispatcher.waiting() == 3
    assert dispatcher.round() == Outcome(3, 0, 0)
    assert consumer.taken == [Delivery("notice", k, f"payload of {k}".encode(), time.now(), 1) for k in "abc"]
    assert dispatcher.round() == Outcome(0, 0, 0)
    assert dispatcher.waiting() == 0


def test_a_message_leaves_with_its_transaction_or_not_at_all(timed: Store, time: Time):
    with pytest.raises(RuntimeError), timed.writing() as writer:
        writer.publish(OutboxMessage("notice", "a", b""))
        writer.flush()
        raise RuntimeError
    assert Dispatcher(timed, Consumer(), time).waiting() == 0


def test_the_same_key_is_published_once_a_topic(timed: Store, time: Time):
    publish(timed, "a")
    publish(timed, "a", "a", "b")
    with timed.writing() as writer:
        writer.publish(OutboxMessage("other", "a", b""))
    assert Dispatcher(timed, Consumer(), time).waiting() == 3


def test_what_fails_comes_again_later_and_later(timed: Store, time: Time):
    publish(timed, "a")
    consumer = Consumer([OSError("no route")] * 3)
    dispatcher = Dispatcher(timed, consumer, time, Patience(first=timedelta(seconds=2)))
    for pause in (2, 4, 8):
        assert dispatcher.round() == Outcome(0, 1, 0)
        time.passes(seconds=pause - 0.001)
        assert dispatcher.round() == Outcome(0, 0, 0)
        time.passes(seconds=0.001)
    assert dispatcher.round() == Outcome(1, 0, 0)
    assert [d.attempts for d in consumer.taken] == [1, 2, 3, 4]


def test_one_that_fails_does_not_hold_up_the_others(timed: Store, time: Time):
    publish(timed, "a", "b")
    consumer = Consumer([OSError()])
    assert Dispatcher(timed, consumer, time).round() == Outcome(1, 1, 0)
    assert [d.key for d in consumer.taken] == ["a", "b"]


def test_after_enough_attempts_it_is_a_dead_letter_that_can_be_replayed(timed: Store, time: Time):
    publish(timed, "a")
    consumer = Consumer([ValueError("12345678901 is in this text")] * 2)
    dispatcher = Dispatcher(timed, consumer, time, Patience(attempts=2))
    assert dispatcher.round() == Outcome(0, 1, 0)
    time.passes(hours=1)
    assert dispatcher.round() == Outcome(0, 0, 1)
    (dead,) = dispatcher.dead_letters()
    assert (dead.topic, dead.key, dead.attempts, dead.fault) == ("notice", "a", 2, "ValueError")
    time.passes(days=1)
    assert dispatcher.round() == Outcome(0, 0, 0)
    assert not dispatcher.replay(dead.number + 1)
    assert dispatcher.replay(dead.number)
    assert dispatcher.round() == Outcome(1, 0, 0)
    assert consumer.taken[-1].payload == b"payload of a"
    assert not dispatcher.replay(dead.number)


def test_what_will_never_be_taken_is_dead_at_once(timed: Store, time: Time):
    publish(timed, "a")
    dispatcher = Dispatcher(timed, Consumer([Undeliverable()]), time)
    assert dispatcher.round() == Outcome(0, 0, 1)
    assert len(dispatcher.dead_letters()) == 1


def test_who_dies_between_delivery_and_mark_leaves_it_to_be_delivered_again(timed: Store, time: Time):
    publish(timed, "a")
    consumer = Consumer([KeyboardInterrupt()])
    dispatcher = Dispatcher(timed, consumer, time, Patience(lease=timedelta(minutes=2)))
    with pytest.raises(KeyboardInterrupt):
        dispatcher.round()
    assert Dispatcher(timed, consumer, time).round() == Outcome(0, 0, 0)
    time.passes(minutes=2)
    assert Dispatcher(timed, consumer, time).round() == Outcome(1, 0, 0)
    assert [(d.key, d.attempts) for d in consumer.taken] == [("a", 1), ("a", 2)]


def test_dispatchers_at_once_share_the_work(timed: Store, time: Time):
    publish(timed, *(str(n) for n in range(60)))
    consumers = [Consumer() for _ in range(4)]
    rounds: list[Callable[[], Outcome]] = [Dispatcher(timed, c, time).round for c in consumers]
    with ThreadPoolExecutor(4) as pool:
        outcomes = [f.result(60) for f in [pool.submit(r) for r in rounds]]
    while Dispatcher(timed, consumers[0], time).round().delivered:
        pass
    assert sum(o.delivered for o in outcomes) >= 50
    assert sorted(int(d.key) for c in consumers for d in c.taken) == list(range(60))


def test_what_was_delivered_is_forgotten_in_time(timed: Store, time: Time):
    publish(timed, "a", "b")
    dispatcher = Dispatcher(timed, Consumer([Undeliverable()]), time)
    dispatcher.round()
    assert dispatcher.forget(time.now()) == 0
    time.passes(days=1)
    assert dispatcher.forget(time.now()) == 1
    assert len(dispatcher.dead_letters()) == 1
    publish(timed, "a", "b")
    assert dispatcher.waiting() == 1


def test_the_payload_goes_with_the_delivery(timed: Store, time: Time):
    publish(timed, "a")
    Dispatcher(timed, Consumer(), time).round()
    with timed.database.reading() as session:
        assert [bytes(r[0]) for r in session.rows(f"SELECT payload FROM {timed.database.names.outbox}")] == [b""]
