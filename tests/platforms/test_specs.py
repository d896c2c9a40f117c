"""What leaves the adapters and what they read, checked against the networks' own published descriptions.

The descriptions are not part of this repository (tests/specs.py). Without them this check cannot run, and says so;
what matters most of them is written by hand in test_shapes.py.
"""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jsonschema
import requests

from socialpub.model.outcome import Delivered
from socialpub.model.post import LinkCard
from socialpub.platforms.bluesky import BlueskyPlatform
from socialpub.platforms.facebook import FacebookPlatform
from socialpub.platforms.instagram import InstagramPlatform
from socialpub.platforms.mastodon import MastodonPlatform
from socialpub.platforms.x import XPlatform
from tests.platforms.double import JournalDouble
from tests.platforms.exchanges import Exchange, everything, exchanges
from tests.platforms.fetched import Fetched
from tests.platforms.lexicon import check, check_record, lexicon
from tests.platforms.rig import BlueskyRig, FacebookRig, InstagramRig, MastodonRig, Sandbox, XRig, make_post
from tests.specs import SPECS, needs

__all__ = ["exchanges"]


@needs("x/openapi.json")
def test_every_call_to_x_is_one_its_description_knows(sandbox: Sandbox, exchanges: list[Exchange]) -> None:
    spec = json.loads((SPECS / "x" / "openapi.json").read_text("utf-8"))
    everything(XRig(sandbox, XPlatform))
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


@needs("meta")
def test_every_call_to_a_page_uses_parameters_and_fields_that_graph_describes(
    sandbox: Sandbox, exchanges: list[Exchange]
) -> None:
    page = json.loads((SPECS / "meta" / "Page.json").read_text("utf-8"))
    posts = {one["name"] for one in json.loads((SPECS / "meta" / "PagePost.json").read_text("utf-8"))["fields"]}
    everything(FacebookRig(sandbox, FacebookPlatform))
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


@needs("meta")
def test_every_call_to_instagram_uses_parameters_and_fields_that_graph_describes(
    sandbox: Sandbox, fetched: Fetched, exchanges: list[Exchange]
) -> None:
    user, media, container = (
        json.loads((SPECS / "meta" / f"{name}.json").read_text("utf-8"))
        for name in ("IGUser", "IGMedia", "ShadowIGMediaBuilder")
    )
    everything(InstagramRig(sandbox, InstagramPlatform, fetched))
    params = {(a["method"], a["endpoint"]): {p["name"] for p in a["params"]} for a in user["apis"] if "endpoint" in a}
    fields = {one["name"] for each in (user, media, container) for one in each["fields"]}
    checked = []
    for request, _ in exchanges:
        edge = urlsplit(str(request.url)).path.rsplit("/", 1)[1]
        sent = _sent(request)
        if (request.method, edge) in params:
            checked.append(f"{request.method} {edge}")
            assert sent <= params[str(request.method), edge] | {"fields", "limit", "after"}, (edge, sent)
        for asked in parse_qs(urlsplit(str(request.url)).query).get("fields", []):
            assert set(asked.split(",")) <= fields | {"config", "quota_usage"}, asked
    quota = "GET content_publishing_limit"
    assert checked == [quota, *["POST media"] * 3, "POST media_publish", "GET media", quota]


@needs("bluesky")
def test_every_call_to_a_pds_and_every_answer_is_as_the_lexicons_say(
    sandbox: Sandbox, exchanges: list[Exchange]
) -> None:
    rig = BlueskyRig(sandbox, BlueskyPlatform)
    everything(rig)
    card = LinkCard("riverbendpd.gov/k9", "Our dogs", "Meet the unit", rig.shelf.add(9, "").sha256)
    text = "👮🏽‍♀️ See riverbendpd.gov/k9 or https://riverbendpd.gov/é #K9Unit"
    post = replace(make_post(rig, text), link_card=card, language="en-US")
    assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble()), Delivered)
    _renew(rig)
    for request, response in exchanges:
        nsid = urlsplit(str(request.url)).path.removeprefix("/xrpc/")
        described = lexicon(nsid)["main"]
        assert request.method == {"query": "GET", "procedure": "POST"}[described["type"]]
        _check_lexicon_request(request, described, nsid)
        answer = json.loads(response.content)
        if response.status_code != 200:
            assert answer["error"] in ["ExpiredToken", *(one["name"] for one in described.get("errors", []))]
            continue
        check(answer, described["output"]["schema"], nsid, f"{nsid} answer")
        if "value" in answer:
            check_record(answer["value"])
    assert {urlsplit(str(request.url)).path.rsplit(".", 1)[1] for request, _ in exchanges} == {
        "createSession", "refreshSession", "getSession", "uploadBlob", "putRecord", "getRecord", "deleteRecord",
    }  # fmt: skip


def _renew(rig: BlueskyRig) -> None:
    rig.sandbox.order("clock", {"now": (datetime.now(UTC) + timedelta(hours=3)).isoformat()})
    assert rig.platform.verify(rig.account).alive


def _check_lexicon_request(request: requests.PreparedRequest, described: dict[str, Any], nsid: str) -> None:
    query = {name: value for name, [value] in parse_qs(urlsplit(str(request.url)).query).items()}
    check(query, described.get("parameters", {"type": "params", "properties": {}}), nsid, f"{nsid} query")
    encoding = described.get("input", {}).get("encoding")
    if encoding == "application/json":
        body = json.loads(request.body or b"")
        check(body, described["input"]["schema"], nsid, f"{nsid} body")
        if "record" in body:
            check_record(body["record"])
            check(
                body["rkey"], {"type": "string", "format": lexicon(body["collection"])["main"]["key"]}, nsid, "rkey"
            )
    else:
        assert bool(request.body) == (encoding is not None), nsid
        assert ("Content-Type" in request.headers) == (encoding is not None)


@needs("mastodon/schema.json")
def test_every_call_to_mastodon_is_one_its_description_knows(sandbox: Sandbox, exchanges: list[Exchange]) -> None:
    spec = json.loads((SPECS / "mastodon" / "schema.json").read_text("utf-8"))
    everything(MastodonRig(sandbox, MastodonPlatform))
    assert len(exchanges) == 14
    for request, response in exchanges:
        path = urlsplit(str(request.url)).path
        operation = _operation(spec, str(request.method), path)
        known = {one["name"] for one in operation.get("parameters", [])} | {"lang"}  # the language of errors
        assert set(parse_qs(urlsplit(str(request.url)).query)) <= known
        if path == "/api/v1/statuses":
            assert "Idempotency-Key" in known & set(request.headers)
            # Its "one of" fits a text and photos twice; the kind with photos is what this is.
            _validate(json.loads(request.body or ""), {"$ref": "#/components/schemas/MediaStatus"}, spec)
        if path == "/api/v2/media":
            form = operation["requestBody"]["content"]["multipart/form-data"]["schema"]
            assert _sent(request) <= set(form["properties"]) | known
        answer = operation["responses"][str(response.status_code)]["content"]["application/json"]["schema"]
        _validate(json.loads(response.content), answer, spec)


def _sent(request: requests.PreparedRequest) -> set[str]:
    query = set(parse_qs(urlsplit(str(request.url)).query))
    body = request.body if isinstance(request.body, bytes) else str(request.body or "").encode()
    if b"form-data" in body:
        return query | {name.decode() for name in re.findall(rb'; name="([^"]+)"', body)}
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
