"""What the conformance suite needs of a network under test, and how a sandbox gives it."""

import contextlib
import dataclasses
import hashlib
import html
import json
import re
import struct
import urllib.parse
import urllib.request
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, Protocol

import pytest

from socialpub.model.account import Account
from socialpub.model.post import Media, Post
from socialpub.platforms.bluesky_record import cid, record_key
from socialpub.platforms.bluesky_session import Session, Sessions
from socialpub.platforms.contract import Journal, Platform, Supplies
from socialpub.platforms.mastodon_server import Servers, Takes
from socialpub.platforms.networks import read_limits
from socialpub.platforms.owners import Owners
from tests.platforms.double import Died, JournalDouble
from tests.platforms.fetched import Fetched, jpeg

LIMITS = read_limits(Path(__file__).parents[2] / "policies" / "networks")
PATIENT = (5.0, 20.0)  # seconds; a busy machine is no fault
HASTY = (0.5, 0.4)  # for the tests in which the network is slow on purpose


class Shelf:
    """Renditions by SHA-256, in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def add(self, number: int, alt: str) -> Media:
        data = png(number)
        sha256 = hashlib.sha256(data).hexdigest()
        self.kept[sha256] = data
        return Media(sha256, "image/png", 2, 2, len(data), alt)

    def read(self, sha256: str) -> bytes:
        return self.kept[sha256]

    def keep(self, data: bytes) -> str:
        sha256 = hashlib.sha256(data).hexdigest()
        self.kept[sha256] = data
        return sha256


class Jpegs(Shelf):
    def add(self, number: int, alt: str) -> Media:
        data = jpeg(number)
        sha256 = hashlib.sha256(data).hexdigest()
        self.kept[sha256] = data
        return Media(sha256, "image/jpeg", 320, 320, len(data), alt)


def png(number: int) -> bytes:
    """A 2 x 2 picture; another one for each number."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes((number % 256, number // 256 % 256, 99)) * 2 for _ in range(2))
    head = struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@dataclass(frozen=True)
class Shown:
    remote_id: str
    text: str
    alts: tuple[str, ...]
    photos: tuple[str, ...]  # SHA-256
    url: str


class Rig(Protocol):
    account: Account
    shelf: Shelf

    @property
    def platform(self) -> Platform:
        """The adapter under test."""

    def shown(self) -> list[Shown]:
        """What the public sees, oldest first."""

    def address_fits(self, permalink: str, shown: Shown) -> bool:
        """Whether `permalink` leads to that post."""

    def dead_account(self) -> Account:
        """The same account with access that does not work."""


def make_post(rig: Rig, text: str = "Officer Diaz found the lost bike.", photos: int = 0) -> Post:
    if isinstance(rig, YouTubeRig):
        return rig.film(text, dressed=photos > 0)
    count = max(photos, rig.platform.limits.photos.least)
    media = tuple(rig.shelf.add(number, f"A bike, seen from side {number}") for number in range(count))
    return Post(rig.platform.limits.name, (text,), media)


def since() -> datetime:
    return datetime.now(UTC) - timedelta(seconds=1)


class Sandbox:
    """Orders to a sandbox process, and what it says the public sees."""

    def __init__(self, url: str) -> None:
        self.url = url

    def order(self, path: str, body: dict[str, Any] | None = None, method: str = "") -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310  loopback only
            f"{self.url}/_sandbox/{path}",
            data,
            {"content-type": "application/json"},
            method=method or ("GET" if body is None else "POST"),
        )
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310  loopback only
            return json.load(answer)

    def requests(self) -> list[dict[str, Any]]:
        asked: list[dict[str, Any]] = self.order("requests")
        return asked


