"""Mastodon, on the server that the department's account is on. Photos first, the visible call last and once.

The post carries our key, which Mastodon keeps for an hour and other servers may ignore: so after a lost answer the
account's own posts are read. The ids of photos prove a post to be ours; a plain text is searched.
"""

import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from socialpub.model.account import Account
from socialpub.model.limits import Limits
from socialpub.model.measure import measure
from socialpub.model.outcome import (
    Absent,
    Answer,
    AskAgain,
    CannotTell,
    Deferred,
    Delivered,
    Found,
    Health,
    Outcome,
    Receipt,
    Refused,
)
from socialpub.model.post import Media, Post
from socialpub.platforms import (
    address,
    alike,
    attempts,
    classify,
    mastodon_errors,
    mastodon_match,
    mastodon_server,
    uploads,
)
from socialpub.platforms.contract import Journal, ReadMedia, Supplies
from socialpub.platforms.credentials import needed, network_id
from socialpub.platforms.fit import misfit, photo
from socialpub.platforms.http import CONNECT_S, READ_S, TameSession, utc_now
from socialpub.platforms.mastodon_health import health
from socialpub.platforms.mastodon_line import EARLIER, Line
from socialpub.platforms.mastodon_match import Item
from socialpub.platforms.owners import Owners
from socialpub.platforms.trouble import Another, Trouble

KEPT = timedelta(hours=24)  # how long an unused upload lives (docs.joinmastodon.org, statuses, delete_media)
SLACK = timedelta(seconds=60)  # a post made this much before the call began may be ours: two clocks never agree
POLLS, POLL_S = 5, 1.0  # how often, and after how many seconds, a photo in processing is looked at in one attempt
PROCESSING = timedelta(seconds=30)  # then the next attempt looks again
_ON_THE_WEB = "Sign in to the server on the web and follow what it says, or write to its administrator."
_BY_HAND = (
    "Open the post on the server, choose Delete, and note that here: socialpub confirm ID --gone --because TEXT"
)


def build(limits: Limits, supplies: Supplies) -> "MastodonPlatform":
    return MastodonPlatform(limits, supplies.read)


