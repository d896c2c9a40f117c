"""X's own description of its API (OpenAPI 2.167) against what the sandbox takes and answers.

The description is no part of this repository (tests/specs.py); where it is not there, these tests say so and skip,
and test_shapes.py checks what matters most.
"""

import base64
import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialpub.sandbox import x_shapes
from socialpub.sandbox.shape import wrong
from tests.sandbox.plain import X, png
from tests.specs import SPECS, needs

_FILE = SPECS / "x" / "openapi.json"
pytestmark = needs("x/openapi.json")


def _plain_schema(part: Any, *, closed: bool) -> Any:
    """OpenAPI 3.0 as JSON Schema: `nullable` becomes a type; `closed` lets no unnamed property pass."""
    if isinstance(part, list):
        return [_plain_schema(one, closed=closed) for one in part]
    if not isinstance(part, dict):
        return part
    whole = {name: _plain_schema(one, closed=closed) for name, one in part.items()}
    if whole.pop("nullable", False) is True and isinstance(whole.get("type"), str):
        whole["type"] = [whole["type"], "null"]
    if closed and isinstance(whole.get("properties"), dict) and whole["properties"]:
        whole.setdefault("additionalProperties", False)
    return whole


@pytest.fixture(scope="module")
def schemas() -> dict[str, Any]:
    described = json.loads(_FILE.read_text())["components"]["schemas"]
    # Problems are left open: the network itself adds `errors` to them.
    return {
        name: _plain_schema(schema, closed="Problem" not in name and name != "Error")
        for name, schema in described.items()
    }


def _valid(schemas: dict[str, Any], name: str, answer: Any) -> None:
    root = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}}
    jsonschema.Draft202012Validator(root).validate(answer)


def test_every_answer_is_as_described(x: X, schemas: dict[str, Any]) -> None:
    upload = x.upload(png(4, 3)).json
    _valid(schemas, "MediaUploadResponse", upload)
    media_id = upload["data"]["id"]
    described = {"id": media_id, "metadata": {"alt_text": {"text": "A dog"}}}
    _valid(schemas, "CreateMediaMetadataResponse", x.ask("POST", "media/metadata", described).json)
    status = x.ask("GET", f"media/upload?media_id={media_id}").json
    _valid(schemas, "GetMediaUploadStatusResponse", status)
    created = x.post("See https://riverbend.example & more", media_id).json
    _valid(schemas, "CreatePostsResponse", created)
    _valid(schemas, "GetUsersMeResponse", x.ask("GET", f"users/me?{_everything('post.fields', 'user.fields')}").json)
    one = x.ask("GET", f"tweets/{created['data']['id']}?{_everything()}").json
    _valid(schemas, "GetPostsByIdResponse", one)
    _valid(schemas, "GetUsersPostsResponse", x.listed(_everything()))
    _valid(schemas, "DeletePostsResponse", x.ask("DELETE", f"tweets/{created['data']['id']}").json)
    _valid(schemas, "GetUsersPostsResponse", x.listed())
    _valid(schemas, "GetPostsByIdResponse", x.ask("GET", "tweets/1").json)


def _everything(*only: str) -> str:
    """Each value of each parameter that the description lists for posts; or of these parameters."""
    parameters = json.loads(_FILE.read_text())["components"]["parameters"]
    names = {
        "post.fields": "PostFieldsParameter",
        "user.fields": "UserFieldsParameter",
        "media.fields": "MediaFieldsParameter",
        "expansions": "PostExpansionsParameter",
    }
    listed = {name: parameters[one]["schema"]["items"]["enum"] for name, one in names.items()}
    return "&".join(f"{name}={','.join(values)}" for name, values in listed.items() if name in (only or listed))


def test_an_upload_in_pieces_answers_as_described(x: X, schemas: dict[str, Any]) -> None:
    begun = x.ask("POST", "media/upload/initialize", {"media_category": "tweet_image"}).json
    _valid(schemas, "InitializeMediaUploadResponse", begun)
    path = f"media/upload/{begun['data']['id']}"
    piece = {"media": "aGk=", "segment_index": 1}
    _valid(schemas, "AppendMediaUploadResponse", x.ask("POST", f"{path}/append", piece).json)
    refused = x.ask("POST", f"{path}/finalize")
    assert refused.status == 400
    _valid(schemas, "Problem", refused.json)
    x.ask("POST", f"{path}/append", {"media": base64.b64encode(png(2, 2)).decode(), "segment_index": 0})
    _valid(schemas, "FinalizeMediaUploadResponse", x.ask("POST", f"{path}/finalize").json)


def test_refusals_with_a_type_are_problems_as_described(x: X, schemas: dict[str, Any]) -> None:
    for reply in (
        x.ask("POST", "tweets", {"colour": "red"}),
        x.post("With media", "123"),
        x.ask("GET", "tweets/abc"),
        x.ask("DELETE", "tweets/123"),
        x.ask("GET", f"users/{x.id}/tweets?max_results=1"),
    ):
        assert reply.status in (400, 404)
        assert reply.headers["content-type"] == "application/problem+json"
        _valid(schemas, "Problem", reply.json)


_REQUESTS = {
    "CreatePostsRequest": x_shapes.CREATE_POST,
    "MediaUploadRequest": x_shapes.UPLOAD,
    "InitializeMediaUploadRequest": x_shapes.INITIALIZE,
    "AppendMediaUploadRequest": x_shapes.APPEND,
    "CreateMediaMetadataRequest": x_shapes.METADATA,
}


@pytest.mark.parametrize("name", sorted(_REQUESTS))
def test_every_body_names_exactly_the_described_properties(schemas: dict[str, Any], name: str) -> None:
    shape = _REQUESTS[name]
    assert set(shape["properties"]) == set(schemas[name]["properties"])
    assert set(shape["required"]) == set(schemas[name].get("required", ()))


_ID = st.sampled_from(["1", "1234567890123456789", "12345678901234567890", "x", "", "٣"])
_ANY: st.SearchStrategy[Any] = st.sampled_from([None, True, 0, 7, "", "following", [], {}, ["1"], 20_000_000_000])
_BODY = st.fixed_dictionaries(
    {},
    optional={
        "text": st.one_of(_ANY, st.text(max_size=5)),
        "media": st.one_of(
            _ANY, st.fixed_dictionaries({}, optional={"media_ids": st.lists(_ID, max_size=6), "title": _ANY})
        ),
        "reply": st.one_of(_ANY, st.fixed_dictionaries({}, optional={"in_reply_to_tweet_id": _ID, "also": _ANY})),
        "reply_settings": st.sampled_from(["following", "verified", "nobody", 3]),
        "made_with_ai": _ANY,
        "poll": st.fixed_dictionaries(
            {"options": st.lists(st.text(max_size=27), max_size=5)},
            optional={"duration_minutes": st.integers(0, 20_000)},
        ),
        "quote_tweet_id": _ID,
        "colour": _ANY,
    },
)


@given(body=_BODY)
def test_the_sandbox_takes_a_post_exactly_when_the_description_does(schemas: dict[str, Any], body: Any) -> None:
    try:
        _valid(schemas, "CreatePostsRequest", body)
    except jsonschema.ValidationError:
        assert wrong(body, x_shapes.CREATE_POST)
    else:
        assert not wrong(body, x_shapes.CREATE_POST)
