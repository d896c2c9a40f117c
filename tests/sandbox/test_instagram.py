"""Instagram's stand-in: it fetches what it is told, checks it as the network does, and publishes a container once."""

import io
import threading
from collections.abc import Iterator
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlencode

import pytest
from PIL import Image

from socialpub.sandbox.handle import Sandbox
from tests.sandbox.plain import NOON, Reply, ask, png


@cache
def _jpeg(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(file, "JPEG")
    return file.getvalue()


FILES = {
    "/good.jpg": _jpeg(400, 400),
    "/wide.jpg": _jpeg(400, 100),
    "/tall.jpg": _jpeg(100, 400),
    "/no.png": png(4, 4),
    "/text.txt": b"hello",
    "/large.jpg": _jpeg(400, 400) + b"\0" * 8_000_000,
}


class _Files(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        moved, data = self.path == "/moved", FILES.get(self.path)
        self.send_response(302 if moved else 404 if data is None else 200)
        if moved:
            self.send_header("location", "/good.jpg")
        self.end_headers()
        self.wfile.write(data or b"")

    def log_message(self, *_: Any) -> None:
        """Nobody reads it."""


@pytest.fixture(scope="module")
def files() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Files)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


class Gram:
    def __init__(self, sandbox: Sandbox) -> None:
        sandbox.reset()
        self.sandbox = sandbox
        self.id, secret = sandbox.sign_in("instagram")
        self.token = secret["access_token"]

    def ask(self, method: str, path: str, token: str = "", **given: str) -> Reply:
        query = urlencode(given)
        headers = {"authorization": f"Bearer {token or self.token}"}
        if method == "GET":
            return ask(self.sandbox.url, method, f"/v25.0/{path}?{query}", None, headers)
        return ask(self.sandbox.url, method, f"/v25.0/{path}", query, headers | {"content-type": _FORM})

    def make(self, **given: str) -> str:
        answer = self.ask("POST", f"{self.id}/media", **given)
        assert answer.status == 200, answer.json
        return str(answer.json["id"])

    def state(self, container: str) -> str:
        return str(self.ask("GET", container, fields="status_code").json["status_code"])

    def publish(self, container: str) -> Reply:
        return self.ask("POST", f"{self.id}/media_publish", creation_id=container)


_FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def gram(sandbox: Sandbox) -> Gram:
    return Gram(sandbox)


def _code(answer: Reply) -> tuple[int, int]:
    error = answer.json["error"]
    return error["code"], error.get("error_subcode", 0)


def test_a_photo_is_fetched_and_published_once(gram: Gram, files: str) -> None:
    container = gram.make(image_url=f"{files}/good.jpg", caption=" Hello ", alt_text="A bike")
    assert gram.sandbox.posts() == []
    assert gram.state(container) == "FINISHED"
    published = gram.publish(container)
    [post] = gram.sandbox.posts()
    assert (post["remote_id"], post["text"], post["media"][0]["alt"]) == (published.json["id"], "Hello", "A bike")
    assert gram.state(container) == "PUBLISHED"
    assert _code(gram.publish(container)) == (24, 2207008)
    assert len(gram.sandbox.posts()) == 1


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("/none.jpg", (9004, 2207052)),
        ("/moved", (9004, 2207052)),
        ("/no.png", (36001, 2207005)),
        ("/text.txt", (36001, 2207005)),
        ("/large.jpg", (36000, 2207004)),
        ("/wide.jpg", (36003, 2207009)),
        ("/tall.jpg", (36003, 2207009)),
    ],
)
def test_what_it_does_not_take_is_refused(gram: Gram, files: str, file: str, code: tuple[int, int]) -> None:
    assert _code(gram.ask("POST", f"{gram.id}/media", image_url=files + file)) == code


@pytest.mark.parametrize(
    "url", ["https://192.0.2.1/a.jpg", "http://media.example/a.jpg", "file:///etc/passwd", "", "é"]
)
def test_it_fetches_from_this_machine_only(gram: Gram, url: str) -> None:
    assert _code(gram.ask("POST", f"{gram.id}/media", image_url=url)) == (9004, 2207052)


