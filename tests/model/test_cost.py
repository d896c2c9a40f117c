"""What a post costs is told before it is approved, by the network's own price list."""

import pytest
from pydantic import ValidationError

from socialpub.model.cost import cost, in_words
from socialpub.model.limits import CostLimits
from socialpub.model.post import Media, Post

PRICES = CostLimits(currency="USD", post=0.015, with_link=0.2, alt_text=0.005)
LINK = "See example.org/bikes"


def _photo(alt: str) -> Media:
    return Media("0" * 64, "image/jpeg", 1, 1, 1, alt)


@pytest.mark.parametrize(
    ("texts", "alts", "amount", "words"),
    [
        (("Hello",), (), 0.015, "about 0.015 USD"),
        ((LINK,), (), 0.2, "about 0.200 USD, most of it for the link"),
        (("Hello",), ("a", "", "b"), 0.025, "about 0.025 USD"),
        ((LINK,), ("a",), 0.205, "about 0.205 USD, most of it for the link"),
        (("One", LINK, "Three"), (), 0.23, "about 0.230 USD, most of it for the link"),
    ],
)
def test_a_link_costs_more_and_each_part_counts(
    texts: tuple[str, ...], alts: tuple[str, ...], amount: float, words: str
) -> None:
    post = Post("x", texts, tuple(map(_photo, alts)))
    assert cost(post, PRICES) == pytest.approx(amount)
    assert in_words(post, PRICES) == words


@pytest.mark.parametrize("prices", [None, CostLimits(currency="USD")])
def test_what_costs_nothing_is_not_spoken_of(prices: CostLimits | None) -> None:
    assert (cost(Post("x", (LINK,)), prices), in_words(Post("x", (LINK,)), prices)) == (0, "")


def test_where_a_link_costs_the_same_it_is_not_named() -> None:
    assert in_words(Post("x", (LINK,)), CostLimits(currency="EUR", post=1)) == "about 1.000 EUR"


@pytest.mark.parametrize("wrong", [{"currency": "dollars"}, {"post": -1}, {"post": "1"}, {"post": float("inf")}])
def test_a_price_that_cannot_be_meant_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        CostLimits.model_validate({"currency": "USD", **wrong})
