"""How long a text is as a network counts it: characters, graphemes, bytes or X's weights. Pure.

The room that composes texts counts for itself; this is the adapter's own last check, and neither may import
the other. Weights: docs.x.com "Counting characters" and twitter-text configuration 3, read 2026-11-22.
"""

import unicodedata

import regex

from socialpub.model.limits import TextLimits

_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))  # weigh 1; all else weighs 2
_GENERIC = "com|org|net|edu|gov|mil|int|info|biz|name|pro|mobi|museum|aero|coop|jobs|travel|tel|cat|asia|post|xxx"
_NEWER = "app|dev|page|blog|news|live|online|site|store|shop|tech|city|academy|community|foundation|social"
_COUNTRIES = (
    "ac|ad|ae|af|ag|ai|al|am|ao|aq|ar|as|at|au|aw|ax|az|ba|bb|bd|be|bf|bg|bh|bi|bj|bm|bn|bo|br|bs|bt|bw|by|bz|ca|"
    "cc|cd|cf|cg|ch|ci|ck|cl|cm|cn|co|cr|cu|cv|cw|cx|cy|cz|de|dj|dk|dm|do|dz|ec|ee|eg|er|es|et|eu|fi|fj|fk|fm|fo|"
    "fr|ga|gb|gd|ge|gf|gg|gh|gi|gl|gm|gn|gp|gq|gr|gs|gt|gu|gw|gy|hk|hm|hn|hr|ht|hu|id|ie|il|im|in|io|iq|ir|is|it|"
    "je|jm|jo|jp|ke|kg|kh|ki|km|kn|kp|kr|kw|ky|kz|la|lb|lc|li|lk|lr|ls|lt|lu|lv|ly|ma|mc|md|me|mg|mh|mk|ml|mm|mn|"
    "mo|mp|mq|mr|ms|mt|mu|mv|mw|mx|my|mz|na|nc|ne|nf|ng|ni|nl|no|np|nr|nu|nz|om|pa|pe|pf|pg|ph|pk|pl|pm|pn|pr|ps|"
    "pt|pw|py|qa|re|ro|rs|ru|rw|sa|sb|sc|sd|se|sg|sh|si|sj|sk|sl|sm|sn|so|sr|ss|st|su|sv|sx|sy|sz|tc|td|tf|tg|th|"
    "tj|tk|tl|tm|tn|to|tr|tt|tv|tw|tz|ua|ug|uk|us|uy|uz|va|vc|ve|vg|vi|vn|vu|wf|ws|ye|yt|za|zm|zw"
)
_LINK = regex.compile(
    r"(?<![\p{L}\p{N}@#$＠＃.\-_/])"
    r"(?:(?P<scheme>https?://)(?:[\p{L}\p{N}](?:[\p{L}\p{N}_-]{0,61}[\p{L}\p{N}])?\.)+\p{L}{2,}"
    rf"|(?:[a-z0-9](?:[a-z0-9_-]{{0,61}}[a-z0-9])?\.)+(?:{_GENERIC}|{_NEWER}|{_COUNTRIES}))"
    r"(?![\p{L}\p{N}@＠-])(?::[0-9]{1,5})?"
    r"(?:/(?:[^\s<>\"']*[^\s<>\"'.,;:!?)\]}])?)?(?:\?[^\s<>\"']*[^\s<>\"'.,;:!?)\]}])?",
    regex.IGNORECASE,
)
_EMOJI = regex.compile(
    r"(?:\p{RI}\p{RI}|[0-9#*]\uFE0F?\u20E3|\p{Emoji_Presentation}|\p{Extended_Pictographic}(?:\uFE0F|\p{EMod}|\u200d))"
)


def measure(text: str, limits: TextLimits) -> int:
    """The length of `text` in the unit that `limits` names."""
    match limits.counts:
        case "characters":
            return len(text)
        case "bytes":
            return len(text.encode("utf-8", "surrogatepass"))
        case "graphemes":
            return len(regex.findall(r"\X", text))
        case "weighted":
            return weighted(text, limits.link_length or 23)


def weighted(text: str, link_length: int) -> int:
    """X's count: most scripts 1, the rest and every emoji 2, every link `link_length`; after NFC."""
    text = unicodedata.normalize("NFC", text)
    links = list(_LINK.finditer(text))
    between = zip([0, *(link.end() for link in links)], [*(link.start() for link in links), len(text)], strict=True)
    return link_length * len(links) + sum(_plain(text[start:end]) for start, end in between)


def _plain(text: str) -> int:
    return sum(2 if _EMOJI.match(cluster) else sum(map(_weight, cluster)) for cluster in regex.findall(r"\X", text))


def _weight(character: str) -> int:
    return 1 if any(first <= ord(character) <= last for first, last in _LIGHT) else 2
