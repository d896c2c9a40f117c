"""The control API and the log: orders, answers, and no secret in either."""

import json

import pytest

from socialpub.sandbox.handle import Sandbox
from tests.sandbox.plain import NOON, Page, X, ask, png


def test_a_reset_forgets_everything(x: X) -> None:
    x.post("Hi")
    x.sandbox.clock(NOON)
    x.sandbox.lag(9)
    x.sandbox.fault("huge")
    x.sandbox.order("POST", "accounts", {"platform": "x"})
    x.sandbox.reset()
    assert (x.sandbox.posts(), x.sandbox.requests(), x.sandbox.order("GET", "faults")) == ([], [], [])
    assert {len(found) for found in x.sandbox.accounts().values()} == {1}
    assert x.sandbox.order("POST", "rules", {}) == {
        "refuse_duplicates": True,
        "enforce_rate_limits": True,
        "field_names": "both",
        "idempotency_keys": True,
        "processing_s": 0,
        "refuse_other_names": False,
    }


def test_an_account_can_be_ordered_with_given_credentials(sandbox: Sandbox) -> None:
    given = {"platform": "x", "id": "42", "handle": "OtherPD", "bearer": "other"}
    assert sandbox.order("POST", "accounts", given)["consumer_secret"]
    assert X(sandbox, "42", "other").ask("GET", "users/me").json["data"]["username"] == "OtherPD"


def test_accounts_are_told_apart(sandbox: Sandbox) -> None:
    networks = sorted(sandbox.accounts())
    made = [sandbox.order("POST", "accounts", {"platform": name}) for name in networks * 2]
    known = [one["id"] for found in sandbox.accounts().values() for one in found]
    assert len(set(known)) == 3 * len(networks)
    assert {one["id"] for one in made} < set(known)


def test_a_post_made_by_hand_is_a_post(x: X, page: Page) -> None:
    by_hand = {"platform": "x", "account": x.id, "text": "By hand"}
    row = x.sandbox.order("POST", "posts", by_hand)
    page.sandbox.order("POST", "posts", {"platform": "facebook", "account": page.id, "text": "By hand"})
    assert [one["made_by_hand"] for one in x.sandbox.posts()] == [True, True]
    assert x.listed()["data"][0]["id"] == row["remote_id"]
    assert x.post("By hand").status == 403
    assert page.post(message="By hand").status == 400


def test_a_post_can_be_deleted_by_hand(x: X) -> None:
    post = x.post("Hi").json["data"]["id"]
    assert x.sandbox.order("POST", f"posts/{post}/delete") == {"deleted": True}
    assert x.sandbox.order("POST", f"posts/{post}/delete") == {"deleted": False}
    assert x.listed()["meta"]["result_count"] == 0


def test_the_clock_stands_and_goes_on(x: X) -> None:
    x.sandbox.clock("2020-02-02T02:02:02+01:00")
    x.post("Then")
    assert x.sandbox.posts()[0]["created_at"] == "2020-02-02T01:02:02+00:00"
    x.sandbox.clock(None)
    assert x.sandbox.order("POST", "clock", {"now": None})["now"] > "2026"


@pytest.mark.parametrize(
    ("path", "order"),
    [
        *[("clock", {}), ("clock", {"now": "noon"}), ("clock", {"now": "2026-11-22T12:00:00"}), ("lag", {})],
        *[("lag", {"seconds": "many"}), ("rules", {"gravity": False}), ("accounts", {"platform": "myspace"})],
        *[
            ("accounts", {"platform": "x", "age": 5}),
            ("posts", {"platform": "x", "account": "0", "text": "Hi"}),
        ],
        *[("clock", [1]), ("faults", {}), ("clock", {"now": 5})],
    ],
)
def test_an_order_without_sense_is_a_400_that_says_why(sandbox: Sandbox, path: str, order: object) -> None:
    reply = ask(sandbox.url, "POST", f"/_sandbox/{path}", order)
    assert (reply.status, bool(reply.json["error"])) == (400, True)


def test_the_log_names_requests_but_no_secret(x: X, page: Page) -> None:
    x.sandbox.fault("drop_after_commit", path="/2/tweets")
    with pytest.raises(ConnectionError):
        x.post("Hi")
    page.ask("GET", f"debug_token?input_token={page.token}")
    x.ask("GET", "users/me?user.fields=verified")
    dropped, debug, me = x.sandbox.requests()
    assert (dropped["method"], dropped["path"], dropped["status"], dropped["fault"]) == (
        "POST",
        "/2/tweets",
        None,
        "drop_after_commit",
    )
    assert (debug["status"], debug["query"]) == (200, "input_token=***")
    assert (me["query"], me["had_credential"]) == ("user.fields=verified", True)
    assert x.sandbox.posts()[0]["request_id"] == dropped["id"]
    log = json.dumps([dropped, debug, me])
    assert not any(secret in log for secret in (x.bearer, page.token, "demo-"))


def test_control_requests_are_neither_logged_nor_spoiled(x: X) -> None:
    x.sandbox.fault("refuse", times=99)
    assert x.sandbox.posts() == []
    assert x.sandbox.requests() == []


def test_only_this_machine_by_its_own_name_is_answered(x: X) -> None:
    foreign = {"host": "rebound.example"}
    assert ask(x.sandbox.url, "GET", "/_sandbox/accounts", None, foreign).status == 403
    assert ask(x.sandbox.url, "GET", "/", None, foreign).status == 403
    for host in ("localhost", "127.0.0.1:80"):
        assert ask(x.sandbox.url, "GET", "/_sandbox/posts", None, {"host": host}).status == 200
    official = {"host": "api.x.com", "authorization": f"Bearer {x.bearer}"}
    assert ask(x.sandbox.url, "GET", "/2/users/me", None, official).status == 200


def test_media_comes_back_as_it_was_sent(x: X) -> None:
    x.post("Look", x.uploaded(png(5, 5)))
    reply = ask(x.sandbox.url, "GET", f"/_sandbox/media/{x.sandbox.posts()[0]['media'][0]['sha256']}")
    assert (reply.data, reply.headers["content-type"]) == (png(5, 5), "image/png")
    assert ask(x.sandbox.url, "GET", f"/_sandbox/media/{'0' * 64}").status == 404
