"""The sandbox's YouTube, met by a plain client: uploads, who sees what, quotas, and the page of the public."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from socialpub.sandbox.handle import Sandbox
from tests.sandbox.plain import PRIVATE, PUBLIC, UNIT, Tube, ask


def _reason(reply: Any) -> str:
    return str(reply.json["error"]["errors"][0]["reason"])


# ---- uploads


def test_pieces_come_in_order_and_the_last_one_makes_a_private_video(tube: Tube) -> None:
    size, data = UNIT + 10, bytes(UNIT + 10)
    path = tube.session(size)
    assert tube.put(path, f"*/{size}").headers.get("range") is None
    first = tube.put(path, f"0-{UNIT - 1}/{size}", data[:UNIT])
    assert (first.status, first.headers["range"]) == (308, f"bytes=0-{UNIT - 1}")
    assert tube.put(path, f"*/{size}").headers["range"] == f"bytes=0-{UNIT - 1}"
    last = tube.put(path, f"{UNIT}-{size - 1}/{size}", data[UNIT:])
    assert (last.status, last.json["status"]["privacyStatus"]) == (200, "private")
    assert tube.put(path, f"*/{size}").json["id"] == last.json["id"], "it goes on saying which video it became"
    assert tube.put(path, f"0-{UNIT - 1}/{size}", data[:UNIT]).json["id"] == last.json["id"]
    assert tube.sandbox.posts() == []


@pytest.mark.parametrize(
    ("span", "length", "status"),
    [
        (f"{UNIT}-{2 * UNIT - 1}/{3 * UNIT}", UNIT, 503),
        (f"0-99/{3 * UNIT}", 100, 400),
        (f"0-{UNIT - 1}/{3 * UNIT}", 10, 400),
        (f"0-{UNIT - 1}/{4 * UNIT}", UNIT, 400),
        (f"0-{4 * UNIT - 1}/{3 * UNIT}", 4 * UNIT, 400),
        ("soon", 1, 400),
    ],
)
def test_a_piece_out_of_order_or_of_a_wrong_size_is_refused_and_changes_nothing(
    tube: Tube, span: str, length: int, status: int
) -> None:
    path = tube.session(3 * UNIT)
    assert tube.put(path, span, bytes(length)).status == status
    assert tube.put(path, f"*/{3 * UNIT}").headers.get("range") is None


def test_a_session_ends_after_a_week_and_is_nobody_else_s(tube: Tube, sandbox: Sandbox) -> None:
    path = tube.session(10)
    other = sandbox.order("POST", "accounts", {"platform": "youtube"})
    assert Tube(sandbox, other["id"], other["bearer"]).put(path, "*/10").status == 404
    assert tube.put(path.replace("upload_id=", "upload_id=x"), "*/10").status == 404
    sandbox.clock((datetime.now(UTC) + timedelta(days=8)).isoformat())
    assert tube.put(path, "*/10").status == 404


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"title": ""}, "invalidTitle"),
        ({"title": "a" * 101}, "invalidTitle"),
        ({"title": "a > b"}, "invalidTitle"),
        ({"title": 7}, "invalidTitle"),
        ({"description": "é" * 2501}, "invalidDescription"),
        ({"description": "<b>"}, "invalidDescription"),
        ({"tags": ["a" * 501]}, "invalidTags"),
        ({"tags": "a"}, "invalidTags"),
        ({"categoryId": "news"}, "invalidCategoryId"),
        ({"status": {}}, "invalidVideoMetadata"),
        ({"status": {**PRIVATE, "selfDeclaredMadeForKids": "no"}}, "invalidVideoMetadata"),
        ({"status": {**PRIVATE, "publishAt": "2026-12-01T00:00:00Z"}}, "invalidPublishAt"),
        ({"colour": "blue"}, "badRequest"),
        ({"status": {**PRIVATE, "colour": "blue"}}, "badRequest"),
    ],
)
def test_what_is_said_of_a_video_is_checked_before_any_byte(tube: Tube, wrong: dict[str, Any], reason: str) -> None:
    reply = tube.start(10, **wrong)
    assert (reply.status, _reason(reply)) == (400, reason)


@pytest.mark.parametrize("size", [0, "many", 10**9])
def test_an_upload_says_how_large_it_is(tube: Tube, size: Any) -> None:
    assert _reason(tube.start(size)) == "mediaBodyRequired"


# ---- who sees what


def test_only_a_public_video_is_in_the_table_and_others_see_no_private_one(tube: Tube, sandbox: Sandbox) -> None:
    video = tube.video()
    stranger = Tube(sandbox, **_other(sandbox))
    look = f"/youtube/v3/videos?part=status&id={video}"
    assert (len(tube.call("GET", look).json["items"]), stranger.call("GET", look).json["items"]) == (1, [])
    assert tube.switch(video, PUBLIC).json["status"]["privacyStatus"] == "public"
    assert [post["remote_id"] for post in sandbox.posts()] == [video]
    assert len(stranger.call("GET", look).json["items"]) == 1
    assert stranger.call("GET", look.replace("status", "processingDetails")).status == 403
    assert stranger.switch(video, PRIVATE).status == 403
    assert tube.switch(video, PUBLIC).status == 200
    assert len(sandbox.posts()) == 1, "a second switch shows nothing new"
    tube.switch(video, PRIVATE)
    assert sandbox.posts() == []


def _other(sandbox: Sandbox) -> dict[str, str]:
    made = sandbox.order("POST", "accounts", {"platform": "youtube"})
    return {"id": made["id"], "bearer": made["bearer"]}


def test_what_an_update_leaves_out_is_taken_away(tube: Tube) -> None:
    video = tube.video(status={**PRIVATE, "selfDeclaredMadeForKids": True, "embeddable": False})
    [status] = [tube.switch(video, {"privacyStatus": "public"}).json["status"]]
    assert (status["selfDeclaredMadeForKids"], status["embeddable"]) == (False, True)


def test_a_project_without_an_audit_shows_nothing_whatever_it_asks(tube: Tube, sandbox: Sandbox) -> None:
    sandbox.rules(youtube_locked=True)
    video = tube.video(status=PUBLIC)
    reply = tube.switch(video, PUBLIC)
    assert (reply.status, reply.json["status"]["privacyStatus"]) == (200, "private")
    assert sandbox.posts() == []


def test_a_video_is_processed_for_as_long_as_is_set(tube: Tube, sandbox: Sandbox) -> None:
    sandbox.rules(youtube_processing_s=100)
    look = f"/youtube/v3/videos?part=status,processingDetails&id={tube.video()}"
    [item] = tube.call("GET", look).json["items"]
    assert (item["status"]["uploadStatus"], item["processingDetails"]["processingStatus"]) == (
        "uploaded",
        "processing",
    )
    sandbox.clock((datetime.now(UTC) + timedelta(seconds=101)).isoformat())
    [item] = tube.call("GET", look).json["items"]
    assert item["status"]["uploadStatus"] == "processed"


def test_a_deleted_video_is_gone_from_everywhere(tube: Tube, sandbox: Sandbox) -> None:
    video = tube.video(status=PUBLIC)
    assert tube.call("DELETE", f"/youtube/v3/videos?id={video}").status == 204
    assert tube.call("GET", f"/youtube/v3/videos?part=id&id={video}").json["items"] == []
    assert tube.call("DELETE", f"/youtube/v3/videos?id={video}").status == 404
    assert sandbox.posts() == []


def test_the_list_of_uploads_lags_and_has_pages(tube: Tube, sandbox: Sandbox) -> None:
    made = [tube.video(f"film {number}".encode()) for number in range(3)]
    [channel] = tube.call("GET", "/youtube/v3/channels?part=contentDetails&mine=true").json["items"]
    playlist = channel["contentDetails"]["relatedPlaylists"]["uploads"]
    path = f"/youtube/v3/playlistItems?part=contentDetails&playlistId={playlist}&maxResults=2"
    first = tube.call("GET", path).json
    second = tube.call("GET", f"{path}&pageToken={first['nextPageToken']}").json
    ids = [item["contentDetails"]["videoId"] for item in (*first["items"], *second["items"])]
    assert ids == made[::-1]
    sandbox.lag(3600)
    assert tube.call("GET", path).json["items"] == []
    assert tube.call("GET", path.replace(playlist, "UUother")).status == 404
    assert tube.call("GET", f"{path}&pageToken=-1").status == 400


# ---- access


def test_a_token_that_is_none_or_has_ended_opens_nothing(tube: Tube, sandbox: Sandbox) -> None:
    path = "/youtube/v3/channels?part=id&mine=true"
    assert ask(sandbox.url, "GET", path).status == 401
    assert ask(sandbox.url, "GET", path, headers={"authorization": "Bearer other"}).status == 401
    account = sandbox.accounts()["youtube"][0]
    form = {"grant_type": "refresh_token", **{k: account[k] for k in ("client_id", "client_secret", "refresh_token")}}
    kind = {"content-type": "application/x-www-form-urlencoded"}
    given = ask(sandbox.url, "POST", "/token", urlencode(form), kind).json
    assert set(given) == {"access_token", "expires_in", "token_type"}
    fresh = Tube(sandbox, tube.id, given["access_token"])
    assert (fresh.call("GET", path).status, tube.call("GET", path).status) == (200, 401)
    sandbox.clock((datetime.now(UTC) + timedelta(hours=2)).isoformat())
    assert fresh.call("GET", path).status == 401
    wrong = ask(sandbox.url, "POST", "/token", urlencode({**form, "refresh_token": "x"}), kind)
    assert (wrong.status, wrong.json["error"]) == (400, "invalid_grant")
    wrong = ask(sandbox.url, "POST", "/token", urlencode({**form, "client_secret": "x"}), kind)
    assert (wrong.status, wrong.json["error"]) == (401, "invalid_client")


def test_a_project_s_units_and_uploads_are_counted_apart_and_come_back_the_next_day(
    tube: Tube, sandbox: Sandbox
) -> None:
    path = "/youtube/v3/channels?part=id&mine=true"
    sandbox.rules(youtube_units=2, youtube_uploads=1)
    assert [tube.call("GET", path).status for _ in range(3)] == [200, 200, 403]
    assert [tube.start(10).status for _ in range(2)] == [200, 403]
    assert _reason(tube.call("GET", path)) == "quotaExceeded"
    sandbox.clock((datetime.now(UTC) + timedelta(days=1, seconds=1)).isoformat())
    assert tube.call("GET", path).status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/youtube/v3/videos?id=x",
        "/youtube/v3/videos?part=nonsense&id=x",
        "/youtube/v3/videos?part=status",
        "/youtube/v3/channels?part=id",
    ],
)
def test_a_question_without_its_parameters_is_a_400(tube: Tube, path: str) -> None:
    assert tube.call("GET", path).status == 400


# ---- picture, captions, the public's page

_PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000002000000020802000000fdd49a73")


def _captions(tube: Tube, video: str, words: bytes = b"WEBVTT") -> Any:
    about = f'{{"snippet": {{"videoId": "{video}", "language": "en", "name": ""}}}}'.encode()
    parts = [b"--b", b"Content-Type: application/json", b"", about, b"--b", b"Content-Type: text/vtt", b"", words]
    body, kind = b"\r\n".join([*parts, b"--b--", b""]), {"content-type": "multipart/related; boundary=b"}
    return tube.call("POST", "/upload/youtube/v3/captions?part=snippet&uploadType=multipart", body, kind)


def test_a_video_has_one_picture_and_captions_once_for_each_language(tube: Tube) -> None:
    video, path = tube.video(), "/upload/youtube/v3/thumbnails/set?videoId="
    assert tube.call("POST", path + video, _PNG).status == 200
    assert _reason(tube.call("POST", path + video, b"no picture")) == "invalidImage"
    assert _reason(tube.call("POST", path + video)) == "mediaBodyRequired"
    assert tube.call("POST", path + "x", _PNG).status == 404
    assert _captions(tube, video, b"no captions").status == 400
    assert _captions(tube, video).status == 200
    assert (_captions(tube, video).status, _reason(_captions(tube, video))) == (409, "captionExists")
    listed = tube.call("GET", f"/youtube/v3/captions?part=snippet&videoId={video}").json["items"]
    assert [one["snippet"]["language"] for one in listed] == ["en"]


def test_a_channel_without_a_verified_number_sets_no_picture(tube: Tube, sandbox: Sandbox) -> None:
    account = {**sandbox.accounts()["youtube"][0], "verified": False}
    sandbox.order("POST", "accounts", {"platform": "youtube", **account})
    assert tube.call("POST", f"/upload/youtube/v3/thumbnails/set?videoId={tube.video()}", _PNG).status == 403


def test_the_public_sees_title_picture_and_text_of_what_is_public(tube: Tube, sandbox: Sandbox) -> None:
    video = tube.video(title="Coffee & a cop", description="Told at noon.")
    tube.call("POST", f"/upload/youtube/v3/thumbnails/set?videoId={video}", _PNG)
    assert ask(sandbox.url, "GET", f"/youtube/watch/{video}").status == 404
    tube.switch(video, PUBLIC)
    for path in ("/", f"/youtube/watch/{video}"):
        html = ask(sandbox.url, "GET", path).data.decode()
        assert "Coffee &amp; a cop" in html
        assert "Told at noon." in html
        assert "<img src=" in html


def test_a_video_made_by_hand_is_public(sandbox: Sandbox, tube: Tube) -> None:
    order = {"platform": "youtube", "account": tube.id, "text": "By the chief"}
    assert sandbox.order("POST", "posts", order)["made_by_hand"]
    assert [post["text"] for post in sandbox.posts()] == ["By the chief"]
