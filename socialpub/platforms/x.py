"""X: the only importer of tweepy. Photos first, their alt text next, the visible call last and once.

It trusts no default of the SDK: one client per call, no waiting on rate limits, every answer checked before
the SDK sees it. A post has no key of ours on X, so after a lost answer the account's own posts are read.
"""

import base64
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from socialpub.model.account import Account
from socialpub.model.limits import Limits
from socialpub.model.outcome import (
    Absent,
    Answer,
    AskAgain,
    CannotTell,
    Delivered,
    Found,
    Health,
    Outcome,
    Receipt,
    Refused,
)
from socialpub.model.post import Media, Post
from socialpub.platforms import address, classify, counting, uploads, x_errors
from socialpub.platforms.contract import Journal, ReadMedia
from socialpub.platforms.credentials import needed, network_id, owned_by
from socialpub.platforms.fit import misfit, photo
from socialpub.platforms.http import CONNECT_S, READ_S, TameSession, utc_now
from socialpub.platforms.owners import Owners
from socialpub.platforms.trouble import Another, Declined, Trouble
from socialpub.platforms.x_match import matching_ids

SDK_HOST = "https://api.twitter.com"  # fixed inside the SDK
REAL_BASE = "https://api.x.com"
KEYS = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
KEPT = timedelta(hours=24)  # how long an upload lives when X does not say (docs.x.com, media upload)
EARLIER = timedelta(seconds=60)  # the network's clock may be behind ours
PAGES, PER_PAGE = 10, 100
_BY_HAND = "Open the post on X, choose Delete, and note here that it is gone."


def build(limits: Limits, read: ReadMedia) -> "XPlatform":
    return XPlatform(limits, read)