class NetworkRig:
    """An adapter on the sandbox. Subclasses say what is which call on their network."""

    name = ""
    forgotten: ClassVar[dict[str, Any]]  # how the network says that uploaded photos are gone
    kind_of_shelf: ClassVar[type[Shelf]] = Shelf
    judged: ClassVar[str] = "create"  # the last call whose "no" is believed
    more_uploads: ClassVar[int] = 0  # calls like that of one photo which a post of several takes beside
    same_id_again = False  # the same file uploaded again gets the same id
    per_page = 100  # posts in a page of the account's list
    ends_empty = False  # whether the list's end is known only from an empty page
    calls: dict[str, tuple[str, str]]  # create, upload, whose, … → method and pattern of the path

    def __init__(self, sandbox: Sandbox, make: Callable[..., Platform]) -> None:
        self.sandbox, self._make, self.shelf = sandbox, make, self.kind_of_shelf()
        sandbox.order("reset", {})
        self.account = self.new_account()
        self.platform = self.build()

    def build(self, timeouts: tuple[float, float] = PATIENT, **more: Any) -> Platform:
        return self._make(LIMITS[self.name], self.shelf.read, timeouts=timeouts, **more)

    def new_account(self) -> Account:
        raise NotImplementedError

    def asked_account(self) -> Account:
        """The same account with credentials that do not say themselves whose they are."""
        return self.account

    def known_id(self, item: Media) -> str:
        """A remote id that an upload of this file may have had."""
        return "1999"

    def others(self) -> list[dict[str, str]]:
        """Living credentials that are another account's, in each form that the network knows."""
        return [dict(self.new_account().secret)]

    def proved_before(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """As if everything that is asked once had been asked before."""
        monkeypatch.setattr(Owners, "prove", lambda *_: None)

    def no_address(self, base_url: str) -> str:
        """`base_url`, or if this network would take it, one like it that it does not take."""
        return base_url

    def listing(self, *items: Any) -> Any:
        """The account's list of posts, as the network would answer it."""
        raise NotImplementedError

    def item(self, text: str, **more: Any) -> dict[str, Any]:
        """A post without photos, made now, as the network lists it."""
        raise NotImplementedError

    def unreadable(self, text: str) -> list[Any]:
        """Lists of which not everything can be read; what cannot be might be the post that says `text`."""
        raise NotImplementedError

    def lost(self, post: Post) -> JournalDouble:
        """The journal of an attempt that may have published `post`, and nobody shows it."""
        journal = JournalDouble()
        for number in range(1, len(post.media) + 1):
            journal.note(f"photo-{number}", id=f"90{number}", sha256="0" * 64, until="0")
        return journal

    def changed(self, text: str) -> list[dict[str, Any]]:
        """Ways to list a post of one photo with nearly these words, and not its photo as we know it."""
        raise NotImplementedError

    def dead_account(self) -> Account:
        secret = {key: "wrong-" + value[6:] for key, value in self.account.secret.items()}
        return dataclasses.replace(self.account, secret=secret)

    def shown(self) -> list[Shown]:
        return [
            Shown(
                item["remote_id"],
                item["text"],
                tuple(one["alt"] for one in item["media"]),
                tuple(one["sha256"] for one in item["media"]),
                item["url"],
            )
            for item in self.sandbox.order("posts")
            if item["platform"] == self.name and item["account"] == self.account.account
        ]

    def address_fits(self, permalink: str, shown: Shown) -> bool:
        return permalink == shown.url

    def fault(self, kind: str, call: str = "create", **more: Any) -> None:
        method, path = self.calls[call]
        self.sandbox.order("faults", {"kind": kind, "method": method, "path": path, **more})

    def by_hand(self, text: str) -> str:
        body = {"platform": self.name, "account": self.account.account, "text": text}
        made: str = self.sandbox.order("posts", body)["remote_id"]
        return made

    def seen(self, call: str) -> list[dict[str, Any]]:
        """The log's lines of one kind of call."""
        method, path = self.calls[call]
        return [r for r in self.sandbox.requests() if r["method"] == method and re.search(path, r["path"])]


def _without(item: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in item.items() if key != name}


class XRig(NetworkRig):
    name = "x"
    calls = {  # noqa: RUF012  read only
        "create": ("POST", r"^/2/tweets$"),
        "upload": ("POST", r"^/2/media/upload$"),
        "alt": ("POST", r"^/2/media/metadata$"),
        "find": ("GET", r"^/2/users/[0-9]+/tweets$"),
        "delete": ("DELETE", r"^/2/tweets/"),
        "read": ("GET", r"^/2/tweets/"),
        "token": ("POST", r"^/2/oauth2/token$"),
        "verify": ("GET", r"^/2/users/me$"),
        "whose": ("GET", r"^/2/users/me$"),
    }
    forgotten: ClassVar = {"title": "Invalid Request", "detail": "Your media IDs are invalid."}

    def listing(self, *items: Any) -> dict[str, Any]:
        return {"data": list(items), "meta": {"result_count": len(items)}}

    def item(self, text: str, **more: Any) -> dict[str, Any]:
        return {"id": "77", "text": text, "created_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}.000Z", **more}

    def unreadable(self, text: str) -> list[dict[str, Any]]:
        good = self.item("Another story")
        return [
            self.listing(good, {**self.item(text), "text": None}),
            self.listing(_without(self.item(text), "text")),
            self.listing(_without(self.item(text), "id")),
            self.listing(self.item(text, id=77)),
            self.listing("77"),
            self.listing(None),
            {**self.listing(good), "errors": [{"title": "Service Unavailable"}]},
            {"meta": {"result_count": 3}},
            {"data": [good], "meta": {"result_count": 2}},
            {"data": [good], "meta": {}},
            {"data": [good]},
            {"meta": {}},
            {"data": {}, "meta": {"result_count": 0}},
            {"data": [good], "meta": {"result_count": 1, "next_token": 77}},
            {"data": [], "meta": {"result_count": 0}, "error": "strange"},
        ]

    def changed(self, text: str) -> list[dict[str, Any]]:
        """Ways to show a post with one photo that are not quite as it was given."""
        linked = self.item(f"{text} https://t.co/abc")
        return [linked, self.item(text), self.item(f"{text} https://t.co/abc", attachments={"media_keys": "?"})]

    def address_fits(self, permalink: str, shown: Shown) -> bool:
        """The id decides; the name before it does not, on X either (it redirects to the author's)."""
        return permalink == f"{self.sandbox.url}/x/i/status/{shown.remote_id}"

    def asked_account(self) -> Account:
        return dataclasses.replace(self.account, secret={"bearer": self.bearer})

    def others(self) -> list[dict[str, str]]:
        made = self.sandbox.order("accounts", {"platform": "x"})
        unnumbered = self.sandbox.order("accounts", {"platform": "x", "access_token": "no-number-in-it"})
        keys, mine = ("consumer_key", "consumer_secret", "access_token", "access_token_secret"), self.account.secret
        return [
            {key: made[key] for key in keys},
            {key: unnumbered[key] for key in keys},
            {"bearer": made["bearer"]},
            {**mine, "bearer": made["bearer"]},
        ]

    def new_account(self) -> Account:
        made = self.sandbox.order("accounts", {"platform": "x"})
        self.bearer = made["bearer"]
        keys = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
        secret = {key: made[key] for key in keys}
        return Account("x-main", "x", made["id"], self.sandbox.url, secret)


class FacebookRig(NetworkRig):
    name = "facebook"
    calls = {  # noqa: RUF012  read only
        "create": ("POST", r"^/v25.0/[0-9]+/feed$"),
        "upload": ("POST", r"^/v25.0/[0-9]+/photos$"),
        "find": ("GET", r"^/v25.0/[0-9]+/published_posts$"),
        "delete": ("DELETE", r"^/v25.0/[0-9_]+$"),
        "verify": ("GET", r"^/v25.0/debug_token$"),
        "whose": ("GET", r"^/v25.0/me$"),
        "permalink": ("GET", r"^/v25.0/[0-9]+_[0-9]+$"),
        "read": ("GET", r"^/v25.0/[0-9]+_[0-9]+$"),
    }
    forgotten: ClassVar = {"error": {"message": "(#100) attached_media: media_fbid 1 is gone", "code": 100}}

    def listing(self, *items: Any) -> dict[str, Any]:
        return {"data": list(items)}

    def item(self, text: str, **more: Any) -> dict[str, Any]:
        made = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}+0000"
        return {"id": f"{self.account.account}_77", "message": text, "created_time": made, **more}

    def unreadable(self, text: str) -> list[dict[str, Any]]:
        good = self.item("Another story")
        return [
            self.listing(good, {**self.item(text), "message": None}),
            self.listing(_without(self.item(text), "id")),
            self.listing(_without(self.item(text), "created_time")),
            self.listing(_without(self.item(text), "message")),
            self.listing(self.item(text, created_time="yesterday")),
            self.listing(self.item(text, id=77)),
            self.listing(self.item(text, id="999_77")),
            self.listing(self.item(text, id="77")),
            self.listing("77"),
            self.listing(None),
            self.listing(self.item("Edited", attachments=[])),
            self.listing(self.item("Edited", attachments={"data": ["photo"]})),
            self.listing(self.item("Edited", attachments={"data": [{"media_type": "photo"}]})),
            self.listing(self.item("Edited", attachments={"data": [{"media_type": "photo", "target": {"id": 7}}]})),
            self.listing(self.item("Edited", attachments={"data": [{"subattachments": {"data": None}}]})),
            {"data": {}},
            {},
            {"data": [], "paging": []},
            {"data": [], "error": "strange"},
        ]

    def changed(self, text: str) -> list[dict[str, Any]]:
        """Ways to show a post with one photo that are not quite as it was given."""
        other = {"data": [{"media_type": "photo", "target": {"id": "777"}}]}
        return [self.item(text), self.item(text, attachments=other), self.item(text.upper(), attachments=other)]

    def new_account(self) -> Account:
        made = self.sandbox.order("accounts", {"platform": "facebook"})
        return Account("fb-main", "facebook", made["id"], self.sandbox.url, {"access_token": made["access_token"]})


