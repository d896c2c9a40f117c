"""What is said to YouTube and answered by the stand-in, held against Google's own description of the API.

The description is not part of this repository (tests/specs.py).
"""

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from socialpub.platforms.google_tokens import TOKENS
from socialpub.platforms.youtube import YouTubePlatform
from tests.platforms.double import JournalDouble
from tests.platforms.exchanges import Exchange, everything, exchanges
from tests.platforms.rig import UNIT, Sandbox, YouTubeRig, make_post
from tests.specs import SPECS, needs

__all__ = ["exchanges"]

_CONTINUES = {"upload_id", "upload_protocol"}  # what the network itself puts into a session's address


@needs("youtube/youtube.v3.json")
def test_every_call_to_youtube_is_one_its_description_knows(sandbox: Sandbox, exchanges: list[Exchange]) -> None:
    spec = json.loads((SPECS / "youtube" / "youtube.v3.json").read_text("utf-8"))
    rig = YouTubeRig(sandbox, YouTubePlatform)
    everything(rig)
    assert len(exchanges) == 9 + 1 + 1 + 2
    _and_a_session_that_is_gone(rig)
    for request, response in exchanges:
        method = _method(spec, request)
        asked = parse_qs(urlsplit(str(request.url)).query)
        known = {*method["parameters"], *spec["parameters"], *(_CONTINUES if request.method == "PUT" else ())}
        assert set(asked) <= known
        assert all(name in asked for name, one in method["parameters"].items() if one.get("required"))
        if said := _said(request):
            assert _wrong(said, method["request"]["$ref"], spec) == ""
        if response.status_code == 200 and response.content:
            assert _wrong(response.json(), method["response"]["$ref"], spec) == ""
        assert TOKENS.scopes in method["scopes"], "one scope is enough"


def _and_a_session_that_is_gone(rig: YouTubeRig) -> None:
    journal, post = JournalDouble(), make_post(rig, "Another")
    rig.fault("html_502", "upload", skip=1)
    rig.platform.deliver(post, rig.account, journal)
    rig.fault("error_before_commit", "upload", skip=0, status=404)
    rig.platform.deliver(post, rig.account, JournalDouble(journal.notes))
    assert len(rig.seen("uploads")) == 1


@needs("youtube/youtube.v3.json")
def test_a_video_is_asked_for_private_and_pieces_are_as_google_wants_them(
    sandbox: Sandbox, exchanges: list[Exchange]
) -> None:
    everything(YouTubeRig(sandbox, YouTubePlatform))
    [start] = [
        request for request, _ in exchanges if request.method == "POST" and "uploadType=resumable" in str(request.url)
    ]
    status = json.loads(_bytes(start))["status"]
    assert status == {"privacyStatus": "private", "selfDeclaredMadeForKids": False}
    size = int(start.headers["X-Upload-Content-Length"])
    pieces = [request for request, _ in exchanges if "/upload/" in str(request.url) and request.method == "PUT"]
    lengths = [int(request.headers["Content-Length"]) for request in pieces]
    assert sum(lengths) == size
    assert all(length % UNIT == 0 for length in lengths[:-1])
    assert not [request for request, _ in exchanges if b"publishAt" in _bytes(request)]


def _bytes(request: requests.PreparedRequest) -> bytes:
    return request.body if isinstance(request.body, bytes) else str(request.body or "").encode()


def _method(spec: dict[str, Any], request: requests.PreparedRequest) -> dict[str, Any]:
    """The described method of a request; a piece of an upload belongs to the method that began it."""
    path = urlsplit(str(request.url)).path
    verb = "POST" if path.startswith("/upload/") else request.method
    for resource in spec["resources"].values():
        for method in resource["methods"].values():
            upload = method.get("mediaUpload", {}).get("protocols", {}).get("simple", {}).get("path")
            if (method["httpMethod"], path) in (("POST", upload), (verb, f"/{method['path']}")):
                found: dict[str, Any] = method
                return found
    raise AssertionError(f"{request.method} {path} is not described")


def _said(request: requests.PreparedRequest) -> Any:
    """The JSON of a request: its body, or the first of its two parts."""
    kind, body = str(request.headers.get("Content-Type")), _bytes(request)
    if kind == "application/json":
        return json.loads(body)
    if kind.startswith("multipart/related"):
        return json.loads(body.split(b"\r\n\r\n")[1].split(b"\r\n--")[0])
    return None


def _wrong(value: Any, schema: str | dict[str, Any], spec: dict[str, Any], at: str = "$") -> str:
    """What does not fit, or ""."""
    if isinstance(schema, str):
        return _wrong(value, spec["schemas"][schema], spec, at)
    if "$ref" in schema:
        return _wrong(value, schema["$ref"], spec, at)
    types: dict[str, Any] = {"object": dict, "array": list, "string": str, "boolean": bool}
    if not isinstance(value, types.get(schema["type"], int | float)) or value not in schema.get("enum", [value]):
        return f"{at} is {value!r}"
    if schema["type"] == "array":
        return _first(_wrong(one, schema["items"], spec, f"{at}[]") for one in value)
    return _wrong_object(value, schema, spec, at) if schema["type"] == "object" else ""


def _wrong_object(value: dict[str, Any], schema: dict[str, Any], spec: dict[str, Any], at: str) -> str:
    """Objects are closed: a field that is not described is wrong."""
    more = schema.get("additionalProperties")
    parts = {name: schema.get("properties", {}).get(name, more) for name in value}
    return _first(
        f"{at}.{name} is not described" if part is None else _wrong(value[name], part, spec, f"{at}.{name}")
        for name, part in parts.items()
    )


def _first(problems: Iterable[str]) -> str:
    return next(filter(None, problems), "")
