"""How a Mastodon server counts a text and turns it into HTML (its validator and formatter, seen 2026-11-22)."""

import re
import unicodedata
from html import escape
from itertools import pairwise

#: Links have a scheme here; a mention may name a server; a hashtag holds a letter.
_ENTITY = re.compile(
    r"(?P<link>https?://[^\s<>\"]*[^\s<>\".,;:!?')\]}…])"
    r"|(?<![\w/@.])@(?P<name>\w(?:[\w.-]*\w)?)(?P<domain>@[\w-]+(?:\.[\w-]+)+)?"
    r"|(?<![\w/&#])#(?P<tag>\w*[^\W\d_]\w*)"
)
_SHOWN = 30  # characters of a link that are seen


def length(text: str, per_url: int) -> int:
    """In characters as they are drawn. A link counts `per_url`, a mention only its local part."""
    counted = _ENTITY.sub(lambda found: _counted(found, per_url), text)
    counted = re.sub("\r\n|[\U0001f1e6-\U0001f1ff]{2}", "x", counted)  # a flag is two letters
    return bool(counted) + sum(not _joins(*two) for two in pairwise(counted))


def _joins(left: str, right: str) -> bool:
    """Whether `right` is drawn as one with `left`: marks, skins, tags, joined emoji. Hangul letters are not known."""
    if left in "\r\n" or right in "\r\n":
        return False
    ours = "\u200d" in (left, right) or right in "\u200c" or "\U000e0020" <= right <= "\U000e007f"
    return ours or unicodedata.category(right)[0] == "M" or "\U0001f3fb" <= right <= "\U0001f3ff"


def _counted(found: re.Match[str], per_url: int) -> str:
    if found["link"]:
        return "x" * per_url
    return f"@{found['name']}" if found["name"] else found[0]


def html(text: str, base: str, names: set[str]) -> str:
    """`names` are the accounts of this server; those of others are all believed to exist."""
    parts, at = [], 0
    for found in _ENTITY.finditer(text):
        parts += [escape(text[at : found.start()], quote=True), _entity(found, base, names)]
        at = found.end()
    parts.append(escape(text[at:], quote=True))
    paragraphs = re.split(r"\n{2,}", "".join(parts).replace("\r\n", "\n"))
    return "".join(f"<p>{one.replace(chr(10), '<br />')}</p>" for one in paragraphs)


def _entity(found: re.Match[str], base: str, names: set[str]) -> str:
    if found["link"]:
        return _link(found["link"])
    if found["tag"]:
        tag = escape(found["tag"])
        return f'<a href="{base}/tags/{tag.lower()}" class="mention hashtag" rel="tag">#<span>{tag}</span></a>'
    name, domain = found["name"], found["domain"] or ""
    if not domain and name not in names:
        return escape(found[0])
    href = f"https://{domain[1:]}/@{name}" if domain else f"{base}/@{name}"
    inner = f'<a href="{escape(href)}" class="u-url mention">@<span>{escape(name)}</span></a>'
    return f'<span class="h-card" translate="no">{inner}</span>'


def _link(url: str) -> str:
    """The scheme and what is beyond the 30th character are there, and not seen."""
    head = re.match(r"https?://(?:www\.)?", url)
    start = head.end() if head else 0
    seen, rest = url[start : start + _SHOWN], url[start + _SHOWN :]
    look = "ellipsis" if rest else ""
    return (
        f'<a href="{escape(url)}" target="_blank" rel="nofollow noopener" translate="no">'
        f'<span class="invisible">{escape(url[:start])}</span><span class="{look}">{escape(seen)}</span>'
        f'<span class="invisible">{escape(rest)}</span></a>'
    )