class InstagramRig(NetworkRig):
    """Its photos are really fetched, from a listener that serves this rig's shelf."""

    name = "instagram"
    kind_of_shelf: ClassVar = Jpegs
    judged: ClassVar = "upload"
    more_uploads: ClassVar = 1

    def __init__(self, sandbox: Sandbox, make: Callable[..., Platform], fetched: Fetched) -> None:
        self.fetched = fetched
        super().__init__(sandbox, make)
        fetched.read = self.shelf.read
        ours = f"^/v25.0/{self.account.account}"
        self.calls = {
            "create": ("POST", f"{ours}/media_publish$"),
            "upload": ("POST", f"{ours}/media$"),
            "find": ("GET", f"{ours}/media$"),
            "quota": ("GET", f"{ours}/content_publishing_limit$"),
            "delete": ("DELETE", "^/v25.0/[0-9]+$"),
            "verify": ("GET", "^/v25.0/debug_token$"),
            "whose": ("GET", r"^/v25.0/[0-9]{13}$"),
            "status": ("GET", r"^/v25.0/[0-9]{19}$"),  # and the permalink, which is read last
        }

    def build(self, timeouts: tuple[float, float] = PATIENT, **more: Any) -> Platform:
        supplies = Supplies(self.shelf.read, self.fetched.address)
        return self._make(LIMITS[self.name], supplies, timeouts=timeouts, **{"pause": lambda _: None, **more})

    def new_account(self) -> Account:
        made = self.sandbox.order("accounts", {"platform": self.name})
        return Account(
            f"{self.name}-main", self.name, made["id"], self.sandbox.url, {"access_token": made["access_token"]}
        )

    def lost(self, post: Post) -> JournalDouble:
        journal = JournalDouble()
        journal.die_after = "publish"
        with contextlib.suppress(Died):
            self.platform.deliver(post, self.account, journal)
        journal.die_after = ""
        return journal

    def listing(self, *items: Any) -> dict[str, Any]:
        return {"data": list(items)}

    def item(self, text: str, **more: Any) -> dict[str, Any]:
        made = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}+0000"
        return {"id": "77", "caption": text, "timestamp": made, "permalink": "https://www.instagram.com/p/x/", **more}

    def unreadable(self, text: str) -> list[dict[str, Any]]:
        good = self.item("Another story")
        return [
            self.listing(good, self.item(text, caption=None)),
            self.listing(_without(self.item(text), "id")),
            self.listing(_without(self.item(text), "timestamp")),
            self.listing(self.item(text, timestamp="yesterday")),
            self.listing(self.item(text, id=77)),
            self.listing("77"),
            self.listing(None),
            {"data": {}},
            {},
            {"data": [], "paging": []},
            {"data": [], "error": "strange"},
        ]

    def changed(self, text: str) -> list[dict[str, Any]]:
        return [self.item(text), self.item(text.upper()), self.item(f"{text} https://t.example/x")]


