"""Which listed posts count as ours: the pure comparisons of both networks."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialpub.model.post import Media, Post
from socialpub.platforms import facebook_match, mastodon_match, x_match
from socialpub.platforms.alike import alike
from socialpub.sandbox import mastodon_text

MADE = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
PHOTO = Media("0" * 64, "image/png", 2, 2, 10)


def tweet(text: str, *urls: dict[str, str], keys: int = 0, **more: Any) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": "1",
        "text": text,
        "created_at": "2026-11-22T15:00:00.000Z",
        "entities": {"urls": list(urls)},
    }
    if keys:
        item["attachments"] = {"media_keys": [f"3_{n}" for n in range(keys)]}
    return item | more


def link(short: str, long: str, **more: str) -> dict[str, str]:
    return {"url": short, "expanded_url": long, **more}


@pytest.mark.parametrize(
    ("ours", "item"),
    [
        ("Hello", tweet("Hello")),
        ("  Hello \n there ", tweet("Hello \n there")),
        ("A & B < C", tweet("A &amp; B &lt; C")),
        ("Literal &amp; stays", tweet("Literal &amp;amp; stays")),
        ("See https://a.example/x now", tweet("See https://t.co/1 now", link("https://t.co/1", "https://a.example/x"))),
        ("See a.example/x", tweet("See https://t.co/1", link("https://t.co/1", "http://a.example/x"))),
        ("See https://a.example", tweet("See https://t.co/1", link("https://t.co/1", "https://a.example/"))),
        ("See https://a.example/?a=1&copy=2", tweet("See https://t.co/1", link("https://t.co/1", "https://a.example/?a=1&copy=2"))),
        (
            "Two https://a.example/1 https://a.example/2",
            tweet(
                "Two https://t.co/a https://t.co/ab",
                link("https://t.co/a", "https://a.example/1"),
                link("https://t.co/ab", "https://a.example/2"),
            ),
        ),
        ("Cafe\u0301", tweet("Caf\u00e9")),
    ],
)  # fmt: skip
def test_what_x_changes_is_changed_back(ours: str, item: dict[str, Any]) -> None:
    assert x_match.matching_ids([item], Post("x", (ours,)), MADE) == ["1"]


@pytest.mark.parametrize(
    "item",
    [
        tweet("Look https://t.co/9", link("https://t.co/9", "https://x.com/pd/status/1/photo/1"), keys=1),
        tweet("Look https://t.co/9", link("https://t.co/9", "https://pic.x.com/9", media_key="3_1"), keys=1),
        tweet("Look https://t.co/9", keys=1),
        tweet("Look", keys=1),
    ],
)
def test_the_photos_own_link_is_not_part_of_the_text(item: dict[str, Any]) -> None:
    assert x_match.matching_ids([item], Post("x", ("Look",), (PHOTO,)), MADE) == ["1"]


@pytest.mark.parametrize(
    "item",
    [
        tweet("Hello!"),
        tweet("hello"),
        tweet("Hello", keys=1),
        tweet("Hello https://t.co/1", link("https://t.co/1", "https://a.example")),
        tweet("Hello", id="not-a-number"),
        {"text": "Hello"},
        {"id": "1"},
        {"id": "1", "text": ["Hello"]},
        {"id": "1", "text": "Hello", "attachments": {"media_keys": ["1"]}},
    ],
)
def test_other_posts_are_not_ours(item: dict[str, Any]) -> None:
    assert x_match.matching_ids([item], Post("x", ("Hello",)), MADE) == []


SEE = "Officers found a dog. See Springfield.gov/Park & thank you"
PARK = link("https://t.co/1", "https://springfield.gov/park")


@pytest.mark.parametrize(
    "item",
    [
        tweet("Officers found a dog. See https://t.co/1 &amp; thank you"),  # where X lists no links
        tweet("Officers found a dog. See https://t.co/1 &amp; thank you", PARK),
        tweet("Officers found a dog. See https://t.co/1 &amp; thank you", {"url": "https://t.co/1"}),
        tweet("officers found a  dog. See https://t.co/1 & thank you ", PARK),
        tweet(SEE, link("https://t.co/1", "https://springfield.gov/%50ark")),
    ],
)
def test_what_x_shows_a_little_differently_counts_with_a_persons_word(item: dict[str, Any]) -> None:
    assert x_match.vouchable_ids([item], Post("x", (SEE,)), MADE) == ["1"]


@pytest.mark.parametrize(
    "item",
    [
        tweet("Officers found a cat. See https://t.co/1 &amp; thank you", PARK),
        tweet("Officers found a dog. See https://t.co/1 &amp; thank you", link("https://t.co/1", "https://evil.example")),
        tweet("Officers found a dog. See https://t.co/1 &amp; thank you", link("https://t.co/1", "https://springfield.gov")),
        tweet("Officers found a dog. See https://t.co/1 &amp; thank you", PARK, keys=1),
        tweet(SEE, created_at="2026-11-22T14:59:59.000Z"),
        tweet(SEE, created_at=None),
        tweet(SEE, id="../1"),
        tweet("", PARK),
    ],
)  # fmt: skip
def test_another_text_link_picture_or_time_does_not_whatever_a_person_says(item: dict[str, Any]) -> None:
    assert x_match.vouchable_ids([item], Post("x", (SEE,)), MADE) == []


def test_where_nothing_but_signs_and_links_is_left_nobodys_word_helps() -> None:
    assert x_match.vouchable_ids([tweet("https://t.co/1 !")], Post("x", ("https://a.example !",)), MADE) == []


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(["id", "text", "message", "entities", "attachments", "created_time", "data", "urls"])


@given(st.lists(st.dictionaries(NAMES, ANY_JSON), max_size=3))
def test_no_list_whatever_breaks_the_comparison(items: list[dict[str, Any]]) -> None:
    assert x_match.matching_ids(items, Post("x", ("A text nobody generates",)), MADE) == []
    assert facebook_match.with_words(items, "A text nobody generates", MADE) == []
    assert facebook_match.with_photos(items, frozenset({"a photo nobody generates"})) == []
    assert x_match.doubtful_ids(items, Post("x", ("A text nobody generates",))) == []
    assert x_match.vouchable_ids(items, Post("x", ("A text nobody generates",)), MADE) == []
    assert facebook_match.reading_alike(items, "A text nobody generates") == []
    assert not any(facebook_match.readable(item, "7") or x_match.readable([item]) for item in items)
    assert not any(mastodon_match.readable(item, "7") for item in items)


@pytest.mark.parametrize(
    ("ours", "shown"),
    [
        ("Hello\u200b town", "Hello town"),
        ("Thanks \u2764\ufe0f all", "Thanks \u2764 all"),
        ("We\u2019re \u201chome\u201d", 'We\'re "home"'),
        ("o\ufb03cer", "officer"),
        ("HELLO town", "Hello Town"),
        ("See Springfield.gov/park!", "See https://t.co/abc!"),
        ("See https://springfield.gov/café", "See https://springfield.gov/caf%C3%A9 https://t.co/9"),
        ("(https://q.org/x)Thanks", "(https://t.co/abc)Thanks"),
        ("Q&A <now>", "Q&amp;A &lt;now&gt;"),
        ("Literal &amp; stays", "Literal &amp; stays"),
        ("Cafe\u0301", "Caf\u00e9"),
        ("12 kids\u00a0came", "12 kids came"),
    ],
)
def test_what_a_network_changes_reads_alike(ours: str, shown: str) -> None:
    assert alike(ours, shown)


@pytest.mark.parametrize(
    ("ours", "shown"),
    [("Hello town", "Hello towns"), ("12 kids came", "13 kids came"), ("A dog", "A cat"), ("Hello", "")],
)
def test_other_words_or_numbers_do_not(ours: str, shown: str) -> None:
    assert not alike(ours, shown)


@given(st.text(), st.text())
def test_a_text_always_reads_like_itself_and_alike_is_mutual_without_escapes(one: str, other: str) -> None:
    assert alike(one, one)
    if "&" not in one + other:
        assert alike(one, other) == alike(other, one)


@given(
    st.text(),
    st.lists(st.sampled_from(["https://t.co/ab", "riverbend.gov/x", "\u200b", "\ufe0f", "!", " \n"]), max_size=4),
)
def test_what_is_added_around_the_words_changes_nothing(text: str, more: list[str]) -> None:
    assert alike(text, " ".join([*more[:2], text, *more[2:]]))


def test_a_link_to_another_posts_photo_is_the_authors_own() -> None:
    ours = "Look https://x.com/pd/status/123/photo/1"
    item = tweet("Look https://t.co/9", link("https://t.co/9", "https://x.com/pd/status/123/photo/1"))
    assert x_match.matching_ids([item], Post("x", (ours,)), MADE) == ["1"]
    shown = tweet(
        "Look https://t.co/9 https://t.co/8",
        link("https://t.co/9", "https://x.com/pd/status/123/photo/1"),
        link("https://t.co/8", "https://x.com/pd/status/1/photo/1"),
        keys=1,
    )
    assert x_match.matching_ids([shown], Post("x", (ours,), (PHOTO,)), MADE) == ["1"]


@pytest.mark.parametrize(
    "made", ["2026-11-22T14:59:59Z", "2020-01-01T00:00:00Z", "2026-11-22T15:00:00", "soon", None]
)
def test_a_post_made_before_or_at_no_time_is_doubtful_and_not_ours(made: str | None) -> None:
    item = tweet("Hello", created_at=made)
    assert x_match.matching_ids([item], Post("x", ("Hello",)), MADE) == []
    assert x_match.doubtful_ids([item], Post("x", ("Hello",))) == ["1"]


@given(st.text())
def test_the_plain_form_is_stable(text: str) -> None:
    assert facebook_match.plain(facebook_match.plain(text)) == facebook_match.plain(text)


def page_post(message: str = "Hello", made: str = "2026-11-22T15:00:30+0000", **more: Any) -> dict[str, Any]:
    return {"id": "7_8", "message": message, "created_time": made, **more}


def photo(target: str) -> dict[str, Any]:
    return {"media_type": "photo", "target": {"id": target}}


@pytest.mark.parametrize(
    "item",
    [
        page_post(),
        page_post("  Hello\n"),
        page_post(attachments={"data": [{"media_type": "link", "target": {"url": "https://a.example"}}]}),
    ],
)
def test_a_page_post_of_the_same_words_may_be_ours(item: dict[str, Any]) -> None:
    assert facebook_match.with_words([item], "Hello", MADE) == [item]


@pytest.mark.parametrize(
    "item",
    [
        page_post("Hello!"),
        page_post(made="2026-11-22T14:59:59+0000"),
        page_post(made="2026-11-22T15:30:00"),
        page_post(made="yesterday"),
        page_post(attachments={"data": [photo("1")]}),
        {"id": "7_8", "created_time": "2026-11-22T15:00:30+0000"},
    ],
)
def test_a_page_post_of_other_words_time_or_kind_is_not(item: dict[str, Any]) -> None:
    assert facebook_match.with_words([item], "Hello", MADE) == []


def test_our_photo_proves_a_post_alone_or_in_an_album() -> None:
    single = page_post(attachments={"data": [photo("11")]})
    album = {
        "media_type": "album",
        "target": {"id": "8"},
        "subattachments": {"data": [photo("12"), photo("13")]},
    }
    several = page_post("Edited", attachments={"data": [album]})
    assert facebook_match.with_photos([single, several], frozenset({"11"})) == [single]
    assert facebook_match.with_photos([single, several], frozenset({"13"})) == [several]
    assert facebook_match.with_photos([single, several], frozenset({"8", "99"})) == [several]
    assert facebook_match.with_photos([single, several], frozenset({"99"})) == []
    assert timedelta(0) == MADE - MADE


def status(content: str, **more: Any) -> dict[str, Any]:
    made = {"id": "1", "account": {"id": "7"}, "created_at": "2026-11-22T15:00:30.000Z", "visibility": "public"}
    return {**made, "content": content, "media_attachments": [], **more}


LINK = (
    '<a href="https://riverbend.gov/a" rel="nofollow"><span class="invisible">https://</span>'
    '<span class="ellipsis">riverbend.gov/</span><span class="invisible">a</span></a>'
)
MENTION = '<span class="h-card"><a href="https://city.example/@pd" class="u-url mention">@<span>pd</span></a></span>'
TAG = '<a href="https://social.example/tags/k9" class="mention hashtag" rel="tag">#<span>K9</span></a>'


@pytest.mark.parametrize(
    ("ours", "content"),
    [
        ("Hello", "<p>Hello</p>"),
        ("Hello", "Hello"),
        ("One\nTwo\n\nThree", "<p>One<br />Two</p><p>Three</p>"),
        ("One\nTwo", "<p>One<br>Two</p>"),
        ("A & B < C \u201cD\u201d", "<p>A &amp; B &lt; C &#8220;D&#x201d;</p>"),
        ("Literal &amp; stays", "<p>Literal &amp;amp; stays</p>"),
        ("See https://riverbend.gov/a now", f"<p>See {LINK} now</p>"),
        ("Thanks @pd@city.example!", f"<p>Thanks {MENTION}!</p>"),
        ("Thanks @pd!", f"<p>Thanks {MENTION}!</p>"),
        ("Good #K9 dog", f"<p>Good {TAG} dog</p>"),
        ("Cafe\u0301", "<p>Caf\u00e9</p>"),
    ],
)
def test_what_mastodon_makes_html_is_made_words_again(ours: str, content: str) -> None:
    item = status(content)
    assert mastodon_match.readable(item, "7")
    assert mastodon_match.with_words([item], ours, MADE) == [item]


@pytest.mark.parametrize(
    "content", ["<p>Hello!</p>", "<p>hello</p>", "<p>Hel lo</p>", "<p></p>", "<p>&lt;p&gt;Hello</p>"]
)
def test_other_words_on_mastodon_are_not_ours(content: str) -> None:
    assert mastodon_match.with_words([status(content)], "Hello", MADE) == []


def test_nearly_the_same_words_on_mastodon_raise_doubts() -> None:
    near = [
        status(f"<p>Thanks, {MENTION}: HELLO</p>"),
        status(f"<p><b>Thanks</b> {MENTION} &ndash; hello {LINK}</p>"),
    ]
    far = [status("<p>Thanks</p>"), status("")]
    assert mastodon_match.reading_alike([*near, *far], "Thanks @pd@city.example hello") == near


@pytest.mark.parametrize(
    "content",
    [
        "<",
        "<p",
        "<p>a</p",
        "&#x110000;",
        "&#999999999999;",
        "&#0;",
        "&#xd800;",
        "<!--",
        "<![CDATA[",
        "</",
        "<a href='",
        "\0",
    ],
)
def test_broken_html_breaks_nothing(content: str) -> None:
    assert isinstance(mastodon_match.shown_text(content), str)


@pytest.mark.parametrize(
    "piece", ["<", "<a ", "<a b='", "<a/", "</", "<!--", "<![CDATA[", "&", "&#", "@a@b.", "@", "<p>"]
)
def test_the_time_for_broken_html_grows_with_its_length_only(piece: str) -> None:
    """A hostile server's list must not keep anybody busy: the standard library's parser took 44 s for one item."""
    content = (piece * mastodon_match.LONGEST_CONTENT)[: mastodon_match.LONGEST_CONTENT]
    begun = time.process_time()
    mastodon_match.plain(mastodon_match.shown_text(content))
    assert time.process_time() - begun < 2


def test_a_character_of_thousands_of_digits_is_no_character() -> None:
    huge = "&#" + "9" * 5000
    for shown in (huge, f"{huge};", f"&#x{'f' * 5000};"):
        assert alike("Hello", f"Hello {shown}") is False
        assert x_match.matching_ids([tweet(shown)], Post("x", ("Hello",)), MADE) == []
        assert mastodon_match.shown_text(f"<p>{shown}</p>").strip() == shown


@given(
    st.text()
    | st.lists(st.sampled_from(["@a@b.example", "#K9", "https://a.gov/b?c", "\n", " ", "é", "&", "<"])).map("".join)
)
def test_any_text_is_read_back_out_of_the_html_it_becomes(text: str) -> None:
    content = mastodon_text.html(text, "https://social.example", {"pd"})
    assert mastodon_match.plain(mastodon_match.shown_text(content)) == mastodon_match.plain(text)


@given(st.text())
def test_the_plain_form_on_mastodon_is_stable(text: str) -> None:
    assert mastodon_match.plain(mastodon_match.plain(text)) == mastodon_match.plain(text)


def test_our_photo_proves_a_post_on_mastodon_whatever_its_words() -> None:
    one, other = (
        status("<p>Edited</p>", media_attachments=[{"id": "11"}]),
        status("", media_attachments=[{"id": "12"}]),
    )
    assert mastodon_match.with_photos([one, other, status("")], frozenset({"11", "99"})) == [one]
