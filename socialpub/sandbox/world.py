"""Everything the sandbox remembers, in memory: accounts, posts, uploads, bytes, faults and the clock.

One World is one run. A reset makes a new one; a request keeps the world it came into, so a late commit
never shows up in the next test. Nothing here knows a network's rules.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from socialpub.sandbox.accounts import (
    BlueskyAccount,
    ChannelAccount,
    MastodonAccount,
    MediaAccount,
    PageAccount,
    XAccount,
    demo_bluesky,
    demo_channel,
    demo_instagram,
    demo_mastodon,
    demo_page,
    demo_x,
)
from socialpub.sandbox.fault import Fault
from socialpub.sandbox.mastodon_server import Instance
from socialpub.sandbox.pictures import Picture


@dataclass
class Shown:
    """A visible post. The table of these alone decides "once"."""

    platform: str
    account: str
    remote_id: str
    path: str  # of its public page
    text: str  # as the author wrote it, trimmed
    pictures: list[Picture]
    created_at: datetime
    request_id: str
    link: str = ""
    made_by_hand: bool = False
    extra: dict[str, Any] = field(default_factory=dict)  # what only its own network's code reads


@dataclass
class Upload:
    """Media that was uploaded and is not, or not yet, in a post."""

    id: str
    account: str
    picture: Picture
    expires: float  # epoch seconds by the sandbox clock
    used_in: str = ""  # remote id of the post that shows it
    ready: bool = True
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass
class Container:
    """A post in the making: fetched, processed, and published at most once."""

    id: str
    platform: str
    account: str
    kind: str  # IMAGE, CAROUSEL, STORIES, TEXT
    text: str
    pictures: list[Picture]
    made: float  # epoch seconds by the sandbox clock
    ready: float
    is_child: bool = False
    remote_id: str = ""  # of the post that it became


@dataclass
class Rules:
    """Switches a test may turn. The defaults are what the networks do."""

    refuse_duplicates: bool = True  # off: a second identical post becomes visible, so a test can count it
    enforce_rate_limits: bool = True
    field_names: str = "both"  # X's query vocabulary: "tweet" (old), "post" (new) or both
    processing_s: float = 0  # how long a container is in progress after its photo was fetched
    idempotency_keys: bool = True  # off: as a Mastodon server that knows no Idempotency-Key
    youtube_processing_s: float = 0  # how long a video is processed before it can be watched
    youtube_locked: bool = False  # the project was not audited: every video stays private
    youtube_ends: tuple[str, str] | None = None  # ("rejected" or "failed", reason) instead of processed
    youtube_units: int = 10_000  # of a project in a day
    youtube_uploads: int = 100
    youtube_upload_limit: bool = False  # the channel has uploaded as many videos as it may in a day
    refuse_other_names: bool = False  # with one vocabulary: the other is a 400; off: it is silently ignored


@dataclass
class World:
    x: dict[str, XAccount] = field(default_factory=dict)  # by account id
    pages: dict[str, PageAccount] = field(default_factory=dict)  # by page id
    instagram: dict[str, MediaAccount] = field(default_factory=dict)  # by account id
    containers: dict[str, Container] = field(default_factory=dict)  # by container id
    bluesky: dict[str, BlueskyAccount] = field(default_factory=dict)  # by DID
    mastodon: dict[str, MastodonAccount] = field(default_factory=dict)  # by account id
    instance: Instance = field(default_factory=Instance)  # how the Mastodon server is set up
    keys: dict[tuple[str, str], tuple[float, str]] = field(
        default_factory=dict
    )  # account, key: since when, which post
    channels: dict[str, ChannelAccount] = field(default_factory=dict)  # by channel id
    videos: dict[str, Any] = field(default_factory=dict)  # by video id, whoever can see them
    sessions: dict[str, Any] = field(default_factory=dict)  # of resumable uploads
    posts: dict[str, Shown] = field(default_factory=dict)  # by remote id, oldest first
    hidden: dict[str, Shown] = field(default_factory=dict)  # made unpublished: on the network, not visible
    uploads: dict[str, Upload] = field(default_factory=dict)  # by media or photo id
    blobs: dict[str, bytes] = field(default_factory=dict)  # by SHA-256
    faults: list[Fault] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    nonces: set[tuple[str, str, str]] = field(default_factory=set)
    codes: dict[str, Any] = field(default_factory=dict)  # of sign-ins that were granted and not yet used
    spent: dict[tuple[str, str], tuple[float, int]] = field(default_factory=dict)  # rate windows: start, used
    rules: Rules = field(default_factory=Rules)
    fixed_now: float | None = None
    lag_s: float = 0
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _last_id: int = 0

    def now(self) -> float:
        """Epoch seconds by the sandbox clock: the real time, unless a test has set another."""
        return time.time() if self.fixed_now is None else self.fixed_now

    def moment(self) -> datetime:
        return datetime.fromtimestamp(self.now(), UTC)

    def number(self) -> int:
        """A small number nobody else has in this world."""
        return next(self._numbers)

    def time_ordered_id(self) -> str:
        """A 19-digit id that grows with time, even when the clock stands still or goes back."""
        self._last_id = max(self._last_id + 1, int(self.now() * 1000) * 1_000_000)
        return str(self._last_id)

    def listed(self, platform: str, account: str) -> list[Shown]:
        """What the account's lists show now, newest first: posts older than the lag."""
        shown_until = self.now() - self.lag_s
        mine = [p for p in self.posts.values() if (p.platform, p.account) == (platform, account)]
        return [p for p in reversed(mine) if p.created_at.timestamp() <= shown_until or not self.lag_s]

    def take_down(self, remote_id: str) -> bool:
        """A post disappears, and the photos it showed with it. Whether there was one."""
        self.videos.pop(remote_id, None)
        post = self.posts.pop(remote_id, None) or self.hidden.pop(remote_id, None)
        self.uploads = {name: one for name, one in self.uploads.items() if one.used_in != remote_id}
        return post is not None

    def live_upload(self, upload_id: str, account: str) -> Upload | None:
        """The upload if it is this account's and neither used up by time nor unknown."""
        upload = self.uploads.get(upload_id)
        if upload is None or upload.account != account:
            return None
        if not upload.used_in and upload.expires <= self.now():
            del self.uploads[upload_id]
            return None
        return upload


def fresh_world() -> World:
    """A world with one demo account on each network."""
    x, page, bluesky, mastodon = demo_x(), demo_page(), demo_bluesky(), demo_mastodon()
    instagram, channel = demo_instagram(), demo_channel()
    return World(
        x={x.id: x},
        pages={page.id: page},
        instagram={instagram.id: instagram},
        bluesky={bluesky.id: bluesky},
        mastodon={mastodon.id: mastodon},
        channels={channel.id: channel},
    )
