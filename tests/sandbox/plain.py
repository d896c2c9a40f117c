"""A plain HTTP client and small real pictures: the sandbox is tested by nothing that it is made of."""

import http.client
import json
import struct
import uuid
import zlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from socialpub.sandbox.handle import Sandbox

NOON = "2026-11-22T12:00:00+00:00"


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    data: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.data)


def ask(
    url: str,
    method: str,
    path: str,
    body: Any = None,
    headers: dict[str, str] | None = None,
    timeout: float = 5,
) -> Reply:
    """One request on a connection of its own. A dict is sent as JSON, bytes and text as they are."""
    place, sent = urlsplit(url), dict(headers or {})
    if isinstance(body, dict | list):
        body = json.dumps(body)
        sent.setdefault("content-type", "application/json")
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=timeout)
    try:
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        named = {name.lower(): value for name, value in answer.getheaders()}
        return Reply(answer.status, named, answer.read())
    finally:
        connection.close()


def multipart(fields: dict[str, str], files: dict[str, bytes]) -> tuple[bytes, dict[str, str]]:
    """A multipart/form-data body and its header."""
    mark = uuid.uuid4().hex
    parts = [_part(mark, f'name="{name}"', value.encode()) for name, value in fields.items()]
    parts += [_part(mark, f'name="{name}"; filename="{name}"', value) for name, value in files.items()]
    body = b"".join(parts) + f"--{mark}--\r\n".encode()
    return body, {"content-type": f"multipart/form-data; boundary={mark}"}


def _part(mark: str, name: str, value: bytes) -> bytes:
    return f"--{mark}\r\ncontent-disposition: form-data; {name}\r\n\r\n".encode() + value + b"\r\n"


def png(width: int, height: int, shade: int = 0) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = (b"\0" + bytes([shade]) * width) * height
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


@dataclass
class X:
    """The demo account on X, by bearer."""

    sandbox: Sandbox
    id: str
    bearer: str

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        sent = {"authorization": f"Bearer {self.bearer}", **headers}
        return ask(self.sandbox.url, method, f"/2/{path}", body, sent)

    def post(self, text: str, *media: str) -> Reply:
        return self.ask("POST", "tweets", {"text": text, **({"media": {"media_ids": media}} if media else {})})

    def upload(self, data: bytes, category: str = "tweet_image") -> Reply:
        body, headers = multipart({"media_category": category}, {"media": data})
        return self.ask("POST", "media/upload", body, **headers)

    def uploaded(self, data: bytes) -> str:
        return str(self.upload(data).json["data"]["id"])

    def listed(self, query: str = "") -> Any:
        reply = self.ask("GET", f"users/{self.id}/tweets?{query}")
        assert reply.status == 200, reply.data
        return reply.json


@dataclass
class Bluesky:
    """The demo account on Bluesky, with a session of its own."""

    sandbox: Sandbox
    id: str
    identifier: str
    password: str
    access: str = ""
    refresh: str = ""

    def ask(self, method: str, name: str, body: Any = None, token: str | None = None, **headers: str) -> Reply:
        token = self.access if token is None else token
        sent = {"authorization": f"Bearer {token}", **headers} if token else headers
        return ask(self.sandbox.url, method, f"/xrpc/com.atproto.{name}", body, sent)

    def sign_in(self, **other: str) -> Reply:
        given = {"identifier": self.identifier, "password": self.password, **other}
        reply = self.ask("POST", "server.createSession", given, token="")
        if reply.status == 200:
            self.access, self.refresh = reply.json["accessJwt"], reply.json["refreshJwt"]
        return reply

    def upload(self, data: bytes, mime: str = "image/png") -> Any:
        return self.ask("POST", "repo.uploadBlob", data, **{"content-type": mime}).json.get("blob")

    def put(self, key: str, record: Any, **more: Any) -> Reply:
        place = {"repo": self.id, "collection": "app.bsky.feed.post", "rkey": key}
        return self.ask("POST", "repo.putRecord", {**place, "record": record, "swapRecord": None, **more})

    def read(self, key: str) -> Reply:
        place = urlencode({"repo": self.id, "collection": "app.bsky.feed.post", "rkey": key})
        return self.ask("GET", f"repo.getRecord?{place}")


@dataclass
class Page:
    """The demo page on Facebook."""

    sandbox: Sandbox
    id: str
    token: str

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        sent = {"authorization": f"Bearer {self.token}", **headers}
        return ask(self.sandbox.url, method, f"/v25.0/{path}", body, sent)

    def post(self, **fields: str) -> Reply:
        form = {"content-type": "application/x-www-form-urlencoded"}
        return self.ask("POST", f"{self.id}/feed", urlencode(fields), **form)

    def photo(self, data: bytes, **fields: str) -> Reply:
        body, headers = multipart(fields, {"source": data})
        return self.ask("POST", f"{self.id}/photos", body, **headers)

    def waiting_photo(self, data: bytes, **fields: str) -> str:
        return str(self.photo(data, published="false", **fields).json["id"])

    def post_photos(self, message: str, *ids: str) -> Reply:
        return self.post(message=message, attached_media=json.dumps([{"media_fbid": one} for one in ids]))

    def listed(self, query: str = "") -> Any:
        reply = self.ask("GET", f"{self.id}/published_posts?{query}")
        assert reply.status == 200, reply.data
        return reply.json


@dataclass
class Mastodon:
    """The demo account on the Mastodon server."""

    sandbox: Sandbox
    id: str
    token: str

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        sent = {"authorization": f"Bearer {self.token}", **headers}
        return ask(self.sandbox.url, method, f"/api/{path}", body, sent)

    def post(self, text: str, *media: str, key: str = "", **more: Any) -> Reply:
        given = {"status": text, **({"media_ids": media} if media else {}), **more}
        headers = {"idempotency-key": key} if key else {}
        return self.ask("POST", "v1/statuses", given, **headers)

    def upload(self, data: bytes, **fields: str) -> Reply:
        body, headers = multipart(fields, {"file": data})
        return self.ask("POST", "v2/media", body, **headers)

    def uploaded(self, data: bytes, **fields: str) -> str:
        return str(self.upload(data, **fields).json["id"])

    def listed(self, query: str = "") -> Any:
        reply = self.ask("GET", f"v1/accounts/{self.id}/statuses?{query}")
        assert reply.status == 200, reply.data
        return reply.json
