"""What one post costs on its network, by the network's price list. Pure; it charges nothing."""

from socialpub.model.limits import CostLimits
from socialpub.model.links import links
from socialpub.model.post import Post


def cost(post: Post, prices: CostLimits | None) -> float:
    """In whole units of the currency of `prices`. Every part of a thread is a post of its own."""
    if prices is None:
        return 0.0
    described = sum(1 for each in post.media if each.alt)
    return sum(_part(text, prices) for text in post.texts) + described * prices.alt_text


def in_words(post: Post, prices: CostLimits | None) -> str:
    """For whoever approves: "about 0.205 USD, most of it for the link"; empty where it costs nothing."""
    amount = cost(post, prices)
    if prices is None or not amount:
        return ""
    dear = prices.with_link is not None and prices.with_link > prices.post and any(map(links, post.texts))
    return f"about {amount:.3f} {prices.currency}" + (", most of it for the link" if dear else "")


def _part(text: str, prices: CostLimits) -> float:
    return prices.with_link if prices.with_link is not None and links(text) else prices.post
