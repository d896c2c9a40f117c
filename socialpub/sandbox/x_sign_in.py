"""Who is asking on X: an OAuth 1.0a signature or an OAuth 2.0 bearer, really verified."""

import time

from starlette.requests import Request

from socialpub.sandbox import bodies, oauth1
from socialpub.sandbox.accounts import XAccount
from socialpub.sandbox.world import World
from socialpub.sandbox.x_answers import unauthorized


async def who(request: Request, world: World) -> XAccount:
    """The account that signed the request; a 401 problem if nobody did."""
    authorization = request.headers.get("authorization", "")
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return _bearer(world, token.strip())
    return await _signer(request, world, oauth1.header_parameters(authorization))


def _bearer(world: World, token: str) -> XAccount:
    for account in world.x.values():
        alive = account.bearer_expires is None or world.now() < account.bearer_expires
        if token and account.bearer == token and alive:
            return account
    raise unauthorized()


async def _signer(request: Request, world: World, oauth: dict[str, str]) -> XAccount:
    keys = (oauth.get("oauth_consumer_key"), oauth.get("oauth_token"))
    account = next((a for a in world.x.values() if (a.consumer_key, a.access_token) == keys), None)
    if account is None:
        raise unauthorized()
    form = await request.body() if bodies.kind(request) == "application/x-www-form-urlencoded" else b""
    secrets = (account.consumer_secret, account.access_token_secret)
    query = request.scope["query_string"].decode("latin-1")
    signed = oauth1.is_signed(request.method, _urls(request), query, form.decode("latin-1"), oauth, secrets)
    # The client's clock is real even when the sandbox's is not.
    if not signed or not oauth1.is_fresh(oauth, time.time(), world.nonces):
        raise unauthorized()
    return account


def _urls(request: Request) -> list[str]:
    """The URLs a client may have signed: an official host, or this server's own address."""
    port = request.scope["server"][1]
    hosts = (*oauth1.OFFICIAL, f"http://127.0.0.1:{port}", f"http://localhost:{port}")
    path = request.scope["raw_path"].decode("ascii")
    return [host + path for host in hosts]
