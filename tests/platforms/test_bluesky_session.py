"""Sessions: one at a time, one for each secret, and no token where anybody could read it."""

import dataclasses
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from socialpub.model.account import Account
from socialpub.platforms.bluesky_session import USED_FOR, Session, Sessions
from socialpub.platforms.trouble import NotSent

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINE = Account("main", "sky", "did:plc:abc", secret={"identifier": "a", "app_password": "b"})


class Server:
    """Opens sessions, counts them, and notes how many were being opened at once."""

    def __init__(self) -> None:
        self.opened: list[Session | None] = []
        self.most = 0
        self.gate = threading.Event()
        self._now = 0
        self._lock = threading.Lock()

    def __call__(self, old: Session | None) -> Session:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        self.gate.wait(0.02)
        with self._lock:
            self._now -= 1
            self.opened.append(old)
            return Session("did:plc:abc", f"access-{len(self.opened)}", "refresh", NOON)


def test_many_threads_open_one_session() -> None:
    sessions, server = Sessions(), Server()
    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(lambda _: sessions.use(MINE, NOON, server), range(16)))
    assert (len(server.opened), server.most) == (1, 1)
    assert len(set(given)) == 1


def test_many_threads_that_meet_the_end_of_one_session_renew_it_once() -> None:
    sessions, server = Sessions(), Server()
    old = sessions.use(MINE, NOON, server)

    def meet(_: int) -> Session:
        sessions.end(MINE, old, renewable=True)
        return sessions.use(MINE, NOON, server)

    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(meet, range(16)))
    assert server.opened == [None, old]
    assert set(given) == {sessions.use(MINE, NOON, server)}
    assert server.most == 1


def test_another_secret_address_or_account_has_a_session_of_its_own() -> None:
    sessions, server = Sessions(), Server()
    for account in (
        MINE,
        dataclasses.replace(MINE, secret={"identifier": "a", "app_password": "c"}),
        dataclasses.replace(MINE, base_url="http://127.0.0.1:1"),
        dataclasses.replace(MINE, account="did:plc:abd"),
    ):
        before = len(server.opened)
        for _ in range(2):
            sessions.use(account, NOON, server)
        assert len(server.opened) == before + 1
        assert server.opened[-1] is None


@pytest.mark.parametrize("renewable", [True, False])
def test_one_that_is_over_is_renewed_or_forgotten(renewable: bool) -> None:
    sessions, server = Sessions(), Server()
    first = sessions.use(MINE, NOON, server)
    sessions.end(MINE, first, renewable=renewable)
    assert sessions.use(MINE, NOON, server) != first
    assert server.opened == [None, first if renewable else None]


def test_it_is_renewed_in_good_time() -> None:
    sessions, server = Sessions(), Server()
    first = sessions.use(MINE, NOON, server)
    assert sessions.use(MINE, NOON + USED_FOR - timedelta(seconds=1), server) == first
    assert sessions.use(MINE, NOON + USED_FOR, server) != first
    assert timedelta(hours=2) > USED_FOR, "that long a token was seen to live"


def test_when_it_cannot_be_opened_the_next_tries_again() -> None:
    sessions, server = Sessions(), Server()

    def broken(_: Session | None) -> Session:
        raise NotSent("session: could not connect")

    with pytest.raises(NotSent):
        sessions.use(MINE, NOON, broken)
    first = sessions.use(MINE, NOON, server)
    sessions.end(MINE, first, renewable=True)
    with pytest.raises(NotSent):
        sessions.use(MINE, NOON, broken)
    sessions.use(MINE, NOON, server)
    assert server.opened == [None, first]


def test_no_token_is_in_a_repr() -> None:
    session = Session("did:plc:abc", "canary-a", "canary-r", NOON)
    sessions = Sessions()
    sessions.use(MINE, NOON, lambda _: session)
    assert "canary" not in repr(session) + repr(sessions) + repr(vars(sessions))
