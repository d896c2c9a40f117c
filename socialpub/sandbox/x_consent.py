"""X's page on which somebody lets an app post for their account (docs.x.com, OAuth 2.0 with PKCE).

The sandbox asks nobody: whoever opens the page agrees at once, as the account of that app.
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from socialpub.sandbox.accounts import XAccount
from socialpub.sandbox.world import World

SCOPES = "tweet.read tweet.write users.read media.write offline.access"
#: Seconds until a code is worth nothing. RFC 6749 section 4.1.2 recommends ten minutes at most.
CODE_LIVES_S = 600


@dataclass(frozen=True)
class Code:
    account: str
    redirect: str
    challenge: str
    ends: float  # epoch seconds by the sandbox clock


async def authorize(request: Request) -> Response:
    world: World = request.state.world
    asked = request.query_params
    account = next((one for one in world.x.values() if one.client_id == asked.get("client_id")), None)
    if account is None or not asked.get("redirect_uri") or not asked.get("state"):
        return PlainTextResponse("Something went wrong: you weren't able to give access to the App.", 400)
    wanted = set(asked.get("scope", "").split())
    if asked.get("response_type") != "code" or not wanted or not wanted <= set(SCOPES.split()):
        return _back(asked["redirect_uri"], asked["state"], error="invalid_scope")
    if asked.get("code_challenge_method") != "S256" or not asked.get("code_challenge"):
        return _back(asked["redirect_uri"], asked["state"], error="invalid_request")
    code = secrets.token_urlsafe(24)
    ends = world.now() + CODE_LIVES_S
    world.codes[code] = Code(account.id, asked["redirect_uri"], asked["code_challenge"], ends)
    return _back(asked["redirect_uri"], asked["state"], code=code)


def redeemed(world: World, given: dict[str, str]) -> XAccount | None:
    """The account of a code, which is good once, for who began the sign-in (RFC 7636 section 4.6)."""
    code = world.codes.pop(given.get("code", ""), None)
    if code is None or code.ends <= world.now() or code.redirect != given.get("redirect_uri"):
        return None
    told = base64.urlsafe_b64encode(hashlib.sha256(given.get("code_verifier", "").encode()).digest())
    return world.x.get(code.account) if told.rstrip(b"=").decode() == code.challenge else None


def _back(redirect: str, state: str, **answer: str) -> Response:
    mark = "&" if "?" in redirect else "?"
    return RedirectResponse(f"{redirect}{mark}{urlencode({'state': state, **answer})}", 302)
