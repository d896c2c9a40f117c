"""Ends a connection whose answer does not come to an end, wherever it hangs: in the handshake, the head, the body.

A read time-out begins anew with every byte, so a network that sends one byte a second could hold a sender for ever.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection


class Watch:
    """The connections of one session. `over` says that the newest call took too long."""

    def __init__(self) -> None:
        self.over = False
        self._lock = threading.Lock()
        self._twins: list[socket.socket] = []  # TLS takes a socket's descriptor over; its twin stays ours

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Shut the connections down when the block takes longer than this."""
        self.over = False
        timer = threading.Timer(seconds, self._end)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def keep(self, made: socket.socket) -> socket.socket:
        with self._lock:
            self._twins.append(made.dup())
            if self.over:
                _shut(self._twins[-1])
        return made

    def close(self) -> None:
        with self._lock:
            while self._twins:
                self._twins.pop().close()

    def _end(self) -> None:
        with self._lock:
            self.over = True
            for twin in self._twins:
                _shut(twin)


class WatchedAdapter(HTTPAdapter):
    """The usual adapter; each connection it makes is kept by `watch`."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        pools = {"http": partial(_plain_pool, self._watch), "https": partial(_tls_pool, self._watch)}
        self.poolmanager.pool_classes_by_scheme = pools


class _Plain(HTTPConnection):
    def __init__(self, watch: Watch, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._watch = watch

    def _new_conn(self) -> socket.socket:
        return self._watch.keep(super()._new_conn())


class _Tls(HTTPSConnection):
    def __init__(self, watch: Watch, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._watch = watch

    def _new_conn(self) -> socket.socket:
        return self._watch.keep(super()._new_conn())


def _plain_pool(watch: Watch, *args: Any, **kwargs: Any) -> HTTPConnectionPool:
    pool: Any = HTTPConnectionPool(*args, **kwargs)
    pool.ConnectionCls = partial(_Plain, watch)
    return pool  # type: ignore[no-any-return]  # any, so that a partial may stand for the class


def _tls_pool(watch: Watch, *args: Any, **kwargs: Any) -> HTTPSConnectionPool:
    pool: Any = HTTPSConnectionPool(*args, **kwargs)
    pool.ConnectionCls = partial(_Tls, watch)
    return pool  # type: ignore[no-any-return]  # likewise


def _shut(twin: socket.socket) -> None:
    with suppress(OSError):  # it has ended by itself
        twin.shutdown(socket.SHUT_RDWR)
