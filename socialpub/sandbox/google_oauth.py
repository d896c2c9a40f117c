"""Google's page of consent and its token endpoint (developers.google.com, "OAuth 2.0 for Web Server Applications").

The sandbox asks nobody: whoever opens the page agrees at once, as the account of that app.
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from socialpub.sandbox import bodies
from socialpub.sandbox.accounts import ChannelAccount
from socialpub.sandbox.world import World

_SCOPES = {
    f"https://www.googleapis.com/auth/{name}" for name in ("youtube.force-ssl", "youtube.upload", "youtube.readonly")
}
_LIVES_S = 3600
_CODE_S = 600


@dataclass(frozen=True)
class GoogleCode:
    account: str
    redirect: str
    challenge: str
    offline: bool
    scope: str
    ends: float  # epoch seconds by the sandbox clock


async def authorize(request: Request) -> Response:
    world: World = request.state.world
    asked = request.query_params
    account = next((one for one in world.channels.values() if one.client_id == asked.get("client_id")), None)
    if account is None or not asked.get("redirect_uri") or not asked.get("state"):
        return PlainTextResponse("Error 400: redirect_uri_mismatch or invalid_client", 400)
    scope = set(asked.get("scope", "").split())
    if asked.get("response_type") != "code" or not scope or not scope <= _SCOPES:
        return _back(asked["redirect_uri"], asked["state"], error="invalid_scope")
    if asked.get("code_challenge_method") != "S256" or not asked.get("code_challenge"):
        return _back(asked["redirect_uri"], asked["state"], error="invalid_request")
    code = "4/" + secrets.token_urlsafe(24)
    offline = asked.get("access_type") == "offline" and asked.get("prompt") == "consent"
    ends = world.now() + _CODE_S
    world.codes[code] = GoogleCode(
        account.id, asked["redirect_uri"], asked["code_challenge"], offline, " ".join(sorted(scope)), ends
    )
    return _back(asked["redirect_uri"], asked["state"], code=code)


async def token(request: Request) -> Response:
    world: World = request.state.world
    try:
        given = {name: str(value) for name, value in (await bodies.form_body(request)).items()}
    except bodies.UnreadableError:
        given = {}
    app = (given.get("client_id"), given.get("client_secret"))
    apps = [one for one in world.channels.values() if (one.client_id, one.client_secret) == app]
    if not apps:
        return _no(401, "invalid_client", "The OAuth client was not found.")
    match given.get("grant_type"):
        case "refresh_token":
            known = [one for one in apps if one.refresh_token and one.refresh_token == given.get("refresh_token")]
            return (
                _given(world, known[0], {})
                if known
                else _no(400, "invalid_grant", "Token has been expired or revoked.")
            )
        case "authorization_code":
            return _redeemed(world, apps, given)
    return _no(400, "unsupported_grant_type", "Invalid grant_type.")


def _redeemed(world: World, apps: list[ChannelAccount], given: dict[str, str]) -> Response:
    """A code is good once, for who began the sign-in (RFC 7636 section 4.6)."""
    code = world.codes.pop(given.get("code", ""), None)
    told = base64.urlsafe_b64encode(hashlib.sha256(given.get("code_verifier", "").encode()).digest()).rstrip(b"=")
    fits = isinstance(code, GoogleCode) and code.ends > world.now() and code.redirect == given.get("redirect_uri")
    account = world.channels.get(code.account) if fits and code.challenge == told.decode() else None
    if account is None or account not in apps:
        return _no(400, "invalid_grant", "Bad Request")
    if not code.offline:
        return _given(world, account, {"scope": code.scope})
    account.refresh_token = "1//" + secrets.token_urlsafe(40)
    return _given(world, account, {"refresh_token": account.refresh_token, "scope": code.scope})


def _given(world: World, account: ChannelAccount, more: dict[str, str]) -> Response:
    """An access token; the refresh token stays, and does not come again."""
    account.bearer, account.bearer_expires = "ya29." + secrets.token_urlsafe(40), world.now() + _LIVES_S
    return JSONResponse({"access_token": account.bearer, "expires_in": _LIVES_S, "token_type": "Bearer", **more})


def _no(status: int, code: str, description: str) -> Response:
    return JSONResponse({"error": code, "error_description": description}, status)


def _back(redirect: str, state: str, **answer: str) -> Response:
    mark = "&" if "?" in redirect else "?"
    return RedirectResponse(f"{redirect}{mark}{urlencode({'state': state, **answer})}", 302)
