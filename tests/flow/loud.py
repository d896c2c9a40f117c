"""A network that forgives nothing: whoever calls twice is seen twice. Its wall is a file, one line per post.

It proves what the house does by itself: the adapter has no key, no duplicate check, no second thoughts.
"""

import json
import os
import uuid
from datetime import datetime
from pathlib import Path

from socialpub import crash
from socialpub.app import App
from socialpub.model.account import Account
from socialpub.model.limits import Limits
from socialpub.model.outcome import Absent, Answer, Delivered, Found, Health, Outcome, Receipt
from socialpub.model.post import Post
from socialpub.platforms.contract import Journal

NAME = "loud"


class Loud:
    name = NAME

    def __init__(self, limits: Limits, wall: Path) -> None:
        self.limits = limits
        self._wall = wall

    def measure(self, text: str) -> int:
        return len(text)

    def deliver(self, post: Post, account: Account, journal: Journal) -> Outcome:
        crash.point("loud.upload.before")
        journal.note("upload", media="1")
        journal.about_to_publish()
        crash.point("loud.publish.before")
        remote_id = uuid.uuid4().hex
        with self._wall.open("a", encoding="utf-8") as wall:
            wall.write(json.dumps({"id": remote_id, "text": post.text}) + "\n")
            wall.flush()
            os.fsync(wall.fileno())
        crash.point("loud.publish.after")
        return Delivered((Receipt(remote_id),))

    def find(self, post: Post, account: Account, journal: Journal, since: datetime) -> Answer:
        for row in posts(self._wall):
            if row["text"] == post.text and not journal.owned(row["id"]):
                return Found((Receipt(row["id"]),))
        return Absent()

    def retract(self, receipt: Receipt, account: Account) -> Outcome:
        raise AssertionError("nothing is taken down here")

    def verify(self, account: Account) -> Health:
        return Health(alive=True, says="loud and clear")


def posts(wall: Path) -> list[dict[str, str]]:
    """What everybody can see, in the order it was shouted."""
    return [json.loads(line) for line in wall.read_text("utf-8").splitlines()] if wall.exists() else []


def heard(app: App, folder: Path) -> App:
    """The app, with this network beside its own."""
    limits = app.limits["x"].model_copy(update={"name": NAME, "label": "Loud"})
    app.limits[NAME] = limits
    others = app.platform
    app.__dict__["platform"] = lambda name: Loud(limits, folder / "wall") if name == NAME else others(name)
    return app
