"""X's OAuth 2.0 tokens: how an account is connected, and how a token that ends becomes the next one.

A refresh token is good once: the next one comes with the answer and has to be kept before it is used
(docs.x.com, OAuth 2.0 authorization code flow with PKCE). Nothing is kept here.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from socialpub.model.account import Account
from socialpub.platforms import address, sign_in
from socialpub.platforms.classify import Means, Reading, Row, whole_number
from socialpub.platforms.credentials import needed
from socialpub.platforms.http import TameSession
from socialpub.platforms.sign_in import Invitation
from socialpub.platforms.x_errors import facts

BASE = "https://api.x.com"
SIGN_IN = "https://x.com"
SCOPES = "tweet.read tweet.write users.read media.write offline.access"
#: A token is exchanged this long before its end: no post may meet it in the middle.
MARGIN = timedelta(minutes=10)
LIVES_S = 7200  # where X does not say: two hours

READING = Reading(
    "X",
    (
        Row(
            Means.PERSON,
            "does not take the account's refresh token any more",
            "Connect the account again: socialpub channel connect.",
            statuses=(400, 401, 403),
        ),
    ),
    facts,
)


def invitation(app: Mapping[str, str], base_url: str) -> Invitation:
    """Raises Unusable when `app` lacks its client_id or its redirect address."""
    named = needed(_at("", app, base_url), "client_id", "redirect")
    page = f"{base_url.rstrip('/') or SIGN_IN}/i/oauth2/authorize"
    return sign_in.invite(page, named["redirect"], {"client_id": named["client_id"], "scope": SCOPES})


def accepted(
    app: Mapping[str, str], base_url: str, invited: Invitation, answer: str, now: datetime
) -> dict[str, str]:
    """The credentials that the sign-in gave. Raises Trouble."""
    asked = {
        "grant_type": "authorization_code",
        "code": sign_in.code_in(answer, invited),
        "redirect_uri": invited.redirect,
        "code_verifier": invited.verifier,
    }
    return _exchanged(_at("", app, base_url), asked, now)


def renewed(account: Account, now: datetime) -> dict[str, str]:
    """The account's next credentials. The old ones are dead once X was asked, answered or not. Raises Trouble."""
    asked = {"grant_type": "refresh_token", **needed(account, "refresh_token")}
    return _exchanged(account, asked, now)


def ends_soon(account: Account, now: datetime) -> bool:
    """Whether the token must be exchanged before it is used; one of which nobody knows the end must."""
    if not account.secret.get("refresh_token"):
        return False  # OAuth 1.0a, or a bare bearer: nothing to exchange
    ends = whole_number(account.secret.get("ends"))
    return ends is None or now.timestamp() + MARGIN.total_seconds() >= ends


def _exchanged(account: Account, asked: dict[str, str], now: datetime) -> dict[str, str]:
    who = needed(account, "client_id")
    base, app = address.base(account, BASE), account.secret.get("client_secret", "")
    hidden = [*asked.values(), app]
    with TameSession("x", BASE, base, hidden) as session:
        session.begin("token")
        # A confidential app proves itself in the header; a public one names itself in the form.
        proof: dict[str, Any] = {"auth": (who["client_id"], app)} if app else {}
        form = asked if app else {**asked, **who}
        body = session.answer(_post(session, form, proof))
        return {**account.secret, **_tokens(session, body, now)}


def _post(session: TameSession, form: Mapping[str, str], proof: Mapping[str, Any]) -> Callable[[], Any]:
    return lambda: session.post(f"{BASE}/2/oauth2/token", data=dict(form), **proof).json()


def _tokens(session: TameSession, body: Mapping[str, Any], now: datetime) -> dict[str, str]:
    bearer, refresh = body.get("access_token"), body.get("refresh_token")
    if not (isinstance(bearer, str) and bearer and isinstance(refresh, str) and refresh):
        raise session.unclear("an answer without both tokens; the scope offline.access is needed for the second")
    lives = whole_number(body.get("expires_in"))
    ends = now + timedelta(seconds=LIVES_S if lives is None else max(0, min(lives, 86_400)))
    return {"bearer": bearer, "refresh_token": refresh, "ends": str(int(ends.timestamp()))}


def _at(channel: str, app: Mapping[str, str], base_url: str) -> Account:
    kept = {key: value for key, value in app.items() if key in {"client_id", "client_secret", "redirect"}}
    return Account(channel or "new", "x", "", base_url, kept)
