"""Lists and nodes of the Graph API: paging, time bounds, the lag, fields, tokens."""

import json
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialpub.sandbox.graph_fields import cut, parsed
from tests.sandbox.plain import NOON, Page, ask, png
from tests.specs import SPECS, needs


def _messages(answer: Any) -> list[str]:
    return [one["message"] for one in answer["data"]]


def test_posts_are_listed_newest_first_page_by_page(page: Page) -> None:
    for number in range(5):
        page.post(message=f"Post {number}")
    first = page.listed("limit=2&fields=message")
    assert _messages(first) == ["Post 4", "Post 3"]
    second = page.listed(f"limit=2&fields=message&after={first['paging']['cursors']['after']}")
    assert _messages(second) == ["Post 2", "Post 1"]
    following = urlsplit(second["paging"]["next"])
    assert page.token not in following.query
    headers = {"authorization": f"Bearer {page.token}"}
    third = ask(page.sandbox.url, "GET", f"{following.path}?{following.query}", None, headers).json
    assert (_messages(third), "next" in third["paging"]) == (["Post 0"], False)


def test_a_token_in_the_query_comes_back_in_the_next_address_as_meta_does_it(page: Page) -> None:
    for number in range(2):
        page.post(message=f"Post {number}")
    path = f"/v25.0/{page.id}/published_posts?limit=1&access_token={page.token}"
    assert page.token in ask(page.sandbox.url, "GET", path).json["paging"]["next"]


def test_times_bound_the_list_in_seconds_or_iso(page: Page) -> None:
    for minute in range(4):
        page.sandbox.clock(f"2026-11-22T12:0{minute}:00.9Z")
        page.post(message=f"Post {minute}")
    assert _messages(page.listed("since=1795348920")) == ["Post 3", "Post 2"]
    assert _messages(page.listed("since=2026-11-22T12:02:00Z")) == ["Post 3", "Post 2"]
    assert _messages(page.listed("since=2026-11-22T12:01:00&until=2026-11-22T12:02:00%2B0000")) == [
        "Post 2",
        "Post 1",
    ]


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=all", "since=soon", "after=nowhere", "fields=id{"])
def test_a_question_without_sense_is_a_400(page: Page, query: str) -> None:
    page.post(message="Hi")
    assert page.ask("GET", f"{page.id}/published_posts?{query}").status == 400


def test_lists_show_a_post_only_after_the_lag(page: Page) -> None:
    page.sandbox.clock(NOON)
    page.sandbox.lag(60)
    post_id = page.post(message="Soon").json["id"]
    assert page.listed()["data"] == []
    assert page.ask("GET", post_id).json["message"] == "Soon"
    page.sandbox.clock("2026-11-22T12:01:00Z")
    for name in ("published_posts", "posts", "feed"):
        assert _messages(page.ask("GET", f"{page.id}/{name}").json) == ["Soon"]


def test_a_page_tells_its_owner_more_than_others(page: Page) -> None:
    mine = page.ask("GET", "me?fields=id,name,access_token,tasks").json
    assert (mine["access_token"], "CREATE_CONTENT" in mine["tasks"]) == (page.token, True)
    other = page.sandbox.order("POST", "accounts", {"platform": "facebook", "id": "77"})
    assert page.ask("GET", "77?fields=name,access_token").json == {"id": "77", "name": other["name"]}
    assert page.ask("GET", page.id).json == {"id": page.id, "name": "Riverbend Police (demo)"}


def test_a_token_is_explained(page: Page) -> None:
    data = page.ask("GET", f"debug_token?input_token={page.token}").json["data"]
    assert (data["is_valid"], data["type"], data["profile_id"], data["expires_at"]) == (
        True,
        "PAGE",
        page.id,
        0,
    )
    assert "pages_manage_posts" in data["scopes"]
    bad = page.ask("GET", "debug_token?input_token=wrong").json["data"]
    assert (bad["is_valid"], bad["error"]["code"]) == (False, 190)


def test_a_token_that_ran_out_is_explained_too(page: Page) -> None:
    page.sandbox.clock(NOON)
    given = {
        "platform": "facebook",
        "id": "77",
        "token_expires": 1_795_348_800,
        "scopes": ["pages_show_list"],
    }
    old = page.sandbox.order("POST", "accounts", given)["access_token"]
    data = page.ask("GET", f"debug_token?input_token={old}").json["data"]
    assert (data["is_valid"], data["scopes"]) == (False, ["pages_show_list"])


def test_fields_are_read_with_their_modifiers_and_depth() -> None:
    assert parsed("id,attachments.limit(5){target{id},media},name") == {
        "id": {},
        "attachments": {"target": {"id": {}}, "media": {}},
        "name": {},
    }


@pytest.mark.parametrize(
    "bad", ["", ",", "a,", "a{", "a{}", "a}", "a{b", "a.limit(", "a{" * 9 + "b" + "}" * 9, "a b%"]
)
def test_malformed_fields_are_refused(bad: str) -> None:
    with pytest.raises(ValueError, match=r"[Ss]yntax|deeply"):
        parsed(bad)


@given(st.text(alphabet="ab{}.,() ", max_size=30))
def test_no_fields_break_the_reader(text: str) -> None:
    with suppress(ValueError):
        assert isinstance(parsed(text), dict)


def test_an_answer_is_cut_to_the_tree_and_keeps_its_id() -> None:
    whole = {"id": "1", "a": {"id": "2", "b": 1, "c": 2}, "list": {"data": [{"d": 1, "e": 2}]}, "f": 3}
    assert cut(whole, parsed("a{b},list{d}")) == {
        "id": "1",
        "a": {"id": "2", "b": 1},
        "list": {"data": [{"d": 1}]},
    }


@needs("meta")
def test_what_is_answered_is_named_in_metas_description(page: Page) -> None:
    photo = page.waiting_photo(png(2, 2), alt_text_custom="A dog", message="Look")
    post = page.post_photos("Look", photo).json["id"]
    for spec, node, edges in (
        ("PagePost", post, {"attachments"}),
        ("Photo", photo, set()),
        ("Page", "me", {"tasks"}),
    ):
        names = {field["name"] for field in json.loads((SPECS / "meta" / f"{spec}.json").read_text())["fields"]}
        answer = page.ask("GET", f"{node}?fields={','.join(sorted(names | edges))}").json
        assert len(answer) > 3
        assert set(answer) <= names | edges
