"""What the composing room lets pass, the adapters take: after an approval nothing is refused for its length."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialpub.compose.fit import fit
from socialpub.model.limits import Limits
from socialpub.model.measure import measure
from socialpub.model.post import Media, Post
from socialpub.model.tags import tag_counts
from socialpub.platforms import table
from socialpub.platforms.contract import Supplies
from socialpub.platforms.fit import misfit
from tests.platforms.rig import LIMITS, Shelf

STORIES = Path(__file__).parents[2] / "socialpub" / "demo" / "stories"
PARTS = [
    *["Officer", "Ruiz", "café", "cafe\u0301", "#K9", "@RPD", "call 555-555-0100", "mail a@riverbend.gov", "8 a.m."],
    *[
        "riverbend.gov",
        "Riverbend.example/bikes",
        "https://riverbend.gov/a_(b)",
        "(https://q.org/x)",
        "x.team",
        "co.uk",
    ],
    *[
        "https://riverbend.gov/wiki/K9_(unit)",
        "http://localhost/x",
        "https://10.0.0.1/x",
        "https://riverbend.gov:8443/x",
    ],
    *[
        "riverbend.gov/?a=1,b",
        "foo.us.",
        "u.s.",
        "No.5",
        "e.g.this",
        "riverbend.police",
        "springfield.ma.us",
        "http://",
    ],
    *["👮🏽\u200d♀️", "1️⃣", "❤️", "❤", "™", "🇺🇸", "‼", "中", "Ⓐ", "°", "–", "\u200b", "\n", "&", "-", "/", ".", "?q=1"],
]
TEXTS = st.lists(st.sampled_from(PARTS) | st.text(max_size=8), min_size=1, max_size=60).flatmap(
    lambda parts: st.sampled_from([" ", ""]).map(lambda glue: glue.join(parts))
)


def _too_many_tags(text: str, limits: Limits) -> bool:
    """Then the channel is left out when the posts are made."""
    return any(count > most for _, count, most in tag_counts(text, limits.text))


def _taken(text: str, limits: Limits) -> None:
    fitted = fit(text, limits.text)
    film = Media("0" * 64, "video/mp4", 1920, 1080, 1_000_000)
    photos = tuple(Shelf().add(number, "") for number in range(limits.photos.least))
    post = Post(limits.name, (fitted.text,), (film,) if limits.videos and limits.videos.least else photos)
    lost = not fitted.text.strip() or any(0xD800 <= ord(sign) <= 0xDFFF for sign in fitted.text)
    lost |= any(sign in fitted.text for sign in limits.text.without) or _too_many_tags(fitted.text, limits)
    assert lost or misfit(post, limits) is None
    adapter = table.load(limits, Supplies(Shelf().read))
    assert adapter.measure(fitted.text) <= measure(fitted.text, limits.text) <= limits.text.longest


@pytest.mark.parametrize("limits", LIMITS.values(), ids=list(LIMITS))
@given(text=TEXTS)
def test_no_text_that_fits_is_refused_afterwards(limits: Limits, text: str) -> None:
    _taken(text, limits)


@pytest.mark.parametrize("limits", LIMITS.values(), ids=list(LIMITS))
def test_the_sample_stories_fit_everywhere(limits: Limits) -> None:
    documents = [tomllib.loads(file.read_text("utf-8")) for file in STORIES.glob("*/story.toml")]
    assert documents
    for document in documents:
        _taken(document["text"], limits)
        _taken(" ".join([document["text"]] * 9), limits)


@pytest.mark.parametrize("room", range(250, 262))
def test_a_link_with_brackets_at_the_very_end_is_no_character_too_long(room: int) -> None:
    _taken(("abcd " * 60)[:room] + " https://riverbend.gov/a_(b)", LIMITS["x"])
