"""YouTube's videos: private until somebody switches them, and only the public ones stand in the table of posts."""

import hashlib
import re
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from starlette.responses import Response

from socialpub.sandbox.pictures import Picture
from socialpub.sandbox.world import Shown, World
from socialpub.sandbox.youtube_answers import YouTubeProblem, listed
from socialpub.sandbox.youtube_door import YouTubeCall

_STATUS: dict[str, Any] = {
    "embeddable": True,
    "license": "youtube",
    "publicStatsViewable": True,
    "selfDeclaredMadeForKids": False,
}
_PRIVACY = ("private", "public", "unlisted")
_SNIPPET = ("title", "description", "tags", "categoryId", "defaultLanguage", "defaultAudioLanguage")


@dataclass
class Video:
    id: str
    account: str
    snippet: dict[str, Any]
    status: dict[str, Any]
    sha256: str
    size: int
    made: float  # epoch seconds by the sandbox clock
    processed: float  # when it can be watched
    request_id: str
    poster: str = ""  # SHA-256
    captions: list[dict[str, Any]] = field(default_factory=list)


async def list_videos(call: YouTubeCall) -> dict[str, Any]:
    parts = call.parts("id", "snippet", "status", "processingDetails", "contentDetails")
    ids = list(filter(None, call.asked("id").split(",")))
    if not ids or len(ids) > 50:
        raise YouTubeProblem(400, "missingRequiredParameter", "No filter selected.")
    found = [call.world.videos[one] for one in dict.fromkeys(ids) if one in call.world.videos]
    seen = [one for one in found if one.account == call.account.id or one.status["privacyStatus"] != "private"]
    if "processingDetails" in parts and any(one.account != call.account.id for one in seen):
        raise YouTubeProblem(403, "forbidden", "The request cannot access processing information of this video.")
    return listed("video", [resource(call.world, one, parts) for one in seen])


async def update(call: YouTubeCall) -> dict[str, Any]:
    """What a part leaves out is taken away, as on the real network."""
    parts, given = call.parts("snippet", "status"), await call.json()
    video = _own(call, str(given.get("id", "")))
    if "snippet" in parts:
        video.snippet = {**video.snippet, **checked_snippet(given.get("snippet"))}
    if "status" in parts:
        video.status = checked_status(given.get("status"))
    settle(call.world, video, call.request.state.request_id)
    return resource(call.world, video, parts)


async def delete(call: YouTubeCall) -> Response:
    video = _own(call, call.asked("id"))
    call.world.take_down(video.id)
    return Response(status_code=204)


def _own(call: YouTubeCall, video_id: str) -> Video:
    video: Video | None = call.world.videos.get(video_id)
    if video is None:
        raise YouTubeProblem(404, "videoNotFound", "The video that you are trying to change cannot be found.")
    if video.account != call.account.id:
        raise YouTubeProblem(403, "forbidden", "The request might not be properly authorized.")
    return video


def make(world: World, account: str, given: dict[str, Any], data: bytes, request_id: str) -> Video:
    """A video of whole bytes, as its session said it should be."""
    sha256 = hashlib.sha256(data).hexdigest()
    world.blobs[sha256] = data
    video = Video(
        secrets.token_urlsafe(8),
        account,
        dict(given["snippet"]),
        dict(given["status"]),
        sha256,
        len(data),
        world.now(),
        world.now() + world.rules.youtube_processing_s,
        request_id,
    )
    world.videos[video.id] = video
    settle(world, video, request_id)
    return video


def settle(world: World, video: Video, request_id: str) -> None:
    """The table of what the public sees follows the video's privacy. A project without an audit shows nothing."""
    if world.rules.youtube_locked:
        video.status["privacyStatus"] = "private"
    if video.status["privacyStatus"] != "public":
        world.posts.pop(video.id, None)
    elif video.id not in world.posts:
        shown = Picture(video.id, video.sha256, "video/mp4", 0, 0, video.size)
        world.posts[video.id] = Shown(
            "youtube",
            video.account,
            video.id,
            f"/youtube/watch/{video.id}",
            str(video.snippet["description"]),
            [shown],
            world.moment(),
            request_id,
            extra={"video": video},
        )


def resource(world: World, video: Video, parts: set[str]) -> dict[str, Any]:
    whole: dict[str, dict[str, Any]] = {
        "snippet": {
            **video.snippet,
            "channelId": video.account,
            "publishedAt": stamp(video.made),
            "liveBroadcastContent": "none",
        },
        "status": {**_upload_status(world, video), **video.status},
        "processingDetails": {"processingStatus": "succeeded" if world.now() >= video.processed else "processing"},
        "contentDetails": {"definition": "hd"},
    }
    return {"kind": "youtube#video", "etag": "demo", "id": video.id, **{p: whole[p] for p in whole if p in parts}}


def _upload_status(world: World, video: Video) -> dict[str, Any]:
    if ends := world.rules.youtube_ends:
        name = "rejectionReason" if ends[0] == "rejected" else "failureReason"
        return {"uploadStatus": ends[0], name: ends[1]}
    return {"uploadStatus": "processed" if world.now() >= video.processed else "uploaded"}


def checked_snippet(given: Any) -> dict[str, Any]:
    snippet = given if isinstance(given, dict) else {}
    title, description, tags = (snippet.get(name, usual) for name, usual in zip(_SNIPPET, ("", "", []), strict=False))
    if strange := set(snippet) - set(_SNIPPET):
        raise YouTubeProblem(400, "badRequest", f'Unknown name "{min(strange)}" at "snippet".')
    if not isinstance(title, str) or not 1 <= len(title.strip()) <= 100 or re.search("[<>]", title):
        raise YouTubeProblem(400, "invalidTitle", "The request metadata specifies an invalid or empty video title.")
    if not isinstance(description, str) or _bytes(description) > 5000 or re.search("[<>]", description):
        raise YouTubeProblem(400, "invalidDescription", "The request metadata specifies an invalid description.")
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags) or sum(map(len, tags)) > 500:
        raise YouTubeProblem(400, "invalidTags", "The request metadata specifies invalid video keywords.")
    if not re.fullmatch("[0-9]{1,2}", str(snippet.get("categoryId", "22"))):
        raise YouTubeProblem(400, "invalidCategoryId", "The request metadata specifies an invalid category.")
    return {"description": "", "tags": [], "categoryId": "22", **snippet, "title": title.strip()}


def checked_status(given: Any) -> dict[str, Any]:
    status = given if isinstance(given, dict) else {}
    known = {*_STATUS, "privacyStatus", "containsSyntheticMedia", "publishAt"}
    if strange := set(status) - known:
        raise YouTubeProblem(400, "badRequest", f'Unknown name "{min(strange)}" at "status".')
    if status.get("privacyStatus") not in _PRIVACY:
        raise YouTubeProblem(400, "invalidVideoMetadata", "The request metadata is invalid.")
    if not all(isinstance(status.get(name, usual), type(usual)) for name, usual in _STATUS.items()):
        raise YouTubeProblem(400, "invalidVideoMetadata", "The request metadata is invalid.")
    if "publishAt" in status:
        raise YouTubeProblem(400, "invalidPublishAt", "The sandbox lets nothing be published by itself.")
    return {**_STATUS, **status}


def stamp(moment: float) -> str:
    return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
