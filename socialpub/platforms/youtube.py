"""YouTube, over its documented REST API. The video goes up private; the switch to public is the visible call.

Everything before the switch is noted step by step and done once. The switch may be repeated: it shows nothing new.
No time at which YouTube would publish by itself is ever set, for it would do so during a stand-down.
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
    Deferred,
    Delivered,
    Found,
    Health,
    Outcome,
    Receipt,
    Refused,
    Scope,
    Unconfirmed,
)
from socialpub.model.post import Media, Post
from socialpub.platforms import (
    address,
    attempts,
    classify,
    youtube_errors,
    youtube_upload,
    youtube_video,
    youtube_words,
)
from socialpub.platforms.contract import Connected, Journal, Supplies
from socialpub.platforms.credentials import needed
from socialpub.platforms.fit import photo
from socialpub.platforms.google_tokens import TOKENS
from socialpub.platforms.http import CONNECT_S, READ_S, TameSession, utc_now
from socialpub.platforms.owners import Owners
from socialpub.platforms.sign_in import Invitation
from socialpub.platforms.trouble import Another, Trouble
from socialpub.platforms.youtube_line import REAL_BASE, Line, channel_id
from socialpub.platforms.youtube_upload import Upload
from socialpub.platforms.youtube_video import Video

LOOK_AGAIN = timedelta(seconds=60)  # while YouTube processes a video: minutes, seldom hours
_WHOLE = "snippet,status,processingDetails"
_BY_HAND = (
    "Open the video in YouTube Studio, set its visibility to Private (or choose Delete), and note that here: "
    "socialpub confirm ID --gone --because TEXT"
)
_LOCKED = (
    "it keeps the video private: videos of a project that Google has not audited are locked. "
    "Ask for the audit (docs/platforms.md, YouTube); then delete the locked video in YouTube Studio, so that it is "
    "uploaded again"
)
#: What one post takes of a project's 10,000 units a day (developers.google.com, quota calculator, 2026).
_COSTS = {"uploads": "100 a day for the whole project", "one post": "about 510 of the project's 10,000 units a day"}


def build(limits: Limits, supplies: Supplies) -> "YouTubePlatform":
    return YouTubePlatform(limits, supplies)


class YouTubePlatform:
    """Publishes videos on one YouTube channel."""

    name = "youtube"

    def __init__(
        self,
        limits: Limits,
        supplies: Supplies,
        clock: Callable[[], datetime] = utc_now,
        timeouts: tuple[float, float] = (CONNECT_S, READ_S),
        chunk: int = youtube_upload.CHUNK,
    ) -> None:
        self.limits = limits
        self._supplies, self._clock, self._timeouts, self._chunk = supplies, clock, timeouts, chunk
        self._reading = classify.Reading(limits.label, youtube_errors.ROWS, youtube_errors.facts)
        self._owners = Owners()

    def measure(self, text: str) -> int:
        return measure(text, self.limits.text)

    def deliver(self, post: Post, account: Account, journal: Journal) -> Outcome:
        if refused := youtube_words.unfit(post, self.limits):
            return refused
        again = attempts.begun(journal)
        try:
            with self._open(account) as line:
                self._owners.prove(account, line.owner)
                return self._send(line, post, account, journal, again=again)
        except Trouble as trouble:
            return attempts.ended(trouble, self._reading, journal, 0, self._clock(), again=again)

    def find(
        self,
        post: Post,  # noqa: ARG002  the video's id says all
        account: Account,
        journal: Journal,
        since: datetime,  # noqa: ARG002  likewise
    ) -> Answer:
        video_id = youtube_upload.known(journal)
        if not video_id:
            return CannotTell(f"{self.limits.label} has no video of this delivery any more, or never had one")
        try:
            with self._open(account) as line:
                video = line.video(video_id)
        except Trouble as trouble:
            return AskAgain(classify.told(trouble, self._reading)[0])
        if video is None:
            return CannotTell(f"the video is not on {self.limits.label} any more: somebody deleted it")
        match video.privacy:
            case "public" if not journal.owned(video_id):
                return Found((_receipt(video_id, account),))
            case "private":
                return attempts.told(journal, Absent())
        return CannotTell(f"the video is {video.privacy}, and not by this delivery")

    def retract(self, receipt: Receipt, account: Account) -> Outcome:
        """Private, not deleted: out of the public's sight, and kept as evidence of what was shown."""
        if not youtube_video.is_id(receipt.remote_id):
            return Refused(f"{receipt.remote_id!r} is no id of a video on {self.limits.label}", _BY_HAND)
        try:
            with self._open(account) as line:
                gone = self._hidden(line, receipt.remote_id)
        except Trouble as trouble:
            result = classify.outcome(trouble, self._reading, self._clock())
            return Refused(result.reason, _BY_HAND) if isinstance(result, Refused) else result
        return Delivered((receipt,)) if gone else Deferred(f"{self.limits.label}: it still shows the video")

    def verify(self, account: Account) -> Health:
        try:
            with self._open(account) as line:
                channel = line.channel()
                if channel["id"] != account.account:
                    raise Another(account.channel, account.account, str(channel["id"]))
        except Trouble as trouble:
            return classify.unhealthy(trouble, self._reading)
        return Health(alive=True, says=f"connected to the channel {_title(channel)}", quota=dict(_COSTS))

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
            with self._line(Account("new", self.name, "", base_url, secret)) as line:
                channel = line.channel()
                return Connected(str(channel["id"]), _title(channel), secret)
        except Trouble as trouble:
            return classify.waits(trouble, TOKENS.reading, self._clock())

    @contextmanager
    def _open(self, account: Account) -> Iterator[Line]:
        channel_id(account)
        with self._line(account) as line:
            yield line

    @contextmanager
    def _line(self, account: Account) -> Iterator[Line]:
        base = address.base(account, REAL_BASE)
        keys = needed(account, "bearer", "client_secret")
        hidden = (*keys.values(), *(account.secret.get(key, "") for key in ("client_id", "refresh_token")))
        with TameSession("youtube", REAL_BASE, base, hidden, timeouts=self._timeouts) as session:
            yield Line(session, keys["bearer"])

    def _send(self, line: Line, post: Post, account: Account, journal: Journal, *, again: bool) -> Outcome:
        [item] = post.media
        tag = youtube_words.job_tag(journal, item.sha256)
        resource, secret = youtube_words.resource(post, tag), account.secret["client_secret"]
        upload = Upload(line, journal, item, resource, tag, secret, self._supplies.open, self._chunk)
        video_id = upload.video()
        self._dressed(line, item, video_id, tag, journal)
        video = line.video(video_id, _WHOLE)
        if video is None:
            return self._gone(journal, again=again)
        if video.privacy == "private" and (not_yet := self._not_yet(video, post)):
            return not_yet
        return self._shown(line, video, account, journal)

    def _dressed(self, line: Line, item: Media, video_id: str, tag: str, journal: Journal) -> None:
        """The picture that stands for the video, and its captions: each once."""
        if item.poster_sha256 and journal.recall("poster").get("video") != video_id:
            line.poster(video_id, photo(self._supplies.read, _file(item.poster_sha256), 1))
            journal.note("poster", video=video_id)
        if item.captions_sha256 and journal.recall("captions").get("video") != video_id:
            words = photo(self._supplies.read, _file(item.captions_sha256), 1)
            line.captions(video_id, item.captions_language, words, tag)
            journal.note("captions", video=video_id)

    def _gone(self, journal: Journal, *, again: bool) -> Outcome:
        """Somebody deleted the video. After a visible call they may have deleted what they saw: a person decides."""
        youtube_upload.forget(journal)
        says = f"{self.limits.label}: the video is not there any more: somebody deleted it"
        return Unconfirmed(says) if again else Deferred(f"{says}; it will be uploaded again")

    def _not_yet(self, video: Video, post: Post) -> Outcome | None:
        """Why a private video cannot be shown, or not now."""
        label = self.limits.label
        if refused := youtube_video.failed(video, label):
            return refused
        if not youtube_words.reads_as_approved(video.snippet, post):
            says = f"{label}: the video's title or description there is not the approved one: somebody changed it"
            return Refused(says, "Delete the private video in YouTube Studio, then send the story again.")
        if not video.done:
            return Deferred(f"{label}: the video is being processed", self._clock() + LOOK_AGAIN)
        return None

    def _shown(self, line: Line, video: Video, account: Account, journal: Journal) -> Outcome:
        """The visible call. It may be repeated."""
        line.session.begin("create", visible=True)
        journal.about_to_publish(video=video.id)
        now = line.switch(video, "public")
        match now.privacy:
            case "public":
                return Delivered((_receipt(video.id, account),))
            case "private":
                return Deferred(f"{self.limits.label}: {_LOCKED}", scope=Scope.CHANNEL, needs_person=True)
        raise line.session.unclear(f"the video became {now.privacy}")

    def _hidden(self, line: Line, video_id: str) -> bool:
        video = line.video(video_id)
        if video is None or video.privacy == "private":
            return True
        line.session.begin("hide")
        return line.switch(video, "private").privacy == "private"


def _file(sha256: str) -> Media:
    return Media(sha256, "", 0, 0, 0)


def _title(channel: Mapping[str, object]) -> str:
    snippet = channel.get("snippet")
    return classify.joined([snippet.get("title") if isinstance(snippet, dict) else ""])


def _receipt(video_id: str, account: Account) -> Receipt:
    if account.base_url:
        return Receipt(video_id, f"{account.base_url.rstrip('/')}/youtube/watch/{video_id}")
    return Receipt(video_id, f"https://www.youtube.com/watch?v={video_id}")
