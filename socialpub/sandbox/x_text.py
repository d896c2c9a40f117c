"""What X does to a text: trims it, weighs it, puts its links behind t.co and says where they are.

Weights as developer.x.com "Counting characters" and the public configuration v3 have them: 280 in all, most
scripts 1, others and emoji 2, every link 23. Written for the sandbox alone.
"""

import hashlib
import re
import unicodedata
from typing import Any

LONGEST = 280
LINK_WEIGHT = 23
_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
#: Web addresses with a scheme, and bare ones under the endings that are common in these texts.
_LINK = re.compile(
    r"https?://[^\s<>\"]+|(?<![\w@./#-])(?:[a-z0-9-]+\.)+(?:com|org|net|edu|gov|mil|us|info|co)\b(?:/[^\s<>\"]*)?",
    re.IGNORECASE,
)
_PICTOGRAPH = r"[\U0001F000-\U0001FAFF\u2190-\u21FF\u2300-\u23FF\u2460-\u27BF\u2900-\u2BFF\u3030\u303D\u3297\u3299]"
_ONE = rf"{_PICTOGRAPH}\uFE0F?[\U0001F3FB-\U0001F3FF]?[\U000E0020-\U000E007F]*"
_EMOJI = re.compile(
    rf"[\U0001F1E6-\U0001F1FF]{{2}}|[0-9#*]\uFE0F?\u20E3|[\u00A9\u00AE]\uFE0F|{_ONE}(?:\u200D{_ONE})*"
)


def trimmed(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


def links(text: str) -> list[tuple[int, int]]:
    """Where links stand, without the punctuation that ends a sentence."""
    found = []
    for match in _LINK.finditer(text):
        link = match.group().rstrip(".,;:!?'\u2019\u201d\u2026")
        if link.endswith(")") and "(" not in link:
            link = link.rstrip(").,;:!?")
        found.append((match.start(), match.start() + len(link)))
    return found


def weight(text: str) -> int:
    """How long X says the text is; 280 fit."""
    text, total, at = unicodedata.normalize("NFC", text), 0, 0
    for start, end in links(text):
        total += _plain_weight(text[at:start]) + LINK_WEIGHT
        at = end
    return total + _plain_weight(text[at:])


def _plain_weight(text: str) -> int:
    without, emoji = _EMOJI.subn("", text)
    light = sum(any(low <= ord(c) <= high for low, high in _LIGHT) for c in without)
    return 2 * emoji + 2 * (len(without) - light) + light


def short(target: str, post_id: str) -> str:
    """The t.co link that stands for `target` in one post."""
    return f"https://t.co/{hashlib.sha256(f'{post_id} {target}'.encode()).hexdigest()[:10]}"


def shown(text: str, post_id: str, photo_page: str, media_keys: list[str]) -> tuple[str, list[dict[str, Any]]]:
    """The text as X answers it, and its url entities. Photos add one more link at the end, one entity each.

    X answers `&`, `<` and `>` as HTML entities; positions count in the text as answered.
    """
    parts: list[str] = []
    entities: list[dict[str, Any]] = []
    at = 0
    for start, end in links(text):
        parts.append(_escaped(text[at:start]))
        entities.append(_link_entity(parts, text[start:end], post_id))
        at = end
    parts.append(_escaped(text[at:]))
    if media_keys:
        entities += _photo_entities(parts, post_id, photo_page, media_keys)
    return "".join(parts), entities


def _link_entity(parts: list[str], link: str, post_id: str) -> dict[str, Any]:
    start, url = sum(map(len, parts)), short(link, post_id)
    parts.append(url)
    target = link if "://" in link else f"http://{link}"
    display = re.sub(r"^https?://(www\.)?", "", link)
    clipped = display if len(display) <= 27 else f"{display[:26]}…"
    return {
        "start": start,
        "end": start + len(url),
        "url": url,
        "expanded_url": target,
        "display_url": clipped,
    }


def _photo_entities(parts: list[str], post_id: str, photo_page: str, media_keys: list[str]) -> list[dict[str, Any]]:
    if "".join(parts):
        parts.append(" ")
    start, url = sum(map(len, parts)), short(photo_page, post_id)
    parts.append(url)
    place = {"start": start, "end": start + len(url), "url": url, "expanded_url": photo_page}
    return [{**place, "display_url": f"pic.x.com/{url[-10:]}", "media_key": key} for key in media_keys]


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
