"""Do two texts read alike? For what a network shows a little differently than it was given. Pure.

Looser than each network's own comparison on purpose: it never says that a post is ours, only that nobody can be
sure it is not.
"""

import html
import re
import unicodedata

#: What has a dot between two signs may be a link, and a link may be shortened, escaped or put in small letters.
_LINKED = re.compile(r"\w\.\w|://")


def alike(ours: str, shown: str) -> bool:
    """Whether the letters and digits are the same: whatever became of signs, links, case and spelling of letters."""
    wanted = _bare(ours)
    return wanted in (_bare(shown), _bare(html.unescape(shown)))


def _bare(text: str) -> str:
    """The letters and digits in one spelling (NFKC, folded), without what holds a link, or cannot be seen."""
    seen = "".join(sign for sign in unicodedata.normalize("NFKC", text) if unicodedata.category(sign) != "Cf")
    words = "".join(word for word in seen.split() if not _LINKED.search(word))
    return "".join(sign for sign in unicodedata.normalize("NFKC", words.casefold()) if sign.isalnum())
