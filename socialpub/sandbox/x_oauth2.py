"""POST /2/oauth2/token: a code or a refresh token is exchanged for the next pair, once (docs.x.com, OAuth 2.0)."""

import base64
import binascii
import secrets
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from socialpub.sandbox import bodies
from socialpub.sandbox.accounts import ACCESS_TOKEN_S, XAccount
from socialpub.sandbox.world import World
from socialpub.sandbox.x_consent import SCOPES, redeemed


async def token(request: Request) -> Response:
    world: World = request.state.world
    try:
        given = await bodies.form_body(request)
    except bodies.UnreadableError:
        given = {}
    named, client = {name: str(value) for name, value in given.items()}, _client(request, given)
    match named.get("grant_type"):
        case "refresh_token":
            account = _owner(world, named.get("refresh_token", ""), client)
        case "authorization_code":
            account = redeemed(world, named)
        case _:
            return _no("unsupported_grant_type", "The sandbox grants codes and refresh tokens only.")
    if account is None or account.client_id != client:
        return _no("invalid_request", "Value passed for the token was invalid.")
    return JSONResponse(_rotated(world, account))


def _rotated(world: World, account: XAccount) -> dict[str, Any]:
    """A new pair. Both old tokens are dead from now on, whether or not the answer arrives."""
    account.bearer, account.refresh_token = secrets.token_urlsafe(40), secrets.token_urlsafe(40)
    account.bearer_expires = world.now() + ACCESS_TOKEN_S
    return {
        "token_type": "bearer",
        "expires_in": ACCESS_TOKEN_S,
        "access_token": account.bearer,
        "scope": SCOPES,
        "refresh_token": account.refresh_token,
    }


def _owner(world: World, refresh_token: str, client: str) -> XAccount | None:
    pairs = ((one.refresh_token, one.client_id) for one in world.x.values())
    found = (refresh_token, client) in pairs and refresh_token != ""
    return next(o for o in world.x.values() if o.refresh_token == refresh_token) if found else None


def _client(request: Request, given: dict[str, Any]) -> str:
    """A public client names itself in the form, a confidential one in the Basic header."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return str(given.get("client_id", ""))
    try:
        return base64.b64decode(encoded).decode("latin-1").partition(":")[0]
    except (binascii.Error, ValueError):
        return ""


def _no(code: str, description: str) -> Response:
    return JSONResponse({"error": code, "error_description": description}, 400)
