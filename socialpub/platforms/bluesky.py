"""Bluesky, on its own servers or on a PDS of the department's. No SDK: documented XRPC calls on a tame session.

Each post has a record key of ours, made from the delivery's, and is written only where nothing stands: sent twice it
is there once, and after a lost answer the very record is asked for.
"""

from collections.abc import Callable, Iterator, Mapping
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
from socialpub.platforms import address, attempts, bluesky_errors, bluesky_record, classify, uploads
from socialpub.platforms.bluesky_line import HOST, Line, is_did
from socialpub.platforms.bluesky_record import (
    blob,
    cid,
    fingerprint,
    is_record_key,
    record,
    record_key,
    shows_the_same,
)
from socialpub.platforms.bluesky_session import Sessions
from socialpub.platforms.contract import PUBLISH, Journal, ReadMedia, Supplies
from socialpub.platforms.credentials import needed
from socialpub.platforms.fit import misfit, photo
from socialpub.platforms.http import CONNECT_S, READ_S, TameSession, utc_now
from socialpub.platforms.trouble import NoPhoto, Trouble, Unproven, Unusable

KEPT = timedelta(hours=1)  # what no record shows is deleted "within a time window (eg, minutes)" (lexicon uploadBlob)
_BY_HAND = "Open the post on Bluesky, choose Delete, and note that here: socialpub confirm ID --gone --because TEXT"
_STARTS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


def build(limits: Limits, supplies: Supplies) -> "BlueskyPlatform":
    return BlueskyPlatform(limits, supplies.read)


