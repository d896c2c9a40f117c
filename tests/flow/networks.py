"""The networks as flow tests see them: a channel on each, and what the public can see of it."""

import io
import json
import re
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import select

from socialpub.desk.channels import add_channel
from socialpub.sandbox.handle import Sandbox
from socialpub.store.schema import Receipt
from tests.flow import loud, public
from tests.town import Town


@dataclass
class Network:
    """One channel on one network, and the pictures of the story that goes there."""

    sandbox: Sandbox
    photos: Mapping[str, bytes]

    #: The points around the one call that makes something visible, without `.before` and `.after`.
    visible_call: ClassVar[str]

    def open(self, here: Town) -> None:
        raise NotImplementedError

    def visible(self, folder: Path) -> set[str]:
        """The network's own ids of what can be seen, or as many as there are posts."""
        raise NotImplementedError

    def forget(self) -> None:
        """Everything that was posted before."""

    def forgive_nothing(self) -> None:
        """From now on the network shows whatever it is sent, the same words a second time too."""

    def receipts(self, here: Town) -> set[str]:
        with here.app.db.reading() as session:
            return set(session.scalars(select(Receipt.remote_id)))


class Loud(Network):
    visible_call = "loud.publish"

    def open(self, here: Town) -> None:
        add_channel(here.app.db, here.who("adm"), here.app.vault, "loud", "loud", "loud", {})

    def visible(self, folder: Path) -> set[str]:
        return {post["id"] for post in loud.posts(folder / "wall")}


class Outbox(Network):
    visible_call = "file.publish"

    def open(self, here: Town) -> None:
        here.add_file_channel()

    def visible(self, folder: Path) -> set[str]:
        return {file.parent.name for file in (folder / "queue" / "outbox").glob("*/*/post.json")}


class Newsroom(Network):
    """The public folder alone decides; and no list may lead where nothing is, or leave out what is there."""

    visible_call = "newsroom.publish"

    def open(self, here: Town) -> None:
        folder, account = here.spool / "newsroom", "https://news.riverbendpd.example"
        add_channel(here.app.db, here.who("adm"), here.app.vault, "news", "newsroom", account, {}, folder.as_uri())

    def visible(self, folder: Path) -> set[str]:
        site = folder / "queue" / "newsroom" / "site"
        seen = {file.parent.name for file in site.glob("items/*/index.html")}
        listed = set(re.findall(r'items/([^/"]+)/', (site / "index.html").read_text("utf-8"))) if seen else set()
        assert listed == seen, "the list shows something else than there is"
        return seen


class Sandboxed(Network):
    """A network of the sandbox: its own table of visible posts alone decides."""

    platform = ""

    def open(self, here: Town) -> None:
        account = ask(self.sandbox, "/_sandbox/accounts")[self.platform][0]
        add_channel(
            here.app.db,
            here.who("adm"),
            here.app.vault,
            self.platform,
            self.platform,
            account["id"],
            self.secret(account),
            self.sandbox.url,
        )

    def secret(self, account: Mapping[str, Any]) -> dict[str, str]:
        raise NotImplementedError

    def visible(self, folder: Path) -> set[str]:
        return {post["remote_id"] for post in ask(self.sandbox, "/_sandbox/posts")}

    def forget(self) -> None:
        ask(self.sandbox, "/_sandbox/reset", {})

    def forgive_nothing(self) -> None:
        ask(self.sandbox, "/_sandbox/rules", {"refuse_duplicates": False})


class X(Sandboxed):
    platform = "x"
    visible_call = "x.create"

    def secret(self, account: Mapping[str, Any]) -> dict[str, str]:
        return {
            key: account[key] for key in ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
        }


class Facebook(Sandboxed):
    platform = "facebook"
    visible_call = "facebook.create"

    def secret(self, account: Mapping[str, Any]) -> dict[str, str]:
        return {"access_token": account["access_token"]}


class Bluesky(Sandboxed):
    platform = "bluesky"
    visible_call = "bluesky.create"

    def secret(self, account: Mapping[str, Any]) -> dict[str, str]:
        return {key: account[key] for key in ("identifier", "app_password")}


class Mastodon(Sandboxed):
    """A server that ignores our key: nothing but the rows here keeps a post from being there twice."""

    platform = "mastodon"
    visible_call = "mastodon.create"

    def open(self, here: Town) -> None:
        self.forget()
        super().open(here)

    def forget(self) -> None:
        super().forget()
        ask(self.sandbox, "/_sandbox/rules", {"idempotency_keys": False})

    def secret(self, account: Mapping[str, Any]) -> dict[str, str]:
        return {"access_token": account["access_token"]}


class YouTube(Sandboxed):
    """Its token is exchanged before the first call: nobody knows when the one at hand ends."""

    platform = "youtube"
    visible_call = "youtube.create"

    def secret(self, account: Mapping[str, Any]) -> dict[str, str]:
        return {key: account[key] for key in ("bearer", "client_id", "client_secret", "refresh_token")}


class Instagram(Facebook):
    """It fetches the photos from a listener, as the daemon's own would serve them; that one is never killed."""

    platform = "instagram"
    visible_call = "instagram.create"

    def open(self, here: Town) -> None:
        super().open(here)
        public.now_on(here)


def ask(sandbox: Sandbox, path: str, body: Any = None) -> Any:
    """Speak to the sandbox's control API; with a body, a POST."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(sandbox.url + path, data, {"Content-Type": "application/json"})  # noqa: S310  loopback
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  loopback
        return json.loads(answer.read() or b"null")


@cache
def picture(color: str) -> bytes:
    """A small photo, of one color."""
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (320, 240), color).save(file, "JPEG")
    return file.getvalue()


def networks() -> dict[str, Callable[[Sandbox], Network]]:
    """By name: the network, and whether its story has pictures."""
    one = {"a.jpg": picture("navy")}
    two = one | {"b.jpg": picture("olive")}
    return {
        "loud": lambda sandbox: Loud(sandbox, {}),
        "file with photos": lambda sandbox: Outbox(sandbox, two),
        "newsroom with photos": lambda sandbox: Newsroom(sandbox, two),
        "x with photos": lambda sandbox: X(sandbox, two),
        "facebook with photos": lambda sandbox: Facebook(sandbox, two),
        "instagram with photos": lambda sandbox: Instagram(sandbox, two),
        "bluesky with photos": lambda sandbox: Bluesky(sandbox, two),
        "facebook text": lambda sandbox: Facebook(sandbox, {}),
        "mastodon with photos": lambda sandbox: Mastodon(sandbox, one),
        "mastodon text": lambda sandbox: Mastodon(sandbox, {}),
    }
