"""The open sessions of one adapter, in memory only: a server lets an account open 30 in five minutes, 300 a day.

At most one is opened or renewed for one secret at a time; who comes meanwhile waits for that one. A session is kept
under a keyed hash of the account and its secret, so that new credentials never meet an old session.
"""

import hashlib
import json
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from socialpub.model.account import Account

#: An access token lives two hours (observed); it is renewed well before, so that no visible call meets its end.
USED_FOR = timedelta(hours=1)

Open = Callable[["Session | None"], "Session"]
"""Opens a session, or renews the one given. Raises Trouble."""


@dataclass(frozen=True, slots=True)
class Session:
    """Whose it is, and its two tokens, which no repr shows."""

    did: str
    access: str = field(repr=False)
    refresh: str = field(repr=False)
    opened: datetime


@dataclass(slots=True)
class _Place:
    lock: threading.Lock = field(default_factory=threading.Lock)
    kept: Session | None = None
    spent: bool = False  # its access token is refused; its refresh token may still do


class Sessions:
    """Safe to use from several threads."""

    def __init__(self) -> None:
        self._salt = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._places: dict[bytes, _Place] = {}

    def use(self, account: Account, now: datetime, opened: Open) -> Session:
        """The account's session, opened or renewed by `opened` where that is needed. Raises what `opened` raises."""
        place = self._place(account)
        with place.lock:
            fresh = place.kept is not None and not place.spent and now < place.kept.opened + USED_FOR
            if not fresh or place.kept is None:
                place.kept, place.spent = opened(place.kept), False
            return place.kept

    def end(self, account: Account, session: Session, *, renewable: bool) -> None:
        """The server does not take this session's access token any more. One that came after it is left alone."""
        place = self._place(account)
        with place.lock:
            if place.kept == session:
                place.kept, place.spent = (session if renewable else None), renewable

    def _place(self, account: Account) -> _Place:
        said = json.dumps([account.account, account.base_url, sorted(account.secret.items())])
        key = hashlib.blake2b(said.encode(), key=self._salt).digest()
        with self._lock:
            return self._places.setdefault(key, _Place())
