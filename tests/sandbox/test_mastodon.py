"""The Mastodon server of the sandbox, met by a plain http.client: posts, keys, photos, lists, limits, refusals."""

from collections.abc import Callable
from typing import Any

import pytest

from socialpub.sandbox import mastodon_text
from tests.sandbox.plain import NOON, Mastodon, Reply, ask, png


def _error(reply: Reply) -> tuple[int, str]:
    return reply.status, reply.json["error"]


def test_a_post_is_shown_as_html_and_kept_as_it_was_written(mastodon: Mastodon) -> None:
    reply = mastodon.post("  Good <morning>\n\nSee https://riverbend.gov/a #K9 ", language="es")
    assert reply.status == 200
    assert reply.json["content"].startswith("<p>Good &lt;morning&gt;</p><p>See <a href=")
    assert (reply.json["visibility"], reply.json["language"]) == ("public", "es")
    assert reply.json["account"]["username"] == "RiverbendPD"
    [row] = mastodon.sandbox.posts()
    assert row["text"] == "Good <morning>\n\nSee https://riverbend.gov/a #K9"
    assert (row["remote_id"], row["url"]) == (reply.json["id"], reply.json["url"])
    assert row["url"] == f"{mastodon.sandbox.url}/@RiverbendPD/{row['remote_id']}"


def test_the_same_key_gives_the_same_post_for_an_hour(mastodon: Mastodon) -> None:
    mastodon.sandbox.clock("2026-11-22T12:00:00Z")
    first = mastodon.post("Hi", key="k1").json["id"]
    mastodon.sandbox.clock("2026-11-22T12:59:59Z")
    assert mastodon.post("Hi", key="k1").json["id"] == first
    assert mastodon.post("Hi", key="k2").json["id"] != first
    mastodon.sandbox.clock("2026-11-22T13:00:00Z")
    assert mastodon.post("Hi", key="k1").json["id"] != first
    assert len(mastodon.sandbox.posts()) == 3


def test_a_server_may_ignore_keys(mastodon: Mastodon) -> None:
    mastodon.sandbox.rules(idempotency_keys=False)
    assert mastodon.post("Hi", key="k1").json["id"] != mastodon.post("Hi", key="k1").json["id"]


def test_a_key_belongs_to_its_account(mastodon: Mastodon) -> None:
    other = mastodon.sandbox.order("POST", "accounts", {"platform": "mastodon"})
    stranger = Mastodon(mastodon.sandbox, other["id"], other["access_token"])
    assert mastodon.post("Hi", key="k1").json["id"] != stranger.post("Hi", key="k1").json["id"]


def test_the_key_of_a_deleted_post_finds_nothing(mastodon: Mastodon) -> None:
    post = mastodon.post("Hi", key="k1").json["id"]
    assert mastodon.ask("DELETE", f"v1/statuses/{post}").json["text"] == "Hi"
    assert _error(mastodon.post("Hi", key="k1")) == (404, "Record not found")


def test_a_photo_with_its_alt_text_is_in_one_post_only(mastodon: Mastodon) -> None:
    uploaded = mastodon.upload(png(4, 3), description=" A bike ")
    assert (uploaded.status, uploaded.json["description"]) == (200, "A bike")
    photo = uploaded.json["id"]
    assert mastodon.ask("GET", f"v1/media/{photo}").json["url"]
    shown = mastodon.post("Look", photo).json["media_attachments"]
    assert [(one["id"], one["description"]) for one in shown] == [(photo, "A bike")]
    assert mastodon.sandbox.posts()[0]["media"][0]["alt"] == "A bike"
    assert _error(mastodon.post("Again", photo)) == (
        422,
        f"Media {photo} not found or already attached to another post",
    )
    assert mastodon.ask("GET", f"v1/media/{photo}").status == 404


def test_processing_takes_its_time(mastodon: Mastodon) -> None:
    mastodon.sandbox.clock(NOON)
    mastodon.sandbox.order("POST", "instance", {"processing_s": 10})
    uploaded = mastodon.upload(png(4, 3))
    photo = uploaded.json["id"]
    assert (uploaded.status, uploaded.json["url"]) == (202, None)
    assert mastodon.ask("GET", f"v1/media/{photo}").status == 206
    assert "not finished processing" in mastodon.post("Look", photo).json["error"]
    mastodon.sandbox.clock("2026-11-22T12:00:10Z")
    assert mastodon.ask("GET", f"v1/media/{photo}").status == 200
    assert mastodon.post("Look", photo).status == 200


def test_processing_can_fail(mastodon: Mastodon) -> None:
    mastodon.sandbox.order("POST", "instance", {"processing_fails": True})
    photo = mastodon.uploaded(png(4, 3))
    assert _error(mastodon.ask("GET", f"v1/media/{photo}")) == (422, "Error processing thumbnail for uploaded media")


