"""Facebook Pages: the only importer of facebook-sdk. Photos go up unpublished, then one post shows them.

It trusts no default of the SDK: every answer is checked before the SDK sees it, and the token travels in a
header. A post has no key of ours on Facebook; the ids of photos prove it, a plain text can only be searched.
"""

import io
import json
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
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
from socialpub.platforms import address, classify, counting, facebook_errors, facebook_match, uploads
from socialpub.platforms.contract import Journal, ReadMedia
from socialpub.platforms.credentials import needed, network_id
from socialpub.platforms.facebook_health import health
from socialpub.platforms.fit import misfit, photo
from socialpub.platforms.http import CONNECT_S, READ_S, TameSession, utc_now
from socialpub.platforms.owners import Owners
from socialpub.platforms.trouble import Declined, Trouble

SDK_HOST = "https://graph.facebook.com"  # fixed inside the SDK
VERSION = "v25.0"  # lives until 2028; the SDK's own constructor knows none after 3.1
KEPT = timedelta(hours=20)  # unpublished photos vanish after about a day; not documented to the hour
EARLIER = timedelta(seconds=60)  # the network's clock may be behind ours
PAGES, PER_PAGE = 10, 100
FIELDS = (
    "id,message,created_time,permalink_url,"
    "attachments{media_type,target{id},subattachments.limit(50){media_type,target{id}}}"
)
COSMETIC_S = (5.0, 5.0)  # time-outs of a call whose failure changes nothing
HOSTS = ("facebook.com",)
_BY_HAND = "Open the post on the Page, choose Delete, and note here that it is gone."


def build(limits: Limits, read: ReadMedia) -> "FacebookPlatform":
    return FacebookPlatform(limits, read)


