"""com.atproto.server.*: sessions are opened with a password, renewed with a token, looked at."""

import secrets
from typing import Any

from socialpub.sandbox.accounts import BlueskyAccount
from socialpub.sandbox.bluesky_answers import XrpcError, invalid
from socialpub.sandbox.bluesky_door import XrpcCall, spend
from socialpub.sandbox.world import World

ACCESS_S, REFRESH_S = 7200, 90 * 86_400  # observed
#: Sessions opened in five minutes, and in a day (bsky-docs, rate limits).
LIMITS = ((30, 300), (300, 86_400))


async def create_session(call: XrpcCall) -> dict[str, Any]:
    body = await call.json()
    name, password = body.get("identifier"), body.get("password")
    if not isinstance(name, str) or not isinstance(password, str):
        raise invalid('Missing required key "identifier" at $')
    for limit, window_s in LIMITS:
        spend(call.world, name, f"sessions-{window_s}", 1, limit, window_s)
    account = next((one for one in call.world.bluesky.values() if name in (one.id, one.handle, one.identifier)), None)
    if account is None or not secrets.compare_digest(password.encode(), account.app_password.encode()):
        raise XrpcError(401, "AuthenticationRequired", "Invalid identifier or password")
    if account.status == "takendown":
        raise XrpcError(401, "AccountTakedown", "Account has been taken down")
    return _session(call.world, account)


async def refresh_session(call: XrpcCall) -> dict[str, Any]:
    """A new pair. The old refresh token is used up, whether or not the answer arrives."""
    del call.account.tokens[call.token]
    return _session(call.world, call.account)


async def get_session(call: XrpcCall) -> dict[str, Any]:
    return told(call.account)


def _session(world: World, account: BlueskyAccount) -> dict[str, Any]:
    access, refresh = (f"{kind}.{secrets.token_urlsafe(40)}" for kind in ("access", "refresh"))
    account.tokens[access] = ("access", world.now() + ACCESS_S)
    account.tokens[refresh] = ("refresh", world.now() + REFRESH_S)
    return {"accessJwt": access, "refreshJwt": refresh, **told(account)}


def told(account: BlueskyAccount) -> dict[str, Any]:
    told = {"did": account.id, "handle": account.handle, "email": account.identifier}
    state = {"active": False, "status": account.status} if account.status else {"active": True}
    return {**told, "emailConfirmed": account.email_confirmed, **state}
