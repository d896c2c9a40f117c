"""Facebook Pages. Photos go up unpublished, then one post shows them.

It trusts no default of the SDK: every answer is checked before the SDK sees it, and the token travels in a
header. A post has no key of ours on Facebook; the ids of photos prove it, a plain text can only be searched.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from socialpub.model.account import Account
from socialpub.model.limits import Limits
from socialpub.model.measure import measure
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
from socialpub.platforms import address, attempts, classify, facebook_errors, facebook_match, graph_errors, uploads
from socialpub.platforms.contract import Journal, ReadMedia, Supplies
from socialpub.platforms.credentials import needed, network_id
from socialpub.platforms.facebook_health import health
from socialpub.platforms.facebook_line import Line, line_on
from socialpub.platforms.fit import misfit, photo
from socialpub.platforms.graph_list import Item, Listed
from socialpub.platforms.http import CONNECT_S, READ_S, TameSession, utc_now
from socialpub.platforms.owners import Owners
from socialpub.platforms.trouble import Trouble

SDK_HOST = "https://graph.facebook.com"  # fixed inside the SDK
KEPT = timedelta(hours=20)  # unpublished photos vanish after about a day; not documented to the hour
EARLIER = timedelta(hours=6)  # so much earlier the list is asked for: our clock may be ahead of the network's
SLACK = timedelta(seconds=60)  # a post made this much before the call began may be ours: two clocks never agree
HOSTS = ("facebook.com",)
_BY_HAND = "Open the post on the Page, choose Delete, and note that here: socialpub confirm ID --gone --because TEXT"


def build(limits: Limits, supplies: Supplies) -> "FacebookPlatform":
    return FacebookPlatform(limits, supplies.read)


class FacebookPlatform:
    """Publishes to one Page. Keeps no state between calls."""

    name = "facebook"

    def __init__(
        self,
        limits: Limits,
        read: ReadMedia,
        clock: Callable[[], datetime] = utc_now,
        timeouts: tuple[float, float] = (CONNECT_S, READ_S),
    ) -> None:
        self.limits = limits
        self._read, self._clock, self._timeouts = read, clock, timeouts
        self._reading = classify.Reading(limits.label, facebook_errors.ROWS, graph_errors.facts)
        self._owners = Owners()

    def measure(self, text: str) -> int:
        return measure(text, self.limits.text)

    def deliver(self, post: Post, account: Account, journal: Journal) -> Outcome:
        if refused := misfit(post, self.limits) or _lost_card(post, self.limits):
            return refused
        again = bool(post.media) and attempts.begun(journal)
        try:
            with self._open(account) as line:
                self._owners.prove(account, line.owner)
                ids = [self._photo(line, item, n, journal) for n, item in enumerate(post.media, 1)]
                remote_id = self._create(line, post, ids, journal)
                return Delivered((_receipt(remote_id, line.permalink(remote_id), account),))
        except Trouble as trouble:
            return attempts.ended(trouble, self._reading, journal, len(post.media), self._clock(), again=again)

    def find(self, post: Post, account: Account, journal: Journal, since: datetime) -> Answer:
        photo_ids = uploads.noted_ids(journal, len(post.media))
        if post.media and not photo_ids:
            return CannotTell("no id of an uploaded photo was noted, so nothing can prove a post to be this one")
        try:
            with self._open(account) as line:
                listed = line.published(since - EARLIER)
        except Trouble as trouble:
            return AskAgain(classify.told(trouble, self._reading)[0])
        if not post.media:
            return self._by_words(listed, post.text, account, journal, since)
        return attempts.told(journal, self._by_photos(listed, post.text, account, journal, photo_ids))

    def retract(self, receipt: Receipt, account: Account) -> Outcome:
        if not facebook_match.is_own_id(receipt.remote_id, account.account):
            return Refused(f"{receipt.remote_id!r} is no id of a post on this {self.limits.label}", _BY_HAND)
        try:
            with self._open(account) as line:
                gone = line.delete(receipt.remote_id)
        except Trouble as trouble:
            result = classify.outcome(trouble, self._reading, self._clock())
            return Refused(result.reason, _BY_HAND) if isinstance(result, Refused) else result
        return Delivered((receipt,)) if gone else Refused(f"{self.limits.label} did not delete it", _BY_HAND)

    def verify(self, account: Account) -> Health:
        try:
            with self._open(account) as line:
                token, page = line.token(), line.page_named()
                return health(token, page, line.page, self._clock(), dict(line.session.usage))
        except Trouble as trouble:
            return classify.unhealthy(trouble, self._reading)

    @contextmanager
    def _open(self, account: Account) -> Iterator[Line]:
        base = address.base(account, SDK_HOST)
        page = network_id(account)
        token = needed(account, "access_token")["access_token"]
        with TameSession("facebook", SDK_HOST, base, (token,), token, self._timeouts) as session:
            yield line_on(session, token, page)

    def _photo(self, line: Line, item: Media, number: int, journal: Journal) -> str:
        """The id of one unpublished photo, uploaded now or by an earlier attempt, with its alt text."""
        now = self._clock()
        photo_id = uploads.remembered(journal, number, item, now)
        if not photo_id:
            photo_id = line.upload(photo(self._read, item, number), item.alt)
            uploads.remember(journal, number, item, photo_id, now + KEPT)
        return photo_id

    def _create(self, line: Line, post: Post, ids: list[str], journal: Journal) -> str:
        """The visible call: the new post's id."""
        link = post.link_card.url if post.link_card else ""
        line.session.begin("create", visible=True)
        journal.about_to_publish(photos=",".join(ids))
        return line.create(post.text, ids, link)

    def _by_photos(
        self, listed: Listed, text: str, account: Account, journal: Journal, photo_ids: frozenset[str]
    ) -> Answer:
        """A post that shows one of our uploads is ours, whatever became of its words. Else words raise doubts."""
        ours = _nobodys(facebook_match.with_photos(listed.items, photo_ids), journal)
        if len(ours) == 1:
            return self._found(ours[0], account)
        if ours:
            return self._several(ours)
        if doubt := self._unread(listed):
            return doubt
        if _nobodys(facebook_match.reading_alike(listed.items, text), journal):
            return CannotTell(f"a post on the {self.limits.label} reads like this one, but its photos are not known")
        return Absent()

    def _by_words(self, listed: Listed, text: str, account: Account, journal: Journal, since: datetime) -> Answer:
        ours = _nobodys(facebook_match.with_words(listed.items, text, since - SLACK), journal)
        if doubt := self._unread(listed):
            return doubt
        if len(ours) == 1:
            return self._found(ours[0], account)
        label = self.limits.label
        return self._several(ours) if ours else CannotTell(f"the {label} lists no such text, which proves nothing")

    def _unread(self, listed: Listed) -> Answer | None:
        """Why nothing can be concluded from a list, if so."""
        if not listed.clear:
            return AskAgain(f"the {self.limits.label} lists posts that cannot be read")
        return None if listed.whole else CannotTell(f"the {self.limits.label} does not list its posts in full")

    def _several(self, ours: list[Item]) -> Answer:
        return CannotTell(f"{len(ours)} posts on the {self.limits.label} fit this one")

    def _found(self, item: Item, account: Account) -> Answer:
        return Found((_receipt(item["id"], item.get("permalink_url"), account),))


def _nobodys(items: list[Item], journal: Journal) -> list[Item]:
    """Each post once that no other delivery owns."""
    return [item for item in {item["id"]: item for item in items}.values() if not journal.owned(item["id"])]


def _lost_card(post: Post, limits: Limits) -> Refused | None:
    """A post with photos shows no link card; what was approved must not be left out."""
    if post.link_card is None or not post.media:
        return None
    return Refused(f"{limits.label}: a post with photos cannot show a link card", "Leave out the card or the photos.")


def _receipt(remote_id: str, claimed: object, account: Account) -> Receipt:
    if account.base_url:
        page, _, number = remote_id.partition("_")
        fallback = f"{account.base_url.rstrip('/')}/facebook/{page}/posts/{number}"
    else:
        fallback = f"https://www.facebook.com/{remote_id}"
    return Receipt(remote_id, address.permalink(claimed, account, HOSTS, fallback))
