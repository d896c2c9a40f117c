"""YouTube's channels and the list of a channel's uploads, which lags behind as lists do."""

from typing import Any

from socialpub.sandbox.youtube_answers import YouTubeProblem, listed
from socialpub.sandbox.youtube_door import YouTubeCall
from socialpub.sandbox.youtube_videos import stamp


async def channels(call: YouTubeCall) -> dict[str, Any]:
    parts = call.parts("id", "snippet", "contentDetails", "status")
    if call.asked("mine") != "true":
        raise YouTubeProblem(400, "missingRequiredParameter", "The sandbox lists one's own channel only: mine=true.")
    account = call.account
    whole: dict[str, Any] = {
        "snippet": {"title": account.name, "description": ""},
        "contentDetails": {"relatedPlaylists": {"uploads": uploads_of(account.id), "likes": ""}},
        "status": {"privacyStatus": "public", "isLinked": True, "longUploadsStatus": "eligible"},
    }
    item = {"kind": "youtube#channel", "etag": "demo", "id": account.id, **{p: whole[p] for p in whole if p in parts}}
    return listed("channel", [item])


async def playlist_items(call: YouTubeCall) -> dict[str, Any]:
    """The uploads, the newest first; a private one is listed to its owner."""
    parts = call.parts("id", "snippet", "contentDetails", "status")
    if call.asked("playlistId") != uploads_of(call.account.id):
        raise YouTubeProblem(404, "playlistNotFound", "The playlist cannot be found.")
    at, most = _number(call.asked("pageToken") or "0"), _number(call.asked("maxResults") or "5")
    if not 0 <= most <= 50:
        raise YouTubeProblem(400, "invalidValue", "maxResults is 0 to 50.")
    until = call.world.now() - call.world.lag_s
    mine = [one for one in call.world.videos.values() if one.account == call.account.id and one.made <= until]
    rows = [_item(call, one, parts) for one in reversed(mine)]
    more = {"nextPageToken": str(at + most)} if most and at + most < len(rows) else {}
    return listed("playlistItem", rows[at : at + most], **more)


def uploads_of(channel: str) -> str:
    return "UU" + channel.removeprefix("UC")


def _item(call: YouTubeCall, video: Any, parts: set[str]) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "snippet": {
            "title": video.snippet["title"],
            "publishedAt": stamp(video.made),
            "resourceId": {"kind": "youtube#video", "videoId": video.id},
            "playlistId": uploads_of(call.account.id),
        },
        "contentDetails": {"videoId": video.id, "videoPublishedAt": stamp(video.made)},
        "status": {"privacyStatus": video.status["privacyStatus"]},
    }
    kind = {"kind": "youtube#playlistItem", "etag": "demo", "id": f"item-{video.id}"}
    return {**kind, **{part: whole[part] for part in whole if part in parts}}


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise YouTubeProblem(400, "invalidPageToken", "The request specifies an invalid page token.")
    return int(text)