class BlueskyRig(NetworkRig):
    """`find` asks for one record: what stands under the key of the journal, not a list."""

    name = "bluesky"
    same_id_again = True
    calls = {  # noqa: RUF012  read only
        "create": ("POST", r"^/xrpc/com.atproto.repo.putRecord$"),
        "upload": ("POST", r"^/xrpc/com.atproto.repo.uploadBlob$"),
        "find": ("GET", r"^/xrpc/com.atproto.repo.getRecord$"),
        "delete": ("POST", r"^/xrpc/com.atproto.repo.deleteRecord$"),
        "verify": ("GET", r"^/xrpc/com.atproto.server.getSession$"),
        "whose": ("POST", r"^/xrpc/com.atproto.server.createSession$"),
        "renew": ("POST", r"^/xrpc/com.atproto.server.refreshSession$"),
    }
    forgotten: ClassVar = {"error": "BlobNotFound", "message": "Could not find blob: bafkrei"}

    def listing(self, *items: Any) -> dict[str, Any]:
        return items[0] if items else {"error": "RecordNotFound", "message": "Could not locate record"}

    def item(self, text: str, **more: Any) -> dict[str, Any]:
        """What stands under `key`, as the server answers it."""
        key = more.pop("key", "3lb3cpvn5rc2b")
        record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": "2026-11-22T12:00:00.000Z"}
        return {
            "uri": f"at://{self.account.account}/app.bsky.feed.post/{key}",
            "cid": "bafyrei",
            "value": record,
        } | more

    def unreadable(self, text: str) -> list[dict[str, Any]]:
        good = self.item(text)
        return [
            _without(good, "uri"),
            _without(good, "value"),
            {**good, "value": None},
            {**good, "value": [text]},
            {**good, "value": text},
            {**good, "uri": 7},
            {**good, "uri": good["uri"].replace("did:plc:", "did:plc:x")},
            good,
            {},
            {"value": {}, "error": "strange"},
            {"error": "InvalidRequest", "message": "Could not locate record"},
            {"error": ["RecordNotFound"]},
            {"message": "RecordNotFound"},
        ]

    def known_id(self, item: Media) -> str:
        return cid(item.sha256)

    def proved_before(self, monkeypatch: pytest.MonkeyPatch) -> None:
        mine = Session(self.account.account, "access", "refresh", datetime.now(UTC))
        monkeypatch.setattr(Sessions, "use", lambda *_: mine)

    def key(self, journal: Journal) -> str:
        return record_key(journal.key)

    def new_account(self) -> Account:
        made = self.sandbox.order("accounts", {"platform": "bluesky"})
        secret = {key: made[key] for key in ("identifier", "app_password")}
        return Account("sky-main", "bluesky", made["id"], self.sandbox.url, secret)


