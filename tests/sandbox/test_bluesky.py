"""The PDS: sessions, files, records. What a real one was seen to do (PDS 0.4.217, asked on 2026-11-22)."""

import hashlib
import json
from typing import Any

import pytest

from tests.sandbox.plain import NOON, Bluesky, ask, png

KEY, OTHER = "3lb3cpvn5rc2b", "3lb3cpvn5rc2c"
RECORD = {"$type": "app.bsky.feed.post", "text": "Good morning", "createdAt": "2026-11-22T12:00:00.000Z"}
LINK = "app.bsky.richtext.facet#link"


def showing(*blobs: Any, alt: str = "A dog", **more: Any) -> dict[str, Any]:
    images = [{"image": blob, "alt": alt, "aspectRatio": {"width": 4, "height": 3}, **more} for blob in blobs]
    return {**RECORD, "embed": {"$type": "app.bsky.embed.images", "images": images}}


def facet(first: int, last: int, **feature: Any) -> dict[str, Any]:
    return {"index": {"byteStart": first, "byteEnd": last}, "features": [feature]}


def carded(**external: Any) -> dict[str, Any]:
    return {**RECORD, "embed": {"$type": "app.bsky.embed.external", "external": external}}


def test_a_record_is_there_once_and_the_same_again_changes_nothing(bluesky: Bluesky) -> None:
    first, again = bluesky.put(KEY, RECORD), bluesky.put(KEY, RECORD)
    assert (first.status, again.status) == (200, 200)
    assert first.json["uri"] == f"at://{bluesky.id}/app.bsky.feed.post/{KEY}"
    assert ("commit" in first.json, "commit" in again.json) == (True, False)
    assert first.json["cid"] == again.json["cid"]
    [post] = bluesky.sandbox.posts()
    assert (post["remote_id"], post["text"]) == (KEY, "Good morning")


def test_another_record_under_the_same_key_is_refused_and_the_first_stands(bluesky: Bluesky) -> None:
    cid = bluesky.put(KEY, RECORD).json["cid"]
    refused = bluesky.put(KEY, {**RECORD, "text": "Other"})
    assert (refused.status, refused.json) == (400, {"error": "InvalidSwap", "message": f"Record was at {cid}"})
    assert [post["text"] for post in bluesky.sandbox.posts()] == ["Good morning"]


def test_without_a_word_about_what_stands_it_is_overwritten(bluesky: Bluesky) -> None:
    """The trap: null must be written out."""
    bluesky.put(KEY, RECORD)
    place = {"repo": bluesky.id, "collection": "app.bsky.feed.post", "rkey": KEY}
    changed = {**place, "record": {**RECORD, "text": "Other"}}
    assert bluesky.ask("POST", "repo.putRecord", changed).status == 200
    assert [post["text"] for post in bluesky.sandbox.posts()] == ["Other"]


def test_a_record_is_read_back_as_it_was_written_by_anybody(bluesky: Bluesky) -> None:
    bluesky.put(KEY, RECORD)
    bluesky.access = ""
    assert bluesky.read(KEY).json["value"] == RECORD
    missing = bluesky.read(OTHER)
    assert (missing.status, missing.json["error"]) == (400, "RecordNotFound")


def test_a_record_elsewhere_is_not_answered_here(bluesky: Bluesky) -> None:
    bluesky.id = "did:plc:elsewhere"
    assert (bluesky.read(KEY).status, bluesky.put(KEY, RECORD).status) == (502, 403)


def test_what_is_deleted_is_gone_and_may_be_deleted_again(bluesky: Bluesky) -> None:
    bluesky.put(KEY, RECORD)
    place = {"repo": bluesky.id, "collection": "app.bsky.feed.post", "rkey": KEY}
    first, again = (bluesky.ask("POST", "repo.deleteRecord", place) for _ in range(2))
    assert ((first.status, "commit" in first.json), (again.status, again.json)) == ((200, True), (200, {}))
    assert (bluesky.read(KEY).json["error"], bluesky.sandbox.posts()) == ("RecordNotFound", [])


def test_a_file_is_named_by_its_bytes_and_shown_with_its_alt_text(bluesky: Bluesky) -> None:
    data = png(4, 3)
    blob = bluesky.upload(data)
    assert blob == bluesky.upload(data, "image/jpeg"), "what it is, it sees for itself"
    assert (blob["mimeType"], blob["size"]) == ("image/png", len(data))
    assert blob["ref"]["$link"].startswith("bafkrei")
    assert bluesky.put(KEY, showing(blob)).status == 200
    [shown] = bluesky.sandbox.posts()[0]["media"]
    assert (shown["sha256"], shown["alt"]) == (hashlib.sha256(data).hexdigest(), "A dog")


def test_a_file_that_no_record_shows_is_forgotten(bluesky: Bluesky) -> None:
    bluesky.sandbox.clock(NOON)
    bluesky.sign_in()
    kept, lost = bluesky.upload(png(4, 3, 1)), bluesky.upload(png(4, 3, 2))
    bluesky.put(KEY, showing(kept))
    bluesky.sandbox.clock("2026-11-22T13:00:01+00:00")
    refused = bluesky.put(OTHER, showing(lost))
    assert (refused.status, refused.json["error"]) == (400, "BlobNotFound")
    assert bluesky.put(OTHER, showing(kept)).status == 200