def test_an_upload_is_forgotten_after_a_day_and_belongs_to_its_account(mastodon: Mastodon) -> None:
    mastodon.sandbox.clock(NOON)
    photo = mastodon.uploaded(png(4, 3))
    other = mastodon.sandbox.order("POST", "accounts", {"platform": "mastodon"})
    assert Mastodon(mastodon.sandbox, other["id"], other["access_token"]).post("Look", photo).status == 422
    mastodon.sandbox.clock("2026-11-23T12:00:01Z")
    assert mastodon.ask("GET", f"v1/media/{photo}").status == 404
    assert mastodon.post("Look", photo).status == 422
    assert mastodon.sandbox.posts() == []


@pytest.mark.parametrize(
    ("setting", "act", "says"),
    [
        ({"max_characters": 5}, lambda m: m.post("123456"), "Text character limit of 5 exceeded"),
        (
            {"max_media_attachments": 1},
            lambda m: m.post("", m.uploaded(png(2, 2)), m.uploaded(png(3, 3))),
            "more than 1",
        ),
        ({"description_limit": 3}, lambda m: m.upload(png(2, 2), description="1234"), "maximum is 3 characters"),
        ({"image_size_limit": 20}, lambda m: m.upload(png(2, 2)), "must be less than"),
        ({"image_matrix_limit": 3}, lambda m: m.upload(png(2, 2)), "2x2 images are not supported"),
        ({"supported_mime_types": ["image/jpeg"]}, lambda m: m.upload(png(2, 2)), "content type is not supported"),
        ({}, lambda m: m.upload(b"no picture"), "content type is not supported"),
        ({}, lambda m: m.post("  "), "Text can't be blank"),
        ({}, lambda m: m.post("Hi", "123"), "Media 123 not found"),
        ({}, lambda m: m.post("Hi", visibility="everybody"), "Visibility"),
        ({}, lambda m: m.post("Hi", scheduled_at="2030-01-01T00:00:00Z"), "nothing is scheduled here"),
    ],
)
def test_what_the_server_does_not_take_is_a_422_with_words(
    mastodon: Mastodon, setting: dict[str, Any], act: Callable[[Mastodon], Reply], says: str
) -> None:
    mastodon.sandbox.order("POST", "instance", setting)
    status, words = _error(act(mastodon))
    assert status == 422
    assert says in words
    assert mastodon.sandbox.posts() == []


def test_the_server_says_of_itself_what_was_ordered(mastodon: Mastodon) -> None:
    mastodon.sandbox.order("POST", "instance", {"max_characters": 5000})
    told = mastodon.ask("GET", "v2/instance").json["configuration"]
    assert told["statuses"]["max_characters"] == 5000
    assert told["media_attachments"]["description_limit"] == 1500


@pytest.mark.parametrize(
    ("text", "long"),
    [
        ("12345", 5),
        ("cafe\u0301", 4),
        ("\U0001f415\u200d\U0001f9ba", 1),
        ("https://riverbend.gov/very/long/path/that/goes/on/and/on.", 24),
        ("@pd@city.example hi", 6),
        ("a@city.example", 14),
    ],
)
def test_a_text_is_counted_as_it_is_drawn(text: str, long: int) -> None:
    assert mastodon_text.length(text, 23) == long


def test_posts_are_listed_newest_first_in_pages(mastodon: Mastodon) -> None:
    ids = [mastodon.post(f"Post {number}").json["id"] for number in range(5)]
    reply = mastodon.ask("GET", f"v1/accounts/{mastodon.id}/statuses?limit=2")
    assert [one["id"] for one in reply.json] == [ids[4], ids[3]]
    assert f"max_id={ids[3]}" in reply.headers["link"]
    assert [one["id"] for one in mastodon.listed(f"limit=2&max_id={ids[3]}")] == [ids[2], ids[1]]
    assert [one["id"] for one in mastodon.listed(f"limit=2&max_id={ids[1]}")] == [ids[0]]
    assert mastodon.listed(f"max_id={ids[0]}") == []
    assert [one["id"] for one in mastodon.listed(f"since_id={ids[3]}")] == [ids[4]]
    assert mastodon.ask("GET", "v1/accounts/999/statuses").status == 404


def test_forty_is_the_longest_page_and_twenty_the_usual(mastodon: Mastodon) -> None:
    by_hand = {"platform": "mastodon", "account": mastodon.id, "text": "By hand"}
    for _ in range(45):
        mastodon.sandbox.order("POST", "posts", by_hand)
    assert [len(mastodon.listed(query)) for query in ("", "limit=99", "limit=x")] == [20, 40, 20]


def test_a_list_lags_and_a_post_can_be_read_at_once(mastodon: Mastodon) -> None:
    mastodon.sandbox.lag(3600)
    post = mastodon.post("Hi").json["id"]
    assert mastodon.listed() == []
    assert mastodon.ask("GET", f"v1/statuses/{post}").json["id"] == post


