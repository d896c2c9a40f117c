"""What a request carries: JSON, a form, or multipart with files. Refuses what it cannot read."""

import json
from typing import Any

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request


class UnreadableError(ValueError):
    """The body is not what its content type says."""


def kind(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def json_body(request: Request) -> Any:
    try:
        return json.loads(await request.body() or b"null")
    except (ValueError, RecursionError) as why:
        raise UnreadableError(f"the body is not JSON: {why}") from why


async def form_body(request: Request) -> dict[str, str | bytes]:
    """A form or multipart body: text fields as text, files as bytes."""
    try:
        async with request.form() as form:
            return {name: await _value(value) for name, value in form.multi_items()}
    except HTTPException as why:
        raise UnreadableError(f"the form could not be read: {why.detail}") from why


async def _value(value: UploadFile | str) -> str | bytes:
    return value if isinstance(value, str) else await value.read()


async def fields(request: Request) -> dict[str, Any]:
    """Whatever the request carries as one flat mapping: JSON object or form; empty when there is no body."""
    if kind(request) == "application/json":
        found = await json_body(request)
        if not isinstance(found, dict | None):
            raise UnreadableError("the body is JSON but not an object")
        return found or {}
    return dict(await form_body(request))
