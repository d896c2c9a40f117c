"""One connection to YouTube's documented REST API (v3): each method is one call, sent once, its answer read strictly.

It keeps nothing and decides nothing. An answer that does not say what was asked is Unclear.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests

from socialpub.model.account import Account
from socialpub.platforms import youtube_video
from socialpub.platforms.http import TameSession
from socialpub.platforms.trouble import Declined, Unusable, clean
from socialpub.platforms.youtube_video import Video

REAL_BASE = "https://youtube.googleapis.com"  # rootUrl of the description, revision 20261104
UPLOAD = "/upload/youtube/v3"
PAGES, PER_PAGE = 4, 50  # of the uploads, newest first: far more than are made in the life of a session
_STARTED, _GO_ON = frozenset({200}), frozenset({308})


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of a video YouTube has: `at` bytes, or all of it as the video `video`."""

    at: int
    video: str = ""


class Line:
    def __init__(self, session: TameSession, bearer: str) -> None:
        self.session = session
        session.headers["Authorization"] = f"Bearer {bearer}"

    def channel(self, part: str = "snippet") -> Mapping[str, Any]:
        """The signed-in account's own channel."""
        self.session.begin("whose")
        items = self._items(self._get("channels", part=part, mine="true"), "channel")
        if len(items) != 1 or not is_channel(items[0].get("id")):
            raise self.session.unclear("an answer that names no channel")
        return items[0]

    def owner(self) -> str:
        return str(self.channel()["id"])

    def video(self, video_id: str, part: str = "status") -> Video | None:
        """The video, or None where YouTube has none of this id that this account may see."""
        found = self.videos([video_id], part)
        if len(found) > 1 or any(one.id != video_id for one in found):
            raise self.session.unclear("another video than was asked for")
        return found[0] if found else None

    def videos(self, ids: Sequence[str], part: str) -> list[Video]:
        self.session.begin("look")
        items = self._items(self._get("videos", part=part, id=",".join(ids)), "video")
        videos = [youtube_video.read(item) for item in items]
        if None in videos:
            raise self.session.unclear("a video that cannot be read")
        return [video for video in videos if video]

    def by_tag(self, tag: str) -> str:
        """The id of the account's video that has this tag, or "": read in the list of its uploads, newest first."""
        playlist = self._uploads()
        token = ""
        for _ in range(PAGES):
            ids, token = self._page(playlist, token)
            for video in self.videos(ids, "snippet,status") if ids else ():
                if tag in video.tags and video.status.get("uploadStatus") != "deleted":
                    return video.id
            if not token:
                break
        return ""

    def switch(self, video: Video, privacy: str) -> Video:
        """Who may see the video; the caller has announced it. Gives the video as YouTube now says it is."""
        body = {"id": video.id, "status": {**video.kept(), "privacyStatus": privacy}}
        url = f"{REAL_BASE}/youtube/v3/videos"
        answer = self._json(lambda: self.session.put(url, params={"part": "status"}, json=body))
        now = youtube_video.read(answer)
        if now is None or now.id != video.id:
            raise self.session.unclear("an answer that is not about this video")
        return now

    def start(self, resource: Mapping[str, Any], mime: str, size: int) -> str:
        """Begin an upload; gives the session's place on the API's host. A secret: whoever knows it may send."""
        self.session.begin("session", bare=_STARTED)
        response = self.session.post(
            f"{REAL_BASE}{UPLOAD}/videos",
            params={"uploadType": "resumable", "part": "snippet,status"},
            json=dict(resource),
            headers={"X-Upload-Content-Length": str(size), "X-Upload-Content-Type": mime},
        )
        place = self._place(response.headers.get("location", ""))
        self.session.hide(place, *re.findall(r"upload_id=([^&]+)", place))
        return place

    def asked(self, place: str, size: int) -> Progress | None:
        """How much has arrived; None when YouTube does not know the session any more."""
        self.session.begin("progress", bare=_GO_ON)
        return self._put(place, b"", f"bytes */{size}", size)

    def put(self, place: str, piece: bytes, at: int, size: int) -> Progress | None:
        """Send the bytes from `at` on; None when YouTube does not know the session any more."""
        self.session.begin("chunk", bare=_GO_ON)
        return self._put(place, piece, f"bytes {at}-{at + len(piece) - 1}/{size}", size)

    def poster(self, video_id: str, picture: bytes) -> None:
        self.session.begin("poster")
        params, headers = {"videoId": video_id, "uploadType": "media"}, {"Content-Type": "image/jpeg"}
        url = f"{REAL_BASE}{UPLOAD}/thumbnails/set"
        self._items(
            self._json(lambda: self.session.post(url, params=params, data=picture, headers=headers)), "thumbnailSet"
        )

    def captions(self, video_id: str, language: str, words: bytes, boundary: str) -> None:
        """Captions that are there already are ours: nobody else adds any to a private video of this delivery."""
        about = {"snippet": {"videoId": video_id, "language": language, "name": "", "isDraft": False}}
        body, kind = _related(about, words, boundary)
        self.session.begin("captions")
        params, url = {"uploadType": "multipart", "part": "snippet"}, f"{REAL_BASE}{UPLOAD}/captions"
        try:
            answer = self._json(
                lambda: self.session.post(url, params=params, data=body, headers={"Content-Type": kind})
            )
        except Declined as declined:
            if declined.status == 409:  # captionExists
                return
            raise
        if not isinstance(answer.get("id"), str):
            raise self.session.unclear("an answer without the captions' id")

    def _put(self, place: str, piece: bytes, span: str, size: int) -> Progress | None:
        headers = {"Content-Range": span, "Content-Type": "application/octet-stream"}
        try:
            response = self.session.put(REAL_BASE + place, data=piece, headers=headers)
        except Declined as declined:
            if declined.status in (404, 410):
                return None
            raise
        if response.status_code == 308:
            return Progress(self._arrived(response.headers.get("range", ""), size))
        video = self._json(lambda: response).get("id")
        if not youtube_video.is_id(video):
            raise self.session.unclear("a whole upload without the video's id")
        return Progress(size, str(video))

    def _arrived(self, span: str, size: int) -> int:
        """The number of bytes in `bytes=0-N`; no header means none."""
        found = re.fullmatch(r"(?:bytes=)?0-([0-9]{1,15})", span)
        arrived = int(found[1]) + 1 if found else 0
        if (span and not found) or arrived > size:
            raise self.session.unclear("more or other bytes than were sent")
        return arrived

    def _place(self, location: str) -> str:
        try:
            parts, here = urlsplit(location), urlsplit(self.session.base)
        except ValueError:
            parts = here = urlsplit("")
        if (parts.scheme, parts.netloc) != (here.scheme, here.netloc) or not parts.query.isprintable():
            raise self.session.unclear("an upload session at another address")
        if "/upload/youtube/v3/videos" not in parts.path or not parts.query:
            raise self.session.unclear("an upload session without an address")
        return f"{parts.path}?{parts.query}"

    def _uploads(self) -> str:
        details = self.channel("contentDetails").get("contentDetails")
        related = details.get("relatedPlaylists") if isinstance(details, dict) else None
        playlist = related.get("uploads") if isinstance(related, dict) else None
        if not isinstance(playlist, str) or not playlist:
            raise self.session.unclear("a channel without a list of its uploads")
        return playlist

    def _page(self, playlist: str, token: str) -> tuple[list[str], str]:
        self.session.begin("uploads")
        asked = {"part": "contentDetails", "playlistId": playlist, "maxResults": str(PER_PAGE)}
        body = self._get("playlistItems", **asked, **({"pageToken": token} if token else {}))
        details = [item.get("contentDetails") for item in self._items(body, "playlistItem")]
        ids = [one.get("videoId") for one in details if isinstance(one, dict)]
        following = body.get("nextPageToken", "")
        if len(ids) != len(details) or not all(map(youtube_video.is_id, ids)) or not isinstance(following, str):
            raise self.session.unclear("a list that cannot be read")
        return [str(one) for one in ids], following

    def _items(self, body: Mapping[str, Any], kind: str) -> list[dict[str, Any]]:
        """The items of a list that says that it is one of `kind`. An account without any has an empty one."""
        items = body.get("items", [])
        named = re.fullmatch(rf"youtube#{kind}(List)?Response", str(body.get("kind")))
        if not named or not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise self.session.unclear("a list that cannot be read")
        return items

    def _get(self, what: str, **asked: str) -> Mapping[str, Any]:
        return self._json(lambda: self.session.get(f"{REAL_BASE}/youtube/v3/{what}", params=asked))

    def _json(self, call: Callable[[], requests.Response]) -> Mapping[str, Any]:
        return self.session.answer(lambda: call().json())


def _related(about: Mapping[str, Any], words: bytes, boundary: str) -> tuple[bytes, str]:
    """Two parts in one body (RFC 2387), and its content type."""
    line = f"--{boundary}\r\nContent-Type: ".encode()
    body = line + b"application/json; charset=UTF-8\r\n\r\n" + json.dumps(about).encode()
    body += b"\r\n" + line + b"text/vtt\r\n\r\n" + words + f"\r\n--{boundary}--\r\n".encode()
    return body, f"multipart/related; boundary={boundary}"


def is_channel(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"UC[A-Za-z0-9_-]{22}", value) is not None


def channel_id(account: Account) -> str:
    """The channel's own id. Raises Unusable."""
    if not is_channel(account.account):
        says = f'channel "{account.channel}": account must be the id of the YouTube channel, which begins with UC'
        raise Unusable(f"{says}; it is {clean(account.account)[:40]!r}")
    return account.account