def test_only_the_author_takes_a_post_down(mastodon: Mastodon) -> None:
    post = mastodon.post("Hi").json["id"]
    other = mastodon.sandbox.order("POST", "accounts", {"platform": "mastodon"})
    stranger = Mastodon(mastodon.sandbox, other["id"], other["access_token"])
    assert stranger.ask("DELETE", f"v1/statuses/{post}").status == 404
    assert mastodon.ask("DELETE", f"v1/statuses/{post}").status == 200
    assert _error(mastodon.ask("GET", f"v1/statuses/{post}")) == (404, "Record not found")
    assert mastodon.ask("DELETE", f"v1/statuses/{post}").status == 404


def test_who_may_do_what(mastodon: Mastodon) -> None:
    assert _error(Mastodon(mastodon.sandbox, mastodon.id, "wrong").post("Hi")) == (401, "The access token is invalid")
    weak = {"platform": "mastodon", "id": mastodon.id, "access_token": mastodon.token, "scopes": ["read"]}
    mastodon.sandbox.order("POST", "accounts", weak)
    assert _error(mastodon.post("Hi")) == (403, "This action is outside the authorized scopes")
    assert mastodon.listed() == []
    assert mastodon.ask("GET", "v1/apps/verify_credentials").json["scopes"] == ["read"]
    mastodon.sandbox.order("POST", "accounts", {**weak, "suspended": True})
    assert mastodon.ask("GET", "v1/accounts/verify_credentials").status == 403


def test_a_limited_accounts_post_is_unlisted(mastodon: Mastodon) -> None:
    limited = {"platform": "mastodon", "id": mastodon.id, "access_token": mastodon.token, "limited": True}
    mastodon.sandbox.order("POST", "accounts", limited)
    assert mastodon.post("Hi").json["visibility"] == "unlisted"
    assert mastodon.ask("GET", "v1/accounts/verify_credentials").json["limited"] is True


def test_uploads_have_a_window_of_their_own_and_its_end_is_a_time(mastodon: Mastodon) -> None:
    mastodon.sandbox.clock(NOON)
    replies = [mastodon.upload(png(2, 2)) for _ in range(31)]
    assert [reply.status for reply in replies] == [200] * 30 + [429]
    assert replies[-1].json == {"error": "Too many requests"}
    told = {name: value for name, value in replies[-1].headers.items() if name.startswith("x-ratelimit")}
    assert told == {
        "x-ratelimit-limit": "30",
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": "2026-11-22T12:30:00.000000Z",
    }
    assert mastodon.post("Hi").status == 200
    mastodon.sandbox.rules(enforce_rate_limits=False)
    assert mastodon.upload(png(2, 2)).status == 200


def test_faults_speak_as_the_server_does(mastodon: Mastodon) -> None:
    mastodon.sandbox.fault("error_before_commit", path="/api/v1/statuses", status=422)
    assert _error(mastodon.post("Hi")) == (422, "Validation failed")
    mastodon.sandbox.clock(NOON)
    mastodon.sandbox.fault("rate_limited")
    limited = mastodon.post("Hi")
    assert (limited.status, limited.headers["x-ratelimit-reset"]) == (429, "2026-11-22T12:05:00.000000Z")
    mastodon.sandbox.fault("rate_limited", quiet=True)
    assert not any(name.startswith("x-ratelimit") for name in mastodon.post("Hi").headers)
    mastodon.sandbox.fault("error_after_commit", path="/api/v1/statuses", status=503)
    assert mastodon.post("Hi").status == 503
    assert len(mastodon.sandbox.posts()) == 1


@pytest.mark.parametrize("body", [{"status": 7}, {"status": "Hi", "media_ids": "1"}, {"media_ids": [1]}, ["Hi"]])
def test_senseless_bodies_are_refused(mastodon: Mastodon, body: Any) -> None:
    assert mastodon.ask("POST", "v1/statuses", body).status == 400
    assert mastodon.ask("POST", "v2/media", b"{", **{"content-type": "application/json"}).status == 400


def test_an_unknown_path_has_other_words_than_a_missing_post(mastodon: Mastodon) -> None:
    assert _error(mastodon.ask("GET", "v1/timelines/home")) == (404, "Not Found")


def test_the_public_sees_it_on_its_page(mastodon: Mastodon) -> None:
    post = mastodon.post("Good morning").json
    for path in ("/", "/@RiverbendPD", f"/@RiverbendPD/{post['id']}", f"/web/statuses/{post['id']}"):
        reply = ask(mastodon.sandbox.url, "GET", path)
        assert (reply.status, b"Good morning" in reply.data, b"@RiverbendPD" in reply.data) == (200, True, True)
    assert ask(mastodon.sandbox.url, "GET", "/@Nobody/1").status == 404


def test_no_token_is_in_the_log(mastodon: Mastodon) -> None:
    mastodon.post("Hi")
    assert mastodon.sandbox.requests()[-1]["had_credential"] is True
    assert mastodon.token not in str(mastodon.sandbox.requests())
