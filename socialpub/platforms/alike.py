"""Do two texts read alike? For what a network shows a little differently than it was given. Pure.

Looser than each network's own comparison on purpose: it never says that a post is ours, only that nobody can be
sure it is not.
"""

import html
import re
import unicodedata

#: What has a dot between two signs may be a link, and a link may be shortened, escaped or put in small letters.
_LINKED = re.compile(r"\w\.\w|://")
#: The number of a character that cannot be one. Python refuses to read thousands of digits, with an exception.
_NO_NUMBER = re.compile(r"&#(?=[0-9]{8}|[xX][0-9a-fA-F]{8})")


def alike(ours: str, shown: str) -> bool:
    """Whether the letters and digits are the same: whatever became of signs, links, case and spelling of letters."""
    wanted = _bare(ours)
    return wanted in (_bare(shown), _bare(unescaped(shown)))


def unescaped(text: str) -> str:
    """`text` with its HTML character references resolved, whatever stands in it."""
    return html.unescape(_NO_NUMBER.sub("&amp;#", text))


def _bare(text: str) -> str:
    """The letters and digits in one spelling (NFKC, folded), without what holds a link, or cannot be seen."""
    seen = "".join(sign for sign in unicodedata.normalize("NFKC", text) if unicodedata.category(sign) != "Cf")
    words = "".join(word for word in seen.split() if not _LINKED.search(word))
    return "".join(sign for sign in unicodedata.normalize("NFKC", words.casefold()) if sign.isalnum())


def counted(count: int, label: str) -> str:
    """How many posts on the network `label` read like the one that is looked for."""
    return f"{count} posts on {label} read like this one" if count > 1 else f"a post on {label} reads like this one"
