"""The most important answers, by hand: what an adapter reads of them has the shape that the networks describe.

test_x_description.py and test_graph_reading.py check every answer against the whole descriptions, where those are at
hand. Read from X's openapi.json 2.167 and Meta's Graph v25 description on 2026-11-22.
"""

import re
from typing import Any

from tests.sandbox.plain import Page, X, png

_X_ID, _X_TIME = r"[0-9]{1,19}", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"


def _is(pattern: str, value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(pattern, value) is not None


def test_a_new_post_on_x_answers_with_its_id_in_data(x: X) -> None:
    created = x.post("See https://riverbend.example & more", x.upload(png(4, 3)).json["data"]["id"])
    assert created.status == 201
    assert set(created.json) == {"data"}
    assert _is(_X_ID, created.json["data"]["id"])
    assert isinstance(created.json["data"]["text"], str)


def test_a_list_on_x_counts_its_posts_and_gives_the_fields_asked_for(x: X) -> None:
    x.post("See https://riverbend.example & more", x.upload(png(4, 3)).json["data"]["id"])
    answer = x.listed("post.fields=created_at,entities,attachments")
    assert answer["meta"]["result_count"] == len(answer["data"]) == 1
    [post] = answer["data"]
    assert _is(_X_ID, post["id"])
    assert _is(_X_TIME, post["created_at"])
    assert all(_is(r"3_[0-9]+", key) for key in post["attachments"]["media_keys"])
    for link in post["entities"]["urls"]:
        assert post["text"][link["start"] : link["end"]] == link["url"]
        assert _is("https?://.+", link["expanded_url"])


def test_a_missing_post_on_x_is_a_problem_of_its_own_type(x: X) -> None:
    refused = x.ask("DELETE", "tweets/123")
    kind = "https://api.x.com/2/problems/resource-not-found"
    assert (refused.status, refused.json["type"]) == (404, kind)
    read = x.ask("GET", "tweets/123")
    assert (read.status, [one["type"] for one in read.json["errors"]]) == (200, [kind])
    assert "data" not in read.json


def test_a_new_post_on_a_page_answers_with_the_pages_number_and_its_own(page: Page) -> None:
    photo = page.waiting_photo(png(2, 2))
    post = page.post_photos("Look", photo).json["id"]
    assert _is(rf"{page.id}_[0-9]+", post)
    fields = "id,message,created_time,permalink_url,attachments{media_type,target{id},subattachments{target{id}}}"
    [listed] = page.listed(f"fields={fields}")["data"]
    assert (listed["id"], listed["message"]) == (post, "Look")
    assert _is(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000", listed["created_time"])
    assert [part["target"]["id"] for part in listed["attachments"]["data"]] == [photo]


def test_a_refusal_of_the_graph_names_code_and_subcode(page: Page) -> None:
    refused = page.ask("DELETE", f"{page.id}_123")
    error = refused.json["error"]
    assert (refused.status, error["code"], error["error_subcode"]) == (400, 100, 33)
    assert {"message", "type", "is_transient", "fbtrace_id"} <= set(error)
