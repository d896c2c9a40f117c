"""The most important requests, by hand: what each network's description wants of them, checked in every checkout.

test_specs.py checks every call against the whole descriptions, where those are at hand. Read from X's openapi.json
2.167, Meta's Graph v25 description, the lexicons of atproto (commit d6296a1) and the description of Mastodon 4.7 on
2026-11-22.
"""

import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from socialpub.platforms.bluesky import BlueskyPlatform
from socialpub.platforms.facebook import FacebookPlatform
from socialpub.platforms.instagram import InstagramPlatform
from socialpub.platforms.mastodon import MastodonPlatform
from socialpub.platforms.x import XPlatform
from tests.platforms.exchanges import Exchange, everything, exchanges
from tests.platforms.fetched import Fetched
from tests.platforms.rig import BlueskyRig, FacebookRig, InstagramRig, MastodonRig, Sandbox, XRig

__all__ = ["exchanges"]

LIST_PARAMETERS = {"max_results", "pagination_token", "start_time", "post.fields", "tweet.fields"}


def _route(request: requests.PreparedRequest) -> str:
    """Method and path, with numbers taken out of it."""
    return f"{request.method} {re.sub('[0-9]{5,}(_[0-9]+)?', 'ID', urlsplit(str(request.url)).path)}"


def _query(request: requests.PreparedRequest) -> dict[str, list[str]]:
    return parse_qs(urlsplit(str(request.url)).query)


def _form(request: requests.PreparedRequest) -> dict[str, list[str]]:
    return parse_qs(request.body.decode() if isinstance(request.body, bytes) else str(request.body))