@dataclass(frozen=True, slots=True)
class _Line:
    """One SDK client on one tame session."""

    client: Any
    session: TameSession
    user_auth: bool  # OAuth 1.0a with the account's four keys; else OAuth 2.0 with its bearer
    proved: bool  # the credentials say themselves that they are this account's; a bearer never does

    def ask(self, step: str, method: str, route: str, **kwargs: Any) -> Mapping[str, Any]:
        """An endpoint the SDK has no method for."""
        self.session.begin(step)
        body: Mapping[str, Any] = self.client.request(method, route, user_auth=self.user_auth, **kwargs).json()
        return body

    def me(self) -> Mapping[str, Any]:
        """Whose the credentials are: the answer of the network."""
        self.session.begin("whose")
        body: Mapping[str, Any] = self.client.get_me(user_auth=self.user_auth)
        return body

    def data(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answer's data. A success without any carries errors instead, and tells nothing."""
        data = body.get("data")
        if not isinstance(data, dict):
            raise self.session.unclear("a success without data in it")
        return data

    def id_in(self, body: Mapping[str, Any]) -> str:
        remote_id = self.data(body).get("id")
        if not isinstance(remote_id, str) or not re.fullmatch("[0-9]{1,19}", remote_id):
            raise self.session.unclear("an answer without the network's id")
        return remote_id


class XPlatform:
    """Publishes to one X account. Keeps no state between calls."""

    name = "x"

    def __init__(
        self,
        limits: Limits,
        read: ReadMedia,
        clock: Callable[[], datetime] = utc_now,
        timeouts: tuple[float, float] = (CONNECT_S, READ_S),
    ) -> None:
        self.limits = limits
        self._read, self._clock, self._timeouts = read, clock, timeouts
        self._reading = classify.Reading(limits.label, x_errors.ROWS, x_errors.facts)
        self._owners = Owners()

    def measure(self, text: str) -> int:
        return counting.measure(text, self.limits.text)

    def deliver(self, post: Post, account: Account, journal: Journal) -> Outcome:
        if refused := misfit(post, self.limits) or _lost_card(post, self.limits):
            return refused
        try:
            with self._open(account) as line:
                if not line.proved:
                    self._owners.prove(account, lambda: line.id_in(line.me()))
                ids = [self._photo(line, item, n, journal) for n, item in enumerate(post.media, 1)]
                return self._create(line, post, ids, account, journal)
        except Trouble as trouble:
            if trouble.visible and self._reading.means(trouble) is classify.Means.FORGOTTEN:
                uploads.forget(journal, len(post.media))
            return classify.outcome(trouble, self._reading, self._clock())

    def find(self, post: Post, account: Account, journal: Journal, since: datetime) -> Answer:
        try:
            with self._open(account) as line:
                items = self._own_posts(line, network_id(account), since)
        except Trouble as trouble:
            return AskAgain(classify.told(trouble, self._reading)[0])
        if items is None:
            return CannotTell(f"{self.limits.label} does not list the account's posts in full")
        ids = [found for found in dict.fromkeys(matching_ids(items, post)) if not journal.owned(found)]
        if len(ids) > 1:
            return CannotTell(f"{len(ids)} posts on {self.limits.label} read like this one")
        return Found((_receipt(ids[0], account),)) if ids else Absent()

    def retract(self, receipt: Receipt, account: Account) -> Outcome:
        if not re.fullmatch("[0-9]{1,19}", receipt.remote_id):
            return Refused(f"{receipt.remote_id!r} is no id of a post on {self.limits.label}", _BY_HAND)
        try:
            with self._open(account) as line:
                line.session.begin("delete")
                body = line.client.delete_tweet(receipt.remote_id, user_auth=line.user_auth)
                gone = line.data(body).get("deleted") is True
        except Declined as declined:
            if declined.status == 404 and declined.body is not None:
                return Delivered((receipt,))
            return _for_retract(classify.outcome(declined, self._reading, self._clock()))
        except Trouble as trouble:
            return classify.outcome(trouble, self._reading, self._clock())
        return Delivered((receipt,)) if gone else Refused(f"{self.limits.label} did not delete it", _BY_HAND)

    def verify(self, account: Account) -> Health:
        try:
            with self._open(account) as line:
                body = line.me()
                me, owner, quota = line.data(body), line.id_in(body), dict(line.session.usage)
                if owner != account.account:
                    raise Another(account.channel, account.account, owner)
        except Trouble as trouble:
            return classify.unhealthy(trouble, self._reading)
        return Health(alive=True, says=f"connected as @{classify.joined([me.get('username')])}", quota=quota)

    @contextmanager
    def _open(self, account: Account) -> Iterator[_Line]:
        base = address.base(account, REAL_BASE)
        bearer, owner = account.secret.get("bearer", ""), network_id(account)
        proved = not bearer and owned_by(account, owner, "access_token")
        keys = needed(account, "bearer") if bearer else needed(account, *KEYS)
        client = _client(keys)
        with TameSession("x", SDK_HOST, base, keys.values(), timeouts=self._timeouts) as session:
            client.session = session
            yield _Line(client, session, user_auth=not bearer, proved=proved)

    def _photo(self, line: _Line, item: Media, number: int, journal: Journal) -> str:
        """The media id of one photo, uploaded now or by an earlier attempt, with its alt text in place."""
        now = self._clock()
        media_id = uploads.remembered(journal, number, item, now)
        if not media_id:
            media_id, kept = self._upload(line, item, number)
            uploads.remember(journal, number, item, media_id, now + kept)
        if item.alt and journal.recall(f"alt-{number}").get("id") != media_id:
            described = {"id": media_id, "metadata": {"alt_text": {"text": item.alt}}}
            line.data(line.ask("alt", "POST", "/2/media/metadata", json=described))
            journal.note(f"alt-{number}", id=media_id)
        return media_id

    def _upload(self, line: _Line, item: Media, number: int) -> tuple[str, timedelta]:
        data = base64.b64encode(photo(self._read, item, number)).decode()
        asked = {"media": data, "media_category": "tweet_image"}
        body = line.ask("upload", "POST", "/2/media/upload", json=asked)
        seconds = classify.whole_number(line.data(body).get("expires_after_secs"))
        kept = KEPT if seconds is None else min(timedelta(seconds=max(0, min(seconds, 86_400))), KEPT)
        return line.id_in(body), kept

    def _create(self, line: _Line, post: Post, ids: list[str], account: Account, journal: Journal) -> Outcome:
        """The visible call. An answer that holds the post's id is a success, whatever else it says."""
        asked = {"text": post.text or None, "media_ids": ids or None, "user_auth": line.user_auth}
        line.session.begin("create", visible=True)
        journal.about_to_publish(media_ids=",".join(ids))
        remote_id = line.id_in(line.client.create_tweet(**asked))
        return Delivered((_receipt(remote_id, account),))

    def _own_posts(self, line: _Line, user: str, since: datetime) -> list[Mapping[str, Any]] | None:
        """The account's posts since a minute before `since`; None if they cannot all be read as needed.

        X is renaming tweet.fields to post.fields and silently leaves out what it does not know. A list
        without links and photos would make every post look absent: the other name is tried then.
        """
        for vocabulary in ("post.fields", "tweet.fields"):
            items = self._pages(line, user, since, vocabulary)
            if items is None or all("created_at" in item for item in items):
                return items
        return None

    def _pages(self, line: _Line, user: str, since: datetime, vocabulary: str) -> list[Mapping[str, Any]] | None:
        asked = {"max_results": PER_PAGE, "start_time": f"{since - EARLIER:%Y-%m-%dT%H:%M:%SZ}",
                 vocabulary: "created_at,entities,attachments"}  # fmt: skip
        items: list[Mapping[str, Any]] = []
        for _ in range(PAGES):
            body = line.ask("find", "GET", f"/2/users/{user}/tweets", params=asked)
            page, meta = body.get("data", []), body.get("meta")
            if not isinstance(page, list) or not isinstance(meta, dict) or ("data" not in body and "errors" in body):
                raise line.session.unclear("a list that cannot be read")
            items += [item for item in page if isinstance(item, dict)]
            token = meta.get("next_token")
            if not isinstance(token, str) or not token:
                return items
            asked["pagination_token"] = token
        return None


def _client(keys: Mapping[str, str]) -> Any:
    import tweepy

    named = {"bearer_token" if key == "bearer" else key: value for key, value in keys.items()}
    return tweepy.Client(**named, return_type=dict, wait_on_rate_limit=False)


def _lost_card(post: Post, limits: Limits) -> Refused | None:
    """X makes its own card of a link in the text; a card for any other link cannot be shown."""
    if post.link_card is None or post.link_card.url in post.text:
        return None
    return Refused(f"{limits.label}: the link card's link is not in the text", "Put the link into the text.")


def _receipt(remote_id: str, account: Account) -> Receipt:
    if account.base_url:
        return Receipt(remote_id, f"{account.base_url.rstrip('/')}/x/i/status/{remote_id}")
    return Receipt(remote_id, f"https://x.com/i/web/status/{remote_id}")


def _for_retract(result: Outcome) -> Outcome:
    """The remedy for a refused deletion is a person's hand; a deferred one is tried again."""
    return Refused(result.reason, _BY_HAND) if isinstance(result, Refused) else result
