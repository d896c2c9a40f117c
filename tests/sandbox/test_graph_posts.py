"""A page's posts: made, made unpublished, refused, deleted."""

import json

import pytest

from tests.sandbox.plain import NOON, Page, ask, png


def test_a_message_becomes_a_visible_post(page: Page) -> None:
    page.sandbox.clock(NOON)
    post_id = page.post(message=" Coffee with a cop & more\n").json["id"]
    number = post_id.removeprefix(f"{page.id}_")
    (row,) = page.sandbox.posts()
    assert row == {
        "platform": "facebook",
        "account": page.id,
        "remote_id": post_id,
        "url": f"{page.sandbox.url}/facebook/{page.id}/posts/{number}",
        "text": "Coffee with a cop & more",
        "link": "",
        "media": [],
        "created_at": NOON,
        "request_id": page.sandbox.requests()[-1]["id"],
        "made_by_hand": False,
    }
    read = page.ask("GET", f"{post_id}?fields=message,created_time,permalink_url,is_published,status_type").json
    assert read == {
        "id": post_id,
        "message": "Coffee with a cop & more",
        "created_time": "2026-11-22T12:00:00+0000",
        "permalink_url": row["url"],
        "is_published": True,
        "status_type": "mobile_status_update",
    }


def test_a_json_body_and_me_do_as_well(page: Page) -> None:
    assert page.ask("POST", "me/feed", {"message": "Hi", "published": True}).status == 200
    assert page.sandbox.posts()[0]["text"] == "Hi"


def test_a_link_is_an_attachment(page: Page) -> None:
    post_id = page.post(message="See", link="https://riverbend.example/news").json["id"]
    read = page.ask("GET", f"{post_id}?fields=attachments{{url,media_type}}").json
    assert read["attachments"]["data"] == [{"url": "https://riverbend.example/news", "media_type": "link"}]
    assert page.sandbox.posts()[0]["link"] == "https://riverbend.example/news"


def test_only_the_last_post_is_a_duplicate(page: Page) -> None:
    page.post(message="One")
    reply = page.post(message="One")
    error = reply.json["error"]
    assert (reply.status, error["code"], error["error_subcode"], error["is_transient"]) == (
        400,
        506,
        1455006,
        False,
    )
    assert page.post(message="Two").status == 200
    assert page.post(message="One").status == 200
    assert page.post(message="One", link="https://riverbend.example").status == 200
    page.sandbox.rules(refuse_duplicates=False)
    assert page.post(message="One", link="https://riverbend.example").status == 200
    assert len(page.sandbox.posts()) == 5


def test_an_empty_post_and_a_far_too_long_one_are_refused(page: Page) -> None:
    assert page.post(message="  ").json["error"]["code"] == 100
    assert page.post(message="a" * 63_206).status == 200
    assert page.post(message="a" * 63_207).json["error"]["code"] == 100


def test_an_unpublished_post_is_seen_by_nobody_until_it_is_published(page: Page) -> None:
    post_id = page.post(message="Wait", published="false").json["id"]
    assert (page.sandbox.posts(), page.listed()["data"]) == ([], [])
    assert page.ask("GET", f"{post_id}?fields=is_published").json["is_published"] is False
    assert page.ask("POST", post_id, {"message": "Now", "is_published": True}).json == {"success": True}
    assert [row["text"] for row in page.sandbox.posts()] == ["Now"]
    assert page.ask("POST", post_id, {"is_published": "perhaps"}).status == 200
    assert page.ask("POST", "999", {"is_published": True}).json["error"]["code"] == 100


def test_the_network_schedules_nothing_here(page: Page) -> None:
    assert page.post(message="Later", published="false", scheduled_publish_time="1795348800").status == 400


def test_a_deleted_post_is_gone(page: Page) -> None:
    post_id = page.post_photos("Look", page.waiting_photo(png(2, 2))).json["id"]
    assert page.ask("DELETE", post_id).json == {"success": True}
    assert page.sandbox.posts() == []
    for method in ("GET", "DELETE"):
        error = page.ask(method, post_id).json["error"]
        assert (error["code"], error["error_subcode"]) == (100, 33)


def test_another_page_is_off_limits(page: Page) -> None:
    given = page.sandbox.order("POST", "accounts", {"platform": "facebook"})
    other = Page(page.sandbox, given["id"], given["access_token"])
    theirs = other.post(message="Theirs").json["id"]
    form = {"content-type": "application/x-www-form-urlencoded"}
    refused = page.ask("POST", f"{other.id}/feed", "message=Mine", **form)
    assert (refused.status, refused.json["error"]["code"]) == (403, 200)
    assert page.ask("DELETE", theirs).status == 403
    assert page.ask("GET", theirs).status == 400
    assert page.ask("POST", "12345/feed", "message=Mine", **form).json["error"]["code"] == 100


@pytest.mark.parametrize("where", ["bearer", "oauth", "query", "form"])
def test_a_token_may_come_in_any_of_four_places(page: Page, where: str) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    path, body = f"/v25.0/{page.id}/feed", "message=Hi"
    match where:
        case "bearer" | "oauth":
            headers["authorization"] = f"{where} {page.token}"
        case "query":
            path += f"?access_token={page.token}"
        case _:
            body += f"&access_token={page.token}"
    assert ask(page.sandbox.url, "POST", path, body, headers).status == 200
    assert page.token not in json.dumps(page.sandbox.requests())


@pytest.mark.parametrize(("token", "code"), [("", 104), ("wrong", 190)])
def test_without_a_good_token_nothing_goes(page: Page, token: str, code: int) -> None:
    page.token = token
    reply = page.post(message="Hi")
    assert (reply.status, reply.json["error"]["code"]) == (400, code)
    assert page.sandbox.posts() == []


def test_a_token_expires_by_the_sandbox_clock(page: Page) -> None:
    page.sandbox.clock(NOON)
    given = {"platform": "facebook", "id": "77", "name": "Old", "token_expires": 1_795_348_801}
    account = page.sandbox.order("POST", "accounts", given)
    old = Page(page.sandbox, "77", account["access_token"])
    assert old.post(message="Hi").status == 200
    page.sandbox.clock("2026-11-22T12:00:01Z")
    error = old.post(message="Hi again").json["error"]
    assert (error["code"], error["error_subcode"]) == (190, 463)


def test_every_answer_carries_usage_and_version(page: Page) -> None:
    for reply in (page.post(message="Hi"), page.post(message="")):
        assert reply.headers["facebook-api-version"] == "v25.0"
        assert set(json.loads(reply.headers["x-app-usage"])) == {"call_count", "total_cputime", "total_time"}
        ((business,),) = json.loads(reply.headers["x-business-use-case-usage"]).values()
        assert business["estimated_time_to_regain_access"] == 0


def test_any_version_is_answered_and_an_unknown_path_is_not(page: Page) -> None:
    headers = {"authorization": f"Bearer {page.token}"}
    for version in ("v19.0", "v25.0", "v26.0"):
        reply = ask(page.sandbox.url, "GET", f"/{version}/me", None, headers)
        assert (reply.status, reply.headers["facebook-api-version"]) == (200, version)
    assert page.ask("GET", "me/nothing/here").json["error"]["code"] == 2500
