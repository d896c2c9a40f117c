"""What several threads want written at one moment: one commit for all, and each hears of his own part only."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from socialpub.model.people import DAEMON
from socialpub.store.audit import verify
from socialpub.store.database import Database
from socialpub.store.schema import Event
from socialpub.store.together import Together
from socialpub.store.transaction import Transaction
from tests.clock import SetClock
from tests.databases import again


class Odd(Exception):  # noqa: N818  stands for whatever a job may raise
    """What the job says that cannot be done."""


def note(tx: Transaction, jobs: Sequence[int]) -> list[int]:
    """Record each number; 13 cannot be recorded. The answer is its double."""
    for job in jobs:
        if job == 13:
            raise Odd(job)
        tx.record(DAEMON, "note", "number", str(job))
    return [2 * job for job in jobs]


def noted(db: Database) -> list[int]:
    with db.reading() as session:
        return sorted(int(number) for number in session.scalars(select(Event.subject_id)))


def all_at_once(
    db: Database, jobs: Sequence[int], do: Callable[[Transaction, Sequence[int]], Sequence[Any]] = note
) -> list[Any]:
    """The first job is held up in its transaction until all the others wait for it."""
    begun, gate, real = threading.Event(), threading.Event(), db.transaction

    @contextmanager
    def slow() -> Iterator[Transaction]:
        begun.set()
        gate.wait(10)
        with real() as tx:
            yield tx

    together = Together(slow)
    with ThreadPoolExecutor(len(jobs)) as pool:
        futures = [pool.submit(together, do, jobs[0])]
        begun.wait(10)
        futures += [pool.submit(together, do, job) for job in jobs[1:]]
        until = time.monotonic() + 10
        while len(together._waiting) < len(jobs) - 1 and time.monotonic() < until:
            pass
        gate.set()
        return [future.exception(10) or future.result(10) for future in futures]


def test_every_thread_gets_the_answer_to_its_own_job(db: Database) -> None:
    assert all_at_once(db, range(1, 9)) == [2, 4, 6, 8, 10, 12, 14, 16]
    assert noted(db) == list(range(1, 9))


def test_what_waits_meanwhile_is_one_commit(db: Database, clock: SetClock) -> None:
    """The clock moves with every transaction, so that the events tell how many there were."""

    def ticking() -> datetime:
        clock.advance(1)
        return clock.now

    db.clock = ticking
    all_at_once(db, range(20, 29))
    with db.reading() as session:
        per_commit = session.scalars(select(func.count()).select_from(Event).group_by(Event.at).order_by(Event.at))
        assert list(per_commit) == [1, 8]


def test_a_job_that_fails_takes_nobody_with_it(db: Database) -> None:
    answers = all_at_once(db, [7, 11, 13, 17])
    assert [answers[0], answers[1], answers[3]] == [14, 22, 34]
    assert isinstance(answers[2], Odd)
    assert noted(db) == [7, 11, 17]


def test_after_a_failed_group_each_thread_does_its_own_and_waits_for_nobody(db: Database) -> None:
    """What is decided in that transaction, that nothing is held, must be fresh when the thread goes on."""
    alone: dict[int, int] = {}

    def do(_tx: Transaction, jobs: Sequence[int]) -> list[int]:
        if len(jobs) > 1:
            raise Odd
        alone[jobs[0]] = threading.get_ident()
        return [threading.get_ident()]

    answers = all_at_once(db, [1, 2, 3, 4], do)
    assert answers == [alone[job] for job in (1, 2, 3, 4)]
    assert len(set(answers)) == 4


def test_nobody_takes_an_answer_that_was_never_given(db: Database) -> None:
    """The thread that leads is torn out: the others do not go on as if all were well."""

    def do(_tx: Transaction, jobs: Sequence[int]) -> list[str]:
        if len(jobs) > 1:
            raise KeyboardInterrupt
        return [f"asked {jobs[0]}"]

    answers = all_at_once(db, [1, 2, 3, 4], do)
    torn = [answer for answer in answers if isinstance(answer, KeyboardInterrupt)]
    assert len(torn) == 1
    assert {str(answer) for answer in answers} >= {"asked 1"}
    assert all(isinstance(answer, KeyboardInterrupt) or str(answer).startswith("asked") for answer in answers)


def test_after_a_failure_the_next_one_is_done(db: Database) -> None:
    with pytest.raises(Odd):
        db.together(note, 13)
    assert db.together(note, 5) == 10
    assert noted(db) == [5]


def test_nobody_is_told_done_before_the_commit(db: Database) -> None:
    """Another connection sees the row as soon as the call has returned."""
    other = again(db)
    try:
        for job in range(40, 60):
            db.together(note, job)
            assert job in noted(other)
    finally:
        other.close()


def test_many_threads_lose_nothing(db: Database) -> None:
    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(lambda job: db.together(note, job), range(100, 300))) == list(range(200, 600, 2))
    assert noted(db) == list(range(100, 300))
    with db.reading() as session:
        assert verify(session).fault == ""
