"""The public page, read as a browser would, and with hostile posts on it."""

from html.parser import HTMLParser

import pytest
from starlette.applications import Starlette

from socialpub.sandbox.server import build
from tests.sandbox.plain import NOON, Page, Reply, X, ask, png


class _Reader(HTMLParser):
    """Collects tags with their attributes, and all text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]


def _read(reply: Reply) -> _Reader:
    return _Reader(reply.data.decode())


def test_the_networks_stand_side_by_side_and_it_says_what_it_is(x: X, page: Page) -> None:
    x.sandbox.clock(NOON)
    x.post("Good morning")
    page.post(message="Good evening", link="https://riverbend.example/news")
    read = _read(ask(x.sandbox.url, "GET", "/"))
    assert "Sandbox: not the real network" in read.text
    assert len(read.all("section")) == len(x.sandbox.accounts())
    for words in (
        "Good morning",
        "Good evening",
        "Riverbend Police (demo) @RiverbendPD",
        "22 November 2026, 12:00",
    ):
        assert words in read.text
    assert "https://riverbend.example/news" in [link["href"] for link in read.all("a")]


def test_an_empty_sandbox_says_so(x: X) -> None:
    assert _read(ask(x.sandbox.url, "GET", "/")).text.count("Nothing published yet.") == len(x.sandbox.accounts())


def test_photos_show_their_alt_text_and_its_absence(page: Page) -> None:
    page.post_photos(
        "Look", page.waiting_photo(png(6, 4), alt_text_custom='A "good" dog'), page.waiting_photo(png(2, 2))
    )
    read = _read(ask(page.sandbox.url, "GET", "/"))
    first, second = read.all("img")
    assert (first["alt"], first["width"], first["height"]) == ('A "good" dog', "6", "4")
    assert second["alt"] == ""
    assert 'Alt text: A "good" dog' in read.text
    assert "No alt text" in read.text
    assert ask(page.sandbox.url, "GET", first["src"]).data == png(6, 4)


def test_a_permalink_leads_to_the_post_alone(x: X, page: Page) -> None:
    x.post("First")
    x.post("Second")
    photo = page.waiting_photo(png(2, 2))
    page.post_photos("Third", photo)
    for row in x.sandbox.posts():
        read = _read(ask(x.sandbox.url, "GET", row["url"].removeprefix(x.sandbox.url)))
        assert row["text"] in read.text
        assert len(read.all("article")) == 1
        assert "Sandbox: not the real network" in read.text
    assert "Third" in _read(ask(x.sandbox.url, "GET", f"/facebook/{page.id}/photos/{photo}")).text


def test_a_permalink_on_x_does_not_need_the_handle(x: X) -> None:
    post_id = x.post("First").json["data"]["id"]
    assert "First" in _read(ask(x.sandbox.url, "GET", f"/x/i/status/{post_id}")).text
    assert ask(x.sandbox.url, "GET", f"/x/Other/status/{post_id}").status == 404


def test_a_post_that_was_taken_down_is_a_404(x: X) -> None:
    x.post("First")
    (row,) = x.sandbox.posts()
    x.ask("DELETE", f"tweets/{row['remote_id']}")
    reply = ask(x.sandbox.url, "GET", row["url"].removeprefix(x.sandbox.url))
    assert (reply.status, "taken down" in _read(reply).text) == (404, True)


def test_an_account_has_a_page_of_its_own(x: X, page: Page) -> None:
    x.post("On X")
    page.post(message="On Facebook")
    assert "On X" in _read(ask(x.sandbox.url, "GET", "/x/RiverbendPD")).text
    assert "On X" not in _read(ask(x.sandbox.url, "GET", "/x/Other")).text
    assert "On Facebook" in _read(ask(x.sandbox.url, "GET", f"/facebook/{page.id}")).text


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)"]
)
def test_hostile_text_stays_text(page: Page, text: str) -> None:
    page.post_photos(text, page.waiting_photo(png(2, 2), alt_text_custom=text))
    page.sandbox.rules(refuse_duplicates=False)
    page.post(message="Link", link=text)
    reply = ask(page.sandbox.url, "GET", "/")
    read = _read(reply)
    assert text in read.text
    assert not read.all("script")
    assert not any(name.startswith("on") for _, attributes in read.tags for name in attributes)
    assert not any(link["href"].startswith("javascript") for link in read.all("a"))
    assert "default-src 'none'" in reply.headers["content-security-policy"]


def test_hidden_posts_are_not_public_and_handmade_ones_are_marked(page: Page) -> None:
    page.post(message="Hidden", published="false")
    order = {"platform": "facebook", "account": page.id, "text": "Typed"}
    page.sandbox.order("POST", "posts", order)
    text = _read(ask(page.sandbox.url, "GET", "/")).text
    assert ("Hidden" in text, "made by hand" in text) == (False, True)


def test_the_style_is_served_here(x: X) -> None:
    reply = ask(x.sandbox.url, "GET", "/_sandbox/page.css")
    assert (reply.status, reply.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert b"url(" not in reply.data


def test_the_app_can_be_built_twice_with_worlds_of_their_own() -> None:
    one, two = build(), build()
    assert isinstance(one, Starlette)
    assert one.state.world is not two.state.world