class BlueskyPlatform:
    """Publishes to one account. Keeps no state between calls but the open sessions."""

    name = "bluesky"

    def __init__(
        self,
        limits: Limits,
        read: ReadMedia,
        clock: Callable[[], datetime] = utc_now,
        timeouts: tuple[float, float] = (CONNECT_S, READ_S),
    ) -> None:
        self.limits = limits
        self._read, self._clock, self._timeouts = read, clock, timeouts
        self._reading = classify.Reading(limits.label, bluesky_errors.ROWS, bluesky_errors.facts)
        self._sessions = Sessions()

    def measure(self, text: str) -> int:
        return measure(text, self.limits.text)

    def deliver(self, post: Post, account: Account, journal: Journal) -> Outcome:
        if refused := misfit(post, self.limits) or _two_embeds(post, self.limits):
            return refused
        try:
            with self._open(account) as line:
                files = self._files(post)
                line.sign_in()
                for number, item in enumerate(files, 1):
                    self._upload(line, item, number, journal)
                return self._create(line, post, files, journal)
        except Trouble as trouble:
            # Not `again`: whatever an earlier call did, the same key cannot show a second post.
            count = max(len(post.media), 1 if post.link_card else 0)
            return attempts.ended(trouble, self._reading, journal, count, self._clock(), again=False)

    def find(self, post: Post, account: Account, journal: Journal, since: datetime) -> Answer:  # noqa: ARG002  a key needs no time
        key = record_key(journal.key)
        if journal.owned(key):
            return CannotTell(f"{key} on {self.limits.label} belongs to another delivery")
        try:
            with self._open(account) as line:
                stands = line.read(key)
        except Trouble as trouble:
            return AskAgain(classify.told(trouble, self._reading)[0])
        if stands is None:
            return attempts.told(journal, Absent())
        receipts = (self._receipt(key, account),)
        if stands.get("text") == post.text and fingerprint(stands) == journal.recall(PUBLISH).get("sha256"):
            return Found(receipts)
        says = f"what stands at {key} on {self.limits.label} is not this post as it was sent"
        return CannotTell(says, receipts if shows_the_same(stands, post) else ())

    def retract(self, receipt: Receipt, account: Account) -> Outcome:
        if not is_record_key(receipt.remote_id):
            return Refused(f"{receipt.remote_id!r} is no key of a post on {self.limits.label}", _BY_HAND)
        try:
            with self._open(account) as line:
                gone = self._take_down(line, receipt.remote_id)
        except Trouble as trouble:
            result = classify.outcome(trouble, self._reading, self._clock())
            return Refused(result.reason, _BY_HAND) if isinstance(result, Refused) else result
        return Delivered((receipt,)) if gone else Refused(f"{self.limits.label} did not delete it", _BY_HAND)

    def _take_down(self, line: Line, key: str) -> bool:
        """Whether it is gone. Asked first: an older server's answer to a deletion is empty, and says nothing."""
        if line.read(key) is None:
            return True
        line.delete(key)
        return line.read(key) is None

    def verify(self, account: Account) -> Health:
        try:
            with self._open(account) as line:
                told, quota = line.whoami(), dict(line.session.usage)
        except Unproven as unproven:
            return classify.unhealthy(unproven.cause, self._reading)
        except Trouble as trouble:
            return classify.unhealthy(trouble, self._reading)
        return _health(told, quota)

    @contextmanager
    def _open(self, account: Account) -> Iterator[Line]:
        base = address.own_server(account, HOST)
        if not is_did(account.account):
            raise Unusable(f'channel "{account.channel}": account must be the DID of the account, like did:plc:abc…')
        keys = needed(account, "identifier", "app_password")
        with TameSession("bluesky", HOST, base, keys.values(), timeouts=self._timeouts) as session:
            yield Line(session, self._sessions, account, keys, self._clock)

    def _files(self, post: Post) -> tuple[Media, ...]:
        """What is uploaded before the post: its photos, or the picture of its link card."""
        if post.link_card is None or not post.link_card.thumb_sha256:
            return post.media
        wanted = Media(post.link_card.thumb_sha256, "", 0, 0, 0)
        data = photo(self._read, wanted, 1)
        mime = next((mime for start, mime in _STARTS.items() if data.startswith(start)), "")
        if not mime or len(data) > self.limits.photos.max_bytes:
            raise NoPhoto("the picture of the link card is no JPEG or PNG, or too large. Have an administrator look.")
        return (Media(wanted.sha256, mime, 0, 0, len(data)),)

    def _upload(self, line: Line, item: Media, number: int, journal: Journal) -> None:
        """Puts a file on the server, unless an earlier attempt did. What it is called there is known before."""
        now, wanted = self._clock(), blob(item)
        if uploads.remembered(journal, number, item, now) == cid(item.sha256):
            return
        kept = line.upload(photo(self._read, item, number), item.mime)
        if {key: kept.get(key) for key in wanted} != wanted:
            raise line.session.unclear("the server keeps another file than was sent")
        uploads.remember(journal, number, item, cid(item.sha256), now + KEPT)

    def _create(self, line: Line, post: Post, files: tuple[Media, ...], journal: Journal) -> Outcome:
        """The visible call. Key and time of the first one are written down, and hold for each that follows."""
        key = record_key(journal.key)
        created_at = journal.recall(PUBLISH).get("created_at") or bluesky_record.moment(self._clock())
        whole, mine = record(post, files, created_at), line.sign_in()
        blobs = ",".join(cid(item.sha256) for item in files)
        line.session.begin("create", visible=True)
        journal.about_to_publish(rkey=key, created_at=created_at, sha256=fingerprint(whole), blobs=blobs)
        line.put(mine, key, whole)
        return Delivered((self._receipt(key, line.account),))

    def _receipt(self, key: str, account: Account) -> Receipt:
        at = f"profile/{account.account}/post/{key}"
        if address.is_real(account.base_url, self.limits):
            return Receipt(key, f"https://bsky.app/{at}")
        return Receipt(key, f"{account.base_url.rstrip('/')}/bluesky/{at}")


def _two_embeds(post: Post, limits: Limits) -> Refused | None:
    """A post shows photos or a link card, not both; what was approved must not be left out."""
    if post.link_card is None or not post.media:
        return None
    return Refused(f"{limits.label}: a post with photos cannot show a link card", "Leave out the card or the photos.")


def _health(told: Mapping[str, object], quota: dict[str, str]) -> Health:
    name = classify.joined([told.get("handle")])
    if told.get("active") is False:
        state = classify.joined([told.get("status")]) or "not active"
        remedy = "Sign in to Bluesky and follow its steps."
        return Health(alive=False, says=f"@{name} is {state}", remedy=remedy, quota=quota)
    mail = "; its e-mail address is not confirmed" if told.get("emailConfirmed") is False else ""
    return Health(alive=True, says=f"connected as @{name}{mail}", quota=quota)