@pytest.mark.parametrize(
    ("change", "error"), [({"mimeType": "image/jpeg"}, "InvalidMimeType"), ({"size": 5}, "InvalidSize")]
)
def test_a_file_that_is_not_what_the_record_says_is_refused(
    bluesky: Bluesky, change: dict[str, Any], error: str
) -> None:
    refused = bluesky.put(KEY, showing({**bluesky.upload(png(4, 3)), **change}))
    assert (refused.status, refused.json["error"]) == (400, error)


def test_a_large_file_goes_up_and_is_refused_in_a_record(bluesky: Bluesky) -> None:
    refused = bluesky.put(KEY, showing(bluesky.upload(png(4, 3) + b"a" * 1_000_000)))
    assert (refused.status, "blob too big" in refused.json["message"]) == (400, True)
    assert bluesky.ask("POST", "repo.uploadBlob", b"a" * 5_300_000, **{"content-type": "image/png"}).status == 413
    assert bluesky.sandbox.posts() == []


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ({**RECORD, "text": "a" * 301}, "grapheme too big (maximum 300, got 301)"),
        ({**RECORD, "text": "👨‍👩‍👧‍👦" * 150}, "string too big (maximum 3000, got 3750)"),
        ({**RECORD, "createdAt": "x"}, "Invalid datetime"),
        ({"$type": RECORD["$type"], "text": "x"}, "createdAt"),
        ({**RECORD, "$type": "app.bsky.feed.like"}, "expected app.bsky.feed.post"),
        ({**RECORD, "langs": ["en", "es", "fr", "de"]}, "langs"),
        ({**RECORD, "langs": ["not a language"]}, "langs"),
        ({**RECORD, "facets": [facet(0, 4, **{"$type": LINK, "uri": "not a uri"})]}, "uri"),
        ({**RECORD, "facets": [facet(-1, 4, **{"$type": LINK, "uri": "https://a.example"})]}, "byteStart"),
        ({**RECORD, "facets": [facet(0, 4, **{"$type": "app.bsky.richtext.facet#tag", "tag": "a" * 65})]}, "too big"),
        ({**RECORD, "facets": [facet(0, 4, uri="https://a.example")]}, "$type"),
        ({**RECORD, "embed": {"images": []}}, "$type"),
        ({**RECORD, "embed": {"$type": ["x"]}}, "type"),
        (carded(uri="https://a.example", title=""), "description"),
        (carded(uri="a", title="", description=""), "uri"),
        (showing("bafkrei"), "image"),
        ([], "object"),
        (None, "object"),
    ],
)  # fmt: skip
def test_a_record_that_the_lexicon_does_not_allow_is_refused(bluesky: Bluesky, record: Any, words: str) -> None:
    refused = bluesky.put(KEY, record)
    assert (refused.status, refused.json["error"]) == (400, "InvalidRequest")
    assert words in refused.json["message"]
    assert bluesky.sandbox.posts() == []


def test_photos_without_alt_or_shape_or_too_many_are_refused(bluesky: Bluesky) -> None:
    blob = bluesky.upload(png(4, 3))
    bad = showing(blob)
    del bad["embed"]["images"][0]["alt"]
    for record in (bad, showing(*[blob] * 5), showing(blob, aspectRatio={"width": 0, "height": 3})):
        assert bluesky.put(KEY, record).status == 400
    assert bluesky.put(KEY, showing(*[blob] * 4)).status == 200


@pytest.mark.parametrize("key", ["abc", "not a key", "", "zzzzzzzzzzzzz", 7])
def test_a_key_that_is_none_is_refused(bluesky: Bluesky, key: Any) -> None:
    assert bluesky.put(key, RECORD).status == 400


def test_a_mark_beyond_the_text_is_let_through_as_a_real_server_does(bluesky: Bluesky) -> None:
    record = {**RECORD, "facets": [facet(0, 99, **{"$type": LINK, "uri": "https://a.example"})]}
    assert bluesky.put(KEY, record).status == 200


def test_a_link_card_is_shown_as_a_link(bluesky: Bluesky) -> None:
    thumb = bluesky.upload(png(4, 3))
    card = carded(uri="https://riverbend.example/news", title="News", description="", thumb=thumb)
    assert bluesky.put(KEY, card).status == 200
    [post] = bluesky.sandbox.posts()
    assert (post["link"], post["media"]) == ("https://riverbend.example/news", [])


def test_a_session_needs_the_right_words(bluesky: Bluesky) -> None:
    for other in ({"password": "x"}, {"identifier": "nobody.example"}, {"password": "ü"}):
        refused = bluesky.sign_in(**other)
        assert (refused.status, refused.json["error"]) == (401, "AuthenticationRequired")
    assert bluesky.ask("POST", "server.createSession", {"identifier": "a"}, token="").status == 400
    assert bluesky.sign_in(identifier="riverbendpd.example").json["did"] == bluesky.id
    assert bluesky.sign_in(identifier=bluesky.id).json["handle"] == "riverbendpd.example"


