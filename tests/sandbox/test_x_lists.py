"""GET /2/users/{id}/tweets: what an account sees of itself, in pages, late if ordered so."""

from typing import Any

import pytest

from tests.sandbox.plain import X


def _texts(answer: Any) -> list[str]:
    return [one["text"] for one in answer.get("data", [])]


def test_posts_are_listed_newest_first_in_pages(x: X) -> None:
    for number in range(12):
        x.post(f"Post {number}")
    first = x.listed("max_results=5")
    assert (_texts(first), first["meta"]["result_count"]) == ([f"Post {n}" for n in (11, 10, 9, 8, 7)], 5)
    second = x.listed(f"max_results=5&pagination_token={first['meta']['next_token']}")
    third = x.listed(f"max_results=5&pagination_token={second['meta']['next_token']}")
    assert _texts(second) + _texts(third) == [f"Post {n}" for n in range(6, -1, -1)]
    assert "next_token" not in third["meta"]
    assert third["meta"]["oldest_id"] == third["data"][-1]["id"]
    assert _texts(x.listed(f"max_results=5&pagination_token={third['meta']['previous_token']}")) == _texts(second)


def test_ten_is_the_usual_page(x: X) -> None:
    for number in range(11):
        x.post(f"Post {number}")
    assert x.listed()["meta"]["result_count"] == 10


@pytest.mark.parametrize(
    "query",
    [
        *["max_results=4", "max_results=101", "max_results=ten", "pagination_token=!", "pagination_token=zz"],
        *["start_time=yesterday", "start_time=2026-11-22T12:00:00", "since_id=abc", "until_id=-1"],
    ],
)
def test_a_question_x_does_not_take_is_a_400(x: X, query: str) -> None:
    assert x.ask("GET", f"users/{x.id}/tweets?{query}").status == 400


def test_nobody_has_posts(x: X) -> None:
    assert x.listed() == {"meta": {"result_count": 0}}
    assert x.ask("GET", "users/999/tweets").json["errors"][0]["resource_type"] == "user"


def test_times_and_ids_bound_the_list(x: X) -> None:
    ids = []
    for minute in range(4):
        x.sandbox.clock(f"2026-11-22T12:0{minute}:00.900Z")
        ids.append(x.post(f"Post {minute}").json["data"]["id"])
    assert _texts(x.listed("start_time=2026-11-22T12:02:00Z")) == ["Post 3", "Post 2"]
    assert _texts(x.listed("start_time=2026-11-22T14:02:00%2B02:00")) == ["Post 3", "Post 2"]
    assert _texts(x.listed("end_time=2026-11-22T12:01:00Z")) == ["Post 0"]
    assert _texts(x.listed(f"since_id={ids[1]}")) == ["Post 3", "Post 2"]
    assert _texts(x.listed(f"since_id={ids[0]}&until_id={ids[2]}")) == ["Post 1"]


def test_lists_show_a_post_only_after_the_lag(x: X) -> None:
    x.sandbox.clock("2026-11-22T12:00:00Z")
    x.sandbox.lag(30)
    post = x.post("Soon").json["data"]["id"]
    assert x.listed()["meta"]["result_count"] == 0
    assert x.ask("GET", f"tweets/{post}").json["data"]["id"] == post
    assert len(x.sandbox.posts()) == 1
    x.sandbox.clock("2026-11-22T12:00:29Z")
    assert x.listed()["meta"]["result_count"] == 0
    x.sandbox.clock("2026-11-22T12:00:30Z")
    assert _texts(x.listed()) == ["Soon"]


def test_fields_are_given_when_asked_for_and_unknown_ones_ignored(x: X) -> None:
    x.sandbox.clock("2026-11-22T12:00:00.123Z")
    x.post("See https://riverbend.example")
    (plain,) = x.listed()["data"]
    assert set(plain) == {"id", "text", "edit_history_post_ids"}
    (old,) = x.listed("tweet.fields=created_at,entities,nonsense")["data"]
    (new,) = x.listed("post.fields=created_at,entities,nonsense")["data"]
    assert old == new
    assert old["created_at"] == "2026-11-22T12:00:00.123Z"


@pytest.mark.parametrize(("vocabulary", "deaf"), [("post", "tweet"), ("tweet", "post")])
def test_one_vocabulary_can_be_silently_ignored(x: X, vocabulary: str, deaf: str) -> None:
    x.sandbox.rules(field_names=vocabulary)
    x.post("Hi")
    assert "created_at" in x.listed(f"{vocabulary}.fields=created_at")["data"][0]
    assert "created_at" not in x.listed(f"{deaf}.fields=created_at")["data"][0]


@pytest.mark.parametrize("path", ["users/{id}/tweets", "users/me", "tweets/1"])
def test_a_parameter_that_x_does_not_take_is_a_400(x: X, path: str) -> None:
    asked = path.format(id=x.id)
    refused = x.ask("GET", f"{asked}?post.feilds=created_at")
    assert refused.status == 400
    assert "[post.feilds]" in refused.json["errors"][0]["message"]
    assert x.ask("GET", f"{asked}?post.fields=nonsense").status == 200


@pytest.mark.parametrize(("vocabulary", "deaf"), [("post", "tweet"), ("tweet", "post")])
def test_the_other_vocabulary_can_be_refused(x: X, vocabulary: str, deaf: str) -> None:
    x.sandbox.rules(field_names=vocabulary, refuse_other_names=True)
    assert x.ask("GET", f"users/{x.id}/tweets?{vocabulary}.fields=created_at").status == 200
    assert x.ask("GET", f"users/{x.id}/tweets?{deaf}.fields=created_at").status == 400


def test_expansions_bring_the_author(x: X) -> None:
    x.post("Hi")
    answer = x.listed("expansions=author_id&user.fields=verified,nonsense")
    assert answer["data"][0]["author_id"] == x.id
    (author,) = answer["includes"]["users"]
    assert (author["username"], author["verified"], "nonsense" in author) == ("RiverbendPD", False, False)


def test_one_account_does_not_see_the_other_in_its_list(x: X) -> None:
    other = x.sandbox.order("POST", "accounts", {"platform": "x", "handle": "OtherPD"})
    X(x.sandbox, other["id"], other["bearer"]).post("Theirs")
    assert _texts(x.listed()) == []