def test_a_container_is_processed_and_expires(gram: Gram, files: str) -> None:
    gram.sandbox.clock(NOON)
    gram.sandbox.rules(processing_s=60)
    container = gram.make(image_url=f"{files}/good.jpg")
    assert gram.state(container) == "IN_PROGRESS"
    assert _code(gram.publish(container)) == (9007, 2207027)
    gram.sandbox.clock("2026-11-22T12:01:00+00:00")
    assert gram.state(container) == "FINISHED"
    gram.sandbox.clock("2026-11-23T12:00:00+00:00")
    assert gram.state(container) == "EXPIRED"
    assert _code(gram.publish(container)) == (-2, 2207020)


def test_a_carousel_takes_two_to_ten_items_of_its_own(gram: Gram, files: str) -> None:
    items = [gram.make(image_url=f"{files}/good.jpg", is_carousel_item="true") for _ in range(3)]
    assert _code(gram.publish(items[0])) == (24, 2207008), "an item is no post"
    whole = gram.make(media_type="CAROUSEL", children=",".join(items), caption="Three")
    gram.publish(whole)
    assert [len(post["media"]) for post in gram.sandbox.posts()] == [3]
    for children, code in ((items[0], (100, 2207028)), (f"{items[0]},{whole}", (24, 2207008))):
        asked = gram.ask("POST", f"{gram.id}/media", media_type="CAROUSEL", children=children)
        assert _code(asked) == code


@pytest.mark.parametrize(
    ("caption", "code"), [("a" * 2201, (100, 2207010)), ("#a " * 31, (100, 2207040)), ("@a " * 21, (100, 2207040))]
)
def test_a_caption_has_its_limits(gram: Gram, files: str, caption: str, code: tuple[int, int]) -> None:
    asked = gram.ask("POST", f"{gram.id}/media", image_url=f"{files}/good.jpg", caption=caption)
    assert _code(asked) == code


def test_the_quota_is_told_and_kept(sandbox: Sandbox, gram: Gram, files: str) -> None:
    made = sandbox.order("POST", "accounts", {"platform": "instagram", "quota": 1})
    gram.id, gram.token = made["id"], made["access_token"]
    assert gram.publish(gram.make(image_url=f"{files}/good.jpg")).status == 200
    limit = gram.ask("GET", f"{gram.id}/content_publishing_limit", fields="config,quota_usage").json["data"]
    assert limit == [{"config": {"quota_total": 1, "quota_duration": 86_400}, "quota_usage": 1}]
    assert _code(gram.publish(gram.make(image_url=f"{files}/good.jpg"))) == (9, 2207042)


def test_another_accounts_token_sees_nothing(sandbox: Sandbox, gram: Gram, files: str) -> None:
    container = gram.make(image_url=f"{files}/good.jpg")
    other = sandbox.order("POST", "accounts", {"platform": "instagram"})["access_token"]
    for path in (gram.id, container, f"{gram.id}/media", f"{gram.id}/content_publishing_limit"):
        assert _code(gram.ask("GET", path, token=other)) == (100, 33)
    assert _code(gram.ask("GET", gram.id, token="wrong")) == (190, 467)


def test_nothing_is_deleted_by_an_app(gram: Gram, files: str) -> None:
    remote_id = gram.publish(gram.make(image_url=f"{files}/good.jpg")).json["id"]
    assert gram.ask("DELETE", remote_id).status == 403
    assert len(gram.sandbox.posts()) == 1


def test_a_page_beside_it_is_as_it_was(gram: Gram) -> None:
    page, secret = gram.sandbox.sign_in("facebook")
    assert gram.ask("GET", "me", token=secret["access_token"], fields="id").json == {"id": page}
    key = secret["access_token"]
    assert gram.ask("GET", "debug_token", token=key, input_token=key).json["data"]["profile_id"] == page


def test_the_public_page_shows_it(gram: Gram, files: str) -> None:
    gram.publish(gram.make(image_url=f"{files}/good.jpg", caption="Seen by all", alt_text="A bike"))
    page = ask(gram.sandbox.url, "GET", "/").data.decode()
    assert "Seen by all" in page
    [post] = gram.sandbox.posts()
    assert ask(gram.sandbox.url, "GET", post["url"].removeprefix(gram.sandbox.url)).status == 200
