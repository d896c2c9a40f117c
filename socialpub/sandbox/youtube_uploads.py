"""Resumable uploads, as Google's guide describes them ("Resumable Uploads", developers.google.com/youtube/v3).

Bytes come in order, in pieces of a multiple of 256 KiB but for the last; only whole bytes become a video. A session
lives a week, and goes on saying which video it became.
"""

import re
import secrets
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response

from socialpub.sandbox.youtube_answers import YouTubeProblem
from socialpub.sandbox.youtube_door import YouTubeCall
from socialpub.sandbox.youtube_videos import checked_snippet, checked_status, make, resource

UNIT = 256 * 1024
_LIVES_S = 7 * 86_400
_LARGEST = 300_000_000  # bytes; the sandbox keeps videos in memory
_PARTS = {"snippet", "status"}


@dataclass
class Session:
    account: str
    given: dict[str, Any]
    size: int
    ends: float
    data: bytearray = field(default_factory=bytearray)
    video: str = ""


async def start(call: YouTubeCall) -> Response:
    if call.asked("uploadType") != "resumable":
        raise YouTubeProblem(400, "badRequest", "The sandbox takes resumable uploads only.")
    parts, given = call.parts(*_PARTS), await call.json()
    size = call.request.headers.get("x-upload-content-length", "")
    mime = call.request.headers.get("x-upload-content-type", "")
    if not re.fullmatch("[0-9]{1,9}", size) or not 0 < int(size) <= _LARGEST or not mime.startswith("video/"):
        raise YouTubeProblem(400, "mediaBodyRequired", "The request does not include the video content.")
    if call.world.rules.youtube_upload_limit:
        raise YouTubeProblem(
            400, "uploadLimitExceeded", "The user has exceeded the number of videos they may upload."
        )
    checked = {"snippet": checked_snippet(given.get("snippet")), "status": checked_status(given.get("status"))}
    upload_id = secrets.token_urlsafe(40)
    call.world.sessions[upload_id] = Session(call.account.id, checked, int(size), call.world.now() + _LIVES_S)
    query = f"uploadType=resumable&part={','.join(sorted(parts))}&upload_id={upload_id}&upload_protocol=resumable"
    return Response(status_code=200, headers={"location": f"{call.base}{call.request.url.path}?{query}"})


async def put(call: YouTubeCall) -> Response:
    session: Session | None = call.world.sessions.get(call.asked("upload_id"))
    if session is None or session.account != call.account.id or session.ends <= call.world.now():
        raise YouTubeProblem(404, "notFound", "The upload session is not known, or has ended.")
    found = re.fullmatch(
        r"bytes (?:\*|(\d{1,12})-(\d{1,12}))/(\d{1,12})", call.request.headers.get("content-range", "")
    )
    if not found or int(found[3]) != session.size:
        raise YouTubeProblem(400, "badRequest", "Content-Range does not fit this upload.")
    if found[1] is not None and not session.video:
        await _take(call, session, int(found[1]), int(found[2]))
    return _told(call, session)


async def _take(call: YouTubeCall, session: Session, first: int, last: int) -> None:
    try:
        piece = await call.request.body()
    except ClientDisconnect:
        piece = b""
    if len(piece) != last - first + 1 or last >= session.size:
        raise YouTubeProblem(400, "badRequest", "The body is not as long as Content-Range says.")
    if first != len(session.data):
        raise YouTubeProblem(503, "backendError", "Bytes come in order: ask how much has arrived.")
    if len(piece) % UNIT and last + 1 != session.size:
        raise YouTubeProblem(400, "badRequest", "A piece is a multiple of 256 KiB.")
    session.data += piece


def _told(call: YouTubeCall, session: Session) -> Response:
    world = call.world
    if not session.video and len(session.data) == session.size:
        made = make(world, session.account, session.given, bytes(session.data), call.request.state.request_id)
        session.video, session.data = made.id, bytearray()
    if session.video:
        video = world.videos.get(session.video)
        if video is None:
            raise YouTubeProblem(404, "notFound", "The video was deleted.")
        return JSONResponse(resource(world, video, _PARTS))
    arrived = {"range": f"bytes=0-{len(session.data) - 1}"} if session.data else {}
    return Response(status_code=308, headers=arrived)
