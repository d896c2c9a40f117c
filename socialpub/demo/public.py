"""What the public would see, read from the networks themselves and never from our own records, and compared."""

import hashlib
import json
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from socialpub.demo.reading import Sent
from socialpub.demo.waiting import DemoFailed
from socialpub.sandbox.handle import Sandbox
from socialpub.sandbox.pictures import measure

_KEYS = ("platform", "remote_id", "url", "text", "media")


def posts(sandbox: Sandbox, outbox: Path, platform: str, channels: Sequence[str]) -> list[dict[str, Any]]:
    """Every visible post: channel, platform, remote_id, url, text, media [{sha256, width, height, bytes, alt}].

    The demo's channels on a network of the sandbox are called as the network is.
    """
    shown = [{"channel": row["platform"], **{key: row[key] for key in _KEYS}} for row in sandbox.posts()]
    return [*_in_folders(outbox, platform, channels), *shown]


def _in_folders(outbox: Path, platform: str, channels: Sequence[str]) -> Iterator[dict[str, Any]]:
    for channel in channels:
        for place in sorted(each.parent for each in (outbox / channel).glob("[!.]*/post.json")):
            words = {"text": (place / "text.txt").read_text("utf-8"), "media": _pictures(place)}
            yield {"channel": channel, "platform": platform, "remote_id": place.name, "url": place.as_uri(), **words}


def _pictures(place: Path) -> list[dict[str, Any]]:
    """The picture files as they lie there; the alt texts stand in post.json."""
    listed = json.loads((place / "post.json").read_text("utf-8"))["post"]["media"]
    return [_picture(next(place.glob(f"photo-{number}.*")), each["alt"]) for number, each in enumerate(listed, 1)]


def _picture(file: Path, alt: str) -> dict[str, Any]:
    data = file.read_bytes()
    _, width, height = measure(data)
    sha256 = hashlib.sha256(data).hexdigest()
    return {"sha256": sha256, "width": width, "height": height, "bytes": len(data), "alt": alt}


def compare(shown: Sequence[dict[str, Any]], sent: Sequence[Sent]) -> None:
    """Raises DemoFailed unless each delivery is visible once, nothing else is, and every address opens."""
    ours = sorted((each.channel, remote_id) for each in sent for remote_id in each.remote_ids)
    theirs = sorted((each["channel"], each["remote_id"]) for each in shown)
    if ours != theirs:
        raise DemoFailed(f"the networks show {len(theirs)} posts that are not our {len(ours)} receipts")
    for each in shown:
        if not _opens(each["url"]):
            raise DemoFailed(f"{each['channel']}: nothing is at {each['url']}")


def _opens(url: str) -> bool:
    parts = urlsplit(url)
    if parts.scheme == "file":
        return Path(unquote(parts.path)).is_dir()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=10) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
