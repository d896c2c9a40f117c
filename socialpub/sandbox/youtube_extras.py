"""The picture that stands for a video, and its captions."""

import email.parser
import email.policy
import hashlib
import json
from typing import Any

from socialpub.sandbox.pictures import measure
from socialpub.sandbox.youtube_answers import YouTubeProblem, listed
from socialpub.sandbox.youtube_door import YouTubeCall
from socialpub.sandbox.youtube_videos import Video

_LARGEST_POSTER = 2_097_152  # bytes; support.google.com, "Add video thumbnails"


async def set_thumbnail(call: YouTubeCall) -> dict[str, Any]:
    video, data = _own(call, call.asked("videoId")), await call.request.body()
    if not data:
        raise YouTubeProblem(400, "mediaBodyRequired", "The request does not include the image content.")
    mime, width, height = measure(data)
    if mime not in ("image/jpeg", "image/png") or len(data) > _LARGEST_POSTER:
        raise YouTubeProblem(400, "invalidImage", "The provided image content is invalid.")
    if not call.account.verified:
        raise YouTubeProblem(403, "forbidden", "The authenticated user doesn't have permissions to set thumbnails.")
    video.poster = hashlib.sha256(data).hexdigest()
    call.world.blobs[video.poster] = data
    shown = {"url": f"{call.base}/_sandbox/media/{video.poster}", "width": width, "height": height}
    return {"kind": "youtube#thumbnailSetResponse", "etag": "demo", "items": [{"default": shown}]}


async def insert_captions(call: YouTubeCall) -> dict[str, Any]:
    call.parts("snippet")
    about, words = _related(call.request.headers.get("content-type", ""), await call.request.body())
    snippet = about.get("snippet") if isinstance(about, dict) else None
    if not isinstance(snippet, dict) or not isinstance(snippet.get("language"), str) or not snippet["language"]:
        raise YouTubeProblem(400, "invalidMetadata", "The request contains invalid metadata values.")
    video, name = _own(call, str(snippet.get("videoId", ""))), str(snippet.get("name", ""))
    if not words.startswith(b"WEBVTT"):
        raise YouTubeProblem(400, "contentRequired", "The request does not contain the caption track contents.")
    if any((one["language"], one["name"]) == (snippet["language"], name) for one in video.captions):
        raise YouTubeProblem(409, "captionExists", "The specified video already has a caption track with this name.")
    sha256 = hashlib.sha256(words).hexdigest()
    call.world.blobs[sha256] = words
    track = {"id": f"track-{video.id}-{len(video.captions)}", "language": snippet["language"], "name": name}
    video.captions.append({**track, "sha256": sha256})
    return _track(video, track)


async def list_captions(call: YouTubeCall) -> dict[str, Any]:
    call.parts("id", "snippet")
    video = _own(call, call.asked("videoId"))
    return listed("caption", [_track(video, one) for one in video.captions])


def _track(video: Video, one: dict[str, Any]) -> dict[str, Any]:
    snippet = {"videoId": video.id, "language": one["language"], "name": one["name"], "trackKind": "standard"}
    return {"kind": "youtube#caption", "etag": "demo", "id": one["id"], "snippet": {**snippet, "status": "serving"}}


def _own(call: YouTubeCall, video_id: str) -> Video:
    video: Video | None = call.world.videos.get(video_id)
    if video is None:
        raise YouTubeProblem(404, "videoNotFound", "The video cannot be found.")
    if video.account != call.account.id:
        raise YouTubeProblem(403, "forbidden", "The request might not be properly authorized.")
    return video


def _related(kind: str, body: bytes) -> tuple[Any, bytes]:
    """The JSON and the words out of a multipart/related body."""
    head = f"Content-Type: {kind}\r\n\r\n".encode("latin-1", "replace")
    whole = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
    parts = list(whole.iter_parts()) if whole.is_multipart() else []
    if not kind.startswith("multipart/related") or len(parts) != 2:
        raise YouTubeProblem(400, "contentRequired", "Two parts are wanted: metadata and captions.")
    about, words = (part.get_payload(decode=True) for part in parts)
    try:
        return json.loads(about if isinstance(about, bytes) else b""), words if isinstance(words, bytes) else b""
    except (ValueError, RecursionError) as why:
        raise YouTubeProblem(400, "parseError", "The metadata is no JSON.") from why
