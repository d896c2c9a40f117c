"""What leaves the adapters and what they read, checked against the networks' own published descriptions.

The descriptions are not part of this repository: they are looked for beside the checkout, or where
SOCIALPUB_SPECS says. Without them this check cannot run, and says so.
"""

import json
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jsonschema
import pytest
import requests

from socialpub.model.outcome import Delivered
from socialpub.platforms.facebook import FacebookPlatform
from socialpub.platforms.x import XPlatform
from tests.platforms.double import JournalDouble
from tests.platforms.rig import FacebookRig, NetworkRig, Sandbox, XRig, make_post, since

SPECS = Path(os.environ.get("SOCIALPUB_SPECS", Path(__file__).parents[3] / "shared" / "specs"))
needs_specs = pytest.mark.skipif(not SPECS.is_dir(), reason=f"the networks' descriptions are not at {SPECS}")

Exchange = tuple[requests.PreparedRequest, requests.Response]


@pytest.fixture
def exchanges(monkeypatch: pytest.MonkeyPatch) -> list[Exchange]:
    seen: list[Exchange] = []
    send = requests.Session.send

    def watched(self: requests.Session, request: requests.PreparedRequest, **more: Any) -> requests.Response:
        response = send(self, request, **{**more, "stream": False})
        seen.append((request, response))
        raw = response.raw  # read by `send`; the session reads it again
        monkeypatch.setattr(raw, "read1", _once(response.content), raising=False)
        return response

    monkeypatch.setattr(requests.Session, "send", watched)
    return seen


def _once(data: bytes) -> Any:
    pieces = iter([data, b""])
    return lambda *_: next(pieces)


def _everything(rig: NetworkRig) -> None:
    journal, begun, post = JournalDouble(), since(), make_post(rig, photos=2)
    outcome = rig.platform.deliver(post, rig.account, journal)
    assert isinstance(outcome, Delivered)
    rig.platform.find(post, rig.account, journal, begun)
    rig.platform.verify(rig.account)
    rig.platform.retract(outcome.receipts[0], rig.account)


@needs_specs
def test_every_call_to_x_is_one_its_description_knows(sandbox: Sandbox, exchanges: list[Exchange]) -> None:
    spec = json.loads((SPECS / "x" / "openapi.json").read_text("utf-8"))
    _everything(XRig(sandbox, XPlatform))
    assert len(exchanges) == 8
    for request, response in exchanges:
        operation = _operation(spec, str(request.method), urlsplit(str(request.url)).path)
        if request.body:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            _validate(json.loads(request.body), schema, spec)
        known = {_resolved(spec, one)["name"] for one in operation.get("parameters", [])}
        assert set(parse_qs(urlsplit(str(request.url)).query)) <= known
        answer = operation["responses"][str(response.status_code)]["content"]["application/json"]["schema"]
        _validate(json.loads(response.content), answer, spec)


@needs_specs
def test_every_call_to_a_page_uses_parameters_and_fields_that_graph_describes(
    sandbox: Sandbox, exchanges: list[Exchange]
) -> None:
    page = json.loads((SPECS / "meta" / "Page.json").read_text("utf-8"))
    posts = {one["name"] for one in json.loads((SPECS / "meta" / "PagePost.json").read_text("utf-8"))["fields"]}
    _everything(FacebookRig(sandbox, FacebookPlatform))
    params = {(a["method"], a["endpoint"]): {p["name"] for p in a["params"]} for a in page["apis"] if "endpoint" in a}
    checked = []
    for request, _ in exchanges:
        edge = urlsplit(str(request.url)).path.rsplit("/", 1)[1]
        if (request.method, edge) in params:
            checked.append(edge)
            allowed = params[str(request.method), edge] | {"fields", "since", "limit", "after", "source"}
            assert _sent(request) <= allowed, (edge, _sent(request) - allowed)
        if edge == "published_posts":
            [fields] = parse_qs(urlsplit(str(request.url)).query)["fields"]
            assert set(re.sub(r"\{.*\}", "", fields).split(",")) <= posts | {"attachments"}
    assert checked == ["photos", "photos", "feed", "published_posts"]


def _sent(request: requests.PreparedRequest) -> set[str]:
    query = set(parse_qs(urlsplit(str(request.url)).query))
    body = request.body if isinstance(request.body, bytes) else str(request.body or "").encode()
    if b"form-data" in body:
        return query | {name.decode() for name in re.findall(rb'name="([^"]+)"', body)}
    return query | set(parse_qs(body.decode()))


def _operation(spec: dict[str, Any], method: str, path: str) -> dict[str, Any]:
    """The most literal path of the description that fits."""
    fitting = [
        template
        for template in sorted(spec["paths"], key=lambda one: one.count("{"))
        if re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", template), path)
    ]
    operation: dict[str, Any] = spec["paths"][fitting[0]][method.lower()]
    return operation


def _resolved(spec: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    for step in node.get("$ref", "#").split("/")[1:]:
        spec = spec[step]
    return spec if "$ref" in node else node


def _validate(value: Any, schema: dict[str, Any], spec: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator({**schema, "components": spec["components"]}).validate(value)