def test_a_token_is_for_what_it_was_made_for_and_ends(bluesky: Bluesky) -> None:
    session = ("GET", "server.getSession", None)
    assert bluesky.ask(*session).json["active"] is True
    assert (bluesky.ask(*session, token="").status, bluesky.ask(*session, token="no").json["error"]) == (
        401,
        "InvalidToken",
    )
    assert bluesky.ask(*session, token=bluesky.refresh).json["message"] == "Invalid token type"
    bluesky.sandbox.clock("2036-11-22T12:00:00Z")
    assert (bluesky.ask(*session).status, bluesky.ask(*session).json["error"]) == (400, "ExpiredToken")


def test_a_session_is_renewed_once_with_each_token(bluesky: Bluesky) -> None:
    first, again = (bluesky.ask("POST", "server.refreshSession", token=bluesky.refresh) for _ in range(2))
    assert (first.status, again.json["error"]) == (200, "InvalidToken")
    assert bluesky.ask("GET", "server.getSession", token=first.json["accessJwt"]).status == 200
    assert bluesky.ask("POST", "server.refreshSession", token=bluesky.access).status == 400


def test_thirty_sessions_in_five_minutes_are_all(bluesky: Bluesky) -> None:
    statuses = [bluesky.sign_in().status for _ in range(30)]
    assert (statuses.count(200), statuses[-1]) == (29, 429)


def test_what_is_left_is_said_with_every_answer(bluesky: Bluesky) -> None:
    first, second = bluesky.put(KEY, RECORD).headers, bluesky.put(OTHER, RECORD).headers
    assert int(first["ratelimit-remaining"]) - int(second["ratelimit-remaining"]) == 2


@pytest.mark.parametrize(("status", "put", "again"), [("deactivated", 401, 200), ("takendown", 401, 401)])
def test_an_account_that_is_not_active_writes_nothing(bluesky: Bluesky, status: str, put: int, again: int) -> None:
    given = {"platform": "bluesky", "status": status}
    made = bluesky.sandbox.order("POST", "accounts", {**given, "tokens": {"tok": ["access", 9e12]}})
    other = Bluesky(bluesky.sandbox, made["id"], made["identifier"], made["app_password"], "tok")
    assert (other.put(KEY, RECORD).status, other.sign_in().status) == (put, again)
    assert bluesky.sandbox.posts() == []


def test_what_is_no_json_or_no_method_is_refused(bluesky: Bluesky) -> None:
    sent = {"content-type": "application/json"}
    assert bluesky.ask("POST", "repo.putRecord", b"{", **sent).json["error"] == "SyntaxError"
    assert bluesky.ask("POST", "repo.putRecord", b"[]", **sent).json["error"] == "InvalidRequest"
    assert bluesky.ask("GET", "repo.nothing").status == 501


@pytest.mark.parametrize(
    ("status", "error"), [(401, "AuthenticationRequired"), (400, "InvalidRequest"), (503, "NotEnoughResources")]
)
def test_an_error_on_order_is_a_servers_own(bluesky: Bluesky, status: int, error: str) -> None:
    bluesky.sandbox.fault("error_before_commit", status=status, path="/xrpc/.*putRecord")
    refused = bluesky.put(KEY, RECORD)
    assert (refused.status, refused.json["error"], bluesky.sandbox.posts()) == (status, error, [])


def test_a_rate_limit_on_order_says_until_when(bluesky: Bluesky) -> None:
    bluesky.sandbox.fault("rate_limited", path="putRecord", times=1)
    bluesky.sandbox.fault("rate_limited", path="putRecord", quiet=True)
    loud, quiet = bluesky.put(KEY, RECORD), bluesky.put(KEY, RECORD)
    assert (loud.status, loud.json["error"], loud.headers["ratelimit-remaining"]) == (429, "RateLimitExceeded", "0")
    assert not any(name.startswith("ratelimit") for name in quiet.headers)


def test_the_page_shows_it_by_its_own_address(bluesky: Bluesky) -> None:
    bluesky.put(KEY, showing(bluesky.upload(png(4, 3))))
    [post] = bluesky.sandbox.posts()
    for path in ("/", f"/bluesky/profile/{bluesky.id}", post["url"].removeprefix(bluesky.sandbox.url)):
        page = ask(bluesky.sandbox.url, "GET", path).data.decode()
        assert "Good morning" in page
        assert "@riverbendpd.example" in page
        assert "<b>Alt text:</b> A dog" in page


def test_a_post_by_hand_can_be_read_as_a_record(bluesky: Bluesky) -> None:
    made = bluesky.sandbox.order("POST", "posts", {"platform": "bluesky", "account": bluesky.id, "text": "By hand"})
    assert bluesky.read(made["remote_id"]).json["value"]["text"] == "By hand"


def test_no_password_or_token_is_in_the_log(bluesky: Bluesky) -> None:
    bluesky.put(KEY, RECORD)
    log = json.dumps(bluesky.sandbox.requests())
    assert "createSession" in log
    assert not any(word in log for word in (bluesky.password, bluesky.access, bluesky.refresh))
