"""The hashtags and mentions of a text, as networks that limit their number count them. Pure."""

import re
from collections.abc import Iterator

from socialpub.model.limits import TextLimits

_HASHTAG = re.compile(r"(?<![\w&])[#＃]\w+")
_MENTION = re.compile(r"(?<![\w.])[@＠]\w+")


def tag_counts(text: str, limits: TextLimits) -> Iterator[tuple[str, int, int]]:
    """What is limited, how many of it there are, and how many may be."""
    if limits.most_hashtags is not None:
        yield "hashtags", len(_HASHTAG.findall(text)), limits.most_hashtags
    if limits.most_mentions is not None:
        yield "mentions", len(_MENTION.findall(text)), limits.most_mentions
