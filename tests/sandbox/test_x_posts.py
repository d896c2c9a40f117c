"""POST, GET and DELETE /2/tweets, met from outside."""

import re

import pytest

from tests.sandbox.plain import NOON, X, png


def test_a_text_becomes_a_visible_post(x: X) -> None:
    x.sandbox.clock(NOON)
    reply = x.post("  Coffee with a cop at nine.\n")
    assert reply.status == 201
    assert reply.json["data"]["text"] == "Coffee with a cop at nine."
    (row,) = x.sandbox.posts()
    assert row == {
        "platform": "x",
        "account": x.id,
        "remote_id": reply.json["data"]["id"],
        "url": f"{x.sandbox.url}/x/RiverbendPD/status/{reply.json['data']['id']}",
        "text": "Coffee with a cop at nine.",
        "link": "",
        "media": [],
        "created_at": NOON,
        "request_id": x.sandbox.requests()[-1]["id"],
        "made_by_hand": False,
    }


def test_ids_are_19_digits_at_most_and_grow_even_when_the_clock_goes_back(x: X) -> None:
    ids: list[str] = []
    for now in (NOON, NOON, "2026-11-21T12:00:00+00:00"):
        x.sandbox.clock(now)
        ids.append(x.post(f"Post {len(ids)}").json["data"]["id"])
    assert all(re.fullmatch("[0-9]{1,19}", one) for one in ids)
    assert sorted(set(ids), key=int) == ids


def test_links_are_shortened_and_said_where(x: X) -> None:
    post = x.post("See https://riverbend.example/news?a=1&b=2. And <more> & more at riverbend.gov/x!").json["data"]
    listed = x.ask("GET", f"tweets/{post['id']}?tweet.fields=entities").json["data"]
    first, second = listed["entities"]["urls"]
    assert listed["text"] == post["text"] == (f"See {first['url']}. And &lt;more&gt; &amp; more at {second['url']}!")
    assert first["expanded_url"] == "https://riverbend.example/news?a=1&b=2"
    assert second["expanded_url"] == "http://riverbend.gov/x"
    for entity in (first, second):
        assert re.fullmatch(r"https://t\.co/\w{10}", entity["url"])
        assert listed["text"][entity["start"] : entity["end"]] == entity["url"]


def test_photos_add_one_link_at_the_end_and_keep_their_order(x: X) -> None:
    media = [x.uploaded(png(4, 3, shade)) for shade in (1, 2)]
    x.ask("POST", "media/metadata", {"id": media[0], "metadata": {"alt_text": {"text": "A dog"}}})
    post = x.post("Two photos", *media).json["data"]
    query = "post.fields=entities,attachments&expansions=attachments.media_keys&media.fields=alt_text,width"
    answer = x.ask("GET", f"tweets/{post['id']}?{query}").json
    urls = answer["data"]["entities"]["urls"]
    assert post["text"] == f"Two photos {urls[0]['url']}"
    assert [one["url"] for one in urls] == [urls[0]["url"]] * 2
    assert [one["media_key"] for one in urls] == answer["data"]["attachments"]["media_keys"]
    assert [one.get("alt_text") for one in answer["includes"]["media"]] == ["A dog", None]
    assert [one["alt"] for one in x.sandbox.posts()[0]["media"]] == ["A dog", ""]


def test_photos_need_no_text(x: X) -> None:
    assert x.post("", x.uploaded(png(4, 3))).status == 201
    assert x.post("", x.uploaded(png(4, 3))).status == 201
    assert x.post("").status == 400


def test_the_same_words_twice_are_refused_until_the_first_are_gone(x: X) -> None:
    post = x.post("Good morning").json["data"]
    reply = x.post(" Good morning ")
    assert (reply.status, reply.json) == (
        403,
        {
            "detail": "You are not allowed to create a Tweet with duplicate content.",
            "type": "about:blank",
            "title": "Forbidden",
            "status": 403,
        },
    )
    x.ask("DELETE", f"tweets/{post['id']}")
    assert x.post("Good morning").status == 201


def test_a_test_can_switch_the_filter_off_to_see_a_double_post(x: X) -> None:
    x.sandbox.rules(refuse_duplicates=False)
    assert [x.post("Good morning").status, x.post("Good morning").status] == [201, 201]
    assert len(x.sandbox.posts()) == 2


def test_280_weighted_characters_fit_and_no_more(x: X) -> None:
    assert x.post("a" * 280).status == 201
    assert x.post("b" * 281).status == 400
    assert x.post("日" * 141).status == 400
    assert x.post("c" * 256 + " https://riverbend.example/" + "d" * 100).status == 201


@pytest.mark.parametrize(
    "body",
    [
        *[None, [], "text", {"text": 5}, {"text": "a", "colour": "red"}, {"text": "a", "media": {}}],
        *[{"text": "a", "media": {"media_ids": []}}, {"text": "a", "media": {"media_ids": ["1"] * 5}}],
        *[{"text": "a", "media": {"media_ids": [1]}}, {"text": "a", "reply_settings": "nobody"}],
        *[{"text": "a", "reply": {}}, {"text": "a", "made_with_ai": "no"}, {"media": {"media_ids": ["x"]}}],
        {"text": "a", "poll": {"options": ["one"], "duration_minutes": 5}},
    ],
)
def test_a_body_the_description_does_not_allow_is_a_400(x: X, body: object) -> None:
    reply = x.ask("POST", "tweets", body)
    assert (reply.status, reply.json["title"]) == (400, "Invalid Request")
    assert reply.headers["x-rate-limit-limit"] == "100"
    assert x.sandbox.posts() == []


