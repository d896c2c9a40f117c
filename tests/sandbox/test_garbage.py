"""Whatever is sent, the sandbox answers with a refusal and goes on: it never breaks."""

import json
from typing import Any
from urllib.parse import quote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from socialpub.sandbox.handle import Sandbox
from tests.sandbox.plain import ask

_PATHS = st.sampled_from(
    [
        *["/2/tweets", "/2/tweets/1", "/2/users/me", "/2/users/5550100000001/tweets", "/2/media/upload"],
        *["/2/media/upload/initialize", "/2/media/upload/1/append", "/2/media/upload/1/finalize"],
        *["/2/media/metadata", "/2/oauth2/token", "/v25.0/me/feed", "/v25.0/me/photos", "/v25.0/me"],
        *["/v25.0/me/published_posts", "/v25.0/1_2", "/v25.0/debug_token", "/x/a/status/1", "/v25.0/%ff"],
        *["/v25.0/555040000000100/media", "/v25.0/555040000000100/media_publish", "/v25.0/555040000000100"],
        "/v25.0/555040000000100/content_publishing_limit",
        *["/api/v1/statuses", "/api/v1/statuses/1", "/api/v2/media", "/api/v1/media/1", "/api/v2/instance"],
        *["/api/v1/accounts/555010000000200/statuses", "/api/v1/accounts/verify_credentials", "/api/v9/%ff"],
        *[
            "/youtube/v3/videos",
            "/youtube/v3/channels",
            "/youtube/v3/playlistItems",
            "/youtube/v3/captions",
            "/token",
        ],
        *["/upload/youtube/v3/videos", "/upload/youtube/v3/captions", "/upload/youtube/v3/thumbnails/set"],
        *["/o/oauth2/v2/auth", "/youtube/watch/1"],
    ]
)
_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                [
                    *["image_url", "media_type", "children", "creation_id", "is_carousel_item", "caption"],
                    *["status", "visibility", "language", "description", "file"],
                    *["text", "media", "media_ids", "id", "metadata", "alt_text", "segment_index", "reply"],
                    *[
                        "message",
                        "link",
                        "attached_media",
                        "media_fbid",
                        "published",
                        "fields",
                        "limit",
                        "since",
                    ],
                ]
            ),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=8,
)
_TYPES = st.sampled_from(
    [
        *[
            "application/json",
            "application/x-www-form-urlencoded",
            "text/plain",
            "",
            "application/json; charset=x",
        ],
        *["multipart/form-data", "multipart/form-data; boundary=x", "multipart/form-data; boundary="],
    ]
)
_TOKENS = st.sampled_from(
    [
        "Bearer demo-x-oauth2-bearer",
        "Bearer demo-page-token",
        "Bearer demo-instagram-token",
        "Bearer demo-mastodon-token",
        "Bearer demo-youtube-bearer",
        'OAuth oauth_token="x',
        "",
        "é",
    ]
)


@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    path=_PATHS,
    query=st.text(max_size=20),
    body=st.one_of(_JSON.map(json.dumps), st.binary(max_size=40)),
    kind=_TYPES,
    token=_TOKENS,
)
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_request_breaks_a_network(
    sandbox: Sandbox, method: str, path: str, query: str, body: Any, kind: str, token: str
) -> None:
    headers = {"content-type": kind, "authorization": token}
    reply = ask(sandbox.url, method, f"{path}?{quote(query, safe='=&')}", body, headers)
    assert reply.status < 500, reply.data


@given(
    name=st.sampled_from(
        ["accounts", "faults", "clock", "lag", "rules", "instance", "posts", "posts/1/delete", "nothing"]
    ),
    order=_JSON,
)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_order_breaks_the_control_api(sandbox: Sandbox, name: str, order: Any) -> None:
    reply = ask(sandbox.url, "POST", f"/_sandbox/{name}", json.dumps(order), {"content-type": "application/json"})
    assert reply.status < 500, reply.data
    assert isinstance(sandbox.posts(), list)