@dataclass(frozen=True, slots=True)
class _Line:
    """One SDK object on one tame session, for one Page."""

    graph: Any
    session: TameSession
    page: str

    def owner(self) -> str:
        """Whose the key is: a Page's own names the Page, a person's the person (Graph API, the node `me`)."""
        self.session.begin("whose")
        return self.id_in(self.graph.get_object("me", fields="id"))

    def id_in(self, answer: Any) -> str:
        remote_id = facebook_match.post_id(answer.get("id"))
        if not remote_id:
            raise self.session.unclear("an answer without the network's id")
        return remote_id


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
        self._reading = classify.Reading(limits.label, facebook_errors.ROWS, facebook_errors.facts)
        self._owners = Owners()

    def measure(self, text: str) -> int:
        return counting.measure(text, self.limits.text)

    def deliver(self, post: Post, account: Account, journal: Journal) -> Outcome:
        if refused := misfit(post, self.limits):
            return refused
        try:
            with self._open(account) as line:
                self._owners.prove(account, line.owner)
                ids = [self._photo(line, item, n, journal) for n, item in enumerate(post.media, 1)]
                remote_id = self._create(line, post, ids, journal)
                return Delivered((self._receipt(line, remote_id, account),))
        except Trouble as trouble:
            if self._reading.means(trouble) is classify.Means.FORGOTTEN:
                uploads.forget(journal, len(post.media))
            return classify.outcome(trouble, self._reading, self._clock())

    def find(self, post: Post, account: Account, journal: Journal, since: datetime) -> Answer:
        photo_ids = uploads.noted_ids(journal, len(post.media))
        if post.media and not photo_ids:
            return CannotTell("no id of an uploaded photo was noted, so nothing can prove a post to be this one")
        try:
            with self._open(account) as line:
                items, whole = self._published(line, since - EARLIER)
        except Trouble as trouble:
            return AskAgain(classify.told(trouble, self._reading)[0])
        if photo_ids:
            fitting = facebook_match.with_photos(items, photo_ids)
        else:
            fitting = facebook_match.with_words(items, post.text, since - EARLIER)
        ours = {item["id"]: item for item in fitting if not journal.owned(item["id"])}
        return self._answer(list(ours.values()), account, proof=bool(photo_ids), whole=whole)

    def retract(self, receipt: Receipt, account: Account) -> Outcome:
        if not facebook_match.post_id(receipt.remote_id):
            return Refused(f"{receipt.remote_id!r} is no id of a post on {self.limits.label}", _BY_HAND)
        try:
            with self._open(account) as line:
                gone = self._delete(line, receipt.remote_id)
        except Trouble as trouble:
            result = classify.outcome(trouble, self._reading, self._clock())
            return Refused(result.reason, _BY_HAND) if isinstance(result, Refused) else result
        return Delivered((receipt,)) if gone else Refused(f"{self.limits.label} did not delete it", _BY_HAND)

    def verify(self, account: Account) -> Health:
        try:
            with self._open(account) as line:
                line.session.begin("verify")
                token = line.graph.get_object("debug_token", input_token=line.graph.access_token)
                line.session.begin("page")
                page = line.graph.get_object(line.page, fields="id,name")
                return health(token, page, line.page, self._clock(), dict(line.session.usage))
        except Trouble as trouble:
            return classify.unhealthy(trouble, self._reading)

    @contextmanager
    def _open(self, account: Account) -> Iterator[_Line]:
        base = address.base(account, SDK_HOST)
        page = network_id(account)
        token = needed(account, "access_token")["access_token"]
        with TameSession("facebook", SDK_HOST, base, (token,), token, self._timeouts) as session:
            graph = _sdk().GraphAPI(access_token=token, session=session)
            graph.version = VERSION
            yield _Line(graph, session, page)

    def _photo(self, line: _Line, item: Media, number: int, journal: Journal) -> str:
        """The id of one unpublished photo, uploaded now or by an earlier attempt, with its alt text."""
        now = self._clock()
        photo_id = uploads.remembered(journal, number, item, now)
        if photo_id:
            return photo_id
        given = {"published": "false"} | ({"alt_text_custom": item.alt} if item.alt else {})
        data = io.BytesIO(photo(self._read, item, number))
        line.session.begin("upload")
        photo_id = line.id_in(line.graph.put_photo(data, f"{line.page}/photos", **given))
        uploads.remember(journal, number, item, photo_id, now + KEPT)
        return photo_id

    def _create(self, line: _Line, post: Post, ids: list[str], journal: Journal) -> str:
        """The visible call: the new post's id."""
        given = {"message": post.text}
        if ids:  # a list of dicts would be mangled by the SDK's form
            given["attached_media"] = json.dumps([{"media_fbid": photo_id} for photo_id in ids])
        elif post.link_card is not None:
            given["link"] = post.link_card.url
        line.session.begin("create", visible=True)
        journal.about_to_publish(photos=",".join(ids))
        return line.id_in(line.graph.put_object(line.page, "feed", **given))

    def _receipt(self, line: _Line, remote_id: str, account: Account) -> Receipt:
        """The receipt with the network's own address of the post. Failing to read that changes nothing."""
        line.session.begin("permalink")
        line.session.timeouts = COSMETIC_S
        try:
            claimed = line.graph.get_object(remote_id, fields="permalink_url").get("permalink_url")
        except Trouble:
            claimed = None
        return _receipt(remote_id, claimed, account)

    def _published(self, line: _Line, since: datetime) -> tuple[list[Mapping[str, Any]], bool]:
        """The Page's posts since then, and whether that was all of them."""
        asked = {"fields": FIELDS, "since": str(int(since.timestamp())), "limit": str(PER_PAGE)}
        items: list[Mapping[str, Any]] = []
        for _ in range(PAGES):
            line.session.begin("find")
            body = line.graph.get_connections(line.page, "published_posts", **asked)
            data, paging = body.get("data"), body.get("paging", {})
            if not isinstance(data, list) or not isinstance(paging, dict):
                raise line.session.unclear("a list that cannot be read")
            items += [item for item in data if isinstance(item, dict)]
            cursors = paging.get("cursors")
            after = cursors.get("after") if isinstance(cursors, dict) else None
            if "next" not in paging or not isinstance(after, str):
                return items, "next" not in paging
            asked["after"] = after
        return items, False

    def _answer(self, ours: list[Mapping[str, Any]], account: Account, *, proof: bool, whole: bool) -> Answer:
        label = self.limits.label
        if len(ours) == 1 and (proof or whole):
            return Found((_receipt(ours[0]["id"], ours[0].get("permalink_url"), account),))
        if ours:
            return CannotTell(f"{len(ours)} or more posts on the {label} fit this one")
        if not whole:
            return CannotTell(f"the {label} does not list its posts in full")
        return Absent() if proof else CannotTell(f"the {label} lists no such text, which proves nothing")

    def _delete(self, line: _Line, remote_id: str) -> bool:
        """Whether the post is gone. "Does not exist" is only believed while the Page itself can be read."""
        line.session.begin("delete")
        try:
            return line.graph.delete_object(remote_id).get("success") is True
        except Declined as declined:
            facts = facebook_errors.facts(declined)
            if (facts.code, facts.subcode) != (100, 33):
                raise
        line.session.begin("page")
        return bool(line.graph.get_object(line.page, fields="id").get("id") == line.page)


@cache
def _sdk() -> Any:
    """The SDK, imported on first use; once, because muting warnings is no matter for several threads."""
    with warnings.catch_warnings():  # the SDK of 2018 has a stray backslash that newer Pythons remark upon
        warnings.simplefilter("ignore")
        import facebook
    return facebook


def _receipt(remote_id: str, claimed: object, account: Account) -> Receipt:
    if account.base_url:
        page, _, number = remote_id.partition("_")
        fallback = f"{account.base_url.rstrip('/')}/facebook/{page}/posts/{number}"
    else:
        fallback = f"https://www.facebook.com/{remote_id}"
    return Receipt(remote_id, address.permalink(claimed, account, HOSTS, fallback))
