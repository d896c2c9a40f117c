"""X: the only importer of tweepy. Photos first, their alt text next, the visible call last and once.

It trusts no default of the SDK: one client per call, no waiting on rate limits, every answer checked before
the SDK sees it. A post has no key of ours on X, so after a lost answer the account's own posts are read.
"""

import base64
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

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
from socialpub.platforms import address, alike, attempts, classify, uploads, x_errors
from socialpub.platforms.contract import Connected, Journal, ReadMedia, Supplies
from socialpub.platforms.credentials import needed, network_id, owned_by
from socialpub.platforms.fit import misfit, photo
from socialpub.platforms.http import CONNECT_S, READ_S, TameSession, utc_now
from socialpub.platforms.owners import Owners
from socialpub.platforms.sign_in import Invitation
from socialpub.platforms.trouble import Another, Declined, Trouble
from socialpub.platforms.x_line import Line, says_missing
from socialpub.platforms.x_match import doubtful_ids, is_id, matching_ids, vouchable_ids
from socialpub.platforms.x_tokens import TOKENS

SDK_HOST = "https://api.twitter.com"  # fixed inside the SDK
REAL_BASE = "https://api.x.com"
KEYS = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
KEPT = timedelta(hours=24)  # how long an upload lives when X does not say (docs.x.com, media upload)
SLACK = timedelta(seconds=60)  # a post made this much before the call began may be ours: two clocks never agree
_BY_HAND = "Open the post on X, choose Delete, and note that here: socialpub confirm ID --gone --because TEXT"


def build(limits: Limits, supplies: Supplies) -> "XPlatform":
    return XPlatform(limits, supplies.read)


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
        return measure(text, self.limits.text)

    def deliver(self, post: Post, account: Account, journal: Journal) -> Outcome:
        if refused := misfit(post, self.limits) or _lost_card(post, self.limits):
            return refused
        again = bool(post.media) and attempts.begun(journal)
        try:
            with self._open(account) as line:
                if not line.proved:
                    self._owners.prove(account, lambda: line.id_in(line.me()))
                ids = [self._photo(line, item, n, journal) for n, item in enumerate(post.media, 1)]
                return self._create(line, post, ids, account, journal)
        except Trouble as trouble:
            return attempts.ended(trouble, self._reading, journal, len(post.media), self._clock(), again=again)

    def find(self, post: Post, account: Account, journal: Journal, since: datetime) -> Answer:
        try:
            with self._open(account) as line:
                items = line.own_posts(network_id(account), since)
        except Trouble as trouble:
            return AskAgain(classify.told(trouble, self._reading)[0])
        if items is None:
            return CannotTell(f"{self.limits.label} does not list the account's posts in full")
        ids, doubts = (
            [one for one in dict.fromkeys(found) if not journal.owned(one)]
            for found in (matching_ids(items, post, since - SLACK), doubtful_ids(items, post))
        )
        if len(ids) == 1:
            return Found((_receipt(ids[0], account),))
        if ids or doubts:
            vouched = [one for one in vouchable_ids(items, post, since - SLACK) if one in (ids or doubts)]
            perhaps = tuple(_receipt(one, account) for one in vouched)
            return CannotTell(alike.counted(len(ids or doubts), self.limits.label), perhaps)
        return attempts.told(journal, Absent())

    def ends_soon(self, account: Account) -> bool:
        return TOKENS.ends_soon(account, self._clock())

    def renew(self, account: Account) -> Mapping[str, str] | Deferred:
        try:
            return TOKENS.renewed(account, self._clock())
        except Trouble as trouble:
            return classify.waits(trouble, TOKENS.reading, self._clock())

    def invite(self, app: Mapping[str, str], base_url: str) -> Invitation | Deferred:
        try:
            return TOKENS.invitation(app, base_url)
        except Trouble as trouble:
            return classify.waits(trouble, TOKENS.reading, self._clock())

    def accept(self, app: Mapping[str, str], base_url: str, invited: Invitation, answer: str) -> Connected | Deferred:
        try:
            secret = TOKENS.accepted(app, base_url, invited, answer, self._clock())
            with self._open(Account("new", self.name, "0", base_url, secret)) as line:
                body = line.me()
                handle = classify.joined([line.data(body).get("username")])
                return Connected(line.id_in(body), f"@{handle}", secret)
        except Trouble as trouble:
            return classify.waits(trouble, TOKENS.reading, self._clock())

    def retract(self, receipt: Receipt, account: Account) -> Outcome:
        if not is_id(receipt.remote_id):
            return Refused(f"{receipt.remote_id!r} is no id of a post on {self.limits.label}", _BY_HAND)
        try:
            with self._open(account) as line:
                gone = self._take_down(line, receipt.remote_id)
        except Trouble as trouble:
            result = classify.outcome(trouble, self._reading, self._clock())
            return Refused(result.reason, _BY_HAND) if isinstance(result, Refused) else result
        if gone is None:
            return Deferred(f"{self.limits.label}: it cannot be told whether the post is still there")
        return Delivered((receipt,)) if gone else Refused(f"{self.limits.label} did not delete it", _BY_HAND)

    def _take_down(self, line: Line, remote_id: str) -> bool | None:
        """Whether the post is gone; None if nobody can tell. A 404 may be another's than X's own."""
        try:
            return line.delete(remote_id)
        except Declined as declined:
            if declined.status != 404:
                raise
            if says_missing(declined.body):
                return True
        try:
            stands = line.stands(remote_id)
        except Declined as declined:
            return True if declined.status == 404 and says_missing(declined.body) else None
        return None if stands is None else not stands

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
    def _open(self, account: Account) -> Iterator[Line]:
        base = address.base(account, REAL_BASE)
        bearer, owner = account.secret.get("bearer", ""), network_id(account)
        proved = not bearer and owned_by(account, owner, "access_token")
        keys = needed(account, "bearer") if bearer else needed(account, *KEYS)
        client = _client(keys)
        with TameSession("x", SDK_HOST, base, keys.values(), timeouts=self._timeouts) as session:
            client.session = session
            yield Line(client, session, user_auth=not bearer, proved=proved)

    def _photo(self, line: Line, item: Media, number: int, journal: Journal) -> str:
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

    def _upload(self, line: Line, item: Media, number: int) -> tuple[str, timedelta]:
        data = base64.b64encode(photo(self._read, item, number)).decode()
        asked = {"media": data, "media_category": "tweet_image"}
        body = line.ask("upload", "POST", "/2/media/upload", json=asked)
        seconds = classify.whole_number(line.data(body).get("expires_after_secs"))
        kept = KEPT if seconds is None else min(timedelta(seconds=max(0, min(seconds, 86_400))), KEPT)
        return line.id_in(body), kept

    def _create(self, line: Line, post: Post, ids: list[str], account: Account, journal: Journal) -> Outcome:
        """The visible call."""
        line.session.begin("create", visible=True)
        journal.about_to_publish(media_ids=",".join(ids))
        return Delivered((_receipt(line.create(post.text, ids), account),))


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
