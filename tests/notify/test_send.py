"""The outbox is emptied: at least once, alarms first, with patience, and nothing lost without a word."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from socialpub.notify.send import BACK_OFF, DIGEST_FROM, FURTHEST, LEASE, MOST, NOBODY, turn
from socialpub.store.database import Database
from socialpub.store.telling import tell
from tests.notify.conftest import START, SetClock
from tests.notify.rows import events, notices

ADDRESSES = {
    "pio": ("mailto://h?to=pio@dept.example",),
    "reviewers": ("json://one", "json://two"),
    "administrators": ("json://admin",),
    "officer:jruiz": ("json://jruiz",),
}


@dataclass
class Servers:
    """Takes everything, except where `broken` gives a reason."""

    sent: list[tuple[str, str, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)

    def post(self, address: str, subject: str, body: str) -> str:
        self.asked.append(address)
        if address not in self.broken:
            self.sent.append((address, subject, body))
        return self.broken.get(address, "")

    @property
    def subjects(self) -> list[str]:
        return [subject for _, subject, _ in self.sent]


@pytest.fixture
def servers() -> Servers:
    return Servers()


def to(audience: str) -> Sequence[str]:
    return ADDRESSES.get(audience, ())


def say(db: Database, audience: str, *subjects: str) -> None:
    with db.transaction() as tx:
        for subject in subjects:
            tell(tx, audience, subject, f"about {subject}")


def test_a_notice_is_sent_to_every_address_and_marked(db: Database, clock: SetClock, servers: Servers) -> None:
    say(db, "reviewers", "hello")
    assert turn(db, to, clock.now, servers.post) is None
    assert servers.sent == [("json://one", "hello", "about hello"), ("json://two", "hello", "about hello")]
    assert [(row.told_at, row.tries, row.trouble) for row in notices(db)] == [(START, 1, "")]


def test_what_was_told_is_not_told_again(db: Database, clock: SetClock, servers: Servers) -> None:
    say(db, "pio", "hello")
    turn(db, to, clock.now, servers.post)
    clock.advance(86_400)
    assert turn(db, to, clock.now, servers.post) is None
    assert servers.subjects == ["hello"]


def test_what_is_due_later_wakes_us_then(db: Database, clock: SetClock, servers: Servers) -> None:
    later = clock.now + timedelta(hours=1)
    with db.transaction() as tx:
        tell(tx, "pio", "later", "Body", due_at=later)
    assert turn(db, to, clock.now, servers.post) == later
    assert servers.sent == []
    clock.now = later
    assert turn(db, to, clock.now, servers.post) is None
    assert servers.subjects == ["later"]


def test_what_a_clock_that_ran_ahead_put_off_is_sent_when_it_is_right_again(
    db: Database, clock: SetClock, servers: Servers
) -> None:
    ahead = 400 * 86_400
    clock.advance(ahead)
    say(db, "pio", "tried in vain")
    servers.broken["mailto://h?to=pio@dept.example"] = "its certificate has expired"
    turn(db, to, clock.now, servers.post)
    say(db, "administrators", "not tried yet")
    servers.broken.clear()
    clock.advance(-ahead)
    assert turn(db, to, clock.now, servers.post) is None
    assert sorted(servers.subjects) == ["not tried yet", "tried in vain"]


def test_what_waits_no_longer_than_a_back_off_is_left_to_wait(
    db: Database, clock: SetClock, servers: Servers
) -> None:
    with db.transaction() as tx:
        tell(tx, "pio", "in an hour", "Body", due_at=clock.now + FURTHEST)
        tell(tx, "pio", "by a wrong clock", "Body", due_at=clock.now + FURTHEST + timedelta(seconds=1))
    turn(db, to, clock.now, servers.post)
    assert servers.subjects == ["by a wrong clock"]


def test_an_empty_outbox_writes_nothing_and_wakes_nobody(
    db: Database, clock: SetClock, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Database, "transaction", lambda _: pytest.fail("a turn without work took the writer's lock"))
    assert turn(db, to, clock.now, servers.post) is None


def test_no_transaction_is_open_while_a_server_is_spoken_to(db: Database, clock: SetClock) -> None:
    say(db, "pio", "hello")

    def post(address: str, subject: str, body: str) -> str:
        if subject == "hello":
            say(db, "officer:jruiz", "written meanwhile")  # would wait for ten seconds, then fail
        return ""

    assert turn(db, to, clock.now, post) is None
    assert [row.told_at for row in notices(db)] == [clock.now, clock.now]


def test_a_failure_backs_off_and_nothing_is_lost(db: Database, clock: SetClock, servers: Servers) -> None:
    say(db, "pio", "hello")
    servers.broken = {"mailto://h?to=pio@dept.example": "421 not now"}
    waits = []
    for _ in range(6):
        again = turn(db, to, clock.now, servers.post)
        assert again is not None
        waits.append((again - clock.now) / timedelta(minutes=1))
        assert [(row.told_at, row.trouble) for row in notices(db)] == [(None, "421 not now")]
        clock.now = again
    assert waits == [1, 5, 15, 60, 60, 60]
    servers.broken = {}
    assert turn(db, to, clock.now, servers.post) is None
    assert servers.subjects == ["hello"]
    assert [(row.told_at, row.trouble) for row in notices(db)] == [(clock.now, "")]


def test_after_a_day_of_failures_it_is_given_up_and_that_is_an_event(
    db: Database, clock: SetClock, servers: Servers
) -> None:
    say(db, "pio", "“A lost dog came home.”")
    servers.broken = {"mailto://h?to=pio@dept.example": "550 no such person"}
    while (again := turn(db, to, clock.now, servers.post)) is not None:
        clock.now = again
    assert timedelta(hours=24) <= clock.now - START <= timedelta(hours=25)
    (row,) = notices(db)
    assert (row.told_at, row.gave_up_at, row.trouble) == (None, clock.now, "550 no such person")
    assert len(servers.asked) == len(BACK_OFF) + 1
    (event,) = events(db, "give_up")
    assert (event.subject, event.subject_id, event.data["because"]) == ("notice", row.id, "550 no such person")
    assert "dog" not in str(event.data)  # the records are for ever; a story's words do not belong there


def test_a_long_outage_of_our_own_uses_up_no_tries(db: Database, clock: SetClock, servers: Servers) -> None:
    say(db, "pio", "hello")
    clock.advance(10 * 86_400)
    turn(db, to, clock.now, servers.post)
    assert servers.subjects == ["hello"]


def test_an_audience_without_an_address_is_marked_once_and_says_so(
    db: Database, clock: SetClock, servers: Servers
) -> None:
    say(db, "officer:nobody", "hello")
    assert turn(db, to, clock.now, servers.post) is None
    assert [(row.told_at, row.trouble) for row in notices(db)] == [(START, NOBODY)]
    assert servers.asked == []


def test_only_who_was_not_reached_is_tried_again(db: Database, clock: SetClock, servers: Servers) -> None:
    say(db, "reviewers", "hello")
    servers.broken = {"json://two": "503 busy"}
    again = turn(db, to, clock.now, servers.post)
    assert again == clock.now + timedelta(minutes=1)
    told, left = notices(db)
    assert told.told_at == START
    assert told.trouble == "told, except: 503 busy"
    assert left.audience.startswith("reviewers via json #")
    servers.broken, clock.now = {}, again
    assert turn(db, to, clock.now, servers.post) is None
    assert servers.asked == ["json://one", "json://two", "json://two"]


def test_who_is_left_is_given_up_after_the_same_day(db: Database, clock: SetClock, servers: Servers) -> None:
    say(db, "reviewers", "hello")
    servers.broken = {"json://two": "503 busy"}
    while (again := turn(db, to, clock.now, servers.post)) is not None:
        clock.now = again
    assert clock.now - START <= timedelta(hours=25)
    assert servers.asked.count("json://one") == 1
    assert len(events(db, "give_up")) == 1


def test_when_an_address_was_changed_everybody_hears_rather_than_nobody(
    db: Database, clock: SetClock, servers: Servers
) -> None:
    say(db, "reviewers", "hello")
    servers.broken = {"json://two": "503 busy"}
    turn(db, to, clock.now, servers.post)
    clock.advance(60)
    turn(db, lambda _: ("json://one", "json://new"), clock.now, servers.post)
    assert servers.asked == ["json://one", "json://two", "json://one", "json://new"]


def test_a_dead_server_costs_one_try_per_turn_and_delays_no_other(
    db: Database, clock: SetClock, servers: Servers
) -> None:
    say(db, "officer:jruiz", "one", "two", "three")
    say(db, "reviewers", "hello")
    servers.broken = {"json://jruiz": "timed out"}
    assert turn(db, to, clock.now, servers.post) == clock.now + timedelta(minutes=1)
    assert servers.asked.count("json://jruiz") == 1
    assert servers.subjects == ["hello", "hello"]
    assert {row.trouble for row in notices(db) if row.told_at is None} == {"timed out"}


def test_alarms_go_before_news_and_fresh_before_failed(db: Database, clock: SetClock, servers: Servers) -> None:
    say(db, "pio", "failed before")
    servers.broken = {"mailto://h?to=pio@dept.example": "421"}
    turn(db, to, clock.now, servers.post)
    clock.advance(60)
    servers.broken = {}
    say(db, "officer:jruiz", "published")
    say(db, "reviewers", "waits")
    say(db, "administrators", "alarm")
    turn(db, to, clock.now, servers.post)
    assert servers.subjects == ["alarm", "failed before", "waits", "waits", "published"]


def test_a_heap_for_one_audience_is_one_message(db: Database, clock: SetClock, servers: Servers) -> None:
    subjects = [f"story {number}" for number in range(DIGEST_FROM)]
    say(db, "officer:jruiz", *subjects)
    assert turn(db, to, clock.now, servers.post) is None
    ((_, subject, body),) = servers.sent
    assert subject in {f"{one} (and {DIGEST_FROM - 1} more)" for one in subjects}
    assert all(f"about {one}" in body for one in subjects)
    assert all(row.told_at for row in notices(db))


def test_fewer_than_a_heap_are_single_messages(db: Database, clock: SetClock, servers: Servers) -> None:
    say(db, "officer:jruiz", *[f"story {number}" for number in range(DIGEST_FROM - 1)])
    turn(db, to, clock.now, servers.post)
    assert sorted(servers.subjects) == [f"story {number}" for number in range(DIGEST_FROM - 1)]


def test_a_heap_that_fails_is_tried_again_whole(db: Database, clock: SetClock, servers: Servers) -> None:
    say(db, "officer:jruiz", *[f"story {number}" for number in range(DIGEST_FROM)])
    servers.broken = {"json://jruiz": "421"}
    again = turn(db, to, clock.now, servers.post)
    assert {row.due_at for row in notices(db)} == {again}
    servers.broken = {}
    clock.advance(60)
    turn(db, to, clock.now, servers.post)
    assert len(servers.sent) == 1


def test_a_turn_ends_and_asks_to_be_called_again_at_once(db: Database, clock: SetClock, servers: Servers) -> None:
    with db.transaction() as tx:
        for number in range(MOST + 3):
            tell(tx, f"officer:o{number}", f"story {number}", "Body")
    assert turn(db, lambda audience: (f"json://{audience}",), clock.now, servers.post) == clock.now
    assert len(servers.sent) == MOST
    assert turn(db, lambda audience: (f"json://{audience}",), clock.now, servers.post) is None
    assert len(set(servers.subjects)) == MOST + 3


def test_what_one_daemon_took_another_leaves_alone_until_the_lease_ends(
    db: Database, clock: SetClock, servers: Servers
) -> None:
    say(db, "pio", "hello")

    def slow(address: str, subject: str, body: str) -> str:
        assert turn(db, to, clock.now, servers.post) == clock.now + LEASE
        return ""

    assert turn(db, to, clock.now, slow) is None
    assert servers.asked == []


def test_a_slow_failure_does_not_undo_what_the_next_taker_did(
    db: Database, clock: SetClock, servers: Servers
) -> None:
    say(db, "pio", "hello")

    def outlived(address: str, subject: str, body: str) -> str:
        clock.advance(LEASE.total_seconds())
        turn(db, to, clock.now, servers.post)
        return "timed out"

    turn(db, to, clock.now, outlived)
    (row,) = notices(db)
    assert (row.told_at, row.trouble, row.tries) == (clock.now, "", 2)


def test_a_sender_that_raises_loses_nothing(db: Database, clock: SetClock, servers: Servers) -> None:
    say(db, "pio", "hello")

    def broken(address: str, subject: str, body: str) -> str:
        raise RuntimeError("a bug")

    with pytest.raises(RuntimeError, match="a bug"):
        turn(db, to, clock.now, broken)
    clock.advance(LEASE.total_seconds())
    turn(db, to, clock.now, servers.post)
    assert servers.subjects == ["hello"]


def test_a_slow_success_does_not_split_what_the_next_taker_put_off(
    db: Database, clock: SetClock, servers: Servers
) -> None:
    say(db, "reviewers", "hello")
    servers.broken = {"json://one": "421", "json://two": "421"}

    def outlived(address: str, subject: str, body: str) -> str:
        if address == "json://one":
            clock.advance(LEASE.total_seconds())
            turn(db, to, clock.now, servers.post)
            return ""
        return "503 busy"

    turn(db, to, clock.now, outlived)
    assert [(row.audience, row.told_at, row.tries, row.trouble) for row in notices(db)] == [
        ("reviewers", None, 2, "421")
    ]