class MastodonRig(NetworkRig):
    """A server that ignores our key, as some do: nothing but looking keeps a post from being there twice."""

    name = "mastodon"
    per_page, ends_empty = 40, True
    calls = {  # noqa: RUF012  read only
        "create": ("POST", r"^/api/v1/statuses$"),
        "upload": ("POST", r"^/api/v2/media$"),
        "photo": ("GET", r"^/api/v1/media/[0-9]+$"),
        "find": ("GET", r"^/api/v1/accounts/[0-9]+/statuses$"),
        "delete": ("DELETE", r"^/api/v1/statuses/"),
        "read": ("GET", r"^/api/v1/statuses/"),
        "verify": ("GET", r"^/api/v1/accounts/verify_credentials$"),
        "whose": ("GET", r"^/api/v1/accounts/verify_credentials$"),
        "instance": ("GET", r"^/api/v2/instance$"),
        "scopes": ("GET", r"^/api/v1/apps/verify_credentials$"),
    }
    forgotten: ClassVar = {"error": "Media 1 not found or already attached to another post"}

    def __init__(self, sandbox: Sandbox, make: Callable[..., Platform]) -> None:
        super().__init__(sandbox, make)
        sandbox.order("rules", {"idempotency_keys": False})

    def build(self, timeouts: tuple[float, float] = PATIENT, **more: Any) -> Platform:
        return super().build(timeouts, **{"wait": lambda _: None, **more})

    def proved_before(self, monkeypatch: pytest.MonkeyPatch) -> None:
        super().proved_before(monkeypatch)
        monkeypatch.setattr(Servers, "takes", lambda *_: Takes())

    def no_address(self, base_url: str) -> str:
        return base_url.replace("https://", "http://")

    def listing(self, *items: Any) -> Any:
        return list(items)

    def item(self, text: str, **more: Any) -> dict[str, Any]:
        words = html.escape(text).replace("\n", "<br />")
        return {
            "id": "77",
            "content": f"<p>{words}</p>",
            "created_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}.000Z",
            "visibility": "public",
            "account": {"id": self.account.account},
            "media_attachments": [],
            **more,
        }

    def unreadable(self, text: str) -> list[Any]:
        good, item = self.item("Another story"), self.item(text)
        return [
            self.listing(good, {**item, "content": None}),
            *(self.listing(_without(item, name)) for name in ("id", "content", "created_at", "account")),
            self.listing(_without(item, "media_attachments")),
            self.listing(self.item(text, id=77)),
            self.listing(self.item(text, id="../77")),
            self.listing(self.item(text, created_at="yesterday")),
            self.listing(self.item(text, created_at="2026-11-22T12:00:00")),
            self.listing(self.item(text, account={"id": "999"})),
            self.listing(self.item(text, account="999")),
            self.listing(self.item(text, media_attachments=None)),
            self.listing(self.item(text, media_attachments=["1"])),
            self.listing(self.item(text, media_attachments=[{"id": 1}])),
            self.listing(self.item(text, content="<p>" * 30_000)),
            self.listing("77"),
            self.listing(None),
            {},
            {"data": []},
            {"error": "strange"},
            [[]],
            7,
        ]

    def changed(self, text: str) -> list[dict[str, Any]]:
        """Ways to show a post with one photo that are not quite as it was given."""
        other = [{"id": "777"}]
        return [
            self.item(text),
            self.item(text, media_attachments=other),
            self.item(text.upper(), media_attachments=other),
        ]

    def new_account(self) -> Account:
        made = self.sandbox.order("accounts", {"platform": "mastodon"})
        secret = {"access_token": made["access_token"]}
        return Account("mastodon-main", "mastodon", made["id"], self.sandbox.url, secret)


