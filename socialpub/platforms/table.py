"""Which networks there are: one table of our own, and those that installed packages bring along.

A build function is imported on first use, so that a channel nobody has costs nothing.
"""

import difflib
import importlib
from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points

from socialpub.model.limits import Limits
from socialpub.platforms.contract import Build, Platform, Supplies

GROUP = "socialpub.platforms"

BUILTINS: Mapping[str, str] = {
    "bluesky": "socialpub.platforms.bluesky:build",
    "facebook": "socialpub.platforms.facebook:build",
    "file": "socialpub.platforms.file:build",
    "instagram": "socialpub.platforms.instagram:build",
    "mastodon": "socialpub.platforms.mastodon:build",
    "newsroom": "socialpub.platforms.newsroom:build",
    "x": "socialpub.platforms.x:build",
    "youtube": "socialpub.platforms.youtube:build",
}


class UnknownPlatform(LookupError):  # noqa: N818  it says what is wrong
    """No adapter has this name; the message lists those there are."""


def known() -> list[str]:
    """The names of all networks that can be loaded. A built-in cannot be replaced from outside."""
    return sorted({*BUILTINS, *(point.name for point in _installed())})


def load(limits: Limits, supplies: Supplies) -> Platform:
    """The adapter for `limits.name`. Raises UnknownPlatform, or what a third party's import raises."""
    return _build(limits.name)(limits, supplies)


def _build(name: str) -> Build:
    if dotted := BUILTINS.get(name):
        module, _, function = dotted.partition(":")
        build: Build = getattr(importlib.import_module(module), function)
        return build
    for point in _installed():
        if point.name == name:
            loaded: Build = point.load()
            return loaded
    close = difflib.get_close_matches(name, known(), n=1)
    hint = f' (did you mean "{close[0]}"?)' if close else ""
    raise UnknownPlatform(f'there is no network "{name}"{hint}; there are {", ".join(known())}')


def _installed() -> tuple[EntryPoint, ...]:
    return tuple(entry_points(group=GROUP))