def test_a_body_that_is_no_json_is_a_400(x: X) -> None:
    assert x.ask("POST", "tweets", b"\xff{", **{"content-type": "application/json"}).status == 400
    assert x.ask("POST", "tweets", b"[" * 100_000, **{"content-type": "application/json"}).status == 400


def test_unknown_foreign_and_repeated_media_are_a_400(x: X) -> None:
    other = x.sandbox.order("POST", "accounts", {"platform": "x"})
    foreign = X(x.sandbox, other["id"], other["bearer"]).uploaded(png(2, 2))
    mine = x.uploaded(png(2, 2))
    for media in (["123"], [foreign], [mine, mine], [mine, "123"]):
        reply = x.post("With media", *media)
        assert (reply.status, reply.json["errors"][0]["message"]) == (400, "Your media IDs are invalid.")


def test_unused_media_is_forgotten_after_a_day(x: X) -> None:
    x.sandbox.clock("2026-11-22T12:00:00Z")
    early, late = x.uploaded(png(2, 2)), x.uploaded(png(3, 3))
    x.sandbox.clock("2026-11-23T11:59:59Z")
    assert x.post("In time", early).status == 201
    x.sandbox.clock("2026-11-23T12:00:00Z")
    assert x.post("Too late", late).status == 400


def test_a_gif_stands_alone(x: X) -> None:
    gif = x.uploaded(b"GIF89a\x05\x00\x06\x00")
    assert x.post("Two", gif, x.uploaded(png(2, 2))).status == 400
    assert x.post("One", gif).status == 201
    assert (x.sandbox.posts()[0]["media"][0]["width"], x.sandbox.posts()[0]["media"][0]["height"]) == (5, 6)


def test_a_reply_hangs_on_a_post_that_exists(x: X) -> None:
    first = x.post("One").json["data"]["id"]
    body = {"text": "Two", "reply": {"in_reply_to_tweet_id": first}}
    second = x.ask("POST", "tweets", body).json["data"]["id"]
    asked = x.ask("GET", f"tweets/{second}?tweet.fields=referenced_posts,conversation_id").json["data"]
    assert (asked["conversation_id"], asked["referenced_posts"]) == (
        first,
        [{"type": "replied_to", "id": first}],
    )
    assert x.ask("POST", "tweets", {"text": "Three", "reply": {"in_reply_to_tweet_id": "9"}}).status == 403


def test_a_post_that_is_not_there_is_a_200_with_errors(x: X) -> None:
    reply = x.ask("GET", "tweets/123")
    assert (reply.status, "data" in reply.json) == (200, False)
    assert reply.json["errors"][0]["type"] == "https://api.x.com/2/problems/resource-not-found"
    assert x.ask("GET", "tweets/abc").status == 400


def test_a_deleted_post_is_gone_and_cannot_be_deleted_again(x: X) -> None:
    post = x.post("One").json["data"]["id"]
    other = x.sandbox.order("POST", "accounts", {"platform": "x"})
    assert X(x.sandbox, other["id"], other["bearer"]).ask("DELETE", f"tweets/{post}").status == 403
    assert x.ask("DELETE", f"tweets/{post}").json == {"data": {"deleted": True}}
    assert x.sandbox.posts() == []
    assert x.ask("DELETE", f"tweets/{post}").status == 404


def test_the_window_counts_down_is_enforced_and_opens_again(x: X) -> None:
    x.sandbox.clock("2026-11-22T12:00:00Z")
    first = x.post("0")
    assert [first.headers[f"x-rate-limit-{part}"] for part in ("limit", "remaining", "reset")] == [
        "100",
        "99",
        str(1_795_348_800 + 900),
    ]
    replies = [x.post(str(n)) for n in range(1, 101)]
    assert [reply.status for reply in replies] == [201] * 99 + [429]
    assert replies[-1].headers["x-rate-limit-remaining"] == "0"
    assert x.ask("GET", "users/me").status == 200
    x.sandbox.clock("2026-11-22T12:15:00Z")
    assert x.post("again").status == 201


def test_a_test_may_lift_the_window(x: X) -> None:
    x.sandbox.rules(enforce_rate_limits=False)
    assert {x.ask("GET", "users/me").status for _ in range(80)} == {200}


def test_an_account_without_credits_is_a_402(x: X) -> None:
    poor = x.sandbox.order("POST", "accounts", {"platform": "x", "credits": False})
    reply = X(x.sandbox, poor["id"], poor["bearer"]).post("Hi")
    assert (reply.status, reply.json["title"]) == (402, "CreditsDepleted")


def test_a_path_x_does_not_know_is_an_empty_404(x: X) -> None:
    reply = x.ask("GET", "usage/credits")
    assert (reply.status, reply.data) == (404, b"")
