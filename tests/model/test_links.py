"""Which parts of a text are links."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialpub.model.links import Link, links
from socialpub.model.top_domains import top_domains
from tests.model import published

NASTY = st.text(alphabet=st.sampled_from("ab.:/?#@-_()[]…é警 \nhttpscom"), max_size=60)


def found(text: str) -> list[str]:
    return [text[link.start : link.end] for link in links(text)]


@pytest.mark.parametrize(("group", "cases", "differ"), [("urls", 91, 3), ("tco_urls_with_params", 5, 0)])
def test_links_agree_with_the_published_cases(group: str, cases: int, differ: int) -> None:
    """The three that differ are one network's own shortener, which we never write ourselves."""
    read = list(published.extracted(group))
    others = [(text, wanted) for text, wanted in read if found(text) != wanted]
    assert len(read) == cases
    assert len(others) == differ
    assert all("//t.co/" in text for text, _ in others)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Sign up: https://police.example.com/join.", ["https://police.example.com/join"]),
        ("(see dept.gov/news)", ["dept.gov/news"]),
        ("WWW.DEPT.ORG!", ["WWW.DEPT.ORG"]),
        ("https://a.com,https://b.com", ["https://a.com", "https://b.com"]),
        ("https://a.com/wiki/K9_(dog)", ["https://a.com/wiki/K9_(dog)"]),
        ("https://a.com/x?y=1&z=2#top?", ["https://a.com/x?y=1&z=2#top"]),
        ("https://a.com:8443/x", ["https://a.com:8443/x"]),
        ("http://例え.みんな/道", ["http://例え.みんな/"]),
        ("tips@police.com and @dept.gov and #dept.gov and $dept.gov", []),
        ("photo.jpeg 10.30 U.S. a.m. e.g.this", []),
        ("https:// https://nothing http://1.2.3.4/", []),
    ],
)
def test_what_is_a_link(text: str, wanted: list[str]) -> None:
    assert found(text) == wanted


def test_a_link_knows_whether_it_is_bare() -> None:
    assert links("dept.gov https://dept.gov") == [Link(0, 8, bare=True), Link(9, 25, bare=False)]


def test_top_domains_come_in_both_spellings() -> None:
    assert {"com", "gov", "us", "xn--q9jyb4c", "みんな"} <= top_domains()
    assert all(name == name.lower() and "." not in name for name in top_domains())


@given(NASTY | st.text())
def test_links_are_in_order_and_never_overlap(text: str) -> None:
    at = 0
    for link in links(text):
        assert at <= link.start < link.end <= len(text)
        assert not any(character.isspace() for character in text[link.start : link.end])
        at = link.end


@pytest.mark.parametrize(
    "text",
    [
        "a." * 10_000,
        "é" * 20_000,
        "é." * 10_000,
        "http://" * 3_000,
        "http://" + "a-" * 10_000,
        "http://a.com/" + "(" * 20_000,
        "http://a.com/" + "(a" * 10_000 + ")" * 100,
        "http://a.com/" + "." * 20_000,
        "http://a.com?" + "!" * 20_000,
        "a.com," * 3_500,
        "警.com" * 4_000,
        "警" * 20_000,
        "1.2.3-" * 3_500,
    ],
)
def test_no_text_takes_long(text: str) -> None:
    begun = process_time()
    links(text)
    assert process_time() - begun < 2
