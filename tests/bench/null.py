"""A network that is not there: what it is given counts as shown at once. All that is left is the house's own cost."""

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from time import time
from uuid import uuid4

from socialpub.app import App, open_app, utc_now
from socialpub.model.account import Account
from socialpub.model.limits import Limits
from socialpub.model.outcome import Absent, Answer, Delivered, Health, Outcome, Receipt
from socialpub.model.post import Post
from socialpub.platforms.contract import Journal
from tests import town


class Null:
    """`shown` has the Unix time of each visible call."""

    name = "file"

    def __init__(self, limits: Limits, call: Callable[[], None] = lambda: None) -> None:
        self.limits = limits
        self.shown: list[float] = []
        self._call = call

    def measure(self, text: str) -> int:
        return len(text)

    def deliver(self, post: Post, account: Account, journal: Journal) -> Outcome:
        journal.about_to_publish()
        self.shown.append(time())
        self._call()
        return Delivered((Receipt(uuid4().hex),))

    def find(self, post: Post, account: Account, journal: Journal, since: datetime) -> Answer:
        return Absent()

    def retract(self, receipt: Receipt, account: Account) -> Outcome:
        raise AssertionError("nothing is taken down here")

    def verify(self, account: Account) -> Health:
        return Health(alive=True, says="nobody is here")


@contextmanager
def opened(folder: Path, call: Callable[[], None] = lambda: None) -> Iterator[tuple[App, Null]]:
    """An app on a fresh spool whose only network is Null. Spacing and caps are off."""
    app = open_app(town.settings(folder), utc_now, alone=True)
    try:
        null = Null(app.limits["file"], call)
        app.__dict__["carrier"] = dataclasses.replace(app.carrier, platform=lambda _name: null)
        yield app, null
    finally:
        app.db.close()
