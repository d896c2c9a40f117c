"""Do networks reach the photos they fetch? Asked from outside, through the public address, as they would ask."""

import hmac
import http.client
from collections.abc import Iterator
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from socialpub.app import policies_folder
from socialpub.checks.found import Found, Ground, error
from socialpub.desk.channels import channels
from socialpub.media.passes import Passes
from socialpub.platforms.networks import LimitsError, read_limits
from socialpub.store.database import StoreError
from socialpub.store.vault import Vault, read_key

_PATIENCE = 5.0  # seconds for each step of the question
_LONGEST = 200  # bytes of an answer that are read; ours has 64
_SEE = "docs/install.md, Photos that networks fetch"


def photos(ground: Ground, session: Session) -> Iterator[Found]:
    public = ground.settings.public
    if public.url:
        yield from _asked(ground)
        return
    for row in channels(session):
        if row.platform in _fetching(ground):
            words = f"{row.name}: its network fetches photos, and [public] url says no address for them"
            yield error("SP156", words, f"Set [public] in settings.toml ({_SEE}); until then it gets no photo.")


def _fetching(ground: Ground) -> set[str]:
    try:
        networks = read_limits(policies_folder(ground.settings) / "networks")
    except LimitsError:
        return set()  # another check says so
    return {name for name, limits in networks.items() if limits.fetches_media}


def _asked(ground: Ground) -> Iterator[Found]:
    secrets = ground.settings.secrets
    try:
        key = Vault(read_key(secrets.key, secrets.key_file)).key_for("public photos")
    except StoreError:
        return  # another check says so
    path, wanted = Passes(key, ground.clock).probe()
    url = ground.settings.public.url
    try:
        status, answer = _get(f"{url}/{path}")
    except (OSError, http.client.HTTPException) as trouble:
        remedy = f"Does the daemon run, with [public] port? Name, certificate, firewall, proxy: {_SEE}."
        yield error("SP157", f"{url} cannot be reached: {trouble}", remedy)
        return
    if status != 200 or not hmac.compare_digest(answer, wanted.encode()):
        words = f"{url} is reached, but another than this socialpub answers there ({status})"
        remedy = f"Pass /m/ on as it is to [public] port, without a redirect or a password: {_SEE}."
        yield error("SP158", words, remedy)


def _get(url: str) -> tuple[int, bytes]:
    """Status and the beginning of the answer. Follows no redirect, knows no proxy of the environment."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    door = kind(parts.hostname or "", parts.port, timeout=_PATIENCE)
    try:
        door.request("GET", parts.path)
        answer = door.getresponse()
        return answer.status, answer.read(_LONGEST)
    finally:
        door.close()
