"""A real PDS as a test holds it: started by Node, asked by plain calls, gone at the end."""

import base64
import json
import os
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from socialpub.model.account import Account

HERE = Path(__file__).parent
#: Where `make test-real` has npm install the server.
INSTALLED = Path(os.environ.get("SOCIALPUB_REAL") or HERE.parents[1] / ".venv" / "real").resolve()
_numbers = count(1)


@dataclass(frozen=True)
class Reply:
    status: int
    json: Any

    @property
    def error(self) -> str:
        return str(self.json.get("error", "")) if isinstance(self.json, dict) else ""


@dataclass(frozen=True)
class Server:
    url: str

    def ask(self, method: str, name: str, body: Any = None, token: str = "", mime: str = "application/json") -> Reply:
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        headers = {"content-type": mime} if data is not None else {}
        headers |= {"authorization": f"Bearer {token}"} if token else {}
        request = urllib.request.Request(f"{self.url}/xrpc/{name}", data, headers, method=method)  # noqa: S310  loopback
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  loopback
                return Reply(answer.status, _read(answer.read()))
        except urllib.error.HTTPError as refused:
            return Reply(refused.code, _read(refused.read()))


def _read(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return None


@dataclass(frozen=True)
class Owner:
    """An account on the server, with the full rights that a person has, and an app password for us."""

    server: Server
    did: str
    handle: str
    mail: str
    token: str = field(repr=False)
    app_password: str = field(repr=False)

    def account(self) -> Account:
        secret = {"identifier": self.mail, "app_password": self.app_password}
        return Account("sky-main", "bluesky", self.did, self.server.url, secret)

    def records(self) -> list[dict[str, Any]]:
        """Oldest key first."""
        query = f"repo={self.did}&collection=app.bsky.feed.post&limit=100&reverse=true"
        reply = self.server.ask("GET", f"com.atproto.repo.listRecords?{query}")
        return list(reply.json["records"])


def new_owner(server: Server) -> Owner:
    number = next(_numbers)
    mail, handle = f"social{number}@riverbend.example", f"police{number}.test"
    given = {"email": mail, "handle": handle, "password": f"main-password-{number}"}
    made = server.ask("POST", "com.atproto.server.createAccount", given)
    assert made.status == 200, made
    token = made.json["accessJwt"]
    app = server.ask("POST", "com.atproto.server.createAppPassword", {"name": "socialpub"}, token)
    return Owner(server, made.json["did"], handle, mail, token, app.json["password"])


def sha256_of(cid: str) -> str:
    """The hash in the name of a file."""
    padded = cid[1:].upper() + "=" * (-len(cid[1:]) % 8)
    return base64.b32decode(padded)[-32:].hex()


@contextmanager
def running() -> Iterator[Server]:
    """Start the server. AssertionError, in words, if it is not installed or does not start."""
    assert shutil.which("node"), "these tests need Node 20 or newer; the rest of the suite does not"
    assert (INSTALLED / "node_modules").is_dir(), f"no server in {INSTALLED}: run them by `make test-real`"
    command = ["node", str(HERE / "pds.mjs")]
    with subprocess.Popen(command, cwd=INSTALLED, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, f"the server did not start (exit code {process.wait()}); see above why"
            yield Server(json.loads(line)["pds"])
        finally:
            process.terminate()
            process.wait(timeout=20)
