"""Records, their keys and their marks: held against published examples, and against themselves."""

import dataclasses
import hashlib
import uuid
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialpub.model.ids import new_id
from socialpub.model.links import links
from socialpub.model.post import Media, Post
from socialpub.platforms.bluesky_record import (
    cid,
    facets,
    fingerprint,
    is_record_key,
    moment,
    record,
    record_key,
    shows_the_same,
)
from tests.platforms.test_length import TEXTS

SORTABLE = "234567abcdefghijklmnopqrstuvwxyz"
LINK, TAG = "app.bsky.richtext.facet#link", "app.bsky.richtext.facet#tag"


def number(key: str) -> int:
    value = 0
    for sign in key:
        value = value * 32 + SORTABLE.index(sign)
    return value


def test_a_key_holds_the_time_of_its_delivery() -> None:
    """As the specification lays it out: 53 bits of microseconds since 1970, 10 bits at random."""
    minted = uuid.UUID("0199aaaa-bbcc-7123-8000-000000000001")
    micros = number(record_key(str(minted))) >> 10
    assert micros // 1000 == 0x0199_AAAA_BBCC


def test_a_published_key_is_one_and_what_is_none_is_refused() -> None:
    for good in ("3jzfcijpj2z2a", "7777777777777", "2222222222222", "3zzzzzzzzzzzz"):  # specification "TID"
        assert is_record_key(good)
    for bad in ("3jzfcijpj2z21", "0000000000000", "3jzfcijpj2z2aa", "3jzfcijpj2z2", "3jzf-cij-pj2z-2a",
                "zzzzzzzzzzzzz", "kjzfcijpj2z2a", "3JZFCIJPJ2Z2A", "", "3jzfcijpj2z2a\n"):  # fmt: skip
        assert not is_record_key(bad)


@given(st.integers(0, 2**128 - 1))
def test_a_delivery_has_one_key_for_ever(bits: int) -> None:
    key = uuid.UUID(int=bits & ~(0xF << 76) & ~(0b11 << 62) | 0x7 << 76 | 0b10 << 62)
    assert key.version == 7
    assert record_key(str(key)) == record_key(str(key))
    assert is_record_key(record_key(str(key)))


@given(st.text(max_size=60))
def test_whatever_a_delivery_is_called_it_has_a_key(name: str) -> None:
    assert is_record_key(record_key(name))


def test_deliveries_of_one_moment_have_keys_of_their_own() -> None:
    keys = [new_id() for _ in range(300)]
    assert len({record_key(key) for key in keys}) >= 299, "one pair in a million of the same millisecond may meet"


def test_the_name_of_a_file_is_its_hash() -> None:
    """As a PDS 0.4.217 named it on 2026-11-22."""
    assert cid(hashlib.sha256(b"").hexdigest()) == "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
    assert cid(hashlib.sha256(b"hello").hexdigest()) == "bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq"


def marked(text: str) -> list[tuple[str, str]]:
    """Each mark's words, by the bytes it names, and what they lead to."""
    data = text.encode()
    found = []
    for one in facets(text):
        [feature] = one["features"]
        words = data[one["index"]["byteStart"] : one["index"]["byteEnd"]].decode()
        found.append((words, feature["uri"] if feature["$type"] == LINK else feature["tag"]))
    return found


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("No mark at all", []),
        ("See https://riverbend.gov/a_(b).", [("https://riverbend.gov/a_(b)", "https://riverbend.gov/a_(b)")]),
        ("👮🏽‍♀️ riverbend.gov!", [("riverbend.gov", "https://riverbend.gov")]),
        ("HTTP://Riverbend.gov/X", [("HTTP://Riverbend.gov/X", "HTTP://Riverbend.gov/X")]),
        ("Mail tips@riverbend.gov", []),
        ("By @chief.riverbend.gov and @riverbend", []),
        ("#K9 #k9Unit, ＃señor", [("#K9", "K9"), ("#k9Unit", "k9Unit"), ("＃señor", "señor")]),
        ("(#open) “#quoted” no#tag #1 #2026 #_ #5k", [("#open", "open"), ("#quoted", "quoted"), ("#5k", "5k")]),
        ("riverbend.gov/#tag", [("riverbend.gov/#tag", "https://riverbend.gov/#tag")]),
        ("#" + "a" * 64, [("#" + "a" * 64, "a" * 64)]),
        ("#" + "a" * 65, []),
        ("#日本警察", [("#日本警察", "日本警察")]),
    ],
)  # fmt: skip
def test_what_is_marked(text: str, marks: list[tuple[str, str]]) -> None:
    assert marked(text) == marks


@given(TEXTS.filter(lambda text: not any(0xD800 <= ord(sign) <= 0xDFFF for sign in text)))
def test_marks_are_the_links_of_the_house_and_whole_tags_in_order(text: str) -> None:
    places = [(one["index"]["byteStart"], one["index"]["byteEnd"]) for one in facets(text)]
    assert all(a[1] <= b[0] for a, b in pairwise(places)), "no two overlap"
    found = marked(text)  # each place begins and ends between characters, or this raises
    of_links = [words for words, _ in found if not words.startswith(("#", "＃"))]
    assert of_links == [text[link.start : link.end] for link in links(text)]
    assert all(where in (words, f"https://{words}") for words, where in found if words in of_links)


def test_a_record_says_what_was_approved_and_when() -> None:
    noon = datetime(2026, 11, 22, 12, 0, 0, 5_000, tzinfo=UTC)
    post = Post("bluesky", ("Hello",), language="es")
    assert record(post, (), moment(noon)) == {
        "$type": "app.bsky.feed.post",
        "text": "Hello",
        "createdAt": "2026-11-22T12:00:00.005Z",
        "langs": ["es"],
    }


@pytest.mark.parametrize("language", ["", "en_US", "x", "english please", "e\nn"])
def test_a_language_that_is_none_is_left_out(language: str) -> None:
    assert "langs" not in record(Post("bluesky", ("Hello",), language=language), (), "")


def test_whatever_is_approved_changes_the_record() -> None:
    item = Media("ab" * 32, "image/jpeg", 4, 3, 99, "A dog")
    post = Post("bluesky", ("Hello",), (item,))
    other = [
        dataclasses.replace(post, texts=("Hello!",)),
        dataclasses.replace(post, language="fr"),
        *(dataclasses.replace(post, media=(dataclasses.replace(item, **change),)) for change in (
            {"sha256": "cd" * 32}, {"mime": "image/png"}, {"width": 5}, {"height": 5}, {"size": 98}, {"alt": "A cat"},
        )),
    ]  # fmt: skip
    prints = {fingerprint(record(one, one.media, "now")) for one in (post, *other)}
    assert len(prints) == len(other) + 1
    assert fingerprint(record(post, post.media, "later")) not in prints


@pytest.mark.parametrize(
    "embed", [None, [], "x", {"images": None}, {"images": "x"}, {"images": [7]}, {"images": [{"image": None}]}]
)
def test_a_record_of_any_shape_is_only_compared(embed: object) -> None:
    item = Media("ab" * 32, "image/jpeg", 4, 3, 99, "A dog")
    assert not shows_the_same({"text": "Hello", "embed": embed}, Post("bluesky", ("Hello",), (item,)))
    post = Post("bluesky", ("Hello",))
    assert not shows_the_same({"text": "Hello", "embed": {"images": [7]}}, post)
    assert shows_the_same({"text": "Hello", "createdAt": "any"}, post)
    assert not shows_the_same({"text": "Bye"}, post)