def test_x_is_asked_for_what_its_description_names(sandbox: Sandbox, exchanges: list[Exchange]) -> None:
    everything(XRig(sandbox, XPlatform))
    asked = {_route(request): request for request, _ in exchanges}
    assert list(asked) == [
        "POST /2/media/upload",
        "POST /2/media/metadata",
        "POST /2/tweets",
        "GET /2/users/ID/tweets",
        "GET /2/users/me",
        "DELETE /2/tweets/ID",
    ]
    upload, alt, create = (
        json.loads(asked[f"POST /2/{n}"].body or "") for n in ("media/upload", "media/metadata", "tweets")
    )
    assert (set(upload), upload["media_category"]) == ({"media", "media_category"}, "tweet_image")
    assert (set(alt), set(alt["metadata"]["alt_text"])) == ({"id", "metadata"}, {"text"})
    assert (set(create), set(create["media"])) == ({"text", "media"}, {"media_ids"})
    assert all(re.fullmatch("[0-9]{1,19}", one) for one in create["media"]["media_ids"])
    assert set(_query(asked["GET /2/users/ID/tweets"])) <= LIST_PARAMETERS
    [start] = _query(asked["GET /2/users/ID/tweets"])["start_time"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", start)


def test_a_page_is_asked_for_what_its_description_names(sandbox: Sandbox, exchanges: list[Exchange]) -> None:
    everything(FacebookRig(sandbox, FacebookPlatform))
    asked = {_route(request): request for request, _ in exchanges}
    assert {one.removeprefix("POST /v25.0/ID/") for one in asked if one.startswith("POST")} == {"photos", "feed"}
    feed = _form(asked["POST /v25.0/ID/feed"])
    assert set(feed) == {"message", "attached_media"}
    attached: list[dict[str, Any]] = json.loads(feed["attached_media"][0])
    assert [set(one) for one in attached] == [{"media_fbid"}] * 2
    photo = asked["POST /v25.0/ID/photos"].body
    assert isinstance(photo, bytes)
    assert set(re.findall(rb'name="([^"]+)"', photo)) == {b"published", b"alt_text_custom", b"source"}
    listed = _query(asked["GET /v25.0/ID/published_posts"])
    assert set(listed) == {"fields", "since", "limit"}
    assert re.sub(r"\{.*\}", "", listed["fields"][0]) == "id,message,created_time,permalink_url,attachments"
    assert int(listed["limit"][0]) <= 100


def test_instagram_is_asked_for_what_its_description_names(
    sandbox: Sandbox, fetched: Fetched, exchanges: list[Exchange]
) -> None:
    everything(InstagramRig(sandbox, InstagramPlatform, fetched))
    made = [_form(request) for request, _ in exchanges if _route(request) == "POST /v25.0/ID/media"]
    assert [set(one) for one in made] == [
        {"image_url", "alt_text", "is_carousel_item"},
        {"image_url", "alt_text", "is_carousel_item"},
        {"media_type", "children", "caption"},
    ]
    assert made[2]["media_type"] == ["CAROUSEL"]
    assert re.fullmatch(r"\d+,\d+", made[2]["children"][0])
    [published] = [_form(request) for request, _ in exchanges if _route(request) == "POST /v25.0/ID/media_publish"]
    assert set(published) == {"creation_id"}


def test_a_pds_is_asked_for_what_its_lexicons_name(sandbox: Sandbox, exchanges: list[Exchange]) -> None:
    rig = BlueskyRig(sandbox, BlueskyPlatform)
    everything(rig)
    asked = {_route(request).replace("/xrpc/com.atproto.", ""): request for request, _ in exchanges}
    assert list(asked) == [
        "POST server.createSession",
        "POST repo.uploadBlob",
        "POST repo.putRecord",
        "GET repo.getRecord",
        "GET server.getSession",
        "POST repo.deleteRecord",
    ]
    assert set(json.loads(asked["POST server.createSession"].body or "")) == {"identifier", "password"}
    assert asked["POST repo.uploadBlob"].headers["Content-Type"] == "image/png"
    assert isinstance(asked["POST repo.uploadBlob"].body, bytes)
    put = json.loads(asked["POST repo.putRecord"].body or "")
    assert set(put) == {"repo", "collection", "rkey", "record", "swapRecord"}
    assert (put["repo"], put["collection"], put["swapRecord"]) == (rig.account.account, "app.bsky.feed.post", None)
    assert b'"swapRecord": null' in (asked["POST repo.putRecord"].body or b"")
    assert set(put["record"]) == {"$type", "text", "createdAt", "langs", "embed"}
    assert [set(one) for one in put["record"]["embed"]["images"]] == [{"image", "alt", "aspectRatio"}] * 2
    assert {name: len(value) for name, value in _query(asked["GET repo.getRecord"]).items()} == {
        "repo": 1, "collection": 1, "rkey": 1,
    }  # fmt: skip
    assert set(json.loads(asked["POST repo.deleteRecord"].body or "")) == {"repo", "collection", "rkey"}


def test_mastodon_is_asked_for_what_its_description_names(sandbox: Sandbox, exchanges: list[Exchange]) -> None:
    journal = everything(MastodonRig(sandbox, MastodonPlatform))
    asked = {_route(request): request for request, _ in exchanges}
    assert list(asked) == [
        "GET /api/v1/accounts/verify_credentials",
        "GET /api/v2/instance",
        "POST /api/v2/media",
        "GET /api/v1/media/ID",
        "POST /api/v1/statuses",
        "GET /api/v1/accounts/ID/statuses",
        "GET /api/v1/apps/verify_credentials",
        "DELETE /api/v1/statuses/ID",
        "GET /api/v1/statuses/ID",
    ]
    create = json.loads(asked["POST /api/v1/statuses"].body or "")
    assert set(create) == {"status", "media_ids", "visibility", "language"}
    assert (create["visibility"], create["language"], len(create["media_ids"])) == ("public", "en", 2)
    assert asked["POST /api/v1/statuses"].headers["Idempotency-Key"] == journal.key
    upload = asked["POST /api/v2/media"].body
    assert isinstance(upload, bytes)
    assert re.findall(rb'; name="([^"]+)"', upload) == [b"description", b"file"]
    assert b'filename="photo.png"' in upload
    assert b"Content-Type: image/png" in upload
    listed = _query(asked["GET /api/v1/accounts/ID/statuses"])
    assert {"exclude_reblogs", "limit"} <= set(listed) <= {"exclude_reblogs", "limit", "max_id", "lang"}
    assert int(listed["limit"][0]) <= 40
    for request, _ in exchanges:
        assert _query(request)["lang"] == ["en"], "errors must come in the words that the table knows"
        assert str(request.headers["Authorization"]).startswith("Bearer ")
        assert "access_token" not in str(request.url)