UNIT = 256 * 1024  # bytes; YouTube takes pieces of a multiple of this
WORDS = b"WEBVTT\n\n00:00.000 --> 00:02.000\nGood morning!\n"


class YouTubeRig(NetworkRig):
    """Its posts are films of two pieces and a half; with "photos" they have captions and a picture as well."""

    name = "youtube"
    calls = {  # noqa: RUF012  read only
        "create": ("PUT", r"^/youtube/v3/videos$"),
        "delete": ("PUT", r"^/youtube/v3/videos$"),
        "session": ("POST", r"^/upload/youtube/v3/videos$"),
        "upload": ("PUT", r"^/upload/youtube/v3/videos$"),
        "poster": ("POST", r"^/upload/youtube/v3/thumbnails/set$"),
        "captions": ("POST", r"^/upload/youtube/v3/captions$"),
        "find": ("GET", r"^/youtube/v3/videos$"),
        "uploads": ("GET", r"^/youtube/v3/playlistItems$"),
        "token": ("POST", r"^/token$"),
        "verify": ("GET", r"^/youtube/v3/channels$"),
        "whose": ("GET", r"^/youtube/v3/channels$"),
    }

    def build(self, timeouts: tuple[float, float] = PATIENT, **more: Any) -> Platform:
        return self._make(
            LIMITS[self.name], Supplies(self.shelf.read), **{"timeouts": timeouts, "chunk": UNIT, **more}
        )

    def fault(self, kind: str, call: str = "create", **more: Any) -> None:
        """Trouble with an upload meets its last piece, whose answer names the video, unless said otherwise."""
        super().fault(kind, call, **{**({"skip": 2} if call == "upload" else {}), **more})

    def film(self, text: str, *, dressed: bool = False, pieces: float = 2.5, title: str = "A story") -> Post:
        data = hashlib.sha256(text.encode()).digest() * int(UNIT * pieces / 32)
        item = Media(self.shelf.keep(data), "video/mp4", 1920, 1080, len(data))
        if dressed:
            picture, words = self.shelf.keep(JPEG), self.shelf.keep(WORDS)
            item = dataclasses.replace(item, poster_sha256=picture, captions_sha256=words, captions_language="en")
        return Post(self.name, (text,), (item,), options=(("title", title),))

    def new_account(self) -> Account:
        made = self.sandbox.order("accounts", {"platform": "youtube"})
        secret = {key: made[key] for key in ("bearer", "client_id", "client_secret", "refresh_token")}
        return Account("tube", "youtube", made["id"], self.sandbox.url, secret)

    def videos(self) -> list[str]:
        """The ids of every video of the account, private ones as well, as its own list of uploads has them."""
        items = self.own("playlistItems", part="contentDetails", playlistId="UU" + self.account.account[2:])
        return [item["contentDetails"]["videoId"] for item in items]

    def own(self, what: str, **asked: str) -> list[dict[str, Any]]:
        """The items of a list, asked for as the account."""
        query = urllib.parse.urlencode({"maxResults": "50", **asked})
        request = urllib.request.Request(  # noqa: S310  loopback only
            f"{self.sandbox.url}/youtube/v3/{what}?{query}",
            headers={"authorization": f"Bearer {self.account.secret['bearer']}"},
        )
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310  loopback only
            items: list[dict[str, Any]] = json.load(answer)["items"]
        return items


#: The smallest picture that says its size: start, one frame of 2 x 2, end (ITU T.81).
JPEG = bytes.fromhex("ffd8ffc0000b080002000201011100ffd9")
