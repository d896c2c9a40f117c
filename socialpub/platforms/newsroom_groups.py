"""By which programs and languages items are listed: their names for readers, and the names of their files."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping

_LONGEST = 60

#: What speakers call their language. Others are shown by their code.
_LANGUAGES: Mapping[str, str] = {
    "am": "አማርኛ", "ar": "العربية", "bn": "বাংলা", "cv": "Kriolu", "de": "Deutsch", "en": "English", "es": "Español",
    "fa": "فارسی", "fr": "Français", "he": "עברית", "hi": "हिन्दी", "ht": "Kreyòl ayisyen", "hy": "Հայերեն",
    "it": "Italiano", "ja": "日本語", "km": "ខ្មែរ", "ko": "한국어", "lo": "ລາວ", "pl": "Polski", "ps": "پښتو",
    "pt": "Português", "ru": "Русский", "so": "Soomaali", "sw": "Kiswahili", "tl": "Tagalog", "uk": "Українська",
    "ur": "اردو", "vi": "Tiếng Việt", "zh": "中文",
}  # fmt: skip


def program_key(program: str) -> str:
    """What is the same program: `coffee_with_a_cop` and "Coffee with a Cop"."""
    return _file_name(" ".join(program.replace("_", " ").casefold().split()))


def program_name(program: str) -> str:
    """`coffee_with_a_cop` as a reader would write it."""
    name = " ".join(program.replace("_", " ").split())
    return name[:1].upper() + name[1:]


def program_file(program: str) -> str:
    return program_key(program) + ".html"


def language_key(language: str) -> str:
    return language.lower()


def language_name(language: str) -> str:
    base, _, region = language.partition("-")
    name = _LANGUAGES.get(base.lower(), base)
    return f"{name} ({region})" if region else name


def language_file(language: str) -> str:
    return language_key(language) + ".html"


def _file_name(name: str) -> str:
    """Letters, digits and dashes; where that says less than the name does, with a part of its hash."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign))
    slug = re.sub("[^a-z0-9]+", "-", bare).strip("-")
    if bare.isascii() and 0 < len(slug) <= _LONGEST and slug != "index":
        return slug
    return f"{slug[:40]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}".strip("-")