class MastodonPlatform:
    """Publishes to one account on one server. Keeps what servers said of themselves, and whose a token is."""

    name = "mastodon"

    def __init__(
        self,
        limits: Limits,
        read: ReadMedia,
        clock: Callable[[], datetime] = utc_now,
        timeouts: tuple[float, float] = (CONNECT_S, READ_S),
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self.limits = limits
        self._read, self._clock, self._timeouts, self._wait = read, clock, timeouts, wait
        self._reading = classify.Reading(limits.label, mastodon_errors.ROWS, mastodon_errors.facts)
        self._owners, self._servers = Owners(), mastodon_server.Servers()

    def measure(self, text: str) -> int:
        return measure(text, self.limits.text)

    def deliver(self, post: Post, account: Account, journal: Journal) -> Outcome:
        if refused := misfit(post, self.limits) or _lost_card(post, self.limits):
            return refused
        again = attempts.begun(journal)
        try:
            with self._open(account) as line:
                self._owners.prove(account, line.owner)
                takes = self._servers.takes(line.base, self._clock(), line.instance)
                if refused := mastodon_server.refused_here(post, takes, self.limits):
                    return refused
                return self._send(line, post, journal)
        except Trouble as trouble:
            return attempts.ended(trouble, self._reading, journal, len(post.media), self._clock(), again=again)

    def find(self, post: Post, account: Account, journal: Journal, since: datetime) -> Answer:
        photo_ids = uploads.noted_ids(journal, len(post.media))
        if post.media and not photo_ids:
            return CannotTell("no id of an uploaded photo was noted, so nothing can prove a post to be this one")
        try:
            with self._open(account) as line:
                items = line.own_posts(since - EARLIER)
                if items is None:
                    return CannotTell(f"{self.limits.label} does not list the account's posts in full")
                return attempts.told(journal, self._among(items, post, line.base, journal, photo_ids, since))
        except Trouble as trouble:
            return AskAgain(classify.told(trouble, self._reading)[0])

    def retract(self, receipt: Receipt, account: Account) -> Outcome:
        if not mastodon_match.is_id(receipt.remote_id):
            return Refused(f"{receipt.remote_id!r} is no id of a post on {self.limits.label}", _BY_HAND)
        try:
            with self._open(account) as line:
                deleted, stands = line.delete(receipt.remote_id), line.stands(receipt.remote_id)
        except Trouble as trouble:
            result = classify.outcome(trouble, self._reading, self._clock())
            return Refused(result.reason, _BY_HAND) if isinstance(result, Refused) else result
        if not stands:
            return Delivered((receipt,))
        if deleted:
            return Deferred(f"{self.limits.label}: the server says it deleted the post, and still shows it")
        return Refused(f"{self.limits.label}: the post is there, and is not this account's to delete", _BY_HAND)

    def verify(self, account: Account) -> Health:
        try:
            with self._open(account) as line:
                me = line.me()
                owner = line.id_in(me)
                if owner != account.account:
                    raise Another(account.channel, account.account, owner)
                takes, usage = mastodon_server.read(line.instance()), dict(line.session.usage)
                return health(me, line.scopes(), takes, usage, _ON_THE_WEB)
        except Trouble as trouble:
            return classify.unhealthy(trouble, self._reading)

    @contextmanager
    def _open(self, account: Account) -> Iterator[Line]:
        base = address.own_server(account)
        owner, token = network_id(account), needed(account, "access_token")["access_token"]
        with TameSession("mastodon", base, base, (token,), token, self._timeouts) as session:
            yield Line(session, base, owner)

    def _send(self, line: Line, post: Post, journal: Journal) -> Outcome:
        ids = [self._photo(line, item, n, journal) for n, item in enumerate(post.media, 1)]
        for number, (item, media_id) in enumerate(zip(post.media, ids, strict=True), 1):
            if not_yet := self._unready(line, item, number, media_id, journal):
                return not_yet
        line.session.begin("create", visible=True)
        journal.about_to_publish(media_ids=",".join(ids))
        shown = line.create(post.text, post.language.partition("-")[0], ids, journal.key)
        return Delivered((_receipt(shown, line.base),))

    def _photo(self, line: Line, item: Media, number: int, journal: Journal) -> str:
        """The media id of one photo with its alt text, uploaded now or by an earlier attempt."""
        now = self._clock()
        media_id = uploads.remembered(journal, number, item, now)
        if not media_id:
            media_id = line.upload(photo(self._read, item, number), item)
            uploads.remember(journal, number, item, media_id, now + KEPT)
        return media_id

    def _unready(self, line: Line, item: Media, number: int, media_id: str, journal: Journal) -> Outcome | None:
        """Why photo `number` cannot be shown yet; None once the server has it whole, with its alt text."""
        if journal.recall(f"ready-{number}").get("id") == media_id:
            return None
        label, alt = self.limits.label, self._processed(line, media_id)
        if alt is None:
            return Deferred(f"{label}: the server is still processing photo {number}", self._clock() + PROCESSING)
        if _as_kept(alt) != _as_kept(item.alt):
            return Refused(f"{label}: the server keeps another alt text of photo {number}", "Shorten the alt text.")
        journal.note(f"ready-{number}", id=media_id)
        return None

    def _processed(self, line: Line, media_id: str) -> str | None:
        """The alt text that the server has of a photo, once it is processed; None while it is not."""
        for poll in range(POLLS):
            if poll:
                self._wait(POLL_S)
            done, alt = line.photo(media_id)
            if done:
                return alt
        return None

    def _among(
        self, items: list[Item], post: Post, base: str, journal: Journal, ids: frozenset[str], since: datetime
    ) -> Answer:
        if post.media:
            ours = mastodon_match.with_photos(items, ids)
        else:
            ours = mastodon_match.with_words(items, post.text, since - SLACK)
        ours = _nobodys(ours, journal)
        if len(ours) == 1:
            return Found((_receipt(ours[0], base),))
        doubts = ours or _nobodys(mastodon_match.reading_alike(items, post.text), journal)
        if doubts:
            return CannotTell(alike.counted(len(doubts), self.limits.label))
        return Absent()


def _nobodys(items: list[Item], journal: Journal) -> list[Item]:
    """Each post once that no other delivery owns."""
    return [item for item in {item["id"]: item for item in items}.values() if not journal.owned(item["id"])]


def _as_kept(alt: str) -> str:
    """An alt text as a server keeps it: without spaces at its ends (and we do not mind how letters are composed)."""
    return unicodedata.normalize("NFC", alt).strip()


def _lost_card(post: Post, limits: Limits) -> Refused | None:
    """The server makes its own card of a link in the text; a card for any other link cannot be shown."""
    if post.link_card is None or post.link_card.url in post.text:
        return None
    return Refused(f"{limits.label}: the link card's link is not in the text", "Put the link into the text.")


def _receipt(item: Mapping[str, Any], base: str) -> Receipt:
    """With the address that the server claims, if it is on the server itself; else with one that leads there."""
    claimed, author = item.get("url"), item.get("account")
    name = author.get("username") if isinstance(author, dict) else None
    if isinstance(claimed, str) and len(claimed) <= 500 and claimed.isprintable() and _host(claimed) == _host(base):
        return Receipt(item["id"], claimed)
    if isinstance(name, str) and name.isidentifier() and len(name) <= 64:
        return Receipt(item["id"], f"{base}/@{name}/{item['id']}")
    return Receipt(item["id"], f"{base}/web/statuses/{item['id']}")


def _host(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return parts.scheme, parts.netloc
